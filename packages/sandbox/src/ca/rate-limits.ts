import { instantOf } from '../clock.ts'
import type { CaContext } from './context.ts'
import { identifierKey, withoutWildcard, type Identifier } from './identifiers.ts'
import { addressRange } from './ip-address.ts'
import { AcmeProblem } from './problem.ts'
import type { PublicSuffixes } from './public-suffixes.ts'
import type { RateLimit } from './rate-limit.ts'
import type { Account } from './records.ts'
import { link } from './reply.ts'

/** What is limited. `false` lifts a limit that would be there. */
export interface RateLimits {
  readonly newAccountsPerAddress?: RateLimit | false
  /** Addresses of IPv6 that agree in their first 48 bits count as one. */
  readonly newAccountsPerRange?: RateLimit | false
  readonly newOrdersPerAccount?: RateLimit | false
  /** Per name right below a public suffix, per IPv4 address, per 64 bits of IPv6. */
  readonly certificatesPerDomain?: RateLimit | false
  /** Per exact set of identifiers. */
  readonly certificatesPerSet?: RateLimit | false
  /** Per account and identifier: new orders for it are refused for a while. */
  readonly failuresPerIdentifier?: RateLimit | false
  /** Per account and identifier, counted since the last success: then it is paused until a person steps in. */
  readonly failuresInARow?: RateLimit | false
  /** What a load balancer in front does, by endpoint and address; `other` is for those not named. */
  readonly requests?: Readonly<Record<string, RateLimit>> | false
}

export type RateLimitName = Exclude<keyof RateLimits, 'requests'>

const explanations: Readonly<Record<RateLimitName, string>> = {
  newAccountsPerAddress: 'too many accounts were made from this address',
  newAccountsPerRange: 'too many accounts were made from this /48 of IPv6 addresses',
  newOrdersPerAccount: 'the account has made too many orders',
  certificatesPerDomain: 'too many certificates were issued for this domain',
  certificatesPerSet: 'too many certificates were issued for exactly these identifiers',
  failuresPerIdentifier: 'too many authorizations of the account for this identifier have failed',
  failuresInARow: 'the identifier is paused for the account',
}

/** Takes the tokens of a new account, or refuses it. */
export function limitNewAccount(context: CaContext, address: string): void {
  const charges: Charge[] = [['newAccountsPerAddress', address]]
  if (address.includes(':')) charges.push(['newAccountsPerRange', addressRange(address, 48)])
  for (const charge of charges) demand(context, charge)
  for (const charge of charges) take(context, charge)
}

/** What an order is exempt from: a renewal that the CA suggested from all, one of the same set from some. */
export type Exemption = 'none' | 'same-set' | 'suggested'

/** What counts against the limits of certificates. */
interface Issuance {
  readonly identifiers: readonly Identifier[]
  readonly exemption: Exemption
  /** Where domains are counted. */
  readonly suffixes: PublicSuffixes | undefined
}

/**
 * Refuses an order that exceeds a limit. The function that it gives takes the account's token, once
 * there is an order.
 */
export function limitNewOrder(
  context: CaContext,
  account: Account,
  { identifiers, exemption, suffixes }: Issuance,
): () => void {
  if (exemption === 'suggested') return () => undefined
  const orders: Charge = ['newOrdersPerAccount', account.id]
  const isNew = exemption === 'none'
  const domains = isNew ? domainCharges(identifiers, suffixes) : []
  if (isNew) demand(context, orders)
  for (const one of identifiers)
    demand(context, ['failuresPerIdentifier', failureKey(account, one)])
  for (const charge of [...domains, setCharge(identifiers)]) demand(context, charge)
  return () => void (isNew && take(context, orders))
}

/** Counts a certificate that was issued for an order with this exemption. */
export function countCertificate(
  context: CaContext,
  { identifiers, exemption, suffixes }: Issuance,
): void {
  if (exemption === 'suggested') return
  const domains = exemption === 'none' ? domainCharges(identifiers, suffixes) : []
  for (const charge of [...domains, setCharge(identifiers)]) take(context, charge)
}

