import { isIPv4, isIPv6 } from 'node:net'
import type { Call } from '../request.ts'
import { refuse } from './errors.ts'
import { asciiOf, editions } from './zone.ts'
import type { HostedRecord, HostedZone, ZoneState } from './zone.ts'

/** The lines that a record can be answered on. */
export const lines = ['default', 'telecom', 'unicom', 'mobile', 'oversea', 'edu', 'drpeng', 'btvn']

const types = 'A NS MX TXT CNAME SRV AAAA CAA REDIRECT_URL FORWARD_URL SVCB HTTPS'.split(' ')
const mostOfOneName = 90
const usualTtl = 600
const longestTtl = 86_400
const longestText = 512

/** What a call wants a record to be. */
export type WantedRecord = Pick<HostedRecord, 'rr' | 'type' | 'value' | 'ttl' | 'line' | 'priority'>

/** The zone of that name, or the reason why there is none for this caller. */
export function zoneNamed(
  name: string,
  { caller }: Pick<Call, 'caller'>,
  { zones }: ZoneState,
  absent: 'InvalidDomainName.NoExist' | 'DomainNotFound' = 'InvalidDomainName.NoExist',
): HostedZone {
  const ascii = asciiOf(name)
  if (ascii === '' || !/^[a-z0-9_.-]+$/.test(ascii)) throw refuse('InvalidDomainName.Format')
  if (ascii.length > 253) throw refuse('InvalidDomainName.Length')
  if (!ascii.includes('.')) throw refuse('InvalidDomainName.Suffix')
  const zone = zones.get(ascii)
  if (!zone) throw refuse(absent)
  if (zone.uid !== caller.uid) throw refuse('IncorrectDomainUser')
  return zone
}

/** The zone and the name in it that public suffixes alone suggest: hosted sub-domains are not known here. */
export function guessed(input: string): { readonly zone: string; readonly rr: string } {
  const labels = asciiOf(input).split('.')
  const isSecondLevel = /^(com|net|org|gov|edu|co)\.[a-z]{2}$/.test(labels.slice(-2).join('.'))
  const size = isSecondLevel ? 3 : 2
  const rr = labels.slice(0, -size).join('.')
  return { zone: labels.slice(-size).join('.'), rr: rr === '' ? '@' : rr }
}

/** Throws where the zone takes no changes now. */
export function checkChange(zone: HostedZone): void {
  if (zone.refuses !== undefined) throw refuse(zone.refuses)
  if (zone.busy > 0) {
    zone.busy -= 1
    throw refuse('LastOperationNotFinished')
  }
}

/** The record that a call describes, or what is wrong with it. */
export function wantedRecord(call: Call, { edition }: HostedZone): WantedRecord {
  const rr = rrOf(call.text('RR'))
  const type = call.text('Type').toUpperCase()
  if (!types.includes(type)) throw refuse('SubDomainInvalid.Type')
  const ttl = call.number('TTL') ?? Math.max(usualTtl, editions[edition].minTtl)
  if (ttl < 1 || ttl > longestTtl) throw refuse('SubDomainInvalid.TTL')
  if (ttl < editions[edition].minTtl) throw refuse('QuotaExceeded.TTL')
  const given = call.text('Line')
  const line = given === '' ? 'default' : given
  if (!lines.includes(line)) throw refuse('SubDomainInvalid.Line')
  const priority = type === 'MX' ? (call.number('Priority') ?? 10) : undefined
  if (priority !== undefined && (priority < 1 || priority > 50)) {
    throw refuse('SubDomainInvalid.Priority')
  }
  const value = call.text('Value')
  if (!isValue(type, value)) throw refuse('SubDomainInvalid.Value')
  return { rr, type, value, ttl, line, priority }
}

function rrOf(text: string): string {
  const rr = text.toLowerCase()
  const label = /^(?!-)[\p{L}\p{N}_-]{1,63}(?<!-)$/u
  const labels = rr.split('.')
  const isName = labels.every((part, index) => label.test(part) || (index === 0 && part === '*'))
  if (rr !== '@' && !isName) throw refuse('InvalidRR.Format')
  return rr
}

function isValue(type: string, value: string): boolean {
  if (type === 'A') return isIPv4(value)
  if (type === 'AAAA') return isIPv6(value)
  if (type === 'TXT') return value.length <= longestText
  const isName = type === 'CNAME' || type === 'NS' || type === 'MX'
  return !isName || /^[a-z0-9_-]+(\.[a-z0-9_-]+)+\.?$/i.test(value)
}

export function sameRecord(left: WantedRecord, right: WantedRecord): boolean {
  return (
    left.rr === right.rr &&
    left.type === right.type &&
    left.value === right.value &&
    left.line === right.line
  )
}

/** Throws where the quota of the zone or of the name is used up. */
export function checkRoom(
  { records, maxRecords, edition }: HostedZone,
  wanted: WantedRecord,
): void {
  if (records.length >= maxRecords) throw refuse('QuotaExceeded.Record')
  const { rr, type, line } = wanted
  const beside = records.filter(
    (record) => record.rr === rr && record.type === type && record.line === line,
  )
  if (beside.length < mostOfOneName) return
  throw refuse(edition === 'mianfei' ? 'QuotaExceeded.FreeDnsRecord' : 'QuotaExceeded.SubDomain')
}

/** Throws where the record is there already, or a CNAME would not stand alone. */
export function checkNeighbours(
  { records }: HostedZone,
  wanted: WantedRecord,
  self?: HostedRecord,
): void {
  const others = records.filter((record) => record !== self)
  if (others.some((record) => sameRecord(record, wanted))) throw refuse('DomainRecordDuplicate')
  const isAlias = wanted.type === 'CNAME'
  const conflicts = others.some(
    ({ rr, line, type }) =>
      rr === wanted.rr && line === wanted.line && (isAlias || type === 'CNAME'),
  )
  if (conflicts) throw refuse('DomainRecordConflict')
}

interface Placed {
  readonly zone: HostedZone
  readonly record: HostedRecord
}

/** Where a record stands. */
export function placed(id: string, { zones }: ZoneState): Placed | undefined {
  for (const zone of zones.values()) {
    const record = zone.records.find((one) => one.id === id)
    if (record) return { zone, record }
  }
  return undefined
}

/** The record that a call names, or the reason why there is none for this caller. */
export function placedRecord(call: Call, state: ZoneState): Placed {
  const id = call.text('RecordId')
  const found = placed(id, state)
  const isForeign = found !== undefined && found.zone.uid !== call.caller.uid
  if (isForeign || state.removedIds.has(id)) throw refuse('DomainRecordNotBelongToUser')
  if (!found) throw refuse('InvalidRecordId.NotFound')
  return found
}

/** The same, for a change. */
export function changeableRecord(call: Call, state: ZoneState): Placed {
  const found = placedRecord(call, state)
  checkChange(found.zone)
  if (found.record.locked) throw refuse('DomainRecordLocked')
  return found
}
