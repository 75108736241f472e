import type { Bucket, Store } from '../store/store.ts'
import type { Action } from './action.ts'
import { isIssuing } from './action.ts'
import { available, fit, issuerBucket, tokensFor, type PlannedOrder } from './budget.ts'
import { issuersOf, type Desired } from './desired.ts'
import type { Plan } from './plan.ts'

const dayMs = 86_400_000

/** What one bucket still gives. */
export interface BudgetLine {
  /** What is counted, e.g. `registered-domain`. */
  readonly scope: string
  readonly issuer: string
  /** Whom it is counted for: an account, a domain, a set of names. */
  readonly of: string
  readonly capacity: number
  /** Orders that it allows now, and until a day and a week from now if nothing else is ordered. */
  readonly now: number
  readonly today: number
  readonly week: number
  /** Until when the issuer has closed it; absent where it has not. */
  readonly closedUntil?: number
}

/** When what is planned could be placed. */
export interface PlanBudget {
  /** Orders of the plan that the limits allow now. */
  readonly fitsNow: number
  readonly orders: number
  /** When the last could be placed; absent where nothing is to be ordered. */
  readonly lastAt?: number
}

type Accounts = ReadonlyMap<string, string>

/** The orders that a plan would place, at the issuers that are asked first. */
export function ordersOf(
  plan: Pick<Plan, 'actions'>,
  desired: Desired,
  accounts: Accounts,
): readonly PlannedOrder[] {
  return plan.actions
    .filter(isIssuing)
    .flatMap((action) => orderOf(action, desired, accounts) ?? [])
}

function orderOf(
  { certificateId, exempt }: Action,
  desired: Desired,
  accounts: Accounts,
): PlannedOrder | undefined {
  const certificate = desired.certificates.find(({ id }) => id === certificateId)
  const [issuer] = certificate ? issuersOf(desired, certificate) : []
  if (!certificate || !issuer) return undefined
  const accountUrl = accounts.get(issuer.directoryUrl) ?? 'new'
  return { issuer, accountUrl, identifiers: certificate.identifiers, ...(exempt && { exempt }) }
}

/** The account of each issuer of a file, where there is one. */
export async function accountsIn(
  { issuers }: Desired,
  store: Pick<Store, 'issuer'>,
): Promise<Accounts> {
  const entries = await Promise.all(
    issuers.map(async ({ directoryUrl }) => {
      const account = await store.issuer(directoryUrl)
      return [directoryUrl, account?.accountUrl ?? 'new'] as const
    }),
  )
  return new Map(entries)
}

/** Whether a plan fits into what is left. Pure. */
export function planBudget(
  orders: readonly PlannedOrder[],
  buckets: readonly Bucket[],
  now: number,
): PlanBudget {
  const times = fit(orders, buckets, now)
  return {
    orders: orders.length,
    fitsNow: times.filter((time) => time <= now).length,
    ...(times.length > 0 && { lastAt: Math.max(...times) }),
  }
}

/** What every bucket that the file's certificates are counted in still gives. Pure. */
export function budgetLines(
  desired: Desired,
  {
    buckets,
    accounts,
    now,
  }: { readonly buckets: readonly Bucket[]; readonly accounts: Accounts; readonly now: number },
): readonly BudgetLine[] {
  const kept = new Map(buckets.map((bucket) => [bucket.key, bucket]))
  const lines = new Map<string, BudgetLine>()
  for (const certificate of desired.certificates) {
    for (const issuer of issuersOf(desired, certificate)) {
      const { directoryUrl, name } = issuer
      const accountUrl = accounts.get(directoryUrl) ?? 'new'
      const { identifiers, id } = certificate
      const closed = kept.get(issuerBucket(directoryUrl))?.blockedUntil ?? 0
      for (const request of tokensFor({ issuer, accountUrl, identifiers })) {
        const [scope = '', , of = ''] = request.key.split(' ')
        const bucket = kept.get(request.key)
        const until = Math.max(closed, bucket?.blockedUntil ?? 0)
        const at = (when: number): number => available(request, bucket, when)
        const rate = (ms: number): number => Math.floor(ms / request.emissionMs)
        lines.set(request.key, {
          scope,
          issuer: name,
          of: scope === 'identifier-set' ? id : of,
          capacity: request.capacity,
          now: until > now ? 0 : at(now),
          today: at(now) + rate(dayMs),
          week: at(now) + rate(7 * dayMs),
          ...(until > now && { closedUntil: until }),
        })
      }
    }
  }
  return [...lines.values()]
}
