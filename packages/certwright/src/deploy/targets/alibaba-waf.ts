import { alibabaAccount, alibabaAccountOptions } from '../../cloud/alibaba/account-options.ts'
import { alibabaClient, regionOf, type AlibabaClient } from '../../cloud/alibaba/client.ts'
import { numberedPages } from '../../cloud/alibaba/paging.ts'
import { CertwrightError } from '../../runtime/error.ts'
import type { DeployTarget, Discovered, TargetKind } from '../target.ts'
import type { TargetContext } from '../target-context.ts'
import { targetValues, wrongTargetOption } from '../target-options.ts'
import { targetSpecifier } from '../target-specifier.ts'
import { boundCertificate, discovered, handshakeName } from './alibaba/bound-certificate.ts'
import { listTarget } from './alibaba/certificate-list.ts'
import { permissions, storePermissions } from './alibaba/permissions.ts'
import { slotTarget, type Slot } from './alibaba/slot.ts'
import { cloudResource, portsOf, wafOf, wafRegion, type Waf } from './alibaba/waf-resource.ts'

export const target = {
  name: 'alibaba-waf',
  summary: {
    en: 'Web Application Firewall (WAF 3.0): a domain by CNAME, a port of a cloud product, or the default certificate',
    zh: 'Web 应用防火墙（WAF 3.0）：CNAME 接入的域名、云产品接入的端口，或默认证书',
  },
  options: [
    {
      key: 'domain',
      summary: {
        en: 'A domain that is protected by CNAME; with resource, install as the additional certificate of this domain',
        zh: 'CNAME 接入的域名；与 resource 同用时，作为该域名的扩展证书安装',
      },
    },
    {
      key: 'resource',
      summary: {
        en: 'Id of the protected instance of a cloud product, such as lb-… or i-…',
        zh: '云产品接入的实例 ID，例如 lb-… 或 i-…',
      },
    },
    {
      key: 'product',
      summary: {
        en: 'The cloud product of the resource as WAF calls it, such as clb7, clb4, ecs or nlb',
        zh: 'resource 所属云产品在 WAF 中的名称，例如 clb7、clb4、ecs 或 nlb',
      },
    },
    {
      key: 'port',
      summary: { en: 'Port of the resource, by default 443', zh: 'resource 的端口，默认 443' },
    },
    {
      key: 'instance',
      summary: {
        en: 'Id of the WAF instance; by default the one of the account',
        zh: 'WAF 实例 ID；默认为账号下的实例',
      },
    },
    ...alibabaAccountOptions,
  ],
  keyTypes: ['rsa2048'],
  permissions: [
    ...permissions('yundun-waf', [
      'DescribeInstance',
      'DescribeDomains',
      'DescribeDomainDetail',
      'ModifyDomainCert',
      'DescribeDefaultHttps',
      'ModifyDefaultHttps',
      'DescribeCloudResources',
      'DescribeCloudResourceAccessPortDetails',
      'ModifyCloudResourceCert',
    ]),
    ...storePermissions,
  ],
} as const satisfies TargetKind

/** What goes with a certificate: sent again, because what is left out may be reset. */
interface TlsSettings {
  readonly TLSVersion?: string
  readonly EnableTLSv3?: boolean
  readonly CipherSuite?: number | string
  readonly CustomCiphers?: readonly string[] | string
}

interface DomainDetail {
  readonly Domain?: string
  readonly Cname?: string
  readonly Listen?: TlsSettings & {
    readonly CertId?: string
    readonly HttpsPorts?: readonly number[]
  }
}

interface DefaultHttps {
  readonly DefaultHttps?: TlsSettings & { readonly CertId?: string }
}

interface CloudResource {
  readonly ResourceInstanceId?: string
  readonly ResourceProduct?: string
  readonly HttpsPortCount?: number
}

/** Serves certificates from WAF. API version 2021-10-01. `ModifyDomain`, which resets what is left out, is not used. */
export function create(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
): DeployTarget {
  const set = targetValues(target, values, context)
  const { domain, resource, product } = set
  const account = alibabaAccount(set, context)
  const { host } = context
  const waf = wafOf(
    target.name,
    alibabaClient('waf', account, host),
    regionOf(account),
    set.instance,
  )
  if (resource !== undefined) {
    const port = Number(set.port ?? 443)
    if (!(Number.isInteger(port) && port > 0 && port < 65_536)) {
      throw wrongTargetOption(target.name, 'port', '1…65535')
    }
    const list = cloudResource(target.name, { resource, product, port }, waf, host)
    return listTarget(list, domain, account, host)
  }
  if (set.port !== undefined || product !== undefined) {
    throw new CertwrightError('TARGET_OPTION_MISSING', { target: target.name, option: 'resource' })
  }
  const slot = domain === undefined ? defaultHttps(waf, set.instance) : cnameDomain(domain, waf)
  return slotTarget(slot, account, host)
}

function cnameDomain(domain: string, { api, RegionId, instance }: Waf): Slot {
  const place = async (signal?: AbortSignal) => ({
    InstanceId: await instance(signal),
    RegionId,
    Domain: domain,
  })
  const read = async (signal?: AbortSignal): Promise<DomainDetail> =>
    api.rpc<DomainDetail>('DescribeDomainDetail', await place(signal), signal)
  return {
    target: target.name,
    resource: domain,
    domain,
    bound: async (signal) => (await read(signal)).Listen?.CertId || undefined,
    async bind({ identifier }, signal) {
      const { Listen } = await read(signal)
      const asked = { ...(await place(signal)), ...settingsOf(Listen), CertId: identifier }
      await api.rpc('ModifyDomainCert', asked, signal)
    },
    async endpoints(signal) {
      const { Cname, Listen } = await read(signal)
      const port = Listen?.HttpsPorts?.[0]
      return Cname && port ? [{ host: Cname, port, servername: handshakeName(domain) }] : []
    },
  }
}

