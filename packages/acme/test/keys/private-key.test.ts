import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'

import * as fc from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'

import { contextTag, der, oid, sequence, tags, unsignedInteger } from '../../src/der/der.ts'
import { pemDecode, pemEncode } from '../../src/der/pem.ts'
import { AcmeError } from '../../src/error.ts'
import { generateKeyPair } from '../../src/keys/key-type.ts'
import { pkcs8FromPkcs8 } from '../../src/keys/pkcs8.ts'
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

/** PKCS#8 of these elements. */
const pkcs8 = (...parts: readonly Uint8Array[]): string =>
  pemEncode('PRIVATE KEY', sequence(...parts))
const version0 = unsignedInteger(new Uint8Array())
const p256Named = der(contextTag(0, 'constructed'), curveP256)
const p256Scalar = der(tags.octetString, octets(p256, 'd'))
const ed25519 = sequence(oid('1.3.101.112'))
const seed = der(tags.octetString, octets(keys.Ed25519, 'd'))
/** RSAPrivateKey, its version and public exponent as they are given, and what follows. */
const pkcs1 = ({ version = 0, e = 65_537, more = new Uint8Array() }): string => {
  const jwk = keys.RSA.export({ format: 'jwk' })
  const number = (member: 'n' | 'd' | 'p' | 'q' | 'dp' | 'dq' | 'qi'): Uint8Array =>
    unsignedInteger(Buffer.from(jwk[member] ?? '', 'base64url'))
  const small = (value: number): Uint8Array =>
    unsignedInteger(new Uint8Array([value >> 16, value >> 8, value]))
  const rest = (['d', 'p', 'q', 'dp', 'dq', 'qi'] as const).map(number)
  return pemEncode(
    'RSA PRIVATE KEY',
    sequence(small(version), number('n'), small(e), ...rest, more),
  )
}

describe('a key that is refused', () => {
  const unreadable = 'the private key cannot be read: '
  const unfit = 'the key cannot sign for ACME: '
  const left = (what: string): RegExp =>
    new RegExp(`^${what} is not in DER as it should be: octets are left over at `)

  it.each<[string, string, string | RegExp]>([
    ['that is none', 'no key here', `${unreadable}the text holds none`],
    [
      'of another format',
      pemEncode('OPENSSH PRIVATE KEY', new Uint8Array(9)),
      `${unreadable}its format is OPENSSH PRIVATE KEY`,
    ],
    [
      'of another algorithm',
      pem(generateKeyPairSync('ed448').privateKey),
      `${unfit}its algorithm is 1.3.101.113`,
    ],
    ['on another curve', pem(ec('secp256k1')), `${unfit}its curve is 1.3.132.0.10`],
    [
      'on a curve spelt out',
      pkcs8(version0, sequence(oid('1.2.840.10045.2.1'), sequence()), der(tags.octetString)),
      `${unfit}its curve is spelt out instead of named`,
    ],
    [
      'on no curve',
      sec1(p256Scalar),
      `${unreadable}its curve is not named, or named twice and differently`,
    ],
    [
      'wider than its curve',
      sec1(der(tags.octetString, [1], octets(p256, 'd')), p256Named),
      `${unreadable}its private number is wider than its curve`,
    ],
    ['with three primes', pkcs1({ version: 1 }), `${unfit}it has more than two primes`],
    [
      'of 1024 bits',
      pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey),
      `${unfit}its modulus has fewer than 2048 bits`,
    ],
    [
      'of 31 octets',
      pkcs8(version0, ed25519, der(tags.octetString, der(tags.octetString, new Uint8Array(31)))),
      `${unreadable}an Ed25519 key has 32 octets`,
    ],
    [
      'that is zero',
      sec1(der(tags.octetString, new Uint8Array(32)), p256Named),
      `${unreadable}its numbers make no key, or this runtime lacks the algorithm`,
    ],
    [
      'whose public exponent is another key’s',
      pkcs1({ e: 17 }),
      `${unreadable}its public and private halves do not belong together`,
    ],
    [
      'of version 1 with what version 2 has',
      pkcs8(
        version0,
        ed25519,
        der(tags.octetString, seed),
        der(contextTag(1), [0], octets(keys.Ed25519, 'x')),
      ),
      left('the PKCS#8 key'),
    ],
    [
      'with more than PKCS#8 has',
      pkcs8(version0, ed25519, der(tags.octetString, seed), der(tags.null)),
      left('the PKCS#8 key'),
    ],
    ['with more than PKCS#1 has', pkcs1({ more: der(tags.null) }), left('the PKCS#1 key')],
    [
      'with more than SEC 1 has',
      sec1(p256Scalar, p256Named, der(tags.null)),
      left('the SEC 1 key'),
    ],
    [
      'with more than a curve',
      `${pemEncode('EC PARAMETERS', Buffer.concat([curveP256, der(tags.null)]))}${sec1(p256Scalar)}`,
      left('the EC parameters'),
    ],
    [
      'with more than a public key',
      sec1(
        p256Scalar,
        p256Named,
        der(contextTag(1, 'constructed'), der(tags.bitString, [0, 4]), der(tags.null)),
      ),
      left('the public key'),
    ],
    [
      'with more than 32 octets',
      pkcs8(version0, ed25519, der(tags.octetString, seed, der(tags.null))),
      left('the Ed25519 key'),
    ],
    [
      'with a public key of some bits',
      sec1(p256Scalar, p256Named, der(contextTag(1, 'constructed'), der(tags.bitString, [1, 4]))),
      'the public key is not in DER as it should be: a BIT STRING is not of whole octets',
    ],
  ])('says why: %s', async (_what, text, message) => {
    const told = typeof message === 'string' ? message : matching(message)
    await expect(readPrivateKey(text)).rejects.toHaveProperty('message', told)
  })

  it.each([
    [
      pem(ec('secp256k1')),
      'Use a key on P-256, P-384 or P-521, an RSA key of 2048 bits or more, or an Ed25519 key.',
    ],
    [
      pemEncode('OPENSSH PRIVATE KEY', new Uint8Array(9)),
      'Convert it with: openssl pkcs8 -topk8 -v2 aes-256-cbc -in old.pem -out new.pem',
    ],
  ])('says what to do', async (text, hint) => {
    await expect(readPrivateKey(text)).rejects.toThrow(failure('ACME_KEY_NOT_READABLE', { hint }))
  })

  it('carries what the runtime has against its numbers', async () => {
    const zero = sec1(der(tags.octetString, new Uint8Array(32)), p256Named)
    const cause: unknown = expect.any(Error)
    await expect(readPrivateKey(zero)).rejects.toThrow(failure('ACME_KEY_NOT_READABLE', { cause }))
  })
})

