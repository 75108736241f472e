import { createZone, secondaryOf, startDns } from '@certwright/sandbox'
import { expect, it } from 'vitest'
import { awaitPropagation } from '../../src/dns/propagation.ts'
import { resolver } from '../../src/dns/resolver.ts'
import { closedPort, leapingHost, serverText, serveZone, zonesAt } from './world.ts'

const zone = 'example.test'
const name = `_acme-challenge.${zone}`
// A link-local address without its link: no machine has a way to it, and no packet leaves this one.
const noRoute = 'fe80::53'
const expected = [{ zone, name, values: ['first', 'second'] }]

it('says which server lacks which value once the deadline has passed', async () => {
  const dns = await zonesAt(zone)
  dns.add({ name, type: 'TXT', data: 'first' })
  const error: unknown = await awaitPropagation(expected, {
    host: leapingHost(),
    resolver: resolver({ servers: [serverText(dns)] }),
    deadlineMs: 60_000,
  }).catch((error: unknown) => error)
  expect(error).toMatchObject({ code: 'DNS_NOT_PROPAGATED', params: { seconds: 60 } })
  const { message } = error as Error
  expect(message).toContain(
    `ns1.example.test (127.0.0.1:${dns.port}): ${name} TXT ≠ "second" [1 × TXT]`,
  )
  expect(message).not.toContain('"first"')
  await dns.close()
})

it('waits until every server has every value, and asks no more than is still open (certmagic#219)', async () => {
  const host = leapingHost()
  const primary = createZone({ name: zone, nameServers: [`ns1.${zone}`] })
  const dns = await startDns({ address: '127.0.0.1', zones: [primary] })
  dns.add({ name: `ns1.${zone}`, type: 'A', data: '127.0.0.1' })
  const slow = await startDns({
    address: '127.0.0.1',
    zones: [secondaryOf(primary, { queries: 5 })],
  })
  dns.add({ name, type: 'TXT', data: 'first' })
  dns.add({ name, type: 'TXT', data: 'second' })
  const left = await awaitPropagation(expected, {
    host,
    resolver: resolver({ servers: [serverText(dns)] }),
    authoritativePort: slow.port,
  })
  expect(left).toEqual({ leftOut: [] })
  expect(slow.log.filter(({ type }) => type === 'TXT')).toHaveLength(6)
  // The pauses grow, and the first look comes without one.
  expect(host.waits[0]).toBe(0)
  expect(host.waits.slice(1)).toEqual(host.waits.slice(1).toSorted((a, b) => a - b))
  await Promise.all([dns.close(), slow.close()])
})

it('asks the servers themselves for the values, without recursion, and never the resolver', async () => {
  const [recursive, authoritative] = [await zonesAt(zone), await zonesAt(zone)]
  for (const data of ['first', 'second']) authoritative.add({ name, type: 'TXT', data })
  await awaitPropagation(expected, {
    host: leapingHost(),
    resolver: resolver({ servers: [serverText(recursive)] }),
    authoritativePort: authoritative.port,
  })
  expect(recursive.log.some(({ type }) => type === 'TXT')).toBe(false)
  expect(authoritative.log.map(({ type }) => type)).toEqual(
    authoritative.addresses.map(() => 'TXT'),
  )
  await Promise.all([recursive.close(), authoritative.close()])
})

it('asks each server on IPv4 and on IPv6', async ({ skip }) => {
  const dns = await zonesAt(zone)
  if (!dns.addresses.includes('::1')) skip('this machine has no IPv6')
  for (const data of ['first', 'second']) dns.add({ name, type: 'TXT', data })
  await awaitPropagation(expected, {
    host: leapingHost(),
    resolver: resolver({ servers: [serverText(dns)] }),
  })
  expect(dns.log.filter(({ type }) => type === 'TXT')).toHaveLength(2)
  await dns.close()
})

it('counts a server that nobody listens at as lacking the values', async () => {
  const dns = await zonesAt(zone)
  const asked = awaitPropagation(expected, {
    host: leapingHost(),
    resolver: resolver({ servers: [serverText(dns)] }),
    authoritativePort: await closedPort(),
    deadlineMs: 1000,
  })
  await expect(asked).rejects.toThrow('"first", "second" [ECONNREFUSED]')
  await dns.close()
})

it('does not believe a server that is not authoritative', async () => {
  const dns = await zonesAt(zone)
  const lame = await zonesAt('other.test')
  const asked = awaitPropagation(expected, {
    host: leapingHost(),
    resolver: resolver({ servers: [serverText(dns)] }),
    authoritativePort: lame.port,
    deadlineMs: 1000,
  })
  await expect(asked).rejects.toThrow('REFUSED, no AA')
  await Promise.all([dns.close(), lame.close()])
})

it('leaves out a server that this machine has no route to, and says which', async () => {
  const dns = await startDns({ address: '127.0.0.1' })
  serveZone(dns, zone, ['127.0.0.1', noRoute])
  for (const data of ['first', 'second']) dns.add({ name, type: 'TXT', data })
  const { leftOut } = await awaitPropagation(expected, {
    host: leapingHost(),
    resolver: resolver({ servers: [serverText(dns)] }),
  })
  expect(leftOut).toEqual([{ name: `ns1.${zone}`, server: { address: noRoute, port: 53 } }])
  await dns.close()
})

it('does not call it propagated when it could ask no server at all', async () => {
  const dns = await startDns({ address: '127.0.0.1' })
  serveZone(dns, zone, [noRoute])
  const asked = awaitPropagation(expected, {
    host: leapingHost(),
    resolver: resolver({ servers: [serverText(dns)] }),
    deadlineMs: 1000,
  })
  await expect(asked).rejects.toMatchObject({ code: 'DNS_NOT_PROPAGATED' })
  await dns.close()
})

it('says that a zone has no name server with an address', async () => {
  const dns = await startDns({ address: '127.0.0.1', zones: [createZone({ name: zone })] })
  const asked = awaitPropagation(expected, {
    host: leapingHost(),
    resolver: resolver({ servers: [serverText(dns)] }),
  })
  await expect(asked).rejects.toMatchObject({
    code: 'DNS_NAME_SERVERS_NOT_FOUND',
    params: { zone },
  })
  await dns.close()
})

it('stops when it is aborted', async () => {
  const dns = await zonesAt(zone)
  const controller = new AbortController()
  const host = leapingHost()
  const asked = awaitPropagation(
    expected,
    {
      host: {
        ...host,
        sleep: async (ms, signal) => {
          if (host.waits.length === 3) controller.abort(new Error('enough'))
          await host.sleep(ms, signal)
        },
      },
      resolver: resolver({ servers: [serverText(dns)] }),
    },
    controller.signal,
  )
  await expect(asked).rejects.toThrow('enough')
  await dns.close()
})

it('does not take a zone for propagated because the servers of another one have the value', async () => {
  const dns = await startDns({ address: '127.0.0.1' })
  serveZone(dns, zone, ['127.0.0.1'])
  serveZone(dns, 'other.test', [noRoute])
  dns.add({ name, type: 'TXT', data: 'first' })
  const asked = awaitPropagation(
    [
      { zone, name, values: ['first'] },
      { zone: 'other.test', name: '_acme-challenge.other.test', values: ['first'] },
    ],
    { host: leapingHost(), resolver: resolver({ servers: [serverText(dns)] }), deadlineMs: 1000 },
  )
  await expect(asked).rejects.toThrow('_acme-challenge.other.test TXT ≠ "first"')
  await dns.close()
})
