import { Resolver } from 'node:dns/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startDns } from '../../src/dns/dns.ts'
import type { AlibabaOptions } from '../../src/index.ts'
import { bundleFor } from './bundle.ts'
import type { Bundle } from './bundle.ts'
import { genericSdk, refusalOf } from './sdk.ts'
import { open, servedAt } from './world.ts'

type Reply = Record<string, unknown>

const SiteId = 42
const site = { id: SiteId, name: 'example.com' }
const version = '2024-09-10'

async function openEsa(given: object = {}, options: AlibabaOptions = {}) {
  const alibaba = await open({ ...options, seed: { esa: { sites: [{ ...site, ...given }] } } })
  const sdk = genericSdk(alibaba)
  const get = async (action: string, query: object): Promise<Reply> =>
    (await sdk({ action, version, method: 'GET', query: { ...query } })).body
  const post = async (action: string, body: object): Promise<Reply> =>
    (await sdk({ action, version, body: { ...body } })).body
  return {
    alibaba,
    get,
    post,
    set: async ({ certPem, keyPem }: Bundle, more: object = {}): Promise<Reply> =>
      post('SetCertificate', {
        SiteId,
        Type: 'upload',
        Name: 'certwright',
        Certificate: certPem,
        PrivateKey: keyPem,
        ...more,
      }),
  }
}

describe('certificates of a site', () => {
  it('are served at once, and updated in place by id', async () => {
    const { alibaba, set, post } = await openEsa()
    const [one, renewed] = await Promise.all([
      bundleFor(['www.example.com']),
      bundleFor(['www.example.com']),
    ])
    const { Id } = await set(one)
    expect(await servedAt(alibaba, 'www.example.com')).toBe(one.fingerprint)
    expect(await set(renewed, { Id })).toMatchObject({ Id })
    expect(await servedAt(alibaba, 'www.example.com')).toBe(renewed.fingerprint)
    expect(await post('ListCertificates', { SiteId })).toMatchObject({
      TotalCount: 1,
      Result: [
        { Id, FingerprintSha256: renewed.fingerprint, SAN: 'www.example.com', Status: 'OK' },
      ],
    })
    expect(await post('GetCertificate', { SiteId, Id })).toMatchObject({
      Certificate: renewed.certPem,
      SiteName: 'example.com',
    })
  })

  it('are limited by a quota that expired ones count for, but an update in place does not', async () => {
    const old = await bundleFor(['www.example.com'], { days: -0.5 })
    const { set, get, post } = await openEsa({ certificates: [{ name: 'old', ...old }] })
    const renewed = await bundleFor(['www.example.com'])
    const { Id } = await set(await bundleFor(['api.example.com']))
    const refusal = await refusalOf(set(renewed))
    expect(refusal.code).toBe('CertQuotaCheckFailed')
    expect(await get('GetCertificateQuota', { SiteId, Type: 'upload' })).toMatchObject({
      Quota: 2,
      QuotaUsage: 2,
    })
    expect(await post('ListCertificates', { SiteId, ValidOnly: true })).toMatchObject({
      TotalCount: 1,
      Result: [{ Id }],
    })
    await set(await bundleFor(['api.example.com']), { Id })
    const { Result } = (await post('ListCertificates', { SiteId, Keyword: 'old' })) as {
      Result: Reply[]
    }
    await get('DeleteCertificate', { SiteId, Id: Result[0]?.['Id'] })
    await set(renewed)
  })

  it('are refused twice, of another site, unknown, or with the key of another', async () => {
    const { set, get } = await openEsa()
    const [one, other] = await Promise.all([
      bundleFor(['a.example.com']),
      bundleFor(['b.example.com']),
    ])
    await set(one)
    const code = async (bundle: Bundle, more: object = {}): Promise<string> =>
      (await refusalOf(set(bundle, more))).code
    expect(await code(one)).toBe('Certificate.Duplicated')
    expect(await code(await bundleFor(['www.example.org']))).toBe('Certificate.NameNotCovered')
    expect(await code(other, { Id: 'absent' })).toBe('Certificate.NotFound')
    expect(await code(other, { SiteId: 1 })).toBe('Site.NotFound')
    expect(await code(other, { Type: 'keyless' })).toBe('InvalidType')
    expect(await code(other, { PrivateKey: one.keyPem })).toBe('Certificate.MissMatch')
    expect(await code(other, { PrivateKey: 'x' })).toBe('Certificate.PrivateKeyError')
    expect(await code(other, { Certificate: 'x' })).toBe('Certificate.FormatError')
    const gone = await refusalOf(get('DeleteCertificate', { SiteId, Id: 'absent' }))
    expect(gone.code).toBe('Certificate.NotFound')
  })

  it('come from the store too, which then says that ESA uses them', async () => {
    const { alibaba, set } = await openEsa()
    const bundle = await bundleFor(['*.example.com'])
    alibaba.seed({ cas: { certificates: [{ name: 'stored', ...bundle }] } })
    const CasId = alibaba.certificates.named('stored')?.id ?? 0
    await set(bundle, { Type: 'cas', CasId, Region: 'cn-hangzhou' })
    expect(await servedAt(alibaba, 'any.example.com')).toBe(bundle.fingerprint)
    expect(alibaba.installations.products(CasId)).toEqual(['ESA'])
    const wrong = await refusalOf(set(bundle, { Type: 'cas', CasId, Region: 'ap-southeast-1' }))
    expect(wrong.code).toBe('Certificate.NotFound')
  })

  it('are found by the names of records', async () => {
    const { set, post } = await openEsa()
    await set(await bundleFor(['*.example.com']))
    const RecordName = 'www.example.com,example.com'
    expect(
      await post('ListCertificatesByRecord', { SiteId, RecordName, Detail: true }),
    ).toMatchObject({
      Result: [
        { RecordName: 'www.example.com', Count: 1, Certificates: [{ Name: 'certwright' }] },
        { RecordName: 'example.com', Count: 0 },
      ],
    })
  })
})

