import { Resolver } from 'node:dns/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startDns } from '../../src/dns/dns.ts'
import type { RunningDns } from '../../src/dns/dns.ts'
import type { AlibabaSeed, RunningAlibaba } from '../../src/index.ts'
import { popSdk, refusalOf, typedSdk } from './sdk.ts'
import { open } from './world.ts'

type Reply = Record<string, unknown>
type Zones = NonNullable<NonNullable<AlibabaSeed['alidns']>['zones']>

const zone = 'example.com'
const challenge = { DomainName: zone, RR: '_acme-challenge', Type: 'TXT', Value: 'token' }

/** Rates are tested elsewhere; here they would only slow things down. */
async function openDns(zones: Zones = [zone], dns?: RunningDns) {
  const shared = dns ? { dns } : {}
  const alibaba = await open({ rateLimits: false, seed: { alidns: { zones } }, ...shared })
  const call = popSdk(alibaba, '2015-01-09')
  return {
    alibaba,
    call,
    code: async (action: string, given: object): Promise<string> =>
      (await refusalOf(call(action, { ...given }))).code,
    records: async (given: object = {}): Promise<Reply[]> => {
      const reply = await call('DescribeDomainRecords', { DomainName: zone, ...given })
      return (reply as { DomainRecords: { Record: Reply[] } }).DomainRecords.Record
    },
  }
}

async function nameServer(): Promise<{ dns: RunningDns; resolver: Resolver }> {
  const dns = await startDns({ outside: 'NXDOMAIN' })
  onTestFinished(async () => dns.close())
  const resolver = new Resolver({ timeout: 2000, tries: 1 })
  resolver.setServers([`127.0.0.1:${dns.port}`])
  return { dns, resolver }
}

