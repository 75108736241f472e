import { expect, it } from 'vitest'
import { resolver } from '../../src/dns/resolver.ts'
import { findZone } from '../../src/dns/zone.ts'
import { rawServer, serverText, zonesAt } from './world.ts'

it('throws an error with the name in it where no server has an SOA record', async () => {
  const { startDns } = await import('@certwright/sandbox')
  const dns = await startDns({ outside: 'NXDOMAIN' })
  await expect(
    findZone('www.Example.test.', resolver({ servers: [serverText(dns)] })),
  ).rejects.toMatchObject({ code: 'DNS_ZONE_NOT_FOUND', params: { name: 'www.example.test' } })
  await dns.close()
})

it('finds the apex from a name, from one that does not exist, and from the apex itself', async () => {
  const dns = await zonesAt('example.co.test')
  const asked = resolver({ servers: [serverText(dns)] })
  expect(await findZone('example.co.test', asked)).toBe('example.co.test')
  expect(await findZone('a.b.Example.CO.test.', asked)).toBe('example.co.test')
  await dns.close()
})

it('finds a zone that begins below a registered domain, wherever that is (lego#1710)', async () => {
  const dns = await zonesAt('example.test', 'dev.example.test')
  const asked = resolver({ servers: [serverText(dns)] })
  expect(await findZone('www.dev.example.test', asked)).toBe('dev.example.test')
  expect(await findZone('www.example.test', asked)).toBe('example.test')
  await dns.close()
})

it('does not take the root, or a zone that the name is not in, for its zone', async () => {
  const { encode, decode } = await import('dns-packet')
  const server = await rawServer({
    udp: (message) => {
      const { id = 0, questions = [] } = decode(message)
      const soa = { mname: 'ns.test', rname: 'root.test' }
      return ['.', 'other.test'].slice(questions[0]?.name === 'test' ? 0 : 1).map((name) =>
        encode({
          type: 'response',
          id,
          flags: 3,
          questions,
          authorities: [{ name, type: 'SOA', data: soa }],
        }),
      )
    },
  })
  const asked = resolver({ servers: [`127.0.0.1:${server.port}`] })
  await expect(findZone('example.test', asked)).rejects.toMatchObject({
    code: 'DNS_ZONE_NOT_FOUND',
  })
  await server.close()
})

it('does not take the zone above for that of an alias into it', async () => {
  const dns = await zonesAt('example.test', 'dev.example.test')
  dns.add({ name: 'www.dev.example.test', type: 'CNAME', data: 'gone.example.test' })
  const asked = resolver({ servers: [serverText(dns)] })
  expect(await findZone('www.dev.example.test', asked)).toBe('dev.example.test')
  await dns.close()
})

it('does not take the zone of an alias for that of the name (lego#1816)', async () => {
  const dns = await zonesAt('example.test', 'cdn.test')
  dns.add({ name: 'www.example.test', type: 'CNAME', data: 'edge.cdn.test' })
  dns.add({ name: 'apex.example.test', type: 'CNAME', data: 'cdn.test' })
  const asked = resolver({ servers: [serverText(dns)] })
  expect(await findZone('www.example.test', asked)).toBe('example.test')
  expect(await findZone('apex.example.test', asked)).toBe('example.test')
  await dns.close()
})
