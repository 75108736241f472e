import { randomUUID } from 'node:crypto'
import {
  deactivateAccount,
  findAccount,
  getAccount,
  getDirectory,
  isProblem,
  newAccount,
  updateAccount,
  type AccountResource,
  type AccountResult,
  type Signer,
} from '@certwright/acme'
import { CertwrightError } from '../runtime/error.ts'
import type { Issuer } from '../store/store.ts'
import {
  accountSigner,
  chosenKey,
  defaultAccountKey,
  type AccountKeyChoice,
} from './account-key.ts'
import {
  explainedRefusal,
  requireCustomer,
  type ExternalAccountSource,
} from './external-account.ts'
import type { IssuanceContext, OpenAccount } from './issuance.ts'
import { issuerClient } from './issuer-client.ts'
import { knownIssuer } from './known-issuers.ts'
import { settledSigner } from './rollover.ts'

export interface AccountRequest {
  readonly directoryUrl: string
  /** A file of PEM roots that the directory is trusted by, beside the system's. */
  readonly caFile?: string
  /** `mailto:` URLs; used only where the account is new. */
  readonly contact?: readonly string[]
  /** Binds a new account to one outside ACME. Read and sent only where the CA knows no account of our key. */
  readonly externalAccount?: ExternalAccountSource
  /** The key of a new account. */
  readonly key?: AccountKeyChoice
  /** Whether a person agrees to the terms at this URL. Asked only for a new account at a CA that has terms. */
  readonly agreeTerms: (url: string) => Promise<boolean>
}

/** Opens the account at a directory: the one in the store, or a new one, whose key is kept before it is first used. */
export async function openAccount(
  request: AccountRequest,
  context: IssuanceContext,
  signal?: AbortSignal,
): Promise<OpenAccount> {
  const { externalAccount } = request
  const kept = await context.store.issuer(request.directoryUrl)
  // Read before anything is made: a key that cannot be read leaves nothing behind.
  if (kept?.accountUrl === undefined) await externalAccount?.open()
  const issuer = withCaFile(kept, request.caFile) ?? (await newIssuer(request, context, signal))
  if (issuer.caFile !== kept?.caFile) await context.store.saveIssuer(issuer)
  if (issuer.accountUrl !== undefined) {
    const open = await opened(issuer, issuer.accountUrl, context, signal)
    return { ...open, ...(externalAccount && { externalAccount }) }
  }
  const client = issuerClient(issuer, context)
  const signer = await accountSigner(issuer, context)
  const found = await registered({ issuer, signer, externalAccount }, context, signal)
  const { account, created } = found
  const bound = { ...issuer, ...(externalAccount && { externalAccountId: externalAccount.keyId }) }
  const saved: Issuer = { ...bound, accountUrl: account.url, status: 'valid' }
  await context.store.saveIssuer(saved)
  if (created) context.onProgress?.({ type: 'account-created', accountUrl: account.url })
  return { client, account, issuer: saved, created, ...(externalAccount && { externalAccount }) }
}

interface Registration {
  readonly issuer: Issuer
  readonly signer: Signer
  readonly externalAccount: ExternalAccountSource | undefined
}

async function registered(
  { issuer, signer, externalAccount: source }: Registration,
  context: IssuanceContext,
  signal: AbortSignal | undefined,
): Promise<AccountResult> {
  const client = issuerClient(issuer, context)
  const { contact } = issuer
  const externalAccount = await source?.open()
  const request = { termsOfServiceAgreed: true, contact, externalAccount }
  try {
    return await newAccount(client, signer, request, { signal })
  } catch (error) {
    throw await explainedRefusal(error, { client, externalAccount })
  }
}

/**
 * Finds the account again after the CA said that it does not know its URL: once by key, then by registering the
 * same key anew under the terms already agreed to. For a CA that was reset, or a store restored from a backup.
 */
export async function reopenAccount(
  open: OpenAccount,
  context: IssuanceContext,
  signal?: AbortSignal,
): Promise<OpenAccount> {
  const { client, issuer, externalAccount } = open
  const { signer } = open.account
  const found =
    (await findAccount(client, signer, { signal })) ??
    (await registered({ issuer, signer, externalAccount }, context, signal))
  const reopened: Issuer = { ...issuer, accountUrl: found.account.url, status: 'valid' }
  await context.store.saveIssuer(reopened)
  return { ...open, account: found.account, issuer: reopened, created: found.created }
}

/** Does `task` with the account, and once more with the account found again where the CA has lost its URL. */
export async function withAccount<T>(
  open: OpenAccount,
  context: IssuanceContext,
  task: (open: OpenAccount) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  try {
    return await task(open)
  } catch (error) {
    if (!isProblem(error, 'accountDoesNotExist')) throw error
    return task(await reopenAccount(open, context, signal))
  }
}

