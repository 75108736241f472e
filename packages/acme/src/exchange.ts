import type { Client } from './client.ts'
import { AcmeError } from './error.ts'
import { problemError, replyNonce, usableUrl, type Reply } from './reply.ts'
import { retry } from './retry.ts'
import { exchangeFrom, type ExchangeOutcome } from './transcript.ts'
import type { AcmeRequest, AcmeResponse } from './transport.ts'

/** What every call takes. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined
  /** For the call with all its repetitions; by default two minutes, where polling is meant ten. */
  readonly deadlineMs?: number | undefined
}

export interface ExchangeOptions extends CallOptions {
  /** Which sending of the same request this is. */
  readonly attempt: number
}

interface Sending {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Sends once, and records it. A reply of 4xx or 5xx is returned like any other. */
export async function send(
  client: Client,
  { method, url, headers = {}, body }: Sending,
  { attempt, signal }: ExchangeOptions,
): Promise<Reply> {
  // RFC 8555 §6.1: HTTPS alone "provides server authentication and confidentiality".
  if (!/^https:\/\//i.test(url)) {
    throw new AcmeError('ACME_NOT_HTTPS', `ACME goes over HTTPS alone, but this is ${url}`, { url })
  }
  // A CA can name such a one: it is used only where it is needed.
  if (!URL.canParse(url)) {
    throw new AcmeError('ACME_RESPONSE_NOT_CONFORM', `${url} is not a URL`, { url })
  }
  signal?.throwIfAborted()
  const request: AcmeRequest = {
    method,
    url,
    headers: { ...client.headers, ...headers },
    ...(body !== undefined && { body }),
  }
  const startedAt = client.host.now()
  const record = (outcome: Pick<ExchangeOutcome, 'response' | 'error'>): number => {
    const endedAt = client.host.now()
    client.record(() => exchangeFrom(request, { startedAt, endedAt, attempt, ...outcome }))
    return endedAt
  }
  let response: AcmeResponse
  try {
    response = await client.transport.exchange(request, signal)
  } catch (error) {
    record({ error })
    throw error
  }
  return { ...response, url, receivedAt: record({ response }) }
}

/** The reply, unless it is a refusal or a redirect. */
export function judged(reply: Reply): Reply {
  if (redirects.has(reply.status)) throw redirected(reply)
  if (reply.status < 200 || reply.status >= 300) throw problemError(reply)
  return reply
}

const redirects = new Set([301, 302, 303, 307, 308])

/** A redirected POST would carry the wrong `url` in its JWS (RFC 8555 §6.4). */
function redirected(reply: Reply): AcmeError {
  const target = reply.headers['location'] ?? 'nowhere'
  return new AcmeError('ACME_REDIRECTED', `${reply.url} redirects to ${target}`, {
    status: reply.status,
    url: reply.url,
    hint: "Use the directory URL that the CA's documents name.",
  })
}

/** One GET, its redirects followed. */
export async function follow(
  client: Client,
  url: string,
  options: ExchangeOptions,
): Promise<Reply> {
  let reply = await send(client, { method: 'GET', url }, options)
  for (let hop = 0; hop < 5 && redirects.has(reply.status); hop += 1) {
    const target = usableUrl(reply.headers['location'], reply, 'the Location of a redirect')
    reply = await send(client, { method: 'GET', url: target }, options)
  }
  return reply
}

/** How long and how often an unsigned request is tried. */
export interface GetOptions extends CallOptions {
  /** How often it may be sent when no usable reply comes; by default 6. */
  readonly attempts?: number | undefined
}

/** An unsigned request with repetitions. Redirects are followed, the nonce is kept. */
export function get(client: Client, url: string, options: GetOptions = {}): Promise<Reply> {
  return retry(
    async (attempt) => {
      const reply = await follow(client, url, { ...options, attempt })
      client.nonces.keep(replyNonce(reply))
      return judged(reply)
    },
    { host: client.host, ...options },
  )
}
