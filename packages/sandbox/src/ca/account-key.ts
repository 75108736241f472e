import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { decodeBase64url } from './base64url.ts'
import { AcmeProblem, malformed } from './problem.ts'

/** The members of a public JWK that matter here (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2). */
export interface PublicJwk {
  readonly kty?: string | undefined
  readonly crv?: string | undefined
  readonly x?: string | undefined
  readonly y?: string | undefined
  readonly n?: string | undefined
  readonly e?: string | undefined
  readonly alg?: string | undefined
}

/** A key that signed a request. */
export interface SigningKey {
  readonly jwk: PublicJwk
  readonly key: KeyObject
  /** RFC 7638, SHA-256, base64url. */
  readonly thumbprint: string
  /** The `alg` values that fit this key. */
  readonly algorithms: readonly string[]
}

interface CurveRow {
  readonly kty: 'EC' | 'OKP'
  readonly coordinateBytes: number
  readonly algorithms: readonly string[]
}

/** RFC 9864 deprecates the name `EdDSA` in favour of `Ed25519`; both are met. */
const curves: Readonly<Record<string, CurveRow>> = {
  'P-256': { kty: 'EC', coordinateBytes: 32, algorithms: ['ES256'] },
  'P-384': { kty: 'EC', coordinateBytes: 48, algorithms: ['ES384'] },
  'P-521': { kty: 'EC', coordinateBytes: 66, algorithms: ['ES512'] },
  Ed25519: { kty: 'OKP', coordinateBytes: 32, algorithms: ['EdDSA', 'Ed25519'] },
}

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
const leastRsaBits = 2048
const mostRsaBits = 8192

/** Reads the `jwk` of a protected header; refuses what no client should send. */
export function readSigningKey(value: object): SigningKey {
  const secret = privateMembers.find((member) => member in value)
  if (secret !== undefined) throw badPublicKey(`the jwk has the private member "${secret}"`)
  const jwk = value as PublicJwk
  const algorithms = jwk.kty === 'RSA' ? checkRsa(jwk) : checkCurve(jwk)
  return { jwk, key: importKey(jwk), thumbprint: thumbprint(jwk), algorithms }
}

/** RFC 7638 §3: the required members alone, in lexicographic order, without white space. */
export function thumbprint({ kty, crv, x, y, n, e }: PublicJwk): string {
  const members = { RSA: { e, kty, n }, EC: { crv, kty, x, y }, OKP: { crv, kty, x } }
  const required = members[kty as keyof typeof members]
  return createHash('sha256').update(JSON.stringify(required)).digest('base64url')
}

function checkRsa({ n, e }: PublicJwk): readonly string[] {
  const modulus = octets('n', n)
  const exponent = octets('e', e)
  // RFC 7518 §6.3.1.1: the fewest octets, without one for a sign.
  if (modulus[0] === 0 || exponent[0] === 0)
    throw malformed('the jwk has a leading zero octet in n or e')
  const bits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24
  if (bits < leastRsaBits || bits > mostRsaBits) {
    throw badPublicKey(
      `an RSA key of ${bits} bits is not between ${leastRsaBits} and ${mostRsaBits}`,
    )
  }
  if (((exponent.at(-1) ?? 0) & 1) === 0) throw badPublicKey('the RSA exponent is even')
  if (exponent.length === 1 && exponent[0] === 1) throw badPublicKey('the RSA exponent is 1')
  return ['RS256']
}

function checkCurve({ kty, crv = '', x, y }: PublicJwk): readonly string[] {
  const row = Object.hasOwn(curves, crv) ? curves[crv] : undefined
  if (kty !== 'EC' && kty !== 'OKP') throw badPublicKey('the jwk has a kty other than RSA, EC, OKP')
  if (row?.kty !== kty)
    throw badPublicKey(`the curve is not one of ${Object.keys(curves).join(', ')}`)
  const coordinates =
    kty === 'EC'
      ? ([
          ['x', x],
          ['y', y],
        ] as const)
      : ([['x', x]] as const)
  for (const [name, text] of coordinates) {
    // RFC 7518 §6.2.1.2: as long as a coordinate of the curve can be, leading zeros included.
    if (octets(name, text).length !== row.coordinateBytes) {
      throw malformed(`the jwk member ${name} is not ${row.coordinateBytes} octets long`)
    }
  }
  return row.algorithms
}

function octets(name: string, text: unknown): Uint8Array {
  const bytes = typeof text === 'string' ? decodeBase64url(text) : undefined
  if (bytes === undefined || bytes.length === 0)
    throw malformed(`the jwk member ${name} is not base64url`)
  return bytes
}

function importKey({ kty, crv, x, y, n, e }: PublicJwk): KeyObject {
  const members = { kty, crv, x, y, n, e }
  const present = Object.fromEntries(
    Object.entries(members).filter(([, text]) => text !== undefined),
  )
  try {
    return createPublicKey({ key: present, format: 'jwk' })
  } catch {
    throw malformed('the jwk is not a key: its numbers lie on no such curve')
  }
}

function badPublicKey(detail: string): AcmeProblem {
  return new AcmeProblem('badPublicKey', detail)
}
