import { isProblem } from '@certwright/acme'
import { writeFiles } from '../issuance/issue.ts'
import { revokeVersion } from '../issuance/revoke.ts'
import { withdrawAnswers } from '../issuance/journal.ts'
import { CertwrightError } from '../runtime/error.ts'
import type { Lease, Version } from '../store/store.ts'
import { isIssuing, type Action } from './action.ts'
import { definitionOf } from './definition.ts'
import type { DesiredCertificate, DesiredIssuer } from './desired.ts'
import { recordEvent } from './events.ts'
import { installAll, keepPlaces, type Outcome } from './installations.ts'
import { issueFrom } from './issuing.ts'
import type { ManagerContext } from './manager-context.ts'
import { pruneAll } from './removal.ts'
import { placeOf } from '../deploy/place.ts'

/** What came of one action. */
export interface ActionOutcome {
  readonly action: Action
  /** `skipped`: what it needed did not come. `deferred`: it has to wait, and is no failure. */
  readonly result: 'done' | 'failed' | 'skipped' | 'deferred'
  /** Whether it would have brought a version. */
  readonly issuing?: boolean
  readonly code?: string
  readonly error?: unknown
  /** Of what is deferred. */
  readonly until?: number
}

export interface Work {
  readonly certificate: DesiredCertificate
  /** By preference. */
  readonly issuers: readonly DesiredIssuer[]
  readonly lease: Lease
  readonly onAction?: ((action: Action) => void) | undefined
  readonly onOutcome?: ((outcome: ActionOutcome) => void) | undefined
}

/** Does these actions of one certificate, in their order. Each is idempotent; one that fails stops only what needs it. */
export async function perform(
  actions: readonly Action[],
  work: Work,
  context: ManagerContext,
  signal?: AbortSignal,
): Promise<readonly ActionOutcome[]> {
  const outcomes: ActionOutcome[] = []
  const tell = (outcome: ActionOutcome): void => {
    outcomes.push(outcome)
    work.onOutcome?.(outcome)
  }
  // An earlier run may have died with its answers still published.
  await withdrawAnswers(work.certificate.id, context)
  const alone = actions.filter(({ kind }) => kind !== 'install' && kind !== 'repair')
  for (const action of alone.filter(({ kind }) => kind !== 'collect')) {
    work.onAction?.(action)
    tell(await attempt(action, work, context, signal))
  }
  const missing = outcomes.find(({ issuing, result }) => issuing && result !== 'done')
  const installs = actions.filter(({ kind }) => kind === 'install' || kind === 'repair')
  const collect = actions.find(({ kind }) => kind === 'collect')
  if (missing) {
    for (const action of [...installs, ...(collect ? [collect] : [])]) {
      tell({
        action,
        result: missing.result === 'deferred' ? 'deferred' : 'skipped',
        ...(missing.until !== undefined && { until: missing.until }),
      })
    }
    return outcomes
  }
  for (const action of installs) {
    work.onAction?.(action)
    if (action.kind === 'repair') await recordDrift(action, context)
  }
  const deployed = installs.length > 0 ? await install(installs, work, context, signal) : []
  for (const { outcome } of deployed) tell(outcome)
  if (collect)
    tell(
      await collected(
        collect,
        deployed.flatMap(({ came }) => came ?? []),
        work,
        context,
        signal,
      ),
    )
  return outcomes
}

async function attempt(
  action: Action,
  work: Work,
  context: ManagerContext,
  signal: AbortSignal | undefined,
): Promise<ActionOutcome> {
  const issuing = isIssuing(action)
  try {
    await once(action, work, context, signal)
    return { action, result: 'done', issuing }
  } catch (error) {
    signal?.throwIfAborted()
    return { issuing, ...(await unsuccessful(action, error, context)) }
  }
}

async function recordDrift(
  { certificateId, target, reason }: Action,
  context: ManagerContext,
): Promise<void> {
  const place = { certificateId, ...(target !== undefined && { target }) }
  await recordEvent({ type: 'drifted', ...place, details: { reason } }, context)
}

async function unsuccessful(
  action: Action,
  error: unknown,
  context: ManagerContext,
): Promise<ActionOutcome> {
  const code = codeOf(error)
  const { certificateId, kind } = action
  if (error instanceof CertwrightError && error.code === 'ISSUANCE_DEFERRED') {
    const until = Number(error.params['until'])
    await recordEvent({ type: 'deferred', certificateId, details: { until } }, context)
    return { action, result: 'deferred', code, error, until }
  }
  if (isIssuing(action)) {
    await recordEvent({ type: 'issue-failed', certificateId, details: { code, kind } }, context)
  }
  if (isProblem(error, 'userActionRequired')) {
    const details = { issuer: action.issuer ?? '-' }
    await recordEvent({ type: 'terms-changed', certificateId, details }, context)
  }
  return { action, result: 'failed', code, error }
}

function codeOf(error: unknown): string {
  const { code } = error as { readonly code?: unknown }
  return typeof code === 'string' ? code : 'UNEXPECTED'
}

