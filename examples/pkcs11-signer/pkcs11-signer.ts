#!/usr/bin/env node
// An ACME account whose key is in a PKCS#11 token: a smart card, an HSM, or SoftHSM for trying it out.
//
// npm install here first (pkcs11js is compiled). Then, as a program:
//   PKCS11_MODULE=/usr/lib/softhsm/libsofthsm2.so PKCS11_TOKEN=acme PKCS11_KEY=account PKCS11_PIN=… \
//     certwright account create --account-signer exec:examples/pkcs11-signer/pkcs11-signer.ts
// In a program: const token = openToken(options); use token.signer; then token.close()
import { createHash } from 'node:crypto'
import {
  base64urlEncode,
  jwsAlgorithm,
  publicJwkFrom,
  type PublicJwk,
  type Signer,
} from '@certwright/acme'
import pkcs11js from 'pkcs11js'
import { answerOnce } from '../signer-program.ts'

export interface TokenOptions {
  /** The shared library of the token's maker. */
  readonly module: string
  /** The token's label. */
  readonly token: string
  /** The label of the key pair. */
  readonly key: string
  readonly pin: string
}

export interface OpenToken {
  readonly signer: Signer
  close(): void
}

/** Logs in to a token and finds the key pair with the label `key`, on P-256, P-384 or P-521 or of RSA. */
export function openToken({ module, token, key, pin }: TokenOptions): OpenToken {
  const cryptoki = new pkcs11js.PKCS11()
  cryptoki.load(module)
  cryptoki.C_Initialize()
  try {
    const slot = cryptoki
      .C_GetSlotList(true)
      .find((candidate) => cryptoki.C_GetTokenInfo(candidate).label.trim() === token)
    if (!slot) throw new Error(`there is no token with the label ${token}`)
    const session = cryptoki.C_OpenSession(slot, pkcs11js.CKF_SERIAL_SESSION)
    cryptoki.C_Login(session, pkcs11js.CKU_USER, pin)
    const open: Session = { cryptoki, session }
    const publicKey = findKey(open, pkcs11js.CKO_PUBLIC_KEY, key)
    const privateKey = findKey(open, pkcs11js.CKO_PRIVATE_KEY, key)
    const signer = tokenSigner(open, jwkOf(open, publicKey), privateKey)
    return { signer, close: () => cryptoki.C_Finalize() }
  } catch (error) {
    cryptoki.C_Finalize()
    throw error
  }
}

interface Session {
  readonly cryptoki: InstanceType<typeof pkcs11js.PKCS11>
  readonly session: Buffer
}

function findKey({ cryptoki, session }: Session, kind: number, label: string): Buffer {
  cryptoki.C_FindObjectsInit(session, [
    { type: pkcs11js.CKA_CLASS, value: kind },
    { type: pkcs11js.CKA_LABEL, value: label },
  ])
  const found = cryptoki.C_FindObjects(session)
  cryptoki.C_FindObjectsFinal(session)
  if (!found) throw new Error(`the token has no key pair with the label ${label}`)
  return found
}

function jwkOf({ cryptoki, session }: Session, publicKey: Buffer): PublicJwk {
  const attribute = (type: number): Buffer => {
    const [found] = cryptoki.C_GetAttributeValue(session, publicKey, [{ type }])
    return found?.value ?? Buffer.alloc(0)
  }
  if (attribute(pkcs11js.CKA_KEY_TYPE).readUInt8(0) === pkcs11js.CKK_EC) {
    return pointJwk(attribute(pkcs11js.CKA_EC_POINT))
  }
  return publicJwkFrom({
    kty: 'RSA',
    n: base64urlEncode(attribute(pkcs11js.CKA_MODULUS)),
    e: base64urlEncode(attribute(pkcs11js.CKA_PUBLIC_EXPONENT)),
  })
}

/** CKA_EC_POINT is an OCTET STRING around 04 ‖ X ‖ Y (SEC 1 §2.3.3), in some tokens without one. */
function pointJwk(point: Buffer): PublicJwk {
  const curves = { 32: 'P-256', 48: 'P-384', 66: 'P-521' } as const
  for (const [octets, crv] of Object.entries(curves)) {
    const width = Number(octets)
    const start = point.length - 2 * width
    // Before X: 04 alone, or behind the OCTET STRING's tag and its length of one octet or two.
    if (![1, 3, 4].includes(start) || point[start - 1] !== 4) continue
    const x = base64urlEncode(point.subarray(start, start + width))
    return publicJwkFrom({ kty: 'EC', crv, x, y: base64urlEncode(point.subarray(start + width)) })
  }
  throw new Error('the key is on another curve than P-256, P-384 and P-521')
}

const hashes = { ES256: 'sha256', ES384: 'sha384', ES512: 'sha512' } as const

function tokenSigner({ cryptoki, session }: Session, jwk: PublicJwk, privateKey: Buffer): Signer {
  const algorithm = jwsAlgorithm(jwk)
  const signBy = (mechanism: number, data: Buffer): Uint8Array => {
    cryptoki.C_SignInit(session, { mechanism }, privateKey)
    return cryptoki.C_Sign(session, data, Buffer.alloc(1024))
  }
  return {
    algorithm,
    jwk,
    sign(data) {
      if (algorithm === 'RS256') {
        return Promise.resolve(signBy(pkcs11js.CKM_SHA256_RSA_PKCS, Buffer.from(data)))
      }
      if (algorithm === 'EdDSA') throw new Error('this example signs by no Ed25519 key')
      // CKM_ECDSA signs a digest, and answers with R‖S as JWS takes it (PKCS #11 v3.1 §6.3.1).
      const digest = createHash(hashes[algorithm]).update(data).digest()
      return Promise.resolve(signBy(pkcs11js.CKM_ECDSA, digest))
    },
  }
}

if (import.meta.main) {
  const { PKCS11_MODULE: module = '', PKCS11_TOKEN: token = '' } = process.env
  const { PKCS11_KEY: key = '', PKCS11_PIN: pin = '' } = process.env
  const open = openToken({ module, token, key, pin })
  try {
    await answerOnce(open.signer)
  } finally {
    open.close()
  }
}
