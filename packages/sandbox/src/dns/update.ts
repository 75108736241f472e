import { CLASS } from './message.ts'
import type { Message, Rcode, ReceivedRecord } from './message.ts'
import { FormatError, isWithin, plainName } from './name.ts'
import { ANY_TYPE, receivedRecord, sameData, TYPE } from './record.ts'
import type { StoredRecord } from './record.ts'
import { replaces, serialOf } from './zone.ts'
import type { Zone } from './zone.ts'

/** Ends an update with its code before anything was changed. */
class UpdateRefused extends Error {
  override readonly name = 'UpdateRefused'
  readonly rcode: Rcode

  constructor(rcode: Rcode) {
    super(rcode)
    this.rcode = rcode
  }
}

/** RFC 1035 §3.2.3: AXFR, MAILB, MAILA and ANY, which are types of questions only. */
const QUESTION_TYPES = new Set([252, 253, 254, ANY_TYPE])

/**
 * Applies an update message (RFC 2136 §3) to its zone, whole or not at all. Whether the sender may
 * do so was judged before.
 */
export function applyUpdate(message: Message, zoneOf: (name: string) => Zone | undefined): Rcode {
  try {
    const zone = zoneOfUpdate(message, zoneOf)
    checkPrerequisites(zone, message)
    const edits = message.authorities.map((record) => editOf(zone, message.bytes, record))
    const serial = zone.serial
    const changed = edits.map((edit) => edit()).some(Boolean)
    // RFC 2136 §3.6: the server raises the serial where the update itself has not.
    if (changed && zone.serial === serial) zone.advanceSerial()
    return 'NOERROR'
  } catch (error) {
    if (error instanceof UpdateRefused) return error.rcode
    if (error instanceof FormatError) return 'FORMERR'
    throw error
  }
}

/** RFC 2136 §3.1: one zone, asked for by its SOA, and ours. */
function zoneOfUpdate(message: Message, zoneOf: (name: string) => Zone | undefined): Zone {
  const [question, ...more] = message.questions
  if (!question || more.length > 0 || question.type !== TYPE.SOA) throw new UpdateRefused('FORMERR')
  const zone = question.class === CLASS.IN ? zoneOf(plainName(question.name)) : undefined
  if (!zone) throw new UpdateRefused('NOTAUTH')
  return zone
}

/** RFC 2136 §2.4 and §3.2: the five forms of a prerequisite, told apart by class, type and data. */
function checkPrerequisites(zone: Zone, { bytes, answers }: Message): void {
  const exact = new Map<string, StoredRecord[]>()
  for (const record of answers) {
    const name = plainName(record.name)
    if (record.ttl !== 0) throw new UpdateRefused('FORMERR')
    if (!isWithin(name, zone.name)) throw new UpdateRefused('NOTZONE')
    if (record.class === CLASS.IN) {
      const wanted = receivedRecord(bytes, record)
      const key = `${wanted.type} ${name}`
      exact.set(key, [...(exact.get(key) ?? []), wanted])
      continue
    }
    const mustExist = record.class === CLASS.ANY
    if (record.rdata.length > 0 || (!mustExist && record.class !== CLASS.NONE)) {
      throw new UpdateRefused('FORMERR')
    }
    const nameOnly = record.type === ANY_TYPE
    const exists = zone.at(name).some((standing) => nameOnly || standing.type === record.type)
    if (mustExist && !exists) throw new UpdateRefused(nameOnly ? 'NXDOMAIN' : 'NXRRSET')
    if (!mustExist && exists) throw new UpdateRefused(nameOnly ? 'YXDOMAIN' : 'YXRRSET')
  }
  for (const wanted of exact.values()) checkExact(zone, wanted)
}

/** RFC 2136 §2.4.2: the set must be this one, no record more and none fewer, whatever the order. */
function checkExact(zone: Zone, wanted: readonly StoredRecord[]): void {
  const [first] = wanted
  if (!first) return
  const { name, type } = first
  const standing = zone.at(name).filter((record) => record.type === type)
  const within = (some: readonly StoredRecord[], others: readonly StoredRecord[]): boolean =>
    some.every((one) => others.some((other) => sameData(type, one.rdata, other.rdata)))
  if (!within(wanted, standing) || !within(standing, wanted)) throw new UpdateRefused('NXRRSET')
}

/** RFC 2136 §3.4.1 checks every record of the update first; the edit itself says what it changed. */
function editOf(zone: Zone, bytes: Buffer, record: ReceivedRecord): () => boolean {
  const name = plainName(record.name)
  const { type } = record
  if (!isWithin(name, zone.name)) throw new UpdateRefused('NOTZONE')
  const isQuestion = QUESTION_TYPES.has(type)
  const empty = record.rdata.length === 0

  if (record.class === CLASS.IN && !isQuestion) {
    const added = receivedRecord(bytes, record)
    return () => add(zone, added)
  }
  if (record.class === CLASS.ANY && record.ttl === 0 && empty) {
    if (type === ANY_TYPE) return () => removeWhere(zone, name, () => true)
    if (!isQuestion) return () => removeWhere(zone, name, (standing) => standing.type === type)
  }
  if (record.class === CLASS.NONE && record.ttl === 0 && !isQuestion) {
    const removed = receivedRecord(bytes, record)
    return () => removeOne(zone, removed)
  }
  throw new UpdateRefused('FORMERR')
}

/** RFC 2136 §3.4.2.2: a CNAME beside other data, or an SOA that is no newer, is passed over in silence. */
function add(zone: Zone, record: StoredRecord): boolean {
  const standing = zone.at(record.name)
  const isAlias = record.type === TYPE.CNAME
  if (standing.some((other) => (other.type === TYPE.CNAME) !== isAlias)) return false
  if (record.type === TYPE.SOA) {
    const ahead = (serialOf(record) - zone.serial) | 0
    if (record.name !== zone.name || ahead <= 0) return false
  }
  return zone.put(record)
}

/** RFC 2136 §3.4.2.3: the zone's own SOA and NS records stay. */
function removeWhere(zone: Zone, name: string, where: (record: StoredRecord) => boolean): boolean {
  const isApex = name === zone.name
  const doomed = zone
    .at(name)
    .filter(where)
    .filter(({ type }) => !isApex || (type !== TYPE.SOA && type !== TYPE.NS))
  for (const record of doomed) zone.take(record)
  return doomed.length > 0
}

/** RFC 2136 §3.4.2.4: never the SOA, never the last NS of the zone. */
function removeOne(zone: Zone, record: StoredRecord): boolean {
  if (record.type === TYPE.SOA) return false
  if (record.type === TYPE.NS && record.name === zone.name) {
    const rest = zone
      .at(zone.name)
      .filter((other) => other.type === TYPE.NS && !replaces(record, other))
    if (rest.length === 0) return false
  }
  return zone.take(record)
}
