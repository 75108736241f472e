import { momentOf } from '@certwright/acme'
import { alibabaAccount, alibabaAccountOptions } from '../../cloud/alibaba/account-options.ts'
import { alibabaClient, type AlibabaClient } from '../../cloud/alibaba/client.ts'
import { numberedPages } from '../../cloud/alibaba/paging.ts'
import { CertwrightError } from '../../runtime/error.ts'
import { isDomainName, plainName } from '../domain-name.ts'
import {
  missingOption,
  optionValues,
  renamed,
  wrongOption,
  type Elsewhere,
  type ProviderContext,
} from '../provider-options.ts'
import type { Orphan, OrphanSearch } from '../orphan.ts'
import type { DnsProvider, ProviderOption } from '../provider.ts'

const providerName = 'alibaba-esa-dns'

export const options = [
  ...alibabaAccountOptions,
  {
    key: 'zone',
    summary: {
      en: 'The site to edit, where the account may not list its sites',
      zh: '要编辑的站点，仅当账号无权列出站点时才需要',
    },
  },
  {
    key: 'site-id',
    summary: { en: 'The SiteId of that zone', zh: '该站点的 SiteId' },
  },
] as const satisfies readonly ProviderOption[]

export const elsewhere: readonly Elsewhere[] = [
  {
    client: 'lego',
    name: 'aliesa',
    optionsFrom: renamed({
      ALIESA_ACCESS_KEY: 'access-key-id',
      ALIESA_SECRET_KEY: 'access-key-secret',
      ALIESA_SECURITY_TOKEN: 'security-token',
      ALIESA_RAM_ROLE: 'ecs-role',
    }),
  },
]

interface Sites {
  readonly Sites?: ReadonlyArray<{
    readonly SiteId?: number
    readonly SiteName?: string
    readonly AccessType?: string
  }>
  readonly TotalCount?: number
}

interface EsaRecords {
  readonly Records?: ReadonlyArray<{
    readonly RecordId: number
    readonly RecordName?: string
    readonly RecordType?: string
    readonly Data?: { readonly Value?: string }
    readonly Comment?: string
    readonly CreateTime?: string
  }>
  readonly TotalCount?: number
}

interface EsaTxt {
  readonly SiteId: number
  readonly RecordName: string
  readonly value: string
}

/** The least that ESA takes. */
const leastTtl = 30

/** DNS of sites at Alibaba Cloud ESA, API version 2024-09-10. */
export function provider(
  values: Readonly<Record<string, string>>,
  context: ProviderContext,
): DnsProvider {
  const set = optionValues(providerName, options, values, context.env)
  const given = givenSite(set.zone, set['site-id'])
  const api = alibabaClient('esa', alibabaAccount(set, context), context.host)
  const siteIds = new Map<string, number>(given ? [given] : [])

  async function learnSites(signal?: AbortSignal): Promise<void> {
    for await (const [name, id] of sites(api, signal)) siteIds.set(name, id)
  }

  async function* zones(signal?: AbortSignal): AsyncGenerator<string> {
    await learnSites(signal)
    yield* siteIds.keys()
  }

  async function siteIdOf(zone: string, signal?: AbortSignal): Promise<number> {
    if (!siteIds.has(zone)) await learnSites(signal)
    const siteId = siteIds.get(zone)
    if (siteId !== undefined) return siteId
    const known = [...siteIds.keys()].join(', ') || '-'
    throw new CertwrightError('DNS_ZONE_NOT_EDITABLE', { name: zone, zones: known })
  }

  return {
    ...(given ? { ignoresZone: true } : { zones }),

    async addTxt({ zone: found, name, value, ttlSeconds }, signal) {
      const zone = plainName(given?.[0] ?? found)
      const record = { SiteId: await siteIdOf(zone, signal), RecordName: plainName(name), value }
      const recordId =
        (await standingRecord(api, record, signal)) ??
        (await create(api, { ...record, Ttl: Math.max(ttlSeconds, leastTtl) }, signal))
      return { zone, name, recordId: String(recordId) }
    },

    async removeTxt({ recordId }, signal) {
      if (recordId === undefined) throw new TypeError('the receipt names no record')
      try {
        await api.rpc('DeleteRecord', { RecordId: recordId }, signal)
      } catch (error) {
        if (!isGone(error)) throw error
      }
    },
  }
}

