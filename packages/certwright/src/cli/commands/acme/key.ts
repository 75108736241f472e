import type { KeyType } from '@certwright/acme'
import { generateKeyObject } from '@certwright/acme/node'
import { acmeCommandResultTexts } from '../../../runtime/messages/acme-command-texts.ts'
import { accountKeyTypes } from '../../account-grammar.ts'
import { acmeSettings } from '../../acme-settings.ts'
import type { CommandRun } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { newFile } from '../../files.ts'

/** Makes a private key, for an account or a certificate, in a file that was not there. */
export const key: CommandRun = async ({ arguments: [use], options }, session) => {
  const { accountKeyFile } = acmeSettings(options, session)
  const standard = use === 'account' ? accountKeyFile : session.path('certificate.key')
  const output = options.text('output')
  const path = output === undefined ? standard : session.path(output)
  const type = accountKeyTypes.find((known) => known === options.text('type')) ?? 'rsa4096'
  await newKeyFile(path, type)
  session.output.result({ path, use, type }, () => [
    session.output.text(acmeCommandResultTexts.keyMade, { path, type }),
  ])
  return exitCode.done
}

/** A new private key in PKCS#8 PEM, readable by its owner alone. `FILE_EXISTS` where there is a file. */
export async function newKeyFile(path: string, type: KeyType): Promise<void> {
  const made = await generateKeyObject(type)
  await newFile(path, made.export({ type: 'pkcs8', format: 'pem' }).toString(), 0o600)
}
