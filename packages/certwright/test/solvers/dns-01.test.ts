import { startDns, type RunningDns } from '@certwright/sandbox'
import { describe, expect, it, test } from 'vitest'
import { dns01Name, dns01Value, type ChallengeWork } from '@certwright/acme'
import type { DnsProvider, TxtRecord } from '../../src/dns/provider.ts'
import { provider as rfc2136 } from '../../src/dns/providers/rfc2136.ts'
import { systemHost } from '../../src/runtime/host.ts'
import { dns01 } from '../../src/solvers/dns-01.ts'
import { solverSuite } from '../../src/testing/index.ts'
import { leapingHost, serverText, serveZone, txtAt, updatableZone, zonesAt } from '../dns/world.ts'
import { workFor } from './work.ts'

const zone = 'example.test'

/** A DNS of its own that takes updates, and the provider that sends them. */
async function updatableDns(): Promise<{ dns: RunningDns; provider: () => DnsProvider }> {
  const { dns, values } = await updatableZone(zone)
  return { dns, provider: () => rfc2136(values, { host: systemHost, env: {} }) }
}

/** A provider that only remembers what it was told. */
function recorded(more: Partial<DnsProvider> = {}): DnsProvider & { readonly added: TxtRecord[] } {
  const added: TxtRecord[] = []
  return {
    added,
    addTxt: async (record) => {
      added.push(record)
      return { name: record.name, value: record.value }
    },
    removeTxt: async () => {},
    ...more,
  }
}

describe('the contract', () => {
  solverSuite({
    test,
    zone,
    wildcards: true,
    addresses: false,
    world: async () => {
      const { dns, provider } = await updatableDns()
      return {
        solver: () =>
          dns01({ provider: provider(), host: leapingHost(), resolvers: [serverText(dns)] }),
        right: async ({ keyAuthorization }: ChallengeWork) => dns01Value(keyAuthorization),
        seen: async ({ identifier }: ChallengeWork) => txtAt(dns, dns01Name(identifier.value))[0],
        close: async () => dns.close(),
      }
    },
  })
})

it('is for names, never for addresses', async () => {
  const dns = await zonesAt(zone)
  const solver = dns01({ provider: recorded(), host: leapingHost(), resolvers: [serverText(dns)] })
  expect(solver.accepts?.({ type: 'ip', value: '192.0.2.1' }, false)).toBe(false)
  expect(solver.accepts?.({ type: 'dns', value: zone }, true)).toBe(true)
  await dns.close()
})

it('keeps the two values that a name and its wildcard need at once (certbot#6496)', async () => {
  const { dns, provider } = await updatableDns()
  const solver = dns01({ provider: provider(), host: leapingHost(), resolvers: [serverText(dns)] })
  const works = [
    workFor(zone, { token: 'apex' }),
    workFor(zone, { token: 'wildcard', wildcard: true }),
  ]
  const receipts = await Promise.all(works.map(async (work) => solver.present(work)))
  await solver.settle?.(works)
  const expected = await Promise.all(
    works.map(async ({ keyAuthorization }) => dns01Value(keyAuthorization)),
  )
  expect(txtAt(dns, `_acme-challenge.${zone}`).sort()).toEqual(expected.sort())
  // Each server is asked once for both.
  expect(dns.log.filter(({ type }) => type === 'TXT')).toHaveLength(dns.addresses.length)
  await solver.cleanUp(receipts[0] ?? {})
  expect(txtAt(dns, `_acme-challenge.${zone}`)).toHaveLength(1)
  await dns.close()
})

it('publishes where _acme-challenge is delegated to, and cleans up there (lego#1800)', async () => {
  const { dns, provider } = await updatableDns()
  serveZone(dns, 'acme.other.test')
  dns.add({ name: `_acme-challenge.${zone}`, type: 'CNAME', data: 'x.acme.other.test' })
  const solver = dns01({ provider: provider(), host: leapingHost(), resolvers: [serverText(dns)] })
  const work = workFor(zone)
  const receipt = await solver.present(work)
  await solver.settle?.([work])
  expect(txtAt(dns, 'x.acme.other.test')).toEqual([await dns01Value(work.keyAuthorization)])
  await solver.cleanUp(receipt)
  expect(txtAt(dns, 'x.acme.other.test')).toEqual([])
  await dns.close()
})

it('looks at a name once in a run, for both of its values and for the wait', async () => {
  const dns = await zonesAt(zone)
  const solver = dns01({
    provider: recorded(),
    host: leapingHost(),
    resolvers: [serverText(dns)],
    propagationCheck: false,
  })
  await solver.present(workFor(zone, { token: 'one' }))
  const asked = dns.log.length
  await solver.present(workFor(zone, { token: 'two', wildcard: true }))
  expect(dns.log).toHaveLength(asked)
  await dns.close()
})

