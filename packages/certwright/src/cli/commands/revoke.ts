import { keptAccount } from '../../issuance/account.ts'
import { revokeVersion } from '../../issuance/revoke.ts'
import { resultTexts } from '../../runtime/messages/command-texts.ts'
import type { Certificate, Version } from '../../store/store.ts'
import { momentText, versionDocument } from '../certificate-report.ts'
import type { CommandRun } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { reasonName, revocationReason } from '../revocation-reason.ts'
import type { Session } from '../session.ts'
import { versionOf } from '../version-choice.ts'

/** Revokes one version; one that is revoked already stays as it is. */
export const revoke: CommandRun = async ({ arguments: [id = ''], options }, session) => {
  const reason = revocationReason(options.text('reason') ?? 'unspecified')
  const number = options.count('version')
  const kept = await session.certificate(id)
  return session.locked(kept.id, async () => {
    const certificate = await session.certificate(id)
    const context = await session.context()
    const version = await versionOf(certificate, number, context.store)
    if (version.revokedAt !== undefined) return report('unchanged', certificate, version, session)
    const open = await keptAccount(version.directoryUrl, context)
    await revokeVersion(version, reason, open, context, session.signal)
    const revoked = await versionOf(certificate, version.number, context.store)
    return report('revoked', certificate, revoked, session)
  })
}

function report(
  outcome: 'revoked' | 'unchanged',
  { id, current }: Certificate,
  version: Version,
  { output }: Session,
): number {
  const { number, revokedAt = 0, revocationReason: reason = 0 } = version
  output.result({ outcome, id, version: versionDocument(version, current) }, () => [
    outcome === 'revoked'
      ? output.text(resultTexts.revoked, { id, number, reason: reasonName(reason) })
      : output.text(resultTexts.revokedAlready, { id, number, at: momentText(revokedAt) }),
  ])
  if (number === current) output.note(output.text(resultTexts.replaceHint, { id }))
  return exitCode.done
}
