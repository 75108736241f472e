import { instantOf } from '../clock.ts'
import { happens, randomText } from './chance.ts'
import { challengeJson, offerChallenges } from './challenges.ts'
import { displayed, type CaContext } from './context.ts'
import { identifierKey, withoutWildcard, type Identifier } from './identifiers.ts'
import { leastRestMs } from './order-reuse.ts'
import { malformed } from './problem.ts'
import { lifetimeOf } from './profiles.ts'
import { countFailure } from './rate-limits.ts'
import { identifierOf, type Account, type Authorization, type Challenge } from './records.ts'
import { jsonReply, type Reply } from './reply.ts'
import { retryAfter } from './retry-after.ts'
import { owned, payloadObject, type SignedRequest } from './signed-request.ts'
import { authorizationStatus } from './status.ts'

interface WantedAuthorization extends Pick<Authorization, 'subdomains' | 'isPreAuthorization'> {
  readonly identifier: Identifier
  readonly profile: string | undefined
}

/** The authorization that an order needs for the identifier: a valid one by chance, else a new one. */
export function authorizationFor(
  context: CaContext,
  account: Account,
  wanted: WantedAuthorization,
): Authorization {
  const { clock, knobs, records } = context
  const { identifier, profile, subdomains = false, isPreAuthorization = false } = wanted
  const standing = validAuthorization(context, account, identifier)
  if (
    standing !== undefined &&
    (standing.subdomains ?? false) === subdomains &&
    (standing.isPreAuthorization ?? false) === isPreAuthorization &&
    isReusable(context, standing, profile) &&
    happens(clock, knobs.authorizationReusePercent)
  ) {
    return standing
  }
  const { base, wildcard } = withoutWildcard(identifier)
  const isApproved = knobs.preApproved === 'authorizations'
  const lifetime = isApproved ? 'validAuthorizationLifetimeMs' : 'pendingAuthorizationLifetimeMs'
  const authorization: Authorization = {
    id: randomText(clock, 8),
    account,
    identifier: base,
    wildcard,
    profile,
    ...(subdomains ? { subdomains } : {}),
    ...(isPreAuthorization ? { isPreAuthorization } : {}),
    challenges: isApproved ? [] : offerChallenges(context, base, wildcard),
    decided: isApproved ? 'valid' : 'pending',
    expires: clock.now() + lifetimeOf(context, profile, lifetime),
  }
  records.authorizations.set(authorization.id, authorization)
  return authorization
}

/** Under `reuseWithinProfile` not every valid authorization may be taken over. */
function isReusable(
  context: CaContext,
  { challenges, expires, profile }: Authorization,
  wanted: string | undefined,
): boolean {
  if (!context.knobs.rules.reuseWithinProfile) return true
  if (profile !== wanted) return false
  if (expires < context.clock.now() + leastRestMs(context, wanted)) return false
  return !challenges.some(({ type, status }) => type === 'dns-persist-01' && status === 'valid')
}

/** An authorization that lets the account have a certificate for exactly this identifier now. */
export function validAuthorization(
  context: CaContext,
  account: Account,
  identifier: Identifier,
): Authorization | undefined {
  const { base, wildcard } = withoutWildcard(identifier)
  return [...context.records.authorizations.values()].find(
    (one) =>
      one.account === account &&
      one.wildcard === wildcard &&
      identifierKey(one.identifier) === identifierKey(base) &&
      authorizationStatus(context, one) === 'valid',
  )
}

/** RFC 8555 §7.5; with `{"status":"deactivated"}` §7.5.2. */
export function showOrDeactivateAuthorization(
  context: CaContext,
  request: SignedRequest,
  id: string,
): Reply {
  const authorization = owned(context.records.authorizations.get(id), {
    request,
    what: 'authorization',
  })
  if (request.payload.length > 0) deactivate(context, authorization, payloadObject(request))
  return authorizationReply(context, authorization)
}

/** The authorization as JSON, with `Retry-After` while a challenge is processing. */
export function authorizationReply(
  context: CaContext,
  authorization: Authorization,
  {
    status = 200,
    headers = {},
  }: { readonly status?: number; readonly headers?: Readonly<Record<string, string>> } = {},
): Reply {
  const processing = authorization.challenges.some((one) => one.status === 'processing')
  const undecided = authorizationStatus(context, authorization) === 'pending'
  const wait = processing && undecided ? retryAfter(context) : {}
  return jsonReply(context, authorizationJson(context, authorization), {
    status,
    headers: { ...headers, ...wait },
  })
}

function deactivate(
  context: CaContext,
  authorization: Authorization,
  update: Readonly<Record<string, unknown>>,
): void {
  if (update['status'] !== 'deactivated') {
    throw malformed('all that can be done to an authorization is {"status":"deactivated"}')
  }
  const status = authorizationStatus(context, authorization)
  if (status !== 'pending' && status !== 'valid') {
    throw malformed(`the authorization is ${status}, neither pending nor valid`)
  }
  authorization.decided = 'deactivated'
  const { account } = authorization
  // To the CA, one that was given up without a try is one that failed.
  if (status === 'pending') countFailure(context, account, identifierOf(authorization))
}

/** RFC 8555 §7.1.4 */
function authorizationJson(context: CaContext, authorization: Authorization): object {
  const { clock, knobs, paths } = context
  const { id, identifier, wildcard, subdomains = false, expires } = authorization
  const challenges = shownChallenges(authorization).map((one) =>
    challengeJson(context, authorization, one),
  )
  const unknown = {
    type: 'carrier-pigeon-01',
    url: paths.challenge(id, randomText(clock, 8)),
    status: 'pending',
  }
  const all = knobs.quirks.unknownChallenge === true ? [...challenges, unknown] : challenges
  return {
    status: authorizationStatus(context, authorization),
    identifier,
    expires: instantOf(expires),
    challenges: displayed(context, all),
    // "This field MUST be present and true for … a wildcard domain name. For other authorizations,
    // it MUST be absent."
    ...(wildcard ? { wildcard } : {}),
    ...(subdomains ? { subdomainAuthAllowed: true } : {}),
  }
}

/** "For valid authorizations, the challenge that was validated. For invalid authorizations, … failed." */
function shownChallenges({ challenges, decided }: Authorization): readonly Challenge[] {
  const decisive = challenges.filter(({ status }) => status === decided)
  return decisive.length === 0 || decided === 'pending' ? challenges : decisive
}
