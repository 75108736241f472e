import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A way to a port of this machine that takes time and counts what passes. */
export interface DelayProxy {
  readonly port: number
  readonly connections: () => number
  close(): void
}

/**
 * Every byte takes half of `rttMs` each way. The first of a connection take one round trip more, which opening a TCP
 * connection over such a line would.
 */
export async function delayProxy(target: number, rttMs: number): Promise<DelayProxy> {
  let connections = 0
  const open = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    connections += 1
    const upstream = connect({ port: target, host: '127.0.0.1', noDelay: true })
    const opened = performance.now() + rttMs
    pass(socket, upstream, rttMs / 2, opened)
    pass(upstream, socket, rttMs / 2, 0)
    for (const end of [socket, upstream]) {
      open.add(end)
      end.on('error', () => {
        socket.destroy()
        upstream.destroy()
      })
      end.on('close', () => open.delete(end))
    }
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    close() {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}

/** Nothing leaves before `opened`, and nothing overtakes. */
function pass(from: Socket, to: Socket, delayMs: number, opened: number): void {
  const queue: (() => void)[] = []
  const late = (deliver: () => void): void => {
    queue.push(deliver)
    const waits = Math.max(opened - performance.now(), 0) + delayMs
    // Whichever timer fires first delivers what came first.
    if (delayMs > 0) setTimeout(() => queue.shift()?.(), waits)
    else queue.shift()?.()
  }
  from.on('data', (chunk) => late(() => to.writable && to.write(chunk)))
  from.on('end', () => late(() => to.writable && to.end()))
}
