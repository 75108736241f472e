import type { AcceleratedSeed, AcceleratedState } from '../acceleration/domain.ts'
import { acceleratedDomains, serverCertificateInfo } from '../acceleration/domains.ts'
import { acceleratedErrors } from '../acceleration/errors.ts'
import type { Product } from '../product.ts'
import type { Call } from '../request.ts'

const domains = acceleratedDomains('VOD')
const resource = (call: Call): string =>
  `acs:vod:*:${call.caller.uid}:domain/${call.text('DomainName')}`

/** ApsaraVideo VOD. */
export const vod: Product<AcceleratedState, AcceleratedSeed> = {
  version: '2017-03-21',
  style: 'rpc',
  ram: 'vod',
  perSecond: 30,
  errors: acceleratedErrors,
  open: () => domains.open(),
  seed: (state, given, world) => domains.seed(state, given, world),

  actions: {
    DescribeVodUserDomains: {
      parameters: 'PageNumber:n, PageSize:n, DomainName, DomainSearchType, DomainStatus',
      handle: (call, state, world) =>
        domains.list(call, state, world, {
          match: 'fuzzy_match',
          largest: 50,
          item: ({ status, ssl }) => ({ DomainStatus: status, SslProtocol: ssl }),
        }),
    },

    DescribeVodDomainCertificateInfo: {
      parameters: 'DomainName*',
      resource,
      handle(call, state, world) {
        const one = domains.find(call, state)
        return serverCertificateInfo(one, domains.effective(one, world))
      },
    },

    SetVodDomainSSLCertificate: {
      parameters:
        'DomainName*, SSLProtocol*, CertType, CertName, CertId:n, CertRegion, SSLPub, SSLPri, Env',
      resource,
      handle: (call, state, world) => domains.set(call, state, world),
    },
  },
}
