import { systemClock } from './clock.ts'
import type { Clock } from './clock.ts'

/** A clock whose time a test moves. */
export interface AdjustableClock extends Clock {
  /** Moves time on by `ms` milliseconds and wakes whoever has slept long enough. Time never goes back. */
  advance(ms: number): void
}

export interface ClockOptions {
  /** Milliseconds since the Unix epoch at which it begins. Default the time of `base`. */
  readonly at?: number
  /** Stands still but for `advance`: then nothing that waits goes on by itself. Default false. */
  readonly stopped?: boolean
  /** With the same seed everything is drawn again. Default the chance of `base`. */
  readonly seed?: number
  /** Whose time goes on underneath. Default the machine's. */
  readonly base?: Clock
}

/**
 * A clock that goes on as its base does, from another moment if it is told to, and can be put
 * forward: by weeks, to see a client renew.
 */
export function createClock(options: ClockOptions = {}): AdjustableClock {
  const { stopped = false, seed, base = systemClock } = options
  const { at = base.now() } = options
  let ahead = stopped ? at : at - base.now()
  let moved = new AbortController()
  const now = (): number => (stopped ? 0 : base.now()) + ahead

  /** Whether time was moved before the base had slept, whose word is taken for that it has. */
  const interrupted = async (ms: number, signal: AbortSignal | undefined): Promise<boolean> => {
    const { signal: movedOn } = moved
    const ending = AbortSignal.any(signal ? [signal, movedOn] : [movedOn])
    const slept = stopped ? aborted(ending) : base.sleep(ms, ending)
    await slept.catch((error: unknown) => {
      if (!ending.aborted) throw error
    })
    signal?.throwIfAborted()
    return movedOn.aborted
  }

  return {
    now,
    random: seed === undefined ? () => base.random() : seededRandom(seed),
    async sleep(ms, signal) {
      signal?.throwIfAborted()
      const until = now() + ms
      while (now() < until && (await interrupted(until - now(), signal)));
    },
    advance(ms) {
      if (!(ms >= 0 && Number.isFinite(ms))) throw new RangeError(`time cannot move on by ${ms} ms`)
      ahead += ms
      moved.abort()
      moved = new AbortController()
    },
  }
}

/** The clock itself where its time can be moved already; else one that goes on as it does. */
export function adjustable(clock: Clock): AdjustableClock {
  return 'advance' in clock ? (clock as AdjustableClock) : createClock({ base: clock })
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
}

/** mulberry32: short, even, and the same on every machine. */
function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
