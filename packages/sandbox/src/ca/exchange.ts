import { isIP } from 'node:net'
import { httpDateOf } from '../clock.ts'
import { canonicalAddress } from './certificate-request.ts'
import type { CaContext } from './context.ts'
import { endpoints, type Address, type Endpoint } from './endpoints.ts'
import { carriesOut, type Fault, type Faults } from './faults.ts'
import { AcmeProblem, malformed, notFound, problemUrn, type ProblemDocument } from './problem.ts'
import { requestWait } from './rate-limits.ts'
import { link, mergeHeaders, problemReply, type Headers, type Reply } from './reply.ts'
import { readSignedRequest, type SignedRequest } from './signed-request.ts'

/** One request as it came over HTTP. */
interface HttpRequest {
  readonly method: string
  /** With the query, as it stood in the request line. */
  readonly path: string
  /** The Host header, or `:authority`. */
  readonly authority: string
  readonly header: (name: string) => string | undefined
  /** The IP address of the other end. */
  readonly peer: string
  /** `undefined` where it was longer than any request needs to be. */
  readonly body: Uint8Array | undefined
}

/** What was asked and what was answered. */
export interface LoggedRequest {
  /** Milliseconds since the Unix epoch. */
  readonly at: number
  readonly method: string
  readonly path: string
  readonly endpoint: string
  /** 0 where the connection was cut instead. */
  readonly status: number
  readonly userAgent?: string
  /** Whose signature was found good, by URL. */
  readonly account?: string
  /** What was signed, where the signature was found good; absent for POST-as-GET. */
  readonly payload?: unknown
  /** What was answered in place of success. */
  readonly problem?: ProblemDocument
  /** Whether a fault struck it. */
  readonly fault?: true
}

/** Answers requests. `undefined` stands for cutting the connection. */
export type Exchange = (request: HttpRequest) => Promise<Reply | undefined>

/** What is learnt of a request on the way, for the log. */
interface Note {
  account?: string
  payload?: unknown
  fault?: true
}

/** RFC 8555 §6 for one CA: what every request must have, what every reply has, and what goes wrong. */
export function createExchange(
  context: CaContext,
  { log, faults }: { readonly log: (entry: LoggedRequest) => void; readonly faults: Faults },
): Exchange {
  const counts = new Map<string, number>()

  const answer = async (request: HttpRequest, found: Found | undefined, note: Note) => {
    const { method, path } = request
    const endpoint = nameOf(found)
    const count = (counts.get(endpoint) ?? 0) + 1
    counts.set(endpoint, count)
    const asked = { method, path, endpoint, count }
    const fault = faults(asked) ?? context.faults.strike(asked)
    if (fault !== undefined) note.fault = true
    const proper = carriesOut(fault)
      ? await properReply(context, request, { found, note })
      : undefined
    return fault === undefined ? proper : faultReply(context, fault)
  }

  return async (request) => {
    const { method, path, header } = request
    const found = findEndpoint(context, path)
    const note: Note = {}
    const at = context.clock.now()
    const reply = await answer(request, found, note).catch((error: unknown) =>
      refusal(context, error),
    )
    const agent = header('user-agent') ?? ''
    log({
      at,
      method,
      path,
      endpoint: nameOf(found),
      status: reply?.status ?? 0,
      ...(agent === '' ? {} : { userAgent: agent }),
      ...note,
      ...(reply?.problem === undefined ? {} : { problem: reply.problem }),
    })
    return reply
  }
}

function nameOf(found: Found | undefined): string {
  return found?.endpoint.name ?? 'unknown'
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

interface Way {
  readonly found: Found | undefined
  readonly note: Note
}

async function properReply(context: CaContext, request: HttpRequest, way: Way): Promise<Reply> {
  const { found } = way
  const address = addressOf(context, request)
  const wait = requestWait(context, { endpoint: nameOf(found), address })
  if (wait !== undefined) return balancerReply(wait)
  const reply = await carryOut(context, request, way).catch((error: unknown) =>
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
  { found, note }: Way,
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
  const sender = addressOf(context, request)
  const signed = readSignedRequest(context, { body, url, signedBy: post.signedBy, address: sender })
  noteSigned(context, signed, note)
  if (post.onlyReads === true && signed.payload.length > 0) {
    throw malformed('the resource can only be read: by POST-as-GET, with an empty payload')
  }
  return post.act(context, signed, address)
}

/** Where the client is: what a proxy in front says, if it is believed. */
function addressOf({ knobs }: CaContext, { header, peer }: HttpRequest): string {
  const forwarded = knobs.forwardedFor ? header('x-forwarded-for') : undefined
  const last = forwarded?.split(',').at(-1)?.trim() ?? ''
  return isIP(last) === 0 ? peer : canonicalAddress(last)
}

/** What a load balancer says by itself when it has had enough: no ACME, no nonce. */
function balancerReply(seconds: number): Reply {
  return {
    status: 503,
    headers: { 'content-type': 'text/html', 'retry-after': String(seconds) },
    body: '<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>',
  }
}

function noteSigned({ paths }: CaContext, { account, payload }: SignedRequest, note: Note): void {
  if (account !== undefined) note.account = paths.account(account.id)
  if (payload.length === 0) return
  try {
    note.payload = JSON.parse(Buffer.from(payload).toString())
  } catch {
    // The endpoint says what is wrong with it.
  }
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
    const document = { ...problem, type: problemUrn(problem.type) }
    return problemReply(context, document, { status, headers: { ...nonce, ...wait } })
  }
  return { status, headers: { 'content-type': 'text/html', ...wait }, body: html ?? '' }
}
