import {
  deactivateAccount,
  getAccount,
  updateAccount,
  type AccountResource,
} from '@certwright/acme'
import { CertwrightError } from '../../../runtime/error.ts'
import {
  acmeCommandLabels as labels,
  acmeCommandResultTexts,
} from '../../../runtime/messages/acme-command-texts.ts'
import { promptTexts } from '../../../runtime/messages/command-texts.ts'
import { settingsAccount } from '../../acme-settings.ts'
import type { CommandRun } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { contactText } from '../../kept-account.ts'
import type { Output } from '../../output.ts'
import { alignedRows } from '../../table.ts'

/** Finds the account's URL by its key. */
export const accountUrl: CommandRun = async ({ options }, session) => {
  const { account } = await settingsAccount(options, session)
  session.output.result({ url: account.url }, () => [account.url])
  return exitCode.done
}

/** Shows what the CA keeps of the account. */
export const accountInfo: CommandRun = async ({ options }, session) => {
  const { client, account } = await settingsAccount(options, session)
  const resource = await getAccount(client, account, { signal: session.signal })
  showResource(account.url, resource, session.output)
  return exitCode.done
}

/** Replaces the contacts by those of the settings. */
export const accountContacts: CommandRun = async ({ options }, session) => {
  const { client, account, settings } = await settingsAccount(options, session)
  const contact = options.off('email') ? [] : settings.contact
  if (contact.length === 0 && !options.off('email')) {
    throw new CertwrightError('USAGE_NOTHING_TO_UPDATE')
  }
  const resource = await updateAccount(client, account, { contact }, { signal: session.signal })
  showResource(account.url, resource, session.output)
  return exitCode.done
}

/** Closes the account for good. Asks first where a person is there. */
export const accountEnd: CommandRun = async ({ options }, session) => {
  const { output, prompt, signal } = session
  const { client, account } = await settingsAccount(options, session)
  const { url } = account
  if (!options.flag('yes') && prompt) {
    const sure = await prompt.confirm(output.text(promptTexts.deactivate, { url }))
    if (!sure) throw new CertwrightError('CANCELLED')
  }
  const resource = await deactivateAccount(client, account, { signal })
  output.result({ url, account: resource }, () => [
    output.text(acmeCommandResultTexts.accountEnded, { url }),
  ])
  return exitCode.done
}

function showResource(url: string, resource: AccountResource, output: Output): void {
  output.result({ url, account: resource }, () =>
    alignedRows([
      [output.text(labels.url), url],
      [output.text(labels.status), resource.status],
      [output.text(labels.contact), contactText(resource.contact)],
    ]),
  )
}
