import { X509Certificate } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import * as module from '../../../src/deploy/targets/alibaba-clb.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { bundleFor, fingerprintOf, renewals, type TestAccount } from './account.ts'
import {
  discoveredAt,
  refusal,
  scriptedAccount,
  targetAt,
  type Script,
  type ScriptedAccount,
  type ScriptedCall,
} from './scripted.ts'

/** A region of CLB: its own store, and one listener. */
interface Region {
  readonly certificates: Map<string, Stored>
  defaultId: string
  readonly extensions: Map<string, { readonly domain: string; certificate: string }>
  made: number
  account?: TestAccount
}

interface Stored {
  readonly name: string
  readonly x509: X509Certificate
  readonly casId?: number
}

const theirs = bundleFor({ names: ['mail.example.com'] })
const domain = 'www.example.com'
const bundle = bundleFor({ names: [domain] })
const balancer = { 'load-balancer': 'lb-1' }

function newRegion(): Region {
  const x509 = new X509Certificate(theirs.chainPem)
  return {
    certificates: new Map([['cert-theirs', { name: 'theirs', x509 }]]),
    defaultId: 'cert-theirs',
    extensions: new Map([
      ['de-theirs', { domain: 'mail.example.com', certificate: 'cert-theirs' }],
    ]),
    made: 0,
  }
}

describe.each([
  ['the default certificate, from CAS', {}],
  ['the default certificate, with its key', { upload: 'direct' }],
  ['the certificate of a domain, from CAS', { domain }],
  ['the certificate of a domain, with its key', { domain, upload: 'direct' }],
])('alibaba-clb: %s', (_, options: Record<string, string>) => {
  deployTargetSuite({
    test: it,
    async world() {
      const region = newRegion()
      const account = await at(region)
      const { alibaba, context, refusing, host } = account
      const values = { ...account.values, ...balancer, ...options }
      const held = (): string | undefined =>
        options['domain'] === undefined
          ? region.defaultId
          : [...region.extensions.values()].find((one) => one.domain === domain)?.certificate
      return {
        target: () => module.create(values, context),
        refused: () => module.create(values, refusing),
        host,
        bundle: renewals([domain]),
        held: () => digestIn(region, held()),
        wasOff: () => false,
        others: () => [
          region.certificates.has('cert-theirs'),
          { ...region.extensions.get('de-theirs') },
          options['domain'] === undefined || region.defaultId,
        ],
        count: () => alibaba.certificates.all.length + region.certificates.size,
        secrets: [alibaba.accessKeySecret],
        close: async () => alibaba.close(),
      }
    },
  })
})

