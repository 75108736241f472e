import { poll } from '@certwright/acme'
import type { AlibabaClient } from '../../../cloud/alibaba/client.ts'
import { tokenPages } from '../../../cloud/alibaba/paging.ts'
import type { Host } from '../../../runtime/host.ts'
import type { Discovered, Endpoint } from '../../target.ts'
import { boundCertificate, discovered } from './bound-certificate.ts'
import type { ListedCertificate } from './certificate-list.ts'
import { targetSpecifier } from '../../target-specifier.ts'

/** A listener of ALB or NLB: this much is the same in both APIs. */
interface Listener {
  readonly ListenerId?: string
  readonly ListenerPort?: number
  readonly ListenerProtocol?: string
  readonly ListenerStatus?: string
  readonly LoadBalancerId?: string
}

interface ListenerCertificates {
  readonly Certificates?: ReadonlyArray<{
    readonly CertificateId?: string
    readonly IsDefault?: boolean
    readonly Status?: string
  }>
  readonly NextToken?: string
}

interface LoadBalancers {
  readonly LoadBalancers?: ReadonlyArray<{
    readonly AddressType?: string
    readonly DNSName?: string
  }>
}

/** The option that says which certificate of a listener is meant. */
export const extensionOption = {
  key: 'domain',
  summary: {
    en: 'Install as the additional (SNI) certificate of this domain; by default as the default certificate',
    zh: '作为该域名的扩展（SNI）证书安装；默认安装为默认证书',
  },
} as const

/** Waits until a listener takes a change: it takes none while another is being made. */
export async function listenerSettled(
  ListenerId: string,
  api: AlibabaClient,
  host: Host,
  signal?: AbortSignal,
): Promise<void> {
  const read = async (): Promise<Listener> =>
    api.rpc<Listener>('GetListenerAttribute', { ListenerId }, signal)
  const until = ({ ListenerStatus }: Listener): boolean =>
    ListenerStatus !== 'Configuring' && ListenerStatus !== 'Provisioning'
  await poll(read, { host, until, firstMs: 0, signal })
}

/** The server certificates of a listener. `kind` is how the API asks for those alone. */
export async function listenerCertificates(
  ListenerId: string,
  kind: Readonly<Record<string, string>>,
  api: AlibabaClient,
  signal?: AbortSignal,
): Promise<readonly ListedCertificate[]> {
  const found = tokenPages(async (NextToken) => {
    const parameters = { ListenerId, ...kind, MaxResults: 50, NextToken }
    const page = await api.rpc<ListenerCertificates>('ListListenerCertificates', parameters, signal)
    return { items: page.Certificates ?? [], nextToken: page.NextToken }
  })
  const certificates: ListedCertificate[] = []
  for await (const { CertificateId, IsDefault = false, Status } of found) {
    // Alibaba Cloud spells it so.
    if (CertificateId === undefined || Status === 'Diassociating') continue
    certificates.push({ identifier: CertificateId, isDefault: IsDefault })
  }
  return certificates
}

/** Where a handshake with a listener that asks for this name shows its certificate. */
export async function listenerEndpoints(
  ListenerId: string,
  servername: string | undefined,
  api: AlibabaClient,
  signal?: AbortSignal,
): Promise<readonly Endpoint[]> {
  const listener = await api.rpc<Listener>('GetListenerAttribute', { ListenerId }, signal)
  const { ListenerPort: port, ListenerProtocol, LoadBalancerId } = listener
  const LoadBalancerIds = [LoadBalancerId]
  const { LoadBalancers: [balancer] = [] } = await api.rpc<LoadBalancers>(
    'ListLoadBalancers',
    { LoadBalancerIds },
    signal,
  )
  const { DNSName: host, AddressType } = balancer ?? {}
  // QUIC is no TLS over TCP, and an address of a VPC is not reached from elsewhere. A listener of many ports has port 0.
  const reached = ListenerProtocol !== 'QUIC' && AddressType === 'Internet'
  return host && port && servername && reached ? [{ host, port, servername }] : []
}

export interface ListenerDiscovery {
  readonly target: string
  readonly product: string
  readonly region: string
  /** The protocols that have certificates. */
  readonly protocols: readonly string[]
  readonly certificates: (
    listener: string,
    signal?: AbortSignal,
  ) => Promise<readonly ListedCertificate[]>
  readonly api: AlibabaClient
  readonly cas: AlibabaClient
}

/** Every listener of the region that has certificates, with the default one and each additional one. */
export async function* discoveredListeners(
  { target, product, region, protocols, certificates, api, cas }: ListenerDiscovery,
  signal?: AbortSignal,
): AsyncGenerator<Discovered> {
  for (const ListenerProtocol of protocols) {
    const listeners = tokenPages(async (NextToken) => {
      const parameters = { RegionId: region, ListenerProtocol, MaxResults: 100, NextToken }
      const page = await api.rpc<{
        readonly Listeners?: readonly Listener[]
        readonly NextToken?: string
      }>('ListListeners', parameters, signal)
      return { items: page.Listeners ?? [], nextToken: page.NextToken }
    })
    for await (const { ListenerId: listener, ListenerPort, LoadBalancerId } of listeners) {
      if (listener === undefined) continue
      for (const { identifier, isDefault } of await certificates(listener, signal)) {
        const [domain] = isDefault ? [] : (await boundCertificate(identifier, cas, signal)).names
        const place = {
          target: targetSpecifier(target, { listener, ...(domain && { domain }) }),
          product,
          resource: `${LoadBalancerId}:${ListenerPort}`,
          region,
        }
        yield await discovered(place, identifier, cas, signal)
      }
    }
  }
}

/** A list in parts of at most so many. */
export function batches<T>(items: readonly T[], size: number): ReadonlyArray<readonly T[]> {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  )
}