function defaultHttps({ api, RegionId, instance }: Waf, name: string | undefined): Slot {
  const read = async (signal?: AbortSignal) => {
    const place = { InstanceId: await instance(signal), RegionId }
    const reply = await api.rpc<DefaultHttps>('DescribeDefaultHttps', place, signal)
    return { place, current: reply.DefaultHttps }
  }
  return {
    target: target.name,
    resource: name ?? RegionId,
    bound: async (signal) => (await read(signal)).current?.CertId || undefined,
    async bind({ identifier }, signal) {
      const { place, current } = await read(signal)
      const settings = { TLSVersion: 'tlsv1.2', CipherSuite: 1, ...settingsOf(current) }
      await api.rpc('ModifyDefaultHttps', { ...place, ...settings, CertId: identifier }, signal)
    },
  }
}

function settingsOf({
  TLSVersion,
  EnableTLSv3,
  CipherSuite,
  CustomCiphers,
}: TlsSettings = {}): TlsSettings {
  // Own ciphers are taken with suite 99 alone.
  const own = Number(CipherSuite) === 99 && CustomCiphers !== undefined
  return {
    ...(TLSVersion && { TLSVersion }),
    ...(EnableTLSv3 !== undefined && { EnableTLSv3 }),
    ...(CipherSuite && { CipherSuite }),
    ...(own && { CustomCiphers: ciphersOf(CustomCiphers) }),
  }
}

/** A list, which one reply joins with colons or commas. */
function ciphersOf(ciphers: readonly string[] | string): readonly string[] {
  return typeof ciphers === 'string' ? ciphers.split(/[:,]/).filter(Boolean) : ciphers
}

/** Every domain by CNAME, every HTTPS port of a cloud product, and the default certificate. */
export async function* discover(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
  signal?: AbortSignal,
): AsyncGenerator<Discovered> {
  const account = alibabaAccount(values, context)
  const { host } = context
  const api = alibabaClient('waf', account, host)
  const cas = alibabaClient('cas', account, host)
  const RegionId = wafRegion(regionOf(account))
  const instance = await api.rpc<{ InstanceId?: string }>('DescribeInstance', { RegionId }, signal)
  if (!instance.InstanceId) return
  const place = { InstanceId: instance.InstanceId, RegionId }
  const found = async (
    options: Readonly<Record<string, string>>,
    resource: string,
    reference: string | undefined,
  ): Promise<Discovered> => {
    const specifier = targetSpecifier(target.name, options)
    const finding = { target: specifier, product: 'WAF', resource, region: RegionId }
    return discovered(finding, reference, cas, signal)
  }

  for await (const { Domain: domain } of domainsOf(place, api, signal)) {
    if (domain === undefined) continue
    const asked = { ...place, Domain: domain }
    const { Listen } = await api.rpc<DomainDetail>('DescribeDomainDetail', asked, signal)
    yield await found({ domain }, domain, Listen?.CertId)
  }
  for await (const resource of resourcesOf(place, api, signal)) {
    const { ResourceInstanceId: id, ResourceProduct: product, HttpsPortCount } = resource
    if (!id || !HttpsPortCount) continue
    const asked = { ...place, ResourceInstanceId: id, ResourceProduct: product }
    for (const { Port = 443, Certificates = [] } of await portsOf(asked, api, signal)) {
      for (const { CertificateId = '', AppliedType } of Certificates) {
        const isExtension = AppliedType !== 'default'
        const bound = isExtension ? await boundCertificate(CertificateId, cas, signal) : undefined
        const options = {
          resource: id,
          ...(product && { product }),
          ...(Port !== 443 && { port: String(Port) }),
          ...(bound?.names[0] && { domain: bound.names[0] }),
        }
        yield await found(options, `${id}:${Port}`, CertificateId)
      }
    }
  }
  const { DefaultHttps } = await api.rpc<DefaultHttps>('DescribeDefaultHttps', place, signal)
  yield await found({}, place.InstanceId, DefaultHttps?.CertId)
}

function domainsOf(
  place: Readonly<Record<string, unknown>>,
  api: AlibabaClient,
  signal: AbortSignal | undefined,
) {
  return numberedPages(async (PageNumber) => {
    const page = await api.rpc<{
      Domains?: ReadonlyArray<{ Domain?: string }>
      TotalCount?: number
    }>('DescribeDomains', { ...place, PageNumber, PageSize: 50 }, signal)
    return { items: page.Domains ?? [], total: page.TotalCount }
  })
}

function resourcesOf(
  place: Readonly<Record<string, unknown>>,
  api: AlibabaClient,
  signal: AbortSignal | undefined,
) {
  return numberedPages(async (PageNumber) => {
    const page = await api.rpc<{ CloudResources?: readonly CloudResource[]; TotalCount?: number }>(
      'DescribeCloudResources',
      { ...place, PageNumber, PageSize: 50 },
      signal,
    )
    return { items: page.CloudResources ?? [], total: page.TotalCount }
  })
}
