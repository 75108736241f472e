import type { Clock } from '../clock.ts'
import { encodeBase64url } from './base64url.ts'

/** A span of milliseconds, both ends included. */
export interface Span {
  readonly min: number
  readonly max: number
}

/** `bytes` octets of chance as base64url; 16 make 128 bits, the least that RFC 8555 §8.1 allows a token. */
export function randomText(clock: Clock, bytes: number): string {
  return encodeBase64url(Uint8Array.from({ length: bytes }, () => Math.floor(clock.random() * 256)))
}

/** True in `percent` of all cases: never at 0, always at 100. */
export function happens(clock: Clock, percent: number): boolean {
  return clock.random() * 100 < percent
}

/** Whole milliseconds from the span. */
export function within(clock: Clock, { min, max }: Span): number {
  return min + Math.floor(clock.random() * (max - min + 1))
}

/** The same items in another order; the argument stays as it was. */
export function shuffled<T>(clock: Clock, items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, rank: clock.random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item)
}
