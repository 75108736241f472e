import { randomInt } from 'node:crypto'

/** What the world lends to the sandbox: time and chance. Tests lend their own. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Resolves after `ms` milliseconds; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** A number in [0, 1). Every token, nonce, shuffle and fault of the sandbox is drawn from it. */
  random(): number
}

const chanceSteps = 2 ** 47

/** The machine's own time and chance. */
export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => randomInt(chanceSteps) / chanceSteps,
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

/** The calendar form of a moment, for libraries that ask for it. */
export function dateOf(ms: number): Date {
  return new Date(ms)
}

/** RFC 3339 text of a moment in whole seconds, e.g. `2026-11-24T03:24:48Z`. */
export function instantOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** The moment, in milliseconds, that RFC 3339 text names; `undefined` where it names none. */
export function momentOf(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i.test(text)) return undefined
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? undefined : ms
}

/** HTTP-date text of a moment (RFC 9110 §5.6.7), e.g. `Tue, 24 Nov 2026 03:24:48 GMT`. */
export function httpDateOf(ms: number): string {
  return new Date(ms).toUTCString()
}
