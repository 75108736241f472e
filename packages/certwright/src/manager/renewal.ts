import type { Version } from '../store/store.ts'

type Validity = Pick<Version, 'notBefore' | 'notAfter'>

const tenDaysMs = 864_000_000

/**
 * When a version is to be renewed, in milliseconds since the epoch: once two thirds of its lifetime are gone, or one
 * half where it lives for less than ten days. A fraction, because a fixed number of days is a renewal loop for
 * certificates that live no longer than that. Never after it expires.
 */
export function dueAt({ notBefore, notAfter }: Validity): number {
  // RFC 5280 §4.1.2.5: the period runs "from notBefore through notAfter, inclusive", but one second decides nothing.
  const lifetime = notAfter - notBefore
  const gone = lifetime < tenDaysMs ? lifetime / 2 : (lifetime * 2) / 3
  return Math.min(notBefore + Math.floor(gone), notAfter)
}

/** Whether a version is to be renewed at `now`. */
export function isDue(version: Validity, now: number): boolean {
  return now >= dueAt(version)
}
