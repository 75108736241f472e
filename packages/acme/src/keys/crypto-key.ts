/** WebCrypto's key, whichever library of types a program has: DOM's, Node's, Deno's or a worker's. */
export type CryptoKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>

/** Both halves of an asymmetric key. */
export interface CryptoKeyPair {
  readonly publicKey: CryptoKey
  readonly privateKey: CryptoKey
}
