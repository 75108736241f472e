import type { AddressInfo, Server, Socket } from 'node:net'
import { takingTurns } from '../dns/turn.ts'
import { CertwrightError, type ErrorCode } from '../runtime/error.ts'

export interface PortOptions {
  /** 0 for any that is free. */
  readonly port: number
  /** The option that names another port, for the hint. */
  readonly flag: '--http-port' | '--tls-port'
  readonly taken: ErrorCode
  /** Makes the server anew each time the port is opened. */
  readonly server: () => Server
  /** Called with the port in use each time it has been opened. */
  readonly onListening?: ((port: number) => void) | undefined
}

/** A port of this machine, open on IPv4 and IPv6 for as long as somebody needs it. */
export interface Port {
  /** Opens the port for one more user. The same user twice counts once. */
  hold(user: string): Promise<void>
  /** Closes the port after its last user. A user who does not hold it is ignored. */
  release(user: string): Promise<void>
}

export function portOf(options: PortOptions): Port {
  const inTurn = takingTurns()
  const users = new Set<string>()
  let open: Listening | undefined
  return {
    hold: async (user) =>
      inTurn(async () => {
        open ??= await listen(options)
        users.add(user)
      }),
    release: async (user) =>
      inTurn(async () => {
        users.delete(user)
        if (users.size > 0 || !open) return
        const closing = open
        open = undefined
        await closing.close()
      }),
  }
}

interface Listening {
  close(): Promise<void>
}

/** A CA prefers IPv6 and does not always fall back, so both are served: `::` takes IPv4 too, where there is IPv6. */
async function listen(options: PortOptions): Promise<Listening> {
  try {
    return await listenAt('::', options)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EAFNOSUPPORT' && code !== 'EADDRNOTAVAIL') throw portError(error, options)
  }
  try {
    return await listenAt('0.0.0.0', options)
  } catch (error) {
    throw portError(error, options)
  }
}

async function listenAt(
  host: string,
  { port, server, onListening }: PortOptions,
): Promise<Listening> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const opening = server()
  // Stays on: once the port is open, a connection that cannot be accepted must not end the process.
  opening.on('error', reject)
  opening.listen({ host, port, ipv6Only: false }, resolve)
  await promise
  onListening?.((opening.address() as AddressInfo).port)
  return { close: closing(opening) }
}

/** What was asked for has been answered once the port is closed, so a connection that lingers is cut. */
function closing(server: Server): () => Promise<void> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const socket of sockets) socket.destroy()
    await closed
  }
}

function portError(cause: unknown, { port, flag, taken }: PortOptions): CertwrightError {
  const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown'
  const code = { EADDRINUSE: taken, EACCES: 'PORT_FORBIDDEN' as const }[reason] ?? 'PORT_NOT_OPENED'
  return new CertwrightError(code, { port, flag, reason }, { cause })
}
