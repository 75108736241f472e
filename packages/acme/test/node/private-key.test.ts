import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'

import { describe, expect, it } from 'vitest'

import { contextTag, der, oid, sequence, tags, unsignedInteger } from '../../src/der/der.ts'
import { pemEncode } from '../../src/der/pem.ts'
import { readKeyObject } from '../../src/node/private-key.ts'
import { encryptedKey } from '../keys/encrypted-key.ts'
import { failure } from '../failure.ts'

const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const ed25519 = generateKeyPairSync('ed25519').privateKey
const publicKeyOf = (key: KeyObject): unknown => createPublicKey(key).export({ format: 'jwk' })
const exported = (key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'sec1', cipher: string): string =>
  key.export({ format: 'pem', type, cipher, passphrase: 'x' }).toString()

/** Made with OpenSSL: PBES2 with scrypt, passphrase `x`. */
const scryptKey = `-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHkME8GCSqGSIb3DQEFDTBCMCEGCSsGAQQB2kcECzAUBAjx+8II+XYqeAICQAAC
AQgCAQEwHQYJYIZIAWUDBAEqBBB0/qBj5RegrBjxqjck6tfzBIGQvpGzLIVBsQN1
8wj7ptsRSej7OvF7gOkEQ6OGZMDdrZ1TT+/KqjJXVMT6n7grqyfYzSvJ+g4r+9ZE
hFSN7EAB71qLbuLehDMvQrQa8wqKJOOlKN+JtWUDWFd3RhBdhUE7rzkv/LMy1U2Q
0xfsiQ8s65QVSIleehtHsZPncYDj+lkfzDRc3buJnJG98MW25zou
-----END ENCRYPTED PRIVATE KEY-----
`

describe('readKeyObject', () => {
  it.each([
    ['nothing', '', 'ACME_KEY_NOT_READABLE'],
    [
      'a kind that ACME does not take',
      generateKeyPairSync('ed448').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      'ACME_KEY_NOT_READABLE',
    ],
    [
      'an encrypted key of such a kind',
      exported(
        generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).privateKey,
        'pkcs8',
        'aes-256-cbc',
      ),
      'ACME_KEY_NOT_READABLE',
    ],
    [
      'an encryption that OpenSSL does not know',
      exported(p256, 'sec1', 'aes-128-cbc').replace('AES-128-CBC', 'FOO-CBC'),
      'ACME_KEY_NOT_READABLE',
    ],
    [
      'an encryption that OpenSSL has given up',
      exported(p256, 'sec1', 'aes-128-cbc').replace('AES-128-CBC', 'DES-CBC'),
      'ACME_KEY_NOT_READABLE',
    ],
    [
      'noise under the label of an encrypted key',
      pemEncode('ENCRYPTED PRIVATE KEY', new Uint8Array([1, 2, 3])),
      'ACME_DER_NOT_CONFORM',
    ],
    ['broken PEM', exported(p256, 'pkcs8', 'aes-128-cbc').slice(0, 100), 'ACME_PEM_NOT_CONFORM'],
  ])('refuses %s with a typed error', (_name, text, code) => {
    expect(() => readKeyObject(text, { passphrase: 'x' })).toThrow(failure(code))
  })

  it('says what is wrong with a key', () => {
    const named = der(contextTag(0, 'constructed'), oid('1.2.840.10045.3.1.7'))
    const version = unsignedInteger(new Uint8Array([1]))
    const zero = sequence(version, der(tags.octetString, new Uint8Array(32)), named)
    const one = der(tags.octetString, new Uint8Array(32).fill(1))
    const nowhere = der(
      contextTag(1, 'constructed'),
      der(tags.bitString, [0, 4], new Uint8Array(64)),
    )
    for (const key of [zero, sequence(version, one, named, nowhere)]) {
      expect(() => readKeyObject(pemEncode('EC PRIVATE KEY', key))).toThrow(
        failure('ACME_KEY_NOT_READABLE', {
          message: 'the private key cannot be read: its numbers make no key',
        }),
      )
    }
    const noise = pemEncode('ENCRYPTED PRIVATE KEY', new Uint8Array([1, 2, 3]))
    expect(() => readKeyObject(noise, { passphrase: 'x' })).toThrow(
      'the encrypted key is not in DER as it should be',
    )
    const unknown = exported(p256, 'sec1', 'aes-128-cbc').replace('AES-128-CBC', 'FOO-CBC')
    expect(() => readKeyObject(unknown, { passphrase: 'x' })).toThrow(
      'the private key cannot be read: OpenSSL does not know its encryption',
    )
  })

  it.each([
    ['PKCS#8', exported(p256, 'pkcs8', 'aes-256-cbc')],
    ['the kind before PKCS#8', exported(p256, 'sec1', 'aes-256-cbc')],
  ])('says that the passphrase of %s is missing or wrong', (_name, text) => {
    expect(() => readKeyObject(text)).toThrow(
      failure('ACME_PASSPHRASE_WRONG', { reason: 'missing' }),
    )
    expect(() => readKeyObject(text, { passphrase: '' })).toThrow(
      failure('ACME_PASSPHRASE_WRONG', { reason: 'wrong' }),
    )
    for (let i = 0; i < 600; i += 1) {
      expect(() => readKeyObject(text, { passphrase: `wrong ${i}` })).toThrow(
        failure('ACME_PASSPHRASE_WRONG', { reason: 'wrong' }),
      )
    }
  })

  it.each([
    ['AES, PKCS#8', p256, exported(p256, 'pkcs8', 'aes-256-cbc')],
    ['triple DES, PKCS#8', rsa, exported(rsa, 'pkcs8', 'des-ede3-cbc')],
    ['AES, before PKCS#8', p256, exported(p256, 'sec1', 'aes-128-cbc')],
    ['triple DES, before PKCS#8', rsa, exported(rsa, 'pkcs1', 'des-ede3-cbc')],
  ])('opens %s', (_name, key, text) => {
    const untidy = `\ufeffBag Attributes\r\n${text.replaceAll('\n', '\r\n')}`
    expect(publicKeyOf(readKeyObject(untidy, { passphrase: 'x' }))).toEqual(publicKeyOf(key))
  })

  it('opens scrypt and the hashes that WebCrypto lacks', () => {
    expect(readKeyObject(scryptKey, { passphrase: 'x' }).asymmetricKeyType).toBe('ec')
    const text = encryptedKey(p256, { prf: 'sha224', passphrase: 'x' })
    expect(publicKeyOf(readKeyObject(text, { passphrase: 'x' }))).toEqual(publicKeyOf(p256))
  })

  it('reads the plain formats, a passphrase ignored', () => {
    for (const [key, type] of [
      [p256, 'pkcs8'],
      [p256, 'sec1'],
      [rsa, 'pkcs1'],
      [ed25519, 'pkcs8'],
    ] as const) {
      const text = key.export({ format: 'pem', type }).toString()
      expect(publicKeyOf(readKeyObject(text, { passphrase: 'x' }))).toEqual(publicKeyOf(key))
    }
    const parameters = pemEncode('EC PARAMETERS', oid('1.2.840.10045.3.1.7'))
    const text = `${parameters}${p256.export({ format: 'pem', type: 'sec1' }).toString()}`
    expect(publicKeyOf(readKeyObject(text))).toEqual(publicKeyOf(p256))
  })
})
