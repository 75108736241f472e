import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import { identifierSet, type Identifier } from '@certwright/acme'
import type { IssuerLimit, LimitExemption, LimitScope } from '../issuance/issuer-limit.ts'
import { knownIssuer } from '../issuance/known-issuers.ts'
import type { Bucket, TokenRequest } from '../store/store.ts'
import type { Action } from './action.ts'
import type { DesiredIssuer, LimitName } from './desired.ts'
import { registeredDomain } from './registered-domain.ts'

/** One order that is about to be placed. */
export interface PlannedOrder {
  readonly issuer: Pick<DesiredIssuer, 'directoryUrl' | 'limits'>
  readonly accountUrl: string
  readonly identifiers: readonly Identifier[]
  readonly exempt?: Action['exempt']
}

/** The bucket that an issuer's own refusals and outages close. */
export function issuerBucket(directoryUrl: string): string {
  return `issuer ${directoryUrl}`
}

/** What an operator calls limits, and whether an order counts against them. Requests are the transport's business. */
const scopes = {
  orders: 'account-orders',
  'certificates-per-domain': 'registered-domain',
  'certificates-per-set': 'identifier-set',
  'failures-per-name': 'authorization-failures',
} as const satisfies Readonly<Record<LimitName, LimitScope>>

/** What exempts an order where an operator has numbers of their own: as Let's Encrypt documents it. */
const usualExemptions: Readonly<Record<LimitName, readonly LimitExemption[]>> = {
  orders: ['ari-renewal', 'same-identifiers'],
  'certificates-per-domain': ['ari-renewal', 'same-identifiers'],
  'certificates-per-set': ['ari-renewal'],
  'failures-per-name': ['ari-renewal'],
}

/** The limits of an issuer: those that are known of it, and those that this operator was granted instead. */
export function limitsOf({
  directoryUrl,
  limits,
}: Pick<DesiredIssuer, 'directoryUrl' | 'limits'>): readonly IssuerLimit[] {
  const names = Object.keys(limits) as readonly LimitName[]
  const granted = names.flatMap((name): readonly IssuerLimit[] => {
    const limit = limits[name]
    if (!limit) return []
    const { count, periodMs } = limit
    const exemptions = knownLimit(directoryUrl, scopes[name])?.exemptions ?? usualExemptions[name]
    return [{ scope: scopes[name], capacity: count, refillMs: periodMs / count, exemptions }]
  })
  const replaced = new Set(granted.map(({ scope }) => scope))
  const known = knownIssuer(directoryUrl)?.limits ?? []
  return [...granted, ...known.filter(({ scope }) => !replaced.has(scope))]
}

function knownLimit(directoryUrl: string, scope: LimitScope): IssuerLimit | undefined {
  return knownIssuer(directoryUrl)?.limits?.find((limit) => limit.scope === scope)
}

/** The tokens that an order costs: one of each bucket that its issuer counts it in. */
export function tokensFor(order: PlannedOrder): readonly TokenRequest[] {
  return limitsOf(order.issuer).flatMap((limit) =>
    isExempt(limit, order.exempt)
      ? []
      : keysOf(limit.scope, order).map((key) =>
          tokenRequest(limit, order.issuer.directoryUrl, key),
        ),
  )
}

/** The tokens that a failed authorization of one name costs. */
export function failureTokens(
  order: PlannedOrder,
  identifier: Identifier,
): readonly TokenRequest[] {
  const { issuer, accountUrl } = order
  return limitsOf(issuer)
    .filter(({ scope }) => scope === 'authorization-failures')
    .map((limit) => tokenRequest(limit, issuer.directoryUrl, `${accountUrl} ${identifier.value}`))
}

function tokenRequest(limit: IssuerLimit, directoryUrl: string, key: string): TokenRequest {
  return {
    key: `${limit.scope} ${directoryUrl} ${key}`,
    emissionMs: Math.ceil(limit.refillMs),
    capacity: limit.capacity,
  }
}

function isExempt({ exemptions }: IssuerLimit, exempt: Action['exempt']): boolean {
  if (exempt === 'renewal-information') return exemptions.includes('ari-renewal')
  return exempt === 'same-names' && exemptions.includes('same-identifiers')
}

/** Whom a limit counts this order for. Not what failures, new accounts and single requests cost. */
function keysOf(scope: LimitScope, { accountUrl, identifiers }: PlannedOrder): readonly string[] {
  if (scope === 'account-orders') return [accountUrl]
  if (scope === 'registered-domain') return [...new Set(identifiers.map(domainOf))]
  if (scope !== 'identifier-set') return []
  return [createHash('sha256').update(identifierSet(identifiers)).digest('hex').slice(0, 32)]
}

/** A registered domain, an IPv4 address, or the first 64 bits of an IPv6 address. */
function domainOf({ type, value }: Identifier): string {
  if (type === 'dns') return registeredDomain(value)
  return isIP(value) === 6 ? network64(value) : value
}

function network64(address: string): string {
  const [head = '', tail] = address.split('::')
  const first = head === '' ? [] : head.split(':')
  const last = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0')
  const groups = tail === undefined ? first : [...first, ...zeros, ...last]
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}

/** Tokens that a bucket holds at a moment. */
export function available(
  { emissionMs, capacity }: Pick<TokenRequest, 'emissionMs' | 'capacity'>,
  bucket: Pick<Bucket, 'theoreticalArrival' | 'blockedUntil'> | undefined,
  now: number,
): number {
  if (!bucket) return capacity
  if (bucket.blockedUntil > now) return 0
  const owed = Math.max(bucket.theoreticalArrival - now, 0)
  return Math.max(Math.floor((emissionMs * capacity - owed) / emissionMs), 0)
}

/** When each of these orders could be placed, if they are placed one after the other as soon as limits allow. Pure. */
export function fit(
  orders: readonly PlannedOrder[],
  buckets: readonly Bucket[],
  now: number,
): readonly number[] {
  const state = new Map(buckets.map((bucket) => [bucket.key, bucket]))
  const arrival = (key: string): number => state.get(key)?.theoreticalArrival ?? 0
  return orders.map((order) => {
    const requests = tokensFor(order)
    const closed = state.get(issuerBucket(order.issuer.directoryUrl))?.blockedUntil ?? 0
    const at = Math.max(
      now,
      closed,
      ...requests.map(({ key, emissionMs, capacity }) =>
        Math.max(
          arrival(key) + emissionMs - emissionMs * capacity,
          state.get(key)?.blockedUntil ?? 0,
        ),
      ),
    )
    for (const { key, emissionMs } of requests) {
      const theoreticalArrival = Math.max(arrival(key), at) + emissionMs
      state.set(key, { key, theoreticalArrival, blockedUntil: state.get(key)?.blockedUntil ?? 0 })
    }
    return at
  })
}
