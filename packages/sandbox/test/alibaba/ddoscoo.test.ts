import { describe, expect, it } from 'vitest'
import type { AlibabaSeed } from '../../src/alibaba/products/table.ts'
import { bundleFor } from './bundle.ts'
import { rpcCaller } from './callers.ts'
import { open, servedAt } from './world.ts'

const domain = 'www.example.com'

type Websites = NonNullable<NonNullable<AlibabaSeed['ddoscoo']>['websites']>

async function world(websites: Websites = [{ domain }]) {
  const alibaba = await open({ seed: { ddoscoo: { websites } } })
  const { call, refusal } = rpcCaller(alibaba, '2020-01-01')
  return {
    alibaba,
    call,
    associate: async (given: object) => call('AssociateWebCert', { Domain: domain, ...given }),
    codeOf: async (given: object) =>
      (await refusal('AssociateWebCert', { Domain: domain, ...given })).code,
    served: async () => servedAt(alibaba, domain),
  }
}

describe('AssociateWebCert', () => {
  it('takes an identifier, a number with its region, or PEM text', async () => {
    const { alibaba, associate, served, call } = await world()
    const bundles = await Promise.all([
      bundleFor([domain]),
      bundleFor(['*.example.com']),
      bundleFor([domain]),
    ])
    const [one, two, three] = bundles
    const certificates = [one, two].map(({ certPem, keyPem }, i) => ({
      name: `stored${i}`,
      certPem,
      keyPem,
    }))
    alibaba.seed({ cas: { certificates } })
    const [first, second] = [0, 1].map((i) => alibaba.certificates.named(`stored${i}`))
    await associate({ CertIdentifier: first?.identifier })
    expect(await served()).toBe(one.fingerprint)
    expect(alibaba.installations.products(first?.id ?? 0)).toEqual(['DDOS'])
    await associate({ CertId: second?.id, CertRegion: 'cn-hangzhou' })
    expect(await served()).toBe(two.fingerprint)
    await associate({ CertName: 'three', Cert: three.certPem, Key: three.keyPem })
    expect(await served()).toBe(three.fingerprint)
    expect(JSON.stringify(alibaba.calls)).not.toContain('PRIVATE KEY')
    const { Certs } = await call('DescribeCerts', { Domain: domain })
    expect(Certs).toMatchObject([
      { Name: 'three', DomainRelated: true },
      { CertIdentifier: second?.identifier, DomainRelated: false },
      { CertIdentifier: first?.identifier, DomainRelated: false },
    ])
  })

  it('refuses what cannot be', async () => {
    const plain = { domain: 'plain.example.com', proxies: { http: [80] } }
    const { alibaba, codeOf } = await world([{ domain }, plain])
    const [own, foreign] = await Promise.all([bundleFor([domain]), bundleFor(['a.example.net'])])
    alibaba.seed({ cas: { certificates: [{ name: 'own', ...own }] } })
    const CertIdentifier = alibaba.certificates.named('own')?.identifier
    expect(await codeOf({})).toBe('InvalidParameter')
    expect(await codeOf({ CertIdentifier: '1-cn-hangzhou' })).toBe('CertNotExist')
    expect(await codeOf({ CertIdentifier, CertRegion: 'ap-southeast-1' })).toBe('CertNotExist')
    expect(await codeOf({ CertIdentifier, Domain: 'a.example.net' })).toBe('DomainNotExist')
    expect(await codeOf({ CertIdentifier, Domain: plain.domain })).toBe('HttpsNotSet')
    const other = { CertName: 'other', Cert: foreign.certPem, Key: foreign.keyPem }
    expect(await codeOf(other)).toBe('CertNotMatch')
    expect(await codeOf({ ...other, Key: own.keyPem })).toBe('CertContentInvalid')
    const again = { CertName: 'own', Cert: own.certPem, Key: own.keyPem }
    expect(await codeOf(again)).toBe('CertNameRepeat')
  })
})

it('tells of each website its certificate and ports, ten a page', async () => {
  const certificate = { name: 'seeded_one', ...(await bundleFor([domain])) }
  const many = Array.from({ length: 11 }, (_, i) => ({ domain: `${i}.example.com` }))
  const { call } = await world([{ domain, certificate }, ...many])
  const asked = { Domain: domain, QueryDomainPattern: 'exact' }
  expect(await call('DescribeWebRules', asked)).toMatchObject({
    TotalCount: 1,
    WebRules: [
      {
        CertName: 'seeded_one',
        ProxyTypes: [{ ProxyType: 'http' }, { ProxyType: 'https', ProxyPorts: ['443'] }],
      },
    ],
  })
  const second = await call('DescribeWebRules', { PageNumber: 2, PageSize: 10 })
  expect(second).toMatchObject({ TotalCount: 12, WebRules: [{}, {}] })
  expect((await call('DescribeDomains'))['Domains']).toHaveLength(12)
})

it('keeps the TLS settings that a change leaves out', async () => {
  const { call } = await world()
  const Config = JSON.stringify({ ssl_protocols: 'tls1.2' })
  await call('ModifyTlsConfig', { Domain: domain, Config })
  expect((await call('DescribeWebRules'))['WebRules']).toMatchObject([
    { SslProtocols: 'tls1.2', SslCiphers: 'default' },
  ])
})
