import { issueDiagnosed, lookBefore } from '../diagnosis/issue.ts'
import { CertwrightError } from '../runtime/error.ts'
import type { Certificate, Lease, Version } from '../store/store.ts'
import type { Action } from './action.ts'
import { tokensFor, type PlannedOrder } from './budget.ts'
import type { DesiredIssuer } from './desired.ts'
import { ineligibility } from './eligibility.ts'
import {
  chargeFailures,
  closedUntil,
  failuresAllowedAt,
  noteRefusal,
  refusalOf,
  TokensRefused,
  type Wait,
} from './issuer-health.ts'
import type { ManagerContext } from './manager-context.ts'

export interface Issuing {
  /** As it is to be; its directory URL is that of the issuer that is asked. */
  readonly definition: Certificate
  /** By preference. */
  readonly issuers: readonly DesiredIssuer[]
  readonly exempt?: Action['exempt']
  readonly lease: Lease
}

/**
 * Gets a version from the first issuer that gives one. The next is asked after an outage, where limits forbid, and where
 * this one could not issue it anyway (CAA, profile, type of key); never after a failed validation, which another would
 * repeat. Throws `ISSUANCE_DEFERRED` where all that are left have to be waited for.
 */
export async function issueFrom(
  issuing: Issuing,
  context: ManagerContext,
  signal?: AbortSignal,
): Promise<Version> {
  const { definition, issuers } = issuing
  const pending = await context.store.pendingOrder(definition.id)
  // An order that is under way, or may be, is gone on with where it was placed, whether new ones are taken there or not.
  const isUnderWay = ({ directoryUrl }: DesiredIssuer): boolean =>
    pending?.directoryUrl === directoryUrl
  const waits: Wait[] = []
  let refused: Error | undefined
  for (const issuer of issuers.toSorted((a, b) => Number(isUnderWay(b)) - Number(isUnderWay(a)))) {
    const { directoryUrl } = issuer
    const why = ineligibility(directoryUrl, definition)
    if (why !== undefined) {
      refused ??= new CertwrightError('ISSUER_NOT_ELIGIBLE', { issuer: issuer.name, why })
      continue
    }
    const wait = isUnderWay(issuer)
      ? undefined
      : await closedUntil(directoryUrl, definition.id, context)
    if (wait) {
      waits.push(wait)
      continue
    }
    try {
      return await issueAt(issuer, issuing, context, signal)
    } catch (error) {
      signal?.throwIfAborted()
      const refusal = refusalOf(error, context.host.now())
      if (refusal === 'final') throw error
      if (refusal === 'next') refused ??= asError(error)
      else {
        waits.push({ ...refusal, error })
        await noteRefusal(issuer, definition.id, refusal, context)
      }
    }
  }
  if (waits.length === 0 && refused) throw refused
  throw deferred(definition.id, waits)
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
  const { identifiers } = certificate
  const accountUrl = open.account.url
  const order: PlannedOrder = { issuer, accountUrl, identifiers, ...(exempt && { exempt }) }
  const pending = await store.pendingOrder(definition.id)
  const resumes = pending?.orderUrl !== undefined && pending.directoryUrl === directoryUrl
  if (!resumes) {
    await lookBefore(certificate, open, context, signal)
    const allowedAt = await failuresAllowedAt(order, context)
    if (allowedAt > host.now()) throw new TokensRefused(allowedAt)
    const taken = await store.takeTokens(tokensFor(order), host.now())
    if (!taken.granted) throw new TokensRefused(taken.retryAt)
  }
  try {
    return await issueDiagnosed(certificate, open, { ...context, lease }, signal)
  } catch (error) {
    await chargeFailures(order, error, context)
    throw error
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

function deferred(id: string, waits: readonly Wait[]): CertwrightError {
  const first = [...waits].sort((a, b) => a.until - b.until)[0]
  const cause = waits.find(({ error }) => error !== undefined)?.error
  return new CertwrightError(
    'ISSUANCE_DEFERRED',
    { id, until: first?.until ?? 0, reason: first?.reason ?? 'limit' },
    cause === undefined ? {} : { cause },
  )
}