/** Counts a failed authorization; the last one of too many in a row pauses the identifier. */
export function countFailure(context: CaContext, account: Account, identifier: Identifier): void {
  const key = failureKey(account, identifier)
  take(context, ['failuresPerIdentifier', key])
  if (take(context, ['failuresInARow', key]) > 0) account.paused.add(identifier.value)
}

/** Forgets the failures in a row. */
export function countSuccess({ buckets }: CaContext, account: Account, one: Identifier): void {
  buckets.fill(`failuresInARow ${failureKey(account, one)}`)
}

/** Refuses identifiers that are paused for the account, and says where a person can change that. */
export function refusePaused(
  { paths }: CaContext,
  account: Account,
  identifiers: readonly Identifier[],
): void {
  const paused = identifiers.filter(({ value }) => account.paused.has(value))
  if (paused.length === 0) return
  const names = paused.map(({ value }) => value).join(', ')
  const where = paths.unpause(account.id)
  throw new AcmeProblem(
    'rateLimited',
    `the account may not order ${names} until you visit ${where}`,
    {
      status: 429,
      headers: { link: link(paths.limits, 'help') },
    },
  )
}

/** Seconds to wait where the address has sent too many requests of the kind; `undefined` where not. */
export function requestWait(
  { buckets, knobs }: CaContext,
  { endpoint, address }: { readonly endpoint: string; readonly address: string },
): number | undefined {
  const { requests = false } = knobs.rateLimits
  if (requests === false) return undefined
  const group = Object.hasOwn(requests, endpoint) ? endpoint : 'other'
  const limit = requests[group]
  if (limit === undefined) return undefined
  const waitMs = buckets.take(limit, `requests ${group} ${address}`)
  return waitMs > 0 ? Math.ceil(waitMs / 1000) : undefined
}

/** A limit, and whom or what it limits. */
type Charge = readonly [name: RateLimitName, key: string]

function demand(context: CaContext, [name, key]: Charge): void {
  const { buckets, clock, knobs, paths } = context
  const limit = knobs.rateLimits[name]
  if (limit === undefined || limit === false) return
  const seconds = Math.ceil(buckets.wait(limit, `${name} ${key}`) / 1000)
  if (seconds === 0) return
  const until = instantOf(clock.now() + seconds * 1000)
  const { burst = limit.count } = limit
  const what = `${explanations[name]}: ${burst} and then ${limit.count} in ${limit.periodMs} ms`
  throw new AcmeProblem('rateLimited', `${what} are allowed; retry after ${until}`, {
    status: 429,
    headers: { 'retry-after': String(seconds), link: link(paths.limits, 'help') },
  })
}

/** Milliseconds that were missing for a token; 0 where one was taken or nothing is limited. */
function take({ buckets, knobs }: CaContext, [name, key]: Charge): number {
  const limit = knobs.rateLimits[name]
  return limit === undefined || limit === false ? 0 : buckets.take(limit, `${name} ${key}`)
}

function failureKey({ id }: Account, identifier: Identifier): string {
  return `${id} ${identifierKey(identifier)}`
}

function setCharge(identifiers: readonly Identifier[]): Charge {
  return ['certificatesPerSet', setKey(identifiers)]
}

/** The same for the same identifiers, in whatever order. */
export function setKey(identifiers: readonly Identifier[]): string {
  return identifiers.map(identifierKey).sort().join(' ')
}

function domainCharges(
  identifiers: readonly Identifier[],
  suffixes: PublicSuffixes | undefined,
): readonly Charge[] {
  if (suffixes === undefined) return []
  const domains = new Set(identifiers.map((one) => domainOf(one, suffixes)))
  return [...domains].map((domain) => ['certificatesPerDomain', domain] as const)
}

function domainOf(identifier: Identifier, suffixes: PublicSuffixes): string {
  const { type, value } = withoutWildcard(identifier).base
  if (type === 'dns') return suffixes.registeredDomain(value)
  return value.includes(':') ? addressRange(value, 64) : value
}
