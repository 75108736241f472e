import { randomInt } from 'node:crypto'
import {
  CHECKING_DISABLED,
  decode,
  DNSSEC_OK,
  encode,
  RECURSION_DESIRED,
  type Answer,
  type DecodedPacket,
} from 'dns-packet'
import { CertwrightError } from '../runtime/error.ts'
import { plainName } from './domain-name.ts'
import { exchange } from './exchange.ts'
import { readSignedReply, typeNumbers, type SignedReply } from './resource-record.ts'
import { serverAddressText, type ServerAddress } from './server-address.ts'

export type QuestionType = 'A' | 'AAAA' | 'CAA' | 'CNAME' | 'DNSKEY' | 'DS' | 'NS' | 'SOA' | 'TXT'

export interface Question {
  readonly name: string
  readonly type: QuestionType
}

/** One record as it came: names are spelt as the server spells them. */
export type DnsRecord = Answer

export interface DnsReply {
  /** `NOERROR`, `NXDOMAIN`, `SERVFAIL` … */
  readonly rcode: string
  /** The server answers for the zone itself rather than from a cache. */
  readonly authoritative: boolean
  readonly answers: readonly DnsRecord[]
  readonly authorities: readonly DnsRecord[]
}

export interface AskOptions {
  /** Whether the server shall ask others for us. Not wanted of an authoritative server. */
  readonly recursive?: boolean
  readonly timeoutMs?: number
  readonly attempts?: number
  readonly signal?: AbortSignal | undefined
}

/** Asks one server one question. Every reply resolves, whatever its rcode; rejects where none came. */
export async function ask(
  { name, type }: Question,
  server: ServerAddress,
  { recursive = true, ...options }: AskOptions = {},
): Promise<DnsReply> {
  const id = randomInt(0x1_0000)
  const message = encode({
    id,
    flags: recursive ? RECURSION_DESIRED : 0,
    questions: [{ name: plainName(name) || '.', type }],
  })
  const accepts = (reply: Buffer): boolean => answersTo(reply, id, { name, type })
  return readReply(await exchange(message, server, { accepts, ...options }), server)
}

/**
 * Asks for records and their signatures, whether they validate or not (RFC 4035 §3.2.1, §3.2.2: DO and CD), and gives
 * the bytes that were signed.
 */
export async function askSigned(
  { name, type }: Question,
  server: ServerAddress,
  { recursive = true, ...options }: AskOptions = {},
): Promise<SignedReply> {
  const id = randomInt(0x1_0000)
  const message = encode({
    id,
    flags: (recursive ? RECURSION_DESIRED : 0) | CHECKING_DISABLED,
    questions: [{ name: plainName(name) || '.', type }],
    additionals: [signaturesWanted],
  })
  const accepts = (reply: Buffer): boolean => {
    const { id: answered, question } = readSignedReply(reply) ?? {}
    const same = question?.type === typeNumbers[type] && question.name === plainName(name)
    return answered === id && same
  }
  const reply = readSignedReply(await exchange(message, server, { accepts, ...options }))
  if (reply) return reply
  throw new CertwrightError('DNS_REPLY_NOT_CONFORM', { server: serverAddressText(server) })
}

/** RFC 6891 §6.2.5: 1232 bytes pass everywhere unfragmented. What is longer comes over TCP. */
const signaturesWanted: Answer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: 1232,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: DNSSEC_OK,
  flag_do: true,
  options: [],
}

/** The values of the TXT records at `name`, each record's strings joined (RFC 7208 §3.3, as CAs read them). */
export function txtValues({ answers }: DnsReply, name: string): readonly string[] {
  return answers
    .filter((record) => record.type === 'TXT' && plainName(record.name) === plainName(name))
    .map((record) => (record.type === 'TXT' ? [record.data].flat().join('') : ''))
}

/** The names or addresses that records of `type` at `name` hold, plain. */
export function recordTexts(
  records: readonly DnsRecord[],
  type: 'A' | 'AAAA' | 'CNAME' | 'NS',
  name?: string,
): readonly string[] {
  return records.flatMap((record) =>
    record.type === type &&
    'data' in record &&
    typeof record.data === 'string' &&
    (name === undefined || plainName(record.name) === plainName(name))
      ? [plainName(record.data)]
      : [],
  )
}

/** The id guards against strays, the question against a reply to something else (RFC 5452 §9.1). */
function answersTo(reply: Buffer, id: number, question: Question): boolean {
  if (reply.length < 12 || reply.readUInt16BE(0) !== id || (reply[2] ?? 0) < 0x80) return false
  try {
    const [echoed] = decode(reply).questions ?? []
    return echoed?.type === question.type && plainName(echoed.name) === plainName(question.name)
  } catch {
    // What cannot be read whole may still be a truncated reply: let TCP bring it again.
    return ((reply[2] ?? 0) & 0x02) !== 0
  }
}

/** Reads what a server sent; `DNS_REPLY_NOT_CONFORM` where it is no reply. */
export function readReply(bytes: Buffer, server: ServerAddress): DnsReply {
  try {
    // `rcode` is there at run time, though not in the package's types.
    const packet = decode(bytes) as DecodedPacket & { rcode: string }
    return {
      rcode: packet.rcode,
      authoritative: packet.flag_aa,
      answers: packet.answers ?? [],
      authorities: packet.authorities ?? [],
    }
  } catch (cause) {
    const params = { server: serverAddressText(server) }
    throw new CertwrightError('DNS_REPLY_NOT_CONFORM', params, { cause })
  }
}
