import { describe, expect, it } from 'vitest'
import type { RunningAlibaba } from '../../src/alibaba/alibaba.ts'
import { bundleFor } from './bundle.ts'
import { popSdk, refusalOf, typedSdk } from './sdk.ts'
import { open } from './world.ts'

const store = (alibaba: RunningAlibaba) => popSdk(alibaba, '2020-04-07')

describe('UploadUserCertificate', () => {
  it('keeps a certificate under a new id each time', async () => {
    const alibaba = await open()
    const { certPem, keyPem } = await bundleFor(['www.example.com'])
    const upload = typedSdk(alibaba, 'cas20200407')
    const first = await upload('uploadUserCertificate', { name: 'one', cert: certPem, key: keyPem })
    const second = await upload('uploadUserCertificate', {
      name: 'two',
      cert: certPem,
      key: keyPem,
    })
    expect(first['certId']).toBeTypeOf('number')
    expect(second['certId']).not.toBe(first['certId'])
    expect(alibaba.certificates.all.map(({ name }) => name)).toEqual(['two', 'one'])
  })

  it.each(['', 'with-hyphen', 'with.dot', 'with space', 'x'.repeat(64), '名字'])(
    'refuses the name %j',
    async (Name) => {
      const alibaba = await open()
      const { certPem, keyPem } = await bundleFor(['www.example.com'])
      const refusal = await refusalOf(
        store(alibaba)('UploadUserCertificate', { Name, Cert: certPem, Key: keyPem }),
      )
      expect(refusal.code).toMatch(/InvalidParameter.Name|MissingName/)
    },
  )

  it('refuses a name that is taken, and what is no certificate, no key or another key', async () => {
    const alibaba = await open()
    const [one, other] = await Promise.all([bundleFor(['a.test']), bundleFor(['b.test'])])
    const upload = async (Name: string, Cert: string, Key: string): Promise<string> =>
      (await refusalOf(store(alibaba)('UploadUserCertificate', { Name, Cert, Key }))).code
    await store(alibaba)('UploadUserCertificate', {
      Name: 'one',
      Cert: one.certPem,
      Key: one.keyPem,
    })
    expect(await upload('one', other.certPem, other.keyPem)).toBe('NameRepeat')
    expect(await upload('two', 'x', one.keyPem)).toBe('InvalidCert')
    expect(await upload('two', one.certPem, 'x')).toBe('InvalidKey')
    expect(await upload('two', one.certPem, other.keyPem)).toBe('CertKey.NotMatch')
    expect(alibaba.certificates.all).toHaveLength(1)
  })
})

describe('what the store tells', () => {
  it('of one certificate, with the key only where CertFilter is not set', async () => {
    const alibaba = await open({ site: 'international' })
    const { certPem, keyPem, fingerprint } = await bundleFor(['www.example.com', '*.example.com'])
    alibaba.seed({ cas: { certificates: [{ name: 'one', certPem, keyPem }] } })
    const CertId = alibaba.certificates.named('one')?.id
    const detail = await store(alibaba)('GetUserCertificateDetail', { CertId })
    expect(detail).toMatchObject({
      CertIdentifier: `${CertId}-ap-southeast-1`,
      Name: 'one',
      Common: 'www.example.com',
      Sans: 'www.example.com,*.example.com',
      Sha2: fingerprint.toUpperCase(),
      Algorithm: 'ECC',
      Expired: false,
      Cert: certPem,
      Key: keyPem,
    })
    const filtered = await store(alibaba)('GetUserCertificateDetail', { CertId, CertFilter: true })
    expect(filtered).not.toHaveProperty('Key')
    expect(filtered).not.toHaveProperty('Cert')
  })

  it('in pages of 50, of uploads only to who asks for them', async () => {
    const alibaba = await open({ rateLimits: false })
    const { certPem, keyPem } = await bundleFor(['www.example.com'])
    const certificates = Array.from({ length: 51 }, (_, i) => ({ name: `c${i}`, certPem, keyPem }))
    alibaba.seed({ cas: { certificates } })
    const asked = async (given: object): Promise<Record<string, unknown>> =>
      store(alibaba)('ListUserCertificateOrder', { ...given })
    expect(await asked({})).toMatchObject({ TotalCount: 0 })
    const first = await asked({ OrderType: 'UPLOAD' })
    const second = await asked({ OrderType: 'UPLOAD', CurrentPage: 2 })
    expect(first['CertificateOrderList']).toHaveLength(50)
    expect(second['CertificateOrderList']).toMatchObject([{ Name: 'c0', Upload: true }])
    expect(await asked({ OrderType: 'UPLOAD', Keyword: 'c50' })).toMatchObject({ TotalCount: 1 })
    expect((await refusalOf(asked({ ShowSize: 101 }))).code).toBe('InvalidParameter')
  })

  it('of use: the products where a certificate is installed, and no subjectAltNames', async () => {
    const alibaba = await open({ seed: { cdn: { domains: [{ domain: 'www.example.com' }] } } })
    const { certPem, keyPem } = await bundleFor(['www.example.com'])
    alibaba.seed({ cas: { certificates: [{ name: 'one', certPem, keyPem }] } })
    const using = async (): Promise<unknown> =>
      (await store(alibaba)('ListCertificates', { CertificateSource: 'UPLOAD' }))['CertificateList']
    expect(await using()).toMatchObject([{ UsingProductList: [], SubjectAlternativeNames: [] }])
    await popSdk(alibaba, '2018-05-10')('SetCdnDomainSSLCertificate', {
      DomainName: 'www.example.com',
      SSLProtocol: 'on',
      CertType: 'cas',
      CertName: 'one',
      CertId: alibaba.certificates.named('one')?.id,
    })
    expect(await using()).toMatchObject([{ UsingProductList: ['CDN'], ExistPrivateKey: true }])
  })
})

describe('DeleteUserCertificate', () => {
  it('removes a certificate, once', async () => {
    const alibaba = await open()
    const { certPem, keyPem } = await bundleFor(['www.example.com'])
    alibaba.seed({ cas: { certificates: [{ name: 'one', certPem, keyPem }] } })
    const CertId = alibaba.certificates.named('one')?.id
    await store(alibaba)('DeleteUserCertificate', { CertId })
    const again = await refusalOf(store(alibaba)('DeleteUserCertificate', { CertId }))
    expect(again).toMatchObject({ code: 'InvalidCertId.NotFound' })
    const detail = await refusalOf(store(alibaba)('GetUserCertificateDetail', { CertId }))
    expect(detail.code).toBe('InvalidCertId.NotFound')
  })
})
