import { createSocket } from 'node:dgram'
import { connect, isIPv6 } from 'node:net'
import { CertwrightError } from '../runtime/error.ts'
import { serverAddressText, type ServerAddress } from './server-address.ts'

export interface ExchangeOptions {
  /** Whether this is the reply to the message. Datagrams that are not are dropped, as if they had never come. */
  readonly accepts: (reply: Buffer) => boolean
  /** How long one attempt waits. */
  readonly timeoutMs?: number
  /** How often the message is sent before the server counts as silent. */
  readonly attempts?: number
  readonly signal?: AbortSignal | undefined
}

/** RFC 1035 §4.2.1: "Messages carried by UDP are restricted to 512 bytes". */
const udpLimit = 512

/**
 * Sends one DNS message and resolves with its reply: over UDP, again over TCP where the reply was truncated, and
 * over TCP at once where the message is too long for UDP.
 */
export async function exchange(
  message: Buffer,
  server: ServerAddress,
  { accepts, timeoutMs = 3000, attempts = 2, signal }: ExchangeOptions,
): Promise<Buffer> {
  let carry = message.length > udpLimit ? overTcp : overUdp
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    signal?.throwIfAborted()
    // A socket's patience is real time even where a test lends a clock that leaps: what it waits for is real.
    const patience = AbortSignal.timeout(timeoutMs)
    const either = signal ? AbortSignal.any([signal, patience]) : patience
    try {
      const reply = await carry(message, server, accepts, either)
      if (carry === overTcp || !isTruncated(reply)) return reply
      carry = overTcp
      return await carry(message, server, accepts, either)
    } catch (error) {
      signal?.throwIfAborted()
      if (!patience.aborted) throw unreachable(server, error)
    }
  }
  throw new CertwrightError('DNS_SERVER_SILENT', { server: serverAddressText(server) })
}

type Carry = (
  message: Buffer,
  server: ServerAddress,
  accepts: (reply: Buffer) => boolean,
  signal: AbortSignal,
) => Promise<Buffer>

const overUdp: Carry = (message, server, accepts, signal) => {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const socket = createSocket(isIPv6(server.address) ? 'udp6' : 'udp4')
  const abort = (): void => reject(signal.reason as Error)
  socket.on('error', reject)
  // A connected socket takes datagrams from this server alone, and hears at once that nobody listens there.
  socket.on('connect', () => socket.send(message, (error) => error && reject(error)))
  socket.on('message', (reply) => accepts(reply) && resolve(reply))
  signal.addEventListener('abort', abort, { once: true })
  socket.connect(server.port, server.address)
  return promise.finally(() => {
    signal.removeEventListener('abort', abort)
    socket.close()
  })
}

const overTcp: Carry = (message, server, accepts, signal) => {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const socket = connect({ host: server.address, port: server.port })
  const abort = (): void => reject(signal.reason as Error)
  let received = Buffer.alloc(0)
  socket.on('error', reject)
  socket.on('close', () => reject(notConform(server)))
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk])
    const end = received.length < 2 ? Infinity : 2 + received.readUInt16BE(0)
    if (received.length < end) return
    const reply = received.subarray(2, end)
    if (accepts(reply)) resolve(reply)
    else reject(notConform(server))
  })
  signal.addEventListener('abort', abort, { once: true })
  // RFC 1035 §4.2.2: "The message is prefixed with a two byte length field".
  const length = Buffer.alloc(2)
  length.writeUInt16BE(message.length)
  socket.write(Buffer.concat([length, message]))
  return promise.finally(() => {
    signal.removeEventListener('abort', abort)
    socket.destroy()
  })
}

function isTruncated(reply: Buffer): boolean {
  return ((reply[2] ?? 0) & 0x02) !== 0
}

function notConform(server: ServerAddress): CertwrightError {
  return new CertwrightError('DNS_REPLY_NOT_CONFORM', { server: serverAddressText(server) })
}

/** What the system says at once where this machine has no way to an IPv6 address; `EINVAL` for a link-local one. */
const noRoute = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'])

function unreachable(server: ServerAddress, cause: unknown): unknown {
  if (cause instanceof CertwrightError) return cause
  const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown'
  const code =
    isIPv6(server.address) && noRoute.has(reason) ? 'DNS_NO_ROUTE' : 'DNS_SERVER_UNREACHABLE'
  return new CertwrightError(code, { server: serverAddressText(server), reason }, { cause })
}
