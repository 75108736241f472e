import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import type { Exchange } from './exchange.ts'
import { peerAddress } from './ip-address.ts'

interface ServerOptions {
  readonly host: string
  readonly port: number
  readonly keyPem: string
  readonly certPem: string
}

/** An HTTPS server that speaks HTTP/2 and HTTP/1.1, as the client likes. */
interface HttpsServer {
  /** E.g. `https://127.0.0.1:14000`. */
  readonly origin: string
  /** Begins to answer. */
  serve(exchange: Exchange): void
  /** Cuts every connection. */
  close(): Promise<void>
}

const longestBody = 1_048_576

/** Listens. Rejects where the address cannot be had. */
export async function listen({ host, port, keyPem, certPem }: ServerOptions): Promise<HttpsServer> {
  const server = createSecureServer({ key: keyPem, cert: certPem, allowHTTP1: true })
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const bound = server.address() as AddressInfo
  const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address
  return {
    origin: `https://${name}:${bound.port}`,
    serve: (exchange) => answerWith(server, exchange),
    close: async () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

function answerWith(server: Http2SecureServer, exchange: Exchange): void {
  server.on('request', (request, response) => {
    // A connection that breaks is the client's affair; unheard, it would end this process.
    request.on('error', () => undefined)
    response.on('error', () => undefined)
    answer(request, response, exchange).catch(() => cut(request))
  })
}

async function answer(
  request: Http2ServerRequest,
  response: Http2ServerResponse,
  exchange: Exchange,
): Promise<void> {
  const body = await readBody(request).catch(() => 'cut' as const)
  if (body === 'cut') return
  const { method, url: path, headers } = request
  const reply = await exchange({
    method,
    path,
    authority: request.authority ?? headers.host ?? '',
    header: (name) => headers[name]?.toString(),
    peer: peerAddress(request.socket.remoteAddress ?? ''),
    body,
  })
  if (reply === undefined) {
    cut(request)
    return
  }
  response.statusCode = reply.status
  for (const [name, value] of Object.entries(reply.headers)) response.setHeader(name, value)
  // RFC 9110 §8.6: no Content-Length with 204.
  if (reply.status !== 204) response.setHeader('content-length', Buffer.byteLength(reply.body))
  response.end(method === 'HEAD' ? '' : reply.body)
}

/** The whole body, or nothing of one that is too long. */
async function readBody(request: Http2ServerRequest): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length <= longestBody) chunks.push(chunk)
  }
  return length <= longestBody ? Buffer.concat(chunks) : undefined
}

function cut(request: Http2ServerRequest): void {
  // Behind one event come two classes; only HTTP/2 requests have a stream.
  const stream = request.httpVersionMajor === 2 ? request.stream : undefined
  if (stream === undefined) request.socket.destroy()
  else stream.session?.destroy()
}
