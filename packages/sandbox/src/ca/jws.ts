import { verify } from 'node:crypto'
import type { SigningKey } from './account-key.ts'
import { decodeBase64url } from './base64url.ts'
import { AcmeProblem, malformed } from './problem.ts'

/** A flattened JWS whose parts are decoded and whose signature has not been looked at yet. */
export interface Jws {
  readonly header: Readonly<Record<string, unknown>>
  readonly payload: Uint8Array
  readonly signature: Uint8Array<ArrayBuffer>
  readonly signingInput: Uint8Array<ArrayBuffer>
}

interface AlgorithmRow {
  readonly hash: 'sha256' | 'sha384' | 'sha512' | null
  /** RFC 7518 §3.4: R and S, each at full width, one after the other. */
  readonly signatureBytes?: number
}

/** One row for each `alg` this CA can verify. Ed25519 keys are told from others by the key itself. */
const algorithms: Readonly<Record<string, AlgorithmRow>> = {
  RS256: { hash: 'sha256' },
  ES256: { hash: 'sha256', signatureBytes: 64 },
  ES384: { hash: 'sha384', signatureBytes: 96 },
  ES512: { hash: 'sha512', signatureBytes: 132 },
  EdDSA: { hash: null, signatureBytes: 64 },
  Ed25519: { hash: null, signatureBytes: 64 },
}

/** The `alg` values accepted, most usual first. */
export function acceptedAlgorithms(acceptEdDsa: boolean): readonly string[] {
  return Object.keys(algorithms).filter((alg) => acceptEdDsa || algorithms[alg]?.hash !== null)
}

/** Takes the JWS of a request apart. RFC 8555 §6.2: flattened, one signature, no unprotected header. */
export function parseJws(body: Uint8Array): Jws {
  return jwsFrom(jsonObject(body, 'the request body'))
}

/** The same for a JWS that is a member of another one's payload. */
export function jwsFrom(envelope: Readonly<Record<string, unknown>>): Jws {
  for (const member of ['header', 'signatures']) {
    if (member in envelope) throw malformed(`the JWS has the member "${member}"`)
  }
  const header = jsonObject(octets(envelope, 'protected'), 'the protected header')
  if ('crit' in header) throw malformed('the protected header asks for extensions by "crit"')
  if ('b64' in header) throw malformed('RFC 8555 §6.2 forbids the unencoded payload option')
  return {
    header,
    payload: octets(envelope, 'payload'),
    signature: octets(envelope, 'signature'),
    signingInput: Buffer.from(
      `${String(envelope['protected'])}.${String(envelope['payload'])}`,
      'ascii',
    ),
  }
}

/** The `alg` of the header, when it is one of those accepted. */
export function algorithmOf({ header }: Jws, accepted: readonly string[]): string {
  const alg = header['alg']
  if (typeof alg === 'string' && accepted.includes(alg)) return alg
  throw badSignatureAlgorithm(`alg is not one of ${accepted.join(', ')}`, accepted)
}

/** Refuses a signature that the key did not make, or that is not in the form RFC 7518 gives it. */
export function verifyJws(jws: Jws, alg: string, signer: SigningKey): void {
  if (!signer.algorithms.includes(alg)) {
    throw badSignatureAlgorithm(`${alg} does not fit the key that signed`, signer.algorithms)
  }
  if (signer.jwk.alg !== undefined && signer.jwk.alg !== alg) {
    throw new AcmeProblem('badPublicKey', `the jwk is meant for another alg than ${alg}`)
  }
  const row = algorithms[alg]
  if (row === undefined) throw new TypeError(`no row for ${alg}`)
  const wide = row.signatureBytes === undefined || jws.signature.length === row.signatureBytes
  const key = { key: signer.key, dsaEncoding: 'ieee-p1363' } as const
  if (!wide || !verify(row.hash, jws.signingInput, key, jws.signature)) {
    throw malformed('the signature does not verify')
  }
}

/** Parses a JSON object in UTF-8. */
export function jsonObject(bytes: Uint8Array, what: string): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    throw malformed(`${what} is not JSON`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed(`${what} is not a JSON object`)
  }
  return value as Record<string, unknown>
}

function octets(
  envelope: Readonly<Record<string, unknown>>,
  member: string,
): Uint8Array<ArrayBuffer> {
  const text = envelope[member]
  if (typeof text !== 'string') throw malformed(`the JWS has no member "${member}"`)
  const bytes = decodeBase64url(text)
  // RFC 8555 §6.1: "Encoded values that include trailing '=' characters MUST be rejected …"
  if (bytes === undefined) throw malformed(`the JWS member "${member}" is not unpadded base64url`)
  return bytes
}

function badSignatureAlgorithm(detail: string, supported: readonly string[]): AcmeProblem {
  return new AcmeProblem('badSignatureAlgorithm', detail, { extra: { algorithms: supported } })
}
