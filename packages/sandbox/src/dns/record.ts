import dnsPacket from 'dns-packet'
import { isIPv4, isIPv6 } from 'node:net'
import { FormatError, plainName } from './name.ts'
import type { ReceivedRecord } from './message.ts'

/** The record types that have a readable form here. Others travel as bytes (RFC 3597). */
export const TYPE = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  CAA: 257,
} as const

export const ANY_TYPE = 255

export type NamedType = keyof typeof TYPE
export type RecordType = NamedType | `TYPE${number}`

export interface SoaData {
  readonly mname: string
  readonly rname: string
  readonly serial: number
  readonly refresh: number
  readonly retry: number
  readonly expire: number
  /** Seconds that a negative answer may be kept (RFC 2308 §4). */
  readonly minimum: number
}

/** What stands at a name. `ttl` is in seconds, 60 where it is left out. */
export type DnsRecord = { readonly name: string; readonly ttl?: number } & (
  | { readonly type: 'A' | 'AAAA' | 'CNAME' | 'NS' | 'PTR'; readonly data: string }
  /** A string is cut into character-strings of 255 bytes; an array is taken as it is. */
  | { readonly type: 'TXT'; readonly data: string | readonly string[] }
  | {
      readonly type: 'MX'
      readonly data: { readonly preference: number; readonly exchange: string }
    }
  | {
      readonly type: 'CAA'
      readonly data: { readonly critical?: boolean; readonly tag: string; readonly value: string }
    }
  | { readonly type: 'SOA'; readonly data: SoaData }
  | { readonly type: `TYPE${number}`; readonly data: Uint8Array }
)

/** A record as zones keep it: plain owner, type number, uncompressed data. */
export interface StoredRecord {
  readonly name: string
  readonly type: number
  readonly ttl: number
  readonly rdata: Buffer
}

interface RecordCodec {
  encode(record: { name: string; type: string; data: unknown }): Buffer
  decode: ((bytes: Buffer, offset: number) => { data: unknown }) & { bytes: number }
}

// The library exports its codec of one record, its type declarations do not.
const codec = (dnsPacket as unknown as { readonly answer: RecordCodec }).answer

/** How many bytes stand before and after the names in a record's data, where it holds any. */
const AROUND_NAMES = new Map<number, { readonly before: number; readonly after: number }>([
  [TYPE.NS, { before: 0, after: 0 }],
  [TYPE.CNAME, { before: 0, after: 0 }],
  [TYPE.PTR, { before: 0, after: 0 }],
  [TYPE.MX, { before: 2, after: 0 }],
  [TYPE.SOA, { before: 0, after: 20 }],
])

const namesByNumber = new Map<number, NamedType>(
  Object.entries(TYPE).map(([name, number]) => [number, name as NamedType]),
)

/** `TXT` for 16; `TYPE65` for what has no readable form here. */
export function typeName(type: number): RecordType {
  return namesByNumber.get(type) ?? `TYPE${type}`
}

export function typeNumber(type: RecordType): number {
  return type in TYPE ? TYPE[type as NamedType] : Number(type.slice(4))
}

/** Throws a `TypeError` where the data does not fit the type. */
export function storedRecord(record: DnsRecord): StoredRecord {
  const { name, ttl = 60 } = record
  return { name: plainName(name), type: typeNumber(record.type), ttl, rdata: encodeData(record) }
}

/** The readable form; a TXT record's character-strings are joined. */
export function readableRecord({ name, type, ttl, rdata }: StoredRecord): DnsRecord {
  const kind = typeName(type)
  if (!(kind in TYPE)) return { name, ttl, type: kind as `TYPE${number}`, data: rdata }
  const data = decodeData(kind, recordBytes(type, rdata))
  if (kind === 'TXT') {
    return { name, ttl, type: kind, data: Buffer.concat(data as Buffer[]).toString() }
  }
  if (kind === 'CAA') {
    const { flags, tag, value } = data as { flags: number; tag: string; value: string }
    return { name, ttl, type: kind, data: { critical: (flags & 0x80) !== 0, tag, value } }
  }
  return { name, ttl, type: kind, data } as DnsRecord
}

