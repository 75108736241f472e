import { readChain, revokeCertificate } from '@certwright/acme'
import { acmeCommandResultTexts } from '../../../runtime/messages/acme-command-texts.ts'
import { acmeSettings, settingsAccount, settingsClient, signerIn } from '../../acme-settings.ts'
import type { CommandRun } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { fileText } from '../../files.ts'
import { revocationReason } from '../../revocation-reason.ts'

/** Revokes the first certificate of a file, by the account or by the certificate's own key. */
export const revoke: CommandRun = async ({ arguments: [file = ''], options }, session) => {
  const { output, signal } = session
  const path = session.path(file)
  const [certificate = new Uint8Array()] = readChain(fileText(path))
  const named = options.text('reason')
  const reason = named === undefined ? undefined : revocationReason(named)
  const key = options.text('key')
  const { client, by } =
    key === undefined
      ? await settingsAccount(options, session).then(({ client, account }) => ({
          client,
          by: account,
        }))
      : {
          client: await settingsClient(acmeSettings(options, session), session),
          by: signerIn(session.path(key)),
        }
  const revocation = { certificate, ...(reason !== undefined && { reason }) }
  await revokeCertificate(client, by, revocation, { signal })
  output.result({ path, ...(reason !== undefined && { reason }) }, () => [
    output.text(acmeCommandResultTexts.revoked, { path }),
  ])
  return exitCode.done
}
