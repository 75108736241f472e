import { newNonce } from '@certwright/acme'
import { acmeSettings, settingsClient } from '../../acme-settings.ts'
import type { CommandRun } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'

/** Asks for a nonce, which no request of this command uses up. */
export const nonce: CommandRun = async ({ options }, session) => {
  const client = await settingsClient(acmeSettings(options, session), session)
  const fresh = await newNonce(client, { signal: session.signal })
  session.output.result({ nonce: fresh }, () => [fresh])
  return exitCode.done
}
