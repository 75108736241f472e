import { alibabaAccount, alibabaAccountOptions } from '../../cloud/alibaba/account-options.ts'
import { alibabaClient, regionOf, type AlibabaClient } from '../../cloud/alibaba/client.ts'
import { numberedPages } from '../../cloud/alibaba/paging.ts'
import { CertwrightError } from '../../runtime/error.ts'
import type { DeployTarget, Discovered, TargetKind } from '../target.ts'
import type { TargetContext } from '../target-context.ts'
import { targetValues } from '../target-options.ts'
import { targetSpecifier } from '../target-specifier.ts'
import { discovered } from './alibaba/bound-certificate.ts'
import { permissions, storePermissions } from './alibaba/permissions.ts'
import { slotTarget } from './alibaba/slot.ts'

export const target = {
  name: 'alibaba-apig',
  summary: {
    en: 'A domain of a cloud-native API Gateway',
    zh: '云原生 API 网关的域名',
  },
  options: [
    {
      key: 'domain',
      summary: { en: 'The domain, such as api.example.com', zh: '域名，例如 api.example.com' },
      required: true,
    },
    {
      key: 'gateway',
      summary: {
        en: 'Id of the gateway, gw-…, where several have a domain of this name',
        zh: '网关的 ID，gw-…，仅当多个网关有同名域名时需要',
      },
    },
    ...alibabaAccountOptions,
  ],
  keyTypes: ['rsa2048'],
  permissions: [
    ...permissions('apig', ['ListDomains', 'GetDomain', 'UpdateDomain']),
    ...storePermissions,
  ],
} as const satisfies TargetKind

/** What `UpdateDomain` writes: all of it, so that all of it is read before. */
const written = [
  'protocol',
  'forceHttps',
  'http2Option',
  'tlsMin',
  'tlsMax',
  'mTLSEnabled',
  'clientCACert',
  'caCertIdentifier',
  'tlsCipherSuitesConfig',
  'domainScope',
] as const

interface ListedDomain {
  readonly domainId?: string
  readonly name?: string
  readonly protocol?: string
  readonly certIdentifier?: string
}

interface Domains {
  readonly data?: { readonly items?: readonly ListedDomain[]; readonly totalSize?: number }
}

type Domain = Readonly<Partial<Record<(typeof written)[number], unknown>>> & ListedDomain

/** Serves certificates on a domain of a cloud-native API Gateway. API version 2024-03-27. */
export function create(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
): DeployTarget {
  const set = targetValues(target, values, context)
  const { domain, gateway } = set
  const account = alibabaAccount(set, context)
  const apig = alibabaClient('apig', account, context.host)

  const find = async (signal?: AbortSignal): Promise<ListedDomain> => {
    const matching: ListedDomain[] = []
    for await (const found of domainsOf(apig, { nameLike: domain, gatewayId: gateway }, signal)) {
      if (found.name?.toLowerCase() === domain.toLowerCase()) matching.push(found)
    }
    const [only, another] = matching
    if (another) {
      throw new CertwrightError('TARGET_OPTION_MISSING', { target: target.name, option: 'gateway' })
    }
    if (only) return only
    const params = { target: target.name, resource: domain }
    throw new CertwrightError('TARGET_RESOURCE_NOT_FOUND', params)
  }

  return slotTarget(
    {
      target: target.name,
      resource: `${gateway ?? ''} ${domain}`,
      domain,
      bound: async (signal) => (await find(signal)).certIdentifier || undefined,
      async bind({ identifier }, signal) {
        const path = `/v1/domains/${encodeURIComponent((await find(signal)).domainId ?? '')}`
        const { data = {} } = await apig.roa<{ data?: Domain }>(
          { action: 'GetDomain', method: 'GET', path },
          signal,
        )
        const kept = Object.fromEntries(written.map((name) => [name, data[name] ?? undefined]))
        const body = {
          ...kept,
          protocol: 'HTTPS',
          forceHttps: data.forceHttps ?? false,
          certIdentifier: identifier,
        }
        await apig.roa({ action: 'UpdateDomain', method: 'PUT', path, body }, signal)
      },
    },
    account,
    context.host,
  )
}

function domainsOf(
  apig: AlibabaClient,
  query: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal | undefined,
) {
  return numberedPages(async (pageNumber) => {
    const { data } = await apig.roa<Domains>(
      {
        action: 'ListDomains',
        method: 'GET',
        path: '/v1/domains',
        query: { ...query, pageNumber, pageSize: 10 },
      },
      signal,
    )
    return { items: data?.items ?? [], total: data?.totalSize }
  })
}

/** Every domain of the region's gateways. */
export async function* discover(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
  signal?: AbortSignal,
): AsyncGenerator<Discovered> {
  const account = alibabaAccount(values, context)
  const apig = alibabaClient('apig', account, context.host)
  const cas = alibabaClient('cas', account, context.host)
  for await (const { name: domain, certIdentifier } of domainsOf(apig, {}, signal)) {
    // Every gateway has one for whatever has no domain of its own.
    if (!domain || domain === '*') continue
    const place = {
      target: targetSpecifier(target.name, { domain }),
      product: 'APIG',
      resource: domain,
      region: regionOf(account),
    }
    yield await discovered(place, certIdentifier, cas, signal)
  }
}
