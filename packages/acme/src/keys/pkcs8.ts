import {
  bitString,
  bitStringOctets,
  contextTag,
  der,
  derCursor,
  objectIdentifier,
  oid,
  sequence,
  sequenceCursor,
  smallInteger,
  tags,
  unsignedInteger,
  withoutLeadingZeros,
} from '../der/der.ts'
import { oids } from '../der/oid.ts'
import { AcmeError } from '../error.ts'
import {
  ecAlgorithm,
  ed25519Algorithm,
  type KeyAlgorithm,
  keyNotSupported,
  rsaAlgorithm,
} from './key-type.ts'

/** A private key as every runtime imports it: PKCS#8 of version 1 in its plainest form (RFC 5958 §2). */
export interface Pkcs8 {
  readonly algorithm: KeyAlgorithm
  readonly der: Uint8Array<ArrayBuffer>
}

/** Reads PrivateKeyInfo or OneAsymmetricKey (RFC 5958 §2) and writes it anew without what runtimes stumble over. */
export function pkcs8FromPkcs8(encoded: Uint8Array): Pkcs8 {
  const what = 'the PKCS#8 key'
  const info = sequenceCursor(encoded, what)
  const version = smallInteger(info.take(tags.integer), what)
  const identifier = derCursor(info.take(tags.sequence).contents, what)
  const privateKey = info.take(tags.octetString).contents
  info.takeOptional(contextTag(0, 'constructed'))
  if (version === 1) info.takeOptional(contextTag(1))
  info.end()
  const kind = objectIdentifier(identifier.take(tags.oid))
  switch (kind) {
    case oids.rsaEncryption:
      return pkcs8FromPkcs1(privateKey)
    case oids.ecPublicKey:
      return pkcs8FromSec1(privateKey, curveFrom(identifier.takeAny().encoded))
    case oids.ed25519:
      return pkcs8FromEd25519(privateKey)
    default:
      throw keyNotSupported(`its algorithm is ${kind}`)
  }
}

/** Wraps RSAPrivateKey (RFC 8017 §A.1.2). */
export function pkcs8FromPkcs1(encoded: Uint8Array): Pkcs8 {
  const what = 'the PKCS#1 key'
  const key = sequenceCursor(encoded, what)
  // RFC 8017 §A.1.2: version "SHALL be 0 ..., unless multi-prime is used".
  if (smallInteger(key.take(tags.integer), what) !== 0) {
    throw keyNotSupported('it has more than two primes')
  }
  for (let i = 0; i < 8; i += 1) key.take(tags.integer)
  key.end()
  return wrapped(rsaAlgorithm, der(tags.null), encoded)
}

/**
 * Wraps ECPrivateKey (RFC 5915 §3). The curve is named inside or by `outerCurve`, an object identifier; two that differ
 * are refused.
 */
export function pkcs8FromSec1(encoded: Uint8Array, outerCurve?: string): Pkcs8 {
  const what = 'the SEC 1 key'
  const key = sequenceCursor(encoded, what)
  smallInteger(key.take(tags.integer), what)
  const scalar = withoutLeadingZeros(key.take(tags.octetString).contents)
  const parameters = key.takeOptional(contextTag(0, 'constructed'))
  const publicKey = key.takeOptional(contextTag(1, 'constructed'))
  key.end()
  const innerCurve = parameters && curveFrom(parameters.contents)
  const curve = innerCurve ?? outerCurve
  if (curve === undefined || (outerCurve ?? curve) !== curve) {
    throw keyNotReadable('its curve is not named, or named twice and differently')
  }
  const algorithm = ecAlgorithm(curve)
  const { width } = algorithm
  if (scalar.length > width) throw keyNotReadable('its private number is wider than its curve')
  const padded = new Uint8Array(width)
  padded.set(scalar, width - scalar.length)
  const point = publicKey && pointFrom(publicKey.contents)
  const plain = sequence(
    unsignedInteger(new Uint8Array([1])),
    der(tags.octetString, padded),
    ...(point ? [der(contextTag(1, 'constructed'), bitString(point))] : []),
  )
  return wrapped(algorithm, oid(curve), plain)
}

/** The curve that EcpkParameters names (RFC 5480 §2.1.1). */
export function curveFrom(encoded: Uint8Array): string {
  const parameters = derCursor(encoded, 'the EC parameters')
  const curve = parameters.takeOptional(tags.oid)
  // RFC 5480 §2.1.1: "implicitCurve and specifiedCurve MUST NOT be used in PKIX."
  if (curve === undefined) throw keyNotSupported('its curve is spelt out instead of named')
  parameters.end()
  return objectIdentifier(curve)
}

function pointFrom(encoded: Uint8Array): Uint8Array {
  const outer = derCursor(encoded, 'the public key')
  const point = bitStringOctets(outer.take(tags.bitString), 'the public key')
  outer.end()
  return point
}

function pkcs8FromEd25519(encoded: Uint8Array): Pkcs8 {
  const outer = derCursor(encoded, 'the Ed25519 key')
  // RFC 8410 §7: "wrapped in a CurvePrivateKey object and wrapped by the OCTET STRING of the "privateKey" field".
  const { contents, encoded: inner } = outer.take(tags.octetString)
  outer.end()
  if (contents.length !== 32) throw keyNotReadable('an Ed25519 key has 32 octets')
  return wrapped(ed25519Algorithm, new Uint8Array(), inner)
}

function wrapped(algorithm: KeyAlgorithm, parameters: Uint8Array, key: Uint8Array): Pkcs8 {
  return {
    algorithm,
    der: sequence(
      unsignedInteger(new Uint8Array()),
      sequence(oid(algorithm.keyOid), parameters),
      der(tags.octetString, key),
    ),
  }
}

/** The error for a private key that is broken. The key's own octets never reach it. */
export function keyNotReadable(problem: string, cause?: unknown): AcmeError {
  return new AcmeError('ACME_KEY_NOT_READABLE', `the private key cannot be read: ${problem}`, {
    cause,
  })
}

/** The error for a private key whose encryption or format is not one of ours. */
export function keyToConvert(problem: string, cause?: unknown): AcmeError {
  return new AcmeError('ACME_KEY_NOT_READABLE', `the private key cannot be read: ${problem}`, {
    cause,
    hint: 'Convert it with: openssl pkcs8 -topk8 -v2 aes-256-cbc -in old.pem -out new.pem',
  })
}
