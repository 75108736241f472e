import type { CaContext } from './context.ts'
import type { Authorization, Order } from './records.ts'

/** RFC 8555 §7.1.6 */
type AuthorizationStatus = 'pending' | 'valid' | 'invalid' | 'deactivated' | 'expired'
/** RFC 8555 §7.1.6 */
export type OrderStatus = 'pending' | 'ready' | 'processing' | 'valid' | 'invalid'

/** What the authorization is now. "Once … in the 'valid' state, it can expire." */
export function authorizationStatus(
  { clock }: CaContext,
  { decided, expires }: Authorization,
): AuthorizationStatus {
  if (clock.now() < expires) return decided
  if (decided === 'valid') return 'expired'
  return decided === 'pending' ? 'invalid' : decided
}

/** What the order is now. It "moves to the 'invalid' state if it expires". */
export function orderStatus(context: CaContext, order: Order): OrderStatus {
  return hasExpired(context, order) ? 'invalid' : stateOf(context, order)
}

/** What the order would be if it could not expire: invalid once "one of its authorizations" is neither pending nor valid. */
export function stateOf(context: CaContext, order: Order): OrderStatus {
  if (order.stage !== 'open') return order.stage
  const statuses = order.authorizations.map((one) => authorizationStatus(context, one))
  if (statuses.every((status) => status === 'valid')) return 'ready'
  return statuses.every((status) => status === 'valid' || status === 'pending')
    ? 'pending'
    : 'invalid'
}

export function hasExpired({ clock }: CaContext, order: Order): boolean {
  return order.stage === 'open' && clock.now() >= order.expires
}
