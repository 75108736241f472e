import { after } from './host.ts'

/** The promise's outcome, or the signal's reason as soon as it aborts. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    const ends =
      <V>(settle: (value: V) => void) =>
      (value: V): void => {
        signal.removeEventListener('abort', onAbort)
        settle(value)
      }
    // One promise more, not three: every request passes here.
    promise.then(ends(resolve), ends(reject))
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
  const inTime = afterAtMost(limitMs, () => own.abort(late()))
  try {
    return await task(own.signal)
  } finally {
    inTime()
    signal?.removeEventListener('abort', onAbort)
  }
}

function afterAtMost(ms: number, call: () => void): () => void {
  return after(Math.min(Math.max(ms, 0), longestWaitMs), call)
}

/** How something ends. */
export interface Ends<T> {
  readonly resolve: (value: T) => void
  readonly reject: (error: Error) => void
}

/**
 * The same for what one call begins and another, which `begin` gives back, breaks off. It has no signal of its own, which
 * is the dearest part of one exchange's limit. It is broken off at any failure.
 */
export function settledWithin<T>(
  { limitMs, signal, late }: WithinOptions,
  begin: (ends: Ends<T>) => () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const settled = (): void => {
      inTime()
      signal?.removeEventListener('abort', onAbort)
    }
    const fail = (error: Error): void => {
      settled()
      breakOff()
      reject(error)
    }
    const succeed = (value: T): void => {
      settled()
      resolve(value)
    }
    const breakOff = begin({ resolve: succeed, reject: fail })
    const onAbort = (): void => fail(signal?.reason as Error)
    const inTime = afterAtMost(limitMs, () => fail(late()))
    signal?.addEventListener('abort', onAbort, { once: true })
  })
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
  const [first, ...others] = items
  // Alone it has nobody to abort: the commonest case, and a signal is dear.
  if (signal && first !== undefined && others.length === 0) return [await task(first, signal)]
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
