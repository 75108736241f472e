import {
  alibabaClient,
  regionOf,
  type AlibabaAccount,
  type AlibabaClient,
} from '../../../cloud/alibaba/client.ts'
import { numberedPages } from '../../../cloud/alibaba/paging.ts'
import { CertwrightError } from '../../../runtime/error.ts'
import type { Host } from '../../../runtime/host.ts'
import { targetSpecifier } from '../../target-specifier.ts'
import type { DeployTarget, Discovered } from '../../target.ts'
import { boundCertificate, discovered, requireCovered } from './bound-certificate.ts'
import { listTarget } from './certificate-list.ts'
import {
  installedServerCertificate,
  pruneWithReferences,
  serverCertificateFor,
} from './server-certificates.ts'
import { turnsAt } from './turns.ts'

/** What `UpdateIngress` writes, so that it is read before. */
const written = [
  'CorsConfig',
  'DefaultRule',
  'Description',
  'EnableGzip',
  'EnableXForwardedFor',
  'EnableXForwardedForClientSrcPort',
  'EnableXForwardedForProto',
  'EnableXForwardedForSlbId',
  'EnableXForwardedForSlbPort',
  'IdleTimeout',
  'ListenerPort',
  'ListenerProtocol',
  'LoadBalanceType',
  'RequestTimeout',
  'Rules',
  'SecurityPolicyId',
] as const

export type Ingress = Readonly<Partial<Record<(typeof written)[number], unknown>>> & {
  readonly Id?: number
  /** Of CLB. */
  readonly CertId?: string
  /** Of ALB, separated by commas, the default first. */
  readonly CertIds?: string
}

interface Ingresses {
  readonly Data?: { readonly IngressList?: readonly Ingress[]; readonly TotalSize?: number }
}

/** An ingress is a load balancer's listener, with the certificates that such a one takes. */
export function ingressTarget(
  target: string,
  id: string,
  domain: string | undefined,
  account: AlibabaAccount,
  host: Host,
): DeployTarget {
  const sae = alibabaClient('sae', account, host)
  const onAlb = albIngress(target, id, domain, sae, account, host)
  const onClb = clbIngress(target, id, domain, sae, account, host)
  const kind = async (signal?: AbortSignal): Promise<DeployTarget> => {
    const { LoadBalanceType } = await ingressOf(id, sae, signal)
    return LoadBalanceType === 'alb' ? onAlb : onClb
  }
  return {
    read: async (signal, wanted) => (await kind(signal)).read(signal, wanted),
    write: async (bundle, signal) => (await kind(signal)).write(bundle, signal),
    prune: async (keep, signal) => (await (await kind(signal)).prune?.(keep, signal)) ?? [],
    ...(domain !== undefined && {
      remove: async (installed, signal) => (await kind(signal)).remove?.(installed, signal),
    }),
  }
}

