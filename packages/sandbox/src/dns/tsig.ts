import { createHmac, timingSafeEqual } from 'node:crypto'
import { CLASS, writeRecord } from './message.ts'
import type { Message, ReceivedRecord } from './message.ts'
import { encodeName, FormatError, plainName, readName } from './name.ts'

export type TsigAlgorithm = 'hmac-sha256' | 'hmac-sha384' | 'hmac-sha512'

export interface TsigKey {
  readonly name: string
  readonly algorithm: TsigAlgorithm
  /** In base64. */
  readonly secret: string
}

/** RFC 8945 §3: the errors that a TSIG record itself carries. */
const TSIG_ERROR = { none: 0, BADSIG: 16, BADKEY: 17, BADTIME: 18, BADTRUNC: 22 } as const
type TsigError = keyof typeof TSIG_ERROR

const HASHES = {
  'hmac-sha256': { hash: 'sha256', size: 32 },
  'hmac-sha384': { hash: 'sha384', size: 48 },
  'hmac-sha512': { hash: 'sha512', size: 64 },
} as const

const TYPE_TSIG = 250
const FUDGE_S = 300

interface Tsig {
  readonly keyName: string
  readonly algorithm: string
  readonly timeSigned: number
  readonly fudge: number
  readonly mac: Buffer
  readonly originalId: number
  readonly error: number
  readonly other: Buffer
}

export interface TsigVerdict {
  readonly request: Tsig
  readonly error: TsigError
  /** The key of the request, where it is one of ours and its use was proven. */
  readonly key?: TsigKey
}

/** Judges the signature of a message; `undefined` where it has none. Throws {@link FormatError}. */
export function verifyTsig(
  message: Message,
  keys: readonly TsigKey[],
  nowMs: number,
): TsigVerdict | undefined {
  const record = tsigRecord(message)
  if (!record) return undefined
  const request = readTsig(record)
  const key = keys.find(
    (key) => plainName(key.name) === request.keyName && key.algorithm === request.algorithm,
  )
  if (!key) return { request, error: 'BADKEY' }

  // RFC 8945 §5.2.2.1: longer than the hash, or shorter than ten bytes or half of it, is FORMERR.
  const { size } = HASHES[key.algorithm]
  const { mac } = request
  if (mac.length > size || mac.length < Math.max(10, size / 2)) {
    throw new FormatError('the TSIG MAC has an impossible length')
  }
  const expected = digest(key, [unsigned(message, record, request), variables(request)])
  if (!timingSafeEqual(mac, expected.subarray(0, mac.length))) return { request, error: 'BADSIG' }
  // RFC 8945 §5.2.3: the time is looked at only once the MAC has proven who says it.
  if (Math.abs(Math.floor(nowMs / 1000) - request.timeSigned) > request.fudge) {
    return { request, error: 'BADTIME', key }
  }
  return { request, error: mac.length < size ? 'BADTRUNC' : 'none', key }
}

/**
 * Appends the TSIG record to a reply. RFC 8945 §5.3.2: an unknown key or a wrong MAC is answered
 * without a MAC, every other error with one.
 */
export function signReply(reply: Buffer, verdict: TsigVerdict, nowMs: number): Buffer {
  const { request, error, key } = verdict
  const now = Math.floor(nowMs / 1000)
  const late = error === 'BADTIME'
  const unsigned: Tsig = {
    ...request,
    // RFC 8945 §5.2.3: BADTIME repeats the client's time and tells the server's in Other Data.
    timeSigned: late ? request.timeSigned : now,
    other: late ? uint48(now) : Buffer.alloc(0),
    fudge: FUDGE_S,
    mac: Buffer.alloc(0),
    error: TSIG_ERROR[error],
  }
  const mac = key
    ? digest(key, [uint16(request.mac.length), request.mac, reply, variables(unsigned)])
    : unsigned.mac
  const signed = Buffer.concat([reply, writeTsig({ ...unsigned, mac })])
  signed.writeUInt16BE(reply.readUInt16BE(10) + 1, 10)
  return signed
}

/** RFC 8945 §5.1: a TSIG record is the last of the additional section, and there is one. */
function tsigRecord(message: Message): ReceivedRecord | undefined {
  const all = [...message.answers, ...message.authorities, ...message.additionals]
  const signed = all.filter((record) => record.type === TYPE_TSIG)
  const [record] = signed
  if (!record) return undefined
  if (signed.length > 1 || record !== message.additionals.at(-1) || record.class !== CLASS.ANY) {
    throw new FormatError('the TSIG record is not the last of the message')
  }
  return record
}

function readTsig({ name, rdata }: ReceivedRecord): Tsig {
  const { name: algorithm, end } = readName(rdata, 0)
  try {
    const macEnd = end + 10 + rdata.readUInt16BE(end + 8)
    const other = rdata.subarray(macEnd + 6)
    if (other.length !== rdata.readUInt16BE(macEnd + 4)) {
      throw new RangeError('Other Len is wrong')
    }
    return {
      keyName: plainName(name),
      algorithm: plainName(algorithm),
      timeSigned: rdata.readUIntBE(end, 6),
      fudge: rdata.readUInt16BE(end + 6),
      mac: rdata.subarray(end + 10, macEnd),
      originalId: rdata.readUInt16BE(macEnd),
      error: rdata.readUInt16BE(macEnd + 2),
      other,
    }
  } catch (cause) {
    throw new FormatError('the TSIG record is cut short', { cause })
  }
}

function writeTsig({ keyName, algorithm, ...tsig }: Tsig): Buffer {
  const rdata = Buffer.concat([
    encodeName(algorithm),
    uint48(tsig.timeSigned),
    uint16(tsig.fudge),
    uint16(tsig.mac.length),
    tsig.mac,
    uint16(tsig.originalId),
    uint16(tsig.error),
    uint16(tsig.other.length),
    tsig.other,
  ])
  return writeRecord({ name: keyName, type: TYPE_TSIG, class: CLASS.ANY, ttl: 0, rdata })
}

/** RFC 8945 §5.3.2 a: the message as it was before signing: without TSIG, with its original id. */
function unsigned(message: Message, record: ReceivedRecord, { originalId }: Tsig): Buffer {
  const bytes = Buffer.from(message.bytes.subarray(0, record.start))
  bytes.writeUInt16BE(originalId, 0)
  bytes.writeUInt16BE(message.additionals.length - 1, 10)
  return bytes
}

/** RFC 8945 §4.3.3: the TSIG variables, names in lower case and uncompressed. */
function variables(tsig: Tsig): Buffer {
  return Buffer.concat([
    encodeName(tsig.keyName),
    uint16(CLASS.ANY),
    Buffer.alloc(4),
    encodeName(tsig.algorithm),
    uint48(tsig.timeSigned),
    uint16(tsig.fudge),
    uint16(tsig.error),
    uint16(tsig.other.length),
    tsig.other,
  ])
}

function digest({ algorithm, secret }: TsigKey, parts: readonly Buffer[]): Buffer {
  const hmac = createHmac(HASHES[algorithm].hash, Buffer.from(secret, 'base64'))
  for (const part of parts) hmac.update(part)
  return hmac.digest()
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

function uint48(value: number): Buffer {
  const bytes = Buffer.alloc(6)
  bytes.writeUIntBE(value, 0, 6)
  return bytes
}
