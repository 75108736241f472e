import { issueDiagnosed, lookBefore, type DiagnosisContext } from '../../diagnosis/issue.ts'
import { keptAccount } from '../../issuance/account.ts'
import type { IssuanceContext } from '../../issuance/issuance.ts'
import type { Current } from '../../manager/current.ts'
import { isPending, type DeployContext } from '../../manager/installations.ts'
import { dueAt } from '../../manager/renewal.ts'
import { CertwrightError } from '../../runtime/error.ts'
import { resultTexts } from '../../runtime/messages/command-texts.ts'
import { deployTexts } from '../../runtime/messages/deploy-texts.ts'
import { revocationTexts } from '../../runtime/messages/revocation-texts.ts'
import type { Certificate } from '../../store/store.ts'
import { certificateDocument, momentText } from '../certificate-report.ts'
import type { CommandRun } from '../command.ts'
import { deploy, deployContext, noDeployment, type Deployment } from '../deployment.ts'
import { errorDocument, errorLines, type ErrorDocument } from '../error-report.ts'
import { exitCode } from '../exit-code.ts'
import { tellingFindings, type FindingDocument } from '../finding-report.ts'
import { deploymentDocument, deploymentLines, hasFailed } from '../installation-report.ts'
import type { Output } from '../output.ts'
import { askIssuers } from '../renewal-poll.ts'
import { explanationOf } from '../renewal-document.ts'
import { cautionOfRecords } from '../persist-caution.ts'
import { explanationLines } from '../renewal-report.ts'
import { lookAtLists } from '../revocation-report.ts'
import type { Session } from '../session.ts'
import { heal, standingOf } from '../standing.ts'

/** What came of one certificate. Its version is the current one now. */
interface Renewal extends Current {
  readonly outcome: 'renewed' | 'due' | 'not-due' | 'failed'
  readonly certificate: Certificate
  /** What its issuer said before. */
  readonly before: Current['renewal']
  readonly deployment: Deployment
  /** Targets that are not known to hold the current version; only where it was only looked. */
  readonly pending?: readonly string[]
  readonly error?: ErrorDocument
  readonly checks?: readonly FindingDocument[]
}

/** Renews what is due and installs it where it was, and again what could not be installed. One that fails stops no other. */
export const renew: CommandRun = async ({ arguments: ids, options }, session) => {
  const all = options.flag('all')
  const force = options.flag('force')
  if (ids.length > 0 && all) {
    throw new CertwrightError('USAGE_OPTIONS_EXCLUDE', { option: '--all', other: 'ID' })
  }
  if (force && ids.length === 0 && !all) throw new CertwrightError('USAGE_FORCE_NEEDS_NAMES')
  if (force && options.flag('check')) {
    throw new CertwrightError('USAGE_OPTIONS_EXCLUDE', { option: '--force', other: '--check' })
  }
  const certificates = await chosen(ids, session)
  if (certificates.length === 0) return nothingKept(session)
  const deploying = await deployContext(session, options)
  const context = await session.context()
  const { store, host } = context
  const { output } = session
  await askIssuers(certificates, context, session)
  await lookAtLists(certificates, context, session)
  const renewals: Renewal[] = []
  for (const certificate of certificates) {
    const renewal = options.flag('check')
      ? await looked(certificate, context)
      : await renewed(certificate, { force, deploying }, context, session)
    renewals.push(renewal)
    tellFailure(renewal, output)
    await cautionOfRecords(certificate, renewal.version, { store, now: host.now(), output })
  }
  return report(renewals, session, ids.length === 0)
}

async function chosen(ids: readonly string[], session: Session): Promise<readonly Certificate[]> {
  if (ids.length === 0) return (await (await session.keptStore())?.certificates()) ?? []
  // All are looked up before the first is touched: a misspelt one costs nothing.
  const certificates: Certificate[] = []
  for (const id of new Set(ids)) certificates.push(await session.certificate(id))
  return certificates
}

async function looked(certificate: Certificate, context: IssuanceContext): Promise<Renewal> {
  const { version, renewal, due } = await standingOf(certificate, context)
  const installations = version ? await context.store.installations(certificate.id) : []
  const pending = installations
    .filter((installation) => version && isPending(installation, version))
    .map(({ target }) => target)
  const outcome = due ? 'due' : 'not-due'
  const deployment = noDeployment
  return { outcome, certificate, version, renewal, before: renewal, deployment, pending }
}

