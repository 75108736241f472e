import { randomUUID } from 'node:crypto'
import { poll } from '@certwright/acme'
import { alibabaAccount, alibabaAccountOptions } from '../../cloud/alibaba/account-options.ts'
import { alibabaClient, type AlibabaClient } from '../../cloud/alibaba/client.ts'
import { numberedPages, tokenPages } from '../../cloud/alibaba/paging.ts'
import type { Host } from '../../runtime/host.ts'
import type { DeployTarget, Discovered, Endpoint, TargetKind } from '../target.ts'
import type { TargetContext } from '../target-context.ts'
import { targetValues } from '../target-options.ts'
import { targetSpecifier } from '../target-specifier.ts'
import { discovered, servernameFor } from './alibaba/bound-certificate.ts'
import { permissions, storePermissions } from './alibaba/permissions.ts'
import { slotTarget, type Slot } from './alibaba/slot.ts'

export const target = {
  name: 'alibaba-ga',
  summary: {
    en: 'An HTTPS listener of Global Accelerator (GA)',
    zh: '全球加速 GA 的 HTTPS 监听',
  },
  options: [
    {
      key: 'listener',
      summary: { en: 'Id of the HTTPS listener, lsr-…', zh: 'HTTPS 监听的 ID，lsr-…' },
      required: true,
    },
    {
      key: 'domain',
      summary: {
        en: 'Install as the additional certificate of this domain; by default as the default certificate',
        zh: '作为该域名的扩展证书安装；默认安装为默认证书',
      },
    },
    ...alibabaAccountOptions,
  ],
  keyTypes: ['rsa2048'],
  permissions: [
    ...permissions('ga', [
      'ListAccelerators',
      'ListListeners',
      'DescribeListener',
      'UpdateListener',
      'ListListenerCertificates',
      'AssociateAdditionalCertificatesWithListener',
      'UpdateAdditionalCertificateWithListener',
      'DissociateAdditionalCertificatesFromListener',
    ]),
    ...storePermissions,
  ],
} as const satisfies TargetKind

interface Listener {
  readonly AcceleratorId?: string
  readonly ListenerId?: string
  readonly Certificates?: ReadonlyArray<{ readonly Id?: string; readonly Type?: string }>
  readonly PortRanges?: ReadonlyArray<{ readonly FromPort?: number }>
  readonly State?: string
}

interface AdditionalCertificate {
  readonly CertificateId?: string
  readonly Domain?: string
  readonly IsDefault?: boolean
}

interface Accelerators {
  readonly Accelerators?: ReadonlyArray<{
    readonly AcceleratorId?: string
    readonly DnsName?: string
  }>
  readonly TotalCount?: number
}

/** The product is global, and its API is asked in one region. */
const RegionId = 'cn-hangzhou'

/** A change locks the whole accelerator, so that the listeners take turns together. */
const resource = 'every listener'

/** Serves certificates on a listener of Global Accelerator. API version 2019-11-20. */
export function create(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
): DeployTarget {
  const set = targetValues(target, values, context)
  const { listener: ListenerId, domain } = set
  const account = alibabaAccount(set, context)
  const { host } = context
  const ga = alibabaClient('ga', account, host)
  const slot =
    domain === undefined
      ? defaultSlot(ListenerId, ga, host)
      : additionalSlot(ListenerId, domain, ga, host)
  return slotTarget(
    {
      ...slot,
      endpoints: async (signal, wanted) =>
        endpointsOf(
          await listenerOf(ListenerId, ga, signal),
          servernameFor(domain, wanted),
          ga,
          signal,
        ),
    },
    account,
    host,
  )
}

async function listenerOf(
  ListenerId: string,
  ga: AlibabaClient,
  signal: AbortSignal | undefined,
): Promise<Listener> {
  return ga.rpc<Listener>('DescribeListener', { RegionId, ListenerId }, signal)
}

function defaultSlot(ListenerId: string, ga: AlibabaClient, host: Host): Slot {
  return {
    target: target.name,
    resource,
    bound: async (signal) => defaultOf(await listenerOf(ListenerId, ga, signal)),
    async bind({ identifier: Id }, signal) {
      await settled(ListenerId, ga, host, signal)
      const asked = { RegionId, ListenerId, Certificates: [{ Id }], ClientToken: randomUUID() }
      await ga.rpc('UpdateListener', asked, signal)
      await settled(ListenerId, ga, host, signal)
    },
  }
}

