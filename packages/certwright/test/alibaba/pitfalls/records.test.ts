import { describe, expect, it } from 'vitest'
import { provider } from '../../../src/dns/providers/alibaba-dns.ts'
import { systemHost } from '../../../src/runtime/host.ts'
import { txtAt } from '../../dns/world.ts'
import { cloudWorld, type CloudWorld } from '../world.ts'

const zone = 'example.test'
const name = `_acme-challenge.${zone}`

const providerOf = ({ alibaba }: CloudWorld) =>
  provider(
    {
      endpoint: alibaba.endpoint,
      'access-key-id': alibaba.accessKeyId,
      'access-key-secret': alibaba.accessKeySecret,
    },
    { host: systemHost, env: {} },
  )

/** What was asked of DNS and of the CA, without what only reads. */
const changes = ({ events }: CloudWorld): readonly string[] =>
  events.filter((event) => /^(AddDomain|DeleteDomain|DeleteSub|answer)/.test(event))

/** So many questions after a change the second name server still answers as before. */
const lag = 6

/** How often the second name server was asked between the last change of the zone and an event. */
function looksBefore({ events, looks }: CloudWorld, event: number): number {
  const change = events.slice(0, event).findLastIndex((one) => one === 'AddDomainRecord')
  expect(change).toBeGreaterThanOrEqual(0)
  return (looks[event] ?? 0) - (looks[change] ?? 0)
}

const recordsIn = ({ alibaba }: CloudWorld, of = zone) =>
  [...alibaba.state.alidns.zones.values()].find((one) => one.name === of)?.records ?? []

describe('pitfall 1: the base and its wildcard have two values at one name', () => {
  it('both stand before either is answered, and neither goes before both are proven', async () => {
    const world = await cloudWorld()
    const { code, stderr } = await world.order([zone, `*.${zone}`])
    expect(stderr).not.toMatch(/error|failed/i)
    expect(code).toBe(0)
    expect(changes(world)).toEqual([
      'AddDomainRecord',
      'AddDomainRecord',
      'answer',
      'answer',
      'DeleteDomainRecord',
      'DeleteDomainRecord',
    ])
    expect(txtAt(world.sandbox.dns, name)).toEqual([])
  })

  it('neither is answered before every name server has both', async () => {
    const world = await cloudWorld({ secondary: { lag } })
    expect((await world.order([zone, `*.${zone}`])).code).toBe(0)
    expect(looksBefore(world, world.events.indexOf('answer'))).toBeGreaterThanOrEqual(lag)
  })
})

describe('pitfall 2: a renewal soon after may be shown the value of before', () => {
  it('has a value of its own, which every name server gives before it is answered', async () => {
    const world = await cloudWorld({ secondary: { lag } })
    expect((await world.order([zone])).code).toBe(0)
    const before = world.events.length
    expect((await world.run(['renew', zone, '--force'])).code).toBe(0)
    const values = world.alibaba.calls
      .filter(({ action }) => action === 'AddDomainRecord')
      .map(({ parameters }) => parameters['Value'])
    expect(new Set(values).size).toBe(2)
    const answer = world.events.indexOf('answer', before)
    expect(looksBefore(world, answer)).toBeGreaterThanOrEqual(lag)
  })
})

describe('pitfall 3: deleting by name takes away the values of others', () => {
  it('only the very record is withdrawn, and what others have at the name stays', async () => {
    const world = await cloudWorld()
    const theirs = { zone, name, value: 'of-another-client', ttlSeconds: 600 }
    await providerOf(world).addTxt(theirs)
    expect((await world.order([zone])).code).toBe(0)
    expect(txtAt(world.sandbox.dns, name)).toEqual(['of-another-client'])
    expect(world.events).not.toContain('DeleteSubDomainRecords')
  })

  it('a value that stands already is looked up, so that it can be withdrawn', async () => {
    const world = await cloudWorld()
    const one = { zone, name, value: 'twice', ttlSeconds: 600 }
    await providerOf(world).addTxt({ ...one, value: 'twice-as-long' })
    const first = await providerOf(world).addTxt(one)
    const again = await providerOf(world).addTxt(one)
    expect(again).toEqual(first)
    await providerOf(world).removeTxt(again)
    expect(recordsIn(world).map(({ value }) => value)).toEqual(['twice-as-long'])
  })
})

describe('pitfall 4: the zone is the longest that the account has', () => {
  it('whatever a public suffix says, in whatever case, in A-labels', async () => {
    const zones = [zone, `sub.${zone}`, 'xn--fsqu00a.test']
    const world = await cloudWorld({ zones })
    const names = [`WWW.Sub.${zone}`, `other.${zone}`, 'a.例子.test']
    const { code, stderr } = await world.order(names)
    expect(stderr).not.toMatch(/IncorrectDomainUser/)
    expect(code).toBe(0)
    const added = world.alibaba.calls
      .filter(({ action }) => action === 'AddDomainRecord')
      .map(({ parameters }) => `${String(parameters['RR'])} @ ${String(parameters['DomainName'])}`)
    expect(new Set(added)).toEqual(
      new Set([
        `_acme-challenge.other @ ${zone}`,
        `_acme-challenge.www @ sub.${zone}`,
        '_acme-challenge.a @ 例子.test',
      ]),
    )
    expect(world.events).not.toContain('GetMainDomainName')
  })
})

describe('pitfall 5: a name may be delegated by CNAME', () => {
  it('the value is published where the CNAME leads, in another zone', async () => {
    const alias = { rr: '_acme-challenge.www', type: 'CNAME', value: 'www.acme.test' }
    const world = await cloudWorld({
      zones: [zone, 'acme.test'],
      seed: { alidns: { zones: [{ name: zone, records: [alias] }, 'acme.test'] } },
    })
    const { code, stderr } = await world.order([`www.${zone}`])
    expect(stderr).not.toContain('DomainRecordConflict')
    expect(code).toBe(0)
    const call = world.alibaba.calls.find(({ action }) => action === 'AddDomainRecord')
    expect(call?.parameters).toMatchObject({ DomainName: 'acme.test', RR: 'www' })
    expect(recordsIn(world)).toMatchObject([{ type: 'CNAME' }])
  })
})

describe('pitfall 6: a zone has a least TTL', () => {
  it.each([
    ['mianfei', 30, 600],
    ['mianfei', 900, 900],
    ['version_enterprise_basic', 30, 60],
  ] as const)(
    'a value in the edition %s that is to live for %i seconds lives for %i',
    async (edition, wanted, ttl) => {
      const world = await cloudWorld({ seed: { alidns: { zones: [{ name: zone, edition }] } } })
      await providerOf(world).addTxt({ zone, name, value: 'one', ttlSeconds: wanted })
      expect(recordsIn(world)).toMatchObject([{ ttl }])
    },
  )
})
