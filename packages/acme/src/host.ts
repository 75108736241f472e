/** What the world lends: time and chance. Tests lend their own, so that they neither wait nor flake. */
export interface Host {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Resolves after `ms` milliseconds; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** A number in [0, 1), for jitter. Never for secrets. */
  random(): number
}

/** The machine's own clock and chance. */
export const systemHost: Host = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as Error)
        return
      }
      const onAbort = (): void => {
        clearTimeout(timer)
        reject(signal?.reason as Error)
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }, ms)
      signal?.addEventListener('abort', onAbort, { once: true })
    }),
}

/** Calls once, after `ms` milliseconds of real time, unless the function that comes back is called before. */
export function after(ms: number, call: () => void): () => void {
  const timer = setTimeout(call, ms)
  return () => clearTimeout(timer)
}

/** RFC 3339 text of a moment, e.g. `2026-11-24T03:24:48.000Z`. */
export function instantOf(ms: number): string {
  return new Date(ms).toISOString()
}

/** The moment that RFC 3339 or HTTP-date text names, in milliseconds; `undefined` where it names none. */
export function momentOf(text: string): number | undefined {
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? undefined : ms
}