describe('alibaba-clb', () => {
  const account = async (region: Region): Promise<ScriptedAccount> => {
    const made = await at(region)
    onTestFinished(async () => made.alibaba.close())
    return made
  }
  const uploads = ({ asked }: ScriptedAccount): readonly ScriptedCall[] =>
    asked.filter(({ action }) => action === 'UploadServerCertificate')

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
    const made = await account(newRegion())
    const international = { ...balancer, site: 'international', region: 'eu-central-1' }
    await targetAt(made, module, international).write(bundle)
    const [stored] = made.alibaba.certificates.all
    expect(uploads(made)[0]?.parameters).toEqual({
      RegionId: 'eu-central-1',
      ServerCertificateName: stored?.name,
      AliCloudCertificateId: String(stored?.id),
      AliCloudCertificateName: stored?.name,
      AliCloudCertificateRegionId: 'ap-southeast-1',
    })
  })

  it('gives the key in PKCS#1 and without blank lines where it uploads itself', async () => {
    const made = await account(newRegion())
    await targetAt(made, module, { ...balancer, upload: 'direct' }).write(bundle)
    const { ServerCertificate, PrivateKey } = uploads(made)[0]?.parameters ?? {}
    expect(PrivateKey).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/)
    expect(`${ServerCertificate}${PrivateKey}`).not.toMatch(/\n\s*\n/)
    expect(made.alibaba.certificates.all).toEqual([])
  })

  it.each(['sha1', 'sha256'])(
    'uses a certificate that is there already, by its %s',
    async (hash) => {
      const region = newRegion()
      const made = await account(region)
      region.certificates.set(`cert-${hash}`, {
        name: 'named by a person',
        x509: new X509Certificate(bundle.chainPem),
      })
      await targetAt(made, module, balancer).write(bundle)
      expect(uploads(made)).toEqual([])
      expect(region.defaultId).toBe(`cert-${hash}`)
    },
  )

  it('puts one certificate for many places there once', async () => {
    const region = newRegion()
    const made = await account(region)
    await Promise.all([
      targetAt(made, module, balancer).write(bundle),
      targetAt(made, module, { ...balancer, domain }).write(bundle),
      targetAt(made, module, { ...balancer, port: '8443' }).write(bundle),
    ])
    expect(uploads(made)).toHaveLength(1)
    expect(made.alibaba.certificates.all).toHaveLength(1)
  })

  it('creates the extension of a domain once, and changes it in place from then on', async () => {
    const region = newRegion()
    const made = await account(region)
    const www = targetAt(made, module, { ...balancer, domain })
    await www.write(bundle)
    await www.write(bundleFor({ names: [domain], renewal: 1 }))
    const changes = made.asked.filter(({ action }) => /DomainExtension/.test(action))
    expect(changes.map(({ action }) => action)).toEqual([
      'CreateDomainExtension',
      'SetDomainExtensionAttribute',
    ])
    expect(region.extensions.size).toBe(2)
  })

  it('sends a listener nothing but the certificate', async () => {
    const made = await account(newRegion())
    await targetAt(made, module, balancer).write(bundle)
    const change = made.asked.find(
      ({ action }) => action === 'SetLoadBalancerHTTPSListenerAttribute',
    )
    expect(Object.keys(change?.parameters ?? {}).sort()).toEqual([
      'ListenerPort',
      'LoadBalancerId',
      'RegionId',
      'ServerCertificateId',
    ])
  })

  it('prunes what it has replaced, and nothing that is used, another’s, or for other names', async () => {
    const region = newRegion()
    const made = await account(region)
    const older = bundleFor({ names: [domain, 'example.com'] })
    const direct = { ...balancer, upload: 'direct' }
    await targetAt(made, module, { ...direct, domain }).write(bundle)
    await targetAt(made, module, direct).write(older)
    const renewed = bundleFor({ names: [domain], renewal: 1 })
    await targetAt(made, module, direct).write(renewed)
    // The extension still uses the first.
    expect(await targetAt(made, module, direct).prune?.(renewed)).toEqual([])
    await targetAt(made, module, { ...direct, domain }).write(renewed)
    const name = `certwright_${fingerprintOf(bundle).slice(0, 16)}`
    expect(await targetAt(made, module, direct).prune?.(renewed)).toEqual([`${name} (cert-1)`])
    expect([...region.certificates.keys()]).toEqual(['cert-theirs', 'cert-2', 'cert-3'])
  })

  it('keeps what the region’s store refers to, though CAS does not know', async () => {
    const region = newRegion()
    const made = await account(region)
    await targetAt(made, module, balancer).write(bundle)
    await targetAt(made, module, { ...balancer, port: '8443' }).write(bundle)
    const renewed = bundleFor({ names: [domain], renewal: 1 })
    await targetAt(made, module, { ...balancer, domain }).write(renewed)
    made.advance(8 * 86_400_000)
    const removed = await targetAt(made, module, { ...balancer, domain }).prune?.(renewed)
    expect(removed).toEqual([])
    expect(made.alibaba.certificates.all).toHaveLength(2)
  })

  it('shakes hands at a public address alone', async () => {
    const made = await account(newRegion())
    expect(await targetAt(made, module, balancer).endpoints?.(undefined, bundle)).toEqual([
      { host: '203.0.113.7', port: 443, servername: domain },
    ])
    const inner = targetAt(made, module, { 'load-balancer': 'lb-2' })
    expect(await inner.endpoints?.(undefined, bundle)).toEqual([])
  })

  it('is discovered with its default certificate and each domain', async () => {
    const made = await account(newRegion())
    expect(await discoveredAt(made, module)).toMatchObject([
      {
        target: 'alibaba-clb:load-balancer=lb-1',
        product: 'CLB',
        resource: 'lb-1:443',
        https: true,
        names: ['mail.example.com'],
        installed: { reference: 'cert-theirs', fingerprint: fingerprintOf(theirs) },
      },
      { target: 'alibaba-clb:load-balancer=lb-1,domain=mail.example.com' },
    ])
  })
})

function digestIn({ certificates }: Region, id: string | undefined): string | undefined {
  return certificates
    .get(id ?? '')
    ?.x509.fingerprint256.replaceAll(':', '')
    .toLowerCase()
}

