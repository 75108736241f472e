import { request as httpRequest } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, isIPv6 } from 'node:net'
import { dial } from './dial.ts'
import { isDialError, reasonOf, ValidationFailure } from './failure.ts'
import type { Attempt, Reach } from './validation.ts'

interface Fetched {
  readonly status: number
  readonly location: string | undefined
  readonly body: string
}

const MOST_REDIRECTS = 10
const LONGEST_URL = 2000
/** How much a body may hold beyond the key authorization before it is read no further. */
const SPARE_BYTES = 128

/** RFC 8555 §8.3, with the limits that Let's Encrypt sets. */
export async function http01(
  { identifier, token, keyAuthorization, perspective }: Attempt,
  reach: Reach,
): Promise<void> {
  const { record } = reach
  const host = isIPv6(identifier.value) ? `[${identifier.value}]` : identifier.value
  const visited: string[] = []
  record['redirects'] = visited
  let url = new URL(`http://${host}/.well-known/acme-challenge/${token}`)
  for (;;) {
    record['url'] = url.href
    const from = perspective?.name ?? ''
    const asked = { url, from, most: keyAuthorization.length + SPARE_BYTES }
    const { status, location, body } = await fetched(asked, reach)
    if (![301, 302, 307, 308].includes(status)) {
      const where = `${String(record['addressUsed'])}: Invalid response from ${url.href}`
      if (status !== 200) throw new ValidationFailure('unauthorized', `${where}: ${status}`)
      // RFC 8555 §8.3: "The server SHOULD ignore whitespace characters at the end of the body."
      if (body.trimEnd() === keyAuthorization) return
      throw new ValidationFailure('unauthorized', `${where}: the body is not the key authorization`)
    }
    visited.push(url.href)
    url = redirected(url, location, { visited, reach })
  }
}

function redirected(
  from: URL,
  location: string | undefined,
  { visited, reach }: { readonly visited: readonly string[]; readonly reach: Reach },
): URL {
  const refuse = (why: string): ValidationFailure =>
    new ValidationFailure('connection', `Fetching ${from.href}: ${why}`)
  if (location === undefined || !URL.canParse(location, from.href)) {
    throw refuse('the redirect has no readable target')
  }
  const url = new URL(location, from)
  url.hash = ''
  if (visited.length > MOST_REDIRECTS) throw refuse('too many redirects')
  if (visited.includes(url.href)) throw refuse('redirect loop')
  if (url.href.length > LONGEST_URL) throw refuse('the redirect target is too long')
  // A target such as https://www.example.test with the path glued to its name.
  if (url.hostname.endsWith('.well-known')) {
    throw refuse('the redirect target lacks a / between its host and its path')
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw refuse('only http and https redirects are followed')
  }
  if (url.port !== '' && portOf(url, reach) === undefined) {
    throw refuse('a redirect may only lead to ports 80 and 443')
  }
  return url
}

/** The port that stands for the URL's: 80 and 443 as such, or named by what stands for them. */
function portOf({ protocol, port }: URL, { httpPort, tlsPort }: Reach): number | undefined {
  const wanted = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
  if (wanted === 80 || wanted === httpPort) return httpPort
  return wanted === 443 || wanted === tlsPort ? tlsPort : undefined
}

async function fetched(
  { url, from, most }: { readonly url: URL; readonly from: string; readonly most: number },
  reach: Reach,
): Promise<Fetched> {
  const hostname = url.hostname.replace(/^\[|\]$/g, '')
  const port = portOf(url, reach)
  reach.record['port'] = port
  return dial(hostname, reach, async (address) => {
    try {
      const to = { address, port, hostname, from, signal: reach.signal }
      const response = await requested(url, to)
      const body = await readBody(response, most)
      const { statusCode = 0, headers } = response
      return { status: statusCode, location: headers.location, body }
    } catch (error) {
      if (isDialError(error) || error instanceof ValidationFailure) throw error
      const type = reasonOf(error).startsWith('ERR_SSL') ? 'tls' : 'connection'
      throw new ValidationFailure(type, `${address}: Fetching ${url.href}: ${reasonOf(error)}`)
    }
  })
}

async function requested(
  url: URL,
  to: {
    readonly address: string
    readonly port: number | undefined
    readonly hostname: string
    readonly from: string
    readonly signal: AbortSignal
  },
): Promise<IncomingMessage> {
  const options = {
    host: to.address,
    port: to.port,
    path: url.pathname + url.search,
    agent: false,
    signal: to.signal,
    headers: {
      host: url.host,
      'user-agent': `certwright-sandbox validation${to.from === '' ? '' : ` from ${to.from}`}`,
      accept: '*/*',
      connection: 'close',
    },
  }
  return new Promise((resolve, reject) => {
    const request =
      url.protocol === 'https:'
        ? httpsRequest({
            ...options,
            // A name that is only now being proven cannot have a certificate to verify.
            rejectUnauthorized: false,
            ...(isIP(to.hostname) === 0 ? { servername: to.hostname } : {}),
          })
        : httpRequest(options)
    request.on('response', resolve)
    request.on('error', reject)
    request.end()
  })
}

async function readBody(response: IncomingMessage, most: number): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response) {
    chunks.push(chunk as Buffer)
    size += (chunk as Buffer).length
    // Leaving the loop destroys the response.
    if (size > most) break
  }
  return Buffer.concat(chunks).toString()
}
