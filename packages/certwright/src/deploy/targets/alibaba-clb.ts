import { alibabaAccount, alibabaAccountOptions } from '../../cloud/alibaba/account-options.ts'
import { alibabaClient, regionOf, type AlibabaClient } from '../../cloud/alibaba/client.ts'
import { tokenPages } from '../../cloud/alibaba/paging.ts'
import type { DeployTarget, Discovered, Endpoint, TargetKind } from '../target.ts'
import type { TargetContext } from '../target-context.ts'
import { choiceOption, targetValues, wrongTargetOption } from '../target-options.ts'
import { targetSpecifier } from '../target-specifier.ts'
import { requireCovered, servernameFor } from './alibaba/bound-certificate.ts'
import { permissions, storePermissions } from './alibaba/permissions.ts'
import {
  installedServerCertificate,
  namesOf,
  pruneServerCertificates,
  pruneWithReferences,
  serverCertificateFor,
  serverCertificates,
} from './alibaba/server-certificates.ts'
import { turnsAt } from './alibaba/turns.ts'

export const target = {
  name: 'alibaba-clb',
  summary: {
    en: 'An HTTPS listener of Classic Load Balancer (CLB)',
    zh: '传统型负载均衡 CLB 的 HTTPS 监听',
  },
  options: [
    {
      key: 'load-balancer',
      summary: { en: 'Id of the load balancer, lb-…', zh: '负载均衡实例 ID，lb-…' },
      required: true,
    },
    {
      key: 'port',
      summary: { en: 'Port of the listener, by default 443', zh: '监听端口，默认 443' },
    },
    {
      key: 'domain',
      summary: {
        en: 'Install as the certificate of this additional domain (SNI); by default as the default certificate',
        zh: '作为该扩展域名（SNI）的证书安装；默认安装为默认证书',
      },
    },
    {
      key: 'upload',
      summary: {
        en: 'cas (default) to refer to the certificate in CAS, or direct to give CLB certificate and key',
        zh: 'cas（默认）引用数字证书管理服务中的证书；direct 直接向 CLB 上传证书和私钥',
      },
    },
    ...alibabaAccountOptions,
  ],
  keyTypes: ['rsa2048', 'ec256', 'ec384', 'rsa4096'],
  permissions: [
    ...permissions('slb', [
      'DescribeLoadBalancers',
      'DescribeLoadBalancerListeners',
      'DescribeLoadBalancerHTTPSListenerAttribute',
      'SetLoadBalancerHTTPSListenerAttribute',
      'CreateDomainExtension',
      'SetDomainExtensionAttribute',
      'DeleteDomainExtension',
      'DescribeServerCertificates',
      'UploadServerCertificate',
      'DeleteServerCertificate',
    ]),
    ...storePermissions,
  ],
} as const satisfies TargetKind

interface HttpsListener {
  readonly ServerCertificateId?: string
  readonly DomainExtensions?: { readonly DomainExtension?: readonly DomainExtension[] }
}

interface DomainExtension {
  readonly Domain?: string
  readonly DomainExtensionId?: string
  readonly ServerCertificateId?: string
}

interface LoadBalancers {
  readonly LoadBalancers?: {
    readonly LoadBalancer?: ReadonlyArray<{
      readonly Address?: string
      readonly AddressType?: string
    }>
  }
}

interface Listeners {
  readonly Listeners?: ReadonlyArray<{
    readonly ListenerPort?: number
    readonly LoadBalancerId?: string
  }>
  readonly NextToken?: string
}

interface Listener {
  readonly RegionId: string
  readonly LoadBalancerId: string
  readonly ListenerPort: number
}

/** Serves certificates on a CLB listener. API version 2014-05-15. */
export function create(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
): DeployTarget {
  const set = targetValues(target, values, context)
  const { 'load-balancer': LoadBalancerId, domain } = set
  const ListenerPort = Number(set.port ?? 443)
  if (!(Number.isInteger(ListenerPort) && ListenerPort > 0 && ListenerPort < 65_536)) {
    throw wrongTargetOption(target.name, 'port', '1…65535')
  }
  const form = choiceOption(target.name, 'upload', set.upload, ['cas', 'direct'])
  const account = alibabaAccount(set, context)
  const { host } = context
  const slb = alibabaClient('slb', account, host)
  const store = { slb, account, host }
  const listener = { RegionId: regionOf(account), LoadBalancerId, ListenerPort }
  const turn = turnsAt(`${target.name} ${LoadBalancerId} ${ListenerPort}`, host)
  const bound = async (signal?: AbortSignal): Promise<string | undefined> => {
    const place =
      domain === undefined
        ? await listenerOf(listener, slb, signal)
        : await extensionOf(domain, listener, slb, signal)
    return place?.ServerCertificateId || undefined
  }

  return {
    async read(signal) {
      const id = await bound(signal)
      return id ? installedServerCertificate(id, store, signal) : undefined
    },

    async write(bundle, signal) {
      if (domain !== undefined) requireCovered(target.name, domain, bundle)
      const id = await serverCertificateFor(bundle, form, store, signal)
      await turn(async () => {
        if ((await bound(signal)) === id) return
        const asked = { ...listener, ServerCertificateId: id }
        await (domain === undefined
          ? slb.rpc('SetLoadBalancerHTTPSListenerAttribute', asked, signal)
          : bindExtension(domain, asked, slb, signal))
      })
    },

    endpoints: async (signal, wanted) =>
      endpointsOf(listener, servernameFor(domain, wanted), slb, signal),

    prune: async (keep, signal) =>
      form === 'direct'
        ? pruneServerCertificates(keep, store, signal)
        : pruneWithReferences(keep, store, signal),

    ...(domain !== undefined && {
      remove: async (installed, signal) =>
        turn(async () => {
          const extension = await extensionOf(domain, listener, slb, signal)
          if (!extension || extension.ServerCertificateId !== installed.reference) return
          const { DomainExtensionId } = extension
          const asked = { RegionId: listener.RegionId, DomainExtensionId }
          await slb.rpc('DeleteDomainExtension', asked, signal)
        }),
    }),
  }
}

