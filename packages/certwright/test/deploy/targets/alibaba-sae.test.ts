import type { AlibabaOptions, AlibabaSeed } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import * as module from '../../../src/deploy/targets/alibaba-sae.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { bundleFor, fingerprintOf, seeded } from './account.ts'
import {
  discoveredAt,
  emulatedAccount,
  emulatedWorld,
  targetAt,
  policyIsTheLeast,
} from './emulated-world.ts'
import { withReplies } from './scripted.ts'

type Sae = NonNullable<AlibabaSeed['sae']>

const domain = 'app.example.com'
const bundle = bundleFor({ names: [domain] })
const theirs = (name: string) => ({
  name,
  ...seeded(bundleFor({ names: [`${name}.example.com`] })),
})
const settings = {
  DefaultForwardingAppName: 'front',
  RouteConfig: { routes: [{ path: '/*', applicationName: 'front' }] },
  WebTLSConfig: { MinVersion: 'TLSv1.2' },
  WebWAFConfig: { EnableWAF: true },
}
/** Everything that an ingress can be set to. */
const ingressSettings = {
  Description: 'of the front',
  ListenerPort: 8443,
  IdleTimeout: 15,
  RequestTimeout: 60,
  SecurityPolicyId: 'tls_cipher_policy_1_2',
  EnableGzip: true,
  EnableXForwardedFor: true,
  EnableXForwardedForClientSrcPort: true,
  EnableXForwardedForProto: true,
  EnableXForwardedForSlbId: true,
  EnableXForwardedForSlbPort: true,
  CorsConfig: { Enable: 'true' },
  DefaultRule: { AppId: 'a-1', ContainerPort: 80 },
  Rules: [{ AppId: 'a-1', Path: '/', ContainerPort: 80 }],
}
const seed = {
  sae: {
    domains: [
      { domain, settings },
      { domain: 'other.example.com', certificate: theirs('other') },
    ],
    ingresses: [
      { id: 11, certificate: theirs('clb'), settings: ingressSettings },
      {
        id: 12,
        balancer: 'alb',
        certificate: theirs('default'),
        additional: [theirs('mail')],
        settings: ingressSettings,
      },
    ],
  } satisfies Sae,
}
const account = async (options: AlibabaOptions = {}) => emulatedAccount({ seed, ...options })

describe.each([
  ['a custom domain of web applications', { domain }, domain],
  ['an ingress on CLB', { ingress: '11' }, 'ingress 11'],
  ['the default certificate of an ingress on ALB', { ingress: '12' }, 'ingress 12'],
  ['an additional certificate of an ingress on ALB', { ingress: '12', domain }, undefined],
])('alibaba-sae: %s', (_, values: Record<string, string>, place) => {
  deployTargetSuite({
    test: it,
    world: async () =>
      emulatedWorld({
        module,
        values,
        names: [domain],
        // One name leads to one place.
        seed: 'ingress' in values ? { sae: { ingresses: seed.sae.ingresses } } : seed,
        isPlace: ({ product, resource, wanted }) =>
          product === 'SAE' &&
          (place === undefined
            ? resource.startsWith('ingress 12/') && wanted.certificate.names.includes(domain)
            : resource === place),
        others: ({ state }) => [
          state.sae.domains.get(domain)?.settings,
          [...state.sae.ingresses.values()].map((one) => one.settings),
        ],
      }),
  })
})

