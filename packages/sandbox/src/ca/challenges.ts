import { instantOf } from '../clock.ts'
import { accountUris, ownMembers, typesFor } from './challenge-types.ts'
import { randomText, within } from './chance.ts'
import type { CaContext } from './context.ts'
import type { Identifier } from './identifiers.ts'
import { malformed, notFound, problemUrn } from './problem.ts'
import { lifetimeOf } from './profiles.ts'
import { countFailure, countSuccess } from './rate-limits.ts'
import { identifierOf, type Authorization, type Challenge } from './records.ts'
import { jsonReply, link, type Reply } from './reply.ts'
import { retryAfter } from './retry-after.ts'
import { owned, payloadObject, type SignedRequest } from './signed-request.ts'
import { authorizationStatus } from './status.ts'
import { corroborated } from './validation/perspectives.ts'
import type { ValidationResult } from './validation/validation.ts'

/** New challenges, each with a token of its own. */
export function offerChallenges(
  context: CaContext,
  identifier: Identifier,
  wildcard: boolean,
): readonly Challenge[] {
  const { clock } = context
  return typesFor(context, identifier, wildcard).map((type) => ({
    id: randomText(clock, 8),
    type,
    token: randomText(clock, 32),
    status: 'pending',
  }))
}

/** RFC 8555 §8 */
export function challengeJson(
  context: CaContext,
  authorization: Authorization,
  challenge: Challenge,
): object {
  const { id, type, status, validated, error, record } = challenge
  return {
    type,
    url: context.paths.challenge(authorization.id, id),
    status,
    ...ownMembers(context, authorization, challenge),
    ...(validated === undefined ? {} : { validated: instantOf(validated) }),
    ...(error === undefined ? {} : { error }),
    ...(record === undefined ? {} : { validationRecord: [record] }),
  }
}

/** RFC 8555 §7.5.1: `{}` starts the validation; an empty payload only reads. */
export function respondToChallenge(
  context: CaContext,
  request: SignedRequest,
  { id, challengeId }: { readonly id: string; readonly challengeId: string },
): Reply {
  const authorization = owned(context.records.authorizations.get(id), {
    request,
    what: 'challenge',
  })
  const challenge = authorization.challenges.find((one) => one.id === challengeId)
  if (challenge === undefined) throw notFound('challenge')
  if (request.payload.length > 0) {
    checkResponse(payloadObject(request), context.knobs.strict)
    checkIsOpen(context, authorization, challenge)
    startValidation(context, authorization, challenge)
  }
  const headers = {
    link: link(context.paths.authorization(id), 'up'),
    ...(challenge.status === 'processing' ? retryAfter(context) : {}),
  }
  return jsonReply(context, challengeJson(context, authorization, challenge), { headers })
}

function checkResponse(response: Readonly<Record<string, unknown>>, strict: boolean): void {
  if ('keyAuthorization' in response) {
    throw malformed(
      'the response has "keyAuthorization", which ACME lost before it became RFC 8555',
    )
  }
  if (strict && Object.keys(response).length > 0) throw malformed('the response is not {}')
}

function checkIsOpen(context: CaContext, authorization: Authorization, challenge: Challenge): void {
  const { clock, records } = context
  if (clock.now() >= authorization.expires) throw malformed('the authorization has expired')
  const status = authorizationStatus(context, authorization)
  if (status !== 'pending') throw malformed(`the authorization is ${status}, not pending`)
  if (challenge.status !== 'pending') {
    throw malformed(`the challenge is ${challenge.status}, not pending`)
  }
  const orders = [...records.orders.values()].filter((one) =>
    one.authorizations.includes(authorization),
  )
  // One that was asked for beforehand belongs to none.
  if (orders.length > 0 && orders.every((order) => clock.now() >= order.expires))
    throw malformed('the order has expired')
}

function startValidation(
  context: CaContext,
  authorization: Authorization,
  challenge: Challenge,
): void {
  const { clock, knobs, work } = context
  challenge.status = 'processing'
  work.start(async (signal) => {
    await clock.sleep(within(clock, knobs.validationDelayMs), signal)
    const result = await work.inTurn(async () =>
      validated(context, authorization, challenge, signal),
    )
    settle(context, authorization, { challenge, result })
  })
}

async function validated(
  context: CaContext,
  { account, identifier, wildcard }: Authorization,
  { type, token }: Challenge,
  signal: AbortSignal,
): Promise<ValidationResult> {
  const { knobs, paths, validate } = context
  signal.throwIfAborted()
  if (knobs.alwaysValid) return { record: {} }
  // The other end is a real network, whatever the clock that was lent: its deadline is real time.
  const deadline = AbortSignal.timeout(knobs.validationTimeoutMs)
  const ending = AbortSignal.any([signal, deadline])
  const tooLate = new Promise<never>((_resolve, reject) => {
    ending.addEventListener('abort', () => reject(ending.reason as Error), { once: true })
  })
  const attempt = {
    type,
    identifier,
    wildcard,
    token,
    // RFC 8555 §8.1: keyAuthorization = token || '.' || base64url(Thumbprint(accountKey))
    keyAuthorization: `${token}.${account.signingKey.thumbprint}`,
    accountUrl: paths.account(account.id),
    accountUris: accountUris(context, account, identifier),
  }
  try {
    const { perspectives } = knobs
    const looking = corroborated(attempt, perspectives, { validate, signal: ending })
    return await Promise.race([looking, tooLate])
  } catch (error) {
    signal.throwIfAborted()
    const [type, detail] = deadline.aborted
      ? ['connection', `the validation took longer than ${knobs.validationTimeoutMs} ms`]
      : ['serverInternal', `the validation broke down: ${String(error)}`]
    return { problem: { type, detail, status: deadline.aborted ? 400 : 500 }, record: {} }
  }
}

/** RFC 8555 §7.1.6: one challenge decides the authorization, a failed one every order that needs it. */
function settle(
  context: CaContext,
  authorization: Authorization,
  { challenge, result }: { readonly challenge: Challenge; readonly result: ValidationResult },
): void {
  const { clock, records } = context
  const { account, profile } = authorization
  const undecided = authorizationStatus(context, authorization) === 'pending'
  challenge.record = result.record
  if (result.problem === undefined) {
    challenge.status = 'valid'
    challenge.validated = clock.now()
    if (!undecided) return
    authorization.decided = 'valid'
    const lifetimeMs = lifetimeOf(context, profile, 'validAuthorizationLifetimeMs')
    authorization.expires = clock.now() + lifetimeMs
    countSuccess(context, account, identifierOf(authorization))
    return
  }
  const error = { ...result.problem, type: problemUrn(result.problem.type) }
  challenge.status = 'invalid'
  challenge.error = error
  if (!undecided) return
  authorization.decided = 'invalid'
  countFailure(context, account, identifierOf(authorization))
  for (const order of records.orders.values()) {
    if (order.stage !== 'open' || !order.authorizations.includes(authorization)) continue
    order.stage = 'invalid'
    const identifier = identifierOf(authorization)
    order.error = { ...error, subproblems: [{ ...error, identifier }] }
  }
}
