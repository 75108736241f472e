import { base64urlDecode } from '../base64.ts'
import { type KeyAlgorithm, keyAlgorithm } from '../keys/key-type.ts'
import type { PublicJwk } from '../keys/signer.ts'
import { bitString, concatenate, der, oid, sequence, tags, unsignedInteger } from './der.ts'

/** SubjectPublicKeyInfo of a public key (RFC 5280 §4.1.2.7), as a certificate for it holds it. */
export function subjectPublicKeyInfo(jwk: PublicJwk): Uint8Array<ArrayBuffer> {
  const algorithm = keyAlgorithm(jwk)
  return sequence(sequence(oid(algorithm.keyOid), parameters(algorithm)), bitString(publicKey(jwk)))
}

function parameters(algorithm: KeyAlgorithm): Uint8Array {
  if (algorithm.kty === 'EC') return oid(algorithm.curveOid)
  // RFC 3279 §2.3.1: RSA's parameters "MUST have ASN.1 type NULL"; RFC 8410 §3: Ed25519's "MUST be absent".
  return algorithm.kty === 'RSA' ? der(tags.null) : new Uint8Array()
}

function publicKey(jwk: PublicJwk): Uint8Array {
  if (jwk.kty === 'RSA') {
    return sequence(
      unsignedInteger(base64urlDecode(jwk.n)),
      unsignedInteger(base64urlDecode(jwk.e)),
    )
  }
  const x = base64urlDecode(jwk.x)
  // RFC 5480 §2.2: 04 stands for a point that is not compressed.
  return jwk.kty === 'OKP' ? x : concatenate([4], x, base64urlDecode(jwk.y))
}
