import { createHmac } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import dnsPacket from 'dns-packet'
import type { DecodedPacket } from 'dns-packet'

/** Messages written by hand, so that what the server reads was not written by its own code. */
export interface Server {
  readonly address: string
  readonly port: number
}

export const type = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  OPT: 41,
  TSIG: 250,
  ANY: 255,
}
export const klass = { IN: 1, NONE: 254, ANY: 255 }

export interface Rr {
  readonly name: string
  readonly type: number
  readonly class?: number
  readonly ttl?: number
  readonly rdata?: Buffer
}

export function uint(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes)
  buffer.writeUIntBE(value, 0, bytes)
  return buffer
}

export function wireName(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '')
  return Buffer.concat([
    ...labels.flatMap((label) => [uint(label.length, 1), Buffer.from(label)]),
    Buffer.of(0),
  ])
}

export function txt(...strings: string[]): Buffer {
  return Buffer.concat(strings.flatMap((text) => [uint(text.length, 1), Buffer.from(text)]))
}

export function soa(serial: number): Buffer {
  const timers = [serial, 60, 10, 3600, 5].map((number) => uint(number, 4))
  return Buffer.concat([wireName('ns1.example.test'), wireName('host.example.test'), ...timers])
}

export function wireRecord({
  name,
  type,
  class: klass = 1,
  ttl = 0,
  rdata = Buffer.alloc(0),
}: Rr): Buffer {
  const fixed = [uint(type, 2), uint(klass, 2), uint(ttl, 4), uint(rdata.length, 2)]
  return Buffer.concat([wireName(name), ...fixed, rdata])
}

export interface Draft {
  readonly id?: number
  readonly opcode?: number
  readonly questions?: readonly { name: string; type: number; class?: number }[]
  readonly answers?: readonly Rr[]
  readonly authorities?: readonly Rr[]
  readonly additionals?: readonly Rr[]
}

export function wireMessage(draft: Draft): Buffer {
  const { id = 4711, opcode = 0, questions = [], answers = [], authorities = [] } = draft
  const { additionals = [] } = draft
  const counts = [questions, answers, authorities, additionals].map(({ length }) => uint(length, 2))
  return Buffer.concat([
    uint(id, 2),
    uint((opcode << 11) | (opcode === 0 ? 0x0100 : 0), 2),
    ...counts,
    ...questions.flatMap((q) => [wireName(q.name), uint(q.type, 2), uint(q.class ?? 1, 2)]),
    ...[...answers, ...authorities, ...additionals].map(wireRecord),
  ])
}

/** An update of a zone: RFC 2136 calls the sections zone, prerequisite and update. */
export function wireUpdate(
  zone: string,
  update: readonly Rr[],
  prerequisites: readonly Rr[] = [],
): Buffer {
  const questions = [{ name: zone, type: type.SOA }]
  return wireMessage({ opcode: 5, questions, answers: prerequisites, authorities: update })
}

export type Reply = Omit<DecodedPacket, 'answers' | 'authorities' | 'additionals'> & {
  readonly bytes: Buffer
  /** The number, with the upper bits of EDNS. */
  readonly rcode: number
  readonly answers: readonly { name: string; type: string; ttl: number; data: unknown }[]
  readonly authorities: readonly { name: string; type: string; ttl: number; data: unknown }[]
  readonly additionals: readonly {
    name: string
    type: string
    data: unknown
    extendedRcode: number
  }[]
}

export function decoded(bytes: Buffer): Reply {
  const packet = dnsPacket.decode(bytes) as unknown as Reply
  const extended = packet.additionals.find((record) => record.type === 'OPT')?.extendedRcode ?? 0
  return { ...packet, bytes, rcode: (extended << 4) | (bytes.readUInt8(3) & 0xf) }
}

export async function overUdp({ address, port }: Server, message: Buffer): Promise<Buffer> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  try {
    socket.send(message, port, address)
    const [reply] = (await once(socket, 'message')) as [Buffer]
    return reply
  } finally {
    socket.close()
  }
}

