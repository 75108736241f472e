import type { AlibabaOptions } from '@certwright/sandbox'
import { describe, expect, it, onTestFinished, test } from 'vitest'
import { purposes } from '../../../src/cloud/alibaba/policy.ts'
import { permissionsWith } from '../../../src/deploy/permission.ts'
import type { OrphanSearch } from '../../../src/dns/orphan.ts'
import { orphans, provider } from '../../../src/dns/providers/alibaba-dns.ts'
import { dnsProviderSuite } from '../../../src/testing/index.ts'
import { emulated, valuesOf } from '../../cloud/alibaba/emulator.ts'
import { localApi, type Answer, type Call, type LocalApi } from '../../cloud/alibaba/local-api.ts'
import { leapingHost, txtAt, zonesAt } from '../world.ts'

const zone = 'example.com'

async function withDns(options: AlibabaOptions = {}) {
  const dns = await zonesAt()
  onTestFinished(async () => dns.close())
  const world = await emulated({ dns, seed: { alidns: { zones: [zone] } }, ...options })
  const context = { host: world.host, env: {} }
  return {
    ...world,
    dns,
    context,
    provider: (more = {}) => provider({ ...world.values, ...more }, context),
  }
}

describe('the contract', () => {
  dnsProviderSuite({
    test,
    world: async () => {
      const { alibaba, dns, context } = await withDns()
      // A key that may do no more than what `certwright policy` prints.
      const key = alibaba.addAccount({ allow: permissionsWith(purposes.dns, { zone }) })
      return {
        zone,
        provider: () => provider(valuesOf(alibaba, key), context),
        values: (name) => txtAt(dns, name),
        secrets: [key.accessKeySecret],
      }
    },
  })
})

const record = { zone, name: `_acme-challenge.www.${zone}`, value: 'value', ttlSeconds: 60 }
const now = 1_795_478_400_000

interface Standing {
  RecordId: string
  RR: string
  Type: string
  Value: string
  TTL?: number
  Status?: string
  Remark?: string
  CreateTimestamp?: number
}

interface World {
  readonly api: LocalApi
  readonly records: Standing[]
  readonly provider: (options?: Readonly<Record<string, string>>) => ReturnType<typeof provider>
  readonly orphans: (search?: OrphanSearch) => ReturnType<typeof orphans>
  readonly actions: () => string[]
}

interface Zone {
  readonly DomainName: string
  readonly PunyCode?: string
}

type Instead = (call: Call) => Answer | undefined

/** As much of Alibaba Cloud DNS as is used, with answers that a test may put in its way. */
async function world(
  instead: Instead = () => undefined,
  zones: readonly Zone[] = [{ DomainName: zone, PunyCode: zone }],
): Promise<World> {
  const records: Standing[] = []
  const handlers: Readonly<Record<string, (p: Readonly<Record<string, string>>) => Answer>> = {
    DescribeDomains: (p) => {
      const { items, TotalCount } = pageOf(zones, p)
      return { body: { Domains: { Domain: items }, TotalCount } }
    },
    DescribeDomainInfo: (p) => ({
      body: { DomainName: zone, ...(p['NeedDetailAttributes'] === 'true' && { MinTtl: 600 }) },
    }),
    AddDomainRecord: ({ RR = '', Type = '', Value = '', TTL }) => {
      const same = records.some((r) => r.RR === RR && r.Type === Type && r.Value === Value)
      if (same) return refuse('DomainRecordDuplicate')
      const RecordId = String(9000 + records.length)
      records.push({ RecordId, RR, Type, Value, TTL: Number(TTL), CreateTimestamp: now })
      return { body: { RecordId } }
    },
    UpdateDomainRecordRemark: ({ RecordId, Remark = '' }) => {
      const found = records.find((r) => r.RecordId === RecordId)
      if (found) found.Remark = Remark
      return { body: {} }
    },
    SetDomainRecordStatus: ({ RecordId, Status = '' }) => {
      const found = records.find((r) => r.RecordId === RecordId)
      if (found) found.Status = Status.toUpperCase()
      return { body: { RecordId, Status } }
    },
    DescribeDomainRecords: (p) => {
      const matching = records.filter((r) => r.RR.includes(p['RRKeyWord'] ?? ''))
      const { items, TotalCount } = pageOf(matching, p)
      return { body: { DomainRecords: { Record: items }, TotalCount } }
    },
    DeleteDomainRecord: ({ RecordId }) => {
      const at = records.findIndex((r) => r.RecordId === RecordId)
      if (at < 0) return refuse('DomainRecordNotBelongToUser')
      records.splice(at, 1)
      return { body: { RecordId } }
    },
  }
  const api = await localApi(
    (call) =>
      instead(call) ?? handlers[call.action]?.(call.parameters) ?? refuse('InvalidApi.NotFound'),
  )
  const values = { endpoint: api.endpoint, 'access-key-id': 'id', 'access-key-secret': 'secret' }
  const context = { host: leapingHost(now), env: {} }
  return {
    api,
    records,
    provider: (options = {}) => provider({ ...values, ...options }, context),
    orphans: (search) => orphans(values, context, search),
    actions: () => api.calls.map(({ action }) => action),
  }
}

