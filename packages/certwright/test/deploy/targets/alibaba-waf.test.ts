import type { AlibabaOptions, AlibabaSeed } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import * as module from '../../../src/deploy/targets/alibaba-waf.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { bundleFor, fingerprintOf, seeded, type TestAccount } from './account.ts'
import {
  callsOf,
  discoveredAt,
  emulatedAccount,
  emulatedWorld,
  targetAt,
  policyIsTheLeast,
} from './emulated-world.ts'

type Waf = NonNullable<AlibabaSeed['wafopenapi']>

const domain = 'www.example.com'
const bundle = bundleFor({ names: [domain] })
const renewed = bundleFor({ names: [domain], renewal: 1 })
const theirs = (name: string) => ({
  name,
  ...seeded(bundleFor({ names: [`${name}.example.com`] })),
})
/** Of what a domain listens with, nothing as it is by default. */
const tls = { TLSVersion: 'tlsv1.2', EnableTLSv3: true, CipherSuite: 99, CustomCiphers: ['A', 'B'] }
const listen = { ...tls, HttpsPorts: [443], HstsMaxAge: 600, XffHeaders: ['x'], HttpPorts: [80] }
const redirect = { Loadbalance: 'roundRobin', SniEnabled: true, SniHost: 'origin.example.com' }
const byDefault = theirs('default')
const port = { resourceInstanceId: 'lb-1', product: 'clb7', settings: tls }
const waf = {
  domains: [
    { domain, listen, redirect },
    { domain: 'other.example.com', certificate: theirs('other') },
  ],
  ports: [
    { ...port, certificate: byDefault, extensions: [theirs('mail')] },
    { ...port, port: 8443, certificate: byDefault },
    { ...port, port: 80, protocol: 'http' },
  ],
  defaultHttps: { certificate: theirs('fallback'), settings: tls },
} satisfies Waf
const account = async (options: AlibabaOptions = {}) =>
  emulatedAccount({ seed: { wafopenapi: waf }, ...options })
const stateOf = ({ alibaba }: TestAccount) => alibaba.state.wafopenapi
const portAt = (made: TestAccount, number = 443) =>
  stateOf(made).ports.find((one) => one.port === number)

describe.each([
  ['a domain that is protected by CNAME', { domain }, domain],
  ['the default certificate of a port', { resource: 'lb-1', product: 'clb7' }, 'lb-1-443-clb7'],
  [
    'an additional certificate of a port',
    { resource: 'lb-1', product: 'clb7', domain },
    'lb-1-443-clb7/',
  ],
])('alibaba-waf: %s', (_, values: Record<string, string>, place) => {
  deployTargetSuite({
    test: it,
    world: async () =>
      emulatedWorld({
        module,
        values,
        names: [domain],
        seed: {
          wafopenapi: place === domain ? waf : { ...waf, domains: waf.domains.slice(1) },
        },
        isPlace: ({ product, resource, wanted }) =>
          product === 'WAF' &&
          (place.endsWith('/')
            ? resource.startsWith(place) && wanted.certificate.names.includes(domain)
            : resource === place),
        others: ({ state: { wafopenapi: now } }) => [
          [...now.domains.values()].map((one) => [
            one.redirect,
            one.domain === domain ? { ...one.listen, CertId: undefined } : one.listen,
          ]),
          now.ports.map(({ settings }) => settings),
          now.defaultHttps,
        ],
      }),
  })
})

describe('alibaba-waf: the default certificate', () => {
  // No handshake shows it: it is for requests that name no domain.
  const heldIn = (made: TestAccount) =>
    made.alibaba.certificates.identified(String(stateOf(made).defaultHttps['CertId']))?.certificate
      .sha256

  it('is changed with its TLS settings, and read again', async () => {
    const made = await account()
    const target = targetAt(made, module, {})
    expect(await target.read()).toMatchObject({ name: 'fallback' })
    for (const one of [bundle, renewed]) {
      await target.write(one)
      expect(heldIn(made)).toBe(fingerprintOf(one))
      expect(stateOf(made).defaultHttps).toMatchObject(tls)
      expect(await target.read()).toMatchObject({ fingerprint: fingerprintOf(one) })
    }
  })

  it('is set where there is none, with the least TLS that is safe', async () => {
    const made = await account({ seed: {} })
    const target = targetAt(made, module, {})
    expect(await target.read()).toBeUndefined()
    await target.write(bundle)
    expect(heldIn(made)).toBe(fingerprintOf(bundle))
    expect(stateOf(made).defaultHttps).toMatchObject({ TLSVersion: 'tlsv1.2', CipherSuite: 1 })
  })
})

