import { existsSync } from 'node:fs'
import { getDirectory, newAccount } from '@certwright/acme'
import { CertwrightError } from '../../../runtime/error.ts'
import {
  acmeCommandPromptTexts,
  acmeCommandResultTexts,
} from '../../../runtime/messages/acme-command-texts.ts'
import { promptTexts } from '../../../runtime/messages/command-texts.ts'
import { acmeSettings, settingsClient, signerIn } from '../../acme-settings.ts'
import type { CommandRun } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import type { Session } from '../../session.ts'
import { newKeyFile } from './key.ts'

/** Makes the account of a key, after its owner has agreed to the terms. */
export const accountNew: CommandRun = async ({ options }, session) => {
  const { output, prompt, signal } = session
  const settings = acmeSettings(options, session)
  await offerKey(settings.accountKeyFile, session)
  const signer = signerIn(settings.accountKeyFile)
  const client = await settingsClient(settings, session)
  const { termsOfService: url } = (await getDirectory(client, { signal })).meta
  if (url !== undefined && !options.flag('agreeTos')) {
    const agreed = await prompt?.confirm(output.text(promptTexts.terms, { url }))
    if (!agreed) throw new CertwrightError('ACME_TERMS_NOT_AGREED', { url })
  }
  const request = { contact: settings.contact, termsOfServiceAgreed: true }
  const { account, created, resource } = await newAccount(client, signer, request, { signal })
  const text = created ? acmeCommandResultTexts.accountMade : acmeCommandResultTexts.accountThere
  output.result({ created, url: account.url, account: resource }, () => [
    output.text(text, { url: account.url }),
  ])
  return exitCode.done
}

async function offerKey(path: string, { prompt, output }: Session): Promise<void> {
  if (!prompt || existsSync(path)) return
  const wanted = await prompt.confirm(output.text(acmeCommandPromptTexts.makeKey, { path }))
  if (!wanted) throw new CertwrightError('CANCELLED')
  await newKeyFile(path, 'rsa4096')
}
