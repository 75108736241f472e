import {
  type DerCursor,
  derCursor,
  objectIdentifier,
  sequenceCursor,
  smallInteger,
  tags,
} from '../der/der.ts'
import { oids } from '../der/oid.ts'
import { AcmeError } from '../error.ts'
import type { CryptoKey } from './crypto-key.ts'
import { keyToConvert } from './pkcs8.ts'

/** The most rounds of PBKDF2 that a file can ask of us: some seconds. OpenSSL writes 2,048, careful people 600,000. */
const mostIterations = 10_000_000

const hashes = new Map<string, string>([
  [oids.hmacWithSha1, 'SHA-1'],
  [oids.hmacWithSha256, 'SHA-256'],
  [oids.hmacWithSha384, 'SHA-384'],
  [oids.hmacWithSha512, 'SHA-512'],
])

const keyBits = new Map<string, number>([
  [oids.aes128Cbc, 128],
  [oids.aes192Cbc, 192],
  [oids.aes256Cbc, 256],
])

const what = 'the encrypted key'

interface Pbes2 {
  readonly salt: Uint8Array
  readonly iterations: number
  readonly hash: string
  readonly bits: number
  readonly iv: Uint8Array
  readonly data: Uint8Array
}

/**
 * What EncryptedPrivateKeyInfo holds (RFC 5958 §3), encrypted by PBES2 with PBKDF2 and AES-CBC (RFC 8018 §6.2). Other
 * schemes are `ACME_KEY_NOT_READABLE`; octets that the passphrase does not open are `ACME_PASSPHRASE_WRONG`. One in 256
 * wrong passphrases gives octets at random instead.
 */
export async function decryptPkcs8(encoded: Uint8Array, passphrase: string): Promise<Uint8Array> {
  const { salt, iterations, hash, bits, iv, data } = pbes2From(encoded)
  const secret = new TextEncoder().encode(passphrase)
  const key = await derivedKey(secret, { name: 'PBKDF2', salt, iterations, hash }, bits)
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-CBC', iv }, key, data))
  } catch {
    throw passphraseWrong()
  }
}

async function derivedKey(
  secret: Uint8Array<ArrayBuffer>,
  derivation: { name: string; salt: Uint8Array; iterations: number; hash: string },
  bits: number,
): Promise<CryptoKey> {
  try {
    const base = await crypto.subtle.importKey('raw', secret, 'PBKDF2', false, ['deriveBits'])
    const octets = await crypto.subtle.deriveBits(derivation, base, bits)
    return await crypto.subtle.importKey('raw', octets, 'AES-CBC', false, ['decrypt'])
  } catch (cause) {
    // Some runtimes limit the rounds of PBKDF2 or leave out AES-192.
    throw keyToConvert('this runtime cannot derive the key that its passphrase stands for', cause)
  }
}

function pbes2From(encoded: Uint8Array): Pbes2 {
  const info = sequenceCursor(encoded, what)
  const scheme = algorithmFrom(info)
  const data = info.take(tags.octetString).contents
  info.end()
  if (scheme.oid !== oids.pbes2) throw keyToConvert(`its encryption scheme is ${scheme.oid}`)
  const parameters = derCursor(scheme.parameters.take(tags.sequence).contents, what)
  const derivation = algorithmFrom(parameters)
  const cipher = algorithmFrom(parameters)
  if (derivation.oid !== oids.pbkdf2) throw keyToConvert(`its key derivation is ${derivation.oid}`)
  const bits = keyBits.get(cipher.oid)
  if (bits === undefined) throw keyToConvert(`its cipher is ${cipher.oid}`)
  const iv = cipher.parameters.take(tags.octetString).contents
  if (iv.length !== 16) throw keyToConvert('its initialisation vector has not 16 octets')
  return { ...pbkdf2From(derivation.parameters), bits, iv, data }
}

function pbkdf2From(outer: DerCursor): { salt: Uint8Array; iterations: number; hash: string } {
  const parameters = derCursor(outer.take(tags.sequence).contents, what)
  const salt = parameters.take(tags.octetString).contents
  const iterations = smallInteger(parameters.take(tags.integer), what)
  parameters.takeOptional(tags.integer)
  // RFC 8018 §A.2: prf "DEFAULT algid-hmacWithSHA1".
  const prf = parameters.done() ? oids.hmacWithSha1 : algorithmFrom(parameters).oid
  const hash = hashes.get(prf)
  if (hash === undefined) throw keyToConvert(`its key derivation uses ${prf}`)
  if (iterations < 1 || iterations > mostIterations) {
    throw keyToConvert(`it asks for ${iterations} rounds of key derivation`)
  }
  return { salt, iterations, hash }
}

function algorithmFrom(cursor: DerCursor): {
  readonly oid: string
  readonly parameters: DerCursor
} {
  const parameters = derCursor(cursor.take(tags.sequence).contents, what)
  return { oid: objectIdentifier(parameters.take(tags.oid)), parameters }
}

/** The error for an encrypted key and a passphrase that does not open it. */
export function passphraseWrong(): AcmeError {
  return passphraseError('the passphrase does not open the private key', 'wrong')
}

/** The error for an encrypted key and no passphrase. */
export function passphraseMissing(): AcmeError {
  return passphraseError('the private key is encrypted and no passphrase was given', 'missing')
}

function passphraseError(message: string, reason: string): AcmeError {
  const hint = 'Give the passphrase that the key was encrypted with.'
  return new AcmeError('ACME_PASSPHRASE_WRONG', message, { hint, reason })
}
