import type { LoggedCall } from './call-log.ts'

/** What goes wrong with a call that is otherwise in order. */
export type Fault =
  /** The API refuses it. Status 503 unless said. */
  | {
      readonly kind: 'refuse'
      readonly code: string
      readonly status?: number
      readonly message?: string
    }
  /** The connection is cut: before anything was done, or after it was done and before the reply. */
  | { readonly kind: 'cut'; readonly when: 'before' | 'after' }
  /** The reply is held back, in milliseconds. */
  | { readonly kind: 'delay'; readonly ms: number }

export type FaultedCall = Pick<LoggedCall, 'action' | 'parameters'> & {
  readonly product: string
  /** How many calls of this action came before. */
  readonly earlier: number
}

export type Faults = (call: FaultedCall) => Fault | undefined
