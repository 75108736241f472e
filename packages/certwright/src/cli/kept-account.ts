import { instantOf, type AccountResource } from '@certwright/acme'
import { accountLock } from '../issuance/account-lock.ts'
import { keptAccount } from '../issuance/account.ts'
import type { OpenAccount } from '../issuance/issuance.ts'
import { issuerName } from '../issuance/known-issuers.ts'
import { CertwrightError } from '../runtime/error.ts'
import type { AccountKey, Issuer } from '../store/store.ts'
import { directoryUrlFrom } from './definition.ts'
import type { Options } from './options.ts'
import type { Session } from './session.ts'

/** The directory of the account that was named, or of the only one there is. */
export async function keptDirectory(options: Options, session: Session): Promise<string> {
  const asked = options.text('issuer')
  const store = await session.keptStore()
  const open = (await store?.issuers())?.filter(({ status }) => status !== 'deactivated') ?? []
  const urls = [...new Set(open.map(({ directoryUrl }) => directoryUrl))]
  if (asked === undefined && urls.length > 1) {
    const issuers = urls.map(issuerName).join(', ')
    throw new CertwrightError('USAGE_ISSUER_AMBIGUOUS', { issuers })
  }
  const directoryUrl =
    asked === undefined && urls[0] !== undefined
      ? urls[0]
      : directoryUrlFrom(asked ?? 'letsencrypt')
  if (!store) throw new CertwrightError('ACCOUNT_NOT_FOUND', { issuer: directoryUrl })
  return directoryUrl
}

/** The account that was named, or the only one there is, ready to be used. */
export async function openKept(options: Options, session: Session): Promise<OpenAccount> {
  const directoryUrl = await keptDirectory(options, session)
  return keptAccount(directoryUrl, await session.context(), session.signal)
}

/** While no other process works on the account. */
export async function lockedAccount<T>(
  directoryUrl: string,
  session: Session,
  task: () => Promise<T>,
): Promise<T> {
  return session.locked(accountLock(directoryUrl), task)
}

/** An account as `--json` shows it. Its key is never a part of it. */
export function issuerDocument(issuer: Issuer): object {
  const { directoryUrl, accountUrl, status, contact, thumbprint, nextKey, createdAt } = issuer
  const { externalAccountId, termsOfService, termsAgreedAt } = issuer
  return {
    issuer: directoryUrl,
    ...(accountUrl !== undefined && { url: accountUrl }),
    status,
    contact,
    keyThumbprint: thumbprint,
    key: keyDocument(issuer.accountKey),
    ...(nextKey && { nextKeyThumbprint: nextKey.thumbprint }),
    ...(externalAccountId !== undefined && { externalAccountId }),
    ...(termsOfService !== undefined && { termsOfService }),
    ...(termsAgreedAt !== undefined && { termsAgreedAt: instantOf(termsAgreedAt) }),
    createdAt: instantOf(createdAt),
  }
}

function keyDocument(key: AccountKey): object {
  return key.held === 'here' ? { held: key.held } : { held: key.held, program: key.program }
}

/** With what the issuer says instead of what is kept. */
export function accountDocument(issuer: Issuer, { status, contact }: AccountResource): object {
  return { ...issuerDocument(issuer), status, contact }
}

export function contactText(contact: readonly string[]): string {
  return contact.map((url) => url.replace(/^mailto:/, '')).join(', ') || '-'
}
