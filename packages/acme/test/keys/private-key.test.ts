import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { contextTag, der, oid, sequence, tags, unsignedInteger } from '../../src/der/der.ts'
import { pemDecode, pemEncode } from '../../src/der/pem.ts'
import { AcmeError } from '../../src/error.ts'
import { generateKeyPair } from '../../src/keys/key-type.ts'
import { readPrivateKey, writePrivateKey } from '../../src/keys/private-key.ts'
import { webCryptoSigner } from '../../src/keys/web-crypto-signer.ts'
import { encryptedKey } from './encrypted-key.ts'
import { failure, matching } from '../failure.ts'

const ec = (namedCurve: string): KeyObject => generateKeyPairSync('ec', { namedCurve }).privateKey
const keys = {
  'P-256': ec('P-256'),
  'P-384': ec('P-384'),
  'P-521': ec('P-521'),
  RSA: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  Ed25519: generateKeyPairSync('ed25519').privateKey,
}
const p256 = keys['P-256']

const pem = (key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1' = 'pkcs8'): string =>
  key.export({ format: 'pem', type }).toString()

/** Reads with our code and says which public key came out. */
async function publicKeyIn(text: string, passphrase?: string): Promise<unknown> {
  const pair = await readPrivateKey(text, passphrase === undefined ? {} : { passphrase })
  return (await webCryptoSigner(pair)).jwk
}

const publicKeyOf = (key: KeyObject): unknown => createPublicKey(key).export({ format: 'jwk' })

const octets = (key: KeyObject, member: 'd' | 'x' | 'y'): Buffer =>
  Buffer.from(key.export({ format: 'jwk' })[member] ?? '', 'base64url')
const version1 = unsignedInteger(new Uint8Array([1]))
const point = (key: KeyObject): Uint8Array =>
  der(contextTag(1, 'constructed'), der(tags.bitString, [0, 4], octets(key, 'x'), octets(key, 'y')))
const sec1 = (...parts: readonly Uint8Array[]): string =>
  pemEncode('EC PRIVATE KEY', sequence(version1, ...parts))
const curveP256 = oid('1.2.840.10045.3.1.7')
const curveP384 = oid('1.3.132.0.34')

describe('readPrivateKey', () => {
  it.each(Object.entries(keys))('reads PKCS#8 with a key of %s', async (_kind, key) => {
    expect(await publicKeyIn(pem(key))).toEqual(publicKeyOf(key))
  })

  it('reads PKCS#1', async () => {
    expect(await publicKeyIn(pem(keys.RSA, 'pkcs1'))).toEqual(publicKeyOf(keys.RSA))
  })

  it.each(['P-256', 'P-384', 'P-521'] as const)('reads SEC 1 on %s', async (curve) => {
    expect(await publicKeyIn(pem(keys[curve], 'sec1'))).toEqual(publicKeyOf(keys[curve]))
  })

  it('takes the curve of a SEC 1 key from the EC PARAMETERS before it', async () => {
    const key = sec1(der(tags.octetString, octets(p256, 'd')), point(p256))
    const parameters = pemEncode('EC PARAMETERS', curveP256)
    expect(await publicKeyIn(`${parameters}${key}`)).toEqual(publicKeyOf(p256))
    await expect(readPrivateKey(key)).rejects.toThrow(failure('ACME_KEY_NOT_READABLE'))
    await expect(readPrivateKey(`${key}${parameters}`)).rejects.toThrow(
      failure('ACME_KEY_NOT_READABLE'),
    )
  })

  it('refuses two curves that differ', async () => {
    const text = `${pemEncode('EC PARAMETERS', curveP384)}${pem(p256, 'sec1')}`
    await expect(readPrivateKey(text)).rejects.toThrow(failure('ACME_KEY_NOT_READABLE'))
  })

  it('reads a SEC 1 key without its public half, or with a scalar padded too much or too little', async () => {
    const named = der(contextTag(0, 'constructed'), curveP256)
    const scalar = octets(p256, 'd')
    expect(await publicKeyIn(sec1(der(tags.octetString, scalar), named))).toEqual(publicKeyOf(p256))
    const padded = der(tags.octetString, [0, 0], scalar)
    expect(await publicKeyIn(sec1(padded, named))).toEqual(publicKeyOf(p256))
    const short = sec1(der(tags.octetString, [43]), named)
    expect(await publicKeyIn(short)).toMatchObject({
      y: 'ADzMwKZGDgrjKKTZfTx7YdhvxiicGJ8lJREMRBuwfpc',
    })
    const wide = sec1(der(tags.octetString, [1], scalar), named)
    await expect(readPrivateKey(wide)).rejects.toThrow(failure('ACME_KEY_NOT_READABLE'))
  })

  it('refuses a public half that belongs to another key', async () => {
    const named = der(contextTag(0, 'constructed'), curveP256)
    const text = sec1(der(tags.octetString, octets(p256, 'd')), named, point(ec('P-256')))
    await expect(readPrivateKey(text)).rejects.toThrow(failure('ACME_KEY_NOT_READABLE'))
  })

  it('reads PKCS#8 of version 2 with attributes and the public key beside it', async () => {
    const seed = octets(keys.Ed25519, 'd')
    const text = pemEncode(
      'PRIVATE KEY',
      sequence(
        version1,
        sequence(oid('1.3.101.112')),
        der(tags.octetString, der(tags.octetString, seed)),
        der(contextTag(0, 'constructed'), sequence(oid('1.2.840.113549.1.9.9.20'), der(tags.set))),
        der(contextTag(1), [0], octets(keys.Ed25519, 'x')),
      ),
    )
    expect(await publicKeyIn(text)).toEqual(publicKeyOf(keys.Ed25519))
  })

  it('tolerates text, a byte order mark, CRLF, indentation and other blocks around the key', async () => {
    const certificate = pemEncode('CERTIFICATE', sequence())
    const text = `\ufeffBag Attributes\n    friendlyName: www: 1\nKey Attributes: <No Attributes>\n${certificate}${pem(p256, 'sec1')}\nmore text\n${pem(keys.RSA)}`
    expect(await publicKeyIn(text)).toEqual(publicKeyOf(p256))
    expect(await publicKeyIn(text.replaceAll('\n', '\r\n'))).toEqual(publicKeyOf(p256))
    expect(await publicKeyIn(`\ufeff${pem(p256).replaceAll('\n', '\n    ')}`)).toEqual(
      publicKeyOf(p256),
    )
    expect(await publicKeyIn(pem(p256).trimEnd())).toEqual(publicKeyOf(p256))
  })

  it('gives both halves extractable and fit for their use', async () => {
    const { privateKey, publicKey } = await readPrivateKey(pem(p256))
    expect([privateKey.extractable, privateKey.usages]).toEqual([true, ['sign']])
    expect([publicKey.extractable, publicKey.usages]).toEqual([true, ['verify']])
  })

  it.each([
    ['nothing', '', 'ACME_KEY_NOT_READABLE'],
    ['text without PEM', 'no key here', 'ACME_KEY_NOT_READABLE'],
    [
      'a public key',
      createPublicKey(p256).export({ format: 'pem', type: 'spki' }).toString(),
      'ACME_KEY_NOT_READABLE',
    ],
    [
      'OpenSSH’s format',
      pemEncode('OPENSSH PRIVATE KEY', new Uint8Array(9)),
      'ACME_KEY_NOT_READABLE',
    ],
    ['a key cut off', pem(p256).slice(0, 150), 'ACME_PEM_NOT_CONFORM'],
    [
      'DER cut off',
      pemEncode('PRIVATE KEY', p256.export({ format: 'der', type: 'pkcs8' }).subarray(0, 60)),
      'ACME_DER_NOT_CONFORM',
    ],
    [
      'DER with more behind it',
      pemEncode(
        'PRIVATE KEY',
        Buffer.concat([p256.export({ format: 'der', type: 'pkcs8' }), Buffer.from([0])]),
      ),
      'ACME_DER_NOT_CONFORM',
    ],
    [
      'a SEC 1 key under the label of PKCS#8',
      pemEncode('PRIVATE KEY', p256.export({ format: 'der', type: 'sec1' })),
      'ACME_DER_NOT_CONFORM',
    ],
    ['Ed448', pem(generateKeyPairSync('ed448').privateKey), 'ACME_KEY_NOT_READABLE'],
    ['X25519', pem(generateKeyPairSync('x25519').privateKey), 'ACME_KEY_NOT_READABLE'],
    ['secp256k1', pem(ec('secp256k1')), 'ACME_KEY_NOT_READABLE'],
    [
      'RSA of 1024 bits',
      pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey),
      'ACME_KEY_NOT_READABLE',
    ],
    [
      'RSA for PSS alone',
      pem(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey),
      'ACME_KEY_NOT_READABLE',
    ],
    [
      'a curve spelt out',
      generateKeyPairSync('ec', {
        namedCurve: 'P-256',
        paramEncoding: 'explicit',
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
        publicKeyEncoding: { type: 'spki', format: 'pem' },
      }).privateKey,
      'ACME_KEY_NOT_READABLE',
    ],
    [
      'a scalar of zero',
      sec1(der(tags.octetString, new Uint8Array(32)), der(contextTag(0, 'constructed'), curveP256)),
      'ACME_KEY_NOT_READABLE',
    ],
  ])('refuses %s with a typed error', async (_name, text, code) => {
    await expect(readPrivateKey(text)).rejects.toThrow(failure(code))
  })
})

