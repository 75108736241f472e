import { alibabaAccount, alibabaAccountOptions } from '../../cloud/alibaba/account-options.ts'
import { alibabaClient, regionOf, type AlibabaClient } from '../../cloud/alibaba/client.ts'
import { numberedPages } from '../../cloud/alibaba/paging.ts'
import { CertwrightError } from '../../runtime/error.ts'
import type { DeployTarget, Discovered, Endpoint, TargetKind } from '../target.ts'
import type { TargetContext } from '../target-context.ts'
import { targetValues } from '../target-options.ts'
import { targetSpecifier } from '../target-specifier.ts'
import { discovered, handshakeName } from './alibaba/bound-certificate.ts'
import { permissions, storePermissions } from './alibaba/permissions.ts'
import { slotTarget } from './alibaba/slot.ts'

export const target = {
  name: 'alibaba-mse',
  summary: {
    en: 'A domain of a cloud-native gateway of Microservices Engine (MSE)',
    zh: '微服务引擎 MSE 云原生网关的域名',
  },
  options: [
    {
      key: 'gateway',
      summary: { en: 'Unique id of the gateway, gw-…', zh: '网关的唯一 ID，gw-…' },
      required: true,
    },
    {
      key: 'domain',
      summary: { en: 'A domain of the gateway', zh: '网关的域名' },
      required: true,
    },
    ...alibabaAccountOptions,
  ],
  keyTypes: ['rsa2048'],
  permissions: [
    ...permissions('mse', [
      'ListGateway',
      'ListGatewayDomain',
      'GetGatewayDomainDetail',
      'UpdateSSLCert',
      'UpdateGatewayDomain',
    ]),
    ...storePermissions,
  ],
} as const satisfies TargetKind

interface GatewayDomain {
  readonly Id?: number
  readonly Name?: string
  readonly Protocol?: string
  readonly CertIdentifier?: string
}

/** What `UpdateGatewayDomain` writes beside protocol and certificate, so that it is read before. */
interface GatewayDomainDetail extends GatewayDomain {
  readonly MustHttps?: boolean
  readonly Http2?: string
  readonly TlsMin?: string
  readonly TlsMax?: string
  readonly MtlsEnabled?: boolean
  readonly CaCertIdentifier?: string
  readonly TlsCipherSuitesConfig?: unknown
}

interface Gateway {
  readonly GatewayUniqueId?: string
  readonly Slb?: readonly Entry[]
  readonly InternetSlb?: readonly Entry[]
}

/** A load balancer in front of a gateway. */
interface Entry {
  readonly SlbIp?: string
  readonly SlbPort?: string
  /** `PUB_NET` is reached from everywhere. */
  readonly Type?: string
}

interface Gateways {
  readonly Data?: { readonly Result?: readonly Gateway[]; readonly TotalSize?: number }
}

/** Serves certificates on a domain of an MSE gateway. API version 2019-05-31. */
export function create(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
): DeployTarget {
  const set = targetValues(target, values, context)
  const { gateway: GatewayUniqueId, domain } = set
  const account = alibabaAccount(set, context)
  const mse = alibabaClient('mse', account, context.host)

  const find = async (signal?: AbortSignal): Promise<GatewayDomain> => {
    const domains = await domainsOf(GatewayUniqueId, mse, signal)
    const found = domains.find(({ Name }) => Name?.toLowerCase() === domain.toLowerCase())
    if (found) return found
    const params = { target: target.name, resource: domain }
    throw new CertwrightError('TARGET_RESOURCE_NOT_FOUND', params)
  }

  return slotTarget(
    {
      target: target.name,
      resource: `${GatewayUniqueId} ${domain}`,
      domain,
      bound: async (signal) => (await find(signal)).CertIdentifier || undefined,
      async bind({ identifier }, signal) {
        const { Id, CertIdentifier } = await find(signal)
        if (CertIdentifier) {
          const asked = { GatewayUniqueId, DomainId: Id, CertIdentifier: identifier }
          await mse.rpc('UpdateSSLCert', asked, signal)
          return
        }
        // Without a certificate it speaks HTTP: that is the domain's own setting, written with all the others.
        const asked = { GatewayUniqueId, Id }
        const { Data = {} } = await mse.rpc<{ Data?: GatewayDomainDetail }>(
          'GetGatewayDomainDetail',
          asked,
          signal,
        )
        const settings = { ...asked, ...settingsOf(Data), CertIdentifier: identifier }
        await mse.rpc('UpdateGatewayDomain', settings, signal)
      },
      endpoints: async (signal) => endpointsOf(GatewayUniqueId, domain, mse, signal),
    },
    account,
    context.host,
  )
}

