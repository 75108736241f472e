import type { Account } from './account.ts'
import type { Client } from './client.ts'
import { AcmeError } from './error.ts'
import type { CallOptions } from './exchange.ts'
import { instantOf } from './host.ts'
import { sameIdentifiers, type Identifier } from './identifier.ts'
import { problemFrom, problemText, type Problem } from './problem.ts'
import {
  identifierIn,
  notConform,
  optionalList,
  optionalText,
  optionalUrl,
  replyLocation,
  replyObject,
  replyRetryAfterMs,
  requiredText,
  usableUrl,
  type Reply,
} from './reply.ts'
import { requireProfile } from './profile.ts'
import { postAs, postTo, type PostOptions } from './request.ts'
import { poll, soon } from './retry.ts'

/** A request for a certificate (RFC 8555 §7.1.3; RFC 9773 §5). Plain JSON. */
export interface Order {
  readonly url: string
  /** RFC 8555 §7.1.6. */
  readonly status: 'pending' | 'ready' | 'processing' | 'valid' | 'invalid' | (string & {})
  /** RFC 3339. */
  readonly expires?: string
  readonly identifiers: readonly Identifier[]
  readonly notBefore?: string
  readonly notAfter?: string
  /** As the CA gives it back; it may choose one where none was asked for. */
  readonly profile?: string
  /** The certificate that this one replaces, as the CA gives it back. */
  readonly replaces?: string
  readonly error?: Problem
  /**
   * URLs. "There may not be a 1:1 relationship between the order identifiers and the
   * authorizations."
   */
  readonly authorizations: readonly string[]
  /** Where the CSR goes. */
  readonly finalize?: string
  /** Where the certificate is, once there is one. */
  readonly certificate?: string
  /** How long the CA asked to wait before the next look. */
  readonly retryAfterMs?: number
}

/** What an order asks for. */
export interface OrderIdentifier extends Identifier {
  /** A name above this one that the client can prove instead, at a CA that allows that (RFC 9444 §4.3). */
  readonly ancestorDomain?: string | undefined
}

/** What an order is to be for (RFC 8555 §7.4; RFC 9773 §5). */
export interface NewOrder {
  readonly identifiers: readonly OrderIdentifier[]
  /** RFC 3339. Many CAs refuse orders with dates. */
  readonly notBefore?: string | undefined
  readonly notAfter?: string | undefined
  /** One of `directory.meta.profiles`; any other is `ACME_PROFILE_NOT_OFFERED`. */
  readonly profile?: string | undefined
  /** The ARI identifier of the certificate that this one will replace (RFC 9773 §5). */
  readonly replaces?: string | undefined
}

/**
 * Asks for a certificate (RFC 8555 §7.4). Keep the order's URL before going on: it is the way back
 * after a crash.
 */
export async function newOrder(
  client: Client,
  account: Account,
  { identifiers, notBefore, notAfter, profile, replaces }: NewOrder,
  options: PostOptions = {},
): Promise<Order> {
  if (identifiers.length === 0) throw new TypeError('an order needs at least one identifier')
  if (profile !== undefined) await requireProfile(client, profile, options)
  // JSON leaves out what is undefined.
  const names = identifiers.map(identifierPayload)
  const payload = { identifiers: names, notBefore, notAfter, profile, replaces }
  const request = { signer: account.signer, kid: account.url, payload }
  const reply = await postTo(client, 'newOrder', request, options)
  const order = orderFrom(reply, replyLocation(reply, 'the order'))
  if (profile !== undefined && order.profile !== undefined && order.profile !== profile) {
    throw notConform(reply, `the order is for the profile ${order.profile}`)
  }
  // Some CAs leave the list out of their reply.
  if (order.identifiers.length === 0) {
    return { ...order, identifiers: identifiers.map(({ type, value }) => ({ type, value })) }
  }
  if (!sameIdentifiers(order.identifiers, identifiers)) {
    throw notConform(reply, `the order is for ${listed(order.identifiers)}`)
  }
  return order
}

