import type { Clock } from '../clock.ts'
import { CLASS, ednsOf, OPCODE, RCODE, readMessage, writeReply } from './message.ts'
import type { Message, Question, Rcode, Reply } from './message.ts'
import { FormatError, parentOf, plainName } from './name.ts'
import { typeName } from './record.ts'
import type { RecordType } from './record.ts'
import { resolve } from './resolve.ts'
import type { Transport } from './sockets.ts'
import { signReply, verifyTsig } from './tsig.ts'
import type { TsigKey, TsigVerdict } from './tsig.ts'
import { applyUpdate } from './update.ts'
import type { Zone, ZoneSource, ZoneView } from './zone.ts'

/** One message that was answered, or refused. */
export interface DnsExchange {
  /** Milliseconds since the Unix epoch. */
  readonly at: number
  readonly transport: Transport
  readonly operation: 'query' | 'update' | 'other'
  /** As it was spelt. */
  readonly name: string
  readonly type: RecordType
  readonly rcode: Rcode
  /** The key of a signature that was proven. */
  readonly signedBy?: string
}

/** One running server, as its parts see it. */
export interface DnsState {
  readonly zones: Map<string, ZoneSource>
  readonly keys: readonly TsigKey[]
  readonly outside: 'REFUSED' | 'NXDOMAIN'
  /** What {@link failureKey} gives for what fails. */
  readonly failing: Set<string>
  readonly log: DnsExchange[]
  readonly clock: Clock
}

/** A name, and one type of its records where only questions for that type fail. */
export function failureKey(name: string, type?: RecordType): string {
  return type === undefined ? name : `${name} ${type}`
}

export function isPrimary(zone: ZoneSource): zone is Zone {
  return 'put' in zone
}

/** The zone at or above a plain name that is nearest to it. */
export function closest(
  zones: ReadonlyMap<string, ZoneSource>,
  name: string,
): ZoneSource | undefined {
  let at: string | undefined = name
  while (at !== undefined && !zones.has(at)) at = parentOf(at)
  return at === undefined ? undefined : zones.get(at)
}

/** RFC 6891 §6.2.5 and RFC 1035 §4.2.1: what fits into one datagram. */
function roomFor(message: Message, transport: Transport): number {
  if (transport === 'tcp') return 65_535
  return Math.min(Math.max(ednsOf(message)?.size ?? 512, 512), 1232)
}

/** Room that a TSIG record with the longest names and MAC may take. */
const TSIG_ROOM = 400

/** Answers one message and logs it; `undefined` where it deserves no answer. */
export function respond(state: DnsState, bytes: Buffer, transport: Transport): Buffer | undefined {
  const now = state.clock.now()
  let message: Message | undefined
  let verdict: TsigVerdict | undefined
  let reply: Reply
  try {
    message = readMessage(bytes)
    if (message.isResponse) return undefined
    verdict = verifyTsig(message, state.keys, now)
    reply = replyTo(state, message, verdict)
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    if (!message) return headerOnly(bytes)
    reply = { rcode: 'FORMERR' }
  }
  state.log.push(exchangeOf({ message, reply, verdict, transport, at: now }))
  const room = roomFor(message, transport) - (verdict ? TSIG_ROOM : 0)
  const whole = writeReply(message, reply)
  const written = whole.length > room ? writeReply(message, reply, true) : whole
  return verdict ? signReply(written, verdict, now) : written
}

function replyTo(state: DnsState, message: Message, verdict: TsigVerdict | undefined): Reply {
  if (verdict && verdict.error !== 'none') return { rcode: 'NOTAUTH' }
  if ((ednsOf(message)?.version ?? 0) > 0) return { rcode: 'BADVERS' }
  if (message.opcode === OPCODE.UPDATE) return updateReply(state, message, verdict)
  if (message.opcode !== OPCODE.QUERY) return { rcode: 'NOTIMP' }
  const [question, ...more] = message.questions
  if (!question || more.length > 0) return { rcode: 'FORMERR' }
  return queryReply(state, question)
}

function queryReply({ zones, outside, failing }: DnsState, question: Question): Reply {
  // A zone is viewed once for each message, since a secondary counts its views.
  const views = new Map<string, ZoneView>()
  const zoneOf = (name: string): ZoneView | undefined => {
    const zone = closest(zones, name)
    if (!zone) return undefined
    const view = views.get(zone.name) ?? zone.view()
    views.set(zone.name, view)
    return view
  }
  const type = typeName(question.type)
  const isFailing = (name: string): boolean =>
    failing.has(failureKey(name)) || failing.has(failureKey(name, type))
  return resolve(question, { zoneOf, outside, isFailing })
}

function updateReply({ zones, failing }: DnsState, message: Message, verdict?: TsigVerdict): Reply {
  // RFC 2136 §3.3: the zone's policy is to accept what one of its keys has signed.
  if (!verdict) return { rcode: 'REFUSED' }
  const name = plainName(message.questions[0]?.name ?? '')
  if (failing.has(name)) return { rcode: 'SERVFAIL' }
  const zone = zones.get(name)
  if (zone && !isPrimary(zone)) return { rcode: 'REFUSED' }
  return { rcode: applyUpdate(message, () => zone) }
}

function exchangeOf(given: {
  message: Message
  reply: Reply
  verdict: TsigVerdict | undefined
  transport: Transport
  at: number
}): DnsExchange {
  const { message, reply, verdict, transport, at } = given
  const [question = { name: '', type: 0, class: CLASS.IN }] = message.questions
  const operations = new Map<number, 'query' | 'update'>([
    [OPCODE.QUERY, 'query'],
    [OPCODE.UPDATE, 'update'],
  ])
  const operation: DnsExchange['operation'] = operations.get(message.opcode) ?? 'other'
  const asked = { at, transport, operation, name: question.name, type: typeName(question.type) }
  return { ...asked, rcode: reply.rcode, ...(verdict?.key ? { signedBy: verdict.key.name } : {}) }
}

/** RFC 1035 §4.1.1: what cannot be read is answered by its header, where it has one. */
function headerOnly(bytes: Buffer): Buffer | undefined {
  if (bytes.length < 12 || (bytes.readUInt8(2) & 0x80) !== 0) return undefined
  const header = Buffer.alloc(12)
  bytes.copy(header, 0, 0, 2)
  header.writeUInt16BE(0x8000 | (bytes.readUInt16BE(2) & 0x7800) | RCODE.FORMERR, 2)
  return header
}
