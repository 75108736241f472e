import { instantOf, type AccountResource } from '@certwright/acme'
import {
  deactivate,
  keptAccount,
  openAccount,
  showAccount,
  updateContact,
} from '../../issuance/account.ts'
import type { OpenAccount } from '../../issuance/issuance.ts'
import { issuerName } from '../../issuance/known-issuers.ts'
import type { Text } from '../../runtime/catalogue.ts'
import { CertwrightError } from '../../runtime/error.ts'
import { labelTexts, promptTexts, resultTexts } from '../../runtime/messages/command-texts.ts'
import type { Issuer } from '../../store/store.ts'
import { dateText } from '../certificate-report.ts'
import type { CommandRun } from '../command.ts'
import { directoryUrlFrom } from '../definition.ts'
import { exitCode } from '../exit-code.ts'
import { mailtoUrl, type Options } from '../options.ts'
import type { Session } from '../session.ts'
import { alignedRows } from '../table.ts'
import { agreementFrom } from './issue.ts'

/** Makes the account at an issuer, or finds that there is one. */
export const accountCreate: CommandRun = async ({ options }, session) => {
  const directoryUrl = directoryUrlFrom(options.text('issuer') ?? 'letsencrypt')
  const agreement = agreementFrom(options, session)
  const context = await session.context()
  const { issuer, created } = await openAccount(
    { directoryUrl, ...agreement },
    context,
    session.signal,
  )
  const text = created ? resultTexts.accountCreated : resultTexts.accountKept
  session.output.result({ created, account: issuerDocument(issuer) }, () => [
    session.output.text(text, { url: issuer.accountUrl ?? '' }),
  ])
  return exitCode.done
}

/** Shows what the issuer says of the account. */
export const accountShow: CommandRun = async ({ options }, session) => {
  const open = await openKept(options, session)
  const resource = await showAccount(open, await session.context(), session.signal)
  const { output } = session
  output.result({ account: accountDocument(open.issuer, resource) }, () => {
    const { issuer } = open
    const rows: (readonly [Text, string])[] = [
      [labelTexts.issuer, issuerName(issuer.directoryUrl)],
      [labelTexts.url, issuer.accountUrl ?? '-'],
      [labelTexts.status, resource.status],
      [labelTexts.contact, contactText(resource.contact)],
      [labelTexts.thumbprint, issuer.thumbprint],
      [labelTexts.created, dateText(issuer.createdAt)],
      ...(issuer.termsOfService === undefined
        ? []
        : [[labelTexts.terms, issuer.termsOfService] as const]),
    ]
    return alignedRows(rows.map(([label, value]) => [output.text(label), value]))
  })
  return exitCode.done
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

/** The account that was named, or the only one there is. */
async function openKept(options: Options, session: Session): Promise<OpenAccount> {
  const asked = options.text('issuer')
  const store = await session.keptStore()
  const open = (await store?.issuers())?.filter(({ status }) => status !== 'deactivated') ?? []
  if (asked === undefined && open.length > 1) {
    const issuers = open.map(({ directoryUrl }) => issuerName(directoryUrl)).join(', ')
    throw new CertwrightError('USAGE_ISSUER_AMBIGUOUS', { issuers })
  }
  const directoryUrl =
    asked === undefined && open[0] ? open[0].directoryUrl : directoryUrlFrom(asked ?? 'letsencrypt')
  if (!store) throw new CertwrightError('ACCOUNT_NOT_FOUND', { issuer: directoryUrl })
  return keptAccount(directoryUrl, await session.context())
}

function issuerDocument(issuer: Issuer): object {
  const { directoryUrl, accountUrl, status, contact, thumbprint, termsOfService, createdAt } =
    issuer
  return {
    issuer: directoryUrl,
    ...(accountUrl !== undefined && { url: accountUrl }),
    status,
    contact,
    keyThumbprint: thumbprint,
    ...(termsOfService !== undefined && { termsOfService }),
    createdAt: instantOf(createdAt),
  }
}

/** With what the issuer says instead of what is kept. */
function accountDocument(issuer: Issuer, { status, contact }: AccountResource): object {
  return { ...issuerDocument(issuer), status, contact }
}

function contactText(contact: readonly string[]): string {
  return contact.map((url) => url.replace(/^mailto:/, '')).join(', ') || '-'
}
