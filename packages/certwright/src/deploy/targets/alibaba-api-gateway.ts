import { readFile } from 'node:fs/promises'
import { alibabaAccount, alibabaAccountOptions } from '../../cloud/alibaba/account-options.ts'
import { storedName } from '../../cloud/alibaba/certificate-store.ts'
import { alibabaClient, regionOf, type AlibabaClient } from '../../cloud/alibaba/client.ts'
import { numberedPages } from '../../cloud/alibaba/paging.ts'
import { deliverableChain, traditionalPrivateKey } from '../../cloud/alibaba/pem-forms.ts'
import { CertwrightError } from '../../runtime/error.ts'
import { certificatesIn, describe } from '../../x509/certificate.ts'
import type { TargetContext } from '../target-context.ts'
import { targetValues } from '../target-options.ts'
import { targetSpecifier } from '../target-specifier.ts'
import type { DeployTarget, Discovered, TargetKind } from '../target.ts'
import {
  domainName,
  domainOption,
  domainTarget,
  type ServedDomain,
} from './alibaba/domain-target.ts'
import { permissions } from './alibaba/permissions.ts'
import { installedFrom, presented } from './alibaba/presented-chain.ts'

export const target = {
  name: 'alibaba-api-gateway',
  summary: {
    en: 'A custom domain of API Gateway (the traditional one)',
    zh: 'API 网关（传统版）的独立域名',
  },
  options: [
    domainOption,
    {
      key: 'group',
      summary: {
        en: 'Id of the API group that the domain is bound to; by default it is looked for in the region',
        zh: '域名所绑定的 API 分组 ID；默认在该地域中查找',
      },
    },
    {
      key: 'ca-file',
      summary: {
        en: 'PEM file of the CA that clients are checked with (mutual TLS), which the API does not give back; none: there is none',
        zh: '用于校验客户端的 CA 的 PEM 文件（双向 TLS），API 不会返回该证书；none：没有该 CA',
      },
    },
    ...alibabaAccountOptions,
  ],
  keyTypes: ['rsa2048'],
  permissions: permissions('apigateway', [
    'DescribeRegions',
    'DescribeApiGroups',
    'DescribeApiGroup',
    'DescribeDomain',
    'SetDomainCertificate',
    'DeleteDomainCertificate',
  ]),
} as const satisfies TargetKind

interface ApiGroups {
  readonly ApiGroupAttributes?: {
    readonly ApiGroupAttribute?: ReadonlyArray<{
      readonly GroupId?: string
      readonly RegionId?: string
    }>
  }
  readonly TotalCount?: number
}

interface ApiGroup {
  readonly CustomDomains?: { readonly DomainItem?: readonly DomainItem[] }
}

interface DomainItem {
  readonly DomainName?: string
  /** `BINDING` is bound and `BOUND` is not: so it is documented. */
  readonly DomainBindingStatus?: string
  readonly CertificateId?: string
  readonly SslVerifyDepth?: number | string
  readonly SslOcspEnable?: boolean
  readonly SslOcspCacheEnable?: boolean
  readonly ClientCertSDnPassThrough?: boolean
}

/** DescribeDomain gives the private key too. It is not read. */
interface DomainDetail {
  readonly CertificateId?: string
  readonly CertificateName?: string
  readonly CertificateBody?: string
}

interface Regions {
  readonly Regions?: { readonly Region?: ReadonlyArray<{ readonly RegionId?: string }> }
}

interface GatewayDomain extends ServedDomain {
  readonly group: string
  readonly item: DomainItem
}

/** Serves certificates on custom domains of API Gateway. API version 2016-07-14. */
export function create(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
): DeployTarget {
  const set = targetValues(target, values, context)
  const account = alibabaAccount(set, context)
  const gateway = alibabaClient('cloudapi', account, context.host)

  return domainTarget<GatewayDomain>(
    {
      target: target.name,
      list: (signal) => domainsOf(gateway, set.group, signal),
      async find(name, signal) {
        for await (const domain of domainsOf(gateway, set.group, signal)) {
          if (domain.name === name) return domain
        }
        return undefined
      },
      async read(domain, signal) {
        const detail = await detailOf(domain, gateway, signal)
        return detail.CertificateBody ? installed(detail) : undefined
      },
      async write({ name, group, item }, bundle, signal) {
        const { fingerprint } = describe(bundle.chainPem)
        const parameters = {
          GroupId: group,
          DomainName: item.DomainName,
          CertificateName: storedName(fingerprint),
          CertificateBody: deliverableChain(bundle.chainPem),
          CertificatePrivateKey: traditionalPrivateKey(bundle.privateKey),
          ...(await clientVerification(name, item, set['ca-file'])),
          SslOcspEnable: item.SslOcspEnable,
          SslOcspCacheEnable: item.SslOcspCacheEnable,
        }
        await gateway.rpc('SetDomainCertificate', parameters, signal)
      },
      async unbind(domain, signal) {
        const { CertificateId } = await detailOf(domain, gateway, signal)
        if (!CertificateId) return
        const parameters = {
          GroupId: domain.group,
          DomainName: domain.item.DomainName,
          CertificateId,
        }
        await gateway.rpc('DeleteDomainCertificate', parameters, signal)
      },
    },
    set.domain,
  )
}

