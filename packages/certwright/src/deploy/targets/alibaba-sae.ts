import { alibabaAccount, alibabaAccountOptions } from '../../cloud/alibaba/account-options.ts'
import { storedName } from '../../cloud/alibaba/certificate-store.ts'
import { alibabaClient, regionOf, type AlibabaClient } from '../../cloud/alibaba/client.ts'
import { tokenPages } from '../../cloud/alibaba/paging.ts'
import { deliverableChain, traditionalPrivateKey } from '../../cloud/alibaba/pem-forms.ts'
import { CertwrightError } from '../../runtime/error.ts'
import type { Host } from '../../runtime/host.ts'
import { describe } from '../../x509/certificate.ts'
import type { DeployTarget, Discovered, TargetKind } from '../target.ts'
import type { TargetContext } from '../target-context.ts'
import { targetValues, wrongTargetOption } from '../target-options.ts'
import { targetSpecifier } from '../target-specifier.ts'
import { requireCovered } from './alibaba/bound-certificate.ts'
import { permissions, storePermissions } from './alibaba/permissions.ts'
import { installedFrom, presented } from './alibaba/presented-chain.ts'
import { ingressCertificates, ingressesOf, ingressTarget } from './alibaba/sae-ingress.ts'
import { turnsAt } from './alibaba/turns.ts'

export const target = {
  name: 'alibaba-sae',
  summary: {
    en: 'Serverless App Engine (SAE): a custom domain of web applications, or an ingress',
    zh: 'Serverless 应用引擎 SAE：Web 应用的自定义域名，或网关路由',
  },
  options: [
    {
      key: 'domain',
      summary: {
        en: 'Custom domain of web applications; with ingress, install as the additional certificate of this domain',
        zh: 'Web 应用的自定义域名；与 ingress 同用时，作为该域名的扩展证书安装',
      },
    },
    {
      key: 'namespace',
      summary: {
        en: 'Id of the namespace of the custom domain; by default the region',
        zh: '自定义域名所在命名空间的 ID；默认为地域 ID',
      },
    },
    {
      key: 'ingress',
      summary: { en: 'Id of an ingress, a number', zh: '网关路由的 ID，数字' },
    },
    ...alibabaAccountOptions,
  ],
  keyTypes: ['rsa2048'],
  permissions: [
    ...permissions('sae', [
      'ListWebCustomDomains',
      'DescribeWebCustomDomain',
      'UpdateWebCustomDomain',
      'ListIngresses',
      'DescribeIngress',
      'UpdateIngress',
    ]),
    ...permissions('slb', [
      'DescribeServerCertificates',
      'UploadServerCertificate',
      'DeleteServerCertificate',
    ]),
    ...storePermissions,
  ],
} as const satisfies TargetKind

interface WebDomain {
  readonly DomainName?: string
  readonly NamespaceId?: string
  /** `HTTP`, `HTTPS` or `HTTP,HTTPS`. */
  readonly Protocol?: string
  readonly WebCertConfig?: { readonly Certificate?: string }
  readonly DefaultForwardingAppName?: string
  readonly RouteConfig?: unknown
  readonly WebTLSConfig?: unknown
  readonly WebWAFConfig?: unknown
}

interface WebDomains {
  readonly Data?: {
    readonly WebCustomDomains?: readonly WebDomain[]
    readonly NextToken?: string
  }
}

/** Serves certificates on a custom domain or an ingress of SAE. API version 2019-05-06. */
export function create(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
): DeployTarget {
  const set = targetValues(target, values, context)
  const { domain, ingress } = set
  const account = alibabaAccount(set, context)
  if (ingress !== undefined) {
    if (!/^\d{1,15}$/.test(ingress)) throw wrongTargetOption(target.name, 'ingress', '123456')
    return ingressTarget(target.name, ingress, domain, account, context.host)
  }
  if (domain === undefined) {
    throw new CertwrightError('TARGET_OPTION_MISSING', { target: target.name, option: 'domain' })
  }
  const sae = alibabaClient('sae', account, context.host)
  return webDomainTarget(domain, set.namespace ?? regionOf(account), sae, context.host)
}