it('looks again after a look that failed', async () => {
  const dns = await startDns({ outside: 'NXDOMAIN' })
  const provider = recorded()
  const solver = dns01({ provider, host: leapingHost(), resolvers: [serverText(dns)] })
  const params = { name: `_acme-challenge.${zone}` }
  dns.setServfail(zone)
  dns.setServfail('test')
  dns.setServfail(`_acme-challenge.${zone}`)
  await expect(solver.present(workFor(zone))).rejects.toMatchObject({ code: 'DNS_RESOLVER_FAILED' })
  for (const name of [zone, 'test', `_acme-challenge.${zone}`]) dns.setServfail(name, false)
  serveZone(dns, zone)
  await solver.present(workFor(zone))
  expect(provider.added).toMatchObject([{ zone, ...params, ttlSeconds: 60 }])
  await dns.close()
})

it('refuses a name that is in no zone, but for a provider that needs none', async () => {
  const dns = await startDns({ outside: 'NXDOMAIN' })
  const options = { host: leapingHost(), resolvers: [serverText(dns)], propagationCheck: false }
  await expect(
    dns01({ provider: recorded(), ...options }).present(workFor(zone)),
  ).rejects.toMatchObject({
    code: 'DNS_ZONE_NOT_FOUND',
    params: { name: `_acme-challenge.${zone}` },
  })
  const provider = recorded({ ignoresZone: true })
  const solver = dns01({ provider, ...options })
  await solver.present(workFor(zone))
  await solver.settle?.([workFor(zone)])
  expect(provider.added).toMatchObject([{ name: `_acme-challenge.${zone}` }])
  await dns.close()
})

it("takes the longest of the account's own zones, and names them all where none fits", async () => {
  const dns = await zonesAt(zone)
  let listed = 0
  const provider = recorded({
    async *zones() {
      listed += 1
      yield* ['test', 'Example.test.', 'other.example.test', 'ample.test']
    },
  })
  const solver = dns01({ provider, host: leapingHost(), resolvers: [serverText(dns)] })
  await solver.present(workFor(`www.${zone}`))
  await solver.present(workFor(`mail.${zone}`))
  expect(provider.added.map(({ zone }) => zone)).toEqual([zone, zone])
  expect(listed).toBe(1)

  const poor = recorded({
    async *zones() {
      yield* ['a.test', 'b.test']
    },
  })
  await expect(
    dns01({ provider: poor, host: leapingHost(), resolvers: [serverText(dns)] }).present(
      workFor(zone),
    ),
  ).rejects.toMatchObject({ code: 'DNS_ZONE_NOT_EDITABLE', params: { zones: 'a.test, b.test' } })
  await dns.close()
})

describe('for a service that owns its names', () => {
  it('looks nothing up before it publishes', async () => {
    const dns = await zonesAt(zone)
    const provider = recorded({ ownsName: true })
    await dns01({ provider, host: leapingHost(), resolvers: [serverText(dns)] }).present(
      workFor(zone),
    )
    const name = `_acme-challenge.${zone}`
    expect(provider.added).toMatchObject([{ zone: name, name }])
    expect(dns.log).toEqual([])
    await dns.close()
  })

  it('says at once that the alias is missing, rather than wait for what cannot come', async () => {
    const dns = await zonesAt(zone)
    const host = leapingHost()
    const provider = recorded({ ownsName: true })
    const solver = dns01({ provider, host, resolvers: [serverText(dns)] })
    await expect(solver.settle?.([workFor(zone)])).rejects.toMatchObject({
      code: 'DNS_DELEGATION_MISSING',
      params: { name: `_acme-challenge.${zone}` },
    })
    expect(host.waits).toEqual([])
    await dns.close()
  })

  it('waits for the value where the alias leads', async () => {
    const dns = await zonesAt(zone, 'auth.test')
    dns.add({ name: `_acme-challenge.${zone}`, type: 'CNAME', data: 'u.auth.test' })
    const provider = recorded({
      ownsName: true,
      addTxt: async ({ value }) => {
        dns.add({ name: 'u.auth.test', type: 'TXT', data: value })
        return {}
      },
    })
    const solver = dns01({ provider, host: leapingHost(), resolvers: [serverText(dns)] })
    await solver.present(workFor(zone))
    await solver.settle?.([workFor(zone)])
    await dns.close()
  })
})

it('says which servers it could not ask for want of IPv6', async () => {
  const { dns, provider } = await updatableDns()
  dns.add({ name: `ns1.${zone}`, type: 'AAAA', data: 'fe80::53' })
  const leftOut: string[] = []
  const solver = dns01({
    provider: provider(),
    host: leapingHost(),
    resolvers: [serverText(dns)],
    onLeftOut: (servers) => leftOut.push(...servers.map(({ server }) => server.address)),
  })
  await solver.present(workFor(zone))
  await solver.settle?.([workFor(zone)])
  expect(leftOut).toEqual(['fe80::53'])
  await dns.close()
})

it('gives the value that RFC 8555 §8.4 asks for', async () => {
  const dns = await zonesAt(zone)
  const provider = recorded()
  const solver = dns01({ provider, host: leapingHost(), resolvers: [serverText(dns)] })
  await solver.present(workFor(zone))
  expect(provider.added.map(({ value }) => value)).toEqual([
    'ZTRx1Ckl1-tM05o5zaizTTA0yUy5AGereMgSNWC6Ll8',
  ])
  await dns.close()
})
