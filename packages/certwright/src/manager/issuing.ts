import { AcmeError, isProblem } from '@certwright/acme'
import { issueDiagnosed, lookBefore } from '../diagnosis/issue.ts'
import { CertwrightError } from '../runtime/error.ts'
import type { Certificate, Lease, Version } from '../store/store.ts'
import type { Action } from './action.ts'
import { issuerBucket, tokensFor } from './budget.ts'
import type { DesiredIssuer } from './desired.ts'
import { recordEvent } from './events.ts'
import type { ManagerContext } from './manager-context.ts'

export interface Issuing {
  /** As it is to be; its directory URL is that of the issuer that is asked. */
  readonly definition: Certificate
  /** By preference. */
  readonly issuers: readonly DesiredIssuer[]
  readonly exempt?: Action['exempt']
  readonly lease: Lease
}

/** How long an issuer that could not be reached is left alone. */
const outageMs = 600_000

/**
 * Gets a version from the first issuer that gives one: the next is asked after an outage or where limits forbid, never
 * after a refusal that another would repeat. Throws `ISSUANCE_DEFERRED` where all have to be waited for.
 */
export async function issueFrom(
  issuing: Issuing,
  context: ManagerContext,
  signal?: AbortSignal,
): Promise<Version> {
  const waits: Wait[] = []
  for (const issuer of await inOrder(issuing, context)) {
    const wait = await closedUntil(issuer, context)
    if (wait) {
      waits.push(wait)
      continue
    }
    try {
      return await issueAt(issuer, issuing, context, signal)
    } catch (error) {
      signal?.throwIfAborted()
      const failure = waitAfter(error, context.host.now())
      if (!failure) throw error
      waits.push({ ...failure, error })
      if (failure.reason !== 'limit') await closeIssuer(issuer, failure, context)
    }
  }
  throw deferred(issuing.definition.id, waits)
}

interface Wait {
  readonly until: number
  readonly reason: 'outage' | 'rateLimited' | 'limit'
  readonly error?: unknown
}

/** An order that is under way is gone on with where it was placed, before any other issuer is asked. */
async function inOrder(
  { definition, issuers }: Issuing,
  { store }: ManagerContext,
): Promise<readonly DesiredIssuer[]> {
  const pending = await store.pendingOrder(definition.id)
  const isUnderWay = ({ directoryUrl }: DesiredIssuer): boolean =>
    pending?.orderUrl !== undefined && pending.directoryUrl === directoryUrl
  return [...issuers.filter(isUnderWay), ...issuers.filter((issuer) => !isUnderWay(issuer))]
}

async function closedUntil(
  { directoryUrl }: DesiredIssuer,
  { store, host }: ManagerContext,
): Promise<Wait | undefined> {
  const bucket = (await store.buckets()).find(({ key }) => key === issuerBucket(directoryUrl))
  if (!bucket || bucket.blockedUntil <= host.now()) return undefined
  const reason = bucket.reason === 'rateLimited' ? 'rateLimited' : 'outage'
  return { until: bucket.blockedUntil, reason }
}

async function issueAt(
  issuer: DesiredIssuer,
  { definition, exempt, lease }: Issuing,
  context: ManagerContext,
  signal: AbortSignal | undefined,
): Promise<Version> {
  const { store, host } = context
  const { directoryUrl } = issuer
  const open = await context.account(issuer, signal)
  const certificate = { ...definition, directoryUrl }
  await store.saveCertificate(certificate)
  const pending = await store.pendingOrder(definition.id)
  const resumes = pending?.orderUrl !== undefined && pending.directoryUrl === directoryUrl
  if (!resumes) {
    await lookBefore(certificate, open, context, signal)
    const { identifiers } = certificate
    const order = { issuer, accountUrl: open.account.url, identifiers, ...(exempt && { exempt }) }
    const taken = await store.takeTokens(tokensFor(order), host.now())
    if (!taken.granted) throw new TokensRefused(taken.retryAt)
  }
  return issueDiagnosed(certificate, open, { ...context, lease }, signal)
}

/** Our own count says that the issuer would refuse. */
class TokensRefused extends Error {
  readonly until: number

  constructor(until: number) {
    super('the limit of the issuer is reached')
    this.until = until
  }
}

/** Whether another issuer may be asked after this, and when this one again. */
function waitAfter(error: unknown, now: number): Wait | undefined {
  if (error instanceof TokensRefused) return { until: error.until, reason: 'limit' }
  if (!(error instanceof AcmeError)) return undefined
  const { code, status = 0, retryAfterMs = outageMs } = error
  const until = now + retryAfterMs
  if (isProblem(error, 'rateLimited')) return { until, reason: 'rateLimited' }
  return code === 'ACME_NETWORK' || status >= 500 ? { until, reason: 'outage' } : undefined
}

async function closeIssuer(
  { name, directoryUrl }: DesiredIssuer,
  { until, reason }: Wait,
  context: ManagerContext,
): Promise<void> {
  await context.store.block(issuerBucket(directoryUrl), until, reason)
  await recordEvent({ type: 'issuer-failed', details: { issuer: name, reason, until } }, context)
}

function deferred(id: string, waits: readonly Wait[]): unknown {
  const first = [...waits].sort((a, b) => a.until - b.until)[0]
  const cause = waits.find(({ error }) => error instanceof AcmeError)?.error
  return new CertwrightError(
    'ISSUANCE_DEFERRED',
    { id, until: first?.until ?? 0, reason: first?.reason ?? 'limit' },
    cause === undefined ? {} : { cause },
  )
}