function givenSite(
  zone: string | undefined,
  siteId: string | undefined,
): readonly [string, number] | undefined {
  if (zone === undefined && siteId === undefined) return undefined
  if (zone === undefined) throw missingOption(providerName, 'zone')
  if (siteId === undefined) throw missingOption(providerName, 'site-id')
  if (!isDomainName(zone)) throw wrongOption(providerName, 'zone', 'NAME')
  if (!/^\d{1,15}$/.test(siteId)) throw wrongOption(providerName, 'site-id', '0…9')
  return [plainName(zone), Number(siteId)]
}

/** The name and the id of each site whose records are kept here. */
async function* sites(
  api: AlibabaClient,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly [string, number]> {
  const all = numberedPages(async (PageNumber) => {
    const parameters = { PageNumber, PageSize: 100 }
    const { Sites: items = [], TotalCount: total } = await api.rpc<Sites>(
      'ListSites',
      parameters,
      signal,
    )
    return { items, total }
  })
  for await (const { SiteId, SiteName = '', AccessType } of all) {
    // The records of a site with CNAME access are kept elsewhere.
    if (SiteId === undefined || AccessType?.toUpperCase() === 'CNAME') continue
    yield [plainName(SiteName), SiteId]
  }
}

/** The id of the record that has exactly this value. */
async function standingRecord(
  api: AlibabaClient,
  { SiteId, RecordName, value }: EsaTxt,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const filter = { SiteId, RecordName, RecordMatchType: 'exact' }
  for await (const { RecordId, RecordName: name = '', Data } of txtRecords(api, filter, signal)) {
    if (plainName(name) === RecordName && textIn(Data) === value) return RecordId
  }
  return undefined
}

async function* txtRecords(
  api: AlibabaClient,
  filter: Readonly<Record<string, string | number>>,
  signal: AbortSignal | undefined,
) {
  const records = numberedPages(async (PageNumber) => {
    const { Records: items = [], TotalCount: total } = await api.rpc<EsaRecords>(
      'ListRecords',
      { ...filter, Type: 'TXT', PageNumber, PageSize: 100 },
      signal,
    )
    return { items, total }
  })
  for await (const record of records) if (record.RecordType === 'TXT') yield record
}

/** A value as it is, which the API gives with its quotation marks or without. */
function textIn(data: { readonly Value?: string } | undefined): string {
  return data?.Value?.replace(/^"(.*)"$/, '$1') ?? ''
}

/** Every record of ours says so. */
const ourComment = 'certwright'

/** Values that an earlier run published and did not withdraw, because it was killed. Nothing is removed. */
export async function* orphans(
  values: Readonly<Record<string, string>>,
  context: ProviderContext,
  { zones, olderThanMs = 86_400_000 }: OrphanSearch = {},
  signal?: AbortSignal,
): AsyncGenerator<Orphan> {
  const set = optionValues(providerName, options, values, context.env)
  const given = givenSite(set.zone, set['site-id'])
  const api = alibabaClient('esa', alibabaAccount(set, context), context.host)
  for await (const [zone, SiteId] of given ? [given] : sites(api, signal)) {
    if (zones && !zones.map(plainName).includes(zone)) continue
    for await (const record of txtRecords(api, { SiteId }, signal)) {
      const { RecordId, RecordName = '', Comment, CreateTime = '', Data } = record
      const createdAt = momentOf(CreateTime)
      if (Comment !== ourComment || createdAt === undefined) continue
      if (createdAt + olderThanMs > context.host.now()) continue
      const name = plainName(RecordName)
      const receipt = { zone, name, recordId: String(RecordId) }
      yield { name, value: textIn(Data), createdAt, receipt }
    }
  }
}

async function create(
  api: AlibabaClient,
  { SiteId, RecordName, value, Ttl }: EsaTxt & { readonly Ttl: number },
  signal: AbortSignal | undefined,
): Promise<number> {
  const Data = JSON.stringify({ Value: value })
  const parameters = { SiteId, RecordName, Type: 'TXT', Ttl, Data, Comment: ourComment }
  try {
    return (await api.rpc<{ RecordId: number }>('CreateRecord', parameters, signal)).RecordId
  } catch (error) {
    // It stands already where a first attempt succeeded whose reply was lost, or another process was quicker.
    const refused = error instanceof CertwrightError && error.code === 'ALIBABA_REFUSED'
    const standing = refused
      ? await standingRecord(api, { SiteId, RecordName, value }, signal)
      : undefined
    if (standing === undefined) throw error
    return standing
  }
}

function isGone(error: unknown): boolean {
  return (
    error instanceof CertwrightError &&
    error.code === 'ALIBABA_REFUSED' &&
    /Not(Found|Exist)/i.test(String(error.params['code']))
  )
}
