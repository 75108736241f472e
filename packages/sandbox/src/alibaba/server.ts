import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request as it came, nothing decoded. */
export interface RawRequest {
  readonly method: string
  /** Still percent-encoded, without the query. */
  readonly path: string
  /** What stands after the `?`. */
  readonly query: string
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export interface RawReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** `undefined` cuts the connection without a reply. */
export type Exchange = (request: RawRequest) => Promise<RawReply | undefined>

interface HttpServer {
  readonly port: number
  close(): Promise<void>
}

const longestBody = 8 * 1024 * 1024

/** A certificate and its key in a URL pass 16 KB, Node's own limit, with an RSA-4096 chain. */
const longestHeader = 512 * 1024

/** Listens on `127.0.0.1`. */
export async function listen(port: number, exchange: Exchange): Promise<HttpServer> {
  const server = createServer({ maxHeaderSize: longestHeader }, (request, response) => {
    request.on('error', () => undefined)
    response.on('error', () => undefined)
    answer(request, response, exchange).catch(() => request.socket.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve())
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: async () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  exchange: Exchange,
): Promise<void> {
  const reply = await exchange(await read(request))
  if (!reply) {
    request.socket.destroy()
    return
  }
  const length = { 'content-length': Buffer.byteLength(reply.body) }
  response.writeHead(reply.status, { ...reply.headers, ...length })
  response.end(reply.body)
}

async function read(request: IncomingMessage): Promise<RawRequest> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > longestBody) throw new RangeError('the body is too long')
    chunks.push(chunk)
  }
  const { method = 'GET', url = '/' } = request
  const mark = url.indexOf('?')
  return {
    method,
    path: mark === -1 ? url : url.slice(0, mark),
    query: mark === -1 ? '' : url.slice(mark + 1),
    headers: headersOf(request),
    body: Buffer.concat(chunks),
  }
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const given = Object.entries(headers).filter(([, value]) => value !== undefined)
  return Object.fromEntries(
    given.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]),
  )
}
