import type { Host } from '../../runtime/host.ts'

type Throttle = (host: Host, signal?: AbortSignal) => Promise<void>

/** When each API's next turn is: one table a host. */
const turns = new WeakMap<Host, Map<string, number>>()

/** Spaces the calls of this process to one API so that it never exceeds its documented rate. */
export function throttleOf(api: string, callsPerSecond: number | undefined): Throttle {
  if (callsPerSecond === undefined) return async () => {}
  // A tenth slower than that: what is sent evenly does not arrive evenly.
  const spacingMs = 1100 / callsPerSecond
  return async (host, signal) => {
    const next = turns.get(host) ?? new Map<string, number>()
    turns.set(host, next)
    const now = host.now()
    const turn = Math.max(now, next.get(api) ?? 0)
    next.set(api, turn + spacingMs)
    if (turn > now) await host.sleep(turn - now, signal)
  }
}
