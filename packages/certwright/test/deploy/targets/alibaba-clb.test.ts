import type { AlibabaOptions, AlibabaSeed } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import * as module from '../../../src/deploy/targets/alibaba-clb.ts'
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
import { withReplies } from './scripted.ts'

type Balancer = NonNullable<NonNullable<AlibabaSeed['slb']>['balancers']>[number]

const domain = 'www.example.com'
const bundle = bundleFor({ names: [domain] })
const renewed = bundleFor({ names: [domain], renewal: 1 })
const theirs = bundleFor({ names: ['mail.example.com'] })
const balancer = { 'load-balancer': 'lb-1' }

/** A load balancer whose listener serves others' certificates. */
function seed(more: Partial<Balancer> = {}): AlibabaSeed {
  const mail = { domain: 'mail.example.com', certificate: { name: 'mail', ...seeded(theirs) } }
  const other = { name: 'theirs', ...seeded(bundleFor({ names: ['other.example.com'] })) }
  const listener = { certificate: other, extensions: [mail] }
  return {
    slb: {
      balancers: [
        {
          id: 'lb-1',
          address: '203.0.113.7',
          listeners: [listener, { port: 8443, certificate: other }],
          ...more,
        },
        { id: 'lb-2', addressType: 'intranet', listeners: [{ certificate: other }] },
      ],
    },
  }
}

async function account(more: Partial<Balancer> = {}, options: AlibabaOptions = {}) {
  return emulatedAccount({ seed: seed(more), ...options })
}

describe.each([
  ['the default certificate, from CAS', {}],
  ['the default certificate, with its key', { upload: 'direct' }],
  ['the certificate of a domain, from CAS', { domain }],
  ['the certificate of a domain, with its key', { domain, upload: 'direct' }],
])('alibaba-clb: %s', (_, options: Record<string, string>) => {
  deployTargetSuite({
    test: it,
    world: async () =>
      emulatedWorld({
        module,
        values: { ...balancer, ...options },
        names: [domain],
        seed: seed(),
        isPlace: ({ product, resource, names }) =>
          product === 'SLB' &&
          (options['domain'] === undefined
            ? resource === 'lb-1:443'
            : resource.startsWith('lb-1:443/') && names?.includes(domain) === true),
      }),
  })
})

