import { readSigningKey, type SigningKey } from './account-key.ts'
import { decodeBase64url } from './base64url.ts'
import type { CaContext } from './context.ts'
import {
  acceptedAlgorithms,
  algorithmOf,
  jsonObject,
  parseJws,
  verifyJws,
  type Jws,
} from './jws.ts'
import { AcmeProblem, malformed, notFound, unauthorized } from './problem.ts'
import type { Account } from './records.ts'
import { checkTerms } from './terms.ts'

/** Who may sign for a resource: an account by `kid`, a bare key by `jwk`, or the one as well as the other. */
export type SignedBy = 'account' | 'key' | 'either'

/** A POST whose signature, nonce and URL were found good. */
export interface SignedRequest {
  readonly signingKey: SigningKey
  /** Where it went, which inner JWSs repeat. */
  readonly url: string
  /** The IP address of who sent it. */
  readonly address: string
  /** Absent when the request was signed by a bare key. */
  readonly account?: Account
  /** Empty for POST-as-GET (RFC 8555 §6.3). */
  readonly payload: Uint8Array
}

interface Unverified {
  readonly body: Uint8Array
  /** The URL that the request was sent to. */
  readonly url: string
  readonly signedBy: SignedBy
  readonly address: string
}

/** RFC 8555 §6.2–6.5, in an order in which no nonce is spent on a request that nobody signed. */
export function readSignedRequest(context: CaContext, unverified: Unverified): SignedRequest {
  const jws = parseJws(unverified.body)
  const alg = algorithmOf(jws, acceptedAlgorithms(context.knobs.acceptEdDsa))
  const account = signingAccount(context, jws, unverified.signedBy)
  const signingKey = account?.signingKey ?? readSigningKey(jws.header['jwk'] as object)
  verifyJws(jws, alg, signingKey)
  checkNonceAndUrl(context, jws, unverified.url)
  if (context.knobs.strict && jws.payload.length > 0) refuseResource(jws.payload)
  if (account?.status === 'deactivated') throw unauthorized('the account is deactivated')
  if (account !== undefined) checkTerms(context, account)
  const { address, url } = unverified
  const request = { signingKey, url, address, payload: jws.payload }
  return account === undefined ? request : { ...request, account }
}

/** The account of a request that only an account can have signed. */
export function accountOf({ account }: SignedRequest): Account {
  if (account === undefined) throw unauthorized('only an account may ask for this')
  return account
}

/** The record, where there is one and it belongs to the account that asks. */
export function owned<T extends { readonly account: Account }>(
  record: T | undefined,
  { request, what }: { readonly request: SignedRequest; readonly what: string },
): T {
  const account = accountOf(request)
  if (record === undefined) throw notFound(what)
  if (record.account !== account) throw unauthorized(`the ${what} is another account's`)
  return record
}

/** The JSON object that the request carries. */
export function payloadObject({ payload }: SignedRequest): Readonly<Record<string, unknown>> {
  return jsonObject(payload, 'the payload')
}

/** RFC 8555 §6.2: "The 'jwk' and 'kid' fields are mutually exclusive." `undefined` means: by `jwk`. */
function signingAccount(
  { paths, records }: CaContext,
  { header }: Jws,
  signedBy: SignedBy,
): Account | undefined {
  const { jwk, kid } = header
  if (jwk !== undefined && kid !== undefined)
    throw malformed('the protected header has both jwk and kid')
  if (jwk !== undefined) {
    if (signedBy === 'account')
      throw malformed('the request must be signed by an account: kid, not jwk')
    if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk))
      throw malformed('jwk is no object')
    return undefined
  }
  if (signedBy === 'key') throw malformed('the request must carry its key: jwk, not kid')
  if (typeof kid !== 'string') throw malformed('the protected header has neither jwk nor kid')
  const prefix = paths.account('')
  if (!kid.startsWith(prefix)) throw malformed(`kid is not an account URL of this CA: ${prefix}…`)
  const account = records.accounts.get(kid.slice(prefix.length))
  if (account === undefined)
    throw new AcmeProblem('accountDoesNotExist', 'there is no account at kid')
  return account
}

function checkNonceAndUrl({ nonces }: CaContext, { header }: Jws, requestUrl: string): void {
  const { url, nonce } = header
  if (typeof url !== 'string') throw malformed('the protected header has no url')
  if (nonce !== undefined && (typeof nonce !== 'string' || !isNonce(nonce))) {
    // §6.5.2: "If the value … is not valid according to this encoding, then the verifier MUST reject
    // the JWS as malformed."
    throw malformed('the nonce is not base64url')
  }
  if (nonce === undefined || !nonces.spend(nonce)) {
    throw new AcmeProblem('badNonce', 'the nonce is missing, unknown, used, too old or out of luck')
  }
  // §6.4: "If the two do not match, then the server MUST reject the request as unauthorized."
  if (url !== requestUrl)
    throw unauthorized('url in the protected header is not where the request went')
}

function isNonce(text: string): boolean {
  return text !== '' && decodeBase64url(text) !== undefined
}

function refuseResource(payload: Uint8Array): void {
  if ('resource' in jsonObject(payload, 'the payload')) {
    throw malformed('the payload has "resource", which ACME lost before it became RFC 8555')
  }
}
