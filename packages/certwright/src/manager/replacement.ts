import { sameIdentifiers } from '@certwright/acme'
import type { Action, Reason } from './action.ts'
import { nextAttemptAt } from './back-off.ts'
import type { DesiredCertificate, DesiredIssuer } from './desired.ts'
import { nextOpening } from './maintenance-window.ts'
import type { ObservedCertificate, ObservedVersion } from './observed.ts'
import { dueAt } from './renewal.ts'

export interface ReplacementInput {
  readonly desired: DesiredCertificate
  readonly issuers: readonly DesiredIssuer[]
  readonly observed: ObservedCertificate | undefined
  readonly now: number
}

/** The action that brings a version: the first, or the next. Undefined while the one there is good. Pure. */
export function replacementOf(input: ReplacementInput): Action | undefined {
  const { desired, issuers, observed, now } = input
  const issuer = issuers[0]?.directoryUrl
  const head = { certificateId: desired.id, ...(issuer !== undefined && { issuer }) }
  const version = observed?.version
  if (!version) return delayed({ ...head, kind: 'issue', reason: 'never-issued' }, input)
  const changed = changeOf(version, desired, issuers)
  if (changed) return delayed({ ...head, kind: 'rekey', ...changed }, input)
  const reason = renewalReason(version, desired, now)
  if (!reason) return undefined
  const { renewAt = Infinity } = version
  // What its issuer has revoked it mostly asks to be renewed as well.
  const isAsked = reason === 'asked-by-issuer' || (reason === 'revoked-by-issuer' && now >= renewAt)
  const exempt = isAsked && version.directoryUrl === issuer ? 'renewal-information' : 'same-names'
  return delayed({ ...head, kind: 'renew', reason, exempt }, input)
}

/** What of a version is not as it is wanted: judged by the certificate itself, not by what was asked for once. */
function changeOf(
  version: ObservedVersion,
  { identifiers, keyType, profile }: DesiredCertificate,
  issuers: readonly DesiredIssuer[],
): Pick<Action, 'reason' | 'params'> | undefined {
  if (!sameIdentifiers(version.identifiers, identifiers)) {
    return { reason: 'names', params: differences(version.identifiers, identifiers) }
  }
  if (version.keyType !== keyType) {
    return { reason: 'key-type', params: { from: version.keyType, to: keyType } }
  }
  if (profile !== undefined && version.profile !== profile) {
    return { reason: 'profile', params: { from: version.profile ?? '-', to: profile } }
  }
  if (!issuers.some(({ directoryUrl }) => directoryUrl === version.directoryUrl)) {
    return { reason: 'issuer', params: { from: version.directoryUrl, to: issuers[0]?.name ?? '-' } }
  }
  return undefined
}

type Names = ReadonlyArray<{ readonly value: string }>

function differences(before: Names, after: Names): Readonly<Record<string, string>> {
  const missing = (from: Names, among: Names): string =>
    from
      .map(({ value }) => value)
      .filter((value) => !among.some((other) => other.value === value))
      .join(' ') || '-'
  return { added: missing(after, before), removed: missing(before, after) }
}

/** Why a version is renewed now; undefined while it need not be. */
function renewalReason(
  version: ObservedVersion,
  { renewal }: DesiredCertificate,
  now: number,
): Reason | undefined {
  if (version.revokedBy === 'issuer') return 'revoked-by-issuer'
  if (version.revokedAt !== undefined) return 'revoked'
  if (now >= version.notAfter) return 'expired'
  if (version.renewAt !== undefined && now >= version.renewAt) return 'asked-by-issuer'
  return now >= latestRenewal(version, renewal.fraction) ? 'lifetime' : undefined
}

/** When a version is renewed, if its issuer does not say otherwise before. */
export function renewalAt(version: ObservedVersion, { renewal }: DesiredCertificate): number {
  return Math.min(version.renewAt ?? Infinity, latestRenewal(version, renewal.fraction))
}

/** So that certificates issued at once are not renewed at once: up to this part of the lifetime sooner. */
const jitterPart = 1 / 50

/** The bound by lifetime, less a jitter that is the same whenever it is asked. */
function latestRenewal(version: ObservedVersion, fraction: number | undefined): number {
  const { notBefore, notAfter, fingerprint } = version
  const lifetime = notAfter - notBefore
  const bound = fraction === undefined ? dueAt(version) : notBefore + lifetime * fraction
  const chance = Number.parseInt(fingerprint.slice(0, 8), 16) / 2 ** 32
  return Math.floor(bound - lifetime * jitterPart * chance)
}

const urgent: ReadonlySet<Reason> = new Set(['revoked', 'revoked-by-issuer', 'expired'])

/** What cannot wait any longer: a maintenance window that opens later than this is passed over. */
const urgentPart = 1 / 10

function delayed(action: Action, { desired, observed, now }: ReplacementInput): Action {
  const attempt = observed?.schedule && nextAttemptAt(observed.schedule)
  if (attempt !== undefined && attempt > now) {
    return { ...action, delayed: { until: attempt, by: 'back-off' } }
  }
  const opens = nextOpening(desired.renewal.windows, now)
  const waits = opens > now && isPatient(action, observed?.version, opens)
  return waits ? { ...action, delayed: { until: opens, by: 'maintenance-window' } } : action
}

/** Whether nothing is lost by waiting until then. */
function isPatient(
  { reason }: Action,
  version: ObservedVersion | undefined,
  until: number,
): boolean {
  if (!version || urgent.has(reason)) return false
  const { notBefore, notAfter } = version
  return until < notAfter - (notAfter - notBefore) * urgentPart
}
