import { randomUUID } from 'node:crypto'
import { poll } from '@certwright/acme'
import { alibabaAccount, alibabaAccountOptions } from '../../cloud/alibaba/account-options.ts'
import { alibabaClient, regionOf, type AlibabaClient } from '../../cloud/alibaba/client.ts'
import { CertwrightError } from '../../runtime/error.ts'
import type { Host } from '../../runtime/host.ts'
import type { DeployTarget, Discovered, TargetKind } from '../target.ts'
import type { TargetContext } from '../target-context.ts'
import { targetValues } from '../target-options.ts'
import { servernameFor } from './alibaba/bound-certificate.ts'
import { listTarget } from './alibaba/certificate-list.ts'
import {
  batches,
  discoveredListeners,
  extensionOption,
  listenerCertificates,
  listenerEndpoints,
  listenerSettled,
} from './alibaba/listener.ts'
import { permissions, storePermissions } from './alibaba/permissions.ts'

export const target = {
  name: 'alibaba-alb',
  summary: {
    en: 'A listener of Application Load Balancer (ALB)',
    zh: '应用型负载均衡 ALB 的监听',
  },
  options: [
    {
      key: 'listener',
      summary: {
        en: 'Id of the HTTPS or QUIC listener, lsn-…',
        zh: 'HTTPS 或 QUIC 监听的 ID，lsn-…',
      },
      required: true,
    },
    extensionOption,
    ...alibabaAccountOptions,
  ],
  keyTypes: ['rsa2048'],
  permissions: [
    ...permissions('alb', [
      'ListListeners',
      'GetListenerAttribute',
      'ListListenerCertificates',
      'UpdateListenerAttribute',
      'AssociateAdditionalCertificatesWithListener',
      'DissociateAdditionalCertificatesFromListener',
      'ListAsynJobs',
      'ListLoadBalancers',
    ]),
    ...storePermissions,
  ],
} as const satisfies TargetKind

interface Jobs {
  readonly Jobs?: ReadonlyArray<{
    readonly Status?: string
    readonly ErrorCode?: string
    readonly ErrorMessage?: string
  }>
}

/** How `ListListenerCertificates` is asked for server certificates alone. */
const server = { CertificateType: 'Server' }
/** The most additional certificates that one call takes. */
const batch = 20

/** Serves certificates on an ALB listener. API version 2020-06-16. */
export function create(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
): DeployTarget {
  const set = targetValues(target, values, context)
  const { listener: ListenerId, domain } = set
  const account = alibabaAccount(set, context)
  const { host } = context
  const alb = alibabaClient('alb', account, host)

  const change = async (
    action: string,
    identifiers: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<void> => {
    await listenerSettled(ListenerId, alb, host, signal)
    const Certificates = identifiers.map((CertificateId) => ({ CertificateId }))
    const asked = { ListenerId, Certificates, ClientToken: randomUUID() }
    const { JobId } = await alb.rpc<{ JobId?: string }>(action, asked, signal)
    if (JobId !== undefined) await finished(JobId, action, alb, host, signal)
  }

  return listTarget(
    {
      target: target.name,
      resource: ListenerId,
      bound: async (signal) => listenerCertificates(ListenerId, server, alb, signal),
      setDefault: async (identifier, signal) =>
        change('UpdateListenerAttribute', [identifier], signal),
      add: async (identifier, signal) =>
        change('AssociateAdditionalCertificatesWithListener', [identifier], signal),
      async remove(identifiers, signal) {
        for (const part of batches(identifiers, batch)) {
          await change('DissociateAdditionalCertificatesFromListener', part, signal)
        }
      },
      endpoints: async (signal, wanted) =>
        listenerEndpoints(ListenerId, servernameFor(domain, wanted), alb, signal),
    },
    domain,
    account,
    host,
  )
}

async function finished(
  JobId: string,
  action: string,
  alb: AlibabaClient,
  host: Host,
  signal: AbortSignal | undefined,
): Promise<void> {
  const job = await poll(
    async () => (await alb.rpc<Jobs>('ListAsynJobs', { JobIds: [JobId] }, signal)).Jobs?.[0],
    { host, until: (read) => read !== undefined && read.Status !== 'Processing', signal },
  )
  if (job?.Status === 'Succeeded') return
  throw new CertwrightError('ALIBABA_REFUSED', {
    action,
    code: job?.ErrorCode ?? job?.Status ?? 'Failed',
    message: job?.ErrorMessage ?? '',
    requestId: JobId,
    status: 200,
  })
}

/** Every HTTPS and QUIC listener of the region, with its default certificate and each additional one. */
export async function* discover(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
  signal?: AbortSignal,
): AsyncGenerator<Discovered> {
  const account = alibabaAccount(values, context)
  const alb = alibabaClient('alb', account, context.host)
  const discovery = {
    target: target.name,
    product: 'ALB',
    region: regionOf(account),
    protocols: ['HTTPS', 'QUIC'],
    certificates: async (listener: string) => listenerCertificates(listener, server, alb, signal),
    api: alb,
    cas: alibabaClient('cas', account, context.host),
  }
  yield* discoveredListeners(discovery, signal)
}
