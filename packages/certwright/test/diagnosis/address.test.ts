import type { RunningDns } from '@certwright/sandbox'
import { describe, expect, it, onTestFinished } from 'vitest'
import { addressesOf, isPrivate, leadsInside, type Addresses } from '../../src/diagnosis/address.ts'
import { resolver } from '../../src/dns/resolver.ts'
import { serverText, zonesAt } from '../dns/world.ts'

const name = 'www.example.test'

async function looked(
  prepare: (dns: RunningDns) => void,
  isPublic = true,
): Promise<Addresses & { codes: string[] }> {
  const dns = await zonesAt('example.test')
  onTestFinished(async () => dns.close())
  prepare(dns)
  const options = { resolver: resolver({ servers: [serverText(dns)], attempts: 1 }) }
  const found = await addressesOf(name, isPublic, options)
  return { ...found, codes: found.findings.map(({ level, code }) => `${level} ${code}`) }
}

describe('the addresses of a name', () => {
  it('are a fault where there are none', async () => {
    const { codes } = await looked((dns) => dns.add({ name, type: 'TXT', data: 'x' }))
    expect(codes).toEqual(['fault address-none'])
  })

  it('are unknown where the servers fail', async () => {
    const { codes, addresses } = await looked((dns) => dns.setServfail(name))
    expect(codes).toEqual(['warning address-unanswered', 'warning address-unanswered'])
    expect(addresses).toEqual([])
  })

  it('are a warning where only a private network reaches them, for a CA of the internet', async () => {
    const add = (dns: RunningDns): void => dns.add({ name, type: 'A', data: '192.168.1.2' })
    expect((await looked(add)).codes).toEqual(['warning address-private'])
    expect((await looked(add, false)).codes).toEqual(['ok address-found'])
  })

  it('come IPv6 first, through aliases', async () => {
    const { addresses, codes } = await looked((dns) => {
      dns.add({ name, type: 'CNAME', data: 'host.example.test' })
      dns.add({ name: 'host.example.test', type: 'A', data: '192.0.2.1' })
      dns.add({ name: 'host.example.test', type: 'AAAA', data: '2001:db8::1' })
    })
    expect(addresses).toEqual(['2001:db8::1', '192.0.2.1'])
    expect(codes).toEqual(['ok address-found'])
  })
})

it.each([
  ['10.0.0.1', true],
  ['100.64.0.1', true],
  ['127.0.0.1', true],
  ['169.254.1.1', true],
  ['172.31.255.255', true],
  ['192.168.0.1', true],
  ['::1', true],
  ['fd00::1', true],
  ['fe80::1', true],
  ['172.32.0.1', false],
  ['100.128.0.1', false],
  ['8.8.8.8', false],
  ['2001:4860:4860::8888', false],
])('%s is private: %s', (address, expected) => {
  expect(isPrivate(address)).toBe(expected)
})

it.each([
  ['192.0.2.1', '169.254.169.254', true],
  ['2001:db8::1', '::1', true],
  ['192.0.2.1', '198.51.100.1', false],
  ['10.0.0.1', '10.0.0.2', false],
  ['127.0.0.1', '127.0.0.2', false],
])('a redirect from %s to %s leads inside: %s', (from, to, expected) => {
  expect(leadsInside(from, to)).toBe(expected)
})
