import type { CryptoKey, CryptoKeyPair } from './crypto-key.ts'
import { publicJwkFrom } from './jwk.ts'
import { keyAlgorithm } from './key-type.ts'
import type { Signer } from './signer.ts'

/**
 * Signs with a WebCrypto key. A private key that cannot be exported needs its public half beside it. A key made for
 * another use (RSA-PSS, RSA with SHA-512, ECDH) is a `TypeError`.
 */
export async function webCryptoSigner(key: CryptoKeyPair | CryptoKey): Promise<Signer> {
  const privateKey = 'privateKey' in key ? key.privateKey : key
  const publicKey = 'publicKey' in key ? key.publicKey : key
  if (!publicKey.extractable)
    throw new TypeError('give the public key too: this one is not extractable')
  const jwk = publicJwkFrom(await crypto.subtle.exportKey('jwk', publicKey))
  const { jws: algorithm, signing, key: wanted } = keyAlgorithm(jwk)
  const made: { readonly name: string; readonly hash?: { readonly name: string } } =
    privateKey.algorithm
  if (!privateKey.usages.includes('sign') || made.name !== wanted.name) {
    throw new TypeError(`the key is not made to sign with ${algorithm}`)
  }
  if (made.hash?.name !== wanted.hash) {
    throw new TypeError(`the key is bound to another hash than ${algorithm} takes`)
  }
  return {
    algorithm,
    jwk,
    async sign(data) {
      return new Uint8Array(await crypto.subtle.sign(signing, privateKey, data))
    },
  }
}
