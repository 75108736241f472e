import type { Renewal, Version } from '../store/store.ts'

type Validity = Pick<Version, 'notBefore' | 'notAfter'>
type Suggested = Pick<Renewal, 'suggestion'>

const tenDaysMs = 864_000_000

/**
 * When a version is to be renewed, in milliseconds since the epoch: at the moment that was drawn from the window that
 * its CA suggests; and without one, or before that, once two thirds of its lifetime are gone, or one half where it
 * lives for less than ten days. Never after it expires.
 */
export function dueAt(version: Validity, renewal?: Suggested): number {
  const latest = latestAt(version)
  return Math.min(renewal?.suggestion?.renewAt ?? latest, latest)
}

/** A fraction, because a fixed number of days is a renewal loop for certificates that live no longer than that. */
function latestAt({ notBefore, notAfter }: Validity): number {
  // RFC 5280 §4.1.2.5: the period runs "from notBefore through notAfter, inclusive", but one second decides nothing.
  const lifetime = notAfter - notBefore
  const gone = lifetime < tenDaysMs ? lifetime / 2 : (lifetime * 2) / 3
  return Math.min(notBefore + Math.floor(gone), notAfter)
}

/** Whether a version is to be renewed at `now`. */
export function isDue(version: Validity, now: number, renewal?: Suggested): boolean {
  return now >= dueAt(version, renewal)
}

type Standing = Pick<Version, 'notAfter' | 'revokedAt'>

/**
 * Whether the CA is to be asked at `now` when a version should be renewed: its time has come, and the answer would
 * still matter. `version` is the current one: of what is replaced nobody asks.
 */
export function isPollDue(
  { notAfter, revokedAt }: Standing,
  renewal: Pick<Renewal, 'nextPollAt'> | undefined,
  now: number,
): boolean {
  // RFC 9773 §4.3: "Clients MUST NOT check a certificate's RenewalInfo after the certificate has expired."
  if (now > notAfter || revokedAt !== undefined) return false
  return now >= (renewal?.nextPollAt ?? now)
}

/**
 * When to come back to the current version, no sooner than `now`: as soon as its CA is to be asked again, or it is due.
 */
export function nextCheckAt(
  version: Validity & Standing,
  renewal: Pick<Renewal, 'suggestion' | 'nextPollAt'> | undefined,
  now: number,
): number {
  if (version.revokedAt !== undefined) return now
  return Math.max(now, Math.min(dueAt(version, renewal), renewal?.nextPollAt ?? now))
}
