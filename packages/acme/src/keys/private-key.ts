import { type PemBlock, pemDecode, pemEncode } from '../der/pem.ts'
import { AcmeError } from '../error.ts'
import type { CryptoKey, CryptoKeyPair } from './crypto-key.ts'
import { publicJwkFrom } from './jwk.ts'
import { decryptPkcs8, passphraseMissing, passphraseWrong } from './pbes2.ts'
import {
  curveFrom,
  keyNotReadable,
  keyToConvert,
  type Pkcs8,
  pkcs8FromPkcs1,
  pkcs8FromPkcs8,
  pkcs8FromSec1,
} from './pkcs8.ts'

/** What opens an encrypted key. */
export interface ReadPrivateKeyOptions {
  /** Needed where the key is encrypted, ignored elsewhere. */
  readonly passphrase?: string
}

/**
 * The first private key in PEM text: PKCS#8, PKCS#8 encrypted by PBES2 (PBKDF2 and AES-CBC), PKCS#1 or SEC 1; RSA of
 * 2048 bits or more, P-256, P-384, P-521 or Ed25519. Both halves come back extractable and proven to belong together.
 * Throws `ACME_KEY_NOT_READABLE`, `ACME_PASSPHRASE_WRONG` (also where it is missing), `ACME_PEM_NOT_CONFORM` or
 * `ACME_DER_NOT_CONFORM`.
 */
export async function readPrivateKey(
  pem: string,
  { passphrase }: ReadPrivateKeyOptions = {},
): Promise<CryptoKeyPair> {
  const block = privateKeyBlock(pem)
  return importPkcs8(
    block.label === encryptedLabel ? await openedPkcs8(block.der, passphrase) : plainPkcs8(block),
  )
}

/** PKCS#8 PEM of a private key that is extractable; another is a `TypeError`. */
export async function writePrivateKey(key: CryptoKeyPair | CryptoKey): Promise<string> {
  const privateKey = 'privateKey' in key ? key.privateKey : key
  if (!privateKey.extractable) throw new TypeError('the private key is not extractable')
  return pemEncode(
    'PRIVATE KEY',
    new Uint8Array(await crypto.subtle.exportKey('pkcs8', privateKey)),
  )
}

/** The label of encrypted PKCS#8 (RFC 7468 §11). */
export const encryptedLabel = 'ENCRYPTED PRIVATE KEY'

const labels = new Set(['PRIVATE KEY', encryptedLabel, 'RSA PRIVATE KEY', 'EC PRIVATE KEY'])

/** The first private key's block, and the curve of the EC PARAMETERS before it. */
export interface PrivateKeyBlock extends PemBlock {
  readonly curve?: string | undefined
}

/** Finds the first private key in PEM text, still as it was written. */
export function privateKeyBlock(pem: string): PrivateKeyBlock {
  let curve: string | undefined
  for (const block of pemDecode(pem)) {
    if (block.label === 'EC PARAMETERS') curve = curveFrom(block.der)
    if (labels.has(block.label)) return { ...block, curve }
    if (block.label.endsWith('PRIVATE KEY')) throw keyToConvert(`its format is ${block.label}`)
  }
  throw keyNotReadable('the text holds none')
}

/** PKCS#8 of a block that is not encrypted. Encryption of the older kind (RFC 1421 §4.6.1.1) is refused. */
export function plainPkcs8({ label, der, headers, curve }: PrivateKeyBlock): Pkcs8 {
  if (headers['Proc-Type'] !== undefined) throw keyToConvert('its encryption is older than PKCS#8')
  if (label === 'RSA PRIVATE KEY') return pkcs8FromPkcs1(der)
  if (label === 'EC PRIVATE KEY') return pkcs8FromSec1(der, curve)
  return pkcs8FromPkcs8(der)
}

async function openedPkcs8(encrypted: Uint8Array, passphrase: string | undefined): Promise<Pkcs8> {
  if (passphrase === undefined) throw passphraseMissing()
  const opened = await decryptPkcs8(encrypted, passphrase)
  try {
    return pkcs8FromPkcs8(opened)
  } catch (error) {
    // One in 256 wrong passphrases leaves a padding that looks right, and noise before it.
    if (error instanceof AcmeError && error.code === 'ACME_DER_NOT_CONFORM') throw passphraseWrong()
    throw error
  }
}

async function importPkcs8({ algorithm, der }: Pkcs8): Promise<CryptoKeyPair> {
  const { subtle } = crypto
  let pair: CryptoKeyPair
  let proven: boolean
  try {
    const privateKey = await subtle.importKey('pkcs8', der, algorithm.key, true, ['sign'])
    const jwk = publicJwkFrom(await subtle.exportKey('jwk', privateKey))
    const publicKey = await subtle.importKey('jwk', jwk, algorithm.key, true, ['verify'])
    pair = { privateKey, publicKey }
    const proof = new TextEncoder().encode('both halves belong together')
    const signature = await subtle.sign(algorithm.signing, privateKey, proof)
    proven = await subtle.verify(algorithm.signing, publicKey, signature, proof)
  } catch (cause) {
    if (cause instanceof AcmeError) throw cause
    throw keyNotReadable('its numbers make no key, or this runtime lacks the algorithm', cause)
  }
  if (!proven) throw keyNotReadable('its public and private halves do not belong together')
  return pair
}
