import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, isIPv6 } from 'node:net'
import type { ChallengeWork } from '@certwright/acme'
import { frontIn, isPage } from '../cloud/front-pages.ts'
import { http01Path } from '../solvers/http-01.ts'
import { addressesOf, leadsInside } from './address.ts'
import type { Finding } from './finding.ts'
import type { Lookup } from './lookup.ts'
import { reaching, type Reach } from './reach.ts'

export interface HttpProbeOptions extends Pick<Lookup, 'resolver'> {
  /** Where the CA connects to; 80 but for a CA on this machine. */
  readonly port: number
  /** How long connecting and answering may take; by default 5 s. */
  readonly patienceMs?: number
}

/** RFC 8555 §8.3 lets a CA follow redirects; public ones follow ten. */
const mostRedirects = 10
const followed = new Set([301, 302, 307, 308])

/** Asks one address for a challenge's answer, as a CA would. */
export async function probeHttp(
  { identifier, token, keyAuthorization }: ChallengeWork,
  address: string,
  options: HttpProbeOptions,
  signal?: AbortSignal,
): Promise<Reach> {
  const about = identifier.value
  const host = isIPv6(about) ? `[${about}]` : about
  const start = new URL(`http://${host}${http01Path}${token}`)
  return reaching(
    address,
    async (patience) => {
      const end = await followedFrom(start, address, options, patience)
      if ('refused' in end) return other(address, redirectFinding(about, address, end))
      const { url, answer } = end
      // §8.3: "The server SHOULD ignore whitespace characters at the end of the body."
      if (answer.status === 200 && answer.body.trimEnd() === keyAuthorization) {
        return { address, outcome: 'answers' }
      }
      return other(address, otherAnswer(about, address, url, answer))
    },
    { signal, patienceMs: options.patienceMs },
  )
}

function other(address: string, finding: Finding): Reach {
  return { address, outcome: 'other', finding }
}

interface HttpAnswer {
  readonly status: number
  readonly location: string | undefined
  /** The headers that tell who answers. */
  readonly server: string
  readonly body: string
}

interface Ended {
  readonly url: URL
  readonly answer: HttpAnswer
}

interface Refused {
  readonly url: URL
  readonly location: string
  readonly refused: string
}

async function followedFrom(
  start: URL,
  address: string,
  options: HttpProbeOptions,
  signal: AbortSignal,
): Promise<Ended | Refused> {
  let url = start
  let at = address
  const seen = new Set<string>()
  for (;;) {
    seen.add(url.href)
    const answer = await fetched(url, at, options, signal)
    if (!followed.has(answer.status)) return { url, answer }
    const location = answer.location ?? ''
    const next = URL.parse(location, url.href)
    const refused = whyNot(next, seen)
    if (!next || refused !== undefined) return { url, location, refused: refused ?? 'no URL' }
    if (next.hostname !== url.hostname) {
      const { addresses } = await addressesOf(hostOf(next), false, options, signal)
      const [first] = isIP(hostOf(next)) === 0 ? addresses : [hostOf(next)]
      if (first === undefined) return { url, location, refused: 'no address' }
      if (leadsInside(address, first)) return { url, location, refused: first }
      at = first
    }
    url = next
  }
}

/** What a CA would not follow. */
function whyNot(next: URL | null, seen: ReadonlySet<string>): string | undefined {
  if (!next) return 'no URL'
  if (!['http:', 'https:'].includes(next.protocol)) return next.protocol
  if (!['', '80', '443'].includes(next.port)) return `port ${next.port}`
  if (seen.has(next.href)) return 'loop'
  return seen.size > mostRedirects ? `> ${mostRedirects}` : undefined
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '')
}

async function fetched(
  url: URL,
  address: string,
  { port }: HttpProbeOptions,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const secure = url.protocol === 'https:'
  const own = Number(url.port) || (secure ? 443 : 80)
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const options = {
    host: address,
    port: own === 80 ? port : own,
    path: url.pathname + url.search,
    agent: false,
    signal,
    headers: { host: url.host, 'user-agent': 'certwright (self-check)', connection: 'close' },
  }
  const request = secure
    ? httpsRequest({
        ...options,
        // A name that is being proven need not have a valid certificate yet, and no CA asks for one.
        rejectUnauthorized: false,
        servername: isIP(hostOf(url)) === 0 ? hostOf(url) : '',
      })
    : httpRequest(options)
  request.on('response', resolve)
  request.on('error', reject)
  request.end()
  const response = await promise
  const { statusCode: status = 0, headers } = response
  const told = [headers.server, headers.via, headers['x-served-by']].flat().filter(Boolean)
  const server = told.join(', ')
  return { status, location: headers.location, server, body: await bodyOf(response) }
}

const mostBytes = 4096

async function bodyOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response) {
    chunks.push(chunk as Buffer)
    size += (chunk as Buffer).length
    // Leaving the loop destroys the response.
    if (size >= mostBytes) break
  }
  return Buffer.concat(chunks).toString('utf8')
}

function otherAnswer(
  about: string,
  address: string,
  { href }: URL,
  { status, server, body }: HttpAnswer,
): Finding {
  const front = frontIn(server) ?? (isPage(body) ? frontIn(body) : undefined)
  const params = { about, address, url: href, status }
  if (front !== undefined) {
    return { area: 'port', level: 'fault', code: 'http-front', params: { ...params, front } }
  }
  const shown = server === '' ? '' : `(${server})`
  return status === 200
    ? { area: 'port', level: 'fault', code: 'http-body', params }
    : { area: 'port', level: 'fault', code: 'http-status', params: { ...params, server: shown } }
}

function redirectFinding(
  about: string,
  address: string,
  { url, location, refused }: Refused,
): Finding {
  const params = { about, address, url: url.href, location, reason: refused }
  return { area: 'port', level: 'fault', code: 'http-redirect', params }
}
