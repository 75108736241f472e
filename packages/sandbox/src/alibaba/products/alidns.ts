import { ownUid } from '../accounts.ts'
import { askedPage } from '../paging.ts'
import type { Product } from '../product.ts'
import type { Call } from '../request.ts'
import type { World } from '../world.ts'
import { alidnsErrors, refuse } from '../zones/errors.ts'
import type { ZoneRefusal } from '../zones/errors.ts'
import { domainItem, filterOf, recordItem, recordPage, ttlsFrom } from '../zones/replies.ts'
import {
  changeableRecord,
  checkChange,
  checkNeighbours,
  checkRoom,
  guessed,
  lines,
  placed,
  placedRecord,
  sameRecord,
  wantedRecord,
  zoneNamed,
} from '../zones/rules.ts'
import type { WantedRecord } from '../zones/rules.ts'
import {
  alibabaNameServers,
  asciiOf,
  editions,
  publish,
  publishZone,
  unicodeOf,
  withdraw,
} from '../zones/zone.ts'
import type { Edition, HostedRecord, HostedZone, ZoneState } from '../zones/zone.ts'

export interface AlidnsSeed {
  readonly zones?: readonly (string | SeededZone)[]
}

export interface SeededZone {
  /** In Unicode or ASCII. */
  readonly name: string
  /** Default `mianfei`, the free one, with a TTL of at least 600 seconds. */
  readonly edition?: Edition
  /** Another account's, which this account may not touch. */
  readonly uid?: string
  /** The name servers at the registry, where they are not Alibaba's. */
  readonly nameServers?: readonly string[]
  /** The code with which every change is refused. */
  readonly refuses?: ZoneRefusal
  /** Default 1000. */
  readonly maxRecords?: number
  /** How many changes after each one are refused with `LastOperationNotFinished`. Default 0. */
  readonly busyAfterChange?: number
  readonly records?: readonly SeededRecord[]
}

interface SeededRecord {
  readonly rr: string
  readonly type: string
  readonly value: string
  readonly ttl?: number
  readonly locked?: boolean
}

const zoneResource = (call: Call): string => domainResource(call, asciiOf(call.text('DomainName')))

function domainResource({ caller }: Call, zone: string): string {
  return `acs:alidns:*:${caller.uid}:domain/${zone}`
}

const recordResource = (call: Call, state: ZoneState): string =>
  domainResource(call, placed(call.text('RecordId'), state)?.zone.name ?? '*')

