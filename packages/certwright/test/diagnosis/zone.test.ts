import { startDns, type RunningDns } from '@certwright/sandbox'
import { describe, expect, it, onTestFinished } from 'vitest'
import { lookupOf, type Lookup } from '../../src/diagnosis/lookup.ts'
import {
  placeFindings,
  providerFindings,
  txtFindings,
  zoneFindings,
} from '../../src/diagnosis/zone.ts'
import { systemHost } from '../../src/runtime/host.ts'
import { serverText, zonesAt } from '../dns/world.ts'

async function world(...zones: readonly string[]): Promise<{ dns: RunningDns; lookup: Lookup }> {
  const dns = await zonesAt(...zones)
  onTestFinished(async () => dns.close())
  return { dns, lookup: lookupOf({ host: systemHost, resolvers: [serverText(dns)] }) }
}

const at = (name: string) => ({ name, own: `_acme-challenge.${name}` })

const codes = (findings: readonly { level: string; code: string }[]) =>
  findings.map(({ level, code }) => `${level} ${code}`)

describe('where a record belongs', () => {
  it('is not found where no zone is', async () => {
    const dns = await startDns({ outside: 'NXDOMAIN' })
    onTestFinished(async () => dns.close())
    const lookup = lookupOf({ host: systemHost, resolvers: [serverText(dns)] })
    const { place, findings } = await placeFindings(at('www.elsewhere.test'), lookup)
    expect(place).toBeUndefined()
    expect(codes(findings)).toEqual(['fault DNS_ZONE_NOT_FOUND'])
  })

  it('is not found where aliases go round in circles', async () => {
    const { dns, lookup } = await world('example.test')
    const names = ['_acme-challenge.a.example.test', 'b.example.test']
    for (const [from, to] of [names, names.toReversed()]) {
      dns.add({ name: from ?? '', type: 'CNAME', data: to ?? '' })
    }
    const { findings } = await placeFindings(at('a.example.test'), lookup)
    expect(codes(findings)).toEqual(['fault DNS_DELEGATION_LOOP'])
  })

  it('is in another zone where an alias leads there (lego#1816, #1800)', async () => {
    const { dns, lookup } = await world('example.test', 'acme.test')
    const own = '_acme-challenge.example.test'
    dns.add({ name: own, type: 'CNAME', data: 'example.acme.test' })
    const { place, findings } = await placeFindings(at('example.test'), lookup)
    expect(place).toEqual({ name: 'example.acme.test', zone: 'acme.test' })
    expect(findings).toMatchObject([
      { level: 'ok', code: 'dns-delegated', params: { own, zone: 'acme.test' } },
    ])
  })

  it('is its own place otherwise, and the resolver is never asked for it (lego#1777, certmagic#219)', async () => {
    const { dns, lookup } = await world('example.test')
    const { findings } = await placeFindings(at('www.example.test'), lookup)
    expect(codes(findings)).toEqual(['ok dns-place'])
    const asked = dns.log.filter(({ name }) => name.startsWith('_acme-challenge'))
    // Once, of the authoritative servers: its absence must not be remembered by a resolver.
    expect(new Set(asked.map(({ type }) => type))).toEqual(new Set(['CNAME']))
  })
})

describe('every authoritative server of a zone is asked (lego#1406)', () => {
  async function withSecond(address: string): Promise<{ dns: RunningDns; lookup: Lookup }> {
    const one = await world('example.test')
    one.dns.add({ name: 'example.test', type: 'NS', data: 'ns2.example.test' })
    one.dns.add({ name: 'ns2.example.test', type: 'A', data: address })
    return one
  }

  it('and one that does not know the zone is a fault', async () => {
    const { dns, lookup } = await withSecond('127.0.0.2')
    const lame = await startDns({ address: '127.0.0.2', port: dns.port })
    onTestFinished(async () => lame.close())
    const findings = await zoneFindings('example.test', lookup)
    expect(findings.filter(({ level }) => level !== 'ok')).toMatchObject([
      {
        level: 'fault',
        code: 'dns-server-lame',
        params: {
          about: 'example.test',
          server: `ns2.example.test (127.0.0.2:${dns.port})`,
          answer: 'REFUSED',
        },
      },
    ])
  })

  it('and one that does not answer is a warning', async () => {
    const { lookup } = await withSecond('127.0.0.3')
    expect(codes(await zoneFindings('example.test', lookup)).sort()).toEqual([
      'ok dns-server',
      'ok dns-server',
      'warning dns-server-silent',
    ])
  })

  it('for the TXT records too, and what each answers is shown (lego#2988)', async () => {
    const { dns, lookup } = await withSecond('127.0.0.2')
    const name = '_acme-challenge.example.test'
    dns.add({ name, type: 'TXT', data: 'old value' })
    const second = await startDns({ address: '127.0.0.2', port: dns.port })
    second.addZone({ name: 'example.test' })
    onTestFinished(async () => second.close())
    const findings = await txtFindings({ name, zone: 'example.test' }, 'example.test', lookup)
    const answers = findings.map(({ params }) => [params['server'], params['answer']])
    expect(answers).toContainEqual([`ns1.example.test (127.0.0.1:${dns.port})`, '"old value"'])
    expect(answers).toContainEqual([`ns2.example.test (127.0.0.2:${dns.port})`, 'NXDOMAIN'])
  })

  it('and a zone without servers is a fault', async () => {
    const { lookup } = await world('example.test')
    expect(codes(await zoneFindings('none.test', lookup))).toEqual(['fault DNS_RESOLVER_FAILED'])
  })
})

describe('a DNS provider', () => {
  const place = { name: '_acme-challenge.www.example.test', zone: 'example.test' }
  const write = () => Promise.reject(new Error('a check writes nothing'))
  const provider = (...zones: string[]) => ({
    addTxt: write,
    removeTxt: write,
    async *zones() {
      yield* zones
    },
  })
  const asked = { name: 'some-dns', places: [place] }

  it('that may not edit the zone is a fault, and what it may edit is said', async () => {
    const findings = await providerFindings(provider('other.test'), asked)
    expect(findings).toMatchObject([
      { level: 'fault', code: 'DNS_ZONE_NOT_EDITABLE', params: { zones: 'other.test' } },
    ])
  })

  it('that may is fine', async () => {
    const findings = await providerFindings(provider('test', 'Example.test.'), asked)
    expect(findings).toMatchObject([{ code: 'dns-provider', params: { zone: 'example.test' } }])
  })

  it('that cannot say is not checked', async () => {
    const findings = await providerFindings({ addTxt: write, removeTxt: write }, asked)
    expect(codes(findings)).toEqual(['skipped dns-provider-untried'])
  })
})
