import { createServer } from 'node:http'
import type { RunningDns } from '@certwright/sandbox'
import { describe, expect, it, onTestFinished } from 'vitest'
import { lookupOf } from '../../src/diagnosis/lookup.ts'
import { checkNames, type NamesContext, type NamesRequest } from '../../src/diagnosis/names.ts'
import { systemHost } from '../../src/runtime/host.ts'
import { closedPort, serverText, zonesAt } from '../dns/world.ts'
import { listening } from './served-here.ts'

async function world(): Promise<{ dns: RunningDns; context: NamesContext }> {
  const dns = await zonesAt('example.test')
  onTestFinished(async () => dns.close())
  dns.addZone({ name: 'test' })
  dns.add({ name: '*.example.test', type: 'A', data: '127.0.0.1' })
  const lookup = lookupOf({ host: systemHost, resolvers: [serverText(dns)] })
  return { dns, context: { lookup, solvers: { host: systemHost, env: {} } } }
}

const named = (values: readonly string[], rest: Partial<NamesRequest> = {}): NamesRequest => ({
  identifiers: values.map((value) => ({ type: value.includes(':') ? 'ip' : 'dns', value })),
  challenge: { type: 'http-01' },
  caaIdentities: ['ca.example'],
  reach: 'machine',
  ...rest,
})

describe('names are checked', () => {
  it('with each question asked once, however many names want to know', async () => {
    const { dns, context } = await world()
    const httpPort = await closedPort()
    const challenge = { type: 'http-01', httpPort } as const
    const names = ['a.example.test', 'b.example.test', 'c.example.test']
    await checkNames(named(names, { challenge }), context)
    const above = dns.log.filter(({ name, type }) => name === 'example.test' && type === 'CAA')
    expect(above).toHaveLength(1)
  })

  it('each once where a name and its wildcard are asked for, but for CAA, which tells them apart', async () => {
    const { dns, context } = await world()
    dns.add({ name: 'example.test', type: 'CAA', data: { tag: 'issuewild', value: ';' } })
    const request = named(['example.test', '*.example.test'], { challenge: { type: 'dns-01' } })
    const { findings } = await checkNames(request, context)
    const of = (area: string) =>
      findings.filter((one) => one.area === area).map(({ code, params }) => [code, params['about']])
    expect(of('caa')).toEqual([
      ['caa-unrestricted', 'example.test'],
      ['caa-nobody', '*.example.test'],
    ])
    expect(of('dnssec')).toHaveLength(1)
    expect(of('dns').filter(([code]) => code === 'dns-place')).toHaveLength(1)
  })

  it('by what is known of a CA that does not say how CAA names it, which forbids nothing', async () => {
    const { dns, context } = await world()
    dns.add({ name: 'a.example.test', type: 'CAA', data: { tag: 'issue', value: 'ca.example' } })
    dns.add({ name: 'b.example.test', type: 'CAA', data: { tag: 'issue', value: 'other.example' } })
    dns.add({ name: 'c.example.test', type: 'CAA', data: { tag: 'issue', value: ';' } })
    const names = ['a', 'b', 'c'].map((label) => `${label}.example.test`)
    const silent = { caaIdentities: [], knownIdentities: ['ca.example'] }
    const request = named(names, { challenge: { type: 'dns-01' }, ...silent })
    const { findings } = await checkNames(request, context)
    expect(findings.filter(({ area }) => area === 'caa')).toMatchObject([
      { level: 'ok', code: 'caa-named' },
      { level: 'warning', code: 'caa-identity-unknown', params: { named: 'other.example' } },
      { level: 'fault', code: 'caa-nobody' },
    ])
  })

  it('and an address by its port alone: no CAA, no DNSSEC', async () => {
    const { context } = await world()
    const challenge = { type: 'http-01', httpPort: await closedPort() } as const
    const { findings } = await checkNames(named(['::1'], { challenge }), context)
    expect(findings.map(({ code }) => code)).toEqual(['port-answers'])
  })

  it('by tls-alpn-01 as well', async () => {
    const { context } = await world()
    const challenge = { type: 'tls-alpn-01', tlsPort: await closedPort() } as const
    const { findings } = await checkNames(named(['a.example.test'], { challenge }), context)
    expect(findings.filter(({ area }) => area === 'port')).toMatchObject([
      { level: 'ok', params: { challenge: 'tls-alpn-01' } },
    ])
  })

  it('for so long and no longer, and what was found by then is told', async () => {
    const { dns, context } = await world()
    dns.setDelay(60_000)
    const challenge = { type: 'http-01', httpPort: await closedPort() } as const
    const { findings } = await checkNames(named(['a.example.test'], { challenge }), {
      ...context,
      patienceMs: 50,
    })
    expect(findings.map(({ area, code }) => `${area} ${code}`)).toEqual([
      'caa check-late',
      'dnssec check-late',
      'port check-late',
    ])
  })

  it('until the caller gives up', async () => {
    const { dns, context } = await world()
    dns.setDelay(60_000)
    const giveUp = new AbortController()
    const checking = checkNames(named(['a.example.test']), context, giveUp.signal)
    const watched = expect(checking).rejects.toThrow('enough')
    giveUp.abort(new Error('enough'))
    await watched
  })
})

it('says what the solver cannot do, and what it could not then try', async () => {
  const { context } = await world()
  const httpPort = await listening(createServer(), '::')
  const challenge = { type: 'http-01', httpPort } as const
  const { findings, hindrance } = await checkNames(
    named(['a.example.test'], { challenge }),
    context,
  )
  expect(hindrance?.code).toBe('HTTP_PORT_TAKEN')
  expect(findings.map(({ code }) => code)).toContain('HTTP_PORT_TAKEN')
})
