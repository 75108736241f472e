import { abortable, longestWaitMs } from './abort.ts'
import { AcmeError } from './error.ts'
import { instantOf, momentOf, type Host } from './host.ts'
import { problemName } from './problem.ts'

const httpDate = /^[A-Z][a-z]{2,8}, \d\d[ -][A-Z][a-z]{2}[ -]\d{2,4} \d\d:\d\d:\d\d GMT$/
const asctimeDate = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/

/**
 * How long a `Retry-After` field asks to wait, in seconds or until an HTTP-date (RFC 9110 §10.2.3).
 * What is past is 0, what is neither is `undefined`, and nothing is more than a timer can wait.
 */
export function retryAfterMs(field: string | undefined, now: number): number | undefined {
  const text = field?.trim() ?? ''
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, longestWaitMs)
  let moment: number | undefined
  if (httpDate.test(text)) moment = momentOf(text)
  else if (asctimeDate.test(text)) moment = momentOf(`${text} GMT`)
  return moment === undefined ? undefined : Math.min(Math.max(moment - now, 0), longestWaitMs)
}

/** How the pauses between attempts grow. */
export interface BackoffOptions {
  readonly host: Host
  readonly firstMs?: number
  readonly growth?: number
  readonly maxMs?: number
}

/** The wait after the n-th attempt (from 1): exponential, with a jitter of a quarter either way. */
export function backoff(
  attempt: number,
  { host, firstMs = 500, growth = 2, maxMs = 30_000 }: BackoffOptions,
): number {
  return Math.min(firstMs * growth ** (attempt - 1), maxMs) * (0.75 + host.random() / 2)
}

/** What is worth another attempt, how many there are, and for how long. */
export interface RetryOptions {
  readonly host: Host
  /** Attempts in all; by default 6, which take about 15 seconds. */
  readonly attempts?: number | undefined
  /** For all attempts and the waits between them; by default two minutes. */
  readonly deadlineMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Whether the same may succeed later; by default what `isTransient` says. */
  readonly retryable?: (error: unknown) => boolean
}

/**
 * Tries until it succeeds. Waits for as long as the failure's `retryAfterMs` says, else with
 * growing pauses. Throws the last failure when the attempts are used up, and `ACME_DEADLINE` at
 * once when the wait would end after the deadline.
 */
export async function retry<T>(
  task: (attempt: number, restMs: number) => Promise<T>,
  { host, attempts = 6, deadlineMs = 120_000, signal, retryable = isTransient }: RetryOptions,
): Promise<T> {
  const deadline = host.now() + deadlineMs
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted()
    try {
      return await abortable(task(attempt, Math.max(deadline - host.now(), 0)), signal)
    } catch (error) {
      signal?.throwIfAborted()
      if (attempt >= attempts || !retryable(error)) throw error
      const asked = error instanceof AcmeError ? error.retryAfterMs : undefined
      const waitMs = Math.max(asked ?? 0, backoff(attempt, { host }))
      if (host.now() + waitMs > deadline) throw tooLate(error, waitMs, host)
      await host.sleep(waitMs, signal)
    }
  }
}

function tooLate(error: unknown, waitMs: number, host: Host): AcmeError {
  const known = error instanceof AcmeError ? error : undefined
  const words = error instanceof Error ? error.message : String(error)
  return new AcmeError(
    'ACME_DEADLINE',
    `${words}; the next attempt makes sense at ${instantOf(host.now() + waitMs)}, which is after the deadline`,
    {
      problem: known?.problem,
      status: known?.status,
      url: known?.url,
      helpUrl: known?.helpUrl,
      hint: known?.hint,
      retryAfterMs: waitMs,
      cause: error,
    },
  )
}

const transientStatuses = new Set<number | undefined>([408, 425, 429, 500, 502, 503, 504])
const transientProblems = new Set<string | undefined>(['rateLimited', 'serverInternal'])

/**
 * Whether a failure of the protocol may pass by itself: no reply, too many requests, a server in
 * trouble.
 */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof AcmeError)) return false
  if (error.code === 'ACME_NETWORK') return true
  if (error.code !== 'ACME_PROBLEM') return false
  const name = error.problem && problemName(error.problem)
  // An unknown type is treated as its HTTP class.
  return transientProblems.has(name) || transientStatuses.has(error.status)
}

/** Pauses that grow. */
export interface Pace {
  readonly firstMs: number
  readonly growth: number
}

const unhurried: Pace = { firstMs: 250, growth: 1.5 }

/**
 * For what a CA does in milliseconds or in seconds, and does not say which: soon at first. That is 19 looks in a minute
 * where the usual pace has 13, and what is done is seen after half as long again at the latest.
 */
export const soon: Pace = { firstMs: 20, growth: 1.5 }

/** What is waited for, how often it is looked at, and for how long. */
export interface PollOptions<T> {
  readonly host: Host
  readonly until: (value: T) => boolean
  /** How long the last reply asked to wait. */
  readonly retryAfterMs?: (value: T) => number | undefined
  /** Before the first reading; by default `pace.firstMs`. */
  readonly firstMs?: number | undefined
  /** How the pauses grow, up to 10 seconds; by default by half from 250. */
  readonly pace?: Pace | undefined
  /** By default 10 minutes. */
  readonly deadlineMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** What to throw when the deadline is missed; by default an `AcmeError` with `ACME_DEADLINE`. */
  readonly late?: (last: T | undefined, waitMs: number) => Error
}

/**
 * Waits, reads, and again, until what was read is enough. Misses its deadline by an error, never by
 * a value.
 */
export async function poll<T>(
  read: (restMs: number) => Promise<T>,
  options: PollOptions<T>,
): Promise<T> {
  const {
    host,
    until,
    deadlineMs = 600_000,
    pace = unhurried,
    firstMs = Math.min(pace.firstMs, deadlineMs),
    signal,
    late = pollTooLate(host),
  } = options
  const deadline = host.now() + deadlineMs
  let last: T | undefined
  let waitMs = firstMs
  for (let attempt = 1; ; attempt += 1) {
    const restMs = deadline - host.now()
    if (restMs <= 0 || waitMs > restMs) throw late(last, waitMs)
    await host.sleep(waitMs, signal)
    last = await abortable(read(Math.max(deadline - host.now(), 0)), signal)
    if (until(last)) return last
    const pauseMs = backoff(attempt + 1, { host, ...pace, maxMs: 10_000 })
    const asked = options.retryAfterMs?.(last)
    // One last reading just before the deadline, unless the server asked for a longer wait.
    const leftMs = Math.max(deadline - host.now(), 0)
    waitMs =
      asked === undefined ? Math.min(pauseMs, leftMs) : Math.max(asked, Math.min(pauseMs, 1000))
  }
}

function pollTooLate(host: Host) {
  return (_last: unknown, waitMs: number): AcmeError =>
    new AcmeError(
      'ACME_DEADLINE',
      `not done in time; the next look makes sense at ${instantOf(host.now() + waitMs)}`,
      { retryAfterMs: waitMs },
    )
}
