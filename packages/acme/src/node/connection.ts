import { Agent, request as httpsRequest } from 'node:https'
import { connect as http2Connect, constants, type ClientHttp2Session } from 'node:http2'
import { isIP } from 'node:net'
import { finished, type Readable } from 'node:stream'
import * as tls from 'node:tls'
import { callbackify } from 'node:util'
import { within } from '../abort.ts'
import { AcmeError } from '../error.ts'
import { bodyTooLarge, timedOut } from '../network-error.ts'
import type { AcmeRequest, AcmeResponse } from '../transport.ts'
import { tunnel } from './tunnel.ts'

/** A kept connection to one origin. */
export interface Connection {
  readonly usable: () => boolean
  readonly exchange: (request: AcmeRequest, signal: AbortSignal) => Promise<AcmeResponse>
  readonly close: () => void
}

/** How an origin is reached. */
interface Way {
  readonly url: URL
  readonly trust: tls.SecureContext
  readonly proxy: string | undefined
  readonly timeoutMs: number
}

/** Connects, and speaks HTTP/2 where the server does. */
export async function openConnection(way: Way, maxBodyBytes: number): Promise<Connection> {
  const socket = await tlsSocket(way, ['h2', 'http/1.1'])
  return socket.alpnProtocol === 'h2'
    ? http2Connection(way.url.origin, socket, maxBodyBytes)
    : http1Connection(way, socket, maxBodyBytes)
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

function http2Connection(origin: string, socket: tls.TLSSocket, maxBodyBytes: number): Connection {
  const session = http2Connect(origin, { createConnection: () => socket })
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
    async exchange(request, signal) {
      track(1)
      try {
        return await http2Exchange(session, request, signal, maxBodyBytes)
      } catch (error) {
        // A session that lets an exchange time out may be dead.
        if (signal.reason instanceof AcmeError) end()
        throw error
      } finally {
        track(-1)
      }
    },
  }
}

function http2Exchange(
  session: ClientHttp2Session,
  { method, url, headers, body }: AcmeRequest,
  signal: AbortSignal,
  maxBodyBytes: number,
): Promise<AcmeResponse> {
  const { pathname, search } = new URL(url)
  return new Promise((resolve, reject) => {
    const stream = session.request(
      {
        ...headers,
        ...contentLength(body),
        ':method': method,
        ':path': `${pathname}${search}`,
      },
      { endStream: body === undefined },
    )
    const onAbort = (): void => {
      stream.close(constants.NGHTTP2_CANCEL)
      reject(signal.reason as Error)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    const onClose = (): void =>
      reject(new Error(`the stream was closed with code ${stream.rstCode}`))
    stream.on('error', reject)
    stream.on('close', onClose)
    stream.on('close', () => signal.removeEventListener('abort', onAbort))
    stream.on('response', (received) => {
      // From here on the body's end decides, which may be heard of after the close.
      stream.off('close', onClose)
      const { ':status': status = 0, ...fields } = received
      bodyOf(stream, url, maxBodyBytes).then(
        (body) => resolve({ status, headers: joined(fields), body }),
        (error: unknown) => {
          stream.close(constants.NGHTTP2_CANCEL)
          reject(error)
        },
      )
    })
    if (body !== undefined) stream.end(body)
  })
}

function http1Connection(way: Way, first: tls.TLSSocket, maxBodyBytes: number): Connection {
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
  return {
    usable: () => true,
    close() {
      unused?.destroy()
      agent.destroy()
    },
    exchange: (request, signal) => http1Exchange(agent, request, signal, maxBodyBytes),
  }
}

function http1Exchange(
  agent: Agent,
  { method, url, headers, body }: AcmeRequest,
  signal: AbortSignal,
  maxBodyBytes: number,
): Promise<AcmeResponse> {
  return new Promise((resolve, reject) => {
    const options = { agent, method, headers: { ...headers, ...contentLength(body) } }
    const outgoing = httpsRequest(url, options, (incoming) => {
      bodyOf(incoming, url, maxBodyBytes).then(
        (body) =>
          resolve({ status: incoming.statusCode ?? 0, headers: joined(incoming.headers), body }),
        (error: unknown) => {
          outgoing.destroy()
          reject(error)
        },
      )
    })
    const onAbort = (): void => {
      reject(signal.reason as Error)
      outgoing.destroy()
    }
    signal.addEventListener('abort', onAbort, { once: true })
    outgoing.on('error', reject)
    outgoing.on('close', () => signal.removeEventListener('abort', onAbort))
    outgoing.end(body)
  })
}

/** Some CAs demand it over HTTP/2 too, and refuse chunked bodies. */
function contentLength(body: string | undefined): Record<string, string> {
  return body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
}

/** By events: to iterate over the stream costs several times as much. */
function bodyOf(stream: Readable, url: string, maxBodyBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let length = 0
  return new Promise((resolve, reject) => {
    stream.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > maxBodyBytes) reject(bodyTooLarge(url, maxBodyBytes))
      else chunks.push(chunk)
    })
    finished(stream, { writable: false }, (error) => {
      if (error) reject(error)
      else resolve(new Uint8Array(Buffer.concat(chunks, length)))
    })
  })
}

function joined(
  fields: Readonly<Record<string, string | string[] | number | undefined>>,
): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const name in fields) {
    const value = fields[name]
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : String(value)
  }
  return headers
}
