import { keptAccount } from '../../issuance/account.ts'
import { issueCertificate } from '../../issuance/issue.ts'
import type { IssuanceContext } from '../../issuance/issuance.ts'
import { dueAt } from '../../manager/renewal.ts'
import { CertwrightError } from '../../runtime/error.ts'
import { resultTexts } from '../../runtime/messages/command-texts.ts'
import type { Certificate, Version } from '../../store/store.ts'
import { certificateDocument, momentText } from '../certificate-report.ts'
import type { CommandRun } from '../command.ts'
import { errorDocument, errorLines, type ErrorDocument } from '../error-report.ts'
import { exitCode } from '../exit-code.ts'
import type { Output } from '../output.ts'
import type { Session } from '../session.ts'
import { heal, standingOf } from '../standing.ts'

/** What came of one certificate. */
interface Renewal {
  readonly outcome: 'renewed' | 'due' | 'not-due' | 'failed'
  readonly certificate: Certificate
  /** The current one now. */
  readonly version: Version | undefined
  readonly error?: ErrorDocument
}

/** Renews what is due. One that fails stops no other. */
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
  const context = await session.context()
  const renewals: Renewal[] = []
  for (const certificate of certificates) {
    const renewal = options.flag('check')
      ? await looked(certificate, context)
      : await renewed(certificate, force, context, session)
    renewals.push(renewal)
    tellFailure(renewal, session.output)
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
  const { version, due } = await standingOf(certificate, context)
  return { outcome: due ? 'due' : 'not-due', certificate, version }
}

async function renewed(
  kept: Certificate,
  force: boolean,
  context: IssuanceContext,
  session: Session,
): Promise<Renewal> {
  const { signal, output } = session
  const { id } = kept
  try {
    return await session.locked(id, async () => {
      // Another process may have renewed it while this one waited.
      const certificate = await session.certificate(id)
      const standing = await looked(certificate, context)
      if (standing.outcome === 'not-due' && !force) {
        await heal(certificate, context)
        return standing
      }
      const open = await keptAccount(certificate.directoryUrl, context)
      const version = await issueCertificate(certificate, open, context, signal)
      return { outcome: 'renewed', certificate, version }
    })
  } catch (error) {
    signal?.throwIfAborted()
    const document = errorDocument(error, output.language, context.host.now())
    const { version } = await looked(kept, context)
    return { outcome: 'failed', certificate: kept, version, error: document }
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
  const documents = renewals.map(({ outcome, certificate, version, error }) => ({
    outcome,
    certificate: certificateDocument(certificate, version, now),
    ...(error && { error }),
  }))
  output.result({ renewals: documents }, () => {
    const worthTelling = everything
      ? renewals.filter(({ outcome }) => outcome !== 'not-due')
      : renewals
    if (worthTelling.length === 0) return [output.text(resultTexts.nothingDue)]
    return worthTelling.flatMap((renewal) => renewalLine(renewal, output))
  })
  if (renewals.some(({ outcome }) => outcome === 'failed')) return exitCode.failed
  return renewals.some(({ outcome }) => outcome === 'due') ? exitCode.due : exitCode.done
}

function renewalLine({ outcome, certificate: { id }, version }: Renewal, output: Output): string[] {
  if (outcome === 'failed') return []
  if (!version) return [output.text(resultTexts.neverIssued, { id })]
  const due = momentText(dueAt(version))
  if (outcome === 'not-due') return [output.text(resultTexts.notDue, { id, due })]
  if (outcome === 'due') return [output.text(resultTexts.isDue, { id, due })]
  return [output.text(resultTexts.renewed, { id, until: momentText(version.notAfter) })]
}

function nothingKept({ output, directory }: Session): number {
  output.result({ renewals: [] }, () => [output.text(resultTexts.nothingKept, { directory })])
  return exitCode.done
}
