import type { Lease } from '../store/store.ts'

/** What an engine runs. */
export interface EngineHandlers {
  /**
   * Makes one certificate what it should be, and keeps when to come back. What it throws is told to `onError`; the
   * certificate is due again when its lease has ended.
   */
  readonly reconcile: (lease: Lease, signal: AbortSignal) => Promise<void>
  readonly onError: (lease: Lease, error: unknown) => void
}

/**
 * Decides only where and when `reconcile` runs. Disposable: what it knows is in the store, and the next one that is
 * started goes on from there.
 */
export interface Engine {
  /** Looks at a certificate no later than `at`; now where absent. */
  wake(certificateId: string, at?: number): Promise<void>
  /** Looks for what is due without waiting: the store has changed. */
  nudge(): void
  /** Runs what is due, as it comes due, until it is stopped. Rejects where the store is out of reach. */
  run(handlers: EngineHandlers): Promise<void>
  /** Runs all that is due now, then resolves with how many that were. */
  runDue(handlers: EngineHandlers): Promise<number>
  /** Takes nothing new. What is under way goes on for as long as `drainMs`, then it is aborted. */
  stop(): void
  /** When it last looked for what is due; absent before the first time. */
  lastTickAt(): number | undefined
  /** Certificates that are being worked on. */
  running(): number
}
