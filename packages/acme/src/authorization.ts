import type { Account } from './account.ts'
import { challengeFrom, type Challenge } from './challenge.ts'
import type { Client } from './client.ts'
import type { CallOptions } from './exchange.ts'
import type { Identifier } from './identifier.ts'
import {
  identifierIn,
  isObject,
  optionalList,
  optionalText,
  replyLocation,
  replyObject,
  requiredText,
  type Reply,
} from './reply.ts'
import { postAs, postTo, type PostOptions } from './request.ts'

/** The right of an account to get certificates for one identifier (RFC 8555 §7.1.4). */
export interface Authorization {
  readonly url: string
  /** RFC 8555 §7.1.6. */
  readonly status:
    | 'pending'
    | 'valid'
    | 'invalid'
    | 'deactivated'
    | 'expired'
    | 'revoked'
    | (string & {})
  /** RFC 3339. */
  readonly expires?: string
  /** Without `*.` even where the order names a wildcard. */
  readonly identifier: Identifier
  readonly wildcard: boolean
  /** Whether it is for all names below the identifier, too (RFC 9444 §4.1). */
  readonly subdomainAuthAllowed: boolean
  /** Any one of them will do. Types that nobody here knows are among them. */
  readonly challenges: readonly Challenge[]
}

/** What an authorization is asked for before any order (RFC 8555 §7.4.1). */
export interface NewAuthorization {
  /** A wildcard is a `TypeError`: only an order can ask for one. */
  readonly identifier: Identifier
  /** Whether it shall be for all names below, too (RFC 9444 §4.2). The CA need not grant that. */
  readonly subdomainAuthAllowed?: boolean | undefined
}

/**
 * Asks for an authorization before there is any order (RFC 8555 §7.4.1). `ACME_NOT_SUPPORTED` at a CA that has no
 * newAuthz, as most have none.
 */
export async function newAuthorization(
  client: Client,
  account: Account,
  { identifier, subdomainAuthAllowed = false }: NewAuthorization,
  options: PostOptions = {},
): Promise<Authorization> {
  const { type, value } = identifier
  if (value.startsWith('*.')) throw new TypeError('a wildcard cannot be authorized beforehand')
  const payload = {
    identifier: { type, value, ...(subdomainAuthAllowed && { subdomainAuthAllowed }) },
  }
  const request = { signer: account.signer, kid: account.url, payload }
  const reply = await postTo(client, 'newAuthz', request, options)
  return authorizationFrom(reply, replyLocation(reply, 'the authorization'))
}

/** Reads an authorization (RFC 8555 §7.5). */
export async function getAuthorization(
  client: Client,
  account: Account,
  url: string,
  options: CallOptions = {},
): Promise<Authorization> {
  return authorizationFrom(await postAs(client, account, { url }, options), url)
}

/**
 * Gives the authorization up (RFC 8555 §7.5.2): a pending one counts against limits, a valid one
 * can be used again.
 */
export async function deactivateAuthorization(
  client: Client,
  account: Account,
  url: string,
  options: CallOptions = {},
): Promise<Authorization> {
  const request = { url, payload: { status: 'deactivated' } }
  return authorizationFrom(await postAs(client, account, request, options), url)
}

function authorizationFrom(reply: Reply, url: string): Authorization {
  const body = replyObject(reply, 'the authorization')
  const expires = optionalText(body['expires'])
  return {
    url,
    status: requiredText(body['status'], reply, 'status of the authorization'),
    ...(expires !== undefined && { expires }),
    identifier: identifierIn(body['identifier'], reply, 'the identifier of the authorization'),
    wildcard: body['wildcard'] === true,
    subdomainAuthAllowed: body['subdomainAuthAllowed'] === true,
    challenges: optionalList(body['challenges'], reply, 'challenges of the authorization').flatMap(
      (entry) =>
        isObject(entry) && optionalText(entry['type']) ? challengeFrom(entry, reply) : [],
    ),
  }
}