describe('custom hostnames', () => {
  it('get their own certificate, and lose it', async () => {
    const { alibaba, post } = await openEsa({ hostnames: ['shop.customer.test'] })
    const listed = await post('ListCustomHostnames', { SiteId, Hostname: 'shop.customer.test' })
    const { HostnameId } = (listed as { Hostnames: Reply[] }).Hostnames[0] ?? {}
    const { certPem, keyPem, fingerprint } = await bundleFor(['shop.customer.test'])
    const given = { HostnameId, CertType: 'upload', Certificate: certPem, PrivateKey: keyPem }
    await post('UpdateCustomHostname', { ...given, SslFlag: 'on' })
    expect(await servedAt(alibaba, 'shop.customer.test')).toBe(fingerprint)
    expect(await post('GetCustomHostname', { HostnameId })).toMatchObject({
      CustomHostnameModel: { SslFlag: 'on', CertType: 'upload', Certificate: certPem },
    })
    await post('UpdateCustomHostname', { HostnameId, SslFlag: 'off' })
    expect(await servedAt(alibaba, 'shop.customer.test')).toBeUndefined()
    const refusal = await refusalOf(post('GetCustomHostname', { HostnameId: 1 }))
    expect(refusal.code).toBe('Hostname.NotFound')
  })
})

describe('DNS records', () => {
  const challenge = {
    SiteId,
    RecordName: '_acme-challenge.example.com',
    Type: 'TXT',
    Data: { Value: 'token' },
    Ttl: 30,
  }

  it('are answered, changed and removed', async () => {
    const dns = await startDns({ outside: 'NXDOMAIN' })
    onTestFinished(async () => dns.close())
    const resolver = new Resolver({ timeout: 2000, tries: 1 })
    resolver.setServers([`127.0.0.1:${dns.port}`])
    const { get, post } = await openEsa({}, { dns })
    const { RecordId } = await post('CreateRecord', challenge)
    await post('CreateRecord', { ...challenge, Data: { Value: 'other' } })
    const answer = async () => (await resolver.resolveTxt(challenge.RecordName)).flat().toSorted()
    expect(await answer()).toEqual(['other', 'token'])
    await post('UpdateRecord', { RecordId, Data: { Value: 'changed' } })
    expect(await answer()).toEqual(['changed', 'other'])
    await post('DeleteRecord', { RecordId })
    expect(await answer()).toEqual(['other'])
    expect(await get('ListRecords', { SiteId, RecordName: challenge.RecordName })).toMatchObject({
      TotalCount: 1,
      Records: [{ RecordType: 'TXT', Data: { Value: 'other' }, Ttl: 30 }],
    })
    const refusal = await refusalOf(post('DeleteRecord', { RecordId }))
    expect(refusal.code).toBe('Record.NotFound')
  })

  it.each([
    ['outside the site', { RecordName: '_acme-challenge.example.org' }, 'Record.NameNotInSite'],
    ['of an unknown type', { Type: 'BOGUS' }, 'InvalidType'],
    ['with a TTL below 30', { Ttl: 29 }, 'InvalidTtl'],
    ['twice', {}, 'Record.Duplicated'],
  ])('are refused %s', async (_, wrong, code) => {
    const { post } = await openEsa()
    await post('CreateRecord', challenge)
    expect((await refusalOf(post('CreateRecord', { ...challenge, ...wrong }))).code).toBe(code)
  })

  it('are found by the exact name unless asked otherwise', async () => {
    const { get, post } = await openEsa()
    await post('CreateRecord', challenge)
    const found = async (given: object): Promise<unknown> =>
      (await get('ListRecords', { SiteId, ...given }))['TotalCount']
    expect(await found({ RecordName: '_acme-challenge' })).toBe(0)
    expect(await found({ RecordName: '_acme-challenge', RecordMatchType: 'prefix' })).toBe(1)
    expect(await found({ RecordName: 'example', RecordMatchType: 'fuzzy' })).toBe(1)
    expect(await found({ Type: 'CNAME' })).toBe(0)
  })
})

it('lists sites by part of their name, or exactly', async () => {
  const { alibaba, get } = await openEsa()
  alibaba.seed({ esa: { sites: [{ name: 'sub.example.com', accessType: 'CNAME' }] } })
  expect(await get('ListSites', { SiteName: 'example.com' })).toMatchObject({ TotalCount: 2 })
  const exact = { SiteName: 'example.com', SiteSearchType: 'exact' }
  expect(await get('ListSites', exact)).toMatchObject({ TotalCount: 1, Sites: [{ SiteId }] })
  expect(await get('ListSites', { AccessType: 'CNAME' })).toMatchObject({
    Sites: [{ SiteName: 'sub.example.com' }],
  })
})