/** Sends the messages on one connection, in pieces of `cut` bytes, and waits for the replies. */
export async function overTcp(
  { address, port }: Server,
  messages: readonly Buffer[],
  { cut = Number.POSITIVE_INFINITY, replies: expected = messages.length } = {},
): Promise<Buffer[]> {
  const socket = connect(port, address)
  socket.setNoDelay(true)
  const stream = Buffer.concat(messages.flatMap((message) => [uint(message.length, 2), message]))
  for (let at = 0; at < stream.length; at += cut) socket.write(stream.subarray(at, at + cut))
  let received = Buffer.alloc(0)
  const replies: Buffer[] = []
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk as Buffer])
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const end = 2 + received.readUInt16BE(0)
      replies.push(received.subarray(2, end))
      received = received.subarray(end)
    }
    if (replies.length === expected) break
  }
  return replies
}

export async function ask(
  server: Server,
  name: string,
  asked: number,
  more: Draft = {},
): Promise<Reply> {
  const questions = [{ name, type: asked }]
  return decoded(await overUdp(server, wireMessage({ questions, ...more })))
}

export interface Signing {
  readonly name: string
  readonly algorithm: string
  readonly secret: string
  readonly timeSigned?: number
  readonly fudge?: number
  /** Cuts the MAC short, or spoils it. */
  readonly alterMac?: (mac: Buffer) => Buffer
}

function mac(signing: Signing, parts: readonly Buffer[]): Buffer {
  const hash = signing.algorithm.replace('hmac-', '')
  return createHmac(hash, Buffer.from(signing.secret, 'base64'))
    .update(Buffer.concat(parts))
    .digest()
}

function tsigVariables(signing: Signing, time: Buffer, fudge: Buffer, tail: Buffer): Buffer {
  const klassAndTtl = Buffer.concat([uint(klass.ANY, 2), uint(0, 4)])
  const names = [wireName(signing.name.toLowerCase()), klassAndTtl, wireName(signing.algorithm)]
  return Buffer.concat([...names, time, fudge, tail])
}

/** RFC 8945 §4.3: the message followed by a TSIG record, and its MAC for checking the reply. */
export function signed(message: Buffer, signing: Signing): { message: Buffer; mac: Buffer } {
  const {
    timeSigned = Math.floor(Date.now() / 1000),
    fudge = 300,
    alterMac = (mac) => mac,
  } = signing
  const [time, window] = [uint(timeSigned, 6), uint(fudge, 2)]
  const digest = mac(signing, [message, tsigVariables(signing, time, window, Buffer.alloc(4))])
  const sent = alterMac(digest)
  const rdata = Buffer.concat([
    wireName(signing.algorithm),
    time,
    window,
    uint(sent.length, 2),
    sent,
    // Original id, no error, no other data.
    message.subarray(0, 2),
    Buffer.alloc(4),
  ])
  const record = wireRecord({ name: signing.name, type: type.TSIG, class: klass.ANY, rdata })
  const whole = Buffer.concat([message, record])
  whole.writeUInt16BE(message.readUInt16BE(10) + 1, 10)
  return { message: whole, mac: sent }
}

export interface ReplySignature {
  readonly error: number
  readonly macLength: number
  /** Whether the MAC is the one that this key gives. */
  readonly holds: boolean
  readonly timeSigned: number
  readonly other: Buffer
}

/** Reads the TSIG record at the end of a reply and recomputes its MAC over request MAC and reply. */
export function replySignature(
  reply: Buffer,
  signing: Signing,
  requestMac: Buffer,
): ReplySignature {
  const owner = wireName(signing.name.toLowerCase())
  const start = reply.lastIndexOf(Buffer.concat([owner, uint(type.TSIG, 2)]))
  if (start < 0) throw new Error('the reply has no TSIG record')
  let at = start + owner.length + 10 + wireName(signing.algorithm).length
  const [time, fudge] = [reply.subarray(at, at + 6), reply.subarray(at + 6, at + 8)]
  const macLength = reply.readUInt16BE(at + 8)
  at += 10
  const sent = reply.subarray(at, at + macLength)
  at += macLength
  // Original id, error, other length, other data.
  const tail = reply.subarray(at + 2)
  const bare = Buffer.from(reply.subarray(0, start))
  bare.writeUInt16BE(bare.readUInt16BE(10) - 1, 10)
  const parts = [
    uint(requestMac.length, 2),
    requestMac,
    bare,
    tsigVariables(signing, time, fudge, tail),
  ]
  return {
    error: tail.readUInt16BE(0),
    macLength,
    holds: sent.equals(mac(signing, parts)),
    timeSigned: time.readUIntBE(0, 6),
    other: tail.subarray(4),
  }
}
