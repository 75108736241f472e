import { randomUUID } from 'node:crypto'
import {
  acmeClient,
  deactivateAccount,
  findAccount,
  getAccount,
  getDirectory,
  isProblem,
  newAccount,
  thumbprint,
  updateAccount,
  type Account,
  type AccountResource,
  type Client,
} from '@certwright/acme'
import { generateKeyObject, keyObjectSigner, readKeyObject } from '@certwright/acme/node'
import { CertwrightError } from '../runtime/error.ts'
import { Secret } from '../runtime/secret.ts'
import type { Issuer } from '../store/store.ts'
import type { IssuanceContext, OpenAccount } from './issuance.ts'

export interface AccountRequest {
  readonly directoryUrl: string
  /** A file of PEM roots that the directory is trusted by, beside the system's. */
  readonly caFile?: string
  /** `mailto:` URLs; used only where the account is new. */
  readonly contact?: readonly string[]
  /** Whether a person agrees to the terms at this URL. Asked only for a new account at a CA that has terms. */
  readonly agreeTerms: (url: string) => Promise<boolean>
}

/** Opens the account at a directory: the one in the store, or a new one, whose key is kept before it is first used. */
export async function openAccount(
  request: AccountRequest,
  context: IssuanceContext,
  signal?: AbortSignal,
): Promise<OpenAccount> {
  const kept = await context.store.issuer(request.directoryUrl)
  const issuer = withCaFile(kept, request.caFile) ?? (await newIssuer(request, context, signal))
  if (issuer.caFile !== kept?.caFile) await context.store.saveIssuer(issuer)
  const client = clientOf(issuer, context)
  const signer = keyObjectSigner(readKeyObject(issuer.accountKey.reveal()))
  if (issuer.accountUrl !== undefined) {
    return { client, account: { url: issuer.accountUrl, signer }, issuer, created: false }
  }
  const { account, created } = await newAccount(
    client,
    signer,
    {
      termsOfServiceAgreed: true,
      ...(issuer.contact.length > 0 && { contact: issuer.contact }),
    },
    { ...(signal && { signal }) },
  )
  const opened: Issuer = { ...issuer, accountUrl: account.url, status: 'valid' }
  await context.store.saveIssuer(opened)
  if (created) context.onProgress?.({ type: 'account-created', accountUrl: account.url })
  return { client, account, issuer: opened, created }
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
  const options = { ...(signal && { signal }) }
  const { client, issuer } = open
  const { signer } = open.account
  const found =
    (await findAccount(client, signer, options)) ??
    (await newAccount(
      client,
      signer,
      { termsOfServiceAgreed: true, contact: issuer.contact },
      options,
    ))
  const reopened: Issuer = { ...issuer, accountUrl: found.account.url, status: 'valid' }
  await context.store.saveIssuer(reopened)
  return { client, account: found.account, issuer: reopened, created: found.created }
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
): Promise<OpenAccount> {
  const issuer = await context.store.issuer(directoryUrl)
  if (issuer?.accountUrl === undefined) {
    throw new CertwrightError('ACCOUNT_NOT_FOUND', { issuer: directoryUrl })
  }
  const signer = keyObjectSigner(readKeyObject(issuer.accountKey.reveal()))
  const account: Account = { url: issuer.accountUrl, signer }
  return { client: clientOf(issuer, context), account, issuer, created: false }
}

/** What the CA says of the account. */
export async function showAccount(
  open: OpenAccount,
  context: IssuanceContext,
  signal?: AbortSignal,
): Promise<AccountResource> {
  const options = { ...(signal && { signal }) }
  return withAccount(open, context, (o) => getAccount(o.client, o.account, options), signal)
}

/** Replaces the account's contacts at the CA, then in the store. An empty list removes them all. */
export async function updateContact(
  open: OpenAccount,
  contact: readonly string[],
  context: IssuanceContext,
  signal?: AbortSignal,
): Promise<AccountResource> {
  const options = { ...(signal && { signal }) }
  return withAccount(
    open,
    context,
    async (o) => {
      const resource = await updateAccount(o.client, o.account, { contact }, options)
      await context.store.saveIssuer({ ...o.issuer, contact })
      return resource
    },
    signal,
  )
}

/** Deactivates the account for good (RFC 8555 §7.3.6). Its certificates stay valid; its key is kept, never used again. */
export async function deactivate(
  open: OpenAccount,
  context: IssuanceContext,
  signal?: AbortSignal,
): Promise<AccountResource> {
  const resource = await deactivateAccount(open.client, open.account, { ...(signal && { signal }) })
  await context.store.saveIssuer({ ...open.issuer, status: 'deactivated' })
  return resource
}

function clientOf(
  issuer: Pick<Issuer, 'directoryUrl' | 'caFile'>,
  context: IssuanceContext,
): Client {
  return acmeClient({
    directoryUrl: issuer.directoryUrl,
    transport: context.transport(issuer),
    host: context.host,
    ...(context.onExchange && { onExchange: context.onExchange }),
  })
}

function withCaFile(issuer: Issuer | undefined, caFile: string | undefined): Issuer | undefined {
  return issuer && caFile !== undefined ? { ...issuer, caFile } : issuer
}

/** Decides on the terms, makes the account key and keeps it, all before the CA hears of it. */
async function newIssuer(
  { directoryUrl, caFile, contact = [], agreeTerms }: AccountRequest,
  context: IssuanceContext,
  signal?: AbortSignal,
): Promise<Issuer> {
  const client = clientOf({ directoryUrl, ...(caFile !== undefined && { caFile }) }, context)
  const { meta } = await getDirectory(client, { ...(signal && { signal }) })
  const terms = meta?.termsOfService
  if (terms !== undefined && !(await agreeTerms(terms))) {
    throw new CertwrightError('TERMS_NOT_AGREED', { terms })
  }
  const key = await generateKeyObject('ec256')
  const issuer: Issuer = {
    id: randomUUID(),
    directoryUrl,
    accountKey: new Secret(key.export({ type: 'pkcs8', format: 'pem' }).toString()),
    thumbprint: await thumbprint(keyObjectSigner(key).jwk),
    contact,
    ...(terms !== undefined && { termsOfService: terms }),
    ...(caFile !== undefined && { caFile }),
    status: 'new',
    createdAt: context.host.now(),
  }
  await context.store.saveIssuer(issuer)
  return issuer
}