function pageOf<T>(all: readonly T[], p: Readonly<Record<string, string>>) {
  const [number, size] = [Number(p['PageNumber'] ?? 1), Number(p['PageSize'] ?? 20)]
  return { items: all.slice((number - 1) * size, number * size), TotalCount: all.length }
}

function refuse(Code: string, status = 400): Answer {
  return { status, body: { Code, Message: 'words', RequestId: 'R-1' } }
}

async function all<T>(items: AsyncIterable<T> | undefined): Promise<T[]> {
  const found: T[] = []
  for await (const item of items ?? []) found.push(item)
  return found
}

describe('options', () => {
  const key = { 'access-key-id': 'id', 'access-key-secret': 'secret' }

  it.each([
    [{ 'access-key-id': 'id' }, 'ALIBABA_KEY_INCOMPLETE'],
    [{ ...key, site: 'moon' }, 'ALIBABA_OPTION_NOT_CONFORM'],
    [{ ...key, endpoint: 'http://example.com' }, 'ALIBABA_ENDPOINT_NOT_SAFE'],
    [{ ...key, zone: 'a..b' }, 'DNS_OPTION_NOT_CONFORM'],
    [{ ...key, ttl: '0' }, 'DNS_OPTION_NOT_CONFORM'],
    [{ ...key, 'acess-key-id': 'x' }, 'DNS_OPTION_MISSPELT'],
  ])('%j are refused before anything is sent', (values: Record<string, string>, code) => {
    const context = { host: leapingHost(), env: {} }
    expect(() => provider(values, context)).toThrow(expect.objectContaining({ code }))
  })
})

describe('zones', () => {
  it('are those of every page, in A-labels', async () => {
    const zones = [
      ...Array.from({ length: 150 }, (_, i) => ({ DomainName: `zone-${i}.example` })),
      { DomainName: '证书.example', PunyCode: 'xn--3lqt0z.example' },
      { DomainName: 'Sub.Example.COM', PunyCode: 'sub.example.com' },
    ]
    const w = await world(undefined, zones)
    const found = await all(w.provider().zones?.())
    expect(found).toHaveLength(152)
    expect(found.slice(-2)).toEqual(['xn--3lqt0z.example', 'sub.example.com'])
    expect(w.actions()).toEqual(['DescribeDomains', 'DescribeDomains'])
  })

  it('that have letters beyond ASCII are edited under the name that the service lists', async () => {
    const listed = [{ DomainName: '证书.example', PunyCode: 'xn--3lqt0z.example' }]
    const w = await world(undefined, listed)
    const made = w.provider()
    await all(made.zones?.())
    const name = '_acme-challenge.xn--3lqt0z.example'
    await made.addTxt({ ...record, zone: 'xn--3lqt0z.example', name })
    const added = w.api.calls.find(({ action }) => action === 'AddDomainRecord')
    expect(added?.parameters).toMatchObject({ DomainName: '证书.example', RR: '_acme-challenge' })
  })

  it('are not listed where one is given: a policy for one zone cannot', async () => {
    const w = await world()
    const made = w.provider({ zone: 'Example.com.' })
    expect(made).not.toHaveProperty('zones')
    expect(made.ignoresZone).toBe(true)
    await made.addTxt({ ...record, zone: 'com' })
    expect(w.actions()).not.toContain('DescribeDomains')
    expect(w.records).toMatchObject([{ RR: '_acme-challenge.www' }])
  })

  it('that a name is not in are refused', async () => {
    const w = await world()
    const made = w.provider({ zone: 'other.example' })
    await expect(made.addTxt(record)).rejects.toMatchObject({ code: 'DNS_ZONE_NOT_EDITABLE' })
    expect(w.actions()).toEqual([])
  })
})

