import { StartTlsNotConform, StartTlsRefused, type Conversation } from './conversation.ts'

/** Capability flags of MySQL's "Connection Phase". */
const flags = { protocol41: 0x0200, ssl: 0x0800, secureConnection: 0x8000 } as const

/** The client's SSLRequest packet: 32 octets, the second of the sequence. */
function sslRequest(): Buffer {
  const packet = Buffer.alloc(4 + 32)
  packet.writeUIntLE(32, 0, 3)
  packet.writeUInt8(1, 3)
  packet.writeUInt32LE(flags.protocol41 | flags.ssl | flags.secureConnection, 4)
  packet.writeUInt32LE(0x1000000, 8)
  // utf8_general_ci, which every server knows; 23 zeros follow.
  packet.writeUInt8(33, 12)
  return packet
}

/** Asks a MySQL or MariaDB server for TLS. */
export async function mysql({ octets, send }: Conversation): Promise<void> {
  const length = (await octets(4)).readUIntLE(0, 3)
  const greeting = await octets(length)
  // An error packet, e.g. of a host that may not connect: 0xff, a code in two octets, text.
  if (greeting[0] === 0xff) throw new StartTlsRefused(greeting.subarray(3).toString('utf8'))
  const versionEnd = greeting.indexOf(0, 1)
  // After the version: thread id (4), first part of the salt (8), a zero, the lower capability flags (2).
  const flagsAt = versionEnd + 1 + 4 + 8 + 1
  if (greeting[0] !== 10 || versionEnd === -1 || greeting.length < flagsAt + 2) {
    throw new StartTlsNotConform('handshake packet v10')
  }
  if ((greeting.readUInt16LE(flagsAt) & flags.ssl) === 0) throw new StartTlsRefused('no CLIENT_SSL')
  send(sslRequest())
}
