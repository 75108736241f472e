import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { deliverableChain, traditionalPrivateKey } from '../../../src/cloud/alibaba/pem-forms.ts'
import { certificatesIn } from '../../../src/x509/certificate.ts'
import { ecKey, issueChain, rsaKey, secretKey } from '../../x509/issued.ts'

describe('a private key', () => {
  it.each([
    ['RSA', rsaKey(), 'RSA PRIVATE KEY'],
    ['P-256', ecKey(), 'EC PRIVATE KEY'],
    ['P-384', ecKey('P-384'), 'EC PRIVATE KEY'],
  ])('of %s is written in the old form, and is the same key', (_kind, key, label) => {
    const text = traditionalPrivateKey(secretKey(key)).reveal()
    expect(text).toMatch(new RegExp(`^-----BEGIN ${label}-----\\n`))
    expect(text).toMatch(new RegExp(`\\n-----END ${label}-----\\n$`))
    expect(
      text
        .split('\n')
        .slice(1, -2)
        .every((line) => line.length <= 64 && line !== ''),
    ).toBe(true)
    expect(createPrivateKey(text).equals(key)).toBe(true)
  })

  it('of a kind that has no old form is refused', () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    expect(() => traditionalPrivateKey(secretKey(privateKey))).toThrow(Error)
  })

  it('stays secret', () => {
    expect(JSON.stringify(traditionalPrivateKey(secretKey(ecKey())))).toBe('"[redacted]"')
  })
})

describe('a chain', () => {
  const { chain, root, bundle } = issueChain({ length: 2 })

  it('is the leaf and its issuers in order, without the root', () => {
    const text = deliverableChain(bundle.chainPem + root.pem)
    expect(certificatesIn(text).map(({ x509 }) => Buffer.from(x509.raw))).toEqual(
      chain.map(({ der }) => Buffer.from(der)),
    )
  })

  it('has LF, 64 columns, no blank line and one final newline, however it came', () => {
    const untidy = bundle.chainPem.replaceAll('\n', '\r\n').replaceAll('-----END', '\r\n-----END')
    const text = deliverableChain(`\r\n${untidy}\r\n\r\n`)
    expect(text).toBe(bundle.chainPem)
    expect(text).not.toMatch(/\r|\n\n|[^\n]$/)
    expect(text.split('\n').every((line) => line.length <= 64)).toBe(true)
  })

  it('of a leaf that signed itself keeps it', () => {
    expect(deliverableChain(root.pem)).toBe(root.pem)
  })
})
