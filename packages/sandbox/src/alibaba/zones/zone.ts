import { domainToASCII, domainToUnicode } from 'node:url'
import { mirror, mirrorZone, unmirror } from '../dns-mirror.ts'
import type { MirroredRecord } from '../dns-mirror.ts'
import type { World } from '../world.ts'
import type { ZoneRefusal } from './errors.ts'

/** The editions of Alibaba Cloud DNS: what each is called and the lowest TTL that it takes, in seconds. */
export const editions = {
  mianfei: { name: 'Free Edition', minTtl: 600 },
  version_personal: { name: 'Personal Edition', minTtl: 600 },
  version_enterprise_basic: { name: 'Enterprise Standard Edition', minTtl: 60 },
  version_enterprise_advanced: { name: 'Enterprise Ultimate Edition', minTtl: 1 },
} as const

export type Edition = keyof typeof editions

/** A zone that Alibaba Cloud DNS hosts. */
export interface HostedZone {
  /** As people read it: `例子.test`. */
  readonly name: string
  /** The same in ASCII. */
  readonly punyCode: string
  readonly id: string
  readonly edition: Edition
  /** The Alibaba Cloud account that it belongs to. */
  readonly uid: string
  readonly createdAt: number
  /** The name servers that the registry has for it, where they are not Alibaba's. */
  readonly nameServers: readonly string[] | undefined
  /** The code with which every change is refused, where the zone is in such a state. */
  readonly refuses: ZoneRefusal | undefined
  readonly maxRecords: number
  readonly records: HostedRecord[]
  /** How many changes are refused after each that succeeds, with `LastOperationNotFinished`. */
  readonly busyAfterChange: number
  busy: number
}

export interface HostedRecord {
  readonly id: string
  /** The name below the zone; `@` for the zone itself. */
  rr: string
  type: string
  value: string
  ttl: number
  line: string
  priority: number | undefined
  remark: string
  enabled: boolean
  readonly locked: boolean
  readonly createdAt: number
  updatedAt: number
}

export const alibabaNameServers = ['dns1.hichina.com', 'dns2.hichina.com']

/** The name in lower-case ASCII, without the final dot; empty where it is not a name. */
export function asciiOf(name: string): string {
  return domainToASCII(name.replace(/\.$/, ''))
}

export function unicodeOf(name: string): string {
  return domainToUnicode(asciiOf(name))
}

export function fullNameOf({ rr }: Pick<HostedRecord, 'rr'>, { punyCode }: HostedZone): string {
  return rr === '@' ? punyCode : `${asciiOf(rr)}.${punyCode}`
}

export interface Standing {
  readonly zone: HostedZone
  readonly zones: ReadonlyMap<string, HostedZone>
  readonly world: World
}

export function publishZone({ punyCode }: HostedZone, { dns }: World): void {
  mirrorZone(dns, punyCode)
}

/**
 * Answers a record, if it is enabled and no deeper zone is hosted that hides it: what stands below a delegation is not
 * this zone's to answer. False where the name server has something else there.
 */
export function publish(record: HostedRecord, standing: Standing): boolean {
  if (!record.enabled || isHidden(record, standing)) return true
  return mirror(standing.world.dns, mirrored(record, standing.zone))
}

/** Answers a record no more, unless another line still has it. */
export function withdraw(record: HostedRecord, standing: Standing): void {
  const twin = standing.zone.records.find(
    (other) =>
      other !== record &&
      other.enabled &&
      other.rr === record.rr &&
      other.type === record.type &&
      other.value === record.value,
  )
  if (record.enabled && !twin && !isHidden(record, standing)) {
    unmirror(standing.world.dns, mirrored(record, standing.zone))
  }
}

function isHidden(record: HostedRecord, { zone, zones }: Standing): boolean {
  const name = fullNameOf(record, zone)
  return [...zones.keys()].some(
    (other) =>
      other.length > zone.punyCode.length && (name === other || name.endsWith(`.${other}`)),
  )
}

function mirrored(record: HostedRecord, zone: HostedZone): MirroredRecord {
  const { type, value, ttl, priority } = record
  return { name: fullNameOf(record, zone), type, value, ttl, priority }
}

/** What the account has: the zones by name in ASCII, those of other accounts too. */
export interface ZoneState {
  readonly zones: Map<string, HostedZone>
  /** The ids of records that once were. */
  readonly removedIds: Set<string>
}
