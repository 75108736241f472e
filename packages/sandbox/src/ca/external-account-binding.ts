import { createHmac, timingSafeEqual } from 'node:crypto'
import { readSigningKey, type SigningKey } from './account-key.ts'
import { decodeBase64url } from './base64url.ts'
import type { CaContext } from './context.ts'
import { jsonObject, jwsFrom, type Jws } from './jws.ts'
import { AcmeProblem, malformed, unauthorized } from './problem.ts'

/** A customer's account outside ACME, to which one account key may be bound (RFC 8555 §7.3.4). */
export interface ExternalAccountKey {
  readonly keyId: string
  /** Base64url. */
  readonly macKey: string
  /** When it can no longer be bound, in milliseconds since the Unix epoch. Default never. */
  readonly expires?: number
  /** Whether only one account can be bound to it. Default true. */
  readonly singleUse?: boolean
}

/** A binding that was found good. */
export interface Binding {
  readonly keyId: string
  /** As in the request: "The account object the CA returns MUST include" it with "the same value". */
  readonly shown: object
}

const hashes: Readonly<Record<string, string>> = {
  HS256: 'sha256',
  HS384: 'sha384',
  HS512: 'sha512',
}

/** RFC 8555 §7.3.4, its five steps; `undefined` where there is none, or nothing to verify it by. */
export function readBinding(
  context: CaContext,
  value: unknown,
  { url, signingKey }: { readonly url: string; readonly signingKey: SigningKey },
): Binding | undefined {
  const { externalAccountRequired, externalAccounts } = context.knobs
  if (value === undefined || value === null) {
    if (!externalAccountRequired) return undefined
    throw new AcmeProblem(
      'externalAccountRequired',
      'the request has no externalAccountBinding, and this CA needs one',
      { status: 403 },
    )
  }
  if (externalAccounts.length === 0) return undefined
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw malformed('externalAccountBinding is not a JWS')
  }
  const jws = jwsFrom(value as Readonly<Record<string, unknown>>)
  const hash = checkHeader(jws, url)
  const keyId = String(jws.header['kid'])
  checkMac(jws, hash, usableKey(context, keyId))
  checkIsFor(jws, signingKey)
  return { keyId, shown: value }
}

function checkHeader({ header }: Jws, outerUrl: string): string {
  const { alg, kid, nonce, url } = header
  const hash = typeof alg === 'string' && Object.hasOwn(hashes, alg) ? hashes[alg] : undefined
  if (hash === undefined) {
    throw malformed(`the binding's alg is not one of ${Object.keys(hashes).join(', ')}`)
  }
  if (nonce !== undefined) throw malformed('the binding has a nonce')
  if (typeof kid !== 'string' || kid === '') throw malformed('the binding has no kid')
  if (url !== outerUrl) throw malformed('the binding is for another url than the request')
  return hash
}

function usableKey({ clock, knobs, records }: CaContext, keyId: string): Uint8Array {
  const found = knobs.externalAccounts.find((one) => one.keyId === keyId)
  if (found === undefined) throw unauthorized('the binding names a key that is not known')
  const { macKey, expires = Number.POSITIVE_INFINITY, singleUse = true } = found
  if (clock.now() >= expires) throw unauthorized('the key of the binding has expired')
  if (singleUse && records.boundKeyIds.has(keyId)) {
    throw unauthorized('the key of the binding has been used before')
  }
  return decodeBase64url(macKey) ?? new Uint8Array()
}

function checkMac({ signature, signingInput }: Jws, hash: string, key: Uint8Array): void {
  const mac = createHmac(hash, key).update(signingInput).digest()
  if (signature.length !== mac.length || !timingSafeEqual(signature, mac)) {
    throw unauthorized('the MAC of the binding does not verify')
  }
}

/** "the payload of the JWS represents the same key as was used to verify the outer JWS" */
function checkIsFor({ payload }: Jws, signingKey: SigningKey): void {
  const bound = readSigningKey(jsonObject(payload, 'the payload of the binding'))
  if (bound.thumbprint !== signingKey.thumbprint) {
    throw new AcmeProblem('badPublicKey', 'the binding is for another key than signs the request')
  }
}
