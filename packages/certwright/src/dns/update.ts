import { randomInt } from 'node:crypto'
import { encodeName } from './domain-name.ts'

/** One TXT value to be added to, or deleted from, what stands at a name (RFC 2136 §2.5.1, §2.5.4). */
export interface TxtUpdate {
  readonly change: 'add' | 'delete'
  readonly zone: string
  readonly name: string
  readonly value: string
  readonly ttlSeconds: number
}

const OPCODE_UPDATE = 5
const TYPE = { SOA: 6, TXT: 16 } as const
const CLASS = { IN: 1, NONE: 254 } as const

/**
 * An update message of one record, unsigned. Adding leaves other values as they stand; deleting takes away the one
 * record whose data are equal, and no other. Neither fails where it has been done before.
 */
export function updateMessage({ change, zone, name, value, ttlSeconds }: TxtUpdate): Buffer {
  const header = Buffer.alloc(12)
  header.writeUInt16BE(randomInt(0x1_0000), 0)
  header.writeUInt16BE(OPCODE_UPDATE << 11, 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(1, 8)
  const zoneType = Buffer.alloc(4)
  zoneType.writeUInt16BE(TYPE.SOA, 0)
  zoneType.writeUInt16BE(CLASS.IN, 2)
  const rdata = characterStrings(value)
  const record = Buffer.alloc(10)
  record.writeUInt16BE(TYPE.TXT, 0)
  // RFC 2136 §2.5.4: to delete an RR from an RRset, "CLASS must be specified as NONE, and the TTL as 0".
  record.writeUInt16BE(change === 'add' ? CLASS.IN : CLASS.NONE, 2)
  record.writeUInt32BE(change === 'add' ? ttlSeconds : 0, 4)
  record.writeUInt16BE(rdata.length, 8)
  return Buffer.concat([header, encodeName(zone), zoneType, encodeName(name), record, rdata])
}

/** RFC 1035 §3.3: a character-string is a length octet and at most 255 octets. */
function characterStrings(value: string): Buffer {
  const bytes = Buffer.from(value)
  const parts: Buffer[] = []
  for (let at = 0; at < bytes.length || at === 0; at += 255) {
    const part = bytes.subarray(at, at + 255)
    parts.push(Buffer.of(part.length), part)
  }
  return Buffer.concat(parts)
}