describe('AddDomainRecord', () => {
  it('stands two values beside each other, as a wildcard and its base need, and answers both', async () => {
    const { dns, resolver } = await nameServer()
    const { call, records } = await openDns([zone], dns)
    await call('AddDomainRecord', challenge)
    await call('AddDomainRecord', { ...challenge, Value: 'other' })
    expect(await records()).toMatchObject([
      { RR: '_acme-challenge', Value: 'token', TTL: 600, Line: 'default', Status: 'ENABLE' },
      { Value: 'other' },
    ])
    const answer = await resolver.resolveTxt('_acme-challenge.example.com')
    expect(answer.flat().toSorted()).toEqual(['other', 'token'])
  })

  it('refuses the same record twice, and a CNAME beside anything', async () => {
    const { call, code } = await openDns()
    await call('AddDomainRecord', challenge)
    expect(await code('AddDomainRecord', challenge)).toBe('DomainRecordDuplicate')
    const alias = { ...challenge, Type: 'CNAME', Value: 'x.example.org' }
    expect(await code('AddDomainRecord', alias)).toBe('DomainRecordConflict')
    await call('AddDomainRecord', { ...alias, RR: '_acme-challenge.www' })
    expect(await code('AddDomainRecord', { ...challenge, RR: '_acme-challenge.www' })).toBe(
      'DomainRecordConflict',
    )
    expect(await code('AddDomainRecord', { ...challenge, RR: '_ACME-Challenge' })).toBe(
      'DomainRecordDuplicate',
    )
  })

  it('refuses what conflicts with a record that the name server has from elsewhere', async () => {
    const { dns } = await nameServer()
    const { code } = await openDns([zone], dns)
    dns.add({ name: '_acme-challenge.example.com', type: 'CNAME', data: 'elsewhere.test' })
    expect(await code('AddDomainRecord', challenge)).toBe('DomainRecordConflict')
  })

  it.each([
    ['an unknown type', { Type: 'BOGUS' }, 'SubDomainInvalid.Type'],
    ['a TTL beyond a day', { TTL: 86_401 }, 'SubDomainInvalid.TTL'],
    ['a TTL below the edition', { TTL: 599 }, 'QuotaExceeded.TTL'],
    ['an unknown line', { Line: 'moon' }, 'SubDomainInvalid.Line'],
    ['a value of another type', { Type: 'A', Value: 'x' }, 'SubDomainInvalid.Value'],
    ['a text that is too long', { Value: 'x'.repeat(513) }, 'SubDomainInvalid.Value'],
    [
      'a priority that is none',
      { Type: 'MX', Value: 'a.test', Priority: 99 },
      'SubDomainInvalid.Priority',
    ],
    ['an RR that is no name', { RR: 'a..b' }, 'InvalidRR.Format'],
    ['an RR that begins with a hyphen', { RR: '-a' }, 'InvalidRR.Format'],
    ['a zone that is not there', { DomainName: 'absent.com' }, 'InvalidDomainName.NoExist'],
    ['a name below a zone', { DomainName: 'www.example.com' }, 'InvalidDomainName.NoExist'],
    ['a zone of another account', { DomainName: 'foreign.com' }, 'IncorrectDomainUser'],
    ['a zone that is no name', { DomainName: 'exa mple.com' }, 'InvalidDomainName.Format'],
    ['a zone without suffix', { DomainName: 'localhost' }, 'InvalidDomainName.Suffix'],
    [
      'a zone that is too long',
      { DomainName: `${'a.'.repeat(127)}com` },
      'InvalidDomainName.Length',
    ],
  ])('refuses %s', async (_, wrong, expected) => {
    const { code } = await openDns([zone, { name: 'foreign.com', uid: '2000000000000002' }])
    expect(await code('AddDomainRecord', { ...challenge, ...wrong })).toBe(expected)
  })

  it.each([
    ['mianfei', 600],
    ['version_personal', 600],
    ['version_enterprise_basic', 60],
    ['version_enterprise_advanced', 1],
  ] as const)('takes with %s no TTL below %i', async (edition, minTtl) => {
    const { call, code, records } = await openDns([{ name: zone, edition }])
    const info = async (NeedDetailAttributes: boolean): Promise<Reply> =>
      call('DescribeDomainInfo', { DomainName: zone, NeedDetailAttributes })
    expect(await info(true)).toMatchObject({ MinTtl: minTtl, VersionCode: edition })
    expect(await info(false)).not.toHaveProperty('MinTtl')
    if (minTtl > 1) {
      const refused = await code('AddDomainRecord', { ...challenge, TTL: minTtl - 1 })
      expect(refused).toBe('QuotaExceeded.TTL')
    }
    await call('AddDomainRecord', { ...challenge, TTL: minTtl })
    expect(await records()).toMatchObject([{ TTL: minTtl }])
  })

  it.each([
    ['mianfei', 'QuotaExceeded.FreeDnsRecord'],
    ['version_personal', 'QuotaExceeded.SubDomain'],
  ] as const)('takes 90 records of one name and type with %s', async (edition, expected) => {
    const records = Array.from({ length: 90 }, (_, i) => ({
      rr: '_acme-challenge',
      type: 'TXT',
      value: `v${i}`,
    }))
    const { code, call } = await openDns([{ name: zone, edition, records }])
    expect(await code('AddDomainRecord', challenge)).toBe(expected)
    await call('AddDomainRecord', { ...challenge, RR: '_acme-challenge.www' })
  })

  it('takes no more records than the zone may hold', async () => {
    const { call, code } = await openDns([{ name: zone, maxRecords: 1 }])
    await call('AddDomainRecord', challenge)
    expect(await code('AddDomainRecord', { ...challenge, RR: 'x' })).toBe('QuotaExceeded.Record')
  })

  it.each([
    'RecordForbidden.DNSChange',
    'RecordForbidden.BlackHole',
    'DomainExpiredDNSForbidden',
    'Forbidden.DomainExpired',
    'DomainForbidden',
    'IllegalUser',
  ] as const)('is refused with %s where the zone is in that state', async (refuses) => {
    const { code } = await openDns([{ name: zone, refuses }])
    expect(await code('AddDomainRecord', challenge)).toBe(refuses)
  })

  it('is refused for a while after each change, where the zone is slow', async () => {
    const { call, code } = await openDns([{ name: zone, busyAfterChange: 1 }])
    await call('AddDomainRecord', challenge)
    const other = { ...challenge, Value: 'other' }
    expect(await code('AddDomainRecord', other)).toBe('LastOperationNotFinished')
    const { RecordId } = await call('AddDomainRecord', other)
    expect(await code('DeleteDomainRecord', { RecordId })).toBe('LastOperationNotFinished')
    await call('DeleteDomainRecord', { RecordId })
  })
})