describe('alibaba-sae: a custom domain', () => {
  it('keeps what else is set, and HTTP beside HTTPS, and is given PKCS#1', async () => {
    const made = await account()
    await targetAt(made, module, { domain }).write(bundle)
    const changed = made.alibaba.state.sae.domains.get(domain)
    expect(changed).toMatchObject({ settings, protocol: 'HTTP,HTTPS' })
    expect(changed?.certificate?.served.keyPem).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/)
    await targetAt(made, module, { domain: 'other.example.com' }).write(
      bundleFor({ names: ['*.example.com'] }),
    )
    expect(made.alibaba.state.sae.domains.get('other.example.com')?.protocol).toBe('HTTP,HTTPS')
  })

  it('is looked for in the namespace that is named', async () => {
    const domains = [{ domain, namespaceId: 'cn-hangzhou:blue' }]
    const made = await account({ seed: { sae: { domains } } })
    await expect(targetAt(made, module, { domain }).read()).rejects.toMatchObject({
      params: { code: 'CustomDomainNotFound' },
    })
    await targetAt(made, module, { domain, namespace: 'cn-hangzhou:blue' }).write(bundle)
    const { certificate } = made.alibaba.state.sae.domains.get(domain) ?? {}
    expect(certificate?.served.certificate.sha256).toBe(fingerprintOf(bundle))
  })

  it('takes an error inside HTTP 200 as one', async () => {
    const refused = { Code: 'InvalidParameter', Message: 'No.', Success: false }
    const made = withReplies(await account(), { UpdateWebCustomDomain: () => refused })
    await expect(targetAt(made, module, { domain }).write(bundle)).rejects.toMatchObject({
      code: 'ALIBABA_REFUSED',
      params: { code: 'InvalidParameter' },
    })
  })
})

describe('alibaba-sae: an ingress', () => {
  it.each([
    [{}, 'TARGET_OPTION_MISSING'],
    [{ ingress: 'front' }, 'TARGET_OPTION_NOT_CONFORM'],
  ])('is not named by %j', (values: Record<string, string>, code) => {
    const context = { host: undefined as never, env: {} }
    expect(() => module.create(values, context)).toThrow(expect.objectContaining({ code }))
  })

  it('on ALB changes the default certificate, and keeps the others and all settings', async () => {
    const made = await account()
    const before = made.alibaba.state.sae.ingresses.get(12)
    const settingsBefore = structuredClone(before?.settings)
    const [, mail] = before?.certIds ?? []
    await targetAt(made, module, { ingress: '12' }).write(bundle)
    const ours = made.alibaba.certificates.all[0]?.identifier
    expect(made.alibaba.state.sae.ingresses.get(12)).toMatchObject({
      settings: settingsBefore,
      certIds: [ours, mail],
    })
  })

  it('on CLB refers to CAS, and keeps all settings', async () => {
    const made = await account()
    const settingsBefore = structuredClone(made.alibaba.state.sae.ingresses.get(11)?.settings)
    await targetAt(made, module, { ingress: '11' }).write(bundle)
    const changed = made.alibaba.state.sae.ingresses.get(11)
    expect(changed?.settings).toEqual(settingsBefore)
    const stored = made.alibaba.state.slb.certificates.get(changed?.certId ?? '')
    expect(stored?.served.certificate.sha256).toBe(fingerprintOf(bundle))
    expect(stored?.source?.id).toBe(made.alibaba.certificates.all[0]?.id)
  })

  it('that speaks HTTP is not given a certificate', async () => {
    const ingresses = [{ id: 13, settings: { ListenerProtocol: 'HTTP' } }]
    const made = await account({ seed: { sae: { ingresses } } })
    await expect(targetAt(made, module, { ingress: '13' }).write(bundle)).rejects.toMatchObject({
      code: 'TARGET_RESOURCE_NOT_READY',
      params: { resource: 'ingress 13', status: 'HTTP' },
    })
  })
})

it('alibaba-sae: is discovered page by page, domains and ingresses of every namespace', async () => {
  const made = await account({ largestPage: 1 })
  const blue = 'cn-hangzhou:blue'
  made.alibaba.seed({
    sae: {
      domains: [{ domain: 'blue.example.com', namespaceId: blue }],
      ingresses: [{ id: 21, namespaceId: blue, certificate: theirs('blue') }],
    },
  })
  const found = await discoveredAt(made, module)
  expect(found.map(({ target, https }) => [target, https])).toEqual([
    [`alibaba-sae:domain=${domain}`, false],
    ['alibaba-sae:domain=other.example.com', true],
    [`alibaba-sae:domain=blue.example.com,namespace=${blue}`, false],
    ['alibaba-sae:ingress=11', true],
    ['alibaba-sae:ingress=12', true],
    ['alibaba-sae:ingress=12,domain=mail.example.com', true],
    ['alibaba-sae:ingress=21', true],
  ])
})

policyIsTheLeast(module)
