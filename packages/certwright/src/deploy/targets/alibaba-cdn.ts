import type { TargetContext } from '../target-context.ts'
import { targetValues } from '../target-options.ts'
import type { DeployTarget, Discovered, TargetKind } from '../target.ts'
import { edgeDiscovery, edgeOptions, edgeTarget, type EdgeApi } from './alibaba/edge-domains.ts'
import { storePermissions } from './alibaba/permissions.ts'

export const target = {
  name: 'alibaba-cdn',
  summary: { en: 'A domain of Alibaba Cloud CDN', zh: '阿里云 CDN 加速域名' },
  options: edgeOptions('cas'),
  keyTypes: ['rsa2048'],
  permissions: [
    { action: 'cdn:DescribeUserDomains', resource: '*' },
    { action: 'cdn:DescribeDomainCertificateInfo', resource: 'acs:cdn:*:*:domain/{domain}' },
    { action: 'cdn:SetCdnDomainSSLCertificate', resource: 'acs:cdn:*:*:domain/{domain}' },
    ...storePermissions,
  ],
} as const satisfies TargetKind

/** A row of DescribeUserDomains. */
interface UserDomain {
  readonly DomainName?: string
  readonly DomainStatus?: string
}

/** A row of DescribeDomainCertificateInfo. */
interface CertInfo {
  readonly CertId?: string
  readonly CertName?: string
  readonly ServerCertificate?: string
  readonly ServerCertificateStatus?: string
}

const cdn: EdgeApi<UserDomain, CertInfo> = {
  target: target.name,
  label: 'CDN',
  product: 'cdn',
  listAction: 'DescribeUserDomains',
  readAction: 'DescribeDomainCertificateInfo',
  writeAction: 'SetCdnDomainSSLCertificate',
  pageSize: 500,
  upload: 'cas',
  domainFrom: ({ DomainName, DomainStatus }) => ({ domain: DomainName, status: DomainStatus }),
  certificateFrom: ({ ServerCertificate, ServerCertificateStatus, CertId, CertName }) => ({
    pem: ServerCertificate,
    on: ServerCertificateStatus !== 'off',
    certId: CertId,
    label: CertName,
  }),
}

/** Serves certificates on domains of CDN. API version 2018-05-10. */
export function create(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
): DeployTarget {
  return edgeTarget(cdn, targetValues(target, values, context), context)
}

/** Every domain of CDN. */
export function discover(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
  signal?: AbortSignal,
): AsyncIterable<Discovered> {
  return edgeDiscovery(cdn, values, context, signal)
}
