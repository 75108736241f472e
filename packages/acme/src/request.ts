import type { Account } from './account.ts'
import type { Client } from './client.ts'
import { endpointCall, getDirectory, type Endpoint } from './directory.ts'
import { judged, send, type CallOptions } from './exchange.ts'
import { signJws, type JwsPayload } from './jws.ts'
import type { Signer } from './keys/signer.ts'
import { fetchNonce } from './nonce.ts'
import { problemFrom, problemName } from './problem.ts'
import { replyNonce, type Reply } from './reply.ts'
import { retry } from './retry.ts'

/** One POST of the protocol (RFC 8555 §6.2). */
export interface SignedRequest {
  readonly url: string
  readonly signer: Signer
  /** The account's URL; without it the public key itself is named. */
  readonly kid?: string | undefined
  readonly payload: JwsPayload
  /** The media type to be sent back. */
  readonly accept?: string | undefined
}

/** How long and how often a signed request is tried. */
export interface PostOptions extends CallOptions {
  /**
   * How often it may be sent when no usable reply comes; 1 for what must not be repeated blindly.
   */
  readonly attempts?: number | undefined
}

/**
 * Sends a signed request until there is a usable reply. Each sending is signed anew with a nonce of
 * its own, since a used one is refused for certain.
 */
export async function post(
  client: Client,
  request: SignedRequest,
  options: PostOptions = {},
): Promise<Reply> {
  // Read before, lest its own repetitions happen within ours.
  await getDirectory(client, options)
  let sendings = 0
  return retry(() => signedExchange(client, request, options, () => (sendings += 1)), {
    host: client.host,
    ...options,
  })
}

/**
 * What an account asks for: by default to read, which is a POST without payload (RFC 8555 §6.3).
 */
export interface AccountRequest {
  readonly url: string
  readonly payload?: JwsPayload
  readonly accept?: string
}

/** Sends a request signed by an account. */
export function postAs(
  client: Client,
  account: Account,
  { url, payload = '', accept }: AccountRequest,
  options: PostOptions = {},
): Promise<Reply> {
  const request = { url, signer: account.signer, kid: account.url, payload, accept }
  return post(client, request, options)
}

/** Posts to an endpoint of the directory. */
export function postTo(
  client: Client,
  endpoint: Endpoint,
  request: Omit<SignedRequest, 'url'>,
  options: PostOptions = {},
): Promise<Reply> {
  return endpointCall(client, endpoint, options, (url) =>
    post(client, { ...request, url }, options),
  )
}

/**
 * Even a CA that refuses nine of ten good nonces is got past; one that refuses all is not asked for
 * ever.
 */
const rejectionsAtMost = 100

async function signedExchange(
  client: Client,
  request: SignedRequest,
  { signal }: CallOptions,
  nextSending: () => number,
): Promise<Reply> {
  const { nonces } = client
  const fetched = (): Promise<string> => fetchNonce(client, { signal, attempt: 1 })
  let nonce = await nonces.take(fetched, signal)
  try {
    for (let rejections = 0; ; rejections += 1) {
      const reply = await sendSigned(client, request, nonce, { signal, attempt: nextSending() })
      const fresh = replyNonce(reply)
      if (!isBadNonce(reply) || rejections === rejectionsAtMost) {
        nonces.keep(fresh)
        return judged(reply)
      }
      // RFC 8555 §6.5: "the client MUST use the nonce provided in the error response".
      nonce = fresh ?? (await fetched())
    }
  } finally {
    nonces.release()
  }
}

async function sendSigned(
  client: Client,
  { url, signer, kid, payload, accept }: SignedRequest,
  nonce: string,
  options: { readonly signal: AbortSignal | undefined; readonly attempt: number },
): Promise<Reply> {
  const jws = await signJws(payload, { signer, kid, url, nonce })
  const headers = {
    // RFC 8555 §6.2, to the byte: a charset parameter is refused by CAs.
    'content-type': 'application/jose+json',
    ...(accept !== undefined && { accept }),
  }
  return send(client, { method: 'POST', url, headers, body: JSON.stringify(jws) }, options)
}

function isBadNonce(reply: Reply): boolean {
  if (reply.status < 400) return false
  const problem = problemFrom(reply.body)
  return problem !== undefined && problemName(problem) === 'badNonce'
}
