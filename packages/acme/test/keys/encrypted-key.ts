import { createCipheriv, type KeyObject, pbkdf2Sync, randomBytes } from 'node:crypto'

import { der, oid, sequence, tags, unsignedInteger } from '../../src/der/der.ts'
import { pemEncode } from '../../src/der/pem.ts'

/** The object identifiers of HMAC by hash (RFC 8018 §B.1). */
export const prfs = {
  sha1: '1.2.840.113549.2.7',
  sha224: '1.2.840.113549.2.8',
  sha256: '1.2.840.113549.2.9',
  sha384: '1.2.840.113549.2.10',
  sha512: '1.2.840.113549.2.11',
}

const ciphers = {
  128: '2.16.840.1.101.3.4.1.2',
  192: '2.16.840.1.101.3.4.1.22',
  256: '2.16.840.1.101.3.4.1.42',
}

export interface EncryptedKeyOptions {
  readonly prf?: keyof typeof prfs
  /** Leaves the PRF out, which then is HMAC-SHA1. */
  readonly prfOmitted?: boolean
  readonly bits?: 128 | 192 | 256
  readonly passphrase?: string
  readonly iterations?: number
  /** What is announced, where it differs. */
  readonly announcedIterations?: number
  readonly keyLength?: boolean
  /** What is encrypted instead of the key. */
  readonly content?: Uint8Array
  /** The object identifier of the scheme, where it is not that of PBES2. */
  readonly scheme?: string
  /** Octets of the initialisation vector that is announced. */
  readonly ivLength?: number
  /** What follows the encrypted octets. */
  readonly trailer?: Uint8Array
}

/** Encrypted PKCS#8 by PBES2, with parameters that Node's own exporter does not offer. */
export function encryptedKey(
  key: KeyObject,
  {
    prf = 'sha256',
    prfOmitted = false,
    bits = 256,
    passphrase = 'correct horse',
    iterations = 1000,
    announcedIterations = iterations,
    keyLength = false,
    content = key.export({ format: 'der', type: 'pkcs8' }),
    scheme: schemeOid = '1.2.840.113549.1.5.13',
    ivLength = 16,
    trailer = new Uint8Array(),
  }: EncryptedKeyOptions = {},
): string {
  const [salt, iv] = [randomBytes(8), randomBytes(16)]
  const secret = pbkdf2Sync(passphrase, salt, iterations, bits / 8, prf)
  const cipher = createCipheriv(`aes-${bits}-cbc`, secret, iv)
  const data = Buffer.concat([cipher.update(content), cipher.final()])
  const announced = new Uint8Array(new Uint32Array([announcedIterations]).buffer).reverse()
  const derivation = sequence(
    oid('1.2.840.113549.1.5.12'),
    sequence(
      der(tags.octetString, salt),
      unsignedInteger(announced),
      keyLength ? unsignedInteger(new Uint8Array([bits / 8])) : new Uint8Array(),
      prfOmitted ? new Uint8Array() : sequence(oid(prfs[prf]), der(tags.null)),
    ),
  )
  const scheme = sequence(oid(ciphers[bits]), der(tags.octetString, iv.subarray(0, ivLength)))
  return pemEncode(
    'ENCRYPTED PRIVATE KEY',
    sequence(
      sequence(oid(schemeOid), sequence(derivation, scheme)),
      der(tags.octetString, data),
      trailer,
    ),
  )
}
