import type { AlibabaClient } from '../../../cloud/alibaba/client.ts'
import { numberedPages } from '../../../cloud/alibaba/paging.ts'
import { deliverableChain, traditionalPrivateKey } from '../../../cloud/alibaba/pem-forms.ts'
import type { DeployTarget } from '../../target.ts'
import { domainName, domainTarget, type ServedDomain } from './domain-target.ts'
import { siteOf } from './esa-site.ts'
import { installedFrom } from './presented-chain.ts'

/** A row of ListCustomHostnames. */
export interface CustomHostname {
  readonly HostnameId?: number
  readonly Hostname?: string
  readonly SslFlag?: string
}

/** The reply holds the private key too. It is not read. */
interface CustomHostnameDetail {
  readonly CustomHostnameModel?: {
    readonly Certificate?: string
    readonly CertId?: string
    readonly SslFlag?: string
  }
}

interface SaasDomain extends ServedDomain {
  readonly id: number
}

/** The domains of a site's customers, each with a certificate of its own. */
export function hostnameTarget(esa: AlibabaClient, site: string, hostname: string): DeployTarget {
  const list = async function* (signal?: AbortSignal): AsyncGenerator<SaasDomain> {
    const { SiteId } = await siteOf(esa, site, signal)
    for await (const { HostnameId: id, Hostname } of hostnamesOf(esa, SiteId, signal)) {
      if (id !== undefined && Hostname !== undefined) yield { name: domainName(Hostname), id }
    }
  }

  return domainTarget<SaasDomain>(
    {
      target: 'alibaba-esa',
      list,
      async find(name, signal) {
        for await (const domain of list(signal)) if (domain.name === name) return domain
        return undefined
      },
      async read({ id }, signal) {
        const { Certificate, CertId, SslFlag } = await hostnameDetail(esa, id, signal)
        if (!Certificate || SslFlag === 'off') return undefined
        return installedFrom(Certificate, { reference: CertId })
      },
      async write({ id }, { chainPem, privateKey }, signal) {
        const parameters = {
          HostnameId: id,
          SslFlag: 'on',
          CertType: 'upload',
          Certificate: deliverableChain(chainPem),
          PrivateKey: traditionalPrivateKey(privateKey),
        }
        await esa.rpc('UpdateCustomHostname', parameters, signal)
      },
    },
    hostname,
  )
}

export function hostnamesOf(
  esa: AlibabaClient,
  SiteId: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<CustomHostname> {
  return numberedPages(async (PageNumber) => {
    const page = await esa.rpc<{
      readonly Hostnames?: readonly CustomHostname[]
      readonly TotalCount?: number
    }>('ListCustomHostnames', { SiteId, PageNumber, PageSize: 100 }, signal)
    return { items: page.Hostnames ?? [], total: page.TotalCount }
  })
}

export async function hostnameDetail(
  esa: AlibabaClient,
  HostnameId: number,
  signal: AbortSignal | undefined,
): Promise<NonNullable<CustomHostnameDetail['CustomHostnameModel']>> {
  const parameters = { HostnameId }
  const reply = await esa.rpc<CustomHostnameDetail>('GetCustomHostname', parameters, signal)
  return reply.CustomHostnameModel ?? {}
}