describe('a record that stands', () => {
  it('is changed, but not into itself', async () => {
    const { dns, resolver } = await nameServer()
    const { call, code, records } = await openDns([zone], dns)
    const { RecordId } = await call('AddDomainRecord', challenge)
    const { DomainName: _zone, ...same } = { ...challenge, RecordId }
    expect(await code('UpdateDomainRecord', same)).toBe('DomainRecordDuplicate')
    await call('UpdateDomainRecord', { ...same, Value: 'changed' })
    expect(await records()).toMatchObject([{ RecordId, Value: 'changed' }])
    expect(await resolver.resolveTxt('_acme-challenge.example.com')).toEqual([['changed']])
  })

  it('is removed by its id, once, and leaves its neighbours', async () => {
    const { dns, resolver } = await nameServer()
    const { call, code } = await openDns([zone], dns)
    const { RecordId } = await call('AddDomainRecord', challenge)
    await call('AddDomainRecord', { ...challenge, Value: 'of another client' })
    await call('DeleteDomainRecord', { RecordId })
    expect(await resolver.resolveTxt('_acme-challenge.example.com')).toEqual([
      ['of another client'],
    ])
    expect(await code('DeleteDomainRecord', { RecordId })).toBe('DomainRecordNotBelongToUser')
    expect(await code('DeleteDomainRecord', { RecordId: '1' })).toBe('InvalidRecordId.NotFound')
  })

  it('is removed with all others of its name by DeleteSubDomainRecords', async () => {
    const { call, code, records } = await openDns()
    await call('AddDomainRecord', challenge)
    await call('AddDomainRecord', { ...challenge, Value: 'of another client' })
    const given = { DomainName: zone, RR: '_acme-challenge', Type: 'TXT' }
    expect(await call('DeleteSubDomainRecords', given)).toMatchObject({ TotalCount: '2' })
    expect(await records()).toEqual([])
    expect(await code('DeleteSubDomainRecords', given)).toBe('InvalidRR.NoExist')
  })

  it('can be locked, and can belong to another account', async () => {
    const record = { rr: 'www', type: 'A', value: '127.0.0.1' }
    const { alibaba, code } = await openDns([
      { name: zone, records: [{ ...record, locked: true }] },
      { name: 'foreign.com', uid: '2', records: [record] },
    ])
    const idIn = (name: string) => alibaba.state.alidns.zones.get(name)?.records[0]?.id
    expect(await code('DeleteDomainRecord', { RecordId: idIn(zone) })).toBe('DomainRecordLocked')
    expect(await code('DeleteSubDomainRecords', { DomainName: zone, RR: 'www' })).toBe(
      'DomainRecordLocked',
    )
    expect(await code('DeleteDomainRecord', { RecordId: idIn('foreign.com') })).toBe(
      'DomainRecordNotBelongToUser',
    )
  })

  it('is answered only while it is enabled, and can be marked', async () => {
    const { dns, resolver } = await nameServer()
    const { call, code } = await openDns([zone], dns)
    const { RecordId } = await call('AddDomainRecord', challenge)
    await call('SetDomainRecordStatus', { RecordId, Status: 'Disable' })
    await expect(resolver.resolveTxt('_acme-challenge.example.com')).rejects.toThrow('ENOTFOUND')
    await call('SetDomainRecordStatus', { RecordId, Status: 'Enable' })
    expect(await resolver.resolveTxt('_acme-challenge.example.com')).toEqual([['token']])
    expect(await code('SetDomainRecordStatus', { RecordId, Status: 'x' })).toBe('InvalidStatus')
    await call('UpdateDomainRecordRemark', { RecordId, Remark: 'certwright' })
    expect(await call('DescribeDomainRecordInfo', { RecordId })).toMatchObject({
      Remark: 'certwright',
      DomainName: zone,
    })
  })

  it('is answered while one of its lines still has it', async () => {
    const { dns, resolver } = await nameServer()
    const { call } = await openDns([zone], dns)
    const { RecordId } = await call('AddDomainRecord', challenge)
    await call('AddDomainRecord', { ...challenge, Line: 'telecom' })
    await call('DeleteDomainRecord', { RecordId })
    expect(await resolver.resolveTxt('_acme-challenge.example.com')).toEqual([['token']])
  })
})

