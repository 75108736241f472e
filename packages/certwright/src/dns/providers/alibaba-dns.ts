import { domainToASCII } from 'node:url'
import { alibabaAccount, alibabaAccountOptions } from '../../cloud/alibaba/account-options.ts'
import { alibabaClient, type AlibabaClient } from '../../cloud/alibaba/client.ts'
import { numberedPages } from '../../cloud/alibaba/paging.ts'
import { isRefusal } from '../../cloud/alibaba/refusal.ts'
import { CertwrightError } from '../../runtime/error.ts'
import { isDomainName, isWithin, plainName } from '../domain-name.ts'
import {
  numberOption,
  optionValues,
  renamed,
  wrongOption,
  type Elsewhere,
  type ProviderContext,
} from '../provider-options.ts'
import type { Orphan, OrphanSearch } from '../orphan.ts'
import type { DnsProvider, ProviderOption } from '../provider.ts'

const providerName = 'alibaba-dns'

export const options = [
  ...alibabaAccountOptions,
  {
    key: 'zone',
    summary: {
      en: 'The zone to edit, where the account may not list its zones',
      zh: '要编辑的域名，仅当账号无权列出域名时才需要',
    },
  },
  {
    key: 'ttl',
    summary: {
      en: 'Seconds that a value may be cached; never less than the edition of the zone allows',
      zh: '记录值可被缓存的秒数；不会低于该域名版本允许的最小值',
    },
  },
] as const satisfies readonly ProviderOption[]

export const elsewhere: readonly Elsewhere[] = [
  {
    client: 'acme.sh',
    name: 'dns_ali',
    optionsFrom: renamed({ Ali_Key: 'access-key-id', Ali_Secret: 'access-key-secret' }),
  },
  {
    client: 'lego',
    name: 'alidns',
    optionsFrom: renamed({
      ALICLOUD_ACCESS_KEY: 'access-key-id',
      ALICLOUD_SECRET_KEY: 'access-key-secret',
      ALICLOUD_SECURITY_TOKEN: 'security-token',
      ALICLOUD_RAM_ROLE: 'ecs-role',
    }),
  },
  {
    client: 'certbot',
    name: 'dns-aliyun',
    optionsFrom: renamed({
      dns_aliyun_access_key: 'access-key-id',
      dns_aliyun_access_key_secret: 'access-key-secret',
    }),
  },
]

interface Domains {
  readonly Domains?: {
    readonly Domain?: ReadonlyArray<{ readonly DomainName?: string; readonly PunyCode?: string }>
  }
  readonly TotalCount?: number
}

interface DomainRecord {
  readonly RecordId: string
  readonly RR: string
  readonly Type: string
  readonly Value: string
  readonly Status?: string
  readonly Remark?: string
  /** Milliseconds since the epoch. */
  readonly CreateTimestamp?: number
}

interface DomainRecords {
  readonly DomainRecords?: { readonly Record?: readonly DomainRecord[] }
  readonly TotalCount?: number
}

/** Alibaba Cloud DNS, API version 2015-01-09. */
export function provider(
  values: Readonly<Record<string, string>>,
  context: ProviderContext,
): DnsProvider {
  const set = optionValues(providerName, options, values, context.env)
  if (set.zone !== undefined && !isDomainName(set.zone)) {
    throw wrongOption(providerName, 'zone', 'NAME')
  }
  const ttl =
    set.ttl === undefined ? undefined : numberOption(providerName, 'ttl', set.ttl, [1, 86_400])
  const api = alibabaClient('alidns', alibabaAccount(set, context), context.host)
  const zones = zoneList(api, set.zone)
  const leastTtls = new Map<string, number>()

  async function ttlFor(DomainName: string, wanted: number, signal?: AbortSignal): Promise<number> {
    const least = leastTtls.get(DomainName) ?? (await leastTtl(api, DomainName, signal))
    leastTtls.set(DomainName, least)
    return Math.max(wanted, least)
  }

  return {
    ...(set.zone === undefined
      ? { zones: (signal) => zones.names(signal) }
      : { ignoresZone: true }),

    async addTxt({ zone: found, name, value, ttlSeconds }, signal) {
      const zone = aLabels(set.zone ?? found)
      const record = {
        DomainName: zones.nameAtApi(zone),
        RR: relativeName(aLabels(name), zone),
        Type: 'TXT',
        Value: value,
      }
      const TTL = await ttlFor(record.DomainName, ttl ?? ttlSeconds, signal)
      const recordId = await add(api, { ...record, TTL }, signal)
      return { zone, name, recordId }
    },

    async removeTxt({ recordId, zone = '', name = '' }, signal) {
      if (recordId === undefined) throw new TypeError('the receipt names no record')
      try {
        await api.rpc('DeleteDomainRecord', { RecordId: recordId }, signal)
      } catch (error) {
        if (isRefusal(error, 'DomainRecordNotBelongToUser', 'InvalidRecordId.NotFound')) return
        // To a policy for one zone, a record that is gone is in a zone that it does not allow.
        if (!isForbidden(error)) throw error
        const at = { DomainName: zones.nameAtApi(zone), RRKeyWord: relativeName(name, zone) }
        for await (const { RecordId } of records(api, at, signal)) {
          if (RecordId === recordId) throw error
        }
      }
    },
  }
}

