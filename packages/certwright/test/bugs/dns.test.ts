import { dns01Value } from '@certwright/acme'
import { createTsigKey, startDns, startSandbox, type RunningDns } from '@certwright/sandbox'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { DnsProvider, TxtRecord } from '../../src/dns/provider.ts'
import { provider as rfc2136 } from '../../src/dns/providers/rfc2136.ts'
import { findZone } from '../../src/dns/zone.ts'
import { resolver } from '../../src/dns/resolver.ts'
import { systemHost } from '../../src/runtime/host.ts'
import { dns01 } from '../../src/solvers/dns-01.ts'
import { leapingHost, serverText, serveZone, txtAt } from '../dns/world.ts'
import { workFor } from '../solvers/work.ts'

const zone = 'example.test'
const name = `_acme-challenge.${zone}`

async function updatable(...zones: readonly string[]) {
  const key = createTsigKey('key')
  const dns = await startDns({ keys: [key] })
  onTestFinished(async () => dns.close())
  for (const one of [zone, ...zones]) serveZone(dns, one)
  const values = { server: serverText(dns), 'key-name': 'key', 'key-secret': key.secret }
  const provider = rfc2136(values, { host: systemHost, env: {} })
  return { dns, provider, solver: dns01({ provider, ...lookup(dns) }) }
}

const lookup = (dns: RunningDns) => ({ host: leapingHost(), resolvers: [serverText(dns)] })

/** A provider that only remembers what it was told. */
function recorded(): DnsProvider & { readonly added: TxtRecord[] } {
  const added: TxtRecord[] = []
  return { added, addTxt: async (one) => (added.push(one), {}), removeTxt: async () => {} }
}

describe('values in DNS', () => {
  it('bug 16: of a name and its wildcard stand beside each other (dehydrated-io/dehydrated#487, acmesh-official/acme.sh#3036, certbot/certbot#6496)', async () => {
    const { dns, solver } = await updatable()
    const works = ['apex', 'wildcard'].map((token) => workFor(zone, { token }))
    for (const work of works) await solver.present(work)
    const values = works.map(async ({ keyAuthorization }) => dns01Value(keyAuthorization))
    expect(txtAt(dns, name).sort()).toEqual((await Promise.all(values)).sort())
  })

  it('bug 17: of another validation stay when ours is withdrawn (dehydrated-io/dehydrated#539, acmesh-official/acme.sh#3693)', async () => {
    const { dns, solver } = await updatable()
    dns.add({ name, type: 'TXT', data: "another validation's" })
    await solver.cleanUp(await solver.present(workFor(zone)))
    expect(txtAt(dns, name)).toEqual(["another validation's"])
  })

  it('bug 18: are all withdrawn, not the first alone (caddy-dns/namecheap#15)', async () => {
    const { dns, solver } = await updatable()
    const works = ['one', 'two', 'three'].map((token) => workFor(zone, { token }))
    const receipts = await Promise.all(works.map(async (work) => solver.present(work)))
    expect(txtAt(dns, name)).toHaveLength(3)
    for (const receipt of receipts) await solver.cleanUp(receipt)
    expect(txtAt(dns, name)).toEqual([])
  })

  it('bug 19: go to where the alias leads, into the zone that is there (go-acme/lego#1816, go-acme/lego#1800, go-acme/lego#1932)', async () => {
    const { dns } = await updatable('acme.other.test')
    dns.add({ name, type: 'CNAME', data: 'first.example.test' })
    dns.add({ name: 'first.example.test', type: 'CNAME', data: 'x.acme.other.test' })
    const provider = recorded()
    await dns01({ provider, ...lookup(dns) }).present(workFor(zone))
    expect(provider.added).toMatchObject([{ zone: 'acme.other.test', name: 'x.acme.other.test' }])
  })

  it('bug 19: go into the zone that an SOA record shows, not one that a list of suffixes does (go-acme/lego#1710)', async () => {
    const { dns } = await updatable('deep.down.example.test')
    const servers = resolver({ servers: [serverText(dns)] })
    await expect(findZone('www.deep.down.example.test', servers)).resolves.toBe(
      'deep.down.example.test',
    )
    await expect(findZone('www.down.example.test', servers)).resolves.toBe(zone)
  })

  it('bug 20: are waited for at every name server, and no cache is asked (go-acme/lego#2988, go-acme/lego#1777, go-acme/lego#1406, caddyserver/certmagic#219)', async () => {
    const [cache, server] = [await startDns(), await startDns()]
    onTestFinished(async () => {
      await Promise.all([cache.close(), server.close()])
    })
    for (const dns of [cache, server]) serveZone(dns, zone)
    const work = workFor(zone)
    const data = await dns01Value(work.keyAuthorization)
    // The cache has it already; the servers of the zone have not.
    cache.add({ name, type: 'TXT', data })
    const solver = dns01({
      provider: recorded(),
      ...lookup(cache),
      authoritativePort: server.port,
      deadlineMs: 5000,
    })
    await solver.present(work)
    await expect(solver.settle?.([work])).rejects.toMatchObject({ code: 'DNS_NOT_PROPAGATED' })
    server.add({ name, type: 'TXT', data })
    await solver.settle?.([work])
    const asked = server.log.filter(({ type }) => type === 'TXT').slice(-server.addresses.length)
    expect(asked).toHaveLength(server.addresses.length)
    expect(cache.log.filter(({ type }) => type === 'TXT')).toEqual([])
  })

  it('bug 20: are waited for at the slowest server too (go-acme/lego#1406)', async ({ skip }) => {
    if (process.platform !== 'linux') skip('127.0.0.2 is an address of this machine on Linux only')
    const sandbox = await startSandbox({ secondary: { lag: 4 } })
    onTestFinished(async () => sandbox.close())
    const { resolver, tsig, secondary } = sandbox
    const values = { server: resolver, 'key-name': tsig.name, 'key-secret': tsig.secret }
    const provider = rfc2136(values, { host: systemHost, env: {} })
    const solver = dns01({ provider, host: leapingHost(), resolvers: [resolver] })
    const work = workFor(sandbox.zone)
    await solver.present(work)
    await solver.settle?.([work])
    const asked = secondary?.log.filter(({ type }) => type === 'TXT') ?? []
    expect(asked.length).toBeGreaterThan(2)
    expect(asked.at(-1)).toMatchObject({ rcode: 'NOERROR' })
  })
})