describe('an encrypted key', () => {
  const combinations = (['sha1', 'sha256', 'sha384', 'sha512'] as const).flatMap((prf) =>
    ([128, 192, 256] as const).map((bits) => ({ prf, bits })),
  )

  it.each(combinations)('by PBKDF2 with $prf and AES-$bits opens', async (options) => {
    const text = encryptedKey(p256, options)
    expect(publicKeyOf(createPrivateKey({ key: text, passphrase: 'correct horse' }))).toEqual(
      publicKeyOf(p256),
    )
    expect(await publicKeyIn(text, 'correct horse')).toEqual(publicKeyOf(p256))
  })

  it.each(Object.entries(keys))('that Node wrote opens with a key of %s', async (_kind, key) => {
    const text = key.export({
      format: 'pem',
      type: 'pkcs8',
      cipher: 'aes-256-cbc',
      passphrase: 'pässwörd',
    })
    expect(await publicKeyIn(text.toString(), 'pässwörd')).toEqual(publicKeyOf(key))
  })

  it('opens where the hash is left out or the key length stands there', async () => {
    const text = encryptedKey(p256, { prf: 'sha1', prfOmitted: true, keyLength: true })
    expect(await publicKeyIn(text, 'correct horse')).toEqual(publicKeyOf(p256))
  })

  it('asks for its passphrase', async () => {
    const expected = failure('ACME_PASSPHRASE_WRONG', { reason: 'missing' })
    await expect(readPrivateKey(encryptedKey(p256))).rejects.toThrow(expected)
  })

  it('stays closed to every wrong passphrase, a lucky padding included', async () => {
    const text = encryptedKey(p256, { iterations: 1 })
    for (let i = 0; i < 600; i += 1) {
      const expected = failure('ACME_PASSPHRASE_WRONG', { reason: 'wrong' })
      await expect(readPrivateKey(text, { passphrase: `wrong ${i}` })).rejects.toThrow(expected)
    }
  })

  it('never shows a passphrase in an error', async () => {
    const wrong: unknown = await readPrivateKey(encryptedKey(p256), {
      passphrase: 'hunter2',
    }).catch((error: unknown) => error)
    expect(wrong).toBeInstanceOf(AcmeError)
    expect(JSON.stringify(wrong, Object.getOwnPropertyNames(wrong))).not.toContain('hunter2')
  })

  it.each([
    ['of a scheme that is not supported', () => encryptedKey(p256, { prf: 'sha224' })],
    ['with too many rounds', () => encryptedKey(p256, { announcedIterations: 10_000_001 })],
    ['with no rounds', () => encryptedKey(p256, { announcedIterations: 0 })],
    [
      'by triple DES',
      () =>
        p256
          .export({
            format: 'pem',
            type: 'pkcs8',
            cipher: 'des-ede3-cbc',
            passphrase: 'correct horse',
          })
          .toString(),
    ],
    [
      'before PKCS#8',
      () =>
        p256
          .export({
            format: 'pem',
            type: 'sec1',
            cipher: 'aes-128-cbc',
            passphrase: 'correct horse',
          })
          .toString(),
    ],
  ])('%s is refused with the command that converts it', async (_name, make) => {
    const hint = matching(/openssl pkcs8 -topk8/)
    const expected = failure('ACME_KEY_NOT_READABLE', { hint })
    await expect(readPrivateKey(make(), { passphrase: 'correct horse' })).rejects.toThrow(expected)
  })

  it('by scrypt is refused with the command that converts it', async () => {
    const hint = matching(/openssl pkcs8 -topk8/)
    const expected = failure('ACME_KEY_NOT_READABLE', { hint })
    await expect(readPrivateKey(scryptKey, { passphrase: 'x' })).rejects.toThrow(expected)
  })
})

