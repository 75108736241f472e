import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** What the public part of a CA gives to anyone, by path. DER each time. */
export type Repository = Readonly<
  Record<string, { readonly type: string; der(): Promise<Uint8Array> }>
>

interface RepositoryServer {
  /** E.g. `http://127.0.0.1:14080`. */
  readonly origin: string
  /** Begins to answer. */
  serve(repository: Repository): void
  close(): Promise<void>
}

/**
 * Listens over plain HTTP, which is where certificates point for CRLs and issuers: RFC 5280 §8 warns of
 * https there, since its certificates would have to be checked by what is fetched.
 */
export async function listenPlainly(options: {
  readonly host: string
  readonly port: number
}): Promise<RepositoryServer> {
  let repository: Repository = {}
  const server = createServer((request, response) => {
    response.on('error', () => undefined)
    const found = request.method === 'GET' ? repository[request.url ?? ''] : undefined
    if (!found) response.writeHead(404).end()
    else
      found.der().then(
        (der) => send(response, found.type, der),
        () => response.destroy(),
      )
  })
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const { address, family, port } = server.address() as AddressInfo
  return {
    origin: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    serve: (given) => void (repository = given),
    close: async () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

function send(response: ServerResponse, type: string, der: Uint8Array): void {
  response.writeHead(200, { 'content-type': type, 'content-length': der.length }).end(der)
}