/** The zones of the account. Those with letters beyond ASCII have two names: ours is the A-label. */
function zoneList(api: AlibabaClient, given: string | undefined) {
  const namesAtApi = new Map(given === undefined ? [] : [[aLabels(given), plainName(given)]])
  const list = (signal?: AbortSignal) =>
    numberedPages(async (PageNumber) => {
      const { Domains: { Domain: items = [] } = {}, TotalCount: total } = await api.rpc<Domains>(
        'DescribeDomains',
        { PageNumber, PageSize: 100 },
        signal,
      )
      return { items, total }
    })

  return {
    async *names(signal?: AbortSignal): AsyncGenerator<string> {
      for await (const { DomainName = '', PunyCode } of list(signal)) {
        const zone = aLabels(PunyCode || DomainName)
        namesAtApi.set(zone, DomainName)
        yield zone
      }
    },
    nameAtApi: (zone: string): string => namesAtApi.get(zone) ?? zone,
  }
}

function aLabels(name: string): string {
  return plainName(domainToASCII(name) || name)
}

function relativeName(name: string, zone: string): string {
  if (!isWithin(name, zone))
    throw new CertwrightError('DNS_ZONE_NOT_EDITABLE', { name, zones: zone })
  return name === zone ? '@' : name.slice(0, -(zone.length + 1))
}

/** What every edition of a zone takes. */
const cautiousTtl = 600

/** A zone's own limit: 600 seconds in the free edition, 60 or 1 in others. */
async function leastTtl(
  api: AlibabaClient,
  DomainName: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  try {
    const { MinTtl = cautiousTtl } = await api.rpc<{ MinTtl?: number }>(
      'DescribeDomainInfo',
      { DomainName, NeedDetailAttributes: true },
      signal,
    )
    return MinTtl
  } catch (error) {
    if (isForbidden(error)) return cautiousTtl
    throw error
  }
}

function isForbidden(error: unknown): boolean {
  return error instanceof CertwrightError && error.code === 'ALIBABA_FORBIDDEN'
}

interface NewRecord {
  readonly DomainName: string
  readonly RR: string
  readonly Type: string
  readonly Value: string
  readonly TTL: number
}

async function add(
  api: AlibabaClient,
  record: NewRecord,
  signal: AbortSignal | undefined,
): Promise<string> {
  try {
    const { RecordId } = await api.rpc<{ RecordId: string }>(
      'AddDomainRecord',
      { ...record },
      signal,
    )
    await mark(api, RecordId)
    return RecordId
  } catch (error) {
    if (!isRefusal(error, 'DomainRecordDuplicate')) throw error
    const standing = await standingRecord(api, record, signal)
    if (!standing) throw error
    // It stands without a mark where the first reply was lost.
    if (!standing.Remark) await mark(api, standing.RecordId)
    return standing.RecordId
  }
}

/** Every record of ours says so, which lets a later run find those that a killed one left behind. */
const ourRemark = 'certwright'

/** Nothing depends on it, and a policy may forbid it. By now the record stands: its receipt must not be lost. */
async function mark(api: AlibabaClient, RecordId: string): Promise<void> {
  await api.rpc('UpdateDomainRecordRemark', { RecordId, Remark: ourRemark }).catch(() => undefined)
}

/** The record that has exactly this value. Switched on, should it be off: it is a duplicate even then. */
async function standingRecord(
  api: AlibabaClient,
  { DomainName, RR, Type, Value }: NewRecord,
  signal: AbortSignal | undefined,
): Promise<DomainRecord | undefined> {
  for await (const record of records(
    api,
    { DomainName, RRKeyWord: RR, TypeKeyWord: Type },
    signal,
  )) {
    // The filter of the API finds parts of names too.
    if (record.RR !== RR || record.Type !== Type || record.Value !== Value) continue
    if (record.Status?.toUpperCase() === 'DISABLE') {
      const { RecordId } = record
      await api.rpc('SetDomainRecordStatus', { RecordId, Status: 'Enable' }, signal)
    }
    return record
  }
  return undefined
}

function records(
  api: AlibabaClient,
  filter: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): AsyncGenerator<DomainRecord> {
  return numberedPages(async (PageNumber) => {
    const { DomainRecords: { Record: items = [] } = {}, TotalCount: total } =
      await api.rpc<DomainRecords>(
        'DescribeDomainRecords',
        { ...filter, PageNumber, PageSize: 500 },
        signal,
      )
    return { items, total }
  })
}

/** Values that an earlier run published and did not withdraw, because it was killed. Nothing is removed. */
export async function* orphans(
  values: Readonly<Record<string, string>>,
  context: ProviderContext,
  { zones, olderThanMs = 86_400_000 }: OrphanSearch = {},
  signal?: AbortSignal,
): AsyncGenerator<Orphan> {
  const set = optionValues(providerName, options, values, context.env)
  const api = alibabaClient('alidns', alibabaAccount(set, context), context.host)
  const list = zoneList(api, set.zone)
  const given = zones ?? (set.zone === undefined ? undefined : [set.zone])
  for await (const zone of given?.map(aLabels) ?? list.names(signal)) {
    const filter = { DomainName: list.nameAtApi(zone), TypeKeyWord: 'TXT' }
    for await (const record of records(api, filter, signal)) {
      const { RR, Value: value, RecordId: recordId, Remark, CreateTimestamp: createdAt } = record
      if (record.Type !== 'TXT' || Remark !== ourRemark || createdAt === undefined) continue
      if (createdAt + olderThanMs > context.host.now()) continue
      const name = RR === '@' ? zone : `${RR}.${zone}`
      yield { name, value, createdAt, receipt: { zone, name, recordId } }
    }
  }
}
