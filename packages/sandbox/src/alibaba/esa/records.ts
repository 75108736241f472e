import { instantOf } from '../../clock.ts'
import { mirror, unmirror } from '../dns-mirror.ts'
import { askedPage } from '../paging.ts'
import type { Action, Reply } from '../product.ts'
import type { Call } from '../request.ts'
import type { World } from '../world.ts'
import { isOfSite, refuse, siteOf } from './site.ts'
import type { EsaRecord, EsaSite, EsaState } from './site.ts'

const types = 'A/AAAA CNAME TXT MX NS SRV CAA CERT SMIMEA SSHFP TLSA URI'.split(' ')

/** `1` lets the service choose. */
const automaticTtl = 1
const [shortestTtl, longestTtl] = [30, 86_400]
const usualTtl = 60

/** The DNS records of a site. */
export const recordActions: Readonly<Record<string, Action<EsaState>>> = {
  ListRecords: {
    parameters:
      'SiteId*:n, RecordName, RecordMatchType, Type, Proxied:b, BizName, SourceType, PageNumber:n, PageSize:n',
    methods: ['GET'],
    handle(call, state) {
      const site = siteOf(call, state)
      const name = call.text('RecordName').toLowerCase()
      const type = call.text('Type')
      const match = call.text('RecordMatchType')
      const wanted = site.records
        .filter((record) => name === '' || matches(record.name, name, match))
        .filter((record) => type === '' || record.type === type)
      const page = askedPage(call, wanted, { usual: 20, largest: 500 })
      return {
        Records: page.items.map((record) => recordItem(record, site)),
        ...page.counts,
      }
    },
  },

  CreateRecord: {
    parameters:
      'SiteId*:n, RecordName*, Type*, Data*{Value*}, Ttl*:n, Proxied:b, SourceType, BizName, Comment, HostPolicy, AuthConf{AccessKey}',
    handle(call, state, world) {
      const site = siteOf(call, state)
      const record = newRecord(call, world)
      if (!isOfSite(record.name, site)) throw refuse('Record.NameNotInSite')
      const isSame = (one: EsaRecord): boolean =>
        one.name === record.name && one.type === record.type && one.value === record.value
      if (site.records.some(isSame)) throw refuse('Record.Duplicated')
      if (!answer(record, world)) throw refuse('Record.Conflict')
      site.records.push(record)
      return { RecordId: record.id }
    },
  },

  UpdateRecord: {
    parameters:
      'RecordId*:n, Type, Data*{Value*}, Ttl:n, Proxied:b, SourceType, BizName, Comment, HostPolicy, AuthConf{AccessKey}',
    handle(call, state, world) {
      const { record } = recordOf(call, state)
      const value = call.object('Data')['Value'] ?? record.value
      const ttl = checkedTtl(call.number('Ttl') ?? record.ttl)
      withdraw(record, world)
      const comment = call.text('Comment')
      Object.assign(record, { value, ttl, comment, updatedAt: world.clock.now() })
      answer(record, world)
      return {}
    },
  },

  DeleteRecord: {
    parameters: 'RecordId*:n',
    handle(call, state, world) {
      const { record, site } = recordOf(call, state)
      withdraw(record, world)
      site.records.splice(site.records.indexOf(record), 1)
      return {}
    },
  },
}

function newRecord(call: Call, { clock, nextNumber }: World): EsaRecord {
  const type = call.text('Type')
  if (!types.includes(type)) throw refuse('InvalidType')
  const { Value: value = '', Priority } = call.object('Data')
  const now = clock.now()
  return {
    id: 3_000_000_000_000 + nextNumber(),
    name: call.text('RecordName').toLowerCase(),
    type,
    value,
    ttl: checkedTtl(call.number('Ttl') ?? automaticTtl),
    proxied: call.flag('Proxied') ?? false,
    comment: call.text('Comment'),
    priority: Priority === undefined ? undefined : Number(Priority),
    createdAt: now,
    updatedAt: now,
  }
}

function checkedTtl(ttl: number): number {
  const isFit = ttl === automaticTtl || (ttl >= shortestTtl && ttl <= longestTtl)
  if (!isFit) throw refuse('InvalidTtl')
  return ttl
}

function recordOf(call: Call, { sites }: EsaState): { record: EsaRecord; site: EsaSite } {
  const id = call.number('RecordId')
  for (const site of sites.values()) {
    const record = site.records.find((one) => one.id === id)
    if (record) return { record, site }
  }
  throw refuse('Record.NotFound')
}

/** The fields of a plain record. A proxied one is answered with the service's own addresses, not told here. */
function plain(record: EsaRecord): EsaRecord {
  const type = record.type === 'A/AAAA' ? (record.value.includes(':') ? 'AAAA' : 'A') : record.type
  return { ...record, type, ttl: record.ttl === automaticTtl ? usualTtl : record.ttl }
}

export function answer(record: EsaRecord, { dns }: World): boolean {
  return mirror(dns, plain(record))
}

function withdraw(record: EsaRecord, { dns }: World): void {
  unmirror(dns, plain(record))
}

function matches(name: string, asked: string, match: string): boolean {
  if (match === 'prefix') return name.startsWith(asked)
  if (match === 'suffix') return name.endsWith(asked)
  return match === 'fuzzy' ? name.includes(asked) : name === asked
}

function recordItem(record: EsaRecord, { id, name }: EsaSite): Reply {
  return {
    RecordId: record.id,
    RecordName: record.name,
    RecordType: record.type,
    Data: {
      Value: record.value,
      ...(record.priority === undefined ? {} : { Priority: record.priority }),
    },
    Ttl: record.ttl,
    Proxied: record.proxied,
    Comment: record.comment,
    SiteId: id,
    SiteName: name,
    CreateTime: instantOf(record.createdAt),
    UpdateTime: instantOf(record.updatedAt),
  }
}
