import type { TargetContext } from '../target-context.ts'
import { targetValues } from '../target-options.ts'
import type { DeployTarget, Discovered, TargetKind } from '../target.ts'
import { edgeDiscovery, edgeOptions, edgeTarget, type EdgeApi } from './alibaba/edge-domains.ts'
import { storePermissions } from './alibaba/permissions.ts'

export const target = {
  name: 'alibaba-live',
  summary: { en: 'A domain of ApsaraVideo Live', zh: '视频直播域名' },
  options: edgeOptions('direct'),
  keyTypes: ['rsa2048'],
  permissions: [
    { action: 'live:DescribeLiveUserDomains', resource: '*' },
    // Live shares the resource names of CDN.
    { action: 'live:DescribeLiveDomainCertificateInfo', resource: 'acs:cdn:*:*:domain/{domain}' },
    { action: 'live:SetLiveDomainCertificate', resource: 'acs:cdn:*:*:domain/{domain}' },
    ...storePermissions,
  ],
} as const satisfies TargetKind

/** A row of DescribeLiveUserDomains. */
interface UserDomain {
  readonly DomainName?: string
  readonly LiveDomainStatus?: string
}

/** A row of DescribeLiveDomainCertificateInfo. */
interface CertInfo {
  readonly CertName?: string
  readonly SSLPub?: string
  readonly SSLProtocol?: string
}

const live: EdgeApi<UserDomain, CertInfo> = {
  target: target.name,
  label: 'Live',
  product: 'live',
  listAction: 'DescribeLiveUserDomains',
  readAction: 'DescribeLiveDomainCertificateInfo',
  writeAction: 'SetLiveDomainCertificate',
  pageSize: 50,
  // SSLPub and SSLPri are documented as required, and references to the store take a name, not a number.
  upload: 'direct',
  domainFrom: ({ DomainName, LiveDomainStatus }) => ({
    domain: DomainName,
    status: LiveDomainStatus,
  }),
  certificateFrom: ({ SSLPub, SSLProtocol, CertName }) => ({
    pem: SSLPub,
    on: SSLProtocol !== 'off',
    label: CertName,
  }),
  parameters: (given) =>
    given.upload === 'cas'
      ? { CertType: 'cas', CertName: given.name }
      : {
          CertType: 'upload',
          CertName: given.name,
          // Another domain may have brought the same certificate under this name.
          ForceSet: '1',
          SSLPub: given.chainPem,
          SSLPri: given.privateKey,
        },
}

/** Serves certificates on domains of ApsaraVideo Live. API version 2016-11-01. */
export function create(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
): DeployTarget {
  return edgeTarget(live, targetValues(target, values, context), context)
}

/** Every domain of ApsaraVideo Live. */
export function discover(
  values: Readonly<Record<string, string>>,
  context: TargetContext,
  signal?: AbortSignal,
): AsyncIterable<Discovered> {
  return edgeDiscovery(live, values, context, signal)
}
