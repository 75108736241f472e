import { createPrivateKey, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../src/runtime/secret.ts'
import { exportBundle, type ExportFormat } from '../../src/x509/export.ts'
import { bundleOf, ecKey, issueChain, rsaKey } from './issued.ts'

const password = new Secret('correct horse')
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8')

describe('an export is refused', () => {
  it('without a password where the format needs one', () => {
    const { bundle } = issueChain()
    for (const format of ['pkcs12', 'pkcs12-legacy', 'jks'] as const) {
      const refusal: unknown = expect.objectContaining({
        code: 'EXPORT_PASSWORD_MISSING',
        params: { format },
      })
      expect(() => exportBundle(bundle, { format })).toThrow(refusal)
      expect(() => exportBundle(bundle, { format, password: new Secret('') })).toThrow(refusal)
    }
  })

  it('with an empty password where the key could have one', () => {
    const { bundle } = issueChain()
    for (const format of ['pem', 'der'] as const) {
      expect(() => exportBundle(bundle, { format, password: new Secret('') })).toThrow(
        expect.objectContaining({ code: 'EXPORT_PASSWORD_MISSING' }),
      )
    }
  })

  it('with a password for JKS that keytool would not open', () => {
    const { bundle } = issueChain()
    const short = new Secret('12345')
    const refusal: unknown = expect.objectContaining({
      code: 'EXPORT_PASSWORD_SHORT',
      hint: 'Give at least 6 characters',
    })
    expect(() => exportBundle(bundle, { format: 'jks', password: short })).toThrow(refusal)
    expect(exportBundle(bundle, { format: 'jks', password: new Secret('123456') })).toHaveLength(1)
    expect(exportBundle(bundle, { format: 'pkcs12', password: short })).toHaveLength(1)
  })

  it('where the key is not the certificate’s', () => {
    const bundle = bundleOf(issueChain().chain, ecKey())
    for (const format of ['pem', 'der', 'pkcs12', 'pkcs12-legacy', 'jks'] as const) {
      expect(() => exportBundle(bundle, { format, password })).toThrow(
        expect.objectContaining({ code: 'KEY_NOT_OF_CERTIFICATE' }),
      )
    }
  })

  it('where the key is elsewhere and the format is nothing without', () => {
    const { chainPem } = issueChain().bundle
    for (const format of ['pkcs12', 'pkcs12-legacy', 'jks'] as const) {
      expect(() => exportBundle({ chainPem }, { format, password })).toThrow(
        expect.objectContaining({ code: 'KEY_ELSEWHERE' }),
      )
    }
  })

  it('where a traditional key is to have a password', () => {
    const { bundle } = issueChain()
    expect(() =>
      exportBundle(bundle, { format: 'pem', keyFormat: 'traditional', password }),
    ).toThrow(TypeError)
  })
})

describe('an export', () => {
  it('in PEM is one file with the key before the chain', () => {
    const { bundle } = issueChain({ length: 2 })
    const [file, ...others] = exportBundle(bundle, { format: 'pem' })
    expect(others).toEqual([])
    expect(file).toMatchObject({ extension: 'pem', secret: true })
    expect(text(file.bytes)).toBe(bundle.privateKey.reveal() + bundle.chainPem)
  })

  it('in PEM is in one form, whatever form the chain had', () => {
    const { bundle } = issueChain()
    const chainPem = `\r\n${bundle.chainPem.replaceAll('\n', '\r\n')}\r\n\r\n`
    const [file] = exportBundle({ ...bundle, chainPem }, { format: 'pem' })
    expect(text(file.bytes)).toBe(bundle.privateKey.reveal() + bundle.chainPem)
  })

  it('in DER is the leaf, and the key beside it', () => {
    const { bundle, leaf } = issueChain()
    const [certificate, key] = exportBundle(bundle, { format: 'der' })
    expect(certificate).toMatchObject({ extension: 'der', secret: false })
    expect(Buffer.from(certificate.bytes)).toEqual(Buffer.from(leaf.der))
    expect(key).toMatchObject({ extension: 'key.der', secret: true })
    const read = createPrivateKey({
      key: Buffer.from(key?.bytes ?? []),
      format: 'der',
      type: 'pkcs8',
    })
    expect(read.equals(leaf.key)).toBe(true)
  })

  it('with a password in PEM or DER encrypts the key and leaves the chain readable', () => {
    const { bundle, leaf } = issueChain()
    const passphrase = password.reveal()
    const [pem] = exportBundle(bundle, { format: 'pem', password })
    expect(text(pem.bytes)).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/)
    expect(text(pem.bytes)).toContain(bundle.chainPem)
    expect(createPrivateKey({ key: text(pem.bytes), passphrase }).equals(leaf.key)).toBe(true)
    const [, der] = exportBundle(bundle, { format: 'der', password })
    const key = Buffer.from(der?.bytes ?? [])
    expect(() => createPrivateKey({ key, format: 'der', type: 'pkcs8' })).toThrow()
    expect(
      createPrivateKey({ key, format: 'der', type: 'pkcs8', passphrase }).equals(leaf.key),
    ).toBe(true)
  })

  it('with a traditional key names its kind', () => {
    const keyFormat = 'traditional'
    const [ec] = exportBundle(issueChain().bundle, { format: 'pem', keyFormat })
    const [rsa] = exportBundle(issueChain({ key: rsaKey() }).bundle, { format: 'pem', keyFormat })
    expect(text(ec.bytes)).toMatch(/^-----BEGIN EC PRIVATE KEY-----/)
    expect(text(rsa.bytes)).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/)
    for (const { bytes } of [ec, rsa]) {
      expect(new X509Certificate(bytes).checkPrivateKey(createPrivateKey(text(bytes)))).toBe(true)
    }
  })

  it('in PKCS#12 opens with its password, in both encryptions', () => {
    const { bundle } = issueChain()
    for (const format of ['pkcs12', 'pkcs12-legacy'] as const) {
      const [file] = exportBundle(bundle, { format, password })
      expect(file).toMatchObject({ extension: 'pfx', secret: true })
      const pfx = Buffer.from(file.bytes)
      expect(() => createSecureContext({ pfx, passphrase: password.reveal() })).not.toThrow()
    }
    const [modern, legacy] = (['pkcs12', 'pkcs12-legacy'] as const).map((format) =>
      Buffer.from(exportBundle(bundle, { format, password })[0].bytes),
    )
    const tripleDes = Buffer.from('060a2a864886f70d010c0103', 'hex')
    expect([modern?.includes(tripleDes), legacy?.includes(tripleDes)]).toEqual([false, true])
  })

  it('in JKS is dated as the certificate is, and named by its first name unless told otherwise', () => {
    const { bundle } = issueChain({ names: ['a.example', 'b.example'] })
    const aliasIn = (bytes: Uint8Array): string => {
      const store = Buffer.from(bytes)
      return store.toString('utf8', 18, 18 + store.readUInt16BE(16))
    }
    const [file] = exportBundle(bundle, { format: 'jks', password })
    expect(file).toMatchObject({ extension: 'jks', secret: true })
    expect(aliasIn(file.bytes)).toBe('a.example')
    const notBefore = Date.parse(new X509Certificate(bundle.chainPem).validFrom)
    expect(Number(Buffer.from(file.bytes).readBigInt64BE(18 + 9))).toBe(notBefore)
    expect(aliasIn(exportBundle(bundle, { format: 'jks', password, alias: 'web' })[0].bytes)).toBe(
      'web',
    )
  })

  it('names a certificate by its address, or by what it is, where it has no name', () => {
    const aliasOf = (format: ExportFormat, addresses: readonly number[][]): string => {
      const { bundle } = issueChain({ names: [], addresses })
      return text(exportBundle(bundle, { format, password })[0].bytes)
    }
    expect(aliasOf('jks', [[192, 0, 2, 1]])).toContain('192.0.2.1')
    expect(aliasOf('jks', [])).toContain('certificate')
  })
})

describe('an export of a certificate whose key is elsewhere', () => {
  it('is its chain in PEM or itself in DER, for everybody to read', () => {
    const { chainPem } = issueChain().bundle
    const [pem] = exportBundle({ chainPem }, { format: 'pem' })
    expect(text(pem.bytes)).toBe(chainPem)
    const files = exportBundle({ chainPem }, { format: 'der' })
    expect(files).toHaveLength(1)
    expect(new X509Certificate(files[0].bytes).raw).toEqual(new X509Certificate(chainPem).raw)
    expect([pem.secret, files[0].secret]).toEqual([false, false])
  })
})
