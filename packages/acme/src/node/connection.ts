import { Agent, request as httpsRequest } from 'node:https'
import { connect as http2Connect, constants, type ClientHttp2Session } from 'node:http2'
import { isIP } from 'node:net'
import { finished, type Readable } from 'node:stream'
import * as tls from 'node:tls'
import { callbackify } from 'node:util'
import { settledWithin, within, type Ends } from '../abort.ts'
import { bodyTooLarge, timedOut } from '../network-error.ts'
import type { AcmeRequest, AcmeResponse } from '../transport.ts'
import { tunnel } from './tunnel.ts'

/** A kept connection to one origin. */
export interface Connection {
  readonly usable: () => boolean
  /** `url` is the request's. */
  readonly exchange: (
    request: AcmeRequest,
    url: URL,
    signal: AbortSignal | undefined,
  ) => Promise<AcmeResponse>
  readonly close: () => void
}

/** How an origin is reached, and how long and how much is waited for. */
interface Way {
  readonly url: URL
  readonly trust: tls.SecureContext
  readonly proxy: string | undefined
  /** For connecting, and for each exchange. */
  readonly timeoutMs: number
  /** Of a reply. */
  readonly maxBodyBytes: number
}

/** Connects, and speaks HTTP/2 where the server does. */
export async function openConnection(way: Way): Promise<Connection> {
  const socket = await tlsSocket(way, ['h2', 'http/1.1'])
  return socket.alpnProtocol === 'h2' ? http2Connection(way, socket) : http1Connection(way, socket)
}

/** Trusts these roots beside Node's own. */
export function trusting(ca: string | readonly string[] | undefined): tls.SecureContext {
  return tls.createSecureContext(ca === undefined ? {} : { ca: [...ownRoots(), ca].flat() })
}

/**
 * Where Node can name them: with those of NODE_EXTRA_CA_CERTS and, when asked for, the system's.
 */
function ownRoots(): readonly string[] {
  const { getCACertificates }: Partial<Pick<typeof tls, 'getCACertificates'>> = tls
  return getCACertificates?.('default') ?? tls.rootCertificates
}

/** Connected, and the server's certificate found good. */
function tlsSocket(
  { url, trust, proxy, timeoutMs }: Way,
  protocols: readonly string[],
): Promise<tls.TLSSocket> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = url.port === '' ? 443 : Number(url.port)
  return within(
    { limitMs: timeoutMs, late: () => timedOut(url.href, timeoutMs) },
    async (signal) => {
      const socket = proxy === undefined ? undefined : await tunnel(proxy, url, signal)
      return secured(
        {
          ...{ host, port, secureContext: trust },
          ...(socket && { socket }),
          servername: isIP(host) === 0 ? host : '',
          ALPNProtocols: [...protocols],
        },
        signal,
      )
    },
  )
}

function secured(options: tls.ConnectionOptions, signal: AbortSignal): Promise<tls.TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect(options)
    const onAbort = (): void => void socket.destroy(signal.reason as Error)
    const onClose = (): void =>
      reject(new Error('the connection was closed during the TLS handshake'))
    signal.addEventListener('abort', onAbort, { once: true })
    // For good: an error of a connection that nobody uses yet must not end the process.
    socket.on('error', reject)
    socket.once('close', onClose)
    socket.once('secureConnect', () => {
      signal.removeEventListener('abort', onAbort)
      socket.off('close', onClose)
      resolve(socket)
    })
  })
}

const idleMs = 5 * 60_000

function http2Connection({ url, timeoutMs, maxBodyBytes }: Way, socket: tls.TLSSocket): Connection {
  const session = http2Connect(url.origin, { createConnection: () => socket })
  let open = true
  let streams = 0
  const end = (): void => {
    open = false
    // Streams in flight go on.
    if (streams === 0) session.destroy()
  }
  session.on('error', end)
  session.on('goaway', end)
  session.on('close', end)
  session.setTimeout(idleMs, end)
  session.unref()

  const track = (change: 1 | -1): void => {
    streams += change
    if (session.destroyed) return
    if (streams > 0) session.ref()
    else if (open) session.unref()
    else session.destroy()
  }
  return {
    usable: () => open && !session.closed && !session.destroyed,
    close: () => session.destroy(),
    async exchange(request, url, signal) {
      const late = (): Error => {
        // A session that lets an exchange time out may be dead.
        end()
        return timedOut(request.url, timeoutMs)
      }
      track(1)
      try {
        return await settledWithin<AcmeResponse>({ limitMs: timeoutMs, signal, late }, (ends) =>
          http2Exchange(session, request, url, { maxBodyBytes, ...ends }),
        )
      } finally {
        track(-1)
      }
    },
  }
}