async function at(region: Region): Promise<ScriptedAccount> {
  const account = await scriptedAccount(script(region))
  region.account = account
  return account
}

function script(region: Region): Script {
  const { certificates, extensions } = region
  const inUse = (id: string): boolean =>
    region.defaultId === id ||
    [...extensions.values()].some(({ certificate }) => certificate === id)
  const facts = ([id, { name, x509, casId }]: readonly [string, Stored]) => ({
    ServerCertificateId: id,
    ServerCertificateName: name,
    // In one form or the other.
    Fingerprint: /theirs|sha256/.test(id)
      ? x509.fingerprint256
      : x509.fingerprint.replaceAll(':', '').toLowerCase(),
    ExpireTimeStamp: x509.validToDate.getTime(),
    CommonName: /CN=(.*)/.exec(x509.subject)?.[1],
    SubjectAlternativeNames: {
      SubjectAlternativeName: x509.subjectAltName?.split(', ').map((name) => name.slice(4)),
    },
    ...(casId !== undefined && { AliCloudCertificateId: String(casId), IsAliCloudCertificate: 1 }),
  })
  const add = (stored: Stored) => {
    region.made += 1
    certificates.set(`cert-${region.made}`, stored)
    return facts([`cert-${region.made}`, stored])
  }
  return {
    DescribeServerCertificates({ parameters }) {
      const { ServerCertificateId: wanted } = parameters
      const found = [...certificates].filter(([id]) => !wanted || id === wanted)
      return { ServerCertificates: { ServerCertificate: found.map(facts) } }
    },
    UploadServerCertificate({ parameters }) {
      const {
        ServerCertificateName: name = '',
        ServerCertificate,
        AliCloudCertificateId,
      } = parameters
      if (ServerCertificate) return add({ name, x509: new X509Certificate(ServerCertificate) })
      const casId = Number(AliCloudCertificateId)
      const stored = region.account?.alibaba.certificates.get(casId)
      if (!stored) return refusal('InvalidParameter.CertificateId')
      return add({ name, x509: new X509Certificate(stored.certificate.pem), casId })
    },
    DeleteServerCertificate({ parameters: { ServerCertificateId: id = '' } }) {
      if (inUse(id)) return refusal('CertificateAndPrivateKeyIsRefered')
      certificates.delete(id)
      return {}
    },
    DescribeLoadBalancerHTTPSListenerAttribute: () => ({
      ServerCertificateId: region.defaultId,
      DomainExtensions: {
        DomainExtension: [...extensions].map(([DomainExtensionId, one]) => ({
          DomainExtensionId,
          Domain: one.domain,
          ServerCertificateId: one.certificate,
        })),
      },
    }),
    SetLoadBalancerHTTPSListenerAttribute({ parameters: { ServerCertificateId = '' } }) {
      if (!certificates.has(ServerCertificateId)) return refusal('ServerCertificateId.NotFound')
      region.defaultId = ServerCertificateId
      return {}
    },
    CreateDomainExtension({ parameters: { Domain = '', ServerCertificateId = '' } }) {
      extensions.set(`de-${Domain}`, { domain: Domain, certificate: ServerCertificateId })
      return { DomainExtensionId: `de-${Domain}` }
    },
    SetDomainExtensionAttribute({
      parameters: { DomainExtensionId = '', ServerCertificateId = '' },
    }) {
      const found = extensions.get(DomainExtensionId)
      if (!found) return refusal('InvalidParameter.DomainExtensionId')
      found.certificate = ServerCertificateId
      return {}
    },
    DeleteDomainExtension({ parameters: { DomainExtensionId = '' } }) {
      extensions.delete(DomainExtensionId)
      return {}
    },
    DescribeLoadBalancers: ({ parameters: { LoadBalancerId } }) => ({
      LoadBalancers: {
        LoadBalancer: [
          LoadBalancerId === 'lb-1'
            ? { LoadBalancerId, Address: '203.0.113.7', AddressType: 'internet' }
            : { LoadBalancerId, Address: '10.0.0.7', AddressType: 'intranet' },
        ],
      },
    }),
    DescribeLoadBalancerListeners: () => ({
      Listeners: [{ LoadBalancerId: 'lb-1', ListenerPort: 443, ListenerProtocol: 'https' }],
    }),
  }
}
