import { base64urlDecode, base64urlEncode } from '../base64.ts'
import { withoutLeadingZeros } from '../der/der.ts'
import { AcmeError } from '../error.ts'
import { keyAlgorithm, keyNotSupported } from './key-type.ts'
import type { PublicJwk } from './signer.ts'

/** Anything that may be a JWK: what `exportKey('jwk')`, a `KeyObject` or a file gives. */
export type JwkLike = Readonly<Partial<Record<'kty' | 'crv' | 'x' | 'y' | 'n' | 'e', unknown>>>

/**
 * The public members alone, checked: coordinates at their curve's full width, numbers at their shortest (RFC 7518
 * §6.2.1.2, §6.3.1.1) and in the order of RFC 7638 §3. Private and extra members are left behind. A broken key, or one
 * of a kind that no ACME server takes, is `ACME_KEY_NOT_READABLE`.
 */
export function publicJwkFrom(jwk: JwkLike): PublicJwk {
  const algorithm = keyAlgorithm(jwk)
  if (algorithm.kty === 'RSA') return rsaFrom(jwk)
  const { kty, crv, width } = algorithm
  const x = fixed(jwk, 'x', width)
  return kty === 'OKP' ? { crv, kty, x } : { crv, kty, x, y: fixed(jwk, 'y', width) }
}

function rsaFrom(jwk: JwkLike): PublicJwk {
  const modulus = withoutLeadingZeros(octets(jwk, 'n'))
  const exponent = withoutLeadingZeros(octets(jwk, 'e'))
  if (exponent.length === 0) throw notReadable('e')
  // RFC 7518 §3.3: "A key of size 2048 bits or larger MUST be used with these algorithms."
  if (modulus.length < 256 || (modulus.length === 256 && (modulus[0] ?? 0) < 0x80)) {
    throw keyNotSupported('its modulus has fewer than 2048 bits')
  }
  return { e: base64urlEncode(exponent), kty: 'RSA', n: base64urlEncode(modulus) }
}

function fixed(jwk: JwkLike, member: 'x' | 'y', width: number): string {
  const value = octets(jwk, member)
  if (value.length !== width) throw notReadable(member)
  return base64urlEncode(value)
}

function octets(jwk: JwkLike, member: keyof JwkLike): Uint8Array {
  const text = jwk[member]
  if (typeof text !== 'string') throw notReadable(member)
  try {
    return base64urlDecode(text)
  } catch {
    // The text is left out of the error: where members were mixed up it could be a private one.
    throw notReadable(member)
  }
}

function notReadable(member: string): AcmeError {
  return new AcmeError('ACME_KEY_NOT_READABLE', `the JWK's member "${member}" is missing or broken`)
}