describe('searching records', () => {
  const records = ['_acme-challenge', '_acme-challenge.www', 'x_acme-challenge', '@'].map((rr) => ({
    rr,
    type: 'TXT',
    value: `value of ${rr}`,
  }))

  it('by RRKeyWord finds the word anywhere, unless the mode is EXACT', async () => {
    const { records: found } = await openDns([{ name: zone, records }])
    expect(await found({ RRKeyWord: '_acme-challenge' })).toHaveLength(3)
    expect(await found({ RRKeyWord: '_acme-challenge', SearchMode: 'EXACT' })).toHaveLength(1)
    expect(await found({ ValueKeyWord: 'of @' })).toHaveLength(1)
    expect(await found({ TypeKeyWord: 'A' })).toEqual([])
    expect(await found({ Status: 'Disable' })).toEqual([])
  })

  it('by name finds exactly that name', async () => {
    const { call } = await openDns([{ name: zone, records }])
    const named = async (given: object): Promise<Reply> =>
      call('DescribeSubDomainRecords', { ...given })
    expect(await named({ SubDomain: '_acme-challenge.example.com' })).toMatchObject({
      TotalCount: 1,
    })
    expect(await named({ SubDomain: 'example.com', Type: 'TXT' })).toMatchObject({
      DomainRecords: { Record: [{ RR: '@' }] },
    })
    expect(await named({ SubDomain: 'x.example.com' })).toMatchObject({ TotalCount: 0 })
  })

  it('gives twenty at a time unless asked for more, and at most 500', async () => {
    const many = Array.from({ length: 25 }, (_, i) => ({ rr: `a${i}`, type: 'TXT', value: 'x' }))
    const { call, records: found, code } = await openDns([{ name: zone, records: many }])
    expect(await found()).toHaveLength(20)
    expect(await found({ PageNumber: 2 })).toHaveLength(5)
    expect(await found({ PageSize: 500 })).toHaveLength(25)
    expect(await call('DescribeDomainRecords', { DomainName: zone })).toMatchObject({
      PageNumber: 1,
      PageSize: 20,
      TotalCount: 25,
    })
    expect(await code('DescribeDomainRecords', { DomainName: zone, PageSize: 501 })).toBe(
      'InvalidParameter',
    )
  })
})