async function renewed(
  kept: Certificate,
  { force, deploying }: { readonly force: boolean; readonly deploying: DeployContext },
  context: DiagnosisContext,
  session: Session,
): Promise<Renewal> {
  const { signal, output } = session
  const { id } = kept
  const telling = tellingFindings(output)
  try {
    return await session.locked(id, async () => {
      // Another process may have renewed it while this one waited.
      const certificate = await session.certificate(id)
      const standing = await looked(certificate, context)
      const installations = await deploying.store.installations(id)
      if (standing.version && standing.outcome === 'not-due' && !force) {
        await heal(certificate, context)
        const { pending: _, ...rest } = standing
        const missing = installations.filter(({ target }) => standing.pending?.includes(target))
        const deployment = await deploy(certificate, standing.version, missing, deploying, session)
        return { ...rest, deployment }
      }
      const open = await keptAccount(certificate.directoryUrl, context)
      const told = { ...context, ...telling.context }
      await lookBefore(certificate, open, told, signal)
      const version = await issueDiagnosed(certificate, open, told, signal)
      const [poll] = await askIssuers([certificate], context, session)
      const deployment = await deploy(certificate, version, installations, deploying, session)
      const current = { version, renewal: poll?.renewal, before: standing.renewal }
      const checks = telling.told
      return { outcome: 'renewed', certificate, ...current, deployment, checks }
    })
  } catch (error) {
    signal?.throwIfAborted()
    const document = errorDocument(error, output.language, context.host.now())
    const { pending: _, ...standing } = await looked(kept, context)
    return { ...standing, outcome: 'failed', error: document }
  }
}

/** A failure is told as it happens: a run over many certificates takes its time. */
function tellFailure({ certificate: { id }, error }: Renewal, output: Output): void {
  if (!error) return
  output.warn(output.text(resultTexts.failed, { id }))
  for (const line of errorLines(error, output.language)) output.warn(line)
}

function report(
  renewals: readonly Renewal[],
  { output, world }: Session,
  everything: boolean,
): number {
  const now = world.host.now()
  const documents = renewals.map(
    ({ outcome, certificate, version, renewal, before, deployment, pending, error, checks }) => ({
      outcome,
      ...explanationOf(before),
      certificate: certificateDocument(certificate, { version, renewal }, now),
      ...deploymentDocument(deployment, output, now),
      ...(pending && { pending }),
      ...(error && { error }),
      ...(checks && checks.length > 0 && { checks }),
    }),
  )
  output.result({ renewals: documents }, () => {
    const worthTelling = everything
      ? renewals.filter((renewal) => renewal.outcome !== 'not-due' || hasInstalled(renewal))
      : renewals
    if (worthTelling.length === 0) return [output.text(resultTexts.nothingDue)]
    return worthTelling.flatMap((renewal) => renewalLine(renewal, output))
  })
  const failed = renewals.some(
    ({ outcome, deployment }) => outcome === 'failed' || hasFailed(deployment),
  )
  if (failed) return exitCode.failed
  const due = renewals.some(({ outcome, pending = [] }) => outcome === 'due' || pending.length > 0)
  return due ? exitCode.due : exitCode.done
}

/** Whether anything was installed, or is still to be. */
function hasInstalled({ deployment: { outcomes }, pending = [] }: Renewal): boolean {
  return outcomes.length > 0 || pending.length > 0
}

function renewalLine(renewal: Renewal, output: Output): string[] {
  const { outcome, certificate, version, before, deployment, pending = [] } = renewal
  const { id } = certificate
  if (outcome === 'failed') return []
  if (!version) return [output.text(resultTexts.neverIssued, { id })]
  const due = momentText(dueAt(version, before))
  const isRevoked = version.revokedBy === 'issuer'
  const until = momentText(version.notAfter)
  const line = {
    'not-due': () => output.text(resultTexts.notDue, { id, due }),
    due: () => output.text(isRevoked ? revocationTexts.due : resultTexts.isDue, { id, due }),
    renewed: () => output.text(resultTexts.renewed, { id, until }),
  }[outcome]()
  const targets = pending.join(', ')
  return [
    line,
    ...explanationLines(id, before, output),
    ...(pending.length > 0 ? [output.text(deployTexts.isPending, { id, targets })] : []),
    ...deploymentLines(deployment, output),
  ]
}

function nothingKept({ output, directory }: Session): number {
  output.result({ renewals: [] }, () => [output.text(resultTexts.nothingKept, { directory })])
  return exitCode.done
}