describe('alibaba-waf', () => {
  it('changes the certificate of a domain alone, and sends its TLS settings again', async () => {
    const made = await account()
    const before = stateOf(made).domains.get(domain)
    await targetAt(made, module, { domain }).write(bundle)
    expect(callsOf(made, 'ModifyDomain')).toEqual([])
    expect(stateOf(made).domains.get(domain)).toMatchObject({
      listen: { ...listen, CertId: expect.stringMatching(/^\d+-cn-hangzhou$/) as unknown },
      redirect: before?.redirect,
    })
  })

  it('waits for a change of the domain that is still under way', async () => {
    const made = await account({ delay: { looks: 5 } })
    const target = targetAt(made, module, { domain })
    await target.write(bundle)
    await target.write(renewed)
    const codes = callsOf(made, 'ModifyDomainCert').map(({ code }) => code)
    expect(codes).toContain('Waf.Pullin.ResourceProcessing')
    expect(await target.read()).toMatchObject({ fingerprint: fingerprintOf(renewed) })
  })

  it('keeps the other certificates of a port, though the whole list is written', async () => {
    const made = await account()
    const place = { resource: 'lb-1', product: 'clb7' }
    const before = portAt(made)?.certificates ?? []
    await targetAt(made, module, { ...place, domain }).write(bundle)
    await targetAt(made, module, place).write(bundle)
    const [first, ...rest] = portAt(made)?.certificates ?? []
    const ours = made.alibaba.certificates.all[0]?.identifier
    expect(first).toEqual({ id: ours, type: 'default' })
    expect(rest).toEqual(before.filter(({ type }) => type === 'extension'))
    expect(portAt(made, 8443)?.certificates).toHaveLength(1)
  })

  it.each([
    [{ resource: 'lb-1', port: '0' }, 'TARGET_OPTION_NOT_CONFORM'],
    [{ port: '443' }, 'TARGET_OPTION_MISSING'],
    [{ product: 'clb7', domain }, 'TARGET_OPTION_MISSING'],
  ])('refuses %j', (values: Record<string, string>, code) => {
    const context = { host: undefined as never, env: {} }
    expect(() => module.create(values, context)).toThrow(expect.objectContaining({ code }))
  })

  it('says what is not there: the port, the instance', async () => {
    const made = await account()
    const place = { resource: 'lb-1', port: '9443' }
    await expect(targetAt(made, module, place).read()).rejects.toMatchObject({
      code: 'TARGET_RESOURCE_NOT_FOUND',
      params: { resource: 'lb-1:9443' },
    })
    const abroad = targetAt(made, module, { domain, region: 'eu-central-1' })
    await expect(abroad.read()).rejects.toMatchObject({
      code: 'TARGET_RESOURCE_NOT_FOUND',
      params: { resource: 'WAF (ap-southeast-1)' },
    })
  })

  it('asks for the instance outside the Chinese mainland where the resources are there', async () => {
    const abroad = { ...waf, regionId: 'ap-southeast-1' as const }
    const made = await account({ seed: { wafopenapi: abroad }, site: 'international' })
    const values = { domain, region: 'eu-central-1', site: 'international' }
    const target = targetAt(made, module, values)
    await target.write(bundle)
    expect(await target.read()).toMatchObject({
      reference: expect.stringMatching(/-ap-southeast-1$/) as string,
    })
  })

  it('shakes hands at the CNAME of the domain', async () => {
    const made = await account()
    const host = stateOf(made).domains.get(domain)?.cname
    const target = targetAt(made, module, { domain })
    expect(await target.endpoints?.()).toEqual([{ host, port: 443, servername: domain }])
  })

  it('is discovered page by page: domains, ports and the default', async () => {
    const made = await account({ largestPage: 1 })
    expect(await discoveredAt(made, module)).toMatchObject([
      { target: `alibaba-waf:domain=${domain}`, product: 'WAF', https: false },
      { target: 'alibaba-waf:domain=other.example.com', installed: { name: 'other' } },
      {
        target: 'alibaba-waf:resource=lb-1,product=clb7',
        resource: 'lb-1:443',
        installed: { name: 'default' },
      },
      {
        target: 'alibaba-waf:resource=lb-1,product=clb7,domain=mail.example.com',
        installed: { name: 'mail' },
      },
      { target: 'alibaba-waf:resource=lb-1,product=clb7,port=8443' },
      { target: 'alibaba-waf', installed: { name: 'fallback' } },
    ])
  })

  it('is discovered as nothing where the account has no instance', async () => {
    const made = await account({ seed: {}, site: 'international' })
    const values = { ...made.values, region: 'ap-southeast-1' }
    expect(await discoveredAt({ ...made, values }, module)).toEqual([])
  })
})

policyIsTheLeast(module)
