import { startDns } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import { followDelegation } from '../../src/dns/delegation.ts'
import { resolver } from '../../src/dns/resolver.ts'
import { closedPort, serverText, serveZone, zonesAt } from './world.ts'

const own = '_acme-challenge.www.example.test'

describe('a chain of aliases', () => {
  it('that leads back to itself is an error with the way in it', async () => {
    const dns = await zonesAt('example.test')
    dns.add({ name: own, type: 'CNAME', data: 'a.example.test' })
    dns.add({ name: 'a.example.test', type: 'CNAME', data: own })
    const path = `${own} → a.example.test → ${own}`
    await expect(
      followDelegation(own, { resolver: resolver({ servers: [serverText(dns)] }) }),
    ).rejects.toMatchObject({ code: 'DNS_DELEGATION_LOOP', params: { name: own, path } })
    await dns.close()
  })

  it('may be eight long and no longer', async () => {
    const dns = await zonesAt('example.test')
    const asked = { resolver: resolver({ servers: [serverText(dns)] }) }
    dns.add({ name: own, type: 'CNAME', data: 'a1.example.test' })
    for (let i = 1; i < 8; i += 1) {
      dns.add({ name: `a${i}.example.test`, type: 'CNAME', data: `a${i + 1}.example.test` })
    }
    expect(await followDelegation(own, asked)).toEqual({
      name: 'a8.example.test',
      zone: 'example.test',
    })
    dns.add({ name: 'a8.example.test', type: 'CNAME', data: 'a9.example.test' })
    await expect(followDelegation(own, asked)).rejects.toMatchObject({
      code: 'DNS_DELEGATION_TOO_DEEP',
      params: { limit: 8 },
    })
    await dns.close()
  })

  it('ends in another zone, whose apex may be the target itself (lego#1932)', async () => {
    const dns = await zonesAt('example.test', 'acme.other.test')
    const asked = { resolver: resolver({ servers: [serverText(dns)] }) }
    dns.add({ name: own, type: 'CNAME', data: 'x.acme.other.test' })
    dns.add({ name: '_acme-challenge.example.test', type: 'CNAME', data: 'acme.other.test' })
    expect(await followDelegation(own, asked)).toEqual({
      name: 'x.acme.other.test',
      zone: 'acme.other.test',
    })
    expect(await followDelegation('_acme-challenge.example.test', asked)).toEqual({
      name: 'acme.other.test',
      zone: 'acme.other.test',
    })
    await dns.close()
  })
})

it('stays at a name that is no alias, whether it exists or not', async () => {
  const dns = await zonesAt('example.test')
  const asked = { resolver: resolver({ servers: [serverText(dns)] }) }
  expect(await followDelegation(own, asked)).toEqual({ name: own, zone: 'example.test' })
  dns.add({ name: own, type: 'TXT', data: 'another validation' })
  expect(await followDelegation(own, asked)).toEqual({ name: own, zone: 'example.test' })
  await dns.close()
})

describe('a zone that _acme-challenge itself is the apex of', () => {
  it('is found on the server of the zone above', async () => {
    const dns = await zonesAt('example.test', own)
    const asked = { resolver: resolver({ servers: [serverText(dns)] }) }
    expect(await followDelegation(own, asked)).toEqual({ name: own, zone: own })
    await dns.close()
  })

  it('is found on a server of its own, by referral', async ({ skip }) => {
    const recursive = await zonesAt('example.test')
    if (!recursive.addresses.includes('::1')) skip('this machine has no IPv6')
    const parent = await startDns({ address: '127.0.0.1' })
    const child = await startDns({ address: '::1', port: parent.port })
    serveZone(parent, 'example.test')
    parent.add({ name: own, type: 'NS', data: `ns1.${own}` })
    serveZone(child, own)
    recursive.remove({ name: 'ns1.example.test', type: 'AAAA' })
    serveZone(recursive, own, ['::1'])
    const place = await followDelegation(own, {
      resolver: resolver({ servers: [serverText(recursive)] }),
      authoritativePort: parent.port,
    })
    expect(place).toEqual({ name: own, zone: own })
    expect(child.log).toMatchObject([{ name: own, type: 'CNAME', rcode: 'NOERROR' }])
    expect(recursive.log.some(({ type }) => type === 'CNAME')).toBe(false)
    await Promise.all([recursive.close(), parent.close(), child.close()])
  })
})

it('never asks the resolver for the name, which would remember that nothing is there (lego#2988)', async () => {
  const [recursive, authoritative] = [await zonesAt('example.test'), await zonesAt('example.test')]
  authoritative.add({ name: own, type: 'CNAME', data: 'x.example.test' })
  const place = await followDelegation(own, {
    resolver: resolver({ servers: [serverText(recursive)] }),
    authoritativePort: authoritative.port,
  })
  expect(place).toEqual({ name: 'x.example.test', zone: 'example.test' })
  const asked = recursive.log.map(({ name }) => name)
  expect(asked).toContain('www.example.test')
  expect(asked).not.toContain(own)
  expect(asked).not.toContain('x.example.test')
  await Promise.all([recursive.close(), authoritative.close()])
})

it('asks the resolver after all where no authoritative server can be reached', async () => {
  const dns = await zonesAt('example.test')
  dns.add({ name: own, type: 'CNAME', data: 'x.example.test' })
  const place = await followDelegation(own, {
    resolver: resolver({ servers: [serverText(dns)] }),
    authoritativePort: await closedPort(),
  })
  expect(place).toEqual({ name: 'x.example.test', zone: 'example.test' })
  await dns.close()
})

it('has no zone to name where no server has an SOA record', async () => {
  const dns = await startDns({ outside: 'NXDOMAIN' })
  const asked = { resolver: resolver({ servers: [serverText(dns)] }) }
  expect(await followDelegation(own, asked)).toEqual({ name: own })
  await dns.close()
})
