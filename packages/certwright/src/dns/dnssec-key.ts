import { createHash, createPublicKey, verify, type JsonWebKey, type KeyObject } from 'node:crypto'
import type { ResourceRecord } from './resource-record.ts'
import type { TrustAnchor } from './trust-anchor.ts'

/** A key of a zone (RFC 4034 §2). */
export interface DnssecKey {
  readonly tag: number
  readonly algorithm: number
  readonly record: ResourceRecord
  readonly publicKey: Buffer
}

/** What a parent zone says of a key below it (RFC 4034 §5). */
export type DelegationSigner = Pick<TrustAnchor, 'keyTag' | 'algorithm' | 'digestType' | 'digest'>

interface Algorithm {
  readonly hash: string | undefined
  readonly jwk: (publicKey: Buffer) => JsonWebKey
}

/** The algorithms that are checked here (RFC 9904 §2): RSA and ECDSA with SHA-2, and EdDSA. */
const algorithms = new Map<number, Algorithm>([
  [8, { hash: 'sha256', jwk: rsaKey }],
  [10, { hash: 'sha512', jwk: rsaKey }],
  [13, { hash: 'sha256', jwk: curveKey('P-256') }],
  [14, { hash: 'sha384', jwk: curveKey('P-384') }],
  [15, { hash: undefined, jwk: edwardsKey('Ed25519') }],
  [16, { hash: undefined, jwk: edwardsKey('Ed448') }],
])

const digests = new Map<number, string>([
  [1, 'sha1'],
  [2, 'sha256'],
  [4, 'sha384'],
])

/** Whether signatures and digests of these kinds can be checked here. */
export function isCheckable({ algorithm, digestType }: DelegationSigner): boolean {
  return algorithms.has(algorithm) && digests.has(digestType)
}

export function isKnownAlgorithm(algorithm: number): boolean {
  return algorithms.has(algorithm)
}

/** The keys among DNSKEY records that may sign a zone: RFC 4034 §2.1.1, §2.1.2 and, for revoked ones, RFC 5011 §2.1. */
export function zoneKeys(records: readonly ResourceRecord[]): readonly DnssecKey[] {
  return records
    .filter(({ data }) => data.length > 4)
    .filter(({ data }) => (data.readUInt16BE(0) & 0x0180) === 0x0100 && data.readUInt8(2) === 3)
    .map((record) => ({
      tag: keyTag(record.data),
      algorithm: record.data.readUInt8(3),
      record,
      publicKey: record.data.subarray(4),
    }))
}

/** RFC 4034 Appendix B. */
export function keyTag(data: Buffer): number {
  let sum = 0
  for (const [index, byte] of data.entries()) sum += index % 2 === 0 ? byte << 8 : byte
  return (sum + (sum >>> 16)) & 0xffff
}

/** Reads DS records; what is cut short is left out. */
export function delegationSigners(records: readonly ResourceRecord[]): readonly DelegationSigner[] {
  return records
    .filter(({ data }) => data.length > 4)
    .map(({ data }) => ({
      keyTag: data.readUInt16BE(0),
      algorithm: data.readUInt8(2),
      digestType: data.readUInt8(3),
      digest: data.subarray(4).toString('hex'),
    }))
}

/** RFC 4034 §5.1.4: the digest is of the key's name and data. */
export function isSignedFor({ tag, algorithm, record }: DnssecKey, ds: DelegationSigner): boolean {
  const digest = digests.get(ds.digestType)
  if (tag !== ds.keyTag || algorithm !== ds.algorithm || digest === undefined) return false
  const hash = createHash(digest).update(record.owner).update(record.data)
  return hash.digest('hex') === ds.digest.toLowerCase()
}

/** Whether this key made the signature. A key that cannot be read made none. */
export function hasSigned(key: DnssecKey, signed: Buffer, signature: Buffer): boolean {
  const algorithm = algorithms.get(key.algorithm)
  const publicKey = algorithm && readable(algorithm.jwk(key.publicKey))
  if (!algorithm || !publicKey) return false
  // RFC 6605 §4: r and s side by side, as in IEEE P1363.
  return verify(algorithm.hash, signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)
}

function readable(jwk: JsonWebKey): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' })
  } catch {
    return undefined
  }
}

/** RFC 3110 §2: the exponent after its length of one octet, or of two after a zero; then the modulus. */
function rsaKey(bytes: Buffer): JsonWebKey {
  const short = bytes[0] ?? 0
  const start = short === 0 ? 3 : 1
  const end = start + (short === 0 && bytes.length > 2 ? bytes.readUInt16BE(1) : short)
  return { kty: 'RSA', e: base64url(bytes.subarray(start, end)), n: base64url(bytes.subarray(end)) }
}

/** RFC 6605 §4: x and y side by side. */
function curveKey(crv: string): (bytes: Buffer) => JsonWebKey {
  return (bytes) => {
    const half = bytes.length / 2
    return {
      kty: 'EC',
      crv,
      x: base64url(bytes.subarray(0, half)),
      y: base64url(bytes.subarray(half)),
    }
  }
}

/** RFC 8080 §3. */
function edwardsKey(crv: string): (bytes: Buffer) => JsonWebKey {
  return (bytes) => ({ kty: 'OKP', crv, x: base64url(bytes) })
}

function base64url(bytes: Buffer): string {
  return bytes.toString('base64url')
}
