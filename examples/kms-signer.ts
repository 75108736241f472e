#!/usr/bin/env node
// An ACME account whose key is in a key management service: the service signs, the key never leaves it.
//
// As a program:  KMS_URL=https://kms.example KMS_KEY=acme KMS_TOKEN=… \
//                  certwright account create --account-signer exec:examples/kms-signer.ts
// In a program:  const signer = await kmsSigner({ url, key, token })
//                const { account } = await newAccount(client, signer, { termsOfServiceAgreed: true })
import { createHash, createPublicKey } from 'node:crypto'
import {
  jwsAlgorithm,
  publicJwkFrom,
  rawEcdsaSignature,
  type JwsAlgorithm,
  type Signer,
} from '@certwright/acme'
import { answerOnce } from './signer-program.ts'

export interface KmsOptions {
  readonly url: string
  /** The name of the key in the service. */
  readonly key: string
  readonly token: string
}

/** Services sign digests, so that what is signed need not be sent. */
const digests: Readonly<Partial<Record<JwsAlgorithm, string>>> = {
  RS256: 'sha256',
  ES256: 'sha256',
  ES384: 'sha384',
  ES512: 'sha512',
}

/** Signs by a key of the service at `url`, whose API is like those of the large clouds. */
export async function kmsSigner({ url, key, token }: KmsOptions): Promise<Signer> {
  const call = async (path: string, body?: object): Promise<Record<string, string>> => {
    const response = await fetch(`${url}/keys/${encodeURIComponent(key)}/${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`the key service answered ${response.status} to ${path}`)
    return (await response.json()) as Record<string, string>
  }

  const { pem = '' } = await call('public')
  const jwk = publicJwkFrom(createPublicKey(pem).export({ format: 'jwk' }))
  const algorithm = jwsAlgorithm(jwk)
  const hash = digests[algorithm]
  if (hash === undefined) throw new Error(`the key service cannot sign by ${algorithm}`)
  return {
    algorithm,
    jwk,
    async sign(data) {
      const digest = createHash(hash).update(data).digest('base64')
      const { signature = '' } = await call('sign', { digest })
      const octets = Buffer.from(signature, 'base64')
      // ECDSA comes as DER (RFC 3279 §2.2.3); JWS takes R‖S (RFC 7518 §3.4). RSA is the same in both.
      return jwk.kty === 'EC' ? rawEcdsaSignature(octets, jwk) : octets
    },
  }
}

if (import.meta.main) {
  const { KMS_URL: url = '', KMS_KEY: key = '', KMS_TOKEN: token = '' } = process.env
  await answerOnce(await kmsSigner({ url, key, token }))
}
