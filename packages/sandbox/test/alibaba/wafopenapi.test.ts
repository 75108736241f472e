import { describe, expect, it } from 'vitest'
import type { AlibabaSeed } from '../../src/alibaba/products/table.ts'
import { bundleFor } from './bundle.ts'
import type { Bundle } from './bundle.ts'
import { rpcCaller, until } from './callers.ts'
import { open, servedAt } from './world.ts'

const domain = 'www.example.com'
const InstanceId = 'waf_v3prepaid_public_cn-1'
const instance = { InstanceId, RegionId: 'cn-hangzhou' }
const site = { ...instance, Domain: domain }

type WafSeed = NonNullable<AlibabaSeed['wafopenapi']>

async function world(wafopenapi: WafSeed) {
  const alibaba = await open({ seed: { wafopenapi } })
  const { call, refusal } = rpcCaller(alibaba, '2021-10-01')
  const detail = async () => call('DescribeDomainDetail', site)
  return {
    alibaba,
    call,
    detail,
    listen: async () => (await detail())['Listen'] as Readonly<Record<string, unknown>>,
    codeOf: async (action: string, parameters: object) =>
      (await refusal(action, { ...parameters })).code,
    served: async (name = domain) => servedAt(alibaba, name),
    store: ({ certPem, keyPem }: Bundle, name: string) => {
      alibaba.seed({ cas: { certificates: [{ name, certPem, keyPem }] } })
      return alibaba.certificates.named(name)?.identifier ?? ''
    },
  }
}

const tls = { TLSVersion: 'tlsv1.2', EnableTLSv3: true, CipherSuite: 99, CustomCiphers: ['A', 'B'] }

describe('ModifyDomainCert', () => {
  it('changes the certificate by and by, and sets back the TLS settings that are left out', async () => {
    const old = await bundleFor([domain])
    const { call, listen, store, served, codeOf, alibaba } = await world({
      domains: [{ domain, certificate: old, listen: { ...tls, Http2Enabled: true } }],
    })
    const renewed = await bundleFor(['*.example.com'])
    const CertId = store(renewed, 'renewed')
    await call('ModifyDomainCert', { ...site, ...tls, CertId })
    expect(await codeOf('ModifyDomainCert', { ...site, CertId })).toBe(
      'Waf.Pullin.ResourceProcessing',
    )
    expect(await served()).toBe(old.fingerprint)
    await until(served, (now) => now === renewed.fingerprint)
    const kept = { Http2Enabled: true, HttpPorts: [80], HttpsPorts: [443] }
    expect(await listen()).toMatchObject({ ...kept, ...tls, CertId })
    await call('ModifyDomainCert', { ...site, CertId })
    expect(await listen()).toMatchObject({ ...kept, TLSVersion: 'tlsv1', EnableTLSv3: false })
    const { id = 0 } = alibaba.certificates.identified(CertId) ?? {}
    expect(alibaba.installations.products(id)).toEqual(['WAF'])
  })

  it('refuses what cannot be', async () => {
    const { codeOf, store } = await world({
      domains: [
        { domain, certificate: await bundleFor([domain]) },
        { domain: 'plain.example.com' },
      ],
    })
    const CertId = store(await bundleFor([domain]), 'one')
    const other = store(await bundleFor(['www.example.net']), 'other')
    const action = 'ModifyDomainCert'
    const asked = { ...site, CertId }
    expect(await codeOf(action, { ...asked, TLSVersion: '1.2' })).toBe(
      'Waf.Pullin.InvalidTlsVersion',
    )
    expect(await codeOf(action, { ...site, CertId: '1-cn-hangzhou' })).toBe(
      'Waf.Pullin.CertNotExist',
    )
    expect(await codeOf(action, { ...site, CertId: other })).toBe('Waf.Pullin.CertNotMatch')
    expect(await codeOf(action, { ...asked, Domain: 'plain.example.com' })).toBe(
      'Waf.Pullin.HttpsNotSet',
    )
    expect(await codeOf(action, { ...asked, Domain: 'no.example.com' })).toBe(
      'Waf.Pullin.DomainNotExist',
    )
    expect(await codeOf(action, { ...asked, RegionId: 'ap-southeast-1' })).toBe(
      'Waf.Pullin.InstanceNotFound',
    )
    expect(await codeOf(action, site)).toBe('MissingCertId')
    expect(await codeOf('DescribeDomainDetail', instance)).toBe('MissingDomain')
  })
})

