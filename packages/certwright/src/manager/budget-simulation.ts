import type { Identifier } from '@certwright/acme'
import { fit, tokensFor, type PlannedOrder } from './budget.ts'
import type { Bucket } from '../store/store.ts'

export interface SimulationOptions {
  readonly issuer: PlannedOrder['issuer']
  /** Certificates, each of one name. */
  readonly certificates: number
  /** Registered domains that their names are spread over. */
  readonly domains: number
  readonly lifetimeMs: number
  /** The part of its lifetime after which one is renewed. */
  readonly fraction: number
  /** Whether renewals say what they replace, within the window that the issuer suggests. */
  readonly renewalInformation: boolean
  readonly durationMs: number
}

export interface Simulation {
  /** All certificates ever placed. */
  readonly orders: number
  /** Milliseconds from the start until every certificate had its first version. Absent where time ran out. */
  readonly firstRoundMs?: number
  /** Orders that had to wait for a limit. */
  readonly waited: number
  /** The longest of these waits. */
  readonly longestWaitMs: number
  /** Renewals that came after the certificate had expired. */
  readonly expired: number
  /** The scope of the bucket that made the most orders wait. */
  readonly narrowest?: string
}

/** Plays orders against the limits of an issuer: first versions as fast as they allow, then renewals as they come due. */
export function simulateBudget(options: SimulationOptions): Simulation {
  const { certificates, lifetimeMs, fraction, durationMs } = options
  const renewEveryMs = Math.floor(lifetimeMs * fraction)
  const queue = dueQueue(certificates)
  const buckets = new Map<string, Bucket>()
  const waits = new Map<string, number>()
  let [orders, waited, longestWaitMs, expired, issued] = [0, 0, 0, 0, 0]
  let firstRoundMs: number | undefined
  for (let next = queue.next(); next && next.due < durationMs; next = queue.next()) {
    const { index, due, round } = next
    const order = orderOf(index, round, options)
    const at = place(order, due, buckets)
    if (at >= durationMs) break
    orders += 1
    if (at > due && round > 0) waited += 1
    if (at > due) {
      longestWaitMs = round > 0 ? Math.max(longestWaitMs, at - due) : longestWaitMs
      const scope = narrowestOf(order, due, buckets)
      waits.set(scope, (waits.get(scope) ?? 0) + 1)
    }
    if (round === 0) {
      issued += 1
      if (issued === certificates) firstRoundMs = at
    } else if (at > due - renewEveryMs + lifetimeMs) expired += 1
    queue.add({ index, due: at + renewEveryMs, round: round + 1 })
  }
  const [narrowest] = [...waits].sort(([, a], [, b]) => b - a)[0] ?? []
  return {
    orders,
    ...(firstRoundMs !== undefined && { firstRoundMs }),
    waited,
    longestWaitMs,
    expired,
    ...(narrowest !== undefined && { narrowest }),
  }
}

interface Due {
  readonly index: number
  readonly due: number
  readonly round: number
}

/** First versions are all due at once, and what is placed later comes due later: two queues in order do for a heap. */
function dueQueue(certificates: number): { next(): Due | undefined; add(due: Due): void } {
  const later: Due[] = []
  let [first, head] = [0, 0]
  return {
    next() {
      const waiting = later[head]
      if (first < certificates && (!waiting || waiting.due > 0)) {
        const index = first
        first += 1
        return { index, due: 0, round: 0 }
      }
      if (waiting) head += 1
      return waiting
    },
    add(due) {
      // Orders are placed in the order of time, so what they add comes in the order of time too, but for waits.
      let at = later.length
      while (at > head && (later[at - 1]?.due ?? 0) > due.due) at -= 1
      later.splice(at, 0, due)
    },
  }
}

function orderOf(
  index: number,
  round: number,
  { issuer, domains, renewalInformation }: SimulationOptions,
): PlannedOrder {
  const identifiers: readonly Identifier[] = [
    { type: 'dns', value: `n${index}.d${index % domains}.example` },
  ]
  const exempt = renewalInformation ? 'renewal-information' : 'same-names'
  return { issuer, accountUrl: 'account', identifiers, ...(round > 0 && { exempt }) }
}

/** When it can be placed; the tokens are taken then. */
function place(order: PlannedOrder, due: number, buckets: Map<string, Bucket>): number {
  const requests = tokensFor(order)
  const own = requests.flatMap(({ key }) => buckets.get(key) ?? [])
  const [at = due] = fit([order], own, due)
  for (const { key, emissionMs } of requests) {
    const before = buckets.get(key)?.theoreticalArrival ?? 0
    const theoreticalArrival = Math.max(before, at) + emissionMs
    buckets.set(key, { key, theoreticalArrival, blockedUntil: 0 })
  }
  return at
}

/** The scope that an order waits for longest. */
function narrowestOf(
  order: PlannedOrder,
  due: number,
  buckets: ReadonlyMap<string, Bucket>,
): string {
  const rated = tokensFor(order).map(({ key, emissionMs, capacity }) => ({
    scope: key.split(' ')[0] ?? key,
    until: (buckets.get(key)?.theoreticalArrival ?? due) - emissionMs * capacity,
  }))
  return rated.sort((a, b) => b.until - a.until)[0]?.scope ?? '-'
}
