import { getDirectory } from '@certwright/acme'
import { acmeCommandResultTexts } from '../../../runtime/messages/acme-command-texts.ts'
import { acmeSettings, settingsClient } from '../../acme-settings.ts'
import type { CommandRun } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'

/** Shows where the CA's terms of service are. */
export const terms: CommandRun = async ({ options }, session) => {
  const { output, signal } = session
  const client = await settingsClient(acmeSettings(options, session), session)
  const { termsOfService } = (await getDirectory(client, { signal })).meta
  output.result({ ...(termsOfService !== undefined && { termsOfService }) }, () => [
    termsOfService ?? output.text(acmeCommandResultTexts.noTerms),
  ])
  return exitCode.done
}