async function listenerOf(
  listener: Listener,
  slb: AlibabaClient,
  signal: AbortSignal | undefined,
): Promise<HttpsListener> {
  return slb.rpc('DescribeLoadBalancerHTTPSListenerAttribute', { ...listener }, signal)
}

async function extensionOf(
  domain: string,
  listener: Listener,
  slb: AlibabaClient,
  signal: AbortSignal | undefined,
): Promise<DomainExtension | undefined> {
  const { DomainExtensions } = await listenerOf(listener, slb, signal)
  return DomainExtensions?.DomainExtension?.find(
    ({ Domain }) => Domain?.toLowerCase() === domain.toLowerCase(),
  )
}

async function bindExtension(
  domain: string,
  asked: Listener & { readonly ServerCertificateId: string },
  slb: AlibabaClient,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { ServerCertificateId, RegionId, ...listener } = asked
  const found = await extensionOf(domain, { RegionId, ...listener }, slb, signal)
  if (found) {
    const { DomainExtensionId } = found
    const change = { RegionId, DomainExtensionId, ServerCertificateId }
    await slb.rpc('SetDomainExtensionAttribute', change, signal)
    return
  }
  await slb.rpc('CreateDomainExtension', { ...asked, Domain: domain }, signal)
}

async function endpointsOf(
  { ListenerPort: port, ...balancer }: Listener,
  servername: string | undefined,
  slb: AlibabaClient,
  signal: AbortSignal | undefined,
): Promise<readonly Endpoint[]> {
  const { LoadBalancers } = await slb.rpc<LoadBalancers>('DescribeLoadBalancers', balancer, signal)
  const { Address: host, AddressType } = LoadBalancers?.LoadBalancer?.[0] ?? {}
  // An address of a VPC is not reached from elsewhere.
  return host && servername && AddressType === 'internet' ? [{ host, port, servername }] : []
}

/** Every HTTPS listener of the region, with its default certificate and that of each additional domain. */
export async function* discover(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
  signal?: AbortSignal,
): AsyncGenerator<Discovered> {
  const account = alibabaAccount(values, context)
  const RegionId = regionOf(account)
  const slb = alibabaClient('slb', account, context.host)
  const store = { slb, account, host: context.host }
  const certificates = await serverCertificates(store, signal)

  const entry = async (
    { LoadBalancerId, ListenerPort }: Listener,
    id: string | undefined,
    domain?: string,
  ): Promise<Discovered> => {
    const found = certificates.find(({ ServerCertificateId }) => ServerCertificateId === id)
    return {
      target: targetSpecifier(target.name, {
        'load-balancer': LoadBalancerId,
        ...(ListenerPort !== 443 && { port: String(ListenerPort) }),
        ...(domain !== undefined && { domain }),
      }),
      product: 'CLB',
      resource: `${LoadBalancerId}:${ListenerPort}${domain === undefined ? '' : ` ${domain}`}`,
      region: RegionId,
      https: true,
      ...(id && { installed: await installedServerCertificate(id, store, signal) }),
      ...(found && { names: namesOf(found) }),
    }
  }

  const listeners = tokenPages(async (NextToken) => {
    const parameters = { RegionId, ListenerProtocol: 'https', MaxResults: 100, NextToken }
    const page = await slb.rpc<Listeners>('DescribeLoadBalancerListeners', parameters, signal)
    return { items: page.Listeners ?? [], nextToken: page.NextToken }
  })
  for await (const { LoadBalancerId, ListenerPort } of listeners) {
    if (LoadBalancerId === undefined || ListenerPort === undefined) continue
    const listener = { RegionId, LoadBalancerId, ListenerPort }
    const { ServerCertificateId, DomainExtensions } = await listenerOf(listener, slb, signal)
    yield await entry(listener, ServerCertificateId)
    for (const extension of DomainExtensions?.DomainExtension ?? []) {
      yield await entry(listener, extension.ServerCertificateId, extension.Domain)
    }
  }
}
