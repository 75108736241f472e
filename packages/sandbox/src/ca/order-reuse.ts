import type { CaContext } from './context.ts'
import type { Identifier } from './identifiers.ts'
import { lifetimeOf } from './profiles.ts'
import { setKey, type Exemption } from './rate-limits.ts'
import type { Account, Authorization, Order } from './records.ts'
import { isRenewalTime } from './renewal-info.ts'
import type { Replaced } from './replacement.ts'
import { orderStatus } from './status.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** How far back a certificate of the same set makes an order a renewal. */
const renewalMs = 120 * dayMs

interface Wanted {
  readonly account: Account
  readonly identifiers: readonly Identifier[]
  readonly profile: string | undefined
}

/** The order of the account that is given again in place of a new one, where the CA does so. */
export function earlierOrder(context: CaContext, wanted: Wanted): Order | undefined {
  const { preApproved, rules } = context.knobs
  const set = setKey(wanted.identifiers)
  const same = wanted.account.orders.filter(
    ({ identifiers, profile }) => profile === wanted.profile && setKey(identifiers) === set,
  )
  const valid = same.findLast((one) => orderStatus(context, one) === 'valid')
  if (preApproved === 'orders' && valid !== undefined) return valid
  if (!rules.reuseWithinProfile) return undefined
  return same.find((one) => ['pending', 'ready'].includes(orderStatus(context, one)))
}

/**
 * What an order is exempt from. A replacement is so from all limits, but only within the window that
 * the CA suggests.
 */
export function exemptionOf(
  context: CaContext,
  wanted: Pick<Wanted, 'account' | 'identifiers'> & { readonly replaced: Replaced | undefined },
): Exemption {
  const { clock, records } = context
  const { identifiers, replaced } = wanted
  if (replaced !== undefined && isRenewalTime(context, replaced.certificate)) return 'suggested'
  const set = setKey(identifiers)
  const isRenewal = [...records.certificates.values()].some(
    (one) => one.issuedAt > clock.now() - renewalMs && setKey(one.identifiers) === set,
  )
  return isRenewal ? 'same-set' : 'none'
}

/** When a new order expires: under `reuseWithinProfile`, with the first of its authorizations. */
export function expiryOf(
  context: CaContext,
  {
    profile,
    authorizations,
  }: { profile: string | undefined; authorizations: readonly Authorization[] },
): number {
  const own = context.clock.now() + lifetimeOf(context, profile, 'orderLifetimeMs')
  if (!context.knobs.rules.reuseWithinProfile) return own
  return Math.min(own, ...authorizations.map(({ expires }) => expires))
}

/** How long an authorization must still live to be taken over: an eighth of the order's life. */
export function leastRestMs(context: CaContext, profile: string | undefined): number {
  const eighth = lifetimeOf(context, profile, 'orderLifetimeMs') / 8
  return Math.min(Math.max(eighth, hourMs), dayMs)
}