/** Alibaba Cloud DNS. */
export const alidns: Product<ZoneState, AlidnsSeed> = {
  version: '2015-01-09',
  style: 'rpc',
  ram: 'alidns',
  perSecond: 20,
  errors: alidnsErrors,
  open: () => ({ zones: new Map(), removedIds: new Set() }),

  seed(state, { zones = [] }, world) {
    for (const given of zones)
      seedZone(state, typeof given === 'string' ? { name: given } : given, world)
  },

  actions: {
    DescribeDomains: {
      parameters:
        'PageNumber:n, PageSize:n, KeyWord, SearchMode, GroupId, ResourceGroupId, Starmark:b, Lang',
      resource: ({ caller }) => `acs:alidns:*:${caller.uid}:*`,
      handle(call, { zones }) {
        const keyword = call.text('KeyWord').toLowerCase()
        const isExact = call.text('SearchMode') === 'EXACT'
        const own = [...zones.values()]
          .filter(({ uid }) => uid === call.caller.uid)
          .filter(({ name }) => (isExact ? name === keyword : name.includes(keyword)))
        const page = askedPage(call, own, { usual: 20, largest: 100 })
        return { Domains: { Domain: page.items.map(domainItem) }, ...page.counts }
      },
    },

    DescribeDomainInfo: {
      parameters: 'DomainName*, NeedDetailAttributes:b, Lang',
      resource: zoneResource,
      handle(call, state) {
        const zone = zoneNamed(call.text('DomainName'), call, state, 'DomainNotFound')
        const isDetailed = call.flag('NeedDetailAttributes') === true
        const { minTtl } = editions[zone.edition]
        return {
          ...domainItem(zone),
          InBlackHole: zone.refuses === 'RecordForbidden.BlackHole',
          InClean: false,
          SubDomain: guessed(zone.punyCode).rr !== '@',
          ...(isDetailed
            ? { MinTtl: minTtl, AvailableTtls: { AvailableTtl: ttlsFrom(minTtl) } }
            : {}),
        }
      },
    },

    DescribeDomainNs: {
      parameters: 'DomainName*, Lang',
      resource: zoneResource,
      handle(call, state) {
        const { nameServers = alibabaNameServers } = zoneNamed(
          call.text('DomainName'),
          call,
          state,
          'DomainNotFound',
        )
        const ours = nameServers.filter((server) => server.endsWith('.hichina.com'))
        const AllAliDns = ours.length === nameServers.length
        return {
          AllAliDns,
          IncludeAliDns: ours.length > 0,
          DnsServers: { DnsServer: nameServers },
          ExpectDnsServers: { ExpectDnsServer: alibabaNameServers },
          ...(AllAliDns ? {} : { DetectFailedReasonCode: 'NS_NOT_ALIYUN' }),
        }
      },
    },

    GetMainDomainName: {
      parameters: 'InputString*, Lang',
      handle(call) {
        const { zone, rr } = guessed(call.text('InputString'))
        return { DomainName: zone, RR: rr, DomainLevel: rr === '@' ? 0 : rr.split('.').length }
      },
    },

    DescribeSupportLines: {
      parameters: 'DomainName, UserClientIp, Lang',
      handle: () => ({
        RecordLines: { RecordLine: lines.map((LineCode) => ({ LineCode, LineName: LineCode })) },
      }),
    },

    AddDomainRecord: {
      parameters: 'DomainName*, RR*, Type*, Value*, TTL:n, Line, Priority:n, UserClientIp, Lang',
      resource: zoneResource,
      handle(call, state, world) {
        const zone = zoneNamed(call.text('DomainName'), call, state)
        checkChange(zone)
        const wanted = wantedRecord(call, zone)
        checkRoom(zone, wanted)
        checkNeighbours(zone, wanted)
        const record = newRecord(wanted, world)
        if (!publish(record, { zone, zones: state.zones, world })) {
          throw refuse('DomainRecordConflict')
        }
        zone.records.push(record)
        zone.busy = zone.busyAfterChange
        return { RecordId: record.id }
      },
    },

    UpdateDomainRecord: {
      parameters: 'RecordId*, RR*, Type*, Value*, TTL:n, Line, Priority:n, UserClientIp, Lang',
      resource: recordResource,
      handle(call, state, world) {
        const { zone, record } = changeableRecord(call, state)
        const wanted = wantedRecord(call, zone)
        const isSame =
          sameRecord(record, wanted) &&
          record.ttl === wanted.ttl &&
          record.priority === wanted.priority
        if (isSame) throw refuse('DomainRecordDuplicate')
        checkNeighbours(zone, wanted, record)
        const standing = { zone, zones: state.zones, world }
        withdraw(record, standing)
        Object.assign(record, wanted, { updatedAt: world.clock.now() })
        publish(record, standing)
        zone.busy = zone.busyAfterChange
        return { RecordId: record.id }
      },
    },

    DeleteDomainRecord: {
      parameters: 'RecordId*, UserClientIp, Lang',
      resource: recordResource,
      handle(call, state, world) {
        const { zone, record } = changeableRecord(call, state)
        removeRecord(record, zone, { state, world })
        return { RecordId: record.id }
      },
    },

    DeleteSubDomainRecords: {
      parameters: 'DomainName*, RR*, Type, UserClientIp, Lang',
      resource: zoneResource,
      handle(call, state, world) {
        const zone = zoneNamed(call.text('DomainName'), call, state)
        checkChange(zone)
        const type = call.text('Type')
        const rr = call.text('RR').toLowerCase()
        const doomed = zone.records.filter(
          (record) => record.rr === rr && (type === '' || record.type === type),
        )
        if (doomed.length === 0) throw refuse('InvalidRR.NoExist')
        if (doomed.some(({ locked }) => locked)) throw refuse('DomainRecordLocked')
        for (const record of doomed) removeRecord(record, zone, { state, world })
        return { RR: call.text('RR'), TotalCount: String(doomed.length) }
      },
    },

    DescribeDomainRecords: {
      parameters:
        'DomainName*, PageNumber:n, PageSize:n, KeyWord, RRKeyWord, TypeKeyWord, ValueKeyWord, Type, Line, Status, SearchMode, OrderBy, Direction, GroupId:n, Lang',
      resource: zoneResource,
      handle(call, state) {
        const zone = zoneNamed(call.text('DomainName'), call, state)
        return recordPage(call, zone.records.filter(filterOf(call)), zone)
      },
    },

    DescribeSubDomainRecords: {
      parameters:
        'SubDomain*, DomainName, Type, Line, PageNumber:n, PageSize:n, UserClientIp, Lang',
      resource: (call) => {
        const given = call.text('DomainName')
        const zone = given === '' ? guessed(call.text('SubDomain')).zone : asciiOf(given)
        return domainResource(call, zone)
      },
      handle(call, state) {
        const full = asciiOf(call.text('SubDomain').replace(/^@\./, ''))
        const given = call.text('DomainName')
        const zone = zoneNamed(given === '' ? guessed(full).zone : given, call, state)
        const rr = full === zone.punyCode ? '@' : full.slice(0, -zone.punyCode.length - 1)
        const type = call.text('Type')
        const line = call.text('Line')
        const found = zone.records
          .filter((record) => record.rr === rr || asciiOf(record.rr) === rr)
          .filter((record) => type === '' || record.type === type)
          .filter((record) => line === '' || record.line === line)
        return recordPage(call, found, zone)
      },
    },

    DescribeDomainRecordInfo: {
      parameters: 'RecordId*, UserClientIp, Lang',
      resource: recordResource,
      handle(call, state) {
        const { zone, record } = placedRecord(call, state)
        const { id: DomainId, punyCode: PunyCode } = zone
        return { ...recordItem(record, zone), DomainId, PunyCode }
      },
    },

    UpdateDomainRecordRemark: {
      parameters: 'RecordId*, Remark, UserClientIp, Lang',
      resource: recordResource,
      handle(call, state) {
        placedRecord(call, state).record.remark = call.text('Remark')
        return {}
      },
    },

    SetDomainRecordStatus: {
      parameters: 'RecordId*, Status*, UserClientIp, Lang',
      resource: recordResource,
      handle(call, state, world) {
        const { zone, record } = changeableRecord(call, state)
        const Status = call.text('Status')
        if (!/^(enable|disable)$/i.test(Status)) throw refuse('InvalidStatus')
        const standing = { zone, zones: state.zones, world }
        withdraw(record, standing)
        record.enabled = Status.toLowerCase() === 'enable'
        publish(record, standing)
        return { RecordId: record.id, Status }
      },
    },
  },
}

