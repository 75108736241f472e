import { Agent, request as httpsRequest } from 'node:https'
import { connect as http2Connect, constants, type ClientHttp2Session } from 'node:http2'
import { isIP } from 'node:net'
import type { Readable } from 'node:stream'
import * as tls from 'node:tls'
import { abortable, within } from '../abort.ts'
import { AcmeError } from '../error.ts'
import { bodyTooLarge, networkError, timedOut } from '../network-error.ts'
import type { AcmeRequest, AcmeResponse, Transport } from '../transport.ts'

/** Whom `nodeTransport` trusts, how long it waits, and how much it reads. */
export interface NodeTransportOptions {
  /** Roots in PEM that are trusted beside Node's own. */
  readonly ca?: string | readonly string[]
  /** For connecting, and again for each exchange; by default 30 seconds. */
  readonly timeoutMs?: number
  /** By default 1 MiB. */
  readonly maxBodyBytes?: number
}

/** A kept connection to one origin. */
interface Connection {
  readonly usable: () => boolean
  readonly exchange: (request: AcmeRequest, signal: AbortSignal) => Promise<AcmeResponse>
  readonly close: () => void
}

/**
 * Carries exchanges on Node: one kept HTTP/2 session for each origin that speaks it, kept HTTP/1.1
 * connections else. What is idle neither keeps the process alive nor stays for more than five
 * minutes.
 */
export function nodeTransport({
  ca,
  timeoutMs = 30_000,
  maxBodyBytes = 1_048_576,
}: NodeTransportOptions = {}): Transport {
  const connections = new Map<string, Promise<Connection>>()
  let trust: tls.SecureContext | undefined

  const open = async (url: URL): Promise<Connection> => {
    trust ??= tls.createSecureContext(ca === undefined ? {} : { ca: [...ownRoots(), ca].flat() })
    const socket = await within(
      { limitMs: timeoutMs, late: () => timedOut(url.href, timeoutMs) },
      (signal) => tlsSocket(url, trust, signal),
    )
    return socket.alpnProtocol === 'h2'
      ? http2Connection(url.origin, socket, maxBodyBytes)
      : http1Connection(socket, trust, maxBodyBytes)
  }
  const connection = async (url: URL): Promise<Connection> => {
    const kept = connections.get(url.origin)
    if (kept !== undefined && (await kept).usable()) return kept
    // Another caller may have opened a new one meanwhile.
    if (connections.get(url.origin) !== kept) return connection(url)
    const opening = open(url)
    connections.set(url.origin, opening)
    opening.catch(() => {
      if (connections.get(url.origin) === opening) connections.delete(url.origin)
    })
    return opening
  }

  return {
    async exchange(request, signal) {
      signal?.throwIfAborted()
      const { url } = request
      try {
        // Not under the caller's signal alone: others may wait for the same connection.
        const { exchange } = await abortable(connection(new URL(url)), signal)
        const late = (): Error => timedOut(url, timeoutMs)
        return await within({ limitMs: timeoutMs, signal, late }, (signal) =>
          exchange(request, signal),
        )
      } catch (error) {
        signal?.throwIfAborted()
        throw networkError(url, error)
      }
    },
    close() {
      const opened = [...connections.values()]
      connections.clear()
      for (const opening of opened) void opening.then(({ close }) => close()).catch(() => undefined)
    },
  }
}

/**
 * Where Node can name them: with those of NODE_EXTRA_CA_CERTS and, when asked for, the system's.
 */
function ownRoots(): readonly string[] {
  const { getCACertificates }: Partial<Pick<typeof tls, 'getCACertificates'>> = tls
  return getCACertificates?.('default') ?? tls.rootCertificates
}

function tlsSocket(
  url: URL,
  secureContext: tls.SecureContext | undefined,
  signal: AbortSignal,
): Promise<tls.TLSSocket> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      host,
      port: url.port === '' ? 443 : Number(url.port),
      servername: isIP(host) === 0 ? host : '',
      ALPNProtocols: ['h2', 'http/1.1'],
      ...(secureContext && { secureContext }),
    })
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

function http1Connection(
  first: tls.TLSSocket,
  secureContext: tls.SecureContext | undefined,
  maxBodyBytes: number,
): Connection {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 10,
    timeout: idleMs,
    ALPNProtocols: ['http/1.1'],
    ...(secureContext && { secureContext }),
  })
  // The socket that showed the server to speak HTTP/1.1 carries the first request.
  const connect = agent.createConnection.bind(agent)
  let unused: tls.TLSSocket | undefined = first.unref()
  agent.createConnection = (options, callback) => {
    const socket = unused?.destroyed === false ? unused.ref() : connect(options, callback)
    unused = undefined
    return socket
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

async function bodyOf(stream: Readable, url: string, maxBodyBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > maxBodyBytes) throw bodyTooLarge(url, maxBodyBytes)
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}

function joined(
  fields: Readonly<Record<string, string | string[] | number | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : String(value)]],
    ),
  )
}