describe('at Alibaba Cloud', () => {
  it('a policy for one zone is enough, with the zone given', async () => {
    const { alibaba, dns, context } = await withDns()
    const resource = `acs:alidns:*:*:domain/${zone}`
    const one = alibaba.addAccount({ allow: [{ action: 'alidns:*', resource }] })
    const listing = provider(valuesOf(alibaba, one), context)
    await expect(all(listing.zones?.())).rejects.toMatchObject({
      code: 'ALIBABA_FORBIDDEN',
      params: { ramAction: 'alidns:DescribeDomains' },
    })
    const made = provider({ ...valuesOf(alibaba, one), zone }, context)
    const receipt = await made.addTxt(record)
    expect(txtAt(dns, record.name)).toEqual(['value'])
    await made.removeTxt(receipt)
    expect(txtAt(dns, record.name)).toEqual([])
  })

  it('a zone below another of the account is one of its own', async () => {
    const zones = [zone, `www.${zone}`]
    const { alibaba, provider: made } = await withDns({ seed: { alidns: { zones } } })
    await made().addTxt({ ...record, zone: `www.${zone}` })
    const below = [...alibaba.state.alidns.zones.values()].find(
      ({ name }) => name === `www.${zone}`,
    )
    expect(below?.records).toMatchObject([{ rr: '_acme-challenge', remark: 'certwright' }])
  })

  it('a zone that has letters beyond ASCII is edited', async () => {
    const { dns, provider: made } = await withDns({ seed: { alidns: { zones: ['例子.test'] } } })
    const provider = made()
    const [found = ''] = await all(provider.zones?.())
    expect(found).toBe('xn--fsqu00a.test')
    const receipt = await provider.addTxt({ ...record, zone: found, name: `a.${found}` })
    expect(txtAt(dns, `a.${found}`)).toEqual(['value'])
    await provider.removeTxt(receipt)
    expect(txtAt(dns, `a.${found}`)).toEqual([])
  })

  it.each([
    ['mianfei', 600],
    ['version_enterprise_basic', 60],
    ['version_enterprise_advanced', 30],
  ] as const)('the edition %s lets a value live for %i seconds', async (edition, ttl) => {
    const zones = [{ name: zone, edition }]
    const { alibaba, provider: made } = await withDns({ seed: { alidns: { zones } } })
    await made().addTxt({ ...record, ttlSeconds: 30 })
    expect([...alibaba.state.alidns.zones.values()][0]?.records).toMatchObject([{ ttl }])
  })

  it('a zone that is still busy with the change before is waited for', async () => {
    const zones = [{ name: zone, busyAfterChange: 2 }]
    const { dns, provider: made } = await withDns({ seed: { alidns: { zones } } })
    const provider = made()
    const receipts = []
    for (const value of ['first', 'second'])
      receipts.push(await provider.addTxt({ ...record, value }))
    expect(txtAt(dns, record.name).sort()).toEqual(['first', 'second'])
    for (const receipt of receipts) await provider.removeTxt(receipt)
    expect(txtAt(dns, record.name)).toEqual([])
  })

  it('a value whose reply is cut off stands once, and is withdrawn', async () => {
    const {
      alibaba,
      dns,
      provider: made,
    } = await withDns({
      faults: ({ action, earlier }) =>
        action === 'AddDomainRecord' && earlier === 0 ? { kind: 'cut', when: 'after' } : undefined,
    })
    const receipt = await made().addTxt(record)
    expect(txtAt(dns, record.name)).toEqual(['value'])
    // Marked as ours all the same, should this run be killed.
    const [{ records = [] } = {}] = alibaba.state.alidns.zones.values()
    expect(records.map(({ remark }) => remark)).toEqual(['certwright'])
    await made().removeTxt(receipt)
    expect(txtAt(dns, record.name)).toEqual([])
  })

  it('values that a killed run left are found a day later', async () => {
    const { host, values, context, provider: made } = await withDns()
    await made().addTxt(record)
    expect(await all(orphans(values, context))).toEqual([])
    await host.sleep(86_400_000)
    expect(await all(orphans(values, context))).toMatchObject([
      { name: record.name, value: 'value' },
    ])
  })
})

