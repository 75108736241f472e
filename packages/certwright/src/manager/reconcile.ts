import { plan } from './plan.ts'
import type { Action } from './action.ts'
import { currentOf } from './current.ts'
import { definitionOf, digestOf } from './definition.ts'
import { issuersOf, type Desired, type DesiredCertificate, type DesiredIssuer } from './desired.ts'
import { recordEvent } from './events.ts'
import type { ManagerContext } from './manager-context.ts'
import type { ObservedCertificate } from './observed.ts'
import { asksLists, observeCertificate } from './observe.ts'
import { pollRenewals } from './renewal-information.ts'
import { lookUpRevocations } from './revocation-lists.ts'
import { perform, type ActionOutcome } from './perform.ts'
import { nextCheckAt } from './next-check.ts'
import type { Lease, Schedule } from '../store/store.ts'

export interface ReconcileInput {
  readonly certificateId: string
  readonly desired: Desired
  /** The file that `desired` is of, as an absolute path. */
  readonly managedBy: string
  /** Whether an action may be done; all may where it is absent. */
  readonly approved?: (action: Action) => boolean
  /** Told of each action as it begins. */
  readonly onAction?: ((action: Action) => void) | undefined
  /** Told what came of each. */
  readonly onOutcome?: ((outcome: ActionOutcome) => void) | undefined
}

export interface Reconciled {
  readonly certificateId: string
  /** One an action, in their order. */
  readonly outcomes: readonly ActionOutcome[]
}

/** Long enough for an order with slow DNS; a process that dies costs its certificate no more than this. */
const leaseMs = 3_600_000

/**
 * Makes one certificate what the file says: looks, decides, does. Under its lock and a lease, and decided only then:
 * what another process has done meanwhile is not done again. Level-triggered: calling it twice, late, or from two
 * machines is harmless. What fails is an outcome; it rejects where the signal aborts or the store is out of reach.
 */
export async function reconcile(
  input: ReconcileInput,
  context: ManagerContext,
  signal?: AbortSignal,
): Promise<Reconciled> {
  const { certificateId, desired, managedBy } = input
  const certificate = desired.certificates.find(({ id }) => id === certificateId)
  return context.lock(certificateId, async () => {
    if (certificate) {
      await pollRenewals([certificate], context, signal)
      if (asksLists(certificate)) await lookUpRevocations([certificate], context, signal)
    }
    const observed = await observeCertificate(certificateId, certificate, context, signal)
    const own = { ...desired, certificates: certificate ? [certificate] : [] }
    const { host } = context
    const { actions, later } = plan({
      desired: own,
      observed: { certificates: observed ? [observed] : [] },
      now: host.now(),
      managedBy,
    })
    const allowed = actions.filter((one) => input.approved?.(one) ?? true)
    if (!certificate) return forgotten(certificateId, allowed, context)
    if (allowed.length === 0) {
      await checkLater(certificate, { observed, later, managedBy }, context)
      return { certificateId, outcomes: [] }
    }
    const issuers = issuersOf(desired, certificate)
    const lease = await leased(certificate, { issuers, managedBy }, context)
    const { onAction, onOutcome } = input
    const work = { certificate, issuers, lease, onAction, onOutcome }
    const outcomes = await perform(allowed, work, context, signal)
    await finish({ certificate, lease, before: observed?.schedule, outcomes }, context)
    return { certificateId, outcomes }
  })
}

/** Keeps the definition first: a lease belongs to a certificate that is there. */
async function leased(
  certificate: DesiredCertificate,
  of: { readonly issuers: readonly DesiredIssuer[]; readonly managedBy: string },
  context: ManagerContext,
): Promise<Lease> {
  const { store, host } = context
  await store.saveCertificate(await definitionOf(certificate, of.issuers, context))
  const now = host.now()
  const { id: certificateId } = certificate
  const { managedBy } = of
  const digest = digestOf(certificate)
  await store.saveSchedule({ certificateId, managedBy, digest, nextCheckAt: now + leaseMs })
  return store.takeLease(certificateId, { now, leaseMs })
}

async function forgotten(
  certificateId: string,
  actions: readonly Action[],
  context: ManagerContext,
): Promise<Reconciled> {
  const outcomes: ActionOutcome[] = []
  for (const action of actions) {
    await context.store.forgetCertificate(certificateId)
    await recordEvent({ type: 'forgotten', certificateId, details: {} }, context)
    outcomes.push({ action, result: 'done' })
  }
  return { certificateId, outcomes }
}

interface Finishing {
  readonly certificate: DesiredCertificate
  readonly lease: Lease
  readonly before: Schedule | undefined
  readonly outcomes: readonly ActionOutcome[]
}

/** Looks once more at what the store says, and keeps when to come back. */
async function finish(
  { certificate, lease, before, outcomes }: Finishing,
  context: ManagerContext,
): Promise<void> {
  const { store, host } = context
  const failed = outcomes.find(({ result, issuing }) => issuing && result === 'failed')
  const deferred = outcomes.find(({ result }) => result === 'deferred')
  const came = outcomes.some(({ result, issuing }) => issuing && result === 'done')
  const failures = failed ? (before?.failures ?? 0) + 1 : (before?.failures ?? 0)
  const state = {
    failures: came ? 0 : failures,
    ...(failed
      ? { lastFailure: { code: failed.code ?? 'UNEXPECTED', at: host.now() } }
      : !came && before?.lastFailure && { lastFailure: before.lastFailure }),
  }
  const at = await nextCheckAt(certificate, { ...state, deferredUntil: deferred?.until }, context)
  await recordExpiry(certificate, context)
  await store.finish(lease, { nextCheckAt: at, ...state })
}

interface Standing {
  readonly observed: ObservedCertificate | undefined
  readonly later: readonly Action[]
  readonly managedBy: string
}

/** Nothing is to be done now: only when to look again is kept. */
async function checkLater(
  certificate: DesiredCertificate,
  { observed, later, managedBy }: Standing,
  context: ManagerContext,
): Promise<void> {
  if (!observed) return
  const deferredUntil = later.map(({ delayed }) => delayed?.until ?? Infinity)
  const { failures = 0, lastFailure } = observed.schedule ?? {}
  const state = {
    failures,
    ...(lastFailure && { lastFailure }),
    ...(deferredUntil.length > 0 && { deferredUntil: Math.min(...deferredUntil) }),
  }
  const at = await nextCheckAt(certificate, state, context)
  const { id: certificateId } = certificate
  const digest = digestOf(certificate)
  await recordExpiry(certificate, context)
  await context.store.saveSchedule({ certificateId, managedBy, digest, nextCheckAt: at })
}

/** What is left of a lifetime when people have to be told that nothing has renewed it. */
const lastPart = 1 / 6

async function recordExpiry(
  { id: certificateId }: DesiredCertificate,
  context: ManagerContext,
): Promise<void> {
  const { store, host } = context
  const { version } = await currentOf(
    (await store.certificate(certificateId)) ?? { id: certificateId },
    store,
  )
  if (!version || version.revokedAt !== undefined) return
  const { notBefore, notAfter } = version
  if (host.now() < notAfter - (notAfter - notBefore) * lastPart) return
  await recordEvent({ type: 'expiring', certificateId, details: { notAfter } }, context)
}
