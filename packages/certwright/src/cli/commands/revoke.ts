import { keptAccount } from '../../issuance/account.ts'
import { revokeVersion } from '../../issuance/revoke.ts'
import { lookAtAll, type Outcome } from '../../manager/installations.ts'
import { resultTexts } from '../../runtime/messages/command-texts.ts'
import { deployTexts } from '../../runtime/messages/deploy-texts.ts'
import type { Certificate, Version } from '../../store/store.ts'
import { momentText, versionDocument } from '../certificate-report.ts'
import type { CommandRun } from '../command.ts'
import { deployContext } from '../deployment.ts'
import { errorDocument } from '../error-report.ts'
import { exitCode } from '../exit-code.ts'
import { installedDocument } from '../installation-report.ts'
import type { Options } from '../options.ts'
import { reasonName, revocationReason } from '../revocation-reason.ts'
import type { Session } from '../session.ts'
import { versionOf } from '../version-choice.ts'

/** Says where a version is still installed, then revokes it; one that is revoked already stays as it is. */
export const revoke: CommandRun = async ({ arguments: [id = ''], options }, session) => {
  const reason = revocationReason(options.text('reason') ?? 'unspecified')
  const number = options.count('version')
  const kept = await session.certificate(id)
  return session.locked(kept.id, async () => {
    const certificate = await session.certificate(id)
    const context = await session.context()
    const version = await versionOf(certificate, number, context.store)
    const installed = await stillInstalled(version, options, session)
    if (version.revokedAt !== undefined) {
      return report('unchanged', certificate, { version, installed }, session)
    }
    const open = await keptAccount(version.directoryUrl, context)
    await revokeVersion(version, reason, open, context, session.signal)
    const revoked = await versionOf(certificate, version.number, context.store)
    return report('revoked', certificate, { version: revoked, installed }, session)
  })
}

/** The places that hold or serve this version, and those that cannot be looked at and had it last; told at once. */
async function stillInstalled(
  version: Version,
  options: Options,
  session: Session,
): Promise<readonly Outcome[]> {
  const { output, signal, world } = session
  const context = await deployContext(session, options)
  const { certificateId: id, number, fingerprint } = version
  const installations = await context.store.installations(id)
  const looks = await lookAtAll(version, installations, context, signal)
  const found = looks.filter(({ installation, observation, error }) =>
    error === undefined
      ? observation?.current === true || observation?.endpoints.some(({ current }) => current)
      : installation.lastWritten?.fingerprint === fingerprint,
  )
  for (const { installation, error } of found) {
    const { target } = installation
    const text = error === undefined ? deployTexts.stillInstalled : deployTexts.perhapsInstalled
    const reason =
      error === undefined ? '' : errorDocument(error, output.language, world.host.now()).message
    output.warn(output.text(text, { id, number, target, reason }))
  }
  return found
}

function report(
  outcome: 'revoked' | 'unchanged',
  { id, current }: Certificate,
  { version, installed }: { readonly version: Version; readonly installed: readonly Outcome[] },
  { output, world }: Session,
): number {
  const { number, revokedAt = 0, revocationReason: reason = 0 } = version
  const now = world.host.now()
  const document = {
    outcome,
    id,
    version: versionDocument(version, current),
    installed: installed.map((one) => installedDocument(one, output, now)),
  }
  output.result(document, () => [
    outcome === 'revoked'
      ? output.text(resultTexts.revoked, { id, number, reason: reasonName(reason) })
      : output.text(resultTexts.revokedAlready, { id, number, at: momentText(revokedAt) }),
  ])
  if (number === current) output.note(output.text(resultTexts.replaceHint, { id }))
  return exitCode.done
}