describe('pkcs8FromPkcs8', () => {
  it.each(Object.entries(keys))('writes a key of %s as Node does', (_kind, key) => {
    const encoded = key.export({ format: 'der', type: 'pkcs8' })
    expect(Buffer.from(pkcs8FromPkcs8(encoded).der).equals(encoded)).toBe(true)
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
    const expected = failure('ACME_PASSPHRASE_WRONG', {
      reason: 'missing',
      message: 'the private key is encrypted and no passphrase was given',
      hint: 'Give the passphrase that the key was encrypted with.',
    })
    await expect(readPrivateKey(encryptedKey(p256))).rejects.toThrow(expected)
  })

  it('stays closed to every wrong passphrase, a lucky padding included', async () => {
    const text = encryptedKey(p256, { iterations: 1 })
    for (let i = 0; i < 600; i += 1) {
      const expected = failure('ACME_PASSPHRASE_WRONG', {
        reason: 'wrong',
        message: 'the passphrase does not open the private key',
      })
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

  const open = (text: string): Promise<unknown> =>
    readPrivateKey(text, { passphrase: 'correct horse' })

  it.each([
    [{ scheme: '1.2.840.113549.1.5.3' }, 'its encryption scheme is 1.2.840.113549.1.5.3'],
    [{ prf: 'sha224' }, 'its key derivation uses 1.2.840.113549.2.8'],
    [{ ivLength: 15 }, 'its initialisation vector has not 16 octets'],
    [{ announcedIterations: 0 }, 'it asks for 0 rounds of key derivation'],
    [{ announcedIterations: 10_000_001 }, 'it asks for 10000001 rounds of key derivation'],
  ] as const)('of %j says why it is refused', async (options, why) => {
    const message = `the private key cannot be read: ${why}`
    await expect(open(encryptedKey(p256, options))).rejects.toThrow(
      failure('ACME_KEY_NOT_READABLE', { message }),
    )
  })

  it('says which cipher or derivation is not ours, or that it is older', async () => {
    const written = (cipher: string, type: 'pkcs8' | 'sec1'): string =>
      p256.export({ format: 'pem', type, cipher, passphrase: 'correct horse' }).toString()
    await expect(open(written('des-ede3-cbc', 'pkcs8'))).rejects.toThrow(
      'its cipher is 1.2.840.113549.3.7',
    )
    await expect(open(written('aes-128-cbc', 'sec1'))).rejects.toThrow(
      'its encryption is older than PKCS#8',
    )
    await expect(open(scryptKey)).rejects.toThrow('its key derivation is 1.3.6.1.4.1.11591.4.11')
  })

  it('with something behind it is no DER', async () => {
    const text = encryptedKey(p256, { trailer: der(tags.null) })
    await expect(open(text)).rejects.toThrow(
      /^the encrypted key is not in DER as it should be: octets are left over/,
    )
  })

  it('that opens and does not fit says so, and is not taken for a wrong passphrase', async () => {
    await expect(open(encryptedKey(ec('secp256k1')))).rejects.toThrow(
      failure('ACME_KEY_NOT_READABLE', {
        message: 'the key cannot sign for ACME: its curve is 1.3.132.0.10',
      }),
    )
  })

  it('of ten million rounds is tried; a runtime that has not so many says so', async () => {
    const refused = new Error('too many rounds')
    const derive = vi.spyOn(crypto.subtle, 'deriveBits').mockRejectedValue(refused)
    onTestFinished(() => derive.mockRestore())
    await expect(open(encryptedKey(p256, { announcedIterations: 10_000_000 }))).rejects.toThrow(
      failure('ACME_KEY_NOT_READABLE', {
        message:
          'the private key cannot be read: this runtime cannot derive the key that its passphrase stands for',
        cause: refused,
      }),
    )
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
    await expect(writePrivateKey(privateKey)).rejects.toThrow(
      new TypeError('the private key is not extractable'),
    )
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
