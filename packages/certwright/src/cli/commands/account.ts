import { getDirectory } from '@certwright/acme'
import { deactivate, openAccount, showAccount, updateContact } from '../../issuance/account.ts'
import { issuerName } from '../../issuance/known-issuers.ts'
import type { Text } from '../../runtime/catalogue.ts'
import { CertwrightError } from '../../runtime/error.ts'
import { accountLabels, accountResultTexts } from '../../runtime/messages/account-texts.ts'
import { labelTexts, promptTexts, resultTexts } from '../../runtime/messages/command-texts.ts'
import type { Issuer } from '../../store/store.ts'
import { agreementFrom } from '../agreement.ts'
import { dateText } from '../certificate-report.ts'
import type { CommandRun } from '../command.ts'
import { directoryUrlFrom } from '../definition.ts'
import { exitCode } from '../exit-code.ts'
import {
  accountDocument,
  contactText,
  issuerDocument,
  lockedAccount,
  openKept,
} from '../kept-account.ts'
import { mailtoUrl } from '../options.ts'
import type { Output } from '../output.ts'
import { alignedRows } from '../table.ts'

/** Makes the account at an issuer, or finds that there is one. */
export const accountCreate: CommandRun = async ({ options }, session) => {
  const directoryUrl = directoryUrlFrom(options.text('issuer') ?? 'letsencrypt')
  const agreement = agreementFrom(options, session)
  const context = await session.context()
  const { issuer, created } = await lockedAccount(directoryUrl, session, async () =>
    openAccount({ directoryUrl, ...agreement }, context, session.signal),
  )
  const text = created ? resultTexts.accountCreated : resultTexts.accountKept
  session.output.result({ created, account: issuerDocument(issuer) }, () => [
    session.output.text(text, { url: issuer.accountUrl ?? '' }),
  ])
  return exitCode.done
}

/** Shows what the issuer says of the account. */
export const accountShow: CommandRun = async ({ options }, session) => {
  const { output, signal } = session
  const open = await openKept(options, session)
  const resource = await showAccount(open, await session.context(), signal)
  const { issuer } = open
  const { meta } = await getDirectory(open.client, { signal })
  const terms = meta.termsOfService
  const other = terms !== undefined && terms !== issuer.termsOfService ? terms : undefined
  const account = accountDocument(issuer, resource)
  output.result({ account, ...(other !== undefined && { newTerms: other }) }, () => {
    const rows: (readonly [Text, string])[] = [
      [labelTexts.issuer, issuerName(issuer.directoryUrl)],
      [labelTexts.url, issuer.accountUrl ?? '-'],
      [labelTexts.status, resource.status],
      [labelTexts.contact, contactText(resource.contact)],
      [accountLabels.key, keyText(issuer, output)],
      [labelTexts.thumbprint, issuer.thumbprint],
      ...optionalRow(accountLabels.boundTo, issuer.externalAccountId),
      [labelTexts.created, dateText(issuer.createdAt)],
      ...optionalRow(labelTexts.terms, termsText(issuer, output)),
    ]
    return alignedRows(rows.map(([label, value]) => [output.text(label), value]))
  })
  // An account that came from elsewhere has agreed there.
  if (other !== undefined && issuer.termsOfService !== undefined) {
    output.note(output.text(accountResultTexts.termsChanged, { terms: other }))
  }
  return exitCode.done
}

function optionalRow(label: Text, value: string | undefined): (readonly [Text, string])[] {
  return value === undefined ? [] : [[label, value]]
}

function keyText({ accountKey }: Issuer, output: Output): string {
  return accountKey.held === 'here'
    ? output.text(accountLabels.keyHere)
    : output.text(accountLabels.keyByProgram, { program: accountKey.program })
}

function termsText({ termsOfService, termsAgreedAt }: Issuer, output: Output): string | undefined {
  if (termsOfService === undefined || termsAgreedAt === undefined) return termsOfService
  const date = dateText(termsAgreedAt)
  return output.text(accountLabels.agreedAt, { terms: termsOfService, date })
}

/** Replaces the account's contact. */
export const accountUpdate: CommandRun = async ({ options }, session) => {
  const email = options.text('email')
  if (email === undefined && !options.off('email')) {
    throw new CertwrightError('USAGE_NOTHING_TO_UPDATE')
  }
  const contact = email === undefined ? [] : [mailtoUrl(email)]
  const open = await openKept(options, session)
  const resource = await updateContact(open, contact, await session.context(), session.signal)
  session.output.result({ account: accountDocument(open.issuer, resource) }, () => [
    session.output.text(resultTexts.accountUpdated, { url: open.account.url }),
  ])
  return exitCode.done
}

/** Deactivates the account for good. Asks first where a person is there. */
export const accountDeactivate: CommandRun = async ({ options }, session) => {
  const { output, prompt } = session
  const open = await openKept(options, session)
  const { url } = open.account
  if (!options.flag('yes') && prompt) {
    const sure = await prompt.confirm(output.text(promptTexts.deactivate, { url }))
    if (!sure) throw new CertwrightError('CANCELLED')
  }
  const resource = await deactivate(open, await session.context(), session.signal)
  output.result({ account: accountDocument(open.issuer, resource) }, () => [
    output.text(resultTexts.accountDeactivated, { url }),
  ])
  return exitCode.done
}

/** Lists the accounts kept here, without asking any issuer. */
export const accountList: CommandRun = async (_input, { keptStore, output, directory }) => {
  const issuers = (await (await keptStore())?.issuers()) ?? []
  output.result({ accounts: issuers.map(issuerDocument) }, () => {
    if (issuers.length === 0) return [output.text(resultTexts.noAccounts, { directory })]
    const headings = [labelTexts.issuer, labelTexts.url, labelTexts.status, labelTexts.contact]
    return alignedRows([
      headings.map((label) => output.text(label)),
      ...issuers.map(({ directoryUrl, accountUrl, status, contact }) => [
        issuerName(directoryUrl),
        accountUrl ?? '-',
        status,
        contactText(contact),
      ]),
    ])
  })
  return exitCode.done
}
