import { describe, expect, it } from 'vitest'
import type { AlibabaSeed } from '../../src/alibaba/products/table.ts'
import { bundleFor } from './bundle.ts'
import { rpcCaller, until } from './callers.ts'
import { open, servedAt } from './world.ts'

const version = '2014-05-15'
const RegionId = 'cn-hangzhou'
const listener = { RegionId, LoadBalancerId: 'lb-1', ListenerPort: 443 }
const domain = 'www.example.com'

function balancer(given: object = {}, more: object = {}): AlibabaSeed {
  return { slb: { balancers: [{ id: 'lb-1', listeners: [{ ...given }], ...more }] } }
}

interface Attribute {
  readonly ServerCertificateId: string
  readonly DomainExtensions: { readonly DomainExtension: readonly Record<string, string>[] }
}

async function world(seed: AlibabaSeed = balancer()) {
  const alibaba = await open({ seed })
  const { call, refusal } = rpcCaller(alibaba, version)
  return {
    alibaba,
    call,
    refusal,
    upload: async (given: object) =>
      (await call('UploadServerCertificate', { RegionId, ...given }))[
        'ServerCertificateId'
      ] as string,
    set: async (given: object) =>
      call('SetLoadBalancerHTTPSListenerAttribute', { ...listener, ...given }),
    read: async () =>
      (await call('DescribeLoadBalancerHTTPSListenerAttribute', listener)) as unknown as Attribute,
    served: async () => servedAt(alibaba, domain),
  }
}

const content = ({
  certPem,
  traditionalKeyPem,
}: {
  certPem: string
  traditionalKeyPem: string
}) => ({
  ServerCertificate: certPem,
  PrivateKey: traditionalKeyPem,
})

describe('UploadServerCertificate', () => {
  it('takes PKCS#1 and tells a SHA-1 fingerprint and never the key', async () => {
    const { upload, call, alibaba } = await world()
    const bundle = await bundleFor([domain], { algorithm: 'RSA' })
    const id = await upload({ ...content(bundle), ServerCertificateName: 'one' })
    const { ServerCertificates } = await call('DescribeServerCertificates', { RegionId })
    expect(ServerCertificates).toMatchObject({
      ServerCertificate: [
        {
          ServerCertificateId: id,
          ServerCertificateName: 'one',
          Fingerprint: expect.stringMatching(/^([0-9a-f]{2}:){19}[0-9a-f]{2}$/) as string,
          IsAliCloudCertificate: 0,
        },
      ],
    })
    expect(JSON.stringify(alibaba.calls)).not.toContain('PRIVATE KEY')
  })

  it('refuses PKCS#8, blank lines, a wrong key, no certificate and odd names', async () => {
    const { refusal } = await world()
    const [bundle, other] = await Promise.all([bundleFor([domain]), bundleFor([domain])])
    const good = content(bundle)
    const cases = {
      PrivateKeyFormat: [
        { ...good, PrivateKey: bundle.keyPem },
        { ...good, ServerCertificate: bundle.certPem.replace('-----\n', '-----\n\n') },
      ],
      CertificateAndPrivateKeyNotMatch: [{ ...good, PrivateKey: other.traditionalKeyPem }],
      ServerCertificateFormat: [{ ...good, ServerCertificate: 'x' }, {}],
      'InvalidParameter.ServerCertificateName': [{ ...good, ServerCertificateName: '1st' }],
    }
    for (const [code, wrong] of Object.entries(cases)) {
      for (const given of wrong) {
        const refused = await refusal('UploadServerCertificate', { RegionId, ...given })
        expect(refused.code).toBe(code)
      }
    }
    expect((await refusal('UploadServerCertificate', good)).code).toBe('MissingRegionId')
  })

  it('refers to the store of the account, whose region must be told', async () => {
    const { upload, refusal, alibaba, call, set, served } = await world()
    const { certPem, keyPem, fingerprint } = await bundleFor([domain])
    alibaba.seed({ cas: { certificates: [{ name: 'stored', certPem, keyPem }] } })
    const { id = 0 } = alibaba.certificates.named('stored') ?? {}
    const reference = { AliCloudCertificateId: String(id), AliCloudCertificateName: 'stored' }
    const elsewhere = { ...reference, AliCloudCertificateRegionId: 'cn-beijing' }
    const refused = await refusal('UploadServerCertificate', { RegionId, ...elsewhere })
    expect(refused).toMatchObject({ code: 'InvalidParameter' })
    const own = await upload({ ...reference, AliCloudCertificateRegionId: 'cn-hangzhou' })
    await set({ ServerCertificateId: own })
    await until(served, (now) => now === fingerprint)
    expect(alibaba.installations.products(id)).toEqual(['SLB'])
    const { ServerCertificates } = await call('DescribeServerCertificates', { RegionId })
    expect(ServerCertificates).toMatchObject({
      ServerCertificate: [{ AliCloudCertificateId: String(id), IsAliCloudCertificate: 1 }],
    })
  })

  it('is denied in a resource group without a right there', async () => {
    const { alibaba } = await world()
    const key = alibaba.addAccount({ allow: [{ action: 'slb:*', resource: 'acs:slb:*' }] })
    const { call, refusal } = rpcCaller(alibaba, version, key)
    const given = { RegionId, ...content(await bundleFor([domain])) }
    await call('UploadServerCertificate', given)
    const inGroup = { ...given, ResourceGroupId: 'rg-1' }
    expect((await refusal('UploadServerCertificate', inGroup)).code).toBe('Forbidden.RAM')
  })

  it('keeps each region apart', async () => {
    const { upload, call, refusal } = await world()
    const id = await upload({ ...content(await bundleFor([domain])), RegionId: 'cn-beijing' })
    const { ServerCertificates } = await call('DescribeServerCertificates', { RegionId })
    expect(ServerCertificates).toEqual({ ServerCertificate: [] })
    const asked = { ...listener, ServerCertificateId: id }
    const refused = await refusal('SetLoadBalancerHTTPSListenerAttribute', asked)
    expect(refused.code).toBe('ServerCertificateId.NotFound')
  })
})

