import { after } from './host.ts'

/** The promise's outcome, or the signal's reason as soon as it aborts. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    promise
      .finally(() => signal.removeEventListener('abort', onAbort))
      .then(resolve, (error: unknown) => reject(error as Error))
  })
}

/** The longest that a timer can wait: 24.8 days. */
export const longestWaitMs = 2 ** 31 - 1

export interface WithinOptions {
  /** Of real time, since it guards real waiting; a lent clock may jump. */
  readonly limitMs: number
  /** Aborts the task too. */
  readonly signal?: AbortSignal | undefined
  /** The reason once the time is over. */
  readonly late: () => Error
}

/**
 * Runs a task under a signal of its own, which aborts with the caller's or when the time is over.
 */
export async function within<T>(
  { limitMs, signal, late }: WithinOptions,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const own = new AbortController()
  const onAbort = (): void => own.abort(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  // Not a sleep with a signal: every exchange has such a limit, and aborting one costs more than all else here.
  const inTime = after(Math.min(Math.max(limitMs, 0), longestWaitMs), () => own.abort(late()))
  try {
    return await task(own.signal)
  } finally {
    inTime()
    signal?.removeEventListener('abort', onAbort)
  }
}

/**
 * Runs the task for all items at once. When one fails the others are aborted, waited for, and its
 * error is thrown; so nothing goes on behind the caller's back.
 */
export async function together<T, R>(
  items: readonly T[],
  signal: AbortSignal | undefined,
  task: (item: T, signal: AbortSignal) => Promise<R>,
): Promise<R[]> {
  signal?.throwIfAborted()
  const own = new AbortController()
  const onAbort = (): void => own.abort(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  let failure: { readonly error: unknown } | undefined
  const attempt = async (item: T): Promise<R> => {
    try {
      return await task(item, own.signal)
    } catch (error) {
      failure ??= { error }
      own.abort(error)
      throw error
    }
  }
  const outcomes = await Promise.allSettled(items.map(attempt))
  signal?.removeEventListener('abort', onAbort)
  if (failure !== undefined) throw failure.error
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
}