function seedZone(state: ZoneState, given: SeededZone, world: World): void {
  const punyCode = asciiOf(given.name)
  const now = world.clock.now()
  const zone: HostedZone = {
    name: unicodeOf(given.name),
    punyCode,
    id: world.nextId('zone-'),
    edition: given.edition ?? 'mianfei',
    uid: given.uid ?? ownUid,
    createdAt: now,
    nameServers: given.nameServers,
    refuses: given.refuses,
    maxRecords: given.maxRecords ?? 1000,
    records: [],
    busyAfterChange: given.busyAfterChange ?? 0,
    busy: 0,
  }
  state.zones.set(punyCode, zone)
  publishZone(zone, world)
  for (const { rr, type, value, ttl = 600, locked = false } of given.records ?? []) {
    const wanted = { rr, type, value, ttl, line: 'default', priority: undefined }
    const record = { ...newRecord(wanted, world), locked }
    zone.records.push(record)
    publish(record, { zone, zones: state.zones, world })
  }
}

function newRecord(wanted: WantedRecord, { clock, nextNumber }: World): HostedRecord {
  const id = String(1_900_000_000_000_000_000n + BigInt(nextNumber()))
  const [createdAt, updatedAt] = [clock.now(), clock.now()]
  return { id, ...wanted, enabled: true, locked: false, remark: '', createdAt, updatedAt }
}

function removeRecord(
  record: HostedRecord,
  zone: HostedZone,
  { state, world }: { state: ZoneState; world: World },
): void {
  withdraw(record, { zone, zones: state.zones, world })
  zone.records.splice(zone.records.indexOf(record), 1)
  state.removedIds.add(record.id)
  zone.busy = zone.busyAfterChange
}