describe('a value', () => {
  it('at the apex has the RR @', async () => {
    const w = await world()
    await w.provider().addTxt({ ...record, name: zone })
    expect(w.records).toMatchObject([{ RR: '@', Type: 'TXT', Value: 'value' }])
  })

  it.each([
    [60, undefined, 600],
    [900, undefined, 900],
    [60, '1200', 1200],
    [60, '30', 600],
  ])('wanted for %i seconds, with the option %j, lives for %i', async (ttlSeconds, ttl, lived) => {
    const w = await world()
    await w.provider(ttl === undefined ? {} : { ttl }).addTxt({ ...record, ttlSeconds })
    expect(w.records).toMatchObject([{ TTL: lived }])
  })

  it('asks for the least TTL of its zone once', async () => {
    const w = await world()
    const made = w.provider()
    await made.addTxt(record)
    await made.addTxt({ ...record, value: 'second' })
    expect(w.actions().filter((action) => action === 'DescribeDomainInfo')).toHaveLength(1)
  })

  it('lives as long as every edition allows where the policy hides the least TTL', async () => {
    const w = await world(({ action }) =>
      action === 'DescribeDomainInfo' ? refuse('Forbidden.RAM', 403) : undefined,
    )
    await w.provider().addTxt(record)
    expect(w.records).toMatchObject([{ TTL: 600 }])
  })

  it('is marked as ours', async () => {
    const w = await world()
    await w.provider().addTxt(record)
    expect(w.records).toMatchObject([{ Remark: 'certwright' }])
  })

  it('stands without a mark where the policy forbids marks', async () => {
    const w = await world(({ action }) =>
      action === 'UpdateDomainRecordRemark' ? refuse('Forbidden.RAM', 403) : undefined,
    )
    const receipt = await w.provider().addTxt(record)
    expect(w.records.map(({ RecordId }) => RecordId)).toEqual([receipt['recordId']])
  })

  it('is added once the operation before it has finished', async () => {
    let left = 3
    const w = await world(({ action }) =>
      action === 'AddDomainRecord' && left-- > 0 ? refuse('LastOperationNotFinished') : undefined,
    )
    await w.provider().addTxt(record)
    expect(w.records).toHaveLength(1)
  })

  it.each([['DomainRecordConflict'], ['IncorrectDomainUser'], ['QuotaExceeded.SubDomain']])(
    'that is refused with %s is not added, and the error says so',
    async (code) => {
      const w = await world(({ action }) =>
        action === 'AddDomainRecord' ? refuse(code) : undefined,
      )
      await expect(w.provider().addTxt(record)).rejects.toMatchObject({
        code: 'ALIBABA_REFUSED',
        params: { action: 'AddDomainRecord', code },
      })
    },
  )
})

describe('a value that stands already', () => {
  it('is found among records whose names and values look alike, on whatever page', async () => {
    const w = await world()
    const RR = '_acme-challenge.www'
    for (let i = 0; i < 600; i += 1) {
      w.records.push({ RecordId: `r${i}`, RR: `${RR}${i}`, Type: 'TXT', Value: 'value' })
    }
    w.records.push(
      { RecordId: 'other-value', RR, Type: 'TXT', Value: 'value2' },
      { RecordId: 'other-type', RR, Type: 'CNAME', Value: 'value' },
      { RecordId: 'longer-name', RR: `a.${RR}`, Type: 'TXT', Value: 'value' },
      { RecordId: 'the-one', RR, Type: 'TXT', Value: 'value' },
    )
    expect(await w.provider().addTxt(record)).toMatchObject({ recordId: 'the-one' })
    expect(w.records).toHaveLength(604)
  })

  it('is switched on where it was off', async () => {
    const w = await world()
    const off = { RecordId: 'off', RR: '_acme-challenge.www', Type: 'TXT', Value: 'value' }
    w.records.push({ ...off, Status: 'DISABLE' })
    await w.provider().addTxt(record)
    expect(w.records).toMatchObject([{ RecordId: 'off', Status: 'ENABLE' }])
  })

  it('but cannot be found is an error, for it could never be withdrawn', async () => {
    const w = await world(({ action }) =>
      action === 'AddDomainRecord' ? refuse('DomainRecordDuplicate') : undefined,
    )
    await expect(w.provider().addTxt(record)).rejects.toMatchObject({
      params: { code: 'DomainRecordDuplicate' },
    })
  })

  it('because the first reply was lost is success', async () => {
    let lost = false
    const w: World = await world(({ action, parameters }) => {
      if (action !== 'AddDomainRecord' || lost) return undefined
      lost = true
      const { RR = '', Type = '', Value = '' } = parameters
      w.records.push({ RecordId: 'first', RR, Type, Value })
      return { status: 0 }
    })
    expect(await w.provider().addTxt(record)).toMatchObject({ recordId: 'first' })
    expect(w.records).toHaveLength(1)
  })
})

