import type { Client } from './client.ts'
import { endpointCall } from './directory.ts'
import type { CallOptions } from './exchange.ts'
import { externalAccountBinding, type ExternalAccount } from './external-account-binding.ts'
import type { Signer } from './keys/signer.ts'
import { isProblem } from './problem.ts'
import { optionalText, optionalUrl, replyLocation, replyObject, type Reply } from './reply.ts'
import { post, postAs, type PostOptions } from './request.ts'
import { retry } from './retry.ts'

/** An account at a CA: enough to sign with. */
export interface Account {
  /**
   * From `Location` of newAccount, to the byte: it is the `kid` of every request (RFC 8555 §6.2).
   */
  readonly url: string
  readonly signer: Signer
}

/** What the CA keeps of an account (RFC 8555 §7.1.2). Some CAs show no contacts and no orders. */
export interface AccountResource {
  readonly status: 'valid' | 'deactivated' | 'revoked' | (string & {})
  readonly contact: readonly string[]
  readonly termsOfServiceAgreed?: boolean
  /** The URL of the list of orders. */
  readonly orders?: string
  /** The binding to an account outside ACME, as the CA gives it back (RFC 8555 §7.3.4). */
  readonly externalAccountBinding?: unknown
}

/** What newAccount is answered with (RFC 8555 §7.3): `201` for an account made, `200` for one there was. */
export interface AccountResult {
  readonly account: Account
  /** Whether the CA made it just now. */
  readonly created: boolean
  readonly resource: AccountResource
}

/** What is said to make an account (RFC 8555 §7.3). */
export interface NewAccount {
  /** `mailto:` URLs; left out where empty. */
  readonly contact?: readonly string[]
  /** Only after a person has agreed to the terms that the directory names. */
  readonly termsOfServiceAgreed?: boolean
  /** Binds the account to one outside ACME (RFC 8555 §7.3.4). */
  readonly externalAccount?: ExternalAccount | undefined
  /** Finds the account of the key and never makes one (RFC 8555 §7.3.1). */
  readonly onlyReturnExisting?: boolean
}

/**
 * Makes an account for the key, or finds the one it has (RFC 8555 §7.3). Safe to repeat. With an external account the
 * key's account is looked for before each sending, since CAs refuse a binding that was used.
 */
export async function newAccount(
  client: Client,
  signer: Signer,
  request: NewAccount,
  options: CallOptions = {},
): Promise<AccountResult> {
  if (request.externalAccount === undefined || request.onlyReturnExisting === true) {
    return register(client, signer, request, options)
  }
  const { host } = client
  return retry(
    async (_attempt, deadlineMs) => {
      const rest = { ...options, deadlineMs }
      const found = await findAccount(client, signer, rest)
      return found ?? register(client, signer, request, { ...rest, attempts: 1 })
    },
    { host, ...options },
  )
}

async function register(
  client: Client,
  signer: Signer,
  { contact = [], termsOfServiceAgreed, onlyReturnExisting, externalAccount }: NewAccount,
  options: PostOptions,
): Promise<AccountResult> {
  const reply = await endpointCall(client, 'newAccount', options, async (url) => {
    const binding =
      externalAccount && (await externalAccountBinding(externalAccount, { jwk: signer.jwk, url }))
    const payload = {
      ...(contact.length > 0 && { contact }),
      // JSON leaves out what is undefined.
      termsOfServiceAgreed,
      ...(onlyReturnExisting === true
        ? { onlyReturnExisting }
        : binding && { externalAccountBinding: binding }),
    }
    return post(client, { signer, url, payload }, options)
  })
  return {
    account: { url: replyLocation(reply, 'the account'), signer },
    created: reply.status === 201,
    resource: accountFrom(reply),
  }
}

/** The account of the key, or `undefined` where the CA knows none (RFC 8555 §7.3.1). */
export async function findAccount(
  client: Client,
  signer: Signer,
  options: CallOptions = {},
): Promise<AccountResult | undefined> {
  try {
    return await newAccount(client, signer, { onlyReturnExisting: true }, options)
  } catch (error) {
    if (isProblem(error, 'accountDoesNotExist')) return undefined
    throw error
  }
}

/** What the CA keeps of the account. */
export async function getAccount(
  client: Client,
  account: Account,
  options: CallOptions = {},
): Promise<AccountResource> {
  return accountFrom(await postAs(client, account, { url: account.url }, options))
}

/** Replaces the contacts; an empty list removes them all (RFC 8555 §7.3.2). */
export async function updateAccount(
  client: Client,
  account: Account,
  { contact }: { readonly contact: readonly string[] },
  options: CallOptions = {},
): Promise<AccountResource> {
  const request = { url: account.url, payload: { contact } }
  return accountFrom(await postAs(client, account, request, options))
}

/** Closes the account for good (RFC 8555 §7.3.6). Its certificates stay valid. */
export async function deactivateAccount(
  client: Client,
  account: Account,
  options: CallOptions = {},
): Promise<AccountResource> {
  const request = { url: account.url, payload: { status: 'deactivated' } }
  return accountFrom(await postAs(client, account, request, options))
}

function accountFrom(reply: Reply): AccountResource {
  const body = replyObject(reply, 'the account')
  const { contact, termsOfServiceAgreed, externalAccountBinding } = body
  const orders = optionalUrl(body['orders'], reply)
  return {
    // A reply of success without a status is one of an account that can be used.
    status: optionalText(body['status']) ?? 'valid',
    contact: Array.isArray(contact) ? contact.filter((entry) => typeof entry === 'string') : [],
    ...(typeof termsOfServiceAgreed === 'boolean' && { termsOfServiceAgreed }),
    ...(orders !== undefined && { orders }),
    ...(externalAccountBinding !== undefined && { externalAccountBinding }),
  }
}
