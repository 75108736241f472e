import { instantOf } from '../../clock.ts'
import { askedPage } from '../paging.ts'
import type { Reply } from '../product.ts'
import type { Call } from '../request.ts'
import { alibabaNameServers, editions } from './zone.ts'
import type { HostedRecord, HostedZone } from './zone.ts'

export function domainItem(zone: HostedZone): Reply {
  const { nameServers = alibabaNameServers } = zone
  return {
    DomainId: zone.id,
    DomainName: zone.name,
    PunyCode: zone.punyCode,
    AliDomain: true,
    VersionCode: zone.edition,
    VersionName: editions[zone.edition].name,
    DnsServers: { DnsServer: nameServers },
    RecordCount: zone.records.length,
    InstanceExpired: zone.refuses === 'Forbidden.DomainExpired',
    CreateTime: instantOf(zone.createdAt),
    CreateTimestamp: zone.createdAt,
  }
}

export function recordItem(record: HostedRecord, zone: HostedZone): Reply {
  return {
    DomainName: zone.name,
    RecordId: record.id,
    RR: record.rr,
    Type: record.type,
    Value: record.value,
    TTL: record.ttl,
    Line: record.line,
    Status: record.enabled ? 'ENABLE' : 'DISABLE',
    Locked: record.locked,
    ...(record.priority === undefined ? {} : { Priority: record.priority }),
    ...(record.remark === '' ? {} : { Remark: record.remark }),
    CreateTimestamp: record.createdAt,
    UpdateTimestamp: record.updatedAt,
  }
}

export function recordPage(call: Call, found: readonly HostedRecord[], zone: HostedZone): Reply {
  const page = askedPage(call, found, { usual: 20, largest: 500 })
  const Record = page.items.map((record) => recordItem(record, zone))
  return { DomainRecords: { Record }, ...page.counts }
}

/** The TTLs of the console that an edition allows. */
export function ttlsFrom(minTtl: number): string[] {
  return [1, 5, 10, 60, 600, 1800, 3600, 43_200, 86_400].filter((ttl) => ttl >= minTtl).map(String)
}

/** What `DescribeDomainRecords` searches by: words are found anywhere in RR and value, unless the mode is EXACT. */
export function filterOf(call: Call): (record: HostedRecord) => boolean {
  const isExact = call.text('SearchMode') === 'EXACT'
  const fits = (text: string, word: string): boolean =>
    word === '' || (isExact ? text === word : text.toLowerCase().includes(word.toLowerCase()))
  const oneOf = (text: string, ...words: readonly string[]): boolean =>
    words.every((word) => word === '' || word.toLowerCase() === text.toLowerCase())
  return ({ rr, value, type, line, enabled }) =>
    fits(rr, call.text('KeyWord')) &&
    fits(rr, call.text('RRKeyWord')) &&
    fits(value, call.text('ValueKeyWord')) &&
    oneOf(type, call.text('Type'), call.text('TypeKeyWord')) &&
    oneOf(line, call.text('Line')) &&
    oneOf(enabled ? 'Enable' : 'Disable', call.text('Status'))
}
