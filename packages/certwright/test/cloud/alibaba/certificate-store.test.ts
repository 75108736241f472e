import { createPrivateKey, X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { storedName, uploadCertificate } from '../../../src/cloud/alibaba/certificate-store.ts'
import { describe as contentsOf } from '../../../src/x509/certificate.ts'
import { leapingHost } from '../../dns/world.ts'
import { issueChain, rsaKey } from '../../x509/issued.ts'
import { accountAt, testKey } from './local-api.ts'
import { localCas } from './local-cas.ts'

const { bundle, leaf } = issueChain({ names: ['example.com'], key: rsaKey() })
const { fingerprint } = contentsOf(bundle.chainPem)
const { bundle: other } = issueChain({ names: ['example.com'] })

describe('a name in the store', () => {
  it.each([[undefined], ['acme'], ['my.company-name'], ['x'.repeat(80)]])(
    'with the prefix %j suits every product',
    (prefix) => {
      expect(storedName(fingerprint, prefix)).toMatch(/^[A-Za-z][A-Za-z0-9_]{3,49}$/)
    },
  )
})

describe('a certificate that is not in the store', () => {
  it('is uploaded under a name of its own, with chain and key as every product takes them', async () => {
    const cas = await localCas()
    const result = await uploadCertificate(bundle, accountAt(cas.endpoint), leapingHost(Date.now()))
    expect(result).toEqual({
      certId: 1001,
      identifier: '1001-cn-hangzhou',
      name: `certwright_${fingerprint.slice(0, 16)}`,
    })
    const upload = cas.calls.find(({ action }) => action === 'UploadUserCertificate')
    expect(upload?.parameters['Cert']).toBe(bundle.chainPem)
    expect(upload?.parameters['Key']).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/)
    expect(createPrivateKey(upload?.parameters['Key'] ?? '').equals(leaf.key)).toBe(true)
    expect(upload?.target).toBe('/')
  })

  it('is known by the region of its site', async () => {
    const cas = await localCas()
    const account = accountAt(cas.endpoint, { site: 'international' })
    const { identifier } = await uploadCertificate(bundle, account, leapingHost(Date.now()))
    expect(identifier).toBe('1001-ap-southeast-1')
  })
})

describe('a certificate that is in the store', () => {
  it('is found by its fingerprint, under whatever name and on whatever page', async () => {
    const cas = await localCas()
    for (let i = 0; i < 60; i += 1) cas.put(`other_${i}`, other.chainPem)
    const certId = cas.put('by_hand', bundle.chainPem)
    const result = await uploadCertificate(bundle, accountAt(cas.endpoint), leapingHost(Date.now()))
    expect(result).toEqual({ certId, identifier: `${certId}-cn-hangzhou`, name: 'by_hand' })
    expect(cas.count('ListUserCertificateOrder')).toBe(2)
    expect(cas.count('UploadUserCertificate')).toBe(0)
  })

  it.each([
    ['in colons and capitals', (x: { Sha2: string }) => ({ Sha2: x.Sha2.match(/../g)?.join(':') })],
    ['in lower case', (x: { Sha2: string }) => ({ Sha2: x.Sha2.toLowerCase() })],
    ['by SHA-1 alone', (x: { Fingerprint: string }) => ({ Sha2: '', Fingerprint: x.Fingerprint })],
  ])('is found where the list writes digests %s', async (_how, write) => {
    const listed = { Sha2: leafDigest('sha256'), Fingerprint: leafDigest('sha1') }
    const cas = await localCas(({ action }) =>
      action === 'ListUserCertificateOrder'
        ? {
            body: {
              CertificateOrderList: [{ CertificateId: 7, Name: 'n', ...write(listed) }],
              TotalCount: 1,
            },
          }
        : undefined,
    )
    const result = await uploadCertificate(bundle, accountAt(cas.endpoint), leapingHost(Date.now()))
    expect(result.certId).toBe(7)
  })

  it('is uploaded once by a hundred callers', async () => {
    const cas = await localCas()
    const [account, host] = [accountAt(cas.endpoint), leapingHost(Date.now())]
    const all = await Promise.all(
      Array.from({ length: 100 }, async () => uploadCertificate(bundle, account, host)),
    )
    expect(new Set(all.map(({ certId }) => certId))).toEqual(new Set([1001]))
    expect(cas.count('UploadUserCertificate')).toBe(1)
    expect(cas.count('ListUserCertificateOrder')).toBe(1)
  })

  it('of one account is nothing to another', async () => {
    const cas = await localCas()
    const host = leapingHost(Date.now())
    const second = { credentials: async () => ({ ...testKey, accessKeyId: 'another' }) }
    await Promise.all([
      uploadCertificate(bundle, accountAt(cas.endpoint), host),
      uploadCertificate(bundle, accountAt(cas.endpoint, second), host).catch(() => undefined),
    ])
    expect(cas.count('ListUserCertificateOrder')).toBeGreaterThan(1)
  })
})

describe('an upload', () => {
  it('whose reply is lost is found again, not repeated', async () => {
    let lost = false
    const cas = await localCas(({ action, parameters }, self) => {
      if (action !== 'UploadUserCertificate' || lost) return undefined
      lost = true
      self().put(parameters['Name'] ?? '', parameters['Cert'] ?? '')
      return { status: 0 }
    })
    const result = await uploadCertificate(bundle, accountAt(cas.endpoint), leapingHost(Date.now()))
    expect(result.certId).toBe(1001)
    expect(cas.stored.size).toBe(1)
  })

  it('that is refused for good says why, and the next one is asked anew', async () => {
    let left = 1
    const cas = await localCas(({ action }) =>
      action === 'UploadUserCertificate' && left-- > 0
        ? { status: 400, body: { Code: 'InvalidCert', Message: 'm' } }
        : undefined,
    )
    const [account, host] = [accountAt(cas.endpoint), leapingHost(Date.now())]
    await expect(uploadCertificate(bundle, account, host)).rejects.toMatchObject({
      params: { code: 'InvalidCert' },
    })
    expect((await uploadCertificate(bundle, account, host)).certId).toBe(1001)
  })

  it('that its caller aborts is taken over by the one who waits for it', async () => {
    const controller = new AbortController()
    let first = true
    const cas = await localCas(({ action }) => {
      if (action !== 'UploadUserCertificate' || !first) return undefined
      first = false
      controller.abort(new Error('enough'))
      return { status: 0 }
    })
    const [account, host] = [accountAt(cas.endpoint), leapingHost(Date.now())]
    const [aborted, waiting] = await Promise.allSettled([
      uploadCertificate(bundle, account, host, {}, controller.signal),
      uploadCertificate(bundle, account, host),
    ])
    expect(aborted).toMatchObject({ status: 'rejected', reason: { message: 'enough' } })
    expect(waiting).toMatchObject({ status: 'fulfilled', value: { certId: 1001 } })
  })
})

function leafDigest(algorithm: 'sha256' | 'sha1'): string {
  const { fingerprint: sha1, fingerprint256 } = new X509Certificate(bundle.chainPem)
  return (algorithm === 'sha1' ? sha1 : fingerprint256).replaceAll(':', '')
}