/** How an exchange ends, and how much it may read. */
interface ExchangeEnds extends Ends<AcmeResponse> {
  readonly maxBodyBytes: number
}

/** Begins an exchange, and gives back what breaks it off. */
function http2Exchange(
  session: ClientHttp2Session,
  { method, url, headers, body }: AcmeRequest,
  { pathname, search }: URL,
  { resolve, reject, maxBodyBytes }: ExchangeEnds,
): () => void {
  const stream = session.request(
    {
      ...headers,
      ...contentLength(body),
      ':method': method,
      ':path': `${pathname}${search}`,
    },
    { endStream: body === undefined },
  )
  const onClose = (): void => reject(new Error(`the stream was closed with code ${stream.rstCode}`))
  stream.on('error', reject)
  stream.on('close', onClose)
  stream.on('response', (received) => {
    // From here on the body's end decides, which may be heard of after the close.
    stream.off('close', onClose)
    const { ':status': status = 0 } = received
    const done = (body: Uint8Array): void => resolve({ status, headers: joined(received), body })
    readBody(stream, url, maxBodyBytes, done, reject)
  })
  if (body !== undefined) stream.end(body)
  return () => stream.close(constants.NGHTTP2_CANCEL)
}

function http1Connection(way: Way, first: tls.TLSSocket): Connection {
  const agent = new Agent({ keepAlive: true, maxSockets: 10, timeout: idleMs })
  // The socket that showed the server to speak HTTP/1.1 carries the first request.
  let unused: tls.TLSSocket | undefined = first.unref()
  const connectAnew = callbackify(() => tlsSocket(way, ['http/1.1']))
  agent.createConnection = (_, callback) => {
    const socket = unused?.destroyed === false ? unused.ref() : undefined
    unused = undefined
    if (socket) return socket
    if (callback) connectAnew(callback)
    return undefined
  }
  const { timeoutMs, maxBodyBytes } = way
  return {
    usable: () => true,
    close() {
      unused?.destroy()
      agent.destroy()
    },
    exchange(request, _, signal) {
      const late = (): Error => timedOut(request.url, timeoutMs)
      return settledWithin<AcmeResponse>({ limitMs: timeoutMs, signal, late }, (ends) =>
        http1Exchange(agent, request, { maxBodyBytes, ...ends }),
      )
    },
  }
}

/** Begins an exchange, and gives back what breaks it off. */
function http1Exchange(
  agent: Agent,
  { method, url, headers, body }: AcmeRequest,
  { resolve, reject, maxBodyBytes }: ExchangeEnds,
): () => void {
  const options = { agent, method, headers: { ...headers, ...contentLength(body) } }
  const outgoing = httpsRequest(url, options, (incoming) => {
    const { statusCode: status = 0, headers } = incoming
    const done = (body: Uint8Array): void => resolve({ status, headers: joined(headers), body })
    readBody(incoming, url, maxBodyBytes, done, reject)
  })
  outgoing.on('error', reject)
  outgoing.end(body)
  return () => outgoing.destroy()
}

/** Some CAs demand it over HTTP/2 too, and refuse chunked bodies. */
function contentLength(body: string | undefined): Record<string, string> {
  return body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
}

/** By events: to iterate over the stream costs several times as much. */
function readBody(
  stream: Readable,
  url: string,
  maxBodyBytes: number,
  done: (body: Uint8Array) => void,
  failed: (error: Error) => void,
): void {
  const chunks: Buffer[] = []
  let length = 0
  stream.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length > maxBodyBytes) failed(bodyTooLarge(url, maxBodyBytes))
    else chunks.push(chunk)
  })
  finished(stream, { writable: false }, (error) => {
    if (error) failed(error)
    else done(new Uint8Array(Buffer.concat(chunks, length)))
  })
}

/** Its fields by name, without HTTP/2's pseudo-fields. */
function joined(
  fields: Readonly<Record<string, string | string[] | number | undefined>>,
): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const name in fields) {
    const value = fields[name]
    if (value === undefined || name.startsWith(':')) continue
    headers[name] = Array.isArray(value) ? value.join(', ') : String(value)
  }
  return headers
}
