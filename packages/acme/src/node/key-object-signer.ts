import {
  createPublicKey,
  generateKeyPair as generate,
  type KeyObject,
  sign as signNow,
} from 'node:crypto'
import { promisify } from 'node:util'

import { rawSignature } from '../keys/ecdsa-signature.ts'
import { type JwkLike, publicJwkFrom } from '../keys/jwk.ts'
import { keyAlgorithm, keyNotSupported, type KeyType, keyTypeParameters } from '../keys/key-type.ts'
import { keyNotReadable } from '../keys/pkcs8.ts'
import type { PublicJwk, Signer } from '../keys/signer.ts'

const signElsewhere = promisify<string | null, Uint8Array, KeyObject, Buffer>(signNow)

/** Longer moduli, in bits, take milliseconds to sign with: worth the way to another thread and back. */
const longestSignedHere = 2048

/**
 * Signs with a Node private key: P-256 at a quarter of WebCrypto's CPU, long RSA keys on another thread. A public or
 * secret key is a `TypeError`; a kind that ACME does not take is `ACME_KEY_NOT_READABLE`.
 */
export function keyObjectSigner(privateKey: KeyObject): Signer {
  if (privateKey.type !== 'private') throw new TypeError('the key is not a private key')
  const jwk = publicJwkOf(privateKey)
  const row = keyAlgorithm(jwk)
  const digest = row.kty === 'OKP' ? null : row.hash.replace('-', '')
  const elsewhere =
    row.kty === 'RSA' && (privateKey.asymmetricKeyDetails?.modulusLength ?? 0) > longestSignedHere
  const signHere: Signer['sign'] = async (data) => {
    const signature = signNow(digest, data, privateKey)
    // Node converts too, by `dsaEncoding`, but signing then takes more than twice the CPU in Node 24: only a bare
    // `KeyObject` is not prepared anew each time.
    return row.kty === 'EC' ? rawSignature(signature, row.width) : signature
  }
  return {
    algorithm: row.jws,
    jwk,
    sign: elsewhere ? (data) => signElsewhere(digest, data, privateKey) : signHere,
  }
}

/** The public half of a private key. Kinds that ACME does not take are `ACME_KEY_NOT_READABLE`. */
export function publicJwkOf(privateKey: KeyObject): PublicJwk {
  // A JWK cannot hold every kind that Node can.
  const { asymmetricKeyType: kind = 'unknown' } = privateKey
  if (!['ec', 'rsa', 'ed25519'].includes(kind)) throw keyNotSupported(`its kind is ${kind}`)
  return publicJwkFrom(publicHalf(privateKey))
}

/** Node takes some private numbers that have no public half, such as zero. */
function publicHalf(privateKey: KeyObject): JwkLike {
  try {
    return createPublicKey(privateKey).export({ format: 'jwk' })
  } catch (cause) {
    throw keyNotReadable('its numbers make no key', cause)
  }
}

/** Makes a private key on another thread. */
export function generateKeyObject(type: KeyType): Promise<KeyObject> {
  const { algorithm, modulusLength } = keyTypeParameters(type)
  return new Promise((resolve, reject) => {
    const made = (error: Error | null, _publicKey: KeyObject, privateKey: KeyObject): void => {
      if (error === null) resolve(privateKey)
      else reject(error)
    }
    if (modulusLength !== undefined) generate('rsa', { modulusLength }, made)
    else if (algorithm.kty === 'EC') generate('ec', { namedCurve: algorithm.crv }, made)
    else generate('ed25519', {}, made)
  })
}
