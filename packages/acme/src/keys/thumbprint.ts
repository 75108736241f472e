import { base64urlEncode } from '../base64.ts'
import type { PublicJwk } from './signer.ts'

/** An account's key has the same in each of its challenges. */
const known = new WeakMap<PublicJwk, Promise<string>>()

/** The key's SHA-256 thumbprint in base64url (RFC 7638). The key must not change. */
export function thumbprint(jwk: PublicJwk): Promise<string> {
  const before = known.get(jwk)
  if (before !== undefined) return before
  const made = computed(jwk)
  known.set(jwk, made)
  return made
}

async function computed(jwk: PublicJwk): Promise<string> {
  const data = new TextEncoder().encode(canonicalJson(jwk))
  return base64urlEncode(new Uint8Array(await crypto.subtle.digest('SHA-256', data)))
}

// RFC 7638 §3: "only the required members ..., no whitespace or line breaks ..., ordered lexicographically".
function canonicalJson(jwk: PublicJwk): string {
  if (jwk.kty === 'RSA') return JSON.stringify({ e: jwk.e, kty: jwk.kty, n: jwk.n })
  const { crv, kty, x } = jwk
  // JSON leaves out what is undefined.
  return JSON.stringify({ crv, kty, x, y: 'y' in jwk ? jwk.y : undefined })
}
