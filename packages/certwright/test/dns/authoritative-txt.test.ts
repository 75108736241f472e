import { createZone, secondaryOf, startDns } from '@certwright/sandbox'
import { expect, it } from 'vitest'
import { txtAtAll } from '../../src/dns/authoritative-txt.ts'
import { resolver } from '../../src/dns/resolver.ts'
import { closedPort, serverText, serveZone, zonesAt } from './world.ts'

const zone = 'example.test'
const name = `_validation-persist.${zone}`

it('says what every server has, joined from its strings', async () => {
  const dns = await zonesAt(zone)
  dns.add({ name, type: 'TXT', data: ['one ', 'value'] })
  const { sights, ...place } = await txtAtAll(name, {
    resolver: resolver({ servers: [serverText(dns)] }),
  })
  expect(place).toEqual({ name, zone })
  expect(sights).toHaveLength(dns.addresses.length)
  for (const { values, answer } of sights) {
    expect([values, answer]).toEqual([['one value'], 'NOERROR'])
  }
  await dns.close()
})

it('tells a server that has fallen behind from one that has not', async () => {
  const primary = createZone({ name: zone, nameServers: [`ns1.${zone}`, `ns2.${zone}`] })
  const dns = await startDns({ address: '127.0.0.1', zones: [primary] })
  const slow = await startDns({
    address: '127.0.0.2',
    port: dns.port,
    zones: [secondaryOf(primary, { queries: 50 })],
  })
  dns.add({ name: `ns1.${zone}`, type: 'A', data: '127.0.0.1' })
  dns.add({ name: `ns2.${zone}`, type: 'A', data: '127.0.0.2' })
  dns.add({ name, type: 'TXT', data: 'value' })
  const { sights } = await txtAtAll(name, { resolver: resolver({ servers: [serverText(dns)] }) })
  expect(sights.map(({ nameServer, values }) => [nameServer.name, values])).toEqual([
    [`ns1.${zone}`, ['value']],
    [`ns2.${zone}`, []],
  ])
  await Promise.all([dns.close(), slow.close()])
})

it('follows an alias to where the records are', async () => {
  const dns = await zonesAt(zone)
  serveZone(dns, 'other.test')
  dns.add({ name, type: 'CNAME', data: 'x.other.test' })
  dns.add({ name: 'x.other.test', type: 'TXT', data: 'value' })
  const found = await txtAtAll(name, { resolver: resolver({ servers: [serverText(dns)] }) })
  expect([found.name, found.zone]).toEqual(['x.other.test', 'other.test'])
  expect(found.sights[0]?.values).toEqual(['value'])
  await dns.close()
})

it('has no values of a server that gives no answer of its own', async () => {
  const dns = await zonesAt(zone)
  const { sights } = await txtAtAll(name, {
    resolver: resolver({ servers: [serverText(dns)] }),
    authoritativePort: await closedPort(),
    timeoutMs: 200,
    attempts: 1,
  })
  expect(sights.length).toBeGreaterThan(0)
  for (const { values, answer } of sights) {
    expect(values).toBeUndefined()
    expect(answer).toBeDefined()
  }
  await dns.close()
})

it('leaves out what this machine has no way to, unless that is all there is', async () => {
  // A link-local address without its link: no machine has a way to it, and no packet leaves this one.
  const noRoute = 'fe80::53'
  const dns = await zonesAt(zone)
  dns.add({ name: `ns1.${zone}`, type: 'AAAA', data: noRoute })
  const options = { resolver: resolver({ servers: [serverText(dns)] }) }
  const { sights } = await txtAtAll(name, options)
  expect(sights.map(({ nameServer }) => nameServer.server.address)).not.toContain(noRoute)
  expect(sights).toHaveLength(dns.addresses.length)
  await dns.close()
})

it('fails where no zone is found', async () => {
  const dns = await startDns({ outside: 'NXDOMAIN' })
  await expect(
    txtAtAll(name, { resolver: resolver({ servers: [serverText(dns)] }) }),
  ).rejects.toMatchObject({ code: 'DNS_ZONE_NOT_FOUND' })
  await dns.close()
})
