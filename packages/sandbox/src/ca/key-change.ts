import { readSigningKey, type SigningKey } from './account-key.ts'
import type { CaContext } from './context.ts'
import { acceptedAlgorithms, algorithmOf, jsonObject, jwsFrom, verifyJws } from './jws.ts'
import { keyComplaint } from './key-policy.ts'
import { AcmeProblem, malformed } from './problem.ts'
import { accountByKey } from './records.ts'
import type { Reply } from './reply.ts'
import { accountOf, payloadObject, type SignedRequest } from './signed-request.ts'

/**
 * How keyChange is offered: as it should be, listed but answered 501, answered 200 and not done, not
 * listed, or refused as if another account had every new key.
 */
export type KeyChangeOffer = 'offered' | 'not-implemented' | 'ignored' | 'missing' | 'conflict'

/** RFC 8555 §7.3.5, its steps in their order. */
export function changeKey(context: CaContext, request: SignedRequest): Reply {
  const { knobs, paths, records } = context
  const account = accountOf(request)
  if (knobs.keyChange === 'not-implemented') {
    throw new AcmeProblem('serverInternal', 'keyChange is not implemented', { status: 501 })
  }
  const { keyChange, newKey } = readInner(context, request)
  if (keyChange['account'] !== paths.account(account.id)) {
    throw malformed('the keyChange is for another account than signs the request')
  }
  if (thumbprintOf(keyChange['oldKey']) !== account.signingKey.thumbprint) {
    throw malformed('oldKey is not the key of the account')
  }
  if (newKey.thumbprint === account.signingKey.thumbprint) {
    throw malformed('the new key is the old key')
  }
  const complaint = keyComplaint(context, newKey.jwk)
  if (complaint !== undefined) throw new AcmeProblem('badPublicKey', complaint)
  const other = knobs.keyChange === 'conflict' ? account : accountByKey(records, newKey.thumbprint)
  if (other !== undefined) {
    // "the server SHOULD use status code 409 (Conflict) and provide the URL of that account in the
    // Location header field."
    throw new AcmeProblem('malformed', 'the new key belongs to another account', {
      status: 409,
      headers: { location: paths.account(other.id) },
    })
  }
  if (knobs.keyChange === 'offered') account.signingKey = newKey
  return { status: 200, headers: {}, body: '' }
}

/** The inner JWS: signed by its own jwk, for the same url, without a nonce. */
function readInner(
  { knobs }: CaContext,
  request: SignedRequest,
): { readonly keyChange: Readonly<Record<string, unknown>>; readonly newKey: SigningKey } {
  const jws = jwsFrom(payloadObject(request))
  const { jwk, kid, nonce, url } = jws.header
  const alg = algorithmOf(jws, acceptedAlgorithms(knobs.acceptEdDsa))
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) {
    throw malformed('the inner JWS has no jwk')
  }
  if (kid !== undefined) throw malformed('the inner JWS has both jwk and kid')
  const newKey = readSigningKey(jwk)
  verifyJws(jws, alg, newKey)
  const keyChange = jsonObject(jws.payload, 'the payload of the inner JWS')
  if (nonce !== undefined) throw malformed('the inner JWS has a nonce')
  if (url !== request.url) throw malformed('the inner JWS is for another url than the request')
  return { keyChange, newKey }
}

function thumbprintOf(oldKey: unknown): string {
  if (typeof oldKey !== 'object' || oldKey === null) throw malformed('the keyChange has no oldKey')
  return readSigningKey(oldKey).thumbprint
}