describe('withdrawing', () => {
  it('asks for the record by its id and for nothing else', async () => {
    const w = await world()
    await w.provider().removeTxt({ zone, name: record.name, recordId: '42' })
    expect(w.api.calls).toMatchObject([
      { action: 'DeleteDomainRecord', parameters: { RecordId: '42' } },
    ])
  })

  it.each([['DomainRecordNotBelongToUser'], ['InvalidRecordId.NotFound']])(
    '%s is success',
    async (code) => {
      const w = await world(() => refuse(code))
      await w.provider().removeTxt({ recordId: '42' })
    },
  )

  it('that a policy forbids is an error while the record stands', async () => {
    const { alibaba, dns, context, provider: made } = await withDns()
    const receipt = await made().addTxt(record)
    const reader = alibaba.addAccount({ allow: [{ action: 'alidns:Describe*' }] })
    const withdraw = async () => provider(valuesOf(alibaba, reader), context).removeTxt(receipt)
    await expect(withdraw()).rejects.toMatchObject({
      code: 'ALIBABA_FORBIDDEN',
      params: { ramAction: 'alidns:DeleteDomainRecord' },
    })
    expect(txtAt(dns, record.name)).toEqual(['value'])
    await made().removeTxt(receipt)
    await withdraw()
  })

  it('any other refusal is an error', async () => {
    const w = await world(() => refuse('DomainRecordLocked'))
    await expect(w.provider().removeTxt({ recordId: '42' })).rejects.toMatchObject({
      params: { code: 'DomainRecordLocked' },
    })
  })

  it('a receipt that names no record is a mistake', async () => {
    const w = await world()
    await expect(w.provider().removeTxt({})).rejects.toThrow(TypeError)
    expect(w.actions()).toEqual([])
  })
})

describe('orphans', () => {
  const day = 86_400_000
  const ours = { Type: 'TXT', Remark: 'certwright', Value: 'old' }

  it('are values of ours that are old enough, and a receipt removes each', async () => {
    const w = await world()
    w.records.push(
      { ...ours, RecordId: '1', RR: '_acme-challenge', CreateTimestamp: now - 2 * day },
      { ...ours, RecordId: '2', RR: '@', CreateTimestamp: now - 2 * day },
      { ...ours, RecordId: '3', RR: 'young', CreateTimestamp: now - day / 2 },
      { ...ours, RecordId: '4', RR: 'theirs', Remark: 'mail', CreateTimestamp: now - 2 * day },
      { ...ours, RecordId: '5', RR: 'a', Type: 'A', CreateTimestamp: now - 2 * day },
      { ...ours, RecordId: '6', RR: 'undated' },
    )
    const found = await all(w.orphans())
    expect(found).toMatchObject([
      { name: `_acme-challenge.${zone}`, value: 'old', createdAt: now - 2 * day },
      { name: zone },
    ])
    const made = w.provider()
    for (const { receipt } of found) await made.removeTxt(receipt)
    expect(w.records.map(({ RecordId }) => RecordId)).toEqual(['3', '4', '5', '6'])
  })

  it('are looked for in the zones that are given, and by the age that is given', async () => {
    const w = await world()
    w.records.push({ ...ours, RecordId: '1', RR: 'x', CreateTimestamp: now - 1000 })
    expect(await all(w.orphans({ zones: [zone], olderThanMs: 1000 }))).toHaveLength(1)
    expect(w.actions()).toEqual(['DescribeDomainRecords'])
  })
})
