import type { TargetContext } from '../target-context.ts'
import { targetValues } from '../target-options.ts'
import type { DeployTarget, Discovered, TargetKind } from '../target.ts'
import { edgeDiscovery, edgeOptions, edgeTarget, type EdgeApi } from './alibaba/edge-domains.ts'
import { permissions, storePermissions } from './alibaba/permissions.ts'

export const target = {
  name: 'alibaba-vod',
  summary: { en: 'A domain of ApsaraVideo VOD', zh: '视频点播 VOD 加速域名' },
  options: edgeOptions('cas'),
  keyTypes: ['rsa2048'],
  permissions: [
    ...permissions('vod', [
      'DescribeVodUserDomains',
      'DescribeVodDomainCertificateInfo',
      'SetVodDomainSSLCertificate',
    ]),
    ...storePermissions,
  ],
} as const satisfies TargetKind

/** A row of DescribeVodUserDomains. */
interface UserDomain {
  readonly DomainName?: string
  readonly DomainStatus?: string
}

/** A row of DescribeVodDomainCertificateInfo. */
interface CertInfo {
  readonly CertId?: string
  readonly CertName?: string
  readonly ServerCertificate?: string
  readonly ServerCertificateStatus?: string
}

const vod: EdgeApi<UserDomain, CertInfo> = {
  target: target.name,
  label: 'VOD',
  product: 'vod',
  listAction: 'DescribeVodUserDomains',
  readAction: 'DescribeVodDomainCertificateInfo',
  writeAction: 'SetVodDomainSSLCertificate',
  pageSize: 50,
  upload: 'cas',
  domainFrom: ({ DomainName, DomainStatus }) => ({ domain: DomainName, status: DomainStatus }),
  certificateFrom: ({ ServerCertificate, ServerCertificateStatus, CertId, CertName }) => ({
    pem: ServerCertificate,
    on: ServerCertificateStatus !== 'off',
    certId: CertId,
    label: CertName,
  }),
}

/** Serves certificates on domains of ApsaraVideo VOD. API version 2017-03-21. */
export function create(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
): DeployTarget {
  return edgeTarget(vod, targetValues(target, values, context), context)
}

/** Every domain of ApsaraVideo VOD. */
export function discover(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
  signal?: AbortSignal,
): AsyncIterable<Discovered> {
  return edgeDiscovery(vod, values, context, signal)
}