function identifierPayload({ type, value, ancestorDomain }: OrderIdentifier): OrderIdentifier {
  if (ancestorDomain === undefined) return { type, value }
  if (type !== 'dns' || !value.endsWith(`.${ancestorDomain}`)) {
    throw new TypeError(`${ancestorDomain} is not above ${value}`)
  }
  return { type, value, ancestorDomain }
}

function listed(identifiers: readonly Identifier[]): string {
  return identifiers.map(({ value }) => value).join(', ')
}

/** Reads an order. */
export async function getOrder(
  client: Client,
  account: Account,
  url: string,
  options: CallOptions = {},
): Promise<Order> {
  return orderFrom(await postAs(client, account, { url }, options), url)
}

/** What an order is waited for, and for how long: by default ten minutes. */
export interface PollOrderOptions extends CallOptions {
  readonly until: (order: Order) => boolean
  /** Before the first look; by default 20. */
  readonly firstMs?: number | undefined
}

/**
 * Looks at an order until it is as wanted, at the CA's pace where it says one. An order that has
 * become `invalid` meanwhile is `ACME_ORDER_INVALID`; a missed deadline is `ACME_DEADLINE` and
 * names the order, which can be resumed.
 */
export async function pollOrder(
  client: Client,
  account: Account,
  url: string,
  { until, firstMs, deadlineMs, signal }: PollOrderOptions,
): Promise<Order> {
  const look = (restMs: number): Promise<Order> =>
    getOrder(client, account, url, { deadlineMs: restMs, signal })
  const order = await poll(look, {
    host: client.host,
    pace: soon,
    until: (order) => until(order) || order.status === 'invalid',
    retryAfterMs: (order) => order.retryAfterMs,
    firstMs,
    deadlineMs,
    signal,
    late: (last, waitMs) => orderTooLate(url, last, waitMs, client.host.now() + waitMs),
  })
  if (!until(order)) throw orderInvalid(order)
  return order
}

function orderTooLate(
  url: string,
  last: Order | undefined,
  waitMs: number,
  next: number,
): AcmeError {
  return new AcmeError(
    'ACME_DEADLINE',
    `the order ${url} is ${last?.status ?? 'not done'} at the deadline; look again at ${instantOf(next)}`,
    { url, retryAfterMs: waitMs, hint: 'Resume the order later.' },
  )
}

/** The error that an invalid order is, by what the order itself says. */
export function orderInvalid(order: Order): AcmeError {
  const reason = order.error && problemText(order.error)
  return new AcmeError(
    'ACME_ORDER_INVALID',
    `the order ${order.url} is ${order.status}${reason === undefined ? '' : `: ${reason}`}`,
    { url: order.url, problem: order.error },
  )
}

/**
 * Reads an order out of a reply. RFC 8555 §7.4: finalizing may be answered without Location, hence
 * `url`.
 */
export function orderFrom(reply: Reply, url: string): Order {
  const body = replyObject(reply, 'the order')
  const text = <K extends string>(name: K): Partial<Record<K, string>> =>
    textMember(name, optionalText(body[name]))
  const link = <K extends string>(name: K): Partial<Record<K, string>> =>
    textMember(name, optionalUrl(body[name], reply))
  const error = problemFrom(body['error'])
  const retryAfter = replyRetryAfterMs(reply)
  return {
    url,
    status: requiredText(body['status'], reply, 'status of the order'),
    ...text('expires'),
    identifiers: optionalList(body['identifiers'], reply, 'identifiers of the order').map((entry) =>
      identifierIn(entry, reply, 'an identifier of the order'),
    ),
    ...text('notBefore'),
    ...text('notAfter'),
    ...text('profile'),
    ...text('replaces'),
    ...(error && { error }),
    authorizations: optionalList(body['authorizations'], reply, 'authorizations of the order').map(
      (entry) => usableUrl(entry, reply, 'an authorization of the order'),
    ),
    ...link('finalize'),
    ...link('certificate'),
    ...(retryAfter !== undefined && { retryAfterMs: retryAfter }),
  }
}

function textMember<K extends string>(
  name: K,
  value: string | undefined,
): Partial<Record<K, string>> {
  const member: Partial<Record<K, string>> = {}
  if (value !== undefined) member[name] = value
  return member
}
