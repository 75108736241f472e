import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Secret } from '../runtime/secret.ts'
import { encodeName } from './domain-name.ts'

export type TsigAlgorithm = 'hmac-sha256' | 'hmac-sha384' | 'hmac-sha512'

/** A key shared with a DNS server (RFC 8945). */
export interface TsigKey {
  readonly name: string
  readonly algorithm: TsigAlgorithm
  /** Base64. */
  readonly secret: Secret
}

export interface SignedMessage {
  readonly bytes: Buffer
  /** What the reply's signature is bound to. */
  readonly mac: Buffer
}

/** How a reply's signature stands. `unsigned` is no proof of anything, whatever the reply says. */
export type TsigVerdict =
  | { readonly status: 'verified'; readonly error: number }
  | { readonly status: 'unsigned'; readonly error: number }
  | { readonly status: 'wrong' }
  /** Signed by our key, at a time too far from ours; or the server says that ours is too far from its own. */
  | { readonly status: 'clock'; readonly skewSeconds: number }

/** RFC 8945 §3. */
export const TSIG_ERROR = { BADSIG: 16, BADKEY: 17, BADTIME: 18 } as const

const TYPE_TSIG = 250
const CLASS_ANY = 255
/** RFC 8945 §10: "a value of 300 seconds is RECOMMENDED". */
const fudgeSeconds = 300

/** Appends a TSIG record (RFC 8945 §5.1). */
export function signMessage(message: Buffer, key: TsigKey, nowMs: number): SignedMessage {
  const time = Math.floor(nowMs / 1000)
  const stamp = { time, fudge: fudgeSeconds, error: 0, other: Buffer.alloc(0) }
  const mac = digest(key, [message, variables(key, stamp)])
  const rdata = Buffer.concat([
    encodeName(key.algorithm),
    timeAndFudge(stamp),
    uint16(mac.length),
    mac,
    message.subarray(0, 2),
    errorAndOther(stamp),
  ])
  const fixed = Buffer.alloc(10)
  fixed.writeUInt16BE(TYPE_TSIG, 0)
  fixed.writeUInt16BE(CLASS_ANY, 2)
  fixed.writeUInt16BE(rdata.length, 8)
  const bytes = Buffer.concat([message, encodeName(key.name), fixed, rdata])
  bytes.writeUInt16BE(message.readUInt16BE(10) + 1, 10)
  return { bytes, mac }
}

/** Judges the reply to a message that was signed with `key` (RFC 8945 §5.3). Throws where it cannot be read. */
export function verifyReply(
  reply: Buffer,
  key: TsigKey,
  requestMac: Buffer,
  nowMs: number,
): TsigVerdict {
  const found = readTsig(reply)
  if (!found) return { status: 'unsigned', error: 0 }
  const { start, record } = found
  if (record.mac.length === 0) return { status: 'unsigned', error: record.error }
  const bare = Buffer.from(reply.subarray(0, start))
  bare.writeUInt16BE(reply.readUInt16BE(10) - 1, 10)
  record.originalId.copy(bare, 0)
  const expected = digest(key, [
    uint16(requestMac.length),
    requestMac,
    bare,
    variables(key, record),
  ])
  // The digest covers our key's name and algorithm, so a record that names others does not fit it.
  if (record.mac.length !== expected.length || !timingSafeEqual(record.mac, expected)) {
    return { status: 'wrong' }
  }
  const now = Math.floor(nowMs / 1000)
  // RFC 8945 §5.2.3: a BADTIME reply repeats our time, and has the server's own in Other Data.
  const serverTime =
    record.error === TSIG_ERROR.BADTIME && record.other.length === 6
      ? record.other.readUIntBE(0, 6)
      : record.time
  if (record.error === TSIG_ERROR.BADTIME || Math.abs(now - serverTime) > record.fudge) {
    return { status: 'clock', skewSeconds: now - serverTime }
  }
  return { status: 'verified', error: record.error }
}

interface Stamp {
  /** Seconds since the epoch. */
  readonly time: number
  readonly fudge: number
  readonly error: number
  readonly other: Buffer
}

interface TsigRecord extends Stamp {
  readonly mac: Buffer
  readonly originalId: Buffer
}

function digest({ algorithm, secret }: TsigKey, parts: readonly Buffer[]): Buffer {
  const hash = algorithm.replace('hmac-', '')
  return createHmac(hash, Buffer.from(secret.reveal(), 'base64'))
    .update(Buffer.concat(parts))
    .digest()
}

/** RFC 8945 §4.3.3: the TSIG record's own fields, in canonical form. */
function variables({ name, algorithm }: TsigKey, stamp: Stamp): Buffer {
  const classAndTtl = Buffer.from([0, CLASS_ANY, 0, 0, 0, 0])
  const [key, hmac] = [encodeName(name), encodeName(algorithm)]
  return Buffer.concat([key, classAndTtl, hmac, timeAndFudge(stamp), errorAndOther(stamp)])
}

function timeAndFudge({ time, fudge }: Stamp): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeUIntBE(time, 0, 6)
  bytes.writeUInt16BE(fudge, 6)
  return bytes
}

function errorAndOther({ error, other }: Stamp): Buffer {
  return Buffer.concat([uint16(error), uint16(other.length), other])
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

/** RFC 8945 §5.1: the TSIG record "MUST be the last record in the additional data section". */
function readTsig(message: Buffer): { start: number; record: TsigRecord } | undefined {
  const [questions = 0, ...records] = [4, 6, 8, 10].map((at) => message.readUInt16BE(at))
  let at = 12
  for (let i = 0; i < questions; i += 1) at = nameEnd(message, at) + 4
  let start = 0
  for (let i = records.reduce((sum, count) => sum + count, 0); i > 0; i -= 1) {
    start = at
    const fixed = nameEnd(message, at)
    at = fixed + 10 + message.readUInt16BE(fixed + 8)
  }
  if (records.at(-1) === 0) return undefined
  const fixed = nameEnd(message, start)
  if (message.readUInt16BE(fixed) !== TYPE_TSIG) return undefined
  const stamp = nameEnd(message, fixed + 10)
  const macEnd = stamp + 10 + message.readUInt16BE(stamp + 8)
  return {
    start,
    record: {
      time: message.readUIntBE(stamp, 6),
      fudge: message.readUInt16BE(stamp + 6),
      mac: message.subarray(stamp + 10, macEnd),
      originalId: message.subarray(macEnd, macEnd + 2),
      error: message.readUInt16BE(macEnd + 2),
      other: message.subarray(macEnd + 6, macEnd + 6 + message.readUInt16BE(macEnd + 4)),
    },
  }
}

/** Where a name ends: after its empty label, or after the pointer that stands for the rest (RFC 1035 §4.1.4). */
function nameEnd(message: Buffer, start: number): number {
  let at = start
  for (;;) {
    const length = message.readUInt8(at)
    if (length >= 0xc0) return at + 2
    if (length > 63) throw new RangeError('a label of no known kind')
    at += 1 + length
    if (length === 0) return at
  }
}