function albIngress(
  target: string,
  id: string,
  domain: string | undefined,
  sae: AlibabaClient,
  account: AlibabaAccount,
  host: Host,
): DeployTarget {
  const change = async (
    edit: (now: readonly string[]) => readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<void> => {
    const now = await ingressOf(id, sae, signal)
    await update(target, id, now, { CertIds: edit(certificatesOf(now)).join(',') }, sae, signal)
  }
  return listTarget(
    {
      target,
      resource: `ingress ${id}`,
      async bound(signal) {
        const identifiers = certificatesOf(await ingressOf(id, sae, signal))
        return identifiers.map((identifier, i) => ({ identifier, isDefault: i === 0 }))
      },
      setDefault: async (identifier, signal) =>
        change(
          ([, ...others]) => [identifier, ...others.filter((other) => other !== identifier)],
          signal,
        ),
      add: async (identifier, signal) => change((now) => [...now, identifier], signal),
      remove: async (identifiers, signal) =>
        change((now) => now.filter((one, i) => i === 0 || !identifiers.includes(one)), signal),
    },
    domain,
    account,
    host,
  )
}

function clbIngress(
  target: string,
  id: string,
  domain: string | undefined,
  sae: AlibabaClient,
  account: AlibabaAccount,
  host: Host,
): DeployTarget {
  const slb = alibabaClient('slb', account, host)
  const store = { slb, account, host }
  return {
    async read(signal) {
      const { CertId } = await ingressOf(id, sae, signal)
      return CertId ? installedServerCertificate(CertId, store, signal) : undefined
    },

    async write(bundle, signal) {
      if (domain !== undefined) requireCovered(target, domain, bundle)
      const CertId = await serverCertificateFor(bundle, 'cas', store, signal)
      await turnsAt(
        `${target} ingress ${id}`,
        host,
      )(async () => {
        const now = await ingressOf(id, sae, signal)
        if (now.CertId !== CertId) await update(target, id, now, { CertId }, sae, signal)
      })
    },

    prune: async (keep, signal) => pruneWithReferences(keep, store, signal),
  }
}

async function ingressOf(
  IngressId: string,
  sae: AlibabaClient,
  signal: AbortSignal | undefined,
): Promise<Ingress> {
  const path = '/pop/v1/sam/ingress/Ingress'
  const { Data = {} } = await sae.roa<{ readonly Data?: Ingress }>(
    { action: 'DescribeIngress', method: 'GET', path, query: { IngressId } },
    signal,
  )
  return Data
}

function certificatesOf({ CertIds = '' }: Ingress): readonly string[] {
  return CertIds.split(',').filter(Boolean)
}

/** Sends all of an ingress again with other certificates. */
async function update(
  target: string,
  IngressId: string,
  now: Ingress,
  certificates: Pick<Ingress, 'CertId' | 'CertIds'>,
  sae: AlibabaClient,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (now.ListenerProtocol !== 'HTTPS') {
    const status = String(now.ListenerProtocol)
    const params = { target, resource: `ingress ${IngressId}`, status }
    throw new CertwrightError('TARGET_RESOURCE_NOT_READY', params)
  }
  const kept = written.map((name) => [name, textOf(now[name])] as const)
  const query = { IngressId, ...Object.fromEntries(kept), ...certificates }
  const path = '/pop/v1/sam/ingress/Ingress'
  await sae.roa({ action: 'UpdateIngress', method: 'PUT', path, query }, signal)
}

/** Rules and the like go as JSON. */
function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** What an ingress has, in an account's discovery. */
export async function* ingressCertificates(
  target: string,
  ingress: Ingress,
  account: AlibabaAccount,
  host: Host,
  signal: AbortSignal | undefined,
): AsyncGenerator<Discovered> {
  const [cas, slb] = [alibabaClient('cas', account, host), alibabaClient('slb', account, host)]
  if (ingress.Id === undefined || ingress.ListenerProtocol !== 'HTTPS') return
  const id = String(ingress.Id)
  const place = (domain?: string) => ({
    target: targetSpecifier(target, { ingress: id, ...(domain && { domain }) }),
    product: 'SAE',
    resource: `ingress ${id}`,
    region: regionOf(account),
  })
  if (ingress.CertId) {
    const store = { slb, account, host }
    const installed = await installedServerCertificate(ingress.CertId, store, signal)
    yield { ...place(), https: true, installed }
  }
  for (const [i, identifier] of certificatesOf(ingress).entries()) {
    const [domain] = i === 0 ? [] : (await boundCertificate(identifier, cas, signal)).names
    yield await discovered(place(domain), identifier, cas, signal)
  }
}

export function ingressesOf(
  NamespaceId: string,
  sae: AlibabaClient,
  signal: AbortSignal | undefined,
) {
  return numberedPages(async (CurrentPage) => {
    const { Data } = await sae.roa<Ingresses>(
      {
        action: 'ListIngresses',
        method: 'GET',
        path: '/pop/v1/sam/ingress/IngressList',
        query: { NamespaceId, CurrentPage, PageSize: 50 },
      },
      signal,
    )
    return { items: Data?.IngressList ?? [], total: Data?.TotalSize }
  })
}
