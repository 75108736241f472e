import type { AlibabaSeed, RunningAlibaba } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import { targetModule } from '../../../src/deploy/targets/registry.ts'
import { bundleFor, fingerprintOf, seeded } from '../../deploy/targets/account.ts'
import { emulatedAccount, shownBy, targetAt } from '../../deploy/targets/emulated-world.ts'

const domain = 'www.example.com'
const names = [domain, 'example.com']
const first = bundleFor({ names })
const renewals = [1, 2].map((renewal) => bundleFor({ names, renewal }))
const certificate = { name: 'first', ...seeded(first) }

interface Whole {
  readonly name: string
  readonly seed: AlibabaSeed
  readonly place: Readonly<Record<string, string>>
  /** Everything that is set beside the certificate. */
  readonly settings: (state: RunningAlibaba['state']) => unknown
}

/** Products whose API replaces the whole of an object, each set to what it is not by default. */
const wholes: readonly Whole[] = [
  {
    name: 'alibaba-waf',
    seed: {
      wafopenapi: {
        domains: [
          {
            domain,
            certificate,
            listen: {
              TLSVersion: 'tlsv1.2',
              EnableTLSv3: true,
              CipherSuite: 99,
              CustomCiphers: ['A', 'B'],
              HstsMaxAge: 600,
              FocusHttps: true,
            },
            redirect: { Loadbalance: 'roundRobin', SniEnabled: true, ReadTimeout: 30 },
          },
        ],
      },
    },
    place: { domain },
    settings: ({ wafopenapi: { domains } }) => {
      const one = domains.get(domain)
      return [{ ...one?.listen, CertId: '' }, one?.redirect]
    },
  },
  {
    name: 'alibaba-apig',
    seed: {
      apig: {
        domains: [
          {
            id: 'd-1',
            name: domain,
            certificate,
            settings: {
              forceHttps: true,
              http2Option: 'Open',
              tlsMin: 'TLS 1.2',
              mTLSEnabled: true,
            },
          },
        ],
      },
    },
    place: { domain },
    settings: ({ apig: { domains } }) => domains.get('d-1')?.settings,
  },
  {
    name: 'alibaba-fc',
    seed: {
      fc: {
        domains: [
          {
            domain,
            certificate,
            settings: {
              routeConfig: { routes: [{ path: '/*', functionName: 'hello' }] },
              wafConfig: { enableWAF: true },
            },
          },
        ],
      },
    },
    place: { domain },
    settings: ({ fc: { domains } }) => domains.get(domain)?.settings,
  },
  {
    name: 'alibaba-sae',
    seed: {
      sae: {
        domains: [
          {
            domain,
            certificate,
            settings: { DefaultForwardingAppName: 'front', WebWAFConfig: { EnableWAF: true } },
          },
        ],
      },
    },
    place: { domain },
    settings: ({ sae: { domains } }) => domains.get(domain)?.settings,
  },
]

describe.each(wholes)(
  'pitfall 13: the API replaces the whole object ($name)',
  ({ name, seed, place, settings }) => {
    it('a renewal changes the certificate and nothing else', async () => {
      const made = await emulatedAccount({ seed })
      const before = structuredClone(settings(made.alibaba.state))
      const target = targetAt(made, await targetModule(name), place)
      for (const one of renewals) await target.write(one)
      expect(settings(made.alibaba.state)).toEqual(before)
      expect(made.alibaba.calls.map(({ action }) => action)).not.toContain('ModifyDomain')
      const [, last = first] = renewals
      expect(await target.read()).toMatchObject({ fingerprint: fingerprintOf(last) })
    })
  },
)

const extension = { 'load-balancer': 'lb-1' }
const listeners = [{ id: 'l-1', certificate }]
const places: ReadonlyArray<readonly [name: string, place: Whole['place'], seed: AlibabaSeed]> = [
  ['alibaba-cdn', { domain }, { cdn: { domains: [{ domain, certificate }] } }],
  ['alibaba-dcdn', { domain }, { dcdn: { domains: [{ domain, certificate }] } }],
  ['alibaba-live', { domain }, { live: { domains: [{ domain, certificate }] } }],
  ['alibaba-vod', { domain }, { vod: { domains: [{ domain, certificate }] } }],
  [
    'alibaba-api-gateway',
    { domain },
    { cloudapi: { groups: [{ id: 'g', name: 'g', domains: [{ domain, certificate }] }] } },
  ],
  ['alibaba-alb', { listener: 'l-1' }, { alb: { balancers: [{ id: 'lb', listeners }] } }],
  ['alibaba-nlb', { listener: 'l-1' }, { nlb: { balancers: [{ id: 'lb', listeners }] } }],
  ['alibaba-ga', { listener: 'l-1' }, { ga: { accelerators: [{ id: 'ga', listeners }] } }],
  [
    'alibaba-clb',
    extension,
    { slb: { balancers: [{ id: 'lb-1', listeners: [{ certificate }] }] } },
  ],
  [
    'alibaba-oss',
    { bucket: 'site', domain },
    {
      oss: {
        verified: ['example.com'],
        buckets: [{ name: 'site', cnames: [{ domain, certificate }] }],
      },
    },
  ],
  [
    'alibaba-esa',
    { 'site-name': 'example.com' },
    // What is not called as ours is left beside ours: the first is written like the next.
    { esa: { sites: [{ id: 1, name: 'example.com' }] } },
  ],
  ['alibaba-ddos', { domain }, { ddoscoo: { websites: [{ domain, certificate }] } }],
  [
    'alibaba-acr',
    { instance: 'cri', domain },
    { cr: { registries: [{ id: 'cri', domains: [{ domain, certificate }] }] } },
  ],
  [
    'alibaba-eas',
    { gateway: 'gw', domain },
    { eas: { gateways: [{ id: 'gw', domains: [{ domain, certificate }] }] } },
  ],
  [
    'alibaba-mse',
    { gateway: 'gw', domain },
    { mse: { gateways: [{ uniqueId: 'gw', domains: [{ name: domain, certificate }] }] } },
  ],
  ...wholes.map(({ name, place, seed }) => [name, place, seed] as const),
]

describe('pitfall 17: HTTPS is off for a moment while a certificate is replaced', () => {
  it.each(places)(
    '%s shows a certificate in every handshake on the way',
    async (name, place, seed) => {
      const made = await emulatedAccount({ seed })
      const shown = new Set<string | undefined>()
      const look = async () => shown.add(await shownBy(made.alibaba, domain))
      const watched: typeof fetch = async (input, init) => {
        const reply = await made.host.fetch(input, init)
        await look()
        return reply
      }
      const context = { env: {}, host: { ...made.host, fetch: watched } }
      const target = targetAt({ ...made, context }, await targetModule(name), place)
      const [renewed = first] = renewals
      await target.write(first)
      shown.clear()
      await look()
      await target.write(renewed)
      for (let i = 0; i < 4; i += 1) await look()
      expect(shown).toEqual(new Set([fingerprintOf(first), fingerprintOf(renewed)]))
      const off = made.alibaba.calls.filter(
        ({ action, parameters }) =>
          parameters['SSLProtocol'] === 'off' ||
          parameters['SslFlag'] === 'off' ||
          /^Delete(DomainCertificate|Certificate|Cname)$/.test(action),
      )
      expect(off).toEqual([])
    },
  )
})
