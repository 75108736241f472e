import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  verify,
} from 'node:crypto'

import { describe, expect, it } from 'vitest'

import { base64urlDecode, base64urlEncode } from '../../src/base64.ts'
import { createCsr } from '../../src/der/csr.ts'
import { thumbprint } from '../../src/keys/thumbprint.ts'
import { generateKeyObject, keyObjectSigner } from '../../src/node/key-object-signer.ts'
import { leadingZeroX, published } from '../keys/rfc-keys.ts'
import { failure } from '../failure.ts'

describe('keyObjectSigner', () => {
  it.each([
    [
      'DSA',
      () => generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).privateKey,
    ],
    ['Ed448', () => generateKeyPairSync('ed448').privateKey],
    ['secp256k1', () => generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey],
    ['RSA-PSS', () => generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey],
    ['RSA of 1024 bits', () => generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey],
  ])('refuses a key of %s', (_kind, make) => {
    expect(() => keyObjectSigner(make())).toThrow(failure('ACME_KEY_NOT_READABLE'))
  })

  it('says of which kind a key is that it refuses', () => {
    const { privateKey } = generateKeyPairSync('ed448')
    expect(() => keyObjectSigner(privateKey)).toThrow(
      'the key cannot sign for ACME: its kind is ed448',
    )
  })

  it('takes a public or a secret key for the caller’s mistake', () => {
    const { publicKey } = generateKeyPairSync('ed25519')
    for (const key of [publicKey, createSecretKey(createHmac('sha256', 'x').digest())]) {
      expect(() => keyObjectSigner(key)).toThrow(new TypeError('the key is not a private key'))
    }
  })

  it.each(published)(
    'signs as $source does',
    async ({ jwk, algorithm, input, signature, deterministic }) => {
      const privateKey = createPrivateKey({ key: jwk, format: 'jwk' })
      const signer = keyObjectSigner(privateKey)
      expect(signer.algorithm).toBe(algorithm)
      expect(Object.keys(signer.jwk)).not.toContain('d')
      const data = new TextEncoder().encode(input)
      const made = await signer.sign(data)
      expect(made).toHaveLength(base64urlDecode(signature).length)
      if (deterministic) expect(base64urlEncode(made)).toBe(signature)
      const hash = { RS256: 'sha256', ES256: 'sha256', ES512: 'sha512', EdDSA: null }[algorithm]
      const key = createPublicKey({ key: { ...signer.jwk }, format: 'jwk' })
      expect(verify(hash, data, { key, dsaEncoding: 'ieee-p1363' }, made)).toBe(true)
    },
  )

  it('keeps the leading zero of a coordinate', async () => {
    const scalar = Buffer.alloc(32)
    scalar.writeUInt16BE(379, 30)
    const jwk = { ...leadingZeroX, d: scalar.toString('base64url') }
    const signer = keyObjectSigner(createPrivateKey({ key: jwk, format: 'jwk' }))
    expect(await thumbprint(signer.jwk)).toBe('7Yxe6c_3bAa6kiaK1G-BZmi9EeNsUmlcbdnrtLeuK4E')
  })

  it.each([
    ['R', 0],
    ['S', 32],
  ])('keeps the width where %s has leading zeros', async (_half, at) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const signer = keyObjectSigner(privateKey)
    const data = new Uint8Array([1, 2, 3])
    let signature = await signer.sign(data)
    while (signature[at] !== 0) signature = await signer.sign(data)
    expect(signature).toHaveLength(64)
    const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
    expect(verify('sha256', data, key, signature)).toBe(true)
  })

  it('signs with a long RSA key too, and for a certificate request', async () => {
    const signer = keyObjectSigner(generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey)
    const data = new Uint8Array([1, 2, 3])
    const key = createPublicKey({ key: { ...signer.jwk }, format: 'jwk' })
    expect(verify('sha256', data, key, await signer.sign(data))).toBe(true)
    const csr = await createCsr({ identifiers: [{ type: 'dns', value: 'a.example' }], key: signer })
    expect(csr.length).toBeGreaterThan(700)
  })
})

describe('generateKeyObject', () => {
  it.each([
    ['ec256', 'ES256'],
    ['ec384', 'ES384'],
    ['ec521', 'ES512'],
    ['rsa2048', 'RS256'],
    ['ed25519', 'EdDSA'],
  ] as const)('makes a %s key that signs by %s', async (type, algorithm) => {
    expect(keyObjectSigner(await generateKeyObject(type)).algorithm).toBe(algorithm)
  })
})
