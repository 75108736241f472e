import { AcmeError } from './error.ts'
import type { Identifier } from './identifier.ts'
import { linksFrom } from './link.ts'
import { problemFrom, problemHint, problemText, type Problem } from './problem.ts'
import { retryAfterMs } from './retry.ts'
import type { AcmeResponse } from './transport.ts'

/** What the CA answered, and to which URL. */
export interface Reply extends AcmeResponse {
  readonly url: string
  /** When it came, in milliseconds since the Unix epoch. */
  readonly receivedAt: number
}

/** Takes a microsecond to make. */
const utf8 = new TextDecoder()

/** A JSON object whose members nobody has checked yet. */
export type JsonObject = Readonly<Record<string, unknown>>

/** How long the reply asks to wait before asking again. */
export function replyRetryAfterMs(reply: Reply): number | undefined {
  return retryAfterMs(reply.headers['retry-after'], reply.receivedAt)
}

/** The targets of the reply's links of this relation (RFC 8288). */
export function replyLinks(reply: Reply, relation: string): string[] {
  return linksFrom(reply.headers['link'], reply.url)
    .filter(({ relations }) => relations.includes(relation))
    .map(({ url }) => url)
}

/**
 * The value of `Replay-Nonce`. RFC 8555 §6.5.1: clients "MUST ignore invalid Replay-Nonce values".
 */
export function replyNonce(reply: Reply): string | undefined {
  const nonce = reply.headers['replay-nonce']
  return nonce !== undefined && /^[A-Za-z0-9_-]+$/.test(nonce) ? nonce : undefined
}

/** The URL in `Location`. */
export function replyLocation(reply: Reply, what: string): string {
  const location = reply.headers['location']
  if (location === undefined || location === '') throw notConform(reply, `${what} has no Location`)
  return usableUrl(location, reply, `the Location of ${what}`)
}

/** The reply's body, where it is a JSON object. */
export function replyObject(reply: Reply, what: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(utf8.decode(reply.body))
  } catch (cause) {
    throw notConform(reply, `${what} is not JSON`, cause)
  }
  if (!isObject(value)) throw notConform(reply, `${what} is not a JSON object`)
  return value
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A member that must be there. */
export function requiredText(value: unknown, reply: Reply, what: string): string {
  if (typeof value !== 'string' || value === '') throw notConform(reply, `${what} is missing`)
  return value
}

/**
 * A member that may be missing, null, empty or of another type, none of which is worth a failure.
 */
export function optionalText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A list that may be missing or null (some CAs send that for an empty one), but nothing else. */
export function optionalList(value: unknown, reply: Reply, what: string): readonly unknown[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw notConform(reply, `${what} is not a list`)
  return value
}

/**
 * A URL that the CA gave: as it is where it is absolute, since it is compared byte by byte (RFC
 * 8555 §6.4).
 */
export function usableUrl(value: unknown, reply: Reply, what: string): string {
  const text = requiredText(value, reply, what)
  if (URL.canParse(text)) return text
  if (!URL.canParse(text, reply.url)) throw notConform(reply, `${what} is not a URL`)
  return new URL(text, reply.url).href
}

/** `undefined` where there is none; a text that is no URL fails only once it is used. */
export function optionalUrl(value: unknown, reply: Reply): string | undefined {
  const text = optionalText(value)
  if (text === undefined || URL.canParse(text)) return text
  return URL.canParse(text, reply.url) ? new URL(text, reply.url).href : text
}

export function identifierIn(value: unknown, reply: Reply, what: string): Identifier {
  if (!isObject(value)) throw notConform(reply, `${what} is missing`)
  return {
    type: requiredText(value['type'], reply, `the type of ${what}`),
    value: requiredText(value['value'], reply, `the value of ${what}`),
  }
}

export function notConform(reply: Reply, what: string, cause?: unknown): AcmeError {
  return new AcmeError('ACME_RESPONSE_NOT_CONFORM', `${reply.url} replied wrongly: ${what}`, {
    status: reply.status,
    url: reply.url,
    ...(cause !== undefined && { cause }),
  })
}

/** The error that a reply of 4xx or 5xx is, with or without a problem document (RFC 8555 §6.7). */
export function problemError(reply: Reply): AcmeError {
  const problem = problemFrom(reply.body) ?? bareProblem(reply)
  const location = optionalUrl(reply.headers['location'], reply)
  return new AcmeError(
    'ACME_PROBLEM',
    `${reply.url} refused with status ${reply.status}: ${shortened(problemText(problem), 2000)}`,
    {
      problem,
      status: reply.status,
      url: reply.url,
      retryAfterMs: replyRetryAfterMs(reply),
      helpUrl: replyLinks(reply, 'help')[0],
      termsUrl: replyLinks(reply, 'terms-of-service')[0],
      location,
      hint: problemHint(problem),
    },
  )
}

/**
 * A load balancer's page or an empty body. RFC 7807 §4.2: `about:blank` means "no additional
 * semantics".
 */
function bareProblem(reply: Reply): Problem {
  const text = utf8.decode(reply.body.subarray(0, 1000)).trim()
  return {
    type: 'about:blank',
    status: reply.status,
    ...(text !== '' && { detail: shortened(text, 300) }),
    subproblems: [],
  }
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`
}
