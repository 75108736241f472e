import { encodeName, isWithin, parentOf, plainName } from './name.ts'
import { sameData, storedRecord, TYPE } from './record.ts'
import type { StoredRecord } from './record.ts'

/** What a query needs of a zone. */
export interface ZoneView {
  readonly name: string
  /** The records that stand at a plain name, in the order in which they came. */
  at(name: string): readonly StoredRecord[]
  /** True also for an empty non-terminal, a name with nothing but names below it (RFC 8020 §3.1). */
  exists(name: string): boolean
}

/** Where a server finds a zone's records. */
export interface ZoneSource {
  readonly name: string
  /** Called once for each message that asks for the zone. */
  view(): ZoneView
}

export interface ZoneChange {
  readonly kind: 'put' | 'take'
  readonly record: StoredRecord
}

/** A primary zone: the one place where its records are edited. */
export interface Zone extends ZoneView, ZoneSource {
  /** The SOA's serial number. */
  readonly serial: number
  /** Adds a record, or gives it its new TTL where it stands already. False where nothing changed. */
  put(record: StoredRecord): boolean
  /** Removes one record. False where it was not there. */
  take(record: StoredRecord): boolean
  /** Adds one to the serial number (RFC 1982: from 2³² − 1 it goes on with 1). */
  advanceSerial(): void
  /** Tells of each change after it was made. */
  watch(listener: (change: ZoneChange) => void): void
  /** Every record, name by name. */
  all(): readonly StoredRecord[]
}

export interface ZoneOptions {
  readonly name: string
  /** The name servers of its NS records, the first of them the SOA's MNAME. Default `ns1.<zone>`. */
  readonly nameServers?: readonly string[]
  /** Seconds, for the SOA and NS records. */
  readonly ttl?: number
  /** Seconds that a negative answer may be kept. */
  readonly negativeTtl?: number
}

/** Makes a zone that holds its SOA and NS records. */
export function createZone(options: ZoneOptions): Zone {
  const zone = emptyZone(plainName(options.name))
  for (const record of apexRecords(zone.name, options)) zone.put(record)
  return zone
}

/** A zone with the same records, for a server that follows another. */
export function copyOf(zone: Zone): Zone {
  const copy = emptyZone(zone.name)
  for (const record of zone.all()) copy.put(record)
  return copy
}

/** RFC 2136 §3.4.2.2 replaces what has the same name, type and data; CNAME and SOA stand alone. */
export function replaces(record: StoredRecord, standing: StoredRecord): boolean {
  if (record.type !== standing.type) return false
  const alone = record.type === TYPE.CNAME || record.type === TYPE.SOA
  return alone || sameData(record.type, record.rdata, standing.rdata)
}

function emptyZone(name: string): Zone {
  const records = new Map<string, readonly StoredRecord[]>()
  // How many owner names stand at or below each name: what makes empty non-terminals exist.
  const owners = new Map<string, number>()
  const listeners: ((change: ZoneChange) => void)[] = []

  const count = (owner: string, by: number): void => {
    let at: string | undefined = owner
    while (at !== undefined && isWithin(at, name)) {
      owners.set(at, (owners.get(at) ?? 0) + by)
      at = parentOf(at)
    }
  }
  const tell = (kind: 'put' | 'take', record: StoredRecord): void => {
    for (const listener of listeners) listener({ kind, record })
  }

  const zone: Zone = {
    name,
    view: () => zone,
    at: (owner) => records.get(owner) ?? [],
    exists: (owner) => (owners.get(owner) ?? 0) > 0,
    all: () => [...records.values()].flat(),
    watch: (listener) => {
      listeners.push(listener)
    },
    put(record) {
      if (!isWithin(record.name, name)) {
        throw new TypeError(`${record.name} is not in the zone ${name}`)
      }
      encodeName(record.name)
      const standing = zone.at(record.name)
      const index = standing.findIndex((other) => replaces(record, other))
      const old = standing[index]
      if (old && old.ttl === record.ttl && old.rdata.equals(record.rdata)) return false
      if (standing.length === 0) count(record.name, 1)
      const next = old ? standing.with(index, record) : [...standing, record]
      records.set(record.name, next)
      tell('put', record)
      return true
    },
    take(record) {
      const standing = zone.at(record.name)
      const rest = standing.filter(
        (other) => other.type !== record.type || !sameData(record.type, record.rdata, other.rdata),
      )
      if (rest.length === standing.length) return false
      if (rest.length > 0) records.set(record.name, rest)
      else {
        records.delete(record.name)
        count(record.name, -1)
      }
      tell('take', record)
      return true
    },
    get serial() {
      return serialOf(soaOf(zone))
    },
    advanceSerial() {
      const soa = soaOf(zone)
      const rdata = Buffer.from(soa.rdata)
      rdata.writeUInt32BE((serialOf(soa) + 1) >>> 0 || 1, rdata.length - 20)
      zone.put({ ...soa, rdata })
    },
  }
  return zone
}

/** The serial stands 20 bytes before the end of the data, after the two names. */
export function serialOf(soa: StoredRecord): number {
  return soa.rdata.readUInt32BE(soa.rdata.length - 20)
}

/** The zone's own SOA, which no update removes. */
export function soaOf(zone: ZoneView): StoredRecord {
  const soa = zone.at(zone.name).find((record) => record.type === TYPE.SOA)
  if (!soa) throw new TypeError(`the zone ${zone.name} has no SOA record`)
  return soa
}

function apexRecords(name: string, options: ZoneOptions): StoredRecord[] {
  const { nameServers = [`ns1.${name}`], ttl = 60, negativeTtl = 5 } = options
  const [mname = `ns1.${name}`] = nameServers
  const timers = { refresh: 60, retry: 10, expire: 3600, minimum: negativeTtl }
  const soa = { mname, rname: `hostmaster.${name}`, serial: 1, ...timers }
  return [
    storedRecord({ name, type: 'SOA', ttl, data: soa }),
    ...nameServers.map((server) => storedRecord({ name, type: 'NS', ttl, data: server })),
  ]
}
