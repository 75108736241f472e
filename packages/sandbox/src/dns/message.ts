import { encodeName, FormatError, plainName, readName } from './name.ts'

export const RCODE = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
  BADVERS: 16,
} as const

export type Rcode = keyof typeof RCODE

/** RFC 2136 §1.3: NONE and ANY are what make an update's records deletions and prerequisites. */
export const CLASS = { IN: 1, NONE: 254, ANY: 255 } as const

/** RFC 1035 §4.1.1, RFC 2136 §2.2. */
export const OPCODE = { QUERY: 0, UPDATE: 5 } as const

const FLAG = { response: 0x8000, authoritative: 0x0400, truncated: 0x0200, recursion: 0x0180 }
const OPT = 41

export interface Question {
  readonly name: string
  readonly type: number
  readonly class: number
}

export interface ResourceRecord extends Question {
  readonly ttl: number
  readonly rdata: Buffer
}

/** A record with its place, for what must be read in the raw message or cut out of it. */
export interface ReceivedRecord extends ResourceRecord {
  readonly start: number
  readonly end: number
}

export interface Message {
  readonly bytes: Buffer
  readonly id: number
  readonly opcode: number
  readonly isResponse: boolean
  readonly recursionDesired: boolean
  readonly questions: readonly Question[]
  readonly answers: readonly ReceivedRecord[]
  readonly authorities: readonly ReceivedRecord[]
  readonly additionals: readonly ReceivedRecord[]
}

export interface Reply {
  readonly rcode: Rcode
  readonly authoritative?: boolean
  readonly answers?: readonly ResourceRecord[]
  readonly authorities?: readonly ResourceRecord[]
  readonly additionals?: readonly ResourceRecord[]
}

/** Reads a whole message, records undecoded. Throws {@link FormatError}. */
export function readMessage(bytes: Buffer): Message {
  if (bytes.length < 12) throw new FormatError('the message is shorter than its header')
  const flags = bytes.readUInt16BE(2)
  let offset = 12
  const section = <T>(countAt: number, read: (bytes: Buffer, at: number) => [T, number]): T[] => {
    const items: T[] = []
    for (let left = bytes.readUInt16BE(countAt); left > 0; left--) {
      const [item, end] = read(bytes, offset)
      items.push(item)
      offset = end
    }
    return items
  }
  const message: Message = {
    bytes,
    id: bytes.readUInt16BE(0),
    opcode: (flags >> 11) & 0xf,
    isResponse: (flags & FLAG.response) !== 0,
    recursionDesired: (flags & 0x0100) !== 0,
    questions: section(4, readQuestion),
    answers: section(6, readRecord),
    authorities: section(8, readRecord),
    additionals: section(10, readRecord),
  }
  if (offset !== bytes.length) throw new FormatError('the message goes on after its last record')
  return message
}

function readQuestion(bytes: Buffer, at: number): [Question, number] {
  const { name, end } = readName(bytes, at)
  if (end + 4 > bytes.length) throw new FormatError('a question is cut short')
  return [{ name, type: bytes.readUInt16BE(end), class: bytes.readUInt16BE(end + 2) }, end + 4]
}

function readRecord(bytes: Buffer, at: number): [ReceivedRecord, number] {
  const [question, end] = readQuestion(bytes, at)
  if (end + 6 > bytes.length) throw new FormatError('a record is cut short')
  const stop = end + 6 + bytes.readUInt16BE(end + 4)
  if (stop > bytes.length) throw new FormatError('record data is cut short')
  const rdata = bytes.subarray(end + 6, stop)
  return [{ ...question, ttl: bytes.readUInt32BE(end), rdata, start: at, end: stop }, stop]
}

/** What EDNS (RFC 6891) the sender speaks, if any. */
export function ednsOf(message: Message): { size: number; version: number } | undefined {
  const option = message.additionals.find((record) => record.type === OPT)
  return option && { size: option.class, version: (option.ttl >>> 16) & 0xff }
}

/**
 * Writes the reply to a message: its id, its question as it was spelt, and an OPT record where it
 * had one. `truncated` leaves the records out and says so.
 */
export function writeReply(message: Message, reply: Reply, truncated = false): Buffer {
  const { rcode, authoritative = false } = reply
  const edns = ednsOf(message)
  const additionals = [
    ...(truncated ? [] : (reply.additionals ?? [])),
    ...(edns ? [optionRecord(message, RCODE[rcode])] : []),
  ]
  const sections = truncated ? [[], []] : [reply.answers ?? [], reply.authorities ?? []]
  const flags =
    FLAG.response |
    (message.opcode << 11) |
    (authoritative ? FLAG.authoritative : 0) |
    (truncated ? FLAG.truncated : 0) |
    (message.recursionDesired && message.opcode === OPCODE.QUERY ? FLAG.recursion : 0) |
    (RCODE[rcode] & 0xf)
  const counts = [message.questions.length, ...sections.map((s) => s.length), additionals.length]
  const header = Buffer.alloc(12)
  header.writeUInt16BE(message.id, 0)
  header.writeUInt16BE(flags, 2)
  for (const [index, count] of counts.entries()) header.writeUInt16BE(count, 4 + index * 2)
  const first = message.questions[0]?.name
  const body = [...sections.flat(), ...additionals].map((record) => writeRecord(record, first))
  return Buffer.concat([header, ...message.questions.map(writeQuestion), ...body])
}

function writeQuestion({ name, type, class: klass }: Question): Buffer {
  const tail = Buffer.alloc(4)
  tail.writeUInt16BE(type, 0)
  tail.writeUInt16BE(klass, 2)
  return Buffer.concat([encodeName(name), tail])
}

/** Writes a record. Its owner becomes a pointer where it is the name that was asked for. */
export function writeRecord(record: ResourceRecord, asked?: string): Buffer {
  const same = asked !== undefined && plainName(asked) === plainName(record.name) && asked !== ''
  const tail = Buffer.alloc(10)
  tail.writeUInt16BE(record.type, 0)
  tail.writeUInt16BE(record.class, 2)
  tail.writeUInt32BE(record.ttl, 4)
  tail.writeUInt16BE(record.rdata.length, 8)
  // The question's name always begins right after the header.
  const owner = same ? Buffer.of(0xc0, 12) : encodeName(record.name)
  return Buffer.concat([owner, tail, record.rdata])
}

/** RFC 6891 §6.1.3: the upper eight bits of the code, the version (0), then the DO bit as it came. */
function optionRecord(message: Message, rcode: number): ResourceRecord {
  const received = message.additionals.find((record) => record.type === OPT)
  const ttl = ((rcode >> 4) << 24) | ((received?.ttl ?? 0) & 0x8000)
  return { name: '', type: OPT, class: 1232, ttl, rdata: Buffer.alloc(0) }
}
