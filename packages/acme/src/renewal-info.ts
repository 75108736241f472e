import { base64urlEncode } from './base64.ts'
import type { Client } from './client.ts'
import { readCertificate, type CertificateContents } from './der/certificate-reader.ts'
import { endpointCall } from './directory.ts'
import { AcmeError } from './error.ts'
import { get, type GetOptions } from './exchange.ts'
import { instantOf, momentOf } from './host.ts'
import {
  isObject,
  notConform,
  optionalText,
  replyObject,
  replyRetryAfterMs,
  requiredText,
  type JsonObject,
  type Reply,
} from './reply.ts'

/** When the CA would like a certificate to be renewed, in milliseconds since the Unix epoch. */
export interface RenewalWindow {
  readonly start: number
  readonly end: number
}

/** RFC 9773 §4.2 */
export interface RenewalInfo {
  readonly suggestedWindow: RenewalWindow
  /** A page of the CA that says why the window is as it is, for people. */
  readonly explanationUrl?: string
  /** When to ask again: no sooner, and as soon as possible after. One minute to one day. */
  readonly retryAfterMs: number
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const shortestMs = minuteMs
const longestMs = 24 * hourMs
/** RFC 9773 §4.3.3: "as soon as possible after six hours have passed". */
const usualMs = 6 * hourMs

/**
 * By what name the CA knows a certificate, given in DER (RFC 9773 §4.1): the key identifier of who signed it, and its
 * serial number as DER writes it, a leading zero included.
 */
export function certificateId(certificate: Uint8Array): string {
  return idOf(readCertificate(certificate))
}

function idOf({ authorityKeyIdentifier, serial }: CertificateContents): string {
  if (authorityKeyIdentifier === undefined) {
    throw new AcmeError(
      'ACME_DER_NOT_CONFORM',
      'the certificate does not name the key that signed it, and so has no renewal information',
    )
  }
  return `${base64urlEncode(authorityKeyIdentifier)}.${base64urlEncode(serial)}`
}

/**
 * Asks when a certificate, given in DER, should be renewed (RFC 9773 §4). Once it has been replaced, do not ask; once
 * it has expired, that is a `TypeError`. A failure must not stop a renewal: `renewalInfoFailure` says when to ask again,
 * and until then a fraction of the lifetime decides.
 */
export async function getRenewalInfo(
  client: Client,
  certificate: Uint8Array,
  options: GetOptions = {},
): Promise<RenewalInfo> {
  const contents = readCertificate(certificate)
  const id = idOf(contents)
  // RFC 9773 §4.3: "Clients MUST NOT check a certificate's RenewalInfo after the certificate has expired."
  if (client.host.now() > contents.notAfter) {
    throw new TypeError('the certificate has expired: renew it without asking')
  }
  return endpointCall(client, 'renewalInfo', options, async (url) =>
    renewalInfoFrom(await get(client, `${url.replace(/\/$/, '')}/${id}`, options)),
  )
}

function renewalInfoFrom(reply: Reply): RenewalInfo {
  const body = replyObject(reply, 'the renewal information')
  const { suggestedWindow } = body
  const explanationUrl = optionalText(body['explanationURL'])
  if (!isObject(suggestedWindow)) throw notConform(reply, 'suggestedWindow is missing')
  const window = {
    start: moment(suggestedWindow, 'start', reply),
    end: moment(suggestedWindow, 'end', reply),
  }
  // RFC 9773 §4.2: one "in which the 'end' timestamp equals or precedes the 'start' timestamp is invalid".
  if (window.end <= window.start) {
    const ends = `${instantOf(window.start)} to ${instantOf(window.end)}`
    throw notConform(reply, `the suggested window has no length: ${ends}`)
  }
  return {
    suggestedWindow: window,
    ...(explanationUrl !== undefined && isPage(explanationUrl) && { explanationUrl }),
    retryAfterMs: pollingInterval(replyRetryAfterMs(reply)),
  }
}

/** RFC 3339 §5.6; anything else that a date parser would take is refused. */
function moment(window: JsonObject, name: 'start' | 'end', reply: Reply): number {
  const what = `${name} of suggestedWindow`
  const text = requiredText(window[name], reply, what).toUpperCase()
  const isTimestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text)
  const ms = isTimestamp ? momentOf(text) : undefined
  if (ms === undefined) throw notConform(reply, `${what} is not a time`)
  return ms
}

/** What a person may be sent to. */
function isPage(url: string): boolean {
  return /^https?:\/\//i.test(url) && URL.canParse(url)
}

/** RFC 9773 §4.3.2: "Clients MUST set reasonable limits on their checking interval." */
function pollingInterval(askedMs: number | undefined): number {
  return askedMs === undefined ? usualMs : Math.min(Math.max(askedMs, shortestMs), longestMs)
}

/**
 * A moment of the window, uniform in `random`, which is within [0, 1). Draw it once for each value of the window and
 * keep it, lest repeated draws favour the beginning (RFC 9773 §4.2). What is past means: renew now.
 */
export function renewalTime({ start, end }: RenewalWindow, random: number): number {
  if (!(random >= 0 && random < 1)) throw new TypeError('random is not within [0, 1)')
  return Math.floor(start + (end - start) * random)
}

/** What to make of a failure of `getRenewalInfo`. */
export interface RenewalInfoFailure {
  readonly kind: 'temporary' | 'long-term'
  /** When to ask again. One minute to one day. */
  readonly retryAfterMs: number
}

const triesAtMost = 4

/**
 * RFC 9773 §4.3.3: after a temporary failure with growing pauses, after too many of them or any other one in six hours.
 * `failures` counts the temporary ones in a row, this one included; keep it across runs.
 */
export function renewalInfoFailure(
  error: unknown,
  { failures = 1 }: { readonly failures?: number } = {},
): RenewalInfoFailure {
  if (failures > triesAtMost || !isTemporary(error)) {
    return { kind: 'long-term', retryAfterMs: usualMs }
  }
  const pauseMs = 5 * minuteMs * 3 ** (Math.max(failures, 1) - 1)
  const askedMs = error instanceof AcmeError ? error.retryAfterMs : undefined
  return { kind: 'temporary', retryAfterMs: pollingInterval(Math.max(askedMs ?? 0, pauseMs)) }
}

/** By its `reason`, as runtimes name it: "DNS lookup failure", "connection refused". */
const lastingReasons = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ConnectionRefused'])

/** "Connection timeout, request timeout, 5xx HTTP errors" */
function isTemporary(error: unknown): boolean {
  if (!(error instanceof AcmeError)) return false
  if (error.status !== undefined) return error.status >= 500
  if (error.code === 'ACME_DEADLINE') return true
  return error.code === 'ACME_NETWORK' && !lastingReasons.has(error.reason ?? '')
}
