import { backoff } from '@certwright/acme'
import { printable } from '../runtime/catalogue.ts'
import { CertwrightError } from '../runtime/error.ts'
import type { ChannelContext } from './channel.ts'

export interface Post {
  /** The channel's name, for errors. */
  readonly channel: string
  /** Often holds a secret: it is never repeated. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
  /** Why a service has refused although it answered with success; `undefined` where it has not. */
  readonly refusal?: (reply: Readonly<Record<string, unknown>>) => string | undefined
}

const attempts = 3
const timeoutMs = 10_000
const longestAnswer = 200

/**
 * Posts JSON and judges the answer, the body of a success too: several services say in it that they have refused. What
 * may pass is tried three times. Throws `NOTICE_REFUSED`, or `NOTICE_NOT_SENT` where no answer came.
 */
export async function postJson(
  post: Post,
  { host }: Pick<ChannelContext, 'host'>,
  signal?: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(post, host, signal)
    } catch (error) {
      signal?.throwIfAborted()
      if (attempt >= attempts || !(error instanceof Passing)) throw asError(error, post)
    }
    await host.sleep(backoff(attempt, { host }), signal)
  }
}

/** May go away by itself. */
class Passing extends Error {}

async function once(
  { channel, url, headers, body, refusal }: Post,
  host: ChannelContext['host'],
  signal: AbortSignal | undefined,
): Promise<void> {
  const patience = AbortSignal.timeout(timeoutMs)
  let response: Response
  try {
    response = await host.fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
      body,
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    })
  } catch (error) {
    throw new Passing(patience.aborted ? 'timeout' : codeOf(error))
  }
  const text = await response.text()
  if (response.status === 429 || response.status >= 500)
    throw new Passing(`HTTP ${response.status}`)
  const reason = response.ok ? refusal?.(objectIn(text)) : answerText(text)
  if (response.ok && reason === undefined) return
  throw new CertwrightError('NOTICE_REFUSED', {
    channel,
    reason: printable(`HTTP ${response.status}: ${reason ?? '-'}`),
  })
}

/** The system's code: its message would name the address. */
function codeOf(error: unknown): string {
  const { cause } = error as { readonly cause?: { readonly code?: unknown } }
  return typeof cause?.code === 'string' ? cause.code : 'network'
}

function asError(error: unknown, { channel }: Post): unknown {
  if (!(error instanceof Passing)) return error
  return new CertwrightError('NOTICE_NOT_SENT', { channel, reason: error.message })
}

function answerText(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, longestAnswer)
}

/** A member of a reply as text; `-` for what is none. */
export function wordOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '-'
}

/** What a reply holds; nothing where it is no JSON object. */
function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** A refusal by a number that is 0 where all is well, and its message beside it. */
export function refusedUnlessZero(code: string, message: string): NonNullable<Post['refusal']> {
  return (reply) =>
    reply[code] === undefined || reply[code] === 0
      ? undefined
      : `${code} ${wordOf(reply[code])}: ${answerText(wordOf(reply[message]))}`
}
