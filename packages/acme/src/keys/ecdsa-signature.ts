import {
  derNotConform,
  integerContents,
  sequenceCursor,
  tags,
  withoutLeadingZeros,
} from '../der/der.ts'
import { keyAlgorithm, keyNotSupported } from './key-type.ts'
import type { PublicJwk } from './signer.ts'

/**
 * The R‖S that JWS takes (RFC 7518 §3.4) of a DER Ecdsa-Sig-Value (RFC 3279 §2.2.3), which is what most key services
 * and hardware tokens answer with. `jwk` is the key's. What is no such value is `ACME_DER_NOT_CONFORM`.
 */
export function rawEcdsaSignature(signature: Uint8Array, jwk: PublicJwk): Uint8Array {
  const row = keyAlgorithm(jwk)
  if (row.kty !== 'EC') throw keyNotSupported('it does not sign by ECDSA')
  return rawSignature(signature, row.width)
}

const what = 'the signature'

/** The same, for a curve whose coordinates have `width` octets. */
export function rawSignature(signature: Uint8Array, width: number): Uint8Array {
  const raw = new Uint8Array(2 * width)
  const halves = sequenceCursor(signature, what)
  for (const end of [width, 2 * width]) {
    const contents = integerContents(halves.take(tags.integer), what)
    if ((contents[0] ?? 0) >= 0x80) throw derNotConform(what, 'an INTEGER is negative')
    const half = withoutLeadingZeros(contents)
    if (half.length > width) throw derNotConform(what, 'it is of a longer key')
    raw.set(half, end - half.length)
  }
  halves.end()
  return raw
}
