import { instantOf } from '../../clock.ts'
import type { Reply } from '../product.ts'
import type { ApiDomain, ApiGroup, DomainCertificate } from './group.ts'

export function groupItem({ id, name, regionId, instanceId, createdAt }: ApiGroup): Reply {
  return {
    GroupId: id,
    GroupName: name,
    RegionId: regionId,
    InstanceId: instanceId,
    InstanceType: 'VPC_SHARED',
    SubDomain: `${id}-${regionId}.alicloudapi.com`,
    HttpsPolicy: 'HTTPS2_TLS1_0',
    IllegalStatus: 'NORMAL',
    BillingStatus: 'NORMAL',
    CreatedTime: instantOf(createdAt),
    ModifiedTime: instantOf(createdAt),
  }
}

export function bindingOf(one: ApiDomain, { id, regionId }: ApiGroup): Reply {
  return {
    GroupId: id,
    SubDomain: `${id}-${regionId}.alicloudapi.com`,
    DomainName: one.domain,
    DomainBindingStatus: one.bindingStatus,
    DomainCNAMEStatus: one.bindingStatus === 'BINDING' ? 'RESOLVED' : 'UNRESOLVED',
    DomainLegalStatus: 'NORMAL',
    DomainWebSocketStatus: one.webSocket,
    DomainRemark: '',
  }
}

export function certificateFacts(certificate: DomainCertificate | undefined): Reply {
  if (!certificate) return {}
  const { id, name, served } = certificate
  return {
    CertificateId: id,
    CertificateName: name,
    CertificateValidStart: served.certificate.notBefore,
    CertificateValidEnd: served.certificate.notAfter,
  }
}

export function domainItem(one: ApiDomain): Reply {
  const { certificate } = one
  return {
    DomainName: one.domain,
    DomainBindingStatus: one.bindingStatus,
    DomainCNAMEStatus: one.bindingStatus === 'BINDING' ? 'RESOLVED' : 'UNRESOLVED',
    DomainLegalStatus: 'NORMAL',
    DomainWebSocketStatus: one.webSocket,
    BindStageName: one.stage,
    WildcardDomainPatterns: one.wildcardPatterns,
    IsHttpRedirectToHttps: one.redirectsToHttps,
    ...certificateFacts(certificate),
    ...(certificate
      ? {
          ClientCertSDnPassThrough: certificate.passThrough,
          SslOcspEnable: certificate.ocsp,
          SslOcspCacheEnable: certificate.ocspCache,
          ...(certificate.caCertPem === ''
            ? {}
            : {
                SslVerifyDepth: Number(
                  certificate.verifyDepth === '' ? 1 : certificate.verifyDepth,
                ),
              }),
        }
      : {}),
  }
}
