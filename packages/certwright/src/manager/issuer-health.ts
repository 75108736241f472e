import { AcmeError, isProblem } from '@certwright/acme'
import { RefusedBeforehand } from '../diagnosis/diagnosed-error.ts'
import { CertwrightError, type ErrorCode } from '../runtime/error.ts'
import { available, failureTokens, issuerBucket, type PlannedOrder } from './budget.ts'
import type { DesiredIssuer } from './desired.ts'
import { recordEvent } from './events.ts'
import type { ManagerContext } from './manager-context.ts'

/** Until when an issuer cannot be asked, and why. */
export interface Wait {
  readonly until: number
  readonly reason: 'outage' | 'rateLimited' | 'limit'
  readonly error?: unknown
}

/** Our own count says that the issuer would refuse. */
export class TokensRefused extends Error {
  readonly until: number

  constructor(until: number) {
    super('the limit of the issuer is reached')
    this.until = until
  }
}

/** How long an issuer that could not be reached is left alone. */
const outageMs = 600_000

/** What another issuer may do all the same. */
const ofIssuer: ReadonlySet<string> = new Set<ErrorCode>([
  'PROFILE_NOT_OFFERED',
  'PROFILES_NOT_OFFERED',
])

/**
 * What a failure means for the others: `next` where this issuer alone cannot issue it, `final` where another would
 * repeat it, else until when this one is to be left alone.
 */
export function refusalOf(error: unknown, now: number): Wait | 'next' | 'final' {
  if (error instanceof TokensRefused) return { until: error.until, reason: 'limit' }
  if (error instanceof RefusedBeforehand) {
    return error.findings.every(({ area }) => area === 'caa') ? 'next' : 'final'
  }
  if (error instanceof CertwrightError && ofIssuer.has(error.code)) return 'next'
  if (!(error instanceof AcmeError)) return 'final'
  const { code, status = 0, retryAfterMs = outageMs } = error
  if (code === 'ACME_PROFILE_NOT_OFFERED' || isProblem(error, 'caa')) return 'next'
  if (isProblem(error, 'invalidProfile') || isProblem(error, 'unsupportedIdentifier')) return 'next'
  const until = now + retryAfterMs
  if (isProblem(error, 'rateLimited')) return { until, reason: 'rateLimited' }
  const isOut = code === 'ACME_NETWORK' || code === 'ACME_SERVER_NOT_TRUSTED' || status >= 500
  return isOut ? { until, reason: 'outage' } : 'final'
}

/** Whether an issuer, or this certificate there, is to be left alone for now. */
export async function closedUntil(
  directoryUrl: string,
  certificateId: string,
  { store, host }: Pick<ManagerContext, 'store' | 'host'>,
): Promise<Wait | undefined> {
  const keys = [issuerBucket(directoryUrl), certificateBucket(directoryUrl, certificateId)]
  const closed = (await store.buckets({ keys })).filter(
    ({ blockedUntil }) => blockedUntil > host.now(),
  )
  const [last] = closed.sort((a, b) => b.blockedUntil - a.blockedUntil)
  if (!last) return undefined
  const reason = last.reason === 'rateLimited' ? 'rateLimited' : 'outage'
  return { until: last.blockedUntil, reason }
}

function certificateBucket(directoryUrl: string, certificateId: string): string {
  return `certificate ${directoryUrl} ${certificateId}`
}

/**
 * Keeps a refusal, for every process. A limit that is met once may be this certificate's alone, and closes the issuer to
 * it; met by another one too, the issuer is closed to all.
 */
export async function noteRefusal(
  { name, directoryUrl }: DesiredIssuer,
  certificateId: string,
  { until, reason }: Wait,
  context: ManagerContext,
): Promise<void> {
  const { store, host } = context
  if (reason === 'limit') return
  const own = certificateBucket(directoryUrl, certificateId)
  const prefix = certificateBucket(directoryUrl, '')
  const others = (await store.buckets({ prefix })).some(
    ({ key, blockedUntil }) => key !== own && blockedUntil > host.now(),
  )
  const key = reason === 'outage' || others ? issuerBucket(directoryUrl) : own
  await store.block(key, until, reason)
  const details = { issuer: name, reason, until }
  await recordEvent({ type: 'issuer-failed', certificateId, details }, context)
}

/** When an order may be placed that has no more failures to spare; now where it has. */
export async function failuresAllowedAt(
  order: PlannedOrder,
  { store, host }: Pick<ManagerContext, 'store' | 'host'>,
): Promise<number> {
  const now = host.now()
  const requests = order.identifiers.flatMap((identifier) => failureTokens(order, identifier))
  const kept = await store.buckets({ keys: requests.map(({ key }) => key) })
  const buckets = new Map(kept.map((bucket) => [bucket.key, bucket]))
  const times = requests.map((request) => {
    const bucket = buckets.get(request.key)
    if (!bucket || available(request, bucket, now) > 0) return now
    const { emissionMs, capacity } = request
    return bucket.theoreticalArrival + emissionMs - emissionMs * capacity
  })
  return Math.max(now, ...times)
}

/** Counts the names that could not be validated, as the issuer does. */
export async function chargeFailures(
  order: PlannedOrder,
  error: unknown,
  { store, host }: Pick<ManagerContext, 'store' | 'host'>,
): Promise<void> {
  if (!(error instanceof AcmeError)) return
  for (const { identifier, problem } of error.authorizations ?? []) {
    // What nobody has validated has not failed.
    if (!problem) continue
    await store.takeTokens(failureTokens(order, identifier), host.now())
  }
}
