import type { Clock } from '../clock.ts'

/** How many, and in what time as many come back: a bucket of tokens that refills one by one. */
export interface RateLimit {
  /** How many come back within the period. */
  readonly count: number
  readonly periodMs: number
  /** How many the full bucket holds. Default `count`. */
  readonly burst?: number
}

/** Buckets, by the limit's name and by whom or what it limits. Unknown ones are full. */
export interface Buckets {
  /** Milliseconds until there is a token; 0 where there is one now. */
  wait(limit: RateLimit, key: string): number
  /** Takes a token where there is one, and says as `wait` does whether there was. */
  take(limit: RateLimit, key: string): number
  /** Fills a bucket up. */
  fill(key: string): void
}

/**
 * The generic cell rate algorithm: each bucket is remembered by the one moment at which it would be
 * full again.
 */
export function createBuckets(clock: Clock): Buckets {
  const fullAt = new Map<string, number>()

  const look = ({ count, periodMs, burst = count }: RateLimit, key: string) => {
    const now = clock.now()
    const intervalMs = periodMs / count
    const next = Math.max(now, fullAt.get(key) ?? now) + intervalMs
    return { next, waitMs: Math.max(0, next - burst * intervalMs - now) }
  }

  return {
    wait: (limit, key) => look(limit, key).waitMs,
    take(limit, key) {
      const { next, waitMs } = look(limit, key)
      if (waitMs === 0) fullAt.set(key, next)
      return waitMs
    },
    fill: (key) => void fullAt.delete(key),
  }
}
