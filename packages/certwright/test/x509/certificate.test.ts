import { createHash, createPublicKey } from 'node:crypto'
import { der, oid, sequence, tags } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { describe as described } from '../../src/x509/certificate.ts'
import { day, ecKey, issue, issueChain, now, rsaKey, secretKey } from './issued.ts'

describe('a certificate is described', () => {
  it('refuses a text without certificates', () => {
    for (const text of ['', 'hello', '\n\n']) {
      expect(() => described(text)).toThrow(expect.objectContaining({ code: 'CHAIN_EMPTY' }))
    }
  })

  it('refuses a chain with a private key in it, and does not repeat it', () => {
    const { leaf } = issueChain()
    const key = secretKey(leaf.key).reveal()
    const refusal = (() => {
      try {
        return described(leaf.pem + key)
      } catch (error) {
        return error
      }
    })()
    expect(refusal).toMatchObject({
      code: 'CHAIN_NOT_READABLE',
      hint: expect.any(String) as string,
    })
    expect(String(refusal)).not.toContain(key.split('\n')[1])
  })

  it('refuses PEM that holds something else than a certificate', () => {
    const text = '-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n'
    expect(() => described(text)).toThrow(expect.objectContaining({ code: 'CHAIN_NOT_READABLE' }))
  })

  it('says what the leaf says, with names before addresses', () => {
    const { leaf, bundle } = issueChain({
      subject: 'example.com',
      names: ['example.com', '*.example.com'],
      addresses: [
        [192, 0, 2, 7],
        [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
      ],
      notAfter: now + 3 * day,
    })
    expect(described(bundle.chainPem)).toMatchObject({
      fingerprint: createHash('sha256').update(leaf.der).digest('hex'),
      subject: 'CN=example.com',
      issuer: 'CN=Intermediate 1',
      names: ['example.com', '*.example.com', '192.0.2.7', '2001:db8::1'],
      notBefore: now - day,
      notAfter: now + 3 * day,
      keyType: 'ec256',
    })
  })

  it('keeps the zero octet that the serial begins with', () => {
    expect(described(issue({ serial: [0x87, 0x65, 0x43, 0x21] }).pem).serial).toBe('0087654321')
    expect(described(issue({ serial: [0x07] }).pem).serial).toBe('07')
  })

  it('leaves out a subject that is empty', () => {
    expect(described(issue({ names: ['a.example'] }).pem)).not.toHaveProperty('subject')
  })

  it('describes every certificate of the chain, the leaf first', () => {
    const { bundle } = issueChain({ length: 2 })
    const { chain } = described(bundle.chainPem)
    expect(chain.map(({ subject }) => subject)).toEqual([
      undefined,
      'CN=Intermediate 2',
      'CN=Intermediate 1',
    ])
  })

  it('names the kind of each key', () => {
    const kinds = [ecKey('P-256'), ecKey('P-384'), ecKey('P-521'), ecKey('secp256k1'), rsaKey()]
    expect(kinds.map((key) => described(issue({ key }).pem).keyType)).toEqual([
      'ec256',
      'ec384',
      'ec521',
      'secp256k1',
      'rsa2048',
    ])
  })

  it('describes a certificate whose kind of key OpenSSL cannot load', () => {
    const sm2 = createPublicKey(ecKey('SM2')).export({ type: 'spki', format: 'der' })
    const invented = sequence(
      sequence(oid('1.3.6.1.4.1.99999.1')),
      der(tags.bitString, new Uint8Array(33)),
    )
    for (const publicKey of [sm2, invented]) {
      const { pem } = issue({ publicKey, names: ['sm2.example'] })
      expect(described(pem)).toMatchObject({ names: ['sm2.example'], keyType: 'unknown' })
    }
  })
})
