import { randomBytes } from 'node:crypto'
import { loopbackAddress } from '../loopback.ts'
import { systemClock } from '../clock.ts'
import type { Clock } from '../clock.ts'
import { plainName } from './name.ts'
import { readableRecord, sameData, storedRecord, TYPE, typeNumber } from './record.ts'
import type { DnsRecord, RecordType } from './record.ts'
import { closest, failureKey, isPrimary, respond } from './respond.ts'
import type { DnsExchange, DnsState } from './respond.ts'
import { openSockets } from './sockets.ts'
import type { TsigAlgorithm, TsigKey } from './tsig.ts'
import { createZone } from './zone.ts'
import type { Zone, ZoneOptions, ZoneSource } from './zone.ts'

export interface DnsOptions {
  /** A loopback address. The default is `127.0.0.1`, and `::1` beside it where the machine has it. */
  readonly address?: string
  /** The default 0 takes a free one. */
  readonly port?: number
  /** Primary zones take updates; what `secondaryOf` gives is served, no more. */
  readonly zones?: readonly ZoneSource[]
  /** The keys that may update every primary zone. Without one no update is accepted. */
  readonly keys?: readonly TsigKey[]
  /** The answer for names outside all zones. */
  readonly outside?: 'REFUSED' | 'NXDOMAIN'
  readonly clock?: Clock
}

export interface RunningDns {
  readonly address: string
  readonly port: number
  /** Every address at which it listens. */
  readonly addresses: readonly string[]
  /** What was asked, oldest first. */
  readonly log: readonly DnsExchange[]
  /** Makes a zone and serves it, or serves a zone that exists elsewhere. */
  addZone(zone: ZoneOptions): Zone
  addZone(zone: ZoneSource): void
  /** Adds a record beside those that stand. Twice is the same as once. */
  add(record: DnsRecord): void
  /** Removes the records of a name, or those of a type, or the one with this data; says how many. */
  remove(match: RecordMatch): number
  records(name: string, type?: RecordType): readonly DnsRecord[]
  /**
   * Makes every question about a name, or every one for this type, a SERVFAIL; without a type, every
   * update of a zone of that name too.
   */
  setServfail(name: string, failing?: boolean, type?: RecordType): void
  /** Milliseconds that each answer is held back from now on. */
  setDelay(ms: number): void
  close(): Promise<void>
}

export type RecordMatch = { readonly name: string } & (
  | { readonly type?: RecordType; readonly data?: never }
  | Pick<DnsRecord, 'type' | 'data'>
)

/** A key with a random secret. */
export function createTsigKey(name: string, algorithm: TsigAlgorithm = 'hmac-sha256'): TsigKey {
  return { name: plainName(name), algorithm, secret: randomBytes(32).toString('base64') }
}

/**
 * Starts a DNS server that is authoritative for its zones and, as far as they go, the resolver too.
 * It listens for UDP and TCP on one port, on loopback addresses only.
 */
export async function startDns(options: DnsOptions = {}): Promise<RunningDns> {
  const { address, port = 0, zones = [], clock = systemClock } = options
  const addresses = address === undefined ? ['127.0.0.1', '::1'] : [loopbackAddress(address)]
  const state: DnsState = {
    zones: new Map(zones.map((zone) => [zone.name, zone])),
    keys: options.keys ?? [],
    outside: options.outside ?? 'REFUSED',
    failing: new Set(),
    log: [],
    clock,
  }
  const ended = new AbortController()
  let delay = 0
  const sockets = await openSockets({
    addresses,
    port,
    respond: async (bytes, transport) => {
      const reply = respond(state, bytes, transport)
      if (delay > 0) await clock.sleep(delay, ended.signal)
      return reply
    },
  })

  return {
    address: addresses[0] as string,
    port: sockets.port,
    addresses: sockets.addresses,
    log: state.log,
    ...recordEditing(state),
    setServfail(name, failing = true, type) {
      const key = failureKey(plainName(name), type)
      if (failing) state.failing.add(key)
      else state.failing.delete(key)
    },
    setDelay(ms) {
      delay = ms
    },
    async close() {
      ended.abort()
      await sockets.close()
    },
  }
}

function recordEditing({
  zones,
}: DnsState): Pick<RunningDns, 'addZone' | 'add' | 'remove' | 'records'> {
  const primary = (name: string): Zone => {
    const zone = closest(zones, plainName(name))
    if (!zone || !isPrimary(zone)) throw new TypeError(`${name} is in no zone of this server`)
    return zone
  }
  function addZone(zone: ZoneOptions): Zone
  function addZone(zone: ZoneSource): void
  function addZone(zone: ZoneOptions | ZoneSource): ZoneSource {
    const source = 'view' in zone ? zone : createZone(zone)
    zones.set(source.name, source)
    return source
  }
  return {
    addZone,
    add(record) {
      const zone = primary(record.name)
      const added = storedRecord(record)
      const isAlias = added.type === TYPE.CNAME
      if (zone.at(added.name).some((other) => (other.type === TYPE.CNAME) !== isAlias)) {
        throw new TypeError(`a CNAME stands alone at its name (RFC 1034 §3.6.2): ${record.name}`)
      }
      if (zone.put(added)) zone.advanceSerial()
    },
    remove({ name, type, data }) {
      const zone = primary(name)
      const wanted =
        data === undefined ? undefined : storedRecord({ name, type, data } as DnsRecord)
      const doomed = zone
        .at(plainName(name))
        .filter((record) => record.type !== TYPE.SOA)
        .filter((record) => type === undefined || record.type === typeNumber(type))
        .filter((record) => !wanted || sameData(record.type, record.rdata, wanted.rdata))
      for (const record of doomed) zone.take(record)
      if (doomed.length > 0) zone.advanceSerial()
      return doomed.length
    },
    records(name, type) {
      const standing = primary(name).at(plainName(name)).map(readableRecord)
      return standing.filter((record) => type === undefined || record.type === type)
    },
  }
}