/** The additional certificate of one domain: each has a domain of its own here. */
function additionalSlot(ListenerId: string, domain: string, ga: AlibabaClient, host: Host): Slot {
  const place = async (signal?: AbortSignal) => {
    const { AcceleratorId } = await listenerOf(ListenerId, ga, signal)
    return { RegionId, ListenerId, AcceleratorId }
  }
  const bound = async (signal?: AbortSignal): Promise<string | undefined> => {
    const { AcceleratorId = '' } = await place(signal)
    const found = await additionalOf(AcceleratorId, ListenerId, ga, signal)
    return found.find(({ Domain }) => Domain?.toLowerCase() === domain.toLowerCase())?.CertificateId
  }
  return {
    target: target.name,
    resource,
    domain,
    bound,

    async bind({ identifier }, signal) {
      await settled(ListenerId, ga, host, signal)
      const asked = { ...(await place(signal)), ClientToken: randomUUID() }
      const known = await bound(signal)
      await (known === undefined
        ? ga.rpc(
            'AssociateAdditionalCertificatesWithListener',
            { ...asked, Certificates: [{ Id: identifier, Domain: domain }] },
            signal,
          )
        : ga.rpc(
            'UpdateAdditionalCertificateWithListener',
            { ...asked, CertificateId: identifier, Domain: domain },
            signal,
          ))
      await settled(ListenerId, ga, host, signal)
    },

    async unbind(signal) {
      await settled(ListenerId, ga, host, signal)
      const asked = { ...(await place(signal)), Domains: [domain], ClientToken: randomUUID() }
      await ga.rpc('DissociateAdditionalCertificatesFromListener', asked, signal)
      await settled(ListenerId, ga, host, signal)
    },
  }
}

function defaultOf({ Certificates = [] }: Listener): string | undefined {
  return Certificates.find(({ Type = 'Server' }) => Type === 'Server')?.Id
}

async function additionalOf(
  AcceleratorId: string,
  ListenerId: string,
  ga: AlibabaClient,
  signal: AbortSignal | undefined,
): Promise<readonly AdditionalCertificate[]> {
  const found = tokenPages(async (NextToken) => {
    const parameters = { RegionId, AcceleratorId, ListenerId, MaxResults: 50, NextToken }
    const page = await ga.rpc<{
      Certificates?: readonly AdditionalCertificate[]
      NextToken?: string
    }>('ListListenerCertificates', parameters, signal)
    return { items: page.Certificates ?? [], nextToken: page.NextToken }
  })
  const certificates: AdditionalCertificate[] = []
  for await (const certificate of found) {
    if (!certificate.IsDefault) certificates.push(certificate)
  }
  return certificates
}

/** A listener takes no change while another is being made. */
async function settled(
  ListenerId: string,
  ga: AlibabaClient,
  host: Host,
  signal: AbortSignal | undefined,
): Promise<void> {
  const read = async (): Promise<Listener> => listenerOf(ListenerId, ga, signal)
  const until = ({ State = 'active' }: Listener): boolean =>
    !['init', 'configuring', 'updating'].includes(State)
  await poll(read, { host, until, firstMs: 0, signal })
}

async function endpointsOf(
  { AcceleratorId, PortRanges: [ports] = [] }: Listener,
  servername: string | undefined,
  ga: AlibabaClient,
  signal: AbortSignal | undefined,
): Promise<readonly Endpoint[]> {
  const { Accelerators: [accelerator] = [] } = await ga.rpc<Accelerators>(
    'ListAccelerators',
    { RegionId, AcceleratorId },
    signal,
  )
  const host = accelerator?.DnsName
  const port = ports?.FromPort
  return host && port && servername ? [{ host, port, servername }] : []
}

/** Every HTTPS listener of the account, with its default certificate and that of each domain. */
export async function* discover(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
  signal?: AbortSignal,
): AsyncGenerator<Discovered> {
  const account = alibabaAccount(values, context)
  const ga = alibabaClient('ga', account, context.host)
  const cas = alibabaClient('cas', account, context.host)
  const accelerators = numberedPages(async (PageNumber) => {
    const parameters = { RegionId, PageNumber, PageSize: 50 }
    const page = await ga.rpc<Accelerators>('ListAccelerators', parameters, signal)
    return { items: page.Accelerators ?? [], total: page.TotalCount }
  })
  for await (const { AcceleratorId = '' } of accelerators) {
    const listeners = numberedPages(async (PageNumber) => {
      const parameters = { RegionId, AcceleratorId, Protocol: 'https', PageNumber, PageSize: 50 }
      const page = await ga.rpc<{ Listeners?: readonly Listener[]; TotalCount?: number }>(
        'ListListeners',
        parameters,
        signal,
      )
      return { items: page.Listeners ?? [], total: page.TotalCount }
    })
    for await (const found of listeners) {
      const { ListenerId: listener } = found
      if (listener === undefined) continue
      const place = { product: 'GA', resource: `${AcceleratorId}/${listener}` }
      const specifier = (domain?: string): string =>
        targetSpecifier(target.name, { listener, ...(domain && { domain }) })
      yield await discovered({ ...place, target: specifier() }, defaultOf(found), cas, signal)
      for (const entry of await additionalOf(AcceleratorId, listener, ga, signal)) {
        yield await discovered(
          { ...place, target: specifier(entry.Domain) },
          entry.CertificateId,
          cas,
          signal,
        )
      }
    }
  }
}
