import type { AcceleratedSeed, AcceleratedState } from '../acceleration/domain.ts'
import { acceleratedDomains, sslPubInfo } from '../acceleration/domains.ts'
import { acceleratedErrors } from '../acceleration/errors.ts'
import type { Product } from '../product.ts'
import type { Call } from '../request.ts'

const domains = acceleratedDomains('DCDN')
const resource = (call: Call): string =>
  `acs:dcdn:*:${call.caller.uid}:domain/${call.text('DomainName')}`

/** Dynamic Route for CDN. */
export const dcdn: Product<AcceleratedState, AcceleratedSeed> = {
  version: '2018-01-15',
  style: 'rpc',
  ram: 'dcdn',
  perSecond: 100,
  errors: acceleratedErrors,
  open: () => domains.open(),
  seed: (state, given, world) => domains.seed(state, given, world),

  actions: {
    DescribeDcdnUserDomains: {
      parameters:
        'PageNumber:n, PageSize:n, DomainName, DomainSearchType, DomainStatus, Coverage, ResourceGroupId, WebSiteType, CheckDomainShow:b',
      handle: (call, state, world) =>
        domains.list(call, state, world, {
          match: 'fuzzy_match',
          largest: 500,
          item: ({ status, ssl }) => ({ DomainStatus: status, SSLProtocol: ssl }),
        }),
    },

    DescribeDcdnDomainCertificateInfo: {
      parameters: 'DomainName*',
      resource,
      handle(call, state, world) {
        const one = domains.find(call, state)
        return sslPubInfo(one, domains.effective(one, world))
      },
    },

    SetDcdnDomainSSLCertificate: {
      parameters:
        'DomainName*, SSLProtocol*, CertType, CertName, CertId:n, CertRegion, SSLPub, SSLPri, Env',
      resource,
      perSecond: 30,
      handle: (call, state, world) => domains.set(call, state, world),
    },
  },
}