describe('alibaba-clb', () => {
  const uploads = (made: TestAccount) => callsOf(made, 'UploadServerCertificate')
  const stored = ({ alibaba }: TestAccount) => [...alibaba.state.slb.certificates.values()]
  const listenerAt = ({ alibaba }: TestAccount, port = 443) => {
    const listener = alibaba.state.slb.balancers.get('lb-1')?.listeners.get(port)
    if (!listener) throw new TypeError('the listener was seeded')
    return listener
  }
  const heldBy = (made: TestAccount, id: string | undefined) =>
    made.alibaba.state.slb.certificates.get(id ?? '')?.served.certificate.sha256

  it.each([
    [{ ...balancer, port: '0' }, 'TARGET_OPTION_NOT_CONFORM'],
    [{ ...balancer, port: '443x' }, 'TARGET_OPTION_NOT_CONFORM'],
    [{ ...balancer, upload: 'CAS' }, 'TARGET_OPTION_NOT_CONFORM'],
    [{}, 'TARGET_OPTION_MISSING'],
  ])('refuses %j', (values: Record<string, string>, code) => {
    const context = { host: undefined as never, env: {} }
    expect(() => module.create(values, context)).toThrow(expect.objectContaining({ code }))
  })

  it('refers to the certificate in the store of the site', async () => {
    const made = await account({ regionId: 'eu-central-1' }, { site: 'international' })
    const international = { ...balancer, site: 'international', region: 'eu-central-1' }
    await targetAt(made, module, international).write(bundle)
    const [inStore] = made.alibaba.certificates.all
    expect(uploads(made)[0]?.parameters).toEqual({
      RegionId: 'eu-central-1',
      ServerCertificateName: inStore?.name,
      AliCloudCertificateId: String(inStore?.id),
      AliCloudCertificateName: inStore?.name,
      AliCloudCertificateRegionId: 'ap-southeast-1',
    })
    expect(heldBy(made, listenerAt(made).certificateId)).toBe(fingerprintOf(bundle))
  })

  it('gives the key in PKCS#1 where it uploads itself, and CAS nothing', async () => {
    const made = await account()
    await targetAt(made, module, { ...balancer, upload: 'direct' }).write(bundle)
    const given = made.alibaba.state.slb.certificates.get(listenerAt(made).certificateId)
    expect(given?.served.keyPem).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/)
    expect(made.alibaba.certificates.all).toEqual([])
  })

  it('uses a certificate that is there already, whoever put it there', async () => {
    const others = { name: 'named by a person', ...seeded(bundle) }
    const made = await account({ listeners: [{ certificate: others }, { port: 8443 }] })
    await targetAt(made, module, { ...balancer, port: '8443' }).write(bundle)
    expect(uploads(made)).toEqual([])
    expect(listenerAt(made, 8443).certificateId).toBe(listenerAt(made).certificateId)
  })

  it('knows a certificate by SHA-256 as well as by SHA-1', async () => {
    const made = await account()
    const id = listenerAt(made).certificateId
    const Fingerprint = fingerprintOf(bundle)
      .toUpperCase()
      .replaceAll(/..(?!$)/g, '$&:')
    const odd = withReplies(made, {
      DescribeServerCertificates: () => ({
        ServerCertificates: { ServerCertificate: [{ ServerCertificateId: id, Fingerprint }] },
      }),
    })
    const target = targetAt(odd, module, balancer)
    expect(await target.read()).toEqual({ reference: id, fingerprint: fingerprintOf(bundle) })
    await target.write(bundle)
    expect(uploads(made)).toEqual([])
  })

  it('puts one certificate for many places there once', async () => {
    const made = await account()
    await Promise.all([
      targetAt(made, module, balancer).write(bundle),
      targetAt(made, module, { ...balancer, domain }).write(bundle),
      targetAt(made, module, { ...balancer, port: '8443' }).write(bundle),
    ])
    expect(uploads(made)).toHaveLength(1)
    expect(made.alibaba.certificates.all).toHaveLength(1)
  })

  it('creates the extension of a domain once, and changes it in place from then on', async () => {
    const made = await account()
    const www = targetAt(made, module, { ...balancer, domain })
    await www.write(bundle)
    await www.write(renewed)
    const changes = made.alibaba.calls.filter(
      ({ action, status }) => /^(Create|Set|Delete)DomainExt/.test(action) && status === 200,
    )
    expect(changes.map(({ action }) => action)).toEqual([
      'CreateDomainExtension',
      'SetDomainExtensionAttribute',
    ])
    expect(listenerAt(made).extensions.map((one) => one.domain)).toEqual([
      'mail.example.com',
      domain,
    ])
  })

  it('waits while the listener takes up the change before', async () => {
    const made = await account({}, { delay: { looks: 5 } })
    const target = targetAt(made, module, balancer)
    await target.write(bundle)
    await target.write(renewed)
    const set = callsOf(made, 'SetLoadBalancerHTTPSListenerAttribute')
    expect(set.map(({ code }) => code)).toContain('BackendServer.configuring')
    expect(heldBy(made, listenerAt(made).certificateId)).toBe(fingerprintOf(renewed))
  })

  it('sends a listener nothing but the certificate', async () => {
    const made = await account()
    await targetAt(made, module, balancer).write(bundle)
    const [change] = callsOf(made, 'SetLoadBalancerHTTPSListenerAttribute')
    expect(Object.keys(change?.parameters ?? {}).sort()).toEqual([
      'ListenerPort',
      'LoadBalancerId',
      'RegionId',
      'ServerCertificateId',
    ])
  })

  it('prunes what it has replaced, and nothing that is used, another’s, or for other names', async () => {
    const made = await account()
    const more = bundleFor({ names: [domain, 'example.com'] })
    const direct = { ...balancer, upload: 'direct' }
    await targetAt(made, module, { ...direct, domain }).write(bundle)
    await targetAt(made, module, direct).write(more)
    await targetAt(made, module, direct).write(renewed)
    // The extension still uses the first.
    expect(await targetAt(made, module, direct).prune?.(renewed)).toEqual([])
    await targetAt(made, module, { ...direct, domain }).write(renewed)
    const name = `certwright_${fingerprintOf(bundle).slice(0, 16)}`
    // What a change has replaced is in use until the change is over.
    for (let look = 0; look < 3; look += 1) made.alibaba.installations.serving(domain)
    expect(await targetAt(made, module, direct).prune?.(renewed)).toEqual([
      expect.stringMatching(new RegExp(`^${name} \\(`)),
    ])
    expect(stored(made).map(({ served }) => served.certificate.sha256)).not.toContain(
      fingerprintOf(bundle),
    )
    expect(stored(made)).toHaveLength(6)
  })

  it('keeps what the region’s store refers to, though CAS does not know', async () => {
    const made = await account()
    await targetAt(made, module, balancer).write(bundle)
    await targetAt(made, module, { ...balancer, port: '8443' }).write(bundle)
    await targetAt(made, module, { ...balancer, domain }).write(renewed)
    made.advance(8 * 86_400_000)
    const removed = await targetAt(made, module, { ...balancer, domain }).prune?.(renewed)
    expect(removed).toEqual([])
    expect(made.alibaba.certificates.all).toHaveLength(2)
  })

  it('shakes hands at a public address alone', async () => {
    const made = await account()
    expect(await targetAt(made, module, balancer).endpoints?.(undefined, bundle)).toEqual([
      { host: '203.0.113.7', port: 443, servername: domain },
    ])
    const inner = targetAt(made, module, { 'load-balancer': 'lb-2' })
    expect(await inner.endpoints?.(undefined, bundle)).toEqual([])
  })

  it('is discovered with its default certificate and each domain, page by page', async () => {
    const made = await account({}, { largestPage: 1 })
    expect(await discoveredAt(made, module)).toMatchObject([
      {
        target: 'alibaba-clb:load-balancer=lb-1',
        product: 'CLB',
        resource: 'lb-1:443',
        https: true,
        names: ['other.example.com'],
        installed: { reference: listenerAt(made).certificateId, name: 'theirs' },
      },
      {
        target: 'alibaba-clb:load-balancer=lb-1,domain=mail.example.com',
        installed: { name: 'mail', sha1: expect.any(String) as string },
      },
      { target: 'alibaba-clb:load-balancer=lb-1,port=8443' },
      { target: 'alibaba-clb:load-balancer=lb-2' },
    ])
  })
})

policyIsTheLeast(module)