function settingsOf({
  MustHttps = false,
  Http2,
  TlsMin,
  TlsMax,
  MtlsEnabled,
  CaCertIdentifier,
  TlsCipherSuitesConfig,
}: GatewayDomainDetail): Readonly<Record<string, unknown>> {
  return {
    Protocol: 'HTTPS',
    MustHttps,
    Http2,
    TlsMin,
    TlsMax,
    MtlsEnabled,
    CaCertIdentifier: CaCertIdentifier || undefined,
    ...(TlsCipherSuitesConfig !== undefined &&
      TlsCipherSuitesConfig !== null && {
        TlsCipherSuitesConfigJSON: JSON.stringify(TlsCipherSuitesConfig),
      }),
  }
}

async function domainsOf(
  GatewayUniqueId: string,
  mse: AlibabaClient,
  signal: AbortSignal | undefined,
): Promise<readonly GatewayDomain[]> {
  const { Data } = await mse.rpc<{ Data?: readonly GatewayDomain[] }>(
    'ListGatewayDomain',
    { GatewayUniqueId },
    signal,
  )
  return Data ?? []
}

function gatewaysOf(
  mse: AlibabaClient,
  filter: Readonly<Record<string, unknown>>,
  signal: AbortSignal | undefined,
) {
  return numberedPages(async (PageNumber) => {
    const parameters = { ...filter, PageNumber, PageSize: 50 }
    const { Data } = await mse.rpc<Gateways>('ListGateway', parameters, signal)
    return { items: Data?.Result ?? [], total: Data?.TotalSize }
  })
}

async function endpointsOf(
  GatewayUniqueId: string,
  domain: string,
  mse: AlibabaClient,
  signal: AbortSignal | undefined,
): Promise<readonly Endpoint[]> {
  const filter = { FilterParams: JSON.stringify({ GatewayUniqueId }) }
  for await (const gateway of gatewaysOf(mse, filter, signal)) {
    if (gateway.GatewayUniqueId !== GatewayUniqueId) continue
    const entries = [...(gateway.InternetSlb ?? []), ...(gateway.Slb ?? [])]
    const host = entries.find(({ SlbIp, Type }) => SlbIp && Type === 'PUB_NET')?.SlbIp
    return host ? [{ host, port: 443, servername: handshakeName(domain) }] : []
  }
  return []
}

/** Every domain of every gateway in the region. */
export async function* discover(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
  signal?: AbortSignal,
): AsyncGenerator<Discovered> {
  const account = alibabaAccount(values, context)
  const mse = alibabaClient('mse', account, context.host)
  const cas = alibabaClient('cas', account, context.host)
  for await (const { GatewayUniqueId: gateway } of gatewaysOf(mse, {}, signal)) {
    if (gateway === undefined) continue
    for (const { Name: domain, CertIdentifier } of await domainsOf(gateway, mse, signal)) {
      // Every gateway has one for whatever has no domain of its own.
      if (!domain || domain === '*') continue
      const place = {
        target: targetSpecifier(target.name, { gateway, domain }),
        product: 'MSE',
        resource: `${gateway}/${domain}`,
        region: regionOf(account),
      }
      yield await discovered(place, CertIdentifier, cas, signal)
    }
  }
}
