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
  name: 'alibaba-nlb',
  summary: {
    en: 'A TCPSSL listener of Network Load Balancer (NLB)',
    zh: '网络型负载均衡 NLB 的 TCPSSL 监听',
  },
  options: [
    {
      key: 'listener',
      summary: { en: 'Id of the listener, lsn-…@443', zh: '监听的 ID，lsn-…@443' },
      required: true,
    },
    extensionOption,
    ...alibabaAccountOptions,
  ],
  keyTypes: ['rsa2048'],
  permissions: [
    ...permissions('nlb', [
      'ListListeners',
      'GetListenerAttribute',
      'ListListenerCertificates',
      'UpdateListenerAttribute',
      'AssociateAdditionalCertificatesWithListener',
      'DisassociateAdditionalCertificatesWithListener',
      'GetJobStatus',
      'ListLoadBalancers',
    ]),
    ...storePermissions,
  ],
} as const satisfies TargetKind

/** How `ListListenerCertificates` is asked for server certificates alone. */
const server = { CertType: 'Server' }
/** The most additional certificates that one call takes. */
const batch = 15

/** Serves certificates on an NLB listener. API version 2022-04-30. */
export function create(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
): DeployTarget {
  const set = targetValues(target, values, context)
  const { listener: ListenerId, domain } = set
  const account = alibabaAccount(set, context)
  const RegionId = regionOf(account)
  const { host } = context
  const nlb = alibabaClient('nlb', account, host)

  const change = async (
    action: string,
    parameters: Readonly<Record<string, readonly string[]>>,
    signal: AbortSignal | undefined,
  ): Promise<void> => {
    await listenerSettled(ListenerId, nlb, host, signal)
    const asked = { RegionId, ListenerId, ...parameters, ClientToken: randomUUID() }
    const { JobId } = await nlb.rpc<{ JobId?: string }>(action, asked, signal)
    if (JobId !== undefined) await finished(JobId, action, nlb, host, signal)
  }

  return listTarget(
    {
      target: target.name,
      resource: ListenerId,
      bound: async (signal) => listenerCertificates(ListenerId, server, nlb, signal),
      setDefault: async (identifier, signal) =>
        change('UpdateListenerAttribute', { CertificateIds: [identifier] }, signal),
      async add(identifier, signal) {
        const additional = { AdditionalCertificateIds: [identifier] }
        await change('AssociateAdditionalCertificatesWithListener', additional, signal)
      },
      async remove(identifiers, signal) {
        for (const part of batches(identifiers, batch)) {
          const additional = { AdditionalCertificateIds: part }
          await change('DisassociateAdditionalCertificatesWithListener', additional, signal)
        }
      },
      endpoints: async (signal, wanted) =>
        listenerEndpoints(ListenerId, servernameFor(domain, wanted), nlb, signal),
    },
    domain,
    account,
    host,
  )
}

async function finished(
  JobId: string,
  action: string,
  nlb: AlibabaClient,
  host: Host,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { Status: code = '' } = await poll(
    async () => nlb.rpc<{ Status?: string }>('GetJobStatus', { JobId }, signal),
    { host, until: ({ Status }) => Status === 'Succeeded' || Status === 'Failed', signal },
  )
  if (code === 'Succeeded') return
  // It says no more than that it failed.
  const params = { action, code, message: `JobId ${JobId}`, requestId: JobId, status: 200 }
  throw new CertwrightError('ALIBABA_REFUSED', params)
}

/** Every TCPSSL listener of the region, with its default certificate and each additional one. */
export async function* discover(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
  signal?: AbortSignal,
): AsyncGenerator<Discovered> {
  const account = alibabaAccount(values, context)
  const nlb = alibabaClient('nlb', account, context.host)
  const discovery = {
    target: target.name,
    product: 'NLB',
    region: regionOf(account),
    protocols: ['TCPSSL'],
    certificates: async (listener: string) => listenerCertificates(listener, server, nlb, signal),
    api: nlb,
    cas: alibabaClient('cas', account, context.host),
  }
  yield* discoveredListeners(discovery, signal)
}
