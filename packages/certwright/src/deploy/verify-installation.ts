import { describe } from '../x509/certificate.ts'
import type { Observation } from './install.ts'
import { isCertificate } from './installed.ts'
import type { ObservedEndpoint } from './look.ts'
import type { Endpoint, Wanted } from './target.ts'

/** What one address of an endpoint, or the target itself, makes of a certificate that should be there. */
export type Verdict =
  | 'current'
  /** An earlier version of it, a moment after the new one was installed. */
  | 'settling'
  /** An earlier version of it. */
  | 'former-version'
  /** A certificate that was never a version of it. */
  | 'other-certificate'
  | 'expired'
  /** The certificate is not for the name that was asked for. */
  | 'name-mismatch'
  /** Its chain does not lead to a root that is trusted here. */
  | 'untrusted'
  /** The right certificate, with an intermediate that is not of our chain. */
  | 'old-chain'
  /** No certificate is bound or shown. */
  | 'not-served'
  /** This machine has no network of the address's family; another address of the endpoint was looked at. */
  | 'out-of-reach'

export interface EndpointVerdict {
  readonly endpoint: Endpoint
  readonly address?: string
  readonly verdict: Verdict
  /** OpenSSL's, Node's or our own code of the fault. */
  readonly reason?: string
}

export interface VerifiedInstallation {
  /** Whether the target does not deny it and every endpoint serves it as it should. */
  readonly proven: boolean
  /** Whether all that is missing is explained by an install a moment ago: no drift yet. */
  readonly settling: boolean
  /** Absent where the target says nothing to tell a certificate by. */
  readonly target?: Extract<
    Verdict,
    'current' | 'settling' | 'former-version' | 'other-certificate' | 'not-served'
  >
  readonly endpoints: readonly EndpointVerdict[]
}

export interface VerifyOptions {
  /** Earlier versions, for which a certificate can be told from a stranger's. */
  readonly former?: readonly Wanted[]
  /** When the wanted one was written, in milliseconds since the epoch. */
  readonly writtenAt?: number | undefined
  /** How long after that an earlier version is no drift. Default ten minutes. */
  readonly graceMs?: number
}

/** How long after an install an earlier version is no drift, unless something else is said: CDNs take their time. */
export const graceMs = 600_000

/** Judges an observation. Pure. */
export function verifyInstallation(
  observation: Observation,
  now: number,
  { former = [], writtenAt, graceMs: grace = graceMs }: VerifyOptions = {},
): VerifiedInstallation {
  const fresh = writtenAt !== undefined && now < writtenAt + grace
  const replaced = fresh ? 'settling' : 'former-version'
  const known = new Set(former.map(({ chainPem }) => describe(chainPem).fingerprint))
  const { current } = observation
  const target = targetVerdict(observation, former, replaced)
  const endpoints = withinReach(
    observation.endpoints.map((observed) => {
      const judged = judge(observed, now)
      const old = judged.verdict === 'other-certificate' && known.has(fingerprintOf(observed))
      return old ? { ...judged, verdict: replaced } : judged
    }),
  )
  const verdicts = [...(current === undefined ? [] : [target]), ...endpoints.map((e) => e.verdict)]
  return {
    proven: verdicts.every(isProof),
    settling:
      verdicts.includes('settling') &&
      verdicts.every((verdict) => verdict === 'settling' || isProof(verdict)),
    ...(current !== undefined && { target }),
    endpoints,
  }
}

function targetVerdict(
  { installed, current }: Observation,
  former: readonly Wanted[],
  replaced: 'settling' | 'former-version',
): NonNullable<VerifiedInstallation['target']> {
  if (current) return 'current'
  if (!installed) return 'not-served'
  return former.some((one) => isCertificate(installed, one)) ? replaced : 'other-certificate'
}

function fingerprintOf({ served }: ObservedEndpoint): string {
  return served?.fingerprint ?? ''
}

function isProof(verdict: Verdict): boolean {
  return verdict === 'current' || verdict === 'out-of-reach'
}

/** A family that this machine has no network of says nothing, where the other one was looked at. */
function withinReach(verdicts: readonly EndpointVerdict[]): readonly EndpointVerdict[] {
  const reached = new Set(verdicts.flatMap((one) => (hasNoRoute(one) ? [] : [one.endpoint])))
  return verdicts.map((one) =>
    hasNoRoute(one) && reached.has(one.endpoint) ? { ...one, verdict: 'out-of-reach' } : one,
  )
}

function hasNoRoute({ reason }: EndpointVerdict): boolean {
  return reason === 'ENDPOINT_NO_ROUTE'
}

/** What one address shows. The gravest fault is named: another certificate before what is wrong with it. */
export function judge(
  { endpoint, address, served, current, otherChain, error }: ObservedEndpoint,
  now: number,
): EndpointVerdict {
  const at = { endpoint, ...(address !== undefined && { address }) }
  if (!served) return { ...at, verdict: 'not-served', ...(error && { reason: error.code }) }
  const reason = served.authorizationError
  const fault = { ...at, ...(reason !== undefined && { reason }) }
  if (!current) return { ...fault, verdict: 'other-certificate' }
  if (served.notAfter <= now || reason === 'CERT_HAS_EXPIRED') {
    return { ...fault, verdict: 'expired' }
  }
  if (reason === 'ERR_TLS_CERT_ALTNAME_INVALID') return { ...fault, verdict: 'name-mismatch' }
  if (!served.authorized) return { ...fault, verdict: 'untrusted' }
  return { ...at, verdict: otherChain ? 'old-chain' : 'current' }
}