it('ModifyDomain sets back everything that is left out', async () => {
  const certificate = await bundleFor([domain])
  const redirect = { Backends: ['192.0.2.7'], Loadbalance: 'roundRobin', ReadTimeout: 30 }
  const { call, detail, listen, codeOf } = await world({
    domains: [{ domain, certificate, listen: tls, redirect }],
  })
  const { CertId } = await listen()
  const Listen = { CertId, HttpsPorts: [443, 8443], TLSVersion: 'tlsv1.2' }
  await call('ModifyDomain', {
    ...site,
    Listen: JSON.stringify(Listen),
    Redirect: JSON.stringify({ Loadbalance: 'iphash', Backends: ['192.0.2.8'] }),
  })
  expect(await listen()).toMatchObject({ ...Listen, HttpPorts: [], EnableTLSv3: false })
  expect((await detail())['Redirect']).toMatchObject({
    Backends: [{ Backend: '192.0.2.8' }],
    ReadTimeout: 120,
  })
  const flat = { HttpPorts: [80], EnableTLSv3: true }
  await call('ModifyDomain', { ...site, Listen: flat, Redirect: { Loadbalance: 'iphash' } })
  expect(await listen()).toMatchObject({ ...flat, HttpsPorts: [] })
  const wrong = { ...site, Listen: { EnableTLSv3: true }, Redirect: { Loadbalance: 'iphash' } }
  expect(await codeOf('ModifyDomain', wrong)).toBe('Waf.Pullin.ProtocolNotSet')
})

describe('a port of a cloud product', () => {
  const resource = { ResourceInstanceId: 'lb-1', ResourceProduct: 'clb7' }
  const port = { resourceInstanceId: 'lb-1', product: 'clb7' }

  async function certificatesOf({ call }: Awaited<ReturnType<typeof world>>) {
    const asked = { ...instance, ...resource, Protocol: 'https' }
    const { AccessPortDetails } = await call('DescribeCloudResourceAccessPortDetails', asked)
    const [detail] = AccessPortDetails as readonly { readonly Certificates: readonly object[] }[]
    return detail?.Certificates
  }

  it('has the certificates of the list that was given last, and no other', async () => {
    const [fallback, extension] = await Promise.all([
      bundleFor(['*.example.com']),
      bundleFor([domain]),
    ])
    const waf = await world({
      ports: [{ ...port, certificate: fallback, extensions: [extension] }],
    })
    expect(await waf.served()).toBe(extension.fingerprint)
    const renewed = waf.store(await bundleFor(['*.example.com']), 'renewed')
    const list = [{ CertificateId: renewed, AppliedType: 'default' }]
    await waf.call('ModifyCloudResourceCert', {
      ...instance,
      ...resource,
      Port: 443,
      Certificates: list,
    })
    expect(await certificatesOf(waf)).toMatchObject(list)
    expect(await certificatesOf(waf)).toHaveLength(1)
    const wanted = waf.alibaba.certificates.identified(renewed)?.certificate.sha256
    await until(waf.served, (now) => now === wanted)
  })

  it('changes its default, and gains and loses an extension', async () => {
    const waf = await world({ ports: [{ ...port, certificate: await bundleFor([domain]) }] })
    const CloudResourceId = 'lb-1-443-clb7'
    const bundle = await bundleFor(['api.example.com'])
    const CertId = waf.store(bundle, 'one')
    const asked = { ...instance, CloudResourceId, CertId }
    const api = async () => waf.served('api.example.com')
    await waf.call('CreateCloudResourceExtensionCert', asked)
    await until(api, (now) => now === bundle.fingerprint)
    await waf.call('DeleteCloudResourceExtensionCert', asked)
    await until(api, (now) => now === undefined)
    expect(await waf.codeOf('DeleteCloudResourceExtensionCert', asked)).toBe(
      'Waf.Pullin.CertNotExist',
    )
    await waf.call('ModifyCloudResourceDefaultCert', asked)
    await until(api, (now) => now === bundle.fingerprint)
    expect(await certificatesOf(waf)).toMatchObject([{ CertificateId: CertId }])
  })

  it('needs one default, known certificates, and a name', async () => {
    const { codeOf, store } = await world({ ports: [port] })
    const CertificateId = store(await bundleFor([domain]), 'one')
    const set = async (given: object, Certificates: readonly object[]) =>
      codeOf('ModifyCloudResourceCert', { ...instance, ...given, Certificates })
    const named = { ...resource, Port: 443 }
    const extension = { CertificateId, AppliedType: 'extension' }
    expect(await set(named, [extension])).toBe('Waf.Pullin.DefaultCertNotOne')
    expect(await set(named, [{ CertificateId, AppliedType: 'x' }])).toBe(
      'Waf.Pullin.DefaultCertNotOne',
    )
    const unknown = { CertificateId: '1-cn-hangzhou', AppliedType: 'default' }
    expect(await set(named, [unknown])).toBe('Waf.Pullin.CertNotExist')
    const known = [{ CertificateId, AppliedType: 'default' }]
    expect(await set({ ...named, Port: 8443 }, known)).toBe('Waf.Pullin.ResourceNotExist')
    expect(await set({ ResourceInstanceId: 'lb-1', Port: 443 }, known)).toBe(
      'Waf.Pullin.ResourceNotExist',
    )
  })

  it('is counted among its resource’s, whose certificates come all on every page', async () => {
    const [one, two] = await Promise.all([bundleFor([domain]), bundleFor([domain])])
    const { call } = await world({
      ports: [
        { ...port, certificate: one },
        { ...port, port: 8443, certificate: two },
        { ...port, port: 80, protocol: 'http' },
      ],
    })
    expect(await call('DescribeCloudResources', instance)).toMatchObject({
      TotalCount: 1,
      CloudResources: [{ ...resource, HttpPortCount: 1, HttpsPortCount: 2 }],
    })
    const asked = { ...instance, ResourceInstanceId: 'lb-1', PageNumber: 2, PageSize: 1 }
    const { Certs } = await call('DescribeResourceInstanceCerts', asked)
    expect(Certs).toHaveLength(2)
  })
})

