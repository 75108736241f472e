import { createSocket } from 'node:dgram'
import type { RemoteInfo, Socket as Datagrams } from 'node:dgram'
import { once } from 'node:events'
import { createServer, isIPv6 } from 'node:net'
import type { Server, Socket } from 'node:net'

export type Transport = 'udp' | 'tcp'

/** Answers one message; `undefined` leaves it unanswered. */
export type Respond = (message: Buffer, transport: Transport) => Promise<Buffer | undefined>

export interface OpenSockets {
  readonly port: number
  readonly addresses: readonly string[]
  /** A second time is the same as once. */
  close(): Promise<void>
}

export interface SocketOptions {
  /** The first must be available; another one is left out where the machine lacks it. */
  readonly addresses: readonly string[]
  /** 0 picks a port that is free for UDP and TCP on all addresses. */
  readonly port: number
  readonly respond: Respond
}

/** How often a free UDP port may turn out to be taken for TCP or on another address. */
const ATTEMPTS = 20

/** Listens for UDP and TCP on one port of every address. */
export async function openSockets(options: SocketOptions): Promise<OpenSockets> {
  for (let attempt = 1; ; attempt++) {
    const opened: Closable[] = []
    try {
      return await openAll(options, opened)
    } catch (error) {
      await Promise.all(opened.map(async (one) => one.close()))
      const again = options.port === 0 && codeOf(error) === 'EADDRINUSE' && attempt < ATTEMPTS
      if (!again) throw error
    }
  }
}

interface Closable {
  close(): Promise<void>
}

async function openAll(
  { addresses, port, respond }: SocketOptions,
  opened: Closable[],
): Promise<OpenSockets> {
  const bound: string[] = []
  let chosen = port
  for (const [index, address] of addresses.entries()) {
    try {
      const udp = await openDatagrams(address, chosen, respond)
      opened.push(udp)
      chosen = udp.port
      opened.push(await openStreams(address, chosen, respond))
      bound.push(address)
    } catch (error) {
      if (index === 0 || codeOf(error) === 'EADDRINUSE') throw error
    }
  }
  let closing: Promise<unknown> | undefined
  return {
    port: chosen,
    addresses: bound,
    close: async () => {
      closing ??= Promise.all(opened.map(async (one) => one.close()))
      await closing
    },
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}

async function openDatagrams(
  address: string,
  port: number,
  respond: Respond,
): Promise<Closable & { port: number }> {
  const socket: Datagrams = createSocket(
    isIPv6(address) ? { type: 'udp6', ipv6Only: true } : { type: 'udp4' },
  )
  let closed = false
  const answer = async (message: Buffer, sender: RemoteInfo): Promise<void> => {
    const reply = await respond(message, 'udp')
    if (reply && !closed) socket.send(reply, sender.port, sender.address, ignore)
  }
  socket.on('message', (message, sender) => {
    void answer(message, sender).catch(ignore)
  })
  socket.bind(port, address)
  try {
    await once(socket, 'listening')
  } catch (error) {
    socket.close()
    throw error
  }
  socket.on('error', ignore)
  return {
    port: socket.address().port,
    close: async () => {
      closed = true
      const gone = once(socket, 'close')
      socket.close()
      await gone
    },
  }
}

async function openStreams(address: string, port: number, respond: Respond): Promise<Closable> {
  const open = new Set<Socket>()
  const server: Server = createServer((socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    // A client that goes away is no concern of the server.
    socket.on('error', ignore)
    void serveStream(socket, respond).catch(() => socket.destroy())
  })
  server.listen({ host: address, port, ipv6Only: true })
  await once(server, 'listening')
  return {
    close: async () => {
      for (const socket of open) socket.destroy()
      const gone = once(server, 'close')
      server.close()
      await gone
    },
  }
}

/** RFC 1035 §4.2.2: each message has its length in two bytes before it. */
async function serveStream(socket: Socket, respond: Respond): Promise<void> {
  let buffered = Buffer.alloc(0)
  for await (const chunk of socket) {
    buffered = Buffer.concat([buffered, chunk as Buffer])
    while (buffered.length >= 2 && buffered.length >= 2 + buffered.readUInt16BE(0)) {
      const end = 2 + buffered.readUInt16BE(0)
      const reply = await respond(buffered.subarray(2, end), 'tcp')
      buffered = buffered.subarray(end)
      if (!reply) continue
      const length = Buffer.alloc(2)
      length.writeUInt16BE(reply.length)
      socket.write(Buffer.concat([length, reply]))
    }
  }
  socket.end()
}

function ignore(): void {}
