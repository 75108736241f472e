import type { AlibabaClient } from '../../../cloud/alibaba/client.ts'
import { numberedPages } from '../../../cloud/alibaba/paging.ts'
import { CertwrightError } from '../../../runtime/error.ts'
import { domainName } from './domain-target.ts'

/** A row of ListSites. */
export interface Site {
  readonly SiteId?: number
  readonly SiteName?: string
}

/** A row of ListCertificates. */
export interface SiteCertificate {
  readonly Id?: string
  readonly Name?: string
  readonly FingerprintSha256?: string
  readonly NotAfter?: string
  readonly SAN?: string
  readonly Issuer?: string
  /** `upload`, `cas`, `free` and so on. */
  readonly Type?: string
}

/** By its name or its id. Throws `TARGET_RESOURCE_NOT_FOUND`. */
export async function siteOf(
  esa: AlibabaClient,
  site: string,
  signal: AbortSignal | undefined,
): Promise<Required<Site>> {
  const isId = /^\d+$/.test(site)
  const name = domainName(site)
  for await (const { SiteId, SiteName = '' } of sitesOf(esa, isId ? undefined : name, signal)) {
    if (SiteId === undefined) continue
    if (isId ? String(SiteId) === site : domainName(SiteName) === name) return { SiteId, SiteName }
  }
  throw new CertwrightError('TARGET_RESOURCE_NOT_FOUND', { target: 'alibaba-esa', resource: site })
}

export function sitesOf(
  esa: AlibabaClient,
  SiteName: string | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<Site> {
  const filter = SiteName === undefined ? {} : { SiteName, SiteSearchType: 'exact' }
  return numberedPages(async (PageNumber) => {
    const parameters = { ...filter, PageNumber, PageSize: 100 }
    const page = await esa.rpc<{ readonly Sites?: readonly Site[]; readonly TotalCount?: number }>(
      'ListSites',
      parameters,
      signal,
    )
    return { items: page.Sites ?? [], total: page.TotalCount }
  })
}

export async function certificatesOf(
  esa: AlibabaClient,
  SiteId: number,
  signal: AbortSignal | undefined,
): Promise<readonly SiteCertificate[]> {
  const rows = numberedPages(async (PageNumber) => {
    const page = await esa.rpc<{
      readonly Result?: readonly SiteCertificate[]
      readonly TotalCount?: number
    }>('ListCertificates', { SiteId, PageNumber, PageSize: 50 }, signal)
    return { items: page.Result ?? [], total: page.TotalCount }
  })
  const certificates: SiteCertificate[] = []
  for await (const certificate of rows) certificates.push(certificate)
  return certificates
}

/** The names of a site that ESA serves itself: the others only have their DNS there. */
export async function proxiedNames(
  esa: AlibabaClient,
  SiteId: number,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const records = numberedPages(async (PageNumber) => {
    const page = await esa.rpc<{
      readonly Records?: ReadonlyArray<{ readonly RecordName?: string; readonly Proxied?: boolean }>
      readonly TotalCount?: number
    }>('ListRecords', { SiteId, Proxied: true, PageNumber, PageSize: 100 }, signal)
    return { items: page.Records ?? [], total: page.TotalCount }
  })
  const names = new Set<string>()
  for await (const { RecordName, Proxied } of records) {
    if (RecordName !== undefined && Proxied !== false) names.add(domainName(RecordName))
  }
  return [...names]
}