it('keeps what is uploaded to it in the store of the account', async () => {
  const { call, codeOf, alibaba } = await world({})
  const { certPem, keyPem } = await bundleFor([domain])
  const given = { ...instance, CertName: 'one', CertContent: certPem, CertKey: keyPem }
  const { CertIdentifier } = await call('CreateCerts', given)
  expect(alibaba.certificates.named('one')?.identifier).toBe(CertIdentifier)
  expect(await codeOf('CreateCerts', given)).toBe('Waf.Pullin.CertNameRepeat')
  const bad = { ...given, CertName: 'two', CertKey: 'x' }
  expect(await codeOf('CreateCerts', bad)).toBe('Waf.Pullin.CertContentInvalid')
  const { Certs } = await call('DescribeCerts', { ...instance, Domain: domain })
  expect(Certs).toMatchObject([{ CertIdentifier }])
  const { CertDetail } = await call('DescribeCertDetail', { ...instance, CertIdentifier })
  expect(CertDetail).toMatchObject({ Sans: [domain] })
})

it('has a certificate for whatever has none', async () => {
  const { call, store, codeOf } = await world({})
  expect((await call('DescribeDefaultHttps', instance))['DefaultHttps']).toEqual({})
  const CertId = store(await bundleFor([domain]), 'one')
  const asked = { ...instance, CertId, TLSVersion: 'tlsv1.2', CipherSuite: 2 }
  await call('ModifyDefaultHttps', asked)
  expect((await call('DescribeDefaultHttps', instance))['DefaultHttps']).toMatchObject({
    CertId,
    TLSVersion: 'tlsv1.2',
    CipherSuite: 2,
  })
  expect(await codeOf('ModifyDefaultHttps', { ...instance, CertId })).toBe('MissingTLSVersion')
})

it('is on one side of the border alone, and lists the domains there', async () => {
  const { call } = await world({ domains: [{ domain }, { domain: 'api.example.com' }] })
  expect(await call('DescribeInstance', { RegionId: 'cn-hangzhou' })).toMatchObject({ InstanceId })
  expect(await call('DescribeInstance', { RegionId: 'ap-southeast-1' })).not.toHaveProperty(
    'InstanceId',
  )
  const page = { ...instance, PageSize: 1, PageNumber: 2 }
  expect(await call('DescribeDomains', page)).toMatchObject({
    TotalCount: 2,
    Domains: [{ Domain: 'api.example.com', ListenPorts: { Http: [80], Https: [] } }],
  })
})
