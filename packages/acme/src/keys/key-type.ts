import { oids } from '../der/oid.ts'
import { AcmeError } from '../error.ts'
import type { CryptoKeyPair } from './crypto-key.ts'
import type { JwsAlgorithm, PublicJwk } from './signer.ts'

/** The kinds of key that are made: curve or modulus. */
export type KeyType = 'ec256' | 'ec384' | 'ec521' | 'rsa2048' | 'rsa3072' | 'rsa4096' | 'ed25519'

interface AlgorithmNames {
  readonly jws: JwsAlgorithm
  /** WebCrypto's parameters to import or make a key. */
  readonly key: Readonly<{ name: string; namedCurve?: string; hash?: string }>
  /** WebCrypto's parameters to sign. */
  readonly signing: Readonly<{ name: string; hash?: string }>
  /** X.509's object identifiers of such a key and of its signatures. */
  readonly keyOid: string
  readonly signatureOid: string
}

interface EcAlgorithm extends AlgorithmNames {
  readonly kty: 'EC'
  readonly crv: 'P-256' | 'P-384' | 'P-521'
  readonly curveOid: string
  /** Octets of a coordinate, of the scalar, and of half a signature (RFC 7518 §3.4, §6.2.1.2). */
  readonly width: number
  readonly hash: string
}

interface RsaAlgorithm extends AlgorithmNames {
  readonly kty: 'RSA'
  readonly hash: string
}

interface OkpAlgorithm extends AlgorithmNames {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  readonly width: number
}

/** All that is to be known about one JWS algorithm, in one place. */
export type KeyAlgorithm = EcAlgorithm | RsaAlgorithm | OkpAlgorithm

type EcNames = Pick<EcAlgorithm, 'jws' | 'crv' | 'width' | 'hash' | 'curveOid' | 'signatureOid'>

const ecdsa = (names: EcNames): EcAlgorithm => ({
  ...names,
  kty: 'EC',
  key: { name: 'ECDSA', namedCurve: names.crv },
  signing: { name: 'ECDSA', hash: names.hash },
  keyOid: oids.ecPublicKey,
})

/** RFC 7518 §3.1 binds each curve to its hash. */
const ecAlgorithms: readonly EcAlgorithm[] = [
  ecdsa({
    jws: 'ES256',
    crv: 'P-256',
    width: 32,
    hash: 'SHA-256',
    curveOid: oids.p256,
    signatureOid: oids.ecdsaWithSha256,
  }),
  ecdsa({
    jws: 'ES384',
    crv: 'P-384',
    width: 48,
    hash: 'SHA-384',
    curveOid: oids.p384,
    signatureOid: oids.ecdsaWithSha384,
  }),
  ecdsa({
    jws: 'ES512',
    crv: 'P-521',
    width: 66,
    hash: 'SHA-512',
    curveOid: oids.p521,
    signatureOid: oids.ecdsaWithSha512,
  }),
]

export const rsaAlgorithm: RsaAlgorithm = {
  jws: 'RS256',
  kty: 'RSA',
  hash: 'SHA-256',
  key: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  signing: { name: 'RSASSA-PKCS1-v1_5' },
  keyOid: oids.rsaEncryption,
  signatureOid: oids.sha256WithRsa,
}

export const ed25519Algorithm: OkpAlgorithm = {
  jws: 'EdDSA',
  kty: 'OKP',
  crv: 'Ed25519',
  width: 32,
  key: { name: 'Ed25519' },
  signing: { name: 'Ed25519' },
  keyOid: oids.ed25519,
  signatureOid: oids.ed25519,
}

const keyAlgorithms: readonly KeyAlgorithm[] = [...ecAlgorithms, rsaAlgorithm, ed25519Algorithm]

/** The row that a JWK's `kty` and `crv` name. Kinds that ACME does not take are `ACME_KEY_NOT_READABLE`. */
export function keyAlgorithm(jwk: {
  readonly kty?: unknown
  readonly crv?: unknown
}): KeyAlgorithm {
  const row = keyAlgorithms.find((a) => a.kty === jwk.kty && (a.kty === 'RSA' || a.crv === jwk.crv))
  if (row === undefined) throw keyNotSupported('its type or curve is none of those')
  return row
}

/** The one JWS algorithm that a key signs by for ACME. Kinds that it does not take are `ACME_KEY_NOT_READABLE`. */
export function jwsAlgorithm(jwk: PublicJwk): JwsAlgorithm {
  return keyAlgorithm(jwk).jws
}

/** The row of an elliptic curve by its object identifier. */
export function ecAlgorithm(curveOid: string): EcAlgorithm {
  const row = ecAlgorithms.find((algorithm) => algorithm.curveOid === curveOid)
  if (row === undefined) throw keyNotSupported(`its curve is ${curveOid}`)
  return row
}

/** The error for a good key that no ACME server takes. */
export function keyNotSupported(problem: string): AcmeError {
  return new AcmeError('ACME_KEY_NOT_READABLE', `the key cannot sign for ACME: ${problem}`, {
    hint: 'Use a key on P-256, P-384 or P-521, an RSA key of 2048 bits or more, or an Ed25519 key.',
  })
}

const generated: Readonly<Record<KeyType, JwsAlgorithm>> = {
  ec256: 'ES256',
  ec384: 'ES384',
  ec521: 'ES512',
  rsa2048: 'RS256',
  rsa3072: 'RS256',
  rsa4096: 'RS256',
  ed25519: 'EdDSA',
}

/** How a key of this kind is made. `modulusLength` in bits, for RSA alone. */
export function keyTypeParameters(type: KeyType): {
  readonly algorithm: KeyAlgorithm
  readonly modulusLength?: number
} {
  const algorithm = keyAlgorithms.find(({ jws }) => jws === generated[type])
  if (algorithm === undefined) throw new TypeError(`${type} is no key type`)
  return algorithm.kty === 'RSA'
    ? { algorithm, modulusLength: Number(type.slice(3)) }
    : { algorithm }
}

/** Makes a key pair whose private half can be exported. RSA takes a tenth of a second of CPU and more. */
export async function generateKeyPair(type: KeyType): Promise<CryptoKeyPair> {
  const { algorithm, modulusLength } = keyTypeParameters(type)
  // 65537 is the only exponent that every CA takes.
  const rsa = modulusLength && { modulusLength, publicExponent: new Uint8Array([1, 0, 1]) }
  const made: object = await crypto.subtle.generateKey({ ...algorithm.key, ...rsa }, true, [
    'sign',
    'verify',
  ])
  return made as CryptoKeyPair
}