/**
 * What keeps mutual TLS as it is. The API tells that there is a CA for clients, never which: written without it,
 * every client would be let in.
 */
async function clientVerification(
  name: string,
  { SslVerifyDepth, ClientCertSDnPassThrough }: DomainItem,
  file: string | undefined,
): Promise<Readonly<Record<string, unknown>>> {
  const isMutual = Number(SslVerifyDepth ?? 0) > 0 || ClientCertSDnPassThrough === true
  if (file === undefined && isMutual) {
    throw new CertwrightError('TARGET_MUTUAL_TLS', { target: target.name, resource: name })
  }
  if (file === undefined || file === 'none') return {}
  return { CaCertificateBody: await caFrom(file), SslVerifyDepth, ClientCertSDnPassThrough }
}

async function caFrom(file: string): Promise<string> {
  try {
    const pem = await readFile(file, 'utf8')
    certificatesIn(pem)
    return pem
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const params = { target: target.name, option: 'ca-file', reason: code ?? message }
    throw new CertwrightError('TARGET_FILE_NOT_READABLE', params, { cause: error })
  }
}

/** Every custom domain of every region, or of the one that is named. */
export async function* discover(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
  signal?: AbortSignal,
): AsyncGenerator<Discovered> {
  const account = alibabaAccount(values, context)
  const central = alibabaClient('cloudapi', account, context.host)
  const regions = account.region ? [account.region] : await regionsOf(central, signal)
  for (const region of regions.length > 0 ? regions : [regionOf(account)]) {
    const gateway = alibabaClient('cloudapi', { ...account, region }, context.host)
    for await (const domain of domainsOf(gateway, undefined, signal, region)) {
      const detail = await detailOf(domain, gateway, signal)
      const https = Boolean(detail.CertificateBody)
      const { name, group } = domain
      yield {
        target: targetSpecifier(target.name, { domain: name, group, region }),
        product: 'API Gateway',
        resource: name,
        region,
        https,
        ...(https && { installed: installed(detail) }),
        ...presented(detail.CertificateBody),
      }
    }
  }
}

async function regionsOf(
  gateway: AlibabaClient,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const { Regions } = await gateway.rpc<Regions>('DescribeRegions', {}, signal)
  return Regions?.Region?.flatMap(({ RegionId }) => RegionId ?? []) ?? []
}

async function* domainsOf(
  gateway: AlibabaClient,
  onlyGroup: string | undefined,
  signal: AbortSignal | undefined,
  region?: string,
): AsyncGenerator<GatewayDomain> {
  for await (const group of groupsOf(gateway, onlyGroup, signal, region)) {
    const { CustomDomains } = await gateway.rpc<ApiGroup>(
      'DescribeApiGroup',
      { GroupId: group },
      signal,
    )
    for (const item of CustomDomains?.DomainItem ?? []) {
      const { DomainName, DomainBindingStatus = '-' } = item
      if (DomainName === undefined) continue
      const notReady = DomainBindingStatus === 'BINDING' ? undefined : DomainBindingStatus
      yield { name: domainName(DomainName), notReady, group, item }
    }
  }
}

async function* groupsOf(
  gateway: AlibabaClient,
  only: string | undefined,
  signal: AbortSignal | undefined,
  region: string | undefined,
): AsyncGenerator<string> {
  if (only !== undefined) {
    yield only
    return
  }
  const groups = numberedPages(async (PageNumber) => {
    const parameters = { PageNumber, PageSize: 50 }
    const page = await gateway.rpc<ApiGroups>('DescribeApiGroups', parameters, signal)
    return { items: page.ApiGroupAttributes?.ApiGroupAttribute ?? [], total: page.TotalCount }
  })
  for await (const { GroupId, RegionId = region } of groups) {
    // One endpoint for all regions, as an emulator has, tells of the groups of all of them.
    if (GroupId !== undefined && (region === undefined || RegionId === region)) yield GroupId
  }
}

async function detailOf(
  { group, item }: GatewayDomain,
  gateway: AlibabaClient,
  signal: AbortSignal | undefined,
): Promise<DomainDetail> {
  const parameters = { GroupId: group, DomainName: item.DomainName }
  const { CertificateId, CertificateName, CertificateBody } = await gateway.rpc<DomainDetail>(
    'DescribeDomain',
    parameters,
    signal,
  )
  return {
    ...(CertificateId && { CertificateId }),
    ...(CertificateName && { CertificateName }),
    ...(CertificateBody && { CertificateBody }),
  }
}

function installed({ CertificateBody = '', CertificateId, CertificateName }: DomainDetail) {
  return installedFrom(CertificateBody, { reference: CertificateId, name: CertificateName })
}
