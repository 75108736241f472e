import { alibabaAccount, alibabaAccountOptions } from '../../cloud/alibaba/account-options.ts'
import { alibabaClient, regionOf, type AlibabaClient } from '../../cloud/alibaba/client.ts'
import { numberedPages } from '../../cloud/alibaba/paging.ts'
import type { DeployTarget, Discovered, TargetKind } from '../target.ts'
import type { TargetContext } from '../target-context.ts'
import { choiceOption, targetValues } from '../target-options.ts'
import { targetSpecifier } from '../target-specifier.ts'
import { discovered } from './alibaba/bound-certificate.ts'
import { permissions, storePermissions } from './alibaba/permissions.ts'
import { slotTarget } from './alibaba/slot.ts'

export const target = {
  name: 'alibaba-eas',
  summary: {
    en: 'A custom domain of a private gateway of PAI-EAS',
    zh: 'PAI-EAS 专属网关的自定义域名',
  },
  options: [
    {
      key: 'gateway',
      summary: { en: 'Id of the gateway, gw-…', zh: '网关 ID，gw-…' },
      required: true,
    },
    {
      key: 'domain',
      summary: { en: 'Its custom domain', zh: '网关的自定义域名' },
      required: true,
    },
    {
      key: 'type',
      summary: {
        en: 'internet (default) or intranet: for a domain that is not attached yet',
        zh: 'internet（默认）或 intranet，仅用于尚未绑定的域名',
      },
    },
    ...alibabaAccountOptions,
  ],
  keyTypes: ['rsa2048'],
  permissions: [
    ...permissions('eas', ['ListGateway', 'ListGatewayDomains', 'AttachGatewayDomain']),
    ...storePermissions,
  ],
} as const satisfies TargetKind

interface CustomDomain {
  readonly Domain?: string
  readonly Type?: string
  readonly CertificateId?: string | number
}

interface Gateways {
  readonly Gateways?: ReadonlyArray<{ readonly GatewayId?: string }>
  readonly TotalCount?: number
}

const types = ['internet', 'intranet'] as const

/** Serves certificates on a custom domain of an EAS gateway. API version 2021-07-01. */
export function create(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
): DeployTarget {
  const set = targetValues(target, values, context)
  const { gateway, domain: Domain } = set
  const type = choiceOption(target.name, 'type', set.type, types)
  const account = alibabaAccount(set, context)
  const eas = alibabaClient('eas', account, context.host)
  const path = gatewayPath(regionOf(account), gateway)
  const find = async (signal?: AbortSignal): Promise<CustomDomain | undefined> => {
    const domains = await domainsOf(path, eas, signal)
    return domains.find((found) => found.Domain?.toLowerCase() === Domain.toLowerCase())
  }

  return slotTarget(
    {
      target: target.name,
      resource: `${gateway} ${Domain}`,
      domain: Domain,
      bound: async (signal) => (await find(signal))?.CertificateId?.toString() || undefined,
      async bind({ certId }, signal) {
        const { Type = type } = (await find(signal)) ?? {}
        const CustomDomain = JSON.stringify({ Domain, Type, CertificateId: String(certId) })
        const request = {
          action: 'AttachGatewayDomain',
          method: 'PUT',
          path: `${path}/domain/attach`,
          query: { CustomDomain },
        } as const
        await eas.roa(request, signal)
      },
      async endpoints(signal) {
        if ((await find(signal))?.Type !== 'internet') return []
        return [{ host: Domain, port: 443, servername: Domain }]
      },
    },
    account,
    context.host,
  )
}

/** In this API a cluster is a region. */
function gatewayPath(region: string, gateway: string): string {
  return `/api/v2/gateways/${encodeURIComponent(region)}/${encodeURIComponent(gateway)}`
}

async function domainsOf(
  path: string,
  eas: AlibabaClient,
  signal: AbortSignal | undefined,
): Promise<readonly CustomDomain[]> {
  const { CustomDomains = [] } = await eas.roa<{ CustomDomains?: readonly CustomDomain[] }>(
    { action: 'ListGatewayDomains', method: 'GET', path: `${path}/domains` },
    signal,
  )
  return CustomDomains
}

/** Every custom domain of the region's private gateways. */
export async function* discover(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
  signal?: AbortSignal,
): AsyncGenerator<Discovered> {
  const account = alibabaAccount(values, context)
  const region = regionOf(account)
  const eas = alibabaClient('eas', account, context.host)
  const cas = alibabaClient('cas', account, context.host)
  const gateways = numberedPages(async (PageNumber) => {
    const query = { PageNumber, PageSize: 100 }
    const page = await eas.roa<Gateways>(
      { action: 'ListGateway', method: 'GET', path: '/api/v2/gateways', query },
      signal,
    )
    return { items: page.Gateways ?? [], total: page.TotalCount }
  })
  for await (const { GatewayId: gateway } of gateways) {
    if (gateway === undefined) continue
    const domains = await domainsOf(gatewayPath(region, gateway), eas, signal)
    for (const { Domain: domain, CertificateId } of domains) {
      if (domain === undefined) continue
      const place = {
        target: targetSpecifier(target.name, { gateway, domain }),
        product: 'EAS',
        resource: `${gateway}/${domain}`,
        region,
      }
      yield await discovered(place, CertificateId?.toString(), cas, signal)
    }
  }
}
