import { keyAlgorithm } from '../keys/key-type.ts'
import type { Signer } from '../keys/signer.ts'
import { bitString, der, oid, sequence, tags, unsignedInteger } from './der.ts'

/** The AlgorithmIdentifier of what `key` signs. */
export function signatureAlgorithm({ jwk }: Signer): Uint8Array<ArrayBuffer> {
  const { signatureOid } = keyAlgorithm(jwk)
  // RFC 4055 §5: for RSA "the parameters MUST be NULL"; RFC 5758 §3.2 and RFC 8410 §3: otherwise absent.
  return sequence(oid(signatureOid), jwk.kty === 'RSA' ? der(tags.null) : new Uint8Array())
}

/** What X.509 and PKCS #10 sign: the thing, the algorithm, the signature (RFC 5280 §4.1.1, RFC 2986 §4.2). */
export async function signed(
  toBeSigned: Uint8Array,
  key: Signer,
): Promise<Uint8Array<ArrayBuffer>> {
  const algorithm = keyAlgorithm(key.jwk)
  const raw = await key.sign(toBeSigned)
  const signature = algorithm.kty === 'EC' ? ecdsaSigValue(raw, algorithm.width) : raw
  return sequence(toBeSigned, signatureAlgorithm(key), bitString(signature))
}

/** R‖S as Ecdsa-Sig-Value (RFC 3279 §2.2.3). */
function ecdsaSigValue(raw: Uint8Array, width: number): Uint8Array {
  if (raw.length !== 2 * width) {
    throw new TypeError(`the signer gave ${raw.length} octets where R and S take ${2 * width}`)
  }
  return sequence(unsignedInteger(raw.subarray(0, width)), unsignedInteger(raw.subarray(width)))
}