/** The account at a directory as the store has it. Throws where there is none. */
export async function keptAccount(
  directoryUrl: string,
  context: IssuanceContext,
  signal?: AbortSignal,
): Promise<OpenAccount> {
  const issuer = await context.store.issuer(directoryUrl)
  if (issuer?.accountUrl === undefined) {
    throw new CertwrightError('ACCOUNT_NOT_FOUND', { issuer: directoryUrl })
  }
  return opened(issuer, issuer.accountUrl, context, signal)
}

async function opened(
  issuer: Issuer,
  url: string,
  context: IssuanceContext,
  signal: AbortSignal | undefined,
): Promise<OpenAccount> {
  const client = issuerClient(issuer, context)
  const settled = await settledSigner({ client, issuer, url }, context, signal)
  const account = { url, signer: settled.signer }
  return { client, account, issuer: settled.issuer, created: false }
}

/** What the CA says of the account. */
export async function showAccount(
  open: OpenAccount,
  context: IssuanceContext,
  signal?: AbortSignal,
): Promise<AccountResource> {
  const look = async (o: OpenAccount): Promise<AccountResource> =>
    unlessClosed(o.issuer, () => getAccount(o.client, o.account, { signal }))
  return withAccount(open, context, look, signal)
}

/** RFC 8555 §7.3.6: "the server MUST reject requests authorized by that account's key as unauthorized". */
export async function unlessClosed<T>(
  { directoryUrl }: Pick<Issuer, 'directoryUrl'>,
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!isProblem(error, 'unauthorized')) throw error
    throw new CertwrightError('ACCOUNT_CLOSED', { issuer: directoryUrl }, { cause: error })
  }
}

/** Replaces the account's contacts at the CA, then in the store. An empty list removes them all. */
export async function updateContact(
  open: OpenAccount,
  contact: readonly string[],
  context: IssuanceContext,
  signal?: AbortSignal,
): Promise<AccountResource> {
  return withAccount(
    open,
    context,
    async (o) => {
      const resource = await unlessClosed(o.issuer, () =>
        updateAccount(o.client, o.account, { contact }, { signal }),
      )
      await context.store.saveIssuer({ ...o.issuer, contact })
      return resource
    },
    signal,
  )
}

/**
 * Deactivates the account for good (RFC 8555 §7.3.6). Its certificates stay valid; its key is kept, never used again.
 * One that is deactivated already is noted as such.
 */
export async function deactivate(
  open: OpenAccount,
  context: IssuanceContext,
  signal?: AbortSignal,
): Promise<AccountResource> {
  const { client, account, issuer } = open
  let resource: AccountResource
  try {
    resource = await deactivateAccount(client, account, { signal })
  } catch (error) {
    if (!isProblem(error, 'unauthorized')) throw error
    resource = { status: 'deactivated', contact: issuer.contact }
  }
  await context.store.saveIssuer({ ...issuer, status: 'deactivated' })
  return resource
}

function withCaFile(issuer: Issuer | undefined, caFile: string | undefined): Issuer | undefined {
  return issuer && caFile !== undefined ? { ...issuer, caFile } : issuer
}

/** Decides on the terms, makes the account key and keeps it, all before the CA hears of it. */
async function newIssuer(
  {
    directoryUrl,
    caFile,
    contact = [],
    externalAccount,
    key = defaultAccountKey,
    agreeTerms,
  }: AccountRequest,
  context: IssuanceContext,
  signal?: AbortSignal,
): Promise<Issuer> {
  const client = issuerClient({ directoryUrl, ...(caFile !== undefined && { caFile }) }, context)
  const known = knownIssuer(directoryUrl)
  if (known?.contactRequired && contact.length === 0) {
    throw new CertwrightError('CONTACT_REQUIRED', { issuer: known.title })
  }
  const { meta } = await getDirectory(client, { signal })
  if (!externalAccount) requireCustomer(meta, directoryUrl)
  const terms = meta.termsOfService
  if (terms !== undefined && !(await agreeTerms(terms))) {
    throw new CertwrightError('TERMS_NOT_AGREED', { terms })
  }
  const now = context.host.now()
  const ready = await chosenKey(key, directoryUrl, context)
  const issuer: Issuer = {
    id: randomUUID(),
    directoryUrl,
    accountKey: ready.key,
    thumbprint: ready.thumbprint,
    contact,
    ...(terms !== undefined && { termsOfService: terms, termsAgreedAt: now }),
    ...(caFile !== undefined && { caFile }),
    status: 'new',
    createdAt: now,
  }
  await context.store.saveIssuer(issuer)
  return issuer
}
