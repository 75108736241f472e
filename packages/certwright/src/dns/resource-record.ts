/** A record as it was sent, for what is proven about its very bytes (RFC 4034 §6.2). */
export interface ResourceRecord {
  /** Plain, see `plainName`. */
  readonly name: string
  /** The same on the wire, uncompressed and in lower case. */
  readonly owner: Buffer
  readonly type: number
  readonly class: number
  readonly ttl: number
  /** Canonical: names written out and in lower case, in the types whose names are. */
  readonly data: Buffer
}

export interface SignedReply {
  readonly id: number
  readonly question: { readonly name: string; readonly type: number } | undefined
  /** `NOERROR`, `NXDOMAIN`, `SERVFAIL` …; a number where it has no name here. */
  readonly rcode: string
  readonly answers: readonly ResourceRecord[]
  readonly authorities: readonly ResourceRecord[]
}

/** The types that are asked for, or looked at in a reply. */
export const typeNumbers = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  TXT: 16,
  AAAA: 28,
  DNAME: 39,
  DS: 43,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  NSEC3: 50,
  CAA: 257,
} as const

/** `TXT` for 16, `TYPE65` for what is not looked at here (RFC 3597 §5). */
export function typeName(type: number): string {
  return Object.entries(typeNumbers).find(([, number]) => number === type)?.[0] ?? `TYPE${type}`
}

const rcodes = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED']

/**
 * Reads a reply, whatever its records hold. `undefined` where it is none or is cut short. Of a reply that says that
 * it is truncated only the header and the question are read.
 */
export function readSignedReply(bytes: Buffer): SignedReply | undefined {
  if (bytes.length < 12 || (bytes.readUInt8(2) & 0x80) === 0) return undefined
  const isTruncated = (bytes.readUInt8(2) & 0x02) !== 0
  const rcode = bytes.readUInt8(3) & 0x0f
  const cursor: Cursor = { bytes, at: 12 }
  try {
    const [question] = repeated(bytes.readUInt16BE(4), () => readQuestion(cursor))
    const counts = isTruncated ? [0, 0] : [bytes.readUInt16BE(6), bytes.readUInt16BE(8)]
    const [answers = [], authorities = []] = counts.map((count) =>
      repeated(count, () => readRecord(cursor)),
    )
    return {
      id: bytes.readUInt16BE(0),
      question,
      rcode: rcodes[rcode] ?? String(rcode),
      answers,
      authorities,
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Where reading stands in a message. Whoever reads moves it on. */
interface Cursor {
  readonly bytes: Buffer
  at: number
}

function repeated<T>(count: number, read: () => T): T[] {
  return Array.from({ length: count }, read)
}

function readQuestion(cursor: Cursor): { name: string; type: number } {
  const name = nameText(readName(cursor))
  const type = cursor.bytes.readUInt16BE(cursor.at)
  cursor.at += 4
  return { name, type }
}

function readRecord(cursor: Cursor): ResourceRecord {
  const { bytes } = cursor
  const owner = readName(cursor)
  const type = bytes.readUInt16BE(cursor.at)
  const start = cursor.at + 10
  const end = start + bytes.readUInt16BE(cursor.at + 8)
  if (end > bytes.length) throw new RangeError('a record is cut short')
  const record = {
    name: nameText(owner),
    owner,
    type,
    class: bytes.readUInt16BE(cursor.at + 2),
    ttl: bytes.readUInt32BE(cursor.at + 4),
    data: canonicalData(type, bytes, start, end),
  }
  cursor.at = end
  return record
}

/** How many names stand in a record's data, and after how many bytes, in the types whose names may be compressed. */
const namesIn = new Map<number, { readonly after: number; readonly names: number }>([
  [typeNumbers.NS, { after: 0, names: 1 }],
  [typeNumbers.CNAME, { after: 0, names: 1 }],
  [typeNumbers.SOA, { after: 0, names: 2 }],
  [typeNumbers.DNAME, { after: 0, names: 1 }],
])

function canonicalData(type: number, bytes: Buffer, start: number, end: number): Buffer {
  const { after, names } = namesIn.get(type) ?? { after: 0, names: 0 }
  const cursor: Cursor = { bytes, at: start + after }
  const written = repeated(names, () => readName(cursor))
  if (cursor.at > end) throw new RangeError('a name leaves its record')
  return Buffer.concat([
    bytes.subarray(start, start + after),
    ...written,
    bytes.subarray(cursor.at, end),
  ])
}

/** A name, its pointers followed (RFC 1035 §4.1.4), uncompressed and in lower case. */
function readName(cursor: Cursor): Buffer {
  const { bytes } = cursor
  const labels: Buffer[] = []
  let at = cursor.at
  let jumped = false
  let size = 1
  for (;;) {
    const length = bytes.readUInt8(at)
    if (length >= 0xc0) {
      const target = bytes.readUInt16BE(at) & 0x3fff
      // Only backwards, so that no ring of pointers can hold us.
      if (target >= at) throw new RangeError('a pointer that does not lead back')
      if (!jumped) cursor.at = at + 2
      jumped = true
      at = target
      continue
    }
    if (length > 63 || at + 1 + length > bytes.length) throw new RangeError('a label is cut short')
    size += length + (length > 0 ? 1 : 0)
    if (size > 255) throw new RangeError('a name is too long')
    labels.push(inLowerCase(bytes.subarray(at, at + 1 + length)))
    at += 1 + length
    if (length === 0) break
  }
  if (!jumped) cursor.at = at
  return Buffer.concat(labels)
}

/** A name at the beginning of a record's data, and what comes after it. */
export function splitName(data: Buffer, at = 0): { readonly name: Buffer; readonly rest: Buffer } {
  const cursor: Cursor = { bytes: data, at }
  const name = readName(cursor)
  return { name, rest: data.subarray(cursor.at) }
}

/** RFC 4034 §6.2: "all uppercase US-ASCII letters … are replaced by the corresponding lowercase". */
function inLowerCase(label: Buffer): Buffer {
  // A length is at most 63, which is no letter.
  return Buffer.from(label.map((byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte)))
}

/** A name on the wire as text, plain. A dot inside a label is written `\.` and is no separator. */
export function nameText(wire: Buffer): string {
  const labels: string[] = []
  for (let at = 0; at < wire.length && wire.readUInt8(at) > 0; at += 1 + wire.readUInt8(at)) {
    const label = wire.subarray(at + 1, at + 1 + wire.readUInt8(at)).toString('latin1')
    labels.push(label.replaceAll('.', String.raw`\.`))
  }
  return labels.join('.')
}

/** How many labels a name on the wire has, without the root (RFC 4034 §3.1.3). */
export function labelCount(wire: Buffer): number {
  let count = 0
  for (let at = 0; at < wire.length && wire.readUInt8(at) > 0; at += 1 + wire.readUInt8(at)) {
    count += 1
  }
  return count
}
