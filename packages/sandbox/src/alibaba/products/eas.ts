import { instantOf } from '../../clock.ts'
import { assumed, refusals } from '../errors.ts'
import { askedPage } from '../paging.ts'
import type { Product, Reply } from '../product.ts'
import type { Call } from '../request.ts'
import { seededInStore, servedOf } from '../supplied-certificate.ts'
import type { SeededCertificate } from '../supplied-certificate.ts'
import type { World } from '../world.ts'

export interface EasGateway {
  readonly id: string
  readonly name: string
  /** A region. */
  readonly clusterId: string
  readonly domains: Map<string, EasDomain>
}

export interface EasDomain {
  readonly domain: string
  readonly type: 'intranet' | 'internet'
  /** Its id in the account's store. */
  readonly certId: number | undefined
}

export interface EasState {
  readonly gateways: Map<string, EasGateway>
}

export interface EasSeed {
  readonly gateways?: ReadonlyArray<{
    readonly id: string
    readonly name?: string
    /** Default `cn-hangzhou`. */
    readonly clusterId?: string
    readonly domains?: ReadonlyArray<{
      readonly domain: string
      /** Default `internet`. */
      readonly type?: EasDomain['type']
      readonly certificate?: SeededCertificate
    }>
  }>
}

const errors = {
  GatewayNotFound: assumed(404, 'The gateway does not exist.'),
  DomainNotFound: assumed(404, 'The domain is not attached to the gateway.'),
  CertificateNotFound: assumed(404, 'The certificate does not exist.'),
  InvalidCustomDomain: assumed(400, 'CustomDomain needs Domain, and Type intranet or internet.'),
  GatewayConfiguring: assumed(409, 'The domain is being configured. Try again later.'),
}

const refuse = refusals(errors)

const path = '/api/v2/gateways/{ClusterId}/{GatewayId}'

/** The private gateways of PAI-EAS. */
export const eas: Product<EasState, EasSeed> = {
  version: '2021-07-01',
  style: 'roa',
  ram: 'eas',
  errors,
  open: () => ({ gateways: new Map() }),

  seed({ gateways: all }, { gateways = [] }, world) {
    for (const { id, name = id, clusterId = 'cn-hangzhou', domains = [] } of gateways) {
      const gateway: EasGateway = { id, name, clusterId, domains: new Map() }
      all.set(id, gateway)
      for (const { type = 'internet', certificate, ...given } of domains) {
        const certId = certificate && seededInStore(certificate, world).id
        attach(gateway, { domain: given.domain.toLowerCase(), type, certId }, world, false)
      }
    }
  },

  actions: {
    ListGateway: {
      path: '/api/v2/gateways',
      methods: ['GET'],
      parameters: 'GatewayId, GatewayName, GatewayType, PageNumber:n, PageSize:n',
      handle(call, { gateways }) {
        const [id, name] = [call.text('GatewayId'), call.text('GatewayName')]
        const wanted = [...gateways.values()]
          .filter((one) => id === '' || one.id === id)
          .filter((one) => one.name.includes(name))
        const page = askedPage(call, wanted, { usual: 100, largest: 100 })
        return { Gateways: page.items.map(gatewayItem), ...page.counts }
      },
    },

    DescribeGateway: {
      path,
      methods: ['GET'],
      handle: (call, state) => gatewayItem(gatewayOf(call, state)),
    },

    ListGatewayDomains: {
      path: `${path}/domains`,
      methods: ['GET'],
      handle(call, state, world) {
        const gateway = gatewayOf(call, state)
        const CustomDomains = [...gateway.domains.values()].map((one) =>
          domainItem(gateway, one, world),
        )
        return { CustomDomains }
      },
    },

    AttachGatewayDomain: {
      path: `${path}/domain/attach`,
      methods: ['PUT'],
      parameters: 'CustomDomain*{Domain*, Type*, CertificateId}',
      handle(call, state, world) {
        const gateway = gatewayOf(call, state)
        const { Domain = '', Type, CertificateId } = call.object('CustomDomain')
        if (Domain === '' || (Type !== 'intranet' && Type !== 'internet')) {
          throw refuse('InvalidCustomDomain')
        }
        const domain = Domain.toLowerCase()
        requireReady(gateway, domain, world)
        const certId = CertificateId ? Number(CertificateId) : undefined
        if (certId !== undefined && !world.store.get(certId)) throw refuse('CertificateNotFound')
        attach(gateway, { domain, type: Type, certId }, world, true)
        return done(gateway)
      },
    },

    DetachGatewayDomain: {
      path: `${path}/domain/detach`,
      methods: ['PUT'],
      parameters: 'CustomDomain*{Domain*, Type}',
      handle(call, state, world) {
        const gateway = gatewayOf(call, state)
        const domain = (call.object('CustomDomain')['Domain'] ?? '').toLowerCase()
        if (!gateway.domains.has(domain)) throw refuse('DomainNotFound')
        requireReady(gateway, domain, world)
        gateway.domains.delete(domain)
        const place = { product: 'EAS', resource: `${gateway.id}/${domain}`, names: [] }
        world.installations.install(place, undefined)
        return done(gateway)
      },
    },
  },
}

function gatewayOf(call: Call, { gateways }: EasState): EasGateway {
  const gateway = gateways.get(call.text('GatewayId'))
  if (!gateway || gateway.clusterId !== call.text('ClusterId')) throw refuse('GatewayNotFound')
  return gateway
}

function requireReady({ id }: EasGateway, domain: string, { installations }: World): void {
  if (installations.look('EAS', `${id}/${domain}`)?.pending) throw refuse('GatewayConfiguring')
}

function attach(
  { id, domains }: EasGateway,
  one: EasDomain,
  { store, installations }: World,
  slowly: boolean,
): void {
  domains.set(one.domain, one)
  const stored = one.certId === undefined ? undefined : store.get(one.certId)
  const place = { product: 'EAS', resource: `${id}/${one.domain}`, names: [one.domain] }
  installations.install(place, stored && servedOf(stored), { slowly })
}

function done({ id }: EasGateway): Reply {
  return { GatewayId: id, Message: 'Success' }
}

function gatewayItem({ id, name, clusterId }: EasGateway): Reply {
  return { GatewayId: id, GatewayName: name, ClusterId: clusterId, Status: 'Running' }
}

/** Reading it moves a change on. */
function domainItem({ id }: EasGateway, one: EasDomain, { store, installations }: World): Reply {
  const pending = installations.look('EAS', `${id}/${one.domain}`)?.pending === true
  const stored = one.certId === undefined ? undefined : store.get(one.certId)
  return {
    Domain: one.domain,
    Type: one.type,
    ...(stored
      ? {
          CertificateId: String(stored.id),
          CertificateName: stored.name,
          CertificateStartDate: instantOf(stored.certificate.notBefore),
          CertificateEndDate: instantOf(stored.certificate.notAfter),
          CertificateStatus: pending ? 'Updating' : 'Available',
        }
      : {}),
  }
}
