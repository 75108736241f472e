/** JWS algorithms that ACME servers take (RFC 8555 §6.2; RFC 7518 §3.1; RFC 8037 §3.1). */
export type JwsAlgorithm = 'RS256' | 'ES256' | 'ES384' | 'ES512' | 'EdDSA'

/** The public members of a JWK, and no others (RFC 7517; RFC 7638 §3.2; RFC 8037 §2). */
export type PublicJwk =
  | {
      readonly kty: 'EC'
      readonly crv: 'P-256' | 'P-384' | 'P-521'
      readonly x: string
      readonly y: string
    }
  | { readonly kty: 'RSA'; readonly n: string; readonly e: string }
  | { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string }

/** Signs for an account or a certificate key. A WebCrypto key is one; a KMS or an HSM can be another. */
export interface Signer {
  readonly algorithm: JwsAlgorithm
  readonly jwk: PublicJwk
  /** The signature over `data`; for ECDSA the raw R‖S of fixed width (RFC 7518 §3.4), never DER. */
  sign(data: Uint8Array): Promise<Uint8Array>
}