/** The record that an update carries, its names expanded from the message. Throws {@link FormatError}. */
export function receivedRecord(bytes: Buffer, record: ReceivedRecord): StoredRecord {
  const { type, ttl } = record
  const kind = typeName(type)
  const name = plainName(record.name)
  if (!(kind in TYPE)) return { name, type, ttl, rdata: Buffer.from(record.rdata) }
  const data = decodeData(kind, bytes, record)
  return { name, type, ttl, rdata: encodeRaw(kind, data) }
}

/** Whether two records of one type say the same. Names compare without regard to case (RFC 2136 §1.1.1). */
export function sameData(type: number, left: Buffer, right: Buffer): boolean {
  return comparable(type, left).equals(comparable(type, right))
}

function comparable(type: number, rdata: Buffer): Buffer {
  const around = AROUND_NAMES.get(type)
  if (!around) return rdata
  const end = rdata.length - around.after
  const names = rdata.toString('latin1', around.before, end).toLowerCase()
  const lower = Buffer.from(names, 'latin1')
  return Buffer.concat([rdata.subarray(0, around.before), lower, rdata.subarray(end)])
}

/** The name a CNAME or NS record points to. */
export function targetOf(record: StoredRecord): string {
  return plainName(decodeData('CNAME', recordBytes(TYPE.CNAME, record.rdata)) as string)
}

function encodeData(record: DnsRecord): Buffer {
  const { type, data } = record
  if (data instanceof Uint8Array) return Buffer.from(data)
  if ((type === 'A' && !isIPv4(data)) || (type === 'AAAA' && !isIPv6(data))) {
    throw new TypeError(`the data of an ${type} record is not such an address`)
  }
  if (type === 'TXT') return encodeRaw(type, characterStrings(data))
  if (type === 'CAA') {
    const { critical = false, tag, value } = data
    return encodeRaw(type, { flags: critical ? 0x80 : 0, tag, value })
  }
  return encodeRaw(type, data)
}

/** RFC 1035 §3.3: a character-string holds at most 255 bytes. */
function characterStrings(data: string | readonly string[]): Buffer[] {
  if (typeof data !== 'string') {
    const strings = data.map((text) => Buffer.from(text))
    if (strings.some((bytes) => bytes.length > 255)) {
      throw new TypeError('a TXT character-string is longer than 255 bytes')
    }
    return strings
  }
  const bytes = Buffer.from(data)
  const count = Math.max(1, Math.ceil(bytes.length / 255))
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * 255, (index + 1) * 255))
}

/** Owner `.`, type, class, TTL and length stand before the data: eleven bytes. */
const HEAD = 11

function encodeRaw(type: string, data: unknown): Buffer {
  const bytes = codec.encode({ name: '.', type, data })
  return bytes.subarray(HEAD, HEAD + bytes.readUInt16BE(HEAD - 2))
}

function recordBytes(type: number, rdata: Buffer): Buffer {
  const head = Buffer.alloc(HEAD)
  head.writeUInt16BE(type, 1)
  head.writeUInt16BE(1, 3)
  head.writeUInt16BE(rdata.length, 9)
  return Buffer.concat([head, rdata])
}

function decodeData(
  type: string,
  bytes: Buffer,
  { start, end } = { start: 0, end: bytes.length },
): unknown {
  let data: unknown
  try {
    data = codec.decode(bytes, start).data
  } catch (cause) {
    throw new FormatError(`the data of a ${type} record cannot be read`, { cause })
  }
  if (start + codec.decode.bytes !== end) {
    throw new FormatError(`the data of a ${type} record has the wrong length`)
  }
  return data
}
