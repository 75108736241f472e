import {
  getDirectory,
  isProblem,
  type Client,
  type DirectoryMeta,
  type ExternalAccount,
} from '@certwright/acme'
import { CertwrightError } from '../runtime/error.ts'
import { knownIssuer } from './known-issuers.ts'

/** An external account whose key is read only where an account has to be made: it may be gone afterwards. */
export interface ExternalAccountSource {
  readonly keyId: string
  /** Reads the key once, however often it is called. */
  readonly open: () => Promise<ExternalAccount>
}

/** Refuses to go on without an external account where the CA says that it wants one: nothing is made in vain. */
export function requireCustomer(meta: DirectoryMeta, directoryUrl: string): void {
  if (meta.externalAccountRequired) throw required(meta, directoryUrl)
}

/** What the CA's refusal of a new account has to do with the external account, if anything. */
export async function explainedRefusal(
  error: unknown,
  {
    client,
    externalAccount,
  }: { readonly client: Client; readonly externalAccount: ExternalAccount | undefined },
): Promise<unknown> {
  // Some CAs want a binding without saying so in the directory.
  const isRequired = isProblem(error, 'externalAccountRequired')
  if (!isRequired && !isProblem(error, 'unauthorized') && !isProblem(error, 'malformed')) {
    return error
  }
  if (!isRequired && !externalAccount) return error
  const { meta } = await getDirectory(client)
  if (!externalAccount) return required(meta, client.directoryUrl, error)
  const params = { ...whereFrom(meta, client.directoryUrl), keyId: externalAccount.keyId }
  return new CertwrightError('EXTERNAL_ACCOUNT_REFUSED', params, { cause: error })
}

function required(meta: DirectoryMeta, directoryUrl: string, cause?: unknown): CertwrightError {
  return new CertwrightError('EXTERNAL_ACCOUNT_REQUIRED', whereFrom(meta, directoryUrl), { cause })
}

/** Where the CA's customers get the values: from what is known, else from what the CA says of itself. */
function whereFrom(
  { website }: DirectoryMeta,
  directoryUrl: string,
): { readonly issuer: string; readonly from: string } {
  const known = knownIssuer(directoryUrl)
  const issuer = known?.title ?? new URL(directoryUrl).host
  return { issuer, from: known?.externalAccount?.from ?? website ?? issuer }
}
