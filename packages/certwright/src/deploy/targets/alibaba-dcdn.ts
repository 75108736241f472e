import type { TargetContext } from '../target-context.ts'
import { targetValues } from '../target-options.ts'
import type { DeployTarget, Discovered, TargetKind } from '../target.ts'
import { edgeDiscovery, edgeOptions, edgeTarget, type EdgeApi } from './alibaba/edge-domains.ts'
import { storePermissions } from './alibaba/permissions.ts'

export const target = {
  name: 'alibaba-dcdn',
  summary: { en: 'A domain of Alibaba Cloud DCDN', zh: '阿里云全站加速 DCDN 域名' },
  options: edgeOptions('cas'),
  keyTypes: ['rsa2048'],
  permissions: [
    { action: 'dcdn:DescribeDcdnUserDomains', resource: '*' },
    { action: 'dcdn:DescribeDcdnDomainCertificateInfo', resource: 'acs:dcdn:*:*:domain/{domain}' },
    { action: 'dcdn:SetDcdnDomainSSLCertificate', resource: 'acs:dcdn:*:*:domain/{domain}' },
    ...storePermissions,
  ],
} as const satisfies TargetKind

/** A row of DescribeDcdnUserDomains. */
interface UserDomain {
  readonly DomainName?: string
  readonly DomainStatus?: string
}

/** A row of DescribeDcdnDomainCertificateInfo. */
interface CertInfo {
  readonly CertId?: string
  readonly CertName?: string
  readonly SSLPub?: string
  readonly SSLProtocol?: string
}

const dcdn: EdgeApi<UserDomain, CertInfo> = {
  target: target.name,
  label: 'DCDN',
  product: 'dcdn',
  listAction: 'DescribeDcdnUserDomains',
  readAction: 'DescribeDcdnDomainCertificateInfo',
  writeAction: 'SetDcdnDomainSSLCertificate',
  pageSize: 500,
  upload: 'cas',
  domainFrom: ({ DomainName, DomainStatus }) => ({ domain: DomainName, status: DomainStatus }),
  certificateFrom: ({ SSLPub, SSLProtocol, CertId, CertName }) => ({
    pem: SSLPub,
    on: SSLProtocol !== 'off',
    certId: CertId,
    label: CertName,
  }),
}

/** Serves certificates on domains of DCDN. API version 2018-01-15. */
export function create(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
): DeployTarget {
  return edgeTarget(dcdn, targetValues(target, values, context), context)
}

/** Every domain of DCDN. */
export function discover(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
  signal?: AbortSignal,
): AsyncIterable<Discovered> {
  return edgeDiscovery(dcdn, values, context, signal)
}