const scryptKey = `-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHkME8GCSqGSIb3DQEFDTBCMCEGCSsGAQQB2kcECzAUBAjx+8II+XYqeAICQAAC
AQgCAQEwHQYJYIZIAWUDBAEqBBB0/qBj5RegrBjxqjck6tfzBIGQvpGzLIVBsQN1
8wj7ptsRSej7OvF7gOkEQ6OGZMDdrZ1TT+/KqjJXVMT6n7grqyfYzSvJ+g4r+9ZE
hFSN7EAB71qLbuLehDMvQrQa8wqKJOOlKN+JtWUDWFd3RhBdhUE7rzkv/LMy1U2Q
0xfsiQ8s65QVSIleehtHsZPncYDj+lkfzDRc3buJnJG98MW25zou
-----END ENCRYPTED PRIVATE KEY-----
`

describe('writePrivateKey', () => {
  it.each(['ec256', 'ec384', 'ec521', 'rsa2048', 'ed25519'] as const)(
    'writes %s so that Node and we read it',
    async (type) => {
      const pair = await generateKeyPair(type)
      const text = await writePrivateKey(pair)
      const { jwk } = await webCryptoSigner(pair)
      expect(text).toMatch(/^-----BEGIN PRIVATE KEY-----\n[\s\S]+\n-----END PRIVATE KEY-----\n$/)
      expect(publicKeyOf(createPrivateKey(text))).toEqual(jwk)
      expect(await publicKeyIn(text)).toEqual(jwk)
      expect(await writePrivateKey(pair.privateKey)).toBe(text)
    },
  )

  it('refuses a key that cannot be exported as the caller’s mistake', async () => {
    const { privateKey } = await crypto.subtle.generateKey(
      { name: 'ECDSA', namedCurve: 'P-256' },
      false,
      ['sign', 'verify'],
    )
    await expect(writePrivateKey(privateKey)).rejects.toThrow(TypeError)
  })
})

