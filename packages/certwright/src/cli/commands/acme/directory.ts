import { get, type JsonObject } from '@certwright/acme'
import { acmeSettings, settingsClient } from '../../acme-settings.ts'
import type { CommandRun } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { jsonLines } from '../../json-lines.ts'

/** Shows the directory as the CA sends it, with members that no client knows. */
export const directory: CommandRun = async ({ options }, session) => {
  const client = await settingsClient(acmeSettings(options, session), session)
  const { body } = await get(client, client.directoryUrl, { signal: session.signal })
  const sent = JSON.parse(new TextDecoder().decode(body)) as JsonObject
  const document = { url: client.directoryUrl, directory: sent }
  session.output.result(document, () => jsonLines(sent))
  return exitCode.done
}
