import { base64urlEncode } from './base64.ts'
import { publicJwkFrom } from './keys/jwk.ts'
import type { PublicJwk, Signer } from './keys/signer.ts'
import type { JsonObject } from './reply.ts'

/** A JWS in flattened JSON (RFC 7515 §7.2.2), the body of every POST (RFC 8555 §6.2). */
export interface Jws {
  readonly protected: string
  readonly payload: string
  readonly signature: string
}

/** RFC 8555 §6.2: `alg`, `url`, one of `jwk` and `kid`, and for all but inner JWSs the `nonce`. */
export interface ProtectedHeader {
  readonly alg: string
  readonly url: string
  readonly nonce?: string | undefined
  readonly jwk?: PublicJwk
  readonly kid?: string
}

/** `''` is POST-as-GET: a payload of no octets at all (RFC 8555 §6.3). `{}` is something else. */
export type JwsPayload = JsonObject | ''

/** Who signs, and what for (RFC 8555 §6.2). */
export interface JwsOptions {
  readonly signer: Signer
  /** The account's URL; without it the public key itself is named. */
  readonly kid?: string | undefined
  readonly url: string
  /** Left out of inner JWSs (RFC 8555 §7.3.4, §7.3.5). */
  readonly nonce?: string
}

/** Signs a payload by an account's or a certificate's key. */
export function signJws(
  payload: JwsPayload,
  { signer, kid, url, nonce }: JwsOptions,
): Promise<Jws> {
  const header: ProtectedHeader = {
    alg: signer.algorithm,
    ...(kid === undefined ? { jwk: publicJwkFrom(signer.jwk) } : { kid }),
    // JSON leaves out what is undefined.
    nonce,
    url,
  }
  return flattenedJws(header, payload, (data) => signer.sign(data))
}

/** A JWS of any algorithm: the signature or MAC is the caller's. */
export async function flattenedJws(
  header: ProtectedHeader,
  payload: JwsPayload,
  sign: (data: Uint8Array) => Promise<Uint8Array>,
): Promise<Jws> {
  const encodedHeader = base64urlEncode(JSON.stringify(header))
  const encodedPayload = payload === '' ? '' : base64urlEncode(JSON.stringify(payload))
  // RFC 7515 §5.1: ASCII(BASE64URL(header) || '.' || BASE64URL(payload))
  const data = new TextEncoder().encode(`${encodedHeader}.${encodedPayload}`)
  return {
    protected: encodedHeader,
    payload: encodedPayload,
    signature: base64urlEncode(await sign(data)),
  }
}
