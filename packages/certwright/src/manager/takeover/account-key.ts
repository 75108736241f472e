import { createPrivateKey } from 'node:crypto'
import { Secret } from '../../runtime/secret.ts'

/** A private key in PKCS#8 PEM, from PEM of any kind. Throws where it is none. */
export function keyFromPem(pem: string): Secret {
  return pkcs8(createPrivateKey(pem))
}

/** A private key in PKCS#8 PEM, from a JWK (RFC 7517). Throws where it is none. */
export function keyFromJwk(jwk: Readonly<Record<string, unknown>>): Secret {
  return pkcs8(createPrivateKey({ key: jwk, format: 'jwk' }))
}

function pkcs8(key: ReturnType<typeof createPrivateKey>): Secret {
  return new Secret(key.export({ type: 'pkcs8', format: 'pem' }).toString())
}
