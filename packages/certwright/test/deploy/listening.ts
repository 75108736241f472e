import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'

/** A server on a free port of this machine, until the end of its scope. */
export interface Listening extends AsyncDisposable {
  readonly endpoint: { readonly host: string; readonly port: number }
}

export async function listening(
  server: Server,
  {
    host = '127.0.0.1',
    port: wanted = 0,
  }: { host?: string | undefined; port?: number | undefined } = {},
): Promise<Listening> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
  })
  server.listen(wanted, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    endpoint: { host, port },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
