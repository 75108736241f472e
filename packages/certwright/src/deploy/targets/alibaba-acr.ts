import { alibabaAccount, alibabaAccountOptions } from '../../cloud/alibaba/account-options.ts'
import { alibabaClient, regionOf } from '../../cloud/alibaba/client.ts'
import { numberedPages } from '../../cloud/alibaba/paging.ts'
import { casRegion } from '../../cloud/alibaba/product.ts'
import type { DeployTarget, Discovered, TargetKind } from '../target.ts'
import type { TargetContext } from '../target-context.ts'
import { choiceOption, targetValues } from '../target-options.ts'
import { targetSpecifier } from '../target-specifier.ts'
import { discovered } from './alibaba/bound-certificate.ts'
import { permissions, storePermissions } from './alibaba/permissions.ts'
import { slotTarget } from './alibaba/slot.ts'

export const target = {
  name: 'alibaba-acr',
  summary: {
    en: 'A custom domain of Container Registry Enterprise Edition (ACR)',
    zh: '容器镜像服务 ACR 企业版的自定义域名',
  },
  options: [
    {
      key: 'instance',
      summary: { en: 'Id of the instance, cri-…', zh: '实例 ID，cri-…' },
      required: true,
    },
    {
      key: 'domain',
      summary: { en: 'Its custom domain', zh: '实例的自定义域名' },
      required: true,
    },
    {
      key: 'module',
      summary: {
        en: 'Registry (default, for images) or Chart',
        zh: 'Registry（默认，镜像）或 Chart',
      },
    },
    ...alibabaAccountOptions,
  ],
  keyTypes: ['rsa2048'],
  permissions: [
    ...permissions('cr', [
      'ListInstance',
      'GetInstanceEndpoint',
      'GetInstanceCustomizedDomain',
      'UpdateInstanceCustomizedDomain',
    ]),
    ...storePermissions,
  ],
} as const satisfies TargetKind

interface CustomizedDomain {
  readonly CertId?: string | number
  readonly EndpointType?: string
}

interface Instances {
  readonly Instances?: ReadonlyArray<{ readonly InstanceId?: string }>
  readonly TotalCount?: number
}

interface InstanceEndpoint {
  readonly Domains?: ReadonlyArray<{ readonly Domain?: string; readonly Type?: string }>
}

const modules = ['Registry', 'Chart'] as const

/** Serves certificates on a custom domain of a container registry. API version 2018-12-01. */
export function create(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
): DeployTarget {
  const set = targetValues(target, values, context)
  const { instance: InstanceId, domain: Domain } = set
  const ModuleName = choiceOption(target.name, 'module', set.module, modules)
  const account = alibabaAccount(set, context)
  const cr = alibabaClient('cr', account, context.host)
  const place = { InstanceId, ModuleName, Domain }
  const read = async (signal?: AbortSignal): Promise<CustomizedDomain> =>
    cr.rpc<CustomizedDomain>('GetInstanceCustomizedDomain', place, signal)

  return slotTarget(
    {
      target: target.name,
      resource: `${InstanceId} ${ModuleName} ${Domain}`,
      domain: Domain,
      bound: async (signal) => (await read(signal)).CertId?.toString() || undefined,
      async bind({ certId }, signal) {
        const asked = { ...place, CertId: certId, CertRegionId: casRegion(account.site) }
        await cr.rpc('UpdateInstanceCustomizedDomain', asked, signal)
      },
      async endpoints(signal) {
        // A domain of the VPC is not reached from elsewhere.
        if ((await read(signal)).EndpointType !== 'internet') return []
        return [{ host: Domain, port: 443, servername: Domain }]
      },
    },
    account,
    context.host,
  )
}

/** Every custom domain of the region's instances that is reached from the internet. */
export async function* discover(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
  signal?: AbortSignal,
): AsyncGenerator<Discovered> {
  const account = alibabaAccount(values, context)
  const cr = alibabaClient('cr', account, context.host)
  const cas = alibabaClient('cas', account, context.host)
  const instances = numberedPages(async (PageNo) => {
    const page = await cr.rpc<Instances>('ListInstance', { PageNo, PageSize: 30 }, signal)
    return { items: page.Instances ?? [], total: page.TotalCount }
  })
  for await (const { InstanceId } of instances) {
    if (InstanceId === undefined) continue
    for (const ModuleName of modules) {
      const place = { InstanceId, ModuleName }
      const asked = { ...place, EndpointType: 'internet' }
      const { Domains = [] } = await cr.rpc<InstanceEndpoint>('GetInstanceEndpoint', asked, signal)
      for (const { Domain, Type } of Domains) {
        if (Domain === undefined || Type !== 'USER') continue
        const { CertId } = await cr.rpc<CustomizedDomain>(
          'GetInstanceCustomizedDomain',
          { ...place, Domain },
          signal,
        )
        const found = {
          target: targetSpecifier(target.name, {
            instance: InstanceId,
            domain: Domain,
            ...(ModuleName === 'Chart' && { module: ModuleName }),
          }),
          product: 'CR',
          resource: `${InstanceId}/${Domain}`,
          region: regionOf(account),
        }
        yield await discovered(found, CertId?.toString(), cas, signal)
      }
    }
  }
}
