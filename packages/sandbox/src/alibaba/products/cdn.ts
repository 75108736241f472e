import { instantOf } from '../../clock.ts'
import type {
  AcceleratedDomain,
  AcceleratedSeed,
  AcceleratedState,
} from '../acceleration/domain.ts'
import { acceleratedDomains, certInfoOf, serverCertificateInfo } from '../acceleration/domains.ts'
import { acceleratedErrors, refuse } from '../acceleration/errors.ts'
import { nameCovers, readCertificate } from '../certificate.ts'
import type { Certificate } from '../certificate.ts'
import { askedPage } from '../paging.ts'
import type { Product } from '../product.ts'
import type { Call } from '../request.ts'

const domains = acceleratedDomains('CDN')
const resource = (call: Call): string =>
  `acs:cdn:*:${call.caller.uid}:domain/${call.text('DomainName')}`

/** Alibaba Cloud CDN. */
export const cdn: Product<AcceleratedState, AcceleratedSeed> = {
  version: '2018-05-10',
  style: 'rpc',
  ram: 'cdn',
  perSecond: 100,
  errors: acceleratedErrors,
  open: () => domains.open(),
  seed: (state, given, world) => domains.seed(state, given, world),

  actions: {
    DescribeUserDomains: {
      parameters:
        'PageNumber:n, PageSize:n, DomainName, DomainSearchType, DomainStatus, Coverage, ResourceGroupId, CdnType, CheckDomainShow:b',
      handle: (call, state, world) =>
        domains.list(call, state, world, {
          match: 'full_match',
          largest: 500,
          item: ({ status, ssl }) => ({
            DomainStatus: status,
            SslProtocol: ssl,
            CdnType: 'web',
            Coverage: 'domestic',
          }),
        }),
    },

    DescribeDomainCertificateInfo: {
      parameters: 'DomainName*',
      resource,
      handle(call, state, world) {
        const one = domains.find(call, state)
        return serverCertificateInfo(one, domains.effective(one, world))
      },
    },

    DescribeCdnHttpsDomainList: {
      parameters: 'Keyword, PageNumber:n, PageSize:n',
      handle(call, state, world) {
        const all = [...state.domains.values()]
          .filter(({ domain }) => domain.includes(call.text('Keyword')))
          .map((one) => ({ one, effective: domains.effective(one, world) }))
          .filter(({ effective }) => effective?.served)
        const page = askedPage(call, all, { usual: 20, largest: 100 })
        const CertInfo = page.items.map(({ one, effective }) => {
          const { commonName = '', notAfter = 0 } = effective?.served?.certificate ?? {}
          const CertStatus = notAfter < world.clock.now() ? 'expired' : 'ok'
          return { ...certInfoOf(one, effective), CertCommonName: commonName, CertStatus }
        })
        return { CertInfos: { CertInfo }, TotalCount: all.length }
      },
    },

    DescribeCdnDomainByCertificate: {
      parameters: 'SSLPub*, SSLStatus:b, Exact:b',
      handle(call, state, world) {
        const given = call.text('SSLPub')
        const pem = given.includes('BEGIN') ? given : Buffer.from(given, 'base64').toString()
        const certificate = readCertificate(pem)
        if (!certificate) throw refuse('InvalidSSLPub')
        const status = call.flag('SSLStatus')
        const DomainNames = [...state.domains.values()]
          .filter(({ domain }) => couldServe(certificate, domain))
          .filter((one) => status === undefined || status === hasSsl(one))
          .map(({ domain }) => domain)
          .join(',')
        const info = {
          CertSubjectCommonName: certificate.commonName,
          CertStartTime: instantOf(certificate.notBefore),
          CertExpireTime: instantOf(certificate.notAfter),
          CertExpired: certificate.notAfter < world.clock.now() ? 'yes' : 'no',
          CertCaIsLegacy: 'no',
          CertType: certificate.algorithm,
          Issuer: certificate.issuer,
          DomainNames,
          DomainList: DomainNames,
        }
        return { CertInfos: { CertInfo: [info] } }
      },
    },

    SetCdnDomainSSLCertificate: {
      parameters:
        'DomainName*, SSLProtocol*, CertType, CertName, CertId:n, CertRegion, SSLPub, SSLPri, Env',
      resource,
      perSecond: 30,
      handle: (call, state, world) => domains.set(call, state, world),
    },
  },
}

function hasSsl({ changes }: AcceleratedDomain): boolean {
  return changes.at(-1)?.served !== undefined
}

function couldServe({ names }: Certificate, domain: string): boolean {
  const host = domain.startsWith('.') ? `*${domain}` : domain
  return names.some((name) => nameCovers(name, host))
}
