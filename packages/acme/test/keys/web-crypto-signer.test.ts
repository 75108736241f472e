import { createPublicKey, verify } from 'node:crypto'

import { CompactSign, compactVerify, importJWK } from 'jose'
import { describe, expect, it } from 'vitest'

import { base64urlDecode, base64urlEncode } from '../../src/base64.ts'
import {
  generateKeyPair,
  jwsAlgorithm,
  type KeyType,
  keyAlgorithm,
} from '../../src/keys/key-type.ts'
import { webCryptoSigner } from '../../src/keys/web-crypto-signer.ts'
import { published } from './rfc-keys.ts'

const importPrivate = (jwk: (typeof published)[number]['jwk']) =>
  crypto.subtle.importKey('jwk', jwk, keyAlgorithm(jwk).key, true, ['sign'])

describe('webCryptoSigner', () => {
  it.each(published)(
    'signs as $source does',
    async ({ jwk, algorithm, input, signature, deterministic }) => {
      const signer = await webCryptoSigner(await importPrivate(jwk))
      expect([signer.algorithm, jwsAlgorithm(signer.jwk)]).toEqual([algorithm, algorithm])
      const made = await signer.sign(new TextEncoder().encode(input))
      expect(made).toHaveLength(base64urlDecode(signature).length)
      const sameOrVerified = deterministic
        ? base64urlEncode(made) === signature
        : await compactVerify(
            `${input}.${base64urlEncode(made)}`,
            await importJWK({ ...signer.jwk }, algorithm),
          ).then(() => true)
      expect(sameOrVerified).toBe(true)
    },
  )

  it.each(published)(
    'has the public key that verifies the signature of $source',
    async ({ jwk, algorithm, input, signature }) => {
      const signer = await webCryptoSigner(await importPrivate(jwk))
      const key = await importJWK({ ...signer.jwk }, algorithm)
      await expect(compactVerify(`${input}.${signature}`, key)).resolves.toBeDefined()
    },
  )

  it.each([
    ['ec256', 'ES256', 64],
    ['ec384', 'ES384', 96],
    ['ec521', 'ES512', 132],
    ['rsa2048', 'RS256', 256],
    ['ed25519', 'EdDSA', 64],
  ] as const)('signs with a fresh %s key by %s in %i octets', async (type, algorithm, length) => {
    const signer = await webCryptoSigner(await generateKeyPair(type))
    const data = new TextEncoder().encode('data')
    const signature = await signer.sign(data)
    expect(signer.algorithm).toBe(algorithm)
    expect(signature).toHaveLength(length)
    const key = createPublicKey({ key: { ...signer.jwk }, format: 'jwk' })
    const hash = {
      ES256: 'sha256',
      ES384: 'sha384',
      ES512: 'sha512',
      RS256: 'sha256',
      EdDSA: null,
    }[algorithm]
    expect(verify(hash, data, { key, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true)
  })

  it('needs the public half of a key that cannot be exported', async () => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
      'sign',
      'verify',
    ])
    await expect(webCryptoSigner(pair.privateKey)).rejects.toThrow(
      new TypeError('give the public key too: this one is not extractable'),
    )
    const signer = await webCryptoSigner(pair)
    expect(await signer.sign(new Uint8Array([1]))).toHaveLength(64)
  })

  it.each([
    ['RSA-PSS', { name: 'RSA-PSS', hash: 'SHA-256' }, 'the key is not made to sign with RS256'],
    [
      'RSA with SHA-512',
      { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512' },
      'the key is bound to another hash than RS256 takes',
    ],
  ])('refuses a key made for %s', async (_name, algorithm, why) => {
    const pair = await crypto.subtle.generateKey(
      { ...algorithm, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
      true,
      ['sign', 'verify'],
    )
    await expect(webCryptoSigner(pair)).rejects.toThrow(new TypeError(why))
  })

  it('refuses a key made for key agreement', async () => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, [
      'deriveBits',
    ])
    if (!('privateKey' in pair)) throw new Error('no pair')
    await expect(webCryptoSigner(pair)).rejects.toThrow(TypeError)
  })

  it('makes the signatures that jose makes with a deterministic key', async () => {
    const pair = await generateKeyPair('ed25519')
    const signer = await webCryptoSigner(pair)
    const jws = await new CompactSign(new Uint8Array([1, 2]))
      .setProtectedHeader({ alg: 'EdDSA' })
      .sign(pair.privateKey)
    const [header, payload, signature] = jws.split('.')
    const made = await signer.sign(new TextEncoder().encode(`${header}.${payload}`))
    expect(base64urlEncode(made)).toBe(signature)
  })
})

describe('generateKeyPair', () => {
  it.each([
    ['ec256', { namedCurve: 'P-256' }],
    ['ec384', { namedCurve: 'P-384' }],
    ['ec521', { namedCurve: 'P-521' }],
    ['rsa2048', { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }],
    ['rsa3072', { modulusLength: 3072 }],
    ['ed25519', { name: 'Ed25519' }],
  ] as const)('makes an exportable %s key', async (type, algorithm) => {
    const { privateKey, publicKey } = await generateKeyPair(type)
    expect(privateKey.extractable).toBe(true)
    expect(privateKey.algorithm).toMatchObject(algorithm)
    expect(publicKey.type).toBe('public')
  })

  it('refuses a type it does not know as the caller’s mistake', async () => {
    await expect(generateKeyPair('rsa1024' as KeyType)).rejects.toThrow(
      new TypeError('rsa1024 is no key type'),
    )
  })
})
