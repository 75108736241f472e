import type { Observation, ObservedEndpoint } from './install.ts'
import type { Endpoint } from './target.ts'

/** What one endpoint, or the target itself, makes of a certificate that should be there. */
export type Verdict =
  | 'current'
  /** It serves another certificate, which may be the former one. */
  | 'other-certificate'
  | 'expired'
  /** The certificate is not for the name that was asked for. */
  | 'name-mismatch'
  /** Its chain does not lead to a root that is trusted here. */
  | 'untrusted'
  /** No certificate is bound or shown. */
  | 'not-served'

export interface EndpointVerdict {
  readonly endpoint: Endpoint
  readonly verdict: Verdict
  /** OpenSSL's, Node's or our own code of the fault. */
  readonly reason?: string
}

export interface VerifiedInstallation {
  /** Whether the target does not deny it and every endpoint serves it as it should. */
  readonly proven: boolean
  /** Absent where the target says nothing to tell a certificate by. */
  readonly target?: Extract<Verdict, 'current' | 'other-certificate' | 'not-served'>
  readonly endpoints: readonly EndpointVerdict[]
}

/** Judges an observation. Pure. */
export function verifyInstallation(
  { installed, current, endpoints }: Observation,
  now: number,
): VerifiedInstallation {
  const bound = installed ? 'other-certificate' : 'not-served'
  const target = current ? 'current' : bound
  const judged = endpoints.map((observed) => judge(observed, now))
  return {
    proven: current !== false && judged.every(({ verdict }) => verdict === 'current'),
    ...(current !== undefined && { target }),
    endpoints: judged,
  }
}

/** What one endpoint shows. The gravest fault is named: another certificate before what is wrong with it. */
export function judge(
  { endpoint, served, current, error }: ObservedEndpoint,
  now: number,
): EndpointVerdict {
  if (!served) return { endpoint, verdict: 'not-served', ...(error && { reason: error.code }) }
  const reason = served.authorizationError
  const fault = { endpoint, ...(reason !== undefined && { reason }) }
  if (!current) return { ...fault, verdict: 'other-certificate' }
  if (served.notAfter <= now || reason === 'CERT_HAS_EXPIRED') {
    return { ...fault, verdict: 'expired' }
  }
  if (reason === 'ERR_TLS_CERT_ALTNAME_INVALID') return { ...fault, verdict: 'name-mismatch' }
  return { ...fault, verdict: served.authorized ? 'current' : 'untrusted' }
}
