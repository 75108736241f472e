import { createHash } from 'node:crypto'
import { identifierSet, type Identifier } from '@certwright/acme'
import type { TokenRequest } from '../store/store.ts'
import type { Action } from './action.ts'
import type { DesiredIssuer, DesiredLimit, LimitName } from './desired.ts'

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

/** The tokens that an order costs: one of each bucket that its issuer counts it in. */
export function tokensFor(order: PlannedOrder): readonly TokenRequest[] {
  const { issuer, exempt } = order
  if (exempt === 'renewal-information') return []
  const counted = Object.entries(issuer.limits) as readonly (readonly [LimitName, DesiredLimit])[]
  return counted.flatMap(([name, { count, periodMs }]) =>
    keysOf(name, order).map((key) => ({
      key: `${name} ${issuer.directoryUrl} ${key}`,
      emissionMs: Math.ceil(periodMs / count),
      capacity: count,
    })),
  )
}

/** Whom a limit counts this order for. */
function keysOf(
  name: LimitName,
  { accountUrl, identifiers, exempt }: PlannedOrder,
): readonly string[] {
  if (name === 'orders') return exempt ? [] : [accountUrl]
  if (name === 'certificates-per-set') {
    return [createHash('sha256').update(identifierSet(identifiers)).digest('hex').slice(0, 32)]
  }
  return []
}