describe('untrusted key text', () => {
  const samples = [
    pem(p256),
    pem(p256, 'sec1'),
    pem(keys.RSA, 'pkcs1'),
    pem(keys.Ed25519),
    encryptedKey(p256, { iterations: 1 }),
  ].flatMap(pemDecode)

  it('gives a key or a typed error for every change to a good one', async () => {
    const changed = fc.record({
      sample: fc.constantFrom(...samples),
      at: fc.nat(),
      octet: fc.integer({ min: 0, max: 255 }),
      cut: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(changed, async ({ sample, at, octet, cut }) => {
        const contents = sample.der.slice()
        contents[at % contents.length] = octet
        const text = pemEncode(
          sample.label,
          cut ? contents.subarray(0, at % contents.length) : contents,
        )
        const outcome: unknown = await readPrivateKey(text, { passphrase: 'correct horse' }).catch(
          (error: unknown) => error,
        )
        expect(outcome instanceof Error && !(outcome instanceof AcmeError)).toBe(false)
      }),
      { numRuns: 300 },
    )
  })

  it('gives a typed error for noise under any label', async () => {
    const labels = [
      'PRIVATE KEY',
      'EC PRIVATE KEY',
      'RSA PRIVATE KEY',
      'ENCRYPTED PRIVATE KEY',
      'EC PARAMETERS',
    ]
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...labels),
        fc.uint8Array({ maxLength: 80 }),
        async (label, noise) => {
          await expect(
            readPrivateKey(pemEncode(label, noise), { passphrase: '' }),
          ).rejects.toBeInstanceOf(AcmeError)
        },
      ),
    )
  })
})
