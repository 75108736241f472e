import type { Clock } from '../clock.ts'
import { happens } from './chance.ts'
import type { ProblemDocument } from './problem.ts'

/** What a fault function may look at. */
export interface FaultRequest {
  readonly method: string
  /** With the query, without the origin. */
  readonly path: string
  /** The resource by its RFC name, e.g. `newOrder`, `finalize`, `challenge`; `unknown` where there is none. */
  readonly endpoint: string
  /** 1 for the first request to this endpoint, and so on. */
  readonly count: number
}

/** What happens in place of the proper answer. Without `drop`, `status` with its body is the answer. */
export interface Fault {
  /** Default 500. */
  readonly status?: number
  /**
   * A problem document, whose type may lack its namespace; then the reply carries a fresh nonce, as
   * the CA's own replies do.
   */
  readonly problem?: ProblemDocument
  /** A page, as from a load balancer that knows nothing of ACME: no nonce, no `Link`. */
  readonly html?: string
  /** The `Retry-After` of the reply, word for word. */
  readonly retryAfter?: string
  /** Cuts the connection: `before` anything was done, or `after` it was done and recorded. */
  readonly drop?: 'before' | 'after'
  /** Carries the request out first and answers with the fault all the same. Default false. */
  readonly committed?: boolean
}

/** Decides for each request whether it goes wrong, and how. */
export type Faults = (request: FaultRequest) => Fault | undefined

/** A fault as data: what goes wrong, and for which requests. */
export interface FaultRule extends Fault {
  /** The resource by its RFC name. Default all. */
  readonly endpoint?: string
  /** Default all. */
  readonly method?: string
  /** How many of those requests are spared first. Default 0. */
  readonly after?: number
  /** How many go wrong before the rule is spent. Default all. */
  readonly times?: number
  /** Share of those requests that go wrong. Default 100. */
  readonly percent?: number
}

/** A rule in force. */
export interface FaultInForce {
  readonly id: string
  readonly rule: FaultRule
  /** How many requests it has hit so far. */
  readonly struck: number
}

/** The rules in force, which can be changed while the CA runs. */
export interface FaultRules {
  /** Puts a rule in force, behind the others. The identifier takes it back. */
  add(rule: FaultRule): string
  /** False where no such rule is in force. */
  remove(id: string): boolean
  list(): readonly FaultInForce[]
  /** What the first rule that hits the request does to it. */
  strike(request: FaultRequest): Fault | undefined
}

export function createFaultRules(clock: Clock): FaultRules {
  const rules = new Map<string, { rule: FaultRule; met: number; struck: number }>()
  let last = 0

  return {
    add(rule) {
      last += 1
      rules.set(String(last), { rule, met: 0, struck: 0 })
      return String(last)
    },
    remove: (id) => rules.delete(id),
    list: () => [...rules].map(([id, { rule, struck }]) => ({ id, rule, struck })),
    strike({ endpoint, method }) {
      for (const one of rules.values()) {
        const { after = 0, times = Number.POSITIVE_INFINITY, percent = 100 } = one.rule
        if ((one.rule.endpoint ?? endpoint) !== endpoint) continue
        if ((one.rule.method ?? method) !== method) continue
        one.met += 1
        if (one.met <= after || one.struck >= times || !happens(clock, percent)) continue
        one.struck += 1
        return one.rule
      }
      return undefined
    },
  }
}

/** Whether the request is carried out in spite of the fault. */
export function carriesOut(fault: Fault | undefined): boolean {
  return fault === undefined || fault.drop === 'after' || (fault.committed ?? false)
}