describe('a listener', () => {
  it('takes a certificate by and by, no second change meanwhile, and keeps its settings', async () => {
    const old = await bundleFor([domain])
    const settings = { TLSCipherPolicy: 'tls_cipher_policy_1_2', EnableHttp2: 'on' }
    const { upload, set, read, refusal, served } = await world(
      balancer({ certificate: old, settings }),
    )
    const renewed = await bundleFor([domain])
    const ServerCertificateId = await upload(content(renewed))
    await set({ ServerCertificateId })
    const asked = { ...listener, ServerCertificateId }
    expect((await refusal('SetLoadBalancerHTTPSListenerAttribute', asked)).code).toBe(
      'BackendServer.configuring',
    )
    expect(await served()).toBe(old.fingerprint)
    await until(served, (now) => now === renewed.fingerprint)
    expect(await read()).toMatchObject({ ...settings, ServerCertificateId })
    await set({ IdleTimeout: 20 })
    expect(await read()).toMatchObject({ ...settings, ServerCertificateId, IdleTimeout: '20' })
  })

  it('holds its certificate: it cannot be deleted before another is in its place', async () => {
    const { call, upload, set, read, refusal, served } = await world(
      balancer({ certificate: await bundleFor([domain]) }),
    )
    const { ServerCertificateId: old } = await read()
    const asked = { RegionId, ServerCertificateId: old }
    expect((await refusal('DeleteServerCertificate', asked)).code).toBe(
      'CertificateAndPrivateKeyIsRefered',
    )
    const renewed = await bundleFor([domain])
    await set({ ServerCertificateId: await upload(content(renewed)) })
    await until(served, (now) => now === renewed.fingerprint)
    await call('DeleteServerCertificate', asked)
    expect((await refusal('DeleteServerCertificate', asked)).code).toBe(
      'ServerCertificateId.NotFound',
    )
  })

  it('that is not there, or not HTTPS, is not known', async () => {
    const { refusal } = await world(balancer({ port: 80, protocol: 'http' }))
    const action = 'DescribeLoadBalancerHTTPSListenerAttribute'
    const code = async (given: object) => (await refusal(action, { ...listener, ...given })).code
    expect(await code({ ListenerPort: 80 })).toBe('ListenerNotFound')
    expect(await code({ LoadBalancerId: 'lb-2' })).toBe('InvalidLoadBalancerId.NotFound')
    expect(await code({ ListenerPort: 'https' })).toBe('InvalidParameter')
  })

  it('is listed by its protocol, page by page', async () => {
    const listeners = [443, 444, 445].map((port) => ({ port }))
    const { call } = await world({
      slb: {
        balancers: [{ id: 'lb-1', listeners: [...listeners, { port: 80, protocol: 'http' }] }],
      },
    })
    const asked = { RegionId, ListenerProtocol: 'https', MaxResults: 2 }
    const first = await call('DescribeLoadBalancerListeners', asked)
    expect(first).toMatchObject({ TotalCount: 3, Listeners: [{ ListenerPort: 443 }, {}] })
    const rest = { ...asked, NextToken: first['NextToken'] }
    const second = await call('DescribeLoadBalancerListeners', rest)
    expect(second['Listeners']).toMatchObject([{ ListenerPort: 445 }])
    const { LoadBalancers } = await call('DescribeLoadBalancers', { RegionId })
    expect(LoadBalancers).toMatchObject({ LoadBalancer: [{ LoadBalancerId: 'lb-1' }] })
  })
})

describe('a domain extension', () => {
  it('is served before the default, changes, and goes', async () => {
    const fallback = await bundleFor([domain, 'other.example.com'])
    const { alibaba, call, upload, read, served, refusal } = await world(
      balancer({ certificate: fallback }),
    )
    const [one, two] = await Promise.all([bundleFor([domain]), bundleFor([domain])])
    const extended = {
      ...listener,
      Domain: domain,
      ServerCertificateId: await upload(content(one)),
    }
    const { DomainExtensionId } = await call('CreateDomainExtension', extended)
    await until(served, (now) => now === one.fingerprint)
    expect(await servedAt(alibaba, 'other.example.com')).toBe(fallback.fingerprint)
    expect((await refusal('CreateDomainExtension', extended)).code).toBe('InvalidParameter.Domain')
    const ServerCertificateId = await upload(content(two))
    const changed = { RegionId, DomainExtensionId, ServerCertificateId }
    await call('SetDomainExtensionAttribute', changed)
    expect((await read()).DomainExtensions.DomainExtension).toEqual([
      { DomainExtensionId, Domain: domain, ServerCertificateId },
    ])
    await until(served, (now) => now === two.fingerprint)
    await call('DeleteDomainExtension', { RegionId, DomainExtensionId })
    await until(served, (now) => now === fallback.fingerprint)
    expect((await refusal('SetDomainExtensionAttribute', changed)).code).toBe(
      'InvalidParameter.DomainExtensionId',
    )
  })

  it('is refused on shared resources', async () => {
    const { refusal, upload } = await world(balancer({}, { spec: '' }))
    const ServerCertificateId = await upload(content(await bundleFor([domain])))
    const asked = { ...listener, Domain: domain, ServerCertificateId }
    const refused = await refusal('CreateDomainExtension', asked)
    expect(refused.code).toBe('OperationDenied.SharedInstance')
  })
})