async function once(
  action: Action,
  { certificate, issuers, lease }: Work,
  context: ManagerContext,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { store } = context
  const { certificateId } = action
  if (isIssuing(action)) {
    const definition = await definitionOf(certificate, issuers, context)
    const exempt = action.exempt && { exempt: action.exempt }
    const before = await store.schedule(certificateId)
    const version = await issueFrom({ definition, issuers, lease, ...exempt }, context, signal)
    const details = { reason: action.reason, number: version.number, notAfter: version.notAfter }
    await recordEvent({ type: 'issued', certificateId, details }, context)
    if (before?.failures) await recordEvent({ type: 'recovered', certificateId, details }, context)
    return
  }
  if (action.kind === 'update') {
    // The definition was kept when the lease was taken.
    const known = await places(certificate, context)
    const kept = new Set((await store.installations(certificateId)).map(({ target }) => target))
    await keepPlaces(
      certificateId,
      known.filter(({ text }) => kept.has(text)),
      context,
    )
    return
  }
  if (action.kind === 'files') {
    const { version, ...kept } = await current(certificateId, context)
    await writeFiles(kept.certificate, version, context)
    return
  }
  if (action.kind === 'revoke') {
    const { version } = await current(certificateId, context)
    const issuer = issuers.find(({ directoryUrl }) => directoryUrl === version.directoryUrl)
    if (!issuer) throw new CertwrightError('ACCOUNT_NOT_FOUND', { issuer: version.directoryUrl })
    const reason = reasons[certificate.revoke ?? 'unspecified']
    await revokeVersion(version, reason, await context.account(issuer, signal), context, signal)
    await recordEvent(
      { type: 'revoked', certificateId, details: { number: version.number } },
      context,
    )
    return
  }
  if (action.target !== undefined) await store.forgetInstallation(certificateId, action.target)
}

/** CRLReason, RFC 5280 §5.3.1. */
const reasons = {
  unspecified: 0,
  keyCompromise: 1,
  superseded: 4,
  cessationOfOperation: 5,
} as const

async function current(certificateId: string, { store }: ManagerContext) {
  const certificate = await store.certificate(certificateId)
  const version =
    certificate?.current === undefined
      ? undefined
      : await store.version(certificateId, certificate.current)
  if (!certificate || !version) throw new TypeError(`${certificateId} has no version`)
  return { certificate, version }
}

async function places({ installs }: DesiredCertificate, context: ManagerContext) {
  return Promise.all(
    installs.map(async ({ target, options }) =>
      placeOf(
        { name: target, values: await context.secrets.options(options) },
        context,
        context.targets,
      ),
    ),
  )
}

interface Deployed {
  readonly outcome: ActionOutcome
  readonly came?: Outcome
}

/** All at once: one that fails stops no other. */
async function install(
  actions: readonly Action[],
  { certificate }: Work,
  context: ManagerContext,
  signal: AbortSignal | undefined,
): Promise<readonly Deployed[]> {
  const { id } = certificate
  const wanted = new Set(actions.map(({ target }) => target))
  try {
    const named = (await places(certificate, context)).filter(({ text }) => wanted.has(text))
    const installations = await keepPlaces(id, named, context)
    const { version } = await current(id, context)
    const outcomes = await installAll(version, installations, context, signal)
    return await Promise.all(
      actions.map(async (action) => {
        const came = outcomes.find(({ installation }) => installation.target === action.target)
        return { outcome: await told(action, came, version, context), ...(came && { came }) }
      }),
    )
  } catch (error) {
    signal?.throwIfAborted()
    return actions.map((action) => ({
      outcome: { action, result: 'failed', code: codeOf(error), error },
    }))
  }
}

async function told(
  action: Action,
  came: Outcome | undefined,
  { number }: Version,
  context: ManagerContext,
): Promise<ActionOutcome> {
  const { certificateId, kind, reason, target } = action
  const place = { certificateId, ...(target !== undefined && { target }) }
  const error = came?.error
  if (came && error === undefined) {
    const type = kind === 'repair' ? 'repaired' : 'installed'
    await recordEvent({ type, ...place, details: { number, reason } }, context)
    return { action, result: 'done' }
  }
  const code = codeOf(error ?? {})
  await recordEvent({ type: 'install-failed', ...place, details: { number, code } }, context)
  return { action, result: 'failed', code, error }
}

async function collected(
  action: Action,
  outcomes: readonly Outcome[],
  { certificate }: Work,
  context: ManagerContext,
  signal: AbortSignal | undefined,
): Promise<ActionOutcome> {
  const { certificateId } = action
  const kept = await context.store.certificate(certificate.id)
  const pruned = kept ? await pruneAll(kept, outcomes, context, signal) : []
  for (const { target, removed } of pruned.filter((one) => one.removed.length > 0)) {
    const details = { removed: removed.join(' ') }
    await recordEvent({ type: 'collected', certificateId, target, details }, context)
  }
  const failed = pruned.find(({ error }) => error !== undefined)
  if (!failed) return { action, result: 'done' }
  return { action, result: 'failed', code: codeOf(failed.error), error: failed.error }
}