function webDomainTarget(
  domain: string,
  NamespaceId: string,
  sae: AlibabaClient,
  host: Host,
): DeployTarget {
  const place = {
    path: `/pop/v2/api/web/custom-domains/${encodeURIComponent(domain)}`,
    query: { NamespaceId },
  }
  const read = async (signal?: AbortSignal): Promise<WebDomain> => {
    const request = { action: 'DescribeWebCustomDomain', method: 'GET', ...place } as const
    const reply = await sae.roa<WebDomain & { readonly Data?: WebDomain }>(request, signal)
    return reply.Data ?? reply
  }

  return {
    async read(signal) {
      const pem = certificateOf(await read(signal))
      return pem === undefined ? undefined : installedFrom(pem)
    },

    async write(bundle, signal) {
      requireCovered(target.name, domain, bundle)
      const { fingerprint } = describe(bundle.chainPem)
      await turnsAt(
        `${target.name} ${NamespaceId} ${domain}`,
        host,
      )(async () => {
        const now = await read(signal)
        if (installedFrom(certificateOf(now) ?? '').fingerprint === fingerprint) return
        const { Protocol = 'HTTP', DefaultForwardingAppName, RouteConfig } = now
        const body = {
          // Whoever came by HTTP still can.
          Protocol: Protocol === 'HTTP' ? 'HTTP,HTTPS' : Protocol,
          DefaultForwardingAppName,
          RouteConfig,
          WebTLSConfig: now.WebTLSConfig,
          WebWAFConfig: now.WebWAFConfig,
          WebCertConfig: {
            CertName: storedName(fingerprint),
            Certificate: deliverableChain(bundle.chainPem),
            PrivateKey: traditionalPrivateKey(bundle.privateKey),
          },
        }
        await sae.roa({ action: 'UpdateWebCustomDomain', method: 'PUT', ...place, body }, signal)
      })
    },
  }
}

/** The certificate that is served; `undefined` where HTTPS is off. */
function certificateOf({ Protocol = '', WebCertConfig }: WebDomain): string | undefined {
  return Protocol.includes('HTTPS') ? WebCertConfig?.Certificate || undefined : undefined
}

/** Every custom domain of web applications, and the ingresses of their namespaces and of the region's default one. */
export async function* discover(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
  signal?: AbortSignal,
): AsyncGenerator<Discovered> {
  const account = alibabaAccount(values, context)
  const region = regionOf(account)
  const sae = alibabaClient('sae', account, context.host)
  const namespaces = new Set([region])
  for await (const found of webDomainsOf(sae, signal)) {
    const { DomainName: domain, NamespaceId: namespace = region } = found
    if (domain === undefined) continue
    namespaces.add(namespace)
    const pem = certificateOf(found)
    const options = { domain, ...(namespace !== region && { namespace }) }
    yield {
      target: targetSpecifier(target.name, options),
      product: 'SAE',
      resource: domain,
      region,
      https: pem !== undefined,
      ...(pem !== undefined && { installed: installedFrom(pem), ...presented(pem) }),
    }
  }
  for (const NamespaceId of namespaces) {
    for await (const ingress of ingressesOf(NamespaceId, sae, signal)) {
      yield* ingressCertificates(target.name, ingress, account, context.host, signal)
    }
  }
}

function webDomainsOf(sae: AlibabaClient, signal: AbortSignal | undefined) {
  return tokenPages(async (NextToken) => {
    const { Data } = await sae.roa<WebDomains>(
      {
        action: 'ListWebCustomDomains',
        method: 'GET',
        path: '/pop/v2/api/web/custom-domains',
        query: { Limit: 50, NextToken },
      },
      signal,
    )
    return { items: Data?.WebCustomDomains ?? [], nextToken: Data?.NextToken }
  })
}