describe('zones', () => {
  it('are listed by the typed SDK: one page at a time, none of other accounts', async () => {
    const own = Array.from({ length: 21 }, (_, i) => `zone${i}.example`)
    const { alibaba } = await openDns([...own, { name: 'foreign.example', uid: '2' }])
    const list = typedSdk(alibaba, 'alidns20150109')
    const page = async (request: Record<string, unknown>): Promise<unknown[]> => {
      const reply = await list('describeDomains', request)
      return (reply as { domains: { domain: unknown[] } }).domains.domain
    }
    expect(await page({})).toHaveLength(20)
    expect(await page({ pageNumber: 2 })).toMatchObject([{ domainName: 'zone20.example' }])
    expect(await page({ pageSize: 100 })).toHaveLength(21)
    expect(await page({ keyWord: 'zone1' })).toHaveLength(11)
    expect(await page({ keyWord: 'zone1.example', searchMode: 'EXACT' })).toHaveLength(1)
    expect((await refusalOf(page({ pageSize: 101 }))).code).toContain('InvalidParameter')
  })

  it('have a name in Unicode and one in ASCII, and are found by either', async () => {
    const { dns, resolver } = await nameServer()
    const { call } = await openDns(['例子.example'], dns)
    expect(await call('DescribeDomains')).toMatchObject({
      Domains: { Domain: [{ DomainName: '例子.example', PunyCode: 'xn--fsqu00a.example' }] },
    })
    await call('AddDomainRecord', { ...challenge, DomainName: '例子.example' })
    await call('AddDomainRecord', { ...challenge, DomainName: 'XN--FSQU00A.example', Value: 'b' })
    const answer = await resolver.resolveTxt('_acme-challenge.xn--fsqu00a.example')
    expect(answer.flat().toSorted()).toEqual(['b', 'token'])
  })

  it('can be hosted below one another, which GetMainDomainName does not know', async () => {
    const { dns, resolver } = await nameServer()
    const { call, code } = await openDns([zone, 'sub.example.com'], dns)
    const full = '_acme-challenge.sub.example.com'
    expect(await call('GetMainDomainName', { InputString: full })).toMatchObject({
      DomainName: zone,
      RR: '_acme-challenge.sub',
    })
    // The parent takes the record, but nobody will ever see it: the name is delegated.
    await call('AddDomainRecord', { ...challenge, RR: '_acme-challenge.sub' })
    await expect(resolver.resolveTxt(full)).rejects.toThrow('ENOTFOUND')
    await call('AddDomainRecord', { ...challenge, DomainName: 'sub.example.com' })
    expect(await resolver.resolveTxt(full)).toEqual([['token']])
    expect(await call('DescribeDomainInfo', { DomainName: 'sub.example.com' })).toMatchObject({
      SubDomain: true,
    })
    expect(await code('DescribeDomainInfo', { DomainName: 'x.example.com' })).toBe('DomainNotFound')
  })

  it('guess the suffix of a second-level registry', async () => {
    const { call } = await openDns()
    expect(await call('GetMainDomainName', { InputString: 'a.b.example.com.cn' })).toMatchObject({
      DomainName: 'example.com.cn',
      RR: 'a.b',
    })
  })

  it('say whether they are really served by Alibaba', async () => {
    const elsewhere = ['ns1.elsewhere.test', 'dns1.hichina.com']
    const { call } = await openDns([zone, { name: 'moved.example', nameServers: elsewhere }])
    expect(await call('DescribeDomainNs', { DomainName: zone })).toMatchObject({
      AllAliDns: true,
      IncludeAliDns: true,
    })
    expect(await call('DescribeDomainNs', { DomainName: 'moved.example' })).toMatchObject({
      AllAliDns: false,
      IncludeAliDns: true,
      DnsServers: { DnsServer: elsewhere },
    })
    expect(JSON.stringify(await call('DescribeSupportLines'))).toContain('"LineCode":"default"')
  })

  it('answer address, mail, alias and CAA records as well', async () => {
    const { dns, resolver } = await nameServer()
    await openDns(
      [
        {
          name: zone,
          records: [
            { rr: '@', type: 'A', value: '127.0.0.9' },
            { rr: '*', type: 'AAAA', value: '::1' },
            { rr: '@', type: 'MX', value: 'mail.example.com' },
            { rr: 'www', type: 'CNAME', value: 'example.com' },
            { rr: '@', type: 'CAA', value: '0 issue "ca.test"' },
            { rr: 'go', type: 'REDIRECT_URL', value: 'https://example.org' },
          ],
        },
      ],
      dns,
    )
    expect(await resolver.resolve4(zone)).toEqual(['127.0.0.9'])
    expect(await resolver.resolve6(`any.${zone}`)).toEqual(['::1'])
    expect(await resolver.resolveMx(zone)).toMatchObject([
      { exchange: 'mail.example.com', priority: 10 },
    ])
    expect(await resolver.resolveCname(`www.${zone}`)).toEqual([zone])
    expect(await resolver.resolveCaa(zone)).toMatchObject([{ issue: 'ca.test' }])
  })
})

it('keeps what was done where it can be looked at', async () => {
  const { alibaba, call }: { alibaba: RunningAlibaba; call: ReturnType<typeof popSdk> } =
    await openDns()
  await call('AddDomainRecord', challenge)
  expect(alibaba.state.alidns.zones.get(zone)?.records).toMatchObject([{ value: 'token' }])
  expect(alibaba.calls).toMatchObject([{ product: 'alidns', action: 'AddDomainRecord' }])
})
