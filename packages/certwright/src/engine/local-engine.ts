import type { Host } from '../runtime/host.ts'
import type { Lease, Store } from '../store/store.ts'
import type { Engine, EngineHandlers } from './engine.ts'

export interface LocalEngineOptions {
  readonly store: Pick<Store, 'claimDue' | 'nextCheckAt' | 'wake'>
  readonly host: Pick<Host, 'now' | 'sleep'>
  /** The file whose certificates are kept. */
  readonly managedBy: string
  /** Certificates that are worked on at once. */
  readonly concurrency?: number
  /** How long a certificate is taken for; one whose process has died is due again after that. */
  readonly leaseMs?: number
  /** The longest it sleeps, so that what another process has scheduled is seen. */
  readonly idleMs?: number
  /** How long what is under way may go on once it is stopped. */
  readonly drainMs?: number
}

/**
 * Runs in this process, over the index of what is due: an idle tick is one statement that finds nothing, however many
 * certificates there are. Several of them on one store share the work.
 */
export function localEngine({
  store,
  host,
  managedBy,
  concurrency = 8,
  leaseMs = 3_600_000,
  idleMs = 30_000,
  drainMs = 30_000,
}: LocalEngineOptions): Engine {
  const stopping = new AbortController()
  const cutting = new AbortController()
  const running = new Set<Promise<void>>()
  let lastTick: number | undefined
  let nap = new AbortController()

  const start = (lease: Lease, { reconcile, onError }: EngineHandlers): void => {
    const work = reconcile(lease, cutting.signal)
      .catch((error: unknown) => onError(lease, error))
      .finally(() => {
        running.delete(work)
        nap.abort()
      })
    running.add(work)
  }

  const tick = async (handlers: EngineHandlers): Promise<number> => {
    lastTick = host.now()
    const limit = concurrency - running.size
    if (limit <= 0 || stopping.signal.aborted) return 0
    const leases = await store.claimDue({ managedBy, now: host.now(), limit, leaseMs })
    for (const lease of leases) start(lease, handlers)
    return leases.length
  }

  /** Until the next is due, one that is under way has ended, or somebody wakes or stops it. */
  const sleep = async (): Promise<void> => {
    nap = new AbortController()
    const next = await store.nextCheckAt(managedBy)
    const dueIn = next === undefined ? idleMs : Math.max(next - host.now(), 0)
    const full = running.size >= concurrency
    const ms = full ? idleMs : Math.min(dueIn, idleMs)
    const either = AbortSignal.any([nap.signal, stopping.signal])
    await host.sleep(ms, either).catch(() => undefined)
  }

  const drained = async (): Promise<void> => {
    const waited = new AbortController()
    const cut = host.sleep(drainMs, waited.signal).then(
      () => cutting.abort(stopping.signal.reason),
      () => undefined,
    )
    while (running.size > 0) await Promise.allSettled(running)
    waited.abort()
    await cut
  }

  return {
    async wake(certificateId, at = host.now()) {
      await store.wake(certificateId, at)
      nap.abort()
    },
    nudge: () => nap.abort(),
    async run(handlers) {
      try {
        while (!stopping.signal.aborted) {
          if ((await tick(handlers)) === 0) await sleep()
        }
      } finally {
        await drained()
      }
    },
    async runDue(handlers) {
      let count = 0
      for (;;) {
        const started = await tick(handlers)
        count += started
        if (started === 0 && running.size === 0) return count
        if (started === 0) await Promise.race(running)
      }
    },
    stop: () => stopping.abort(),
    lastTickAt: () => lastTick,
    running: () => running.size,
  }
}
