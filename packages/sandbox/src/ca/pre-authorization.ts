import { authorizationFor, authorizationReply } from './authorizations.ts'
import type { CaContext } from './context.ts'
import {
  identifierKey,
  readEntries,
  readIdentifier,
  refuseBlocked,
  type Identifier,
} from './identifiers.ts'
import { malformed } from './problem.ts'
import type { Account, Authorization } from './records.ts'
import type { Reply } from './reply.ts'
import { accountOf, payloadObject, type SignedRequest } from './signed-request.ts'
import { authorizationStatus } from './status.ts'

/** Whether authorizations can be asked for before there is an order, and for all names below one. */
export type PreAuthorizationOffer = 'missing' | 'offered' | 'with-subdomains'

/** RFC 8555 §7.4.1; for subdomains RFC 9444 §4.2. */
export function newAuthorization(context: CaContext, request: SignedRequest): Reply {
  const { knobs, paths } = context
  const account = accountOf(request)
  const entry = payloadObject(request)['identifier']
  const [first] = readEntries([entry])
  if (first === undefined) throw malformed('the authorization names no identifier')
  const identifier = readIdentifier(first)
  // "Note that because the identifier in a pre-authorization request is the exact identifier to be included in the
  // authorization object, pre-authorization cannot be used to authorize issuance of certificates containing wildcard".
  if (identifier.value.startsWith('*.')) throw malformed('a wildcard cannot be pre-authorized')
  refuseBlocked([identifier], knobs.blocklist)
  const { subdomainAuthAllowed: asked } = entry as Readonly<Record<string, unknown>>
  const subdomains = asked === true && knobs.preAuthorization === 'with-subdomains'
  const authorization = authorizationFor(context, account, {
    identifier,
    profile: undefined,
    subdomains,
    isPreAuthorization: true,
  })
  return authorizationReply(context, authorization, {
    status: 201,
    headers: { location: paths.authorization(authorization.id) },
  })
}

interface Ordered {
  readonly account: Account
  readonly identifiers: readonly Identifier[]
  readonly profile: string | undefined
  /** The identifiers as they were sent. */
  readonly entries: unknown
}

/** The authorizations that an order needs, each once: names that share an ancestor may share its authorization. */
export function authorizationsFor(
  context: CaContext,
  { account, identifiers, profile, entries }: Ordered,
): readonly Authorization[] {
  const ancestors = ancestorsIn(context, entries)
  const ofAncestors = new Map<string, Authorization>()
  const named = new Set(ancestors.values())
  const needed = identifiers.map((identifier) => {
    const standing = coveringAuthorization(context, account, identifier)
    if (standing !== undefined) return standing
    const { value } = identifier
    const ancestor =
      ancestors.get(identifierKey(identifier)) ?? (named.has(value) ? value : undefined)
    if (ancestor === undefined) return authorizationFor(context, account, { identifier, profile })
    const own: Identifier = { type: 'dns', value: ancestor }
    const authorization =
      ofAncestors.get(ancestor) ??
      authorizationFor(context, account, { identifier: own, profile, subdomains: true })
    ofAncestors.set(ancestor, authorization)
    return authorization
  })
  return [...new Set(needed)]
}

/** What was authorized beforehand for the name itself, or for all names below one of its ancestors. */
function coveringAuthorization(
  context: CaContext,
  account: Account,
  identifier: Identifier,
): Authorization | undefined {
  const { type, value } = identifier
  const covers = ({ identifier: own, subdomains, isPreAuthorization }: Authorization): boolean =>
    (isPreAuthorization === true && identifierKey(own) === identifierKey(identifier)) ||
    (subdomains === true && type === 'dns' && isBelow(value, own.value))
  return [...context.records.authorizations.values()].find(
    (one) =>
      one.account === account &&
      covers(one) &&
      !value.startsWith('*.') &&
      authorizationStatus(context, one) === 'valid',
  )
}

/**
 * RFC 9444 §4.3: which ancestor each name of an order may be proven by, where its client can answer for one. A CA
 * without such authorizations does not know the member, and passes it over.
 */
function ancestorsIn({ knobs }: CaContext, entries: unknown): ReadonlyMap<string, string> {
  const ancestors = new Map<string, string>()
  if (knobs.preAuthorization !== 'with-subdomains' || !Array.isArray(entries)) return ancestors
  for (const entry of entries as readonly Readonly<Record<string, unknown>>[]) {
    const { ancestorDomain } = entry
    if (ancestorDomain === undefined) continue
    const [own] = readEntries([entry])
    if (own === undefined || own.type !== 'dns' || typeof ancestorDomain !== 'string') {
      throw malformed('ancestorDomain is not that of a domain name')
    }
    const ancestor = readIdentifier({ type: 'dns', value: ancestorDomain }).value
    const identifier = readIdentifier(own)
    if (ancestor.startsWith('*.') || !isBelow(identifier.value, ancestor)) {
      throw malformed(`${ancestor} is no ancestor of ${identifier.value}`)
    }
    if (!identifier.value.startsWith('*.')) ancestors.set(identifierKey(identifier), ancestor)
  }
  return ancestors
}

function isBelow(name: string, ancestor: string): boolean {
  return name.endsWith(`.${ancestor}`)
}
