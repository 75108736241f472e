import type { Account } from './account.ts'
import { base64urlEncode } from './base64.ts'
import type { Client } from './client.ts'
import type { CallOptions } from './exchange.ts'
import type { PublicJwk } from './keys/signer.ts'
import { thumbprint } from './keys/thumbprint.ts'
import { isProblem, problemFrom, type Problem } from './problem.ts'
import {
  optionalText,
  optionalUrl,
  replyObject,
  replyRetryAfterMs,
  requiredText,
  type JsonObject,
  type Reply,
} from './reply.ts'
import { postAs } from './request.ts'

/** One way to prove the right to an identifier (RFC 8555 §7.1.5, §8). */
export interface Challenge {
  readonly type: 'http-01' | 'dns-01' | 'tls-alpn-01' | (string & {})
  /** Missing in types that are not answered through ACME. */
  readonly url?: string
  /** RFC 8555 §7.1.6. */
  readonly status: 'pending' | 'processing' | 'valid' | 'invalid' | (string & {})
  /** Missing in types that need none. Unchecked: see `checkedToken`. */
  readonly token?: string
  /** RFC 3339. */
  readonly validated?: string
  /** May stand beside any status: some CAs try again by themselves, others when asked again. */
  readonly error?: Problem
  /** How long the CA asked to wait before the next look. */
  readonly retryAfterMs?: number
  /** As the CA sent it, for members that only some types have. */
  readonly raw: JsonObject
}

/**
 * Tells the CA that the answer is in place (RFC 8555 §7.5.1). Where the CA says that it was told
 * already, the challenge as it stands is returned.
 */
export async function respondToChallenge(
  client: Client,
  account: Account,
  url: string,
  options: CallOptions = {},
): Promise<Challenge> {
  try {
    return await call(client, account, { url, payload: {} }, options)
  } catch (error) {
    if (!isProblem(error, 'malformed')) throw error
    const challenge = await call(client, account, { url }, options).catch(() => undefined)
    if (challenge === undefined || challenge.status === 'pending') throw error
    return challenge
  }
}

async function call(
  client: Client,
  account: Account,
  request: { readonly url: string; readonly payload?: JsonObject },
  options: CallOptions,
): Promise<Challenge> {
  const reply = await postAs(client, account, request, options)
  return challengeFrom(replyObject(reply, 'the challenge'), reply)
}

/** Reads a challenge out of a reply that is one or holds one. */
export function challengeFrom(raw: JsonObject, reply: Reply): Challenge {
  const url = optionalUrl(raw['url'], reply)
  const token = optionalText(raw['token'])
  const validated = optionalText(raw['validated'])
  const error = problemFrom(raw['error'])
  const retryAfter = replyRetryAfterMs(reply)
  return {
    type: requiredText(raw['type'], reply, 'type of the challenge'),
    status: optionalText(raw['status']) ?? 'pending',
    ...(url !== undefined && { url }),
    ...(token !== undefined && { token }),
    ...(validated !== undefined && { validated }),
    ...(error && { error }),
    ...(retryAfter !== undefined && { retryAfterMs: retryAfter }),
    raw,
  }
}

/** Whether a token may be used: it becomes a path or a file name (RFC 8555 §8.1, §8.3). */
export function isToken(token: string): boolean {
  return /^[A-Za-z0-9_-]+$/.test(token)
}

/** `token.thumbprint` (RFC 8555 §8.1). */
export async function keyAuthorization(token: string, jwk: PublicJwk): Promise<string> {
  if (!isToken(token)) throw new TypeError('the token is not base64url')
  return `${token}.${await thumbprint(jwk)}`
}

/** The TXT record's value: the digest of the key authorization (RFC 8555 §8.4). */
export async function dns01Value(keyAuthorization: string): Promise<string> {
  const data = new TextEncoder().encode(keyAuthorization)
  return base64urlEncode(new Uint8Array(await crypto.subtle.digest('SHA-256', data)))
}

/** The TXT record's name; a wildcard's is that of the name below it (RFC 8555 §8.4). */
export function dns01Name(identifierValue: string): string {
  return `_acme-challenge.${identifierValue.replace(/^\*\./, '')}`
}
