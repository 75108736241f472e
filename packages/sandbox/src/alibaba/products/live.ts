import type { AcceleratedSeed, AcceleratedState } from '../acceleration/domain.ts'
import { acceleratedDomains, sslPubInfo } from '../acceleration/domains.ts'
import { acceleratedErrors } from '../acceleration/errors.ts'
import { documented, refusals } from '../errors.ts'
import type { Product } from '../product.ts'
import type { Call } from '../request.ts'

const name = 'LIVE'
const domains = acceleratedDomains(name)
const errors = {
  ...acceleratedErrors,
  LockFail: documented(403, 'The domain is locked by another operation. Please try again later.'),
}
const refuse = refusals(errors)

/** RAM knows the domains of Live under the code of CDN. */
const resource = (call: Call): string =>
  `acs:cdn:*:${call.caller.uid}:domain/${call.text('DomainName')}`

/** ApsaraVideo Live. */
export const live: Product<AcceleratedState, AcceleratedSeed> = {
  version: '2016-11-01',
  style: 'rpc',
  ram: 'live',
  perSecond: 30,
  errors,
  open: () => domains.open(),
  seed: (state, given, world) => domains.seed(state, given, world),

  actions: {
    DescribeLiveUserDomains: {
      parameters:
        'PageNumber:n, PageSize:n, DomainName, DomainSearchType, DomainStatus, RegionName, LiveDomainType, ResourceGroupId',
      handle: (call, state, world) =>
        domains.list(call, state, world, {
          match: 'fuzzy_match',
          largest: 50,
          item: ({ status }) => ({
            LiveDomainStatus: status,
            LiveDomainType: 'liveVideo',
            RegionName: 'cn-shanghai',
          }),
        }),
    },

    DescribeLiveDomainCertificateInfo: {
      parameters: 'DomainName*, RegionId',
      resource,
      handle(call, state, world) {
        const one = domains.find(call, state)
        return sslPubInfo(one, domains.effective(one, world))
      },
    },

    SetLiveDomainCertificate: {
      parameters:
        'DomainName*, SSLProtocol*, CertType, CertName, ForceSet, SSLPub, SSLPri, DryRun:b',
      resource,
      handle(call, state, world) {
        const one = domains.find(call, state)
        if (world.installations.look(name, one.domain)?.pending) throw refuse('LockFail')
        if (call.flag('DryRun')) return {}
        const type = call.text('CertType')
        const certName = call.text('CertName')
        return domains.set(call, state, world, {
          type: type === '' ? 'upload' : type,
          name: certName,
          certPem: call.text('SSLPub'),
          keyPem: call.text('SSLPri'),
          // Only the name points to the store here: no parameter takes an id.
          certId: world.store.named(certName)?.id,
          region: world.store.region,
          force: call.text('ForceSet') === '1',
        })
      },
    },
  },
}
