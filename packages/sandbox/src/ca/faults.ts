import type { ProblemDocument } from './problem.ts'

/** What a fault function may look at. */
interface FaultRequest {
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
  /** A problem document; then the reply carries a fresh nonce, as the CA's own replies do. */
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

/** Whether the request is carried out in spite of the fault. */
export function carriesOut(fault: Fault | undefined): boolean {
  return fault === undefined || fault.drop === 'after' || (fault.committed ?? false)
}
