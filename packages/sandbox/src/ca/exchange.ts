import { httpDateOf } from '../clock.ts'
import type { CaContext } from './context.ts'
import { endpoints, type Address, type Endpoint } from './endpoints.ts'
import { carriesOut, type Fault } from './faults.ts'
import { AcmeProblem, malformed, notFound, problemUrn } from './problem.ts'
import { link, mergeHeaders, problemReply, type Headers, type Reply } from './reply.ts'
import { readSignedRequest } from './signed-request.ts'

/** One request as it came over HTTP. */
interface HttpRequest {
  readonly method: string
  /** With the query, as it stood in the request line. */
  readonly path: string
  /** The Host header, or `:authority`. */
  readonly authority: string
  readonly header: (name: string) => string | undefined
  /** `undefined` where it was longer than any request needs to be. */
  readonly body: Uint8Array | undefined
}

/** What was asked and what was answered. `status` is 0 where the connection was cut instead. */
export interface LoggedRequest {
  readonly method: string
  readonly path: string
  readonly endpoint: string
  readonly status: number
}

/** Answers requests. `undefined` stands for cutting the connection. */
export type Exchange = (request: HttpRequest) => Promise<Reply | undefined>

/** RFC 8555 §6 for one CA: what every request must have, what every reply has, and what goes wrong. */
export function createExchange(context: CaContext, log: (entry: LoggedRequest) => void): Exchange {
  const counts = new Map<string, number>()

  const answer = async (request: HttpRequest, found: Found | undefined, endpoint: string) => {
    const { method, path } = request
    const count = (counts.get(endpoint) ?? 0) + 1
    counts.set(endpoint, count)
    const fault = context.knobs.faults({ method, path, endpoint, count })
    const proper = carriesOut(fault) ? await properReply(context, request, found) : undefined
    return fault === undefined ? proper : faultReply(context, fault)
  }

  return async (request) => {
    const { method, path } = request
    const found = findEndpoint(context, path)
    const endpoint = found?.endpoint.name ?? 'unknown'
    const reply = await answer(request, found, endpoint).catch((error: unknown) =>
      refusal(context, error),
    )
    log({ method, path, endpoint, status: reply?.status ?? 0 })
    return reply
  }
}

interface Found {
  readonly endpoint: Endpoint
  readonly address: Address
}

function findEndpoint({ knobs }: CaContext, path: string): Found | undefined {
  const [pathname = '', search = ''] = path.split('?', 2)
  for (const endpoint of endpoints) {
    const match = endpoint.pattern.exec(pathname)
    if (match === null || endpoint.offered?.(knobs) === false) continue
    return { endpoint, address: { ids: match.slice(1), query: new URLSearchParams(search) } }
  }
  return undefined
}

async function properReply(
  context: CaContext,
  request: HttpRequest,
  found: Found | undefined,
): Promise<Reply> {
  const reply = await carryOut(context, request, found).catch((error: unknown) =>
    refusal(context, error),
  )
  const index = link(context.paths.directory, 'index')
  const isDirectory = found?.endpoint.name === 'directory'
  const hasNonce = 'replay-nonce' in reply.headers
  // §6.5: "in every successful response to a POST request and SHOULD provide it in error responses"
  const nonce =
    request.method === 'POST' && !hasNonce ? { 'replay-nonce': context.nonces.mint() } : {}
  const common: Headers = {
    date: httpDateOf(context.clock.now()),
    // §7.2: "The server MUST include a Cache-Control header field with the 'no-store' directive".
    'cache-control': 'no-store',
    ...nonce,
    // §7.1: "The 'index' link relation is present on all resources other than the directory".
    ...(isDirectory ? {} : { link: index }),
  }
  return { ...reply, headers: mergeHeaders(common, reply.headers) }
}

async function carryOut(
  context: CaContext,
  request: HttpRequest,
  found: Found | undefined,
): Promise<Reply> {
  const { method, authority, path, body } = request
  // §6.1: "ACME clients MUST send a User-Agent header field".
  if ((request.header('user-agent') ?? '') === '') throw malformed('the request has no User-Agent')
  if (found === undefined) throw notFound('resource')
  const { address, endpoint } = found
  const { post, show } = endpoint
  if (show !== undefined && (method === 'GET' || method === 'HEAD'))
    return show(context, method, address)
  if (post === undefined || method !== 'POST') throw methodNotAllowed(endpoint)
  checkHeaders(request)
  if (body === undefined) throw malformed('the request is too long', 413)
  const url = `https://${authority}${path}`
  const signed = readSignedRequest(context, { body, url, signedBy: post.signedBy })
  if (post.onlyReads === true && signed.payload.length > 0) {
    throw malformed('the resource can only be read: by POST-as-GET, with an empty payload')
  }
  return post.act(context, signed, address)
}

/** §6.3: "status code 405 (Method Not Allowed) and type 'malformed'" */
function methodNotAllowed({ post, show }: Endpoint): AcmeProblem {
  const allow = [...(show ? ['GET', 'HEAD'] : []), ...(post ? ['POST'] : [])].join(', ')
  return new AcmeProblem('malformed', `the method is not one of: ${allow}`, {
    status: 405,
    headers: { allow },
  })
}

function checkHeaders({ header }: HttpRequest): void {
  // §6.2: "they must have the Content-Type header field set to 'application/jose+json'"
  if (header('content-type') !== 'application/jose+json') {
    throw malformed('Content-Type is not application/jose+json', 415)
  }
  // §6.5.1: "SHOULD NOT be included in HTTP request messages."
  if (header('replay-nonce') !== undefined) throw malformed('Replay-Nonce is for replies only')
}

function refusal(context: CaContext, error: unknown): Reply {
  const { knobs, nonces } = context
  if (!(error instanceof AcmeProblem)) {
    const detail = `the CA broke down: ${String(error)}`
    const document = { type: problemUrn('serverInternal'), detail, status: 500 }
    return problemReply(context, document, { status: 500 })
  }
  const { document, headers } = error
  const { status } = document
  if (status === 404 && knobs.quirks.bareNotFound === true) return { status, headers: {}, body: '' }
  const isBadNonce = document.type === problemUrn('badNonce')
  const promised = isBadNonce ? { 'replay-nonce': nonces.mintPromised() } : {}
  return problemReply(context, document, { status, headers: { ...headers, ...promised } })
}

function faultReply(context: CaContext, fault: Fault): Reply | undefined {
  if (fault.drop !== undefined) return undefined
  const { status = 500, html, problem } = fault
  const wait = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter }
  if (problem !== undefined) {
    const nonce = { 'replay-nonce': context.nonces.mint() }
    return problemReply(context, problem, { status, headers: { ...nonce, ...wait } })
  }
  return { status, headers: { 'content-type': 'text/html', ...wait }, body: html ?? '' }
}
