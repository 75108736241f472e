import { instantOf } from '../../clock.ts'
import type { StoredCertificate } from '../certificate-store.ts'
import { assumed, refusals } from '../errors.ts'
import { pageOf } from '../paging.ts'
import type { Product, Reply } from '../product.ts'
import type { Call } from '../request.ts'
import { seededInStore, servedOf } from '../supplied-certificate.ts'
import type { SeededCertificate } from '../supplied-certificate.ts'
import { toldInside } from '../told-inside.ts'
import type { World } from '../world.ts'

export interface MseGateway {
  readonly id: number
  readonly uniqueId: string
  readonly name: string
  /** Of its load balancer. */
  readonly address: string
  readonly addressType: 'PUB_NET' | 'PRIVATE_NET'
  readonly domains: MseDomain[]
}

export interface MseDomain {
  readonly id: number
  /** `*` for whatever has no domain of its own. */
  readonly name: string
  readonly createdAt: number
  protocol: 'HTTP' | 'HTTPS'
  /** An identifier of the account's store. */
  certIdentifier: string
  /** What else can be set. `UpdateGatewayDomain` sets back what it leaves out. */
  settings: Readonly<Record<string, unknown>>
}

export interface MseState {
  readonly gateways: Map<string, MseGateway>
}

export interface MseSeed {
  readonly gateways?: ReadonlyArray<{
    readonly uniqueId: string
    readonly name?: string
    readonly address?: string
    /** Default `PUB_NET`. */
    readonly addressType?: MseGateway['addressType']
    readonly domains?: ReadonlyArray<{
      readonly name: string
      /** E.g. `{ MustHttps: true, TlsMin: 'TLS 1.2' }`. */
      readonly settings?: Readonly<Record<string, unknown>>
      /** With one it speaks HTTPS. */
      readonly certificate?: SeededCertificate
    }>
  }>
}

const errors = {
  GatewayNotFound: assumed(404, 'The gateway does not exist.'),
  DomainNotFound: assumed(404, 'The domain does not exist.'),
  CertNotFound: assumed(404, 'The certificate does not exist.'),
  CertExisted: assumed(400, 'The domain has a certificate already.'),
  CertNotAssociated: assumed(400, 'The domain has no certificate yet.'),
  IllegalProtocol: assumed(400, 'Protocol is HTTP or HTTPS, and HTTPS requires a certificate.'),
}

const refuse = refusals(errors)

const defaults = {
  MustHttps: false,
  Http2: 'globalConfig',
  TlsMin: '',
  TlsMax: '',
  MtlsEnabled: false,
  CaCertIdentifier: '',
}

const bindParameters = 'GatewayUniqueId*, DomainId*:n, CertIdentifier*, AcceptLanguage'

/** Cloud-native gateways of Microservices Engine. */
export const mse: Product<MseState, MseSeed> = {
  version: '2019-05-31',
  style: 'rpc',
  ram: 'mse',
  errors,
  envelope: (reply, RequestId) => ({
    RequestId,
    Success: true,
    Code: 200,
    HttpStatusCode: 200,
    Message: 'OK',
    ...reply,
  }),
  refusal: toldInside(errors, ({ code, message, status }, RequestId) => ({
    RequestId,
    Success: false,
    Code: status,
    HttpStatusCode: status,
    ErrorCode: code,
    Message: message,
  })),
  open: () => ({ gateways: new Map() }),
  seed,

  actions: {
    ListGateway: {
      parameters:
        'FilterParams{GatewayUniqueId}, PageNumber:n, PageSize:n, OrderItem, DescSort:b, AcceptLanguage',
      handle(call, { gateways }) {
        const { GatewayUniqueId: id, Name: name = '' } = call.object('FilterParams')
        const wanted = [...gateways.values()]
          .filter(({ uniqueId }) => id === undefined || uniqueId === id)
          .filter((one) => one.name.includes(name))
        const asked = { number: call.number('PageNumber'), size: call.number('PageSize') }
        const page = pageOf(wanted, { ...asked, usual: 10, largest: 100 })
        const counts = { PageNumber: page.number, PageSize: page.size, TotalSize: page.total }
        return { Data: { ...counts, Result: page.items.map(gatewayItem) } }
      },
    },

    ListGatewayDomain: {
      parameters: 'GatewayUniqueId*, DomainName, Type, AcceptLanguage',
      handle(call, state) {
        const gateway = gatewayOf(call, state)
        const wanted = gateway.domains.filter(({ name }) => name.includes(call.text('DomainName')))
        return { Data: wanted.map((one) => domainItem(one, gateway)) }
      },
    },

    GetGatewayDomainDetail: {
      parameters: 'GatewayUniqueId*, Id*:n, AcceptLanguage',
      handle(call, state, { store }) {
        const gateway = gatewayOf(call, state)
        const one = domainOf(call.number('Id'), gateway)
        const stored = store.identified(one.certIdentifier)
        return { Data: { ...domainItem(one, gateway), ...(stored ? certificateItem(stored) : {}) } }
      },
    },

    AddSSLCert: {
      parameters: bindParameters,
      handle: (call, state, world) => bind(call, state, world, 'first'),
    },

    UpdateSSLCert: {
      parameters: bindParameters,
      handle: (call, state, world) => bind(call, state, world, 'next'),
    },

    UpdateGatewayDomain: {
      parameters:
        'GatewayUniqueId*, Id*:n, Protocol, CertIdentifier, MustHttps:b, Http2, TlsMin, TlsMax, MtlsEnabled:b, CaCertIdentifier, TlsCipherSuitesConfigJSON{ConfigType}, AcceptLanguage',
      handle(call, state, world) {
        const gateway = gatewayOf(call, state)
        const one = domainOf(call.number('Id'), gateway)
        const certIdentifier = call.text('CertIdentifier')
        const protocol = call.text('Protocol') === '' ? 'HTTP' : call.text('Protocol')
        const isHttps = protocol === 'HTTPS'
        if ((!isHttps && protocol !== 'HTTP') || (isHttps && certIdentifier === '')) {
          throw refuse('IllegalProtocol')
        }
        if (certIdentifier !== '') requireCertificate(certIdentifier, world)
        Object.assign(one, { protocol, certIdentifier, settings: settingsOf(call) })
        serve(one, gateway, world)
        return { Data: one.id }
      },
    },

    ListSSLCert: {
      parameters: 'GatewayUniqueId*, CertName, AcceptLanguage',
      handle(call, state, { store }) {
        gatewayOf(call, state)
        const name = call.text('CertName')
        const wanted = store.all.filter((stored) => stored.name.includes(name))
        return { Data: wanted.map(certificateItem) }
      },
    },
  },
}

function seed({ gateways: all }: MseState, { gateways = [] }: MseSeed, world: World): void {
  for (const { uniqueId, name = uniqueId, domains = [], ...at } of gateways) {
    const facts = { address: '127.0.0.1', addressType: 'PUB_NET' as const, ...at }
    const gateway: MseGateway = { id: world.nextNumber(), uniqueId, name, ...facts, domains: [] }
    all.set(uniqueId, gateway)
    for (const { certificate, settings = {}, ...given } of domains) {
      const one: MseDomain = {
        id: world.nextNumber(),
        name: given.name.toLowerCase(),
        createdAt: world.clock.now(),
        protocol: certificate ? 'HTTPS' : 'HTTP',
        certIdentifier: certificate ? seededInStore(certificate, world).identifier : '',
        settings: { ...defaults, ...settings },
      }
      gateway.domains.push(one)
      serve(one, gateway, world)
    }
  }
}

function gatewayOf(call: Call, { gateways }: MseState): MseGateway {
  const gateway = gateways.get(call.text('GatewayUniqueId'))
  if (!gateway) throw refuse('GatewayNotFound')
  return gateway
}

function domainOf(id: number | undefined, { domains }: MseGateway): MseDomain {
  const one = domains.find((domain) => domain.id === id)
  if (!one) throw refuse('DomainNotFound')
  return one
}

function requireCertificate(identifier: string, { store }: World): void {
  if (!store.identified(identifier)) throw refuse('CertNotFound')
}

/** Binds the first certificate of a domain, which then speaks HTTPS, or the next one. */
function bind(call: Call, state: MseState, world: World, which: 'first' | 'next'): Reply {
  const gateway = gatewayOf(call, state)
  const one = domainOf(call.number('DomainId'), gateway)
  if (which === 'first' && one.certIdentifier !== '') throw refuse('CertExisted')
  if (which === 'next' && one.certIdentifier === '') throw refuse('CertNotAssociated')
  const certIdentifier = call.text('CertIdentifier')
  requireCertificate(certIdentifier, world)
  Object.assign(one, { protocol: 'HTTPS', certIdentifier })
  serve(one, gateway, world)
  return { Data: true }
}

function settingsOf(call: Call): MseDomain['settings'] {
  const texts = ['Http2', 'TlsMin', 'TlsMax', 'CaCertIdentifier']
    .map((name) => [name, call.text(name)] as const)
    .filter(([, value]) => value !== '')
  const { ConfigType, TlsCipherSuites = '' } = call.object('TlsCipherSuitesConfigJSON')
  return {
    ...defaults,
    ...Object.fromEntries(texts),
    MustHttps: call.flag('MustHttps') ?? false,
    MtlsEnabled: call.flag('MtlsEnabled') ?? false,
    ...(ConfigType === undefined
      ? {}
      : {
          TlsCipherSuitesConfig: {
            ConfigType,
            TlsCipherSuites: TlsCipherSuites.split(',').filter(Boolean),
          },
        }),
  }
}

function serve(one: MseDomain, { uniqueId }: MseGateway, { store, installations }: World): void {
  const stored = one.protocol === 'HTTPS' ? store.identified(one.certIdentifier) : undefined
  // The domain `*` is for every name, of which there are those of its certificate.
  const names = one.name === '*' ? undefined : { names: [one.name] }
  const place = { product: 'MSE', resource: `${uniqueId}/${one.id}`, ...names }
  installations.install(place, stored && servedOf(stored))
}

function gatewayItem({ id, uniqueId, name, address, addressType }: MseGateway): Reply {
  const balancer = { SlbId: `lb-${id}`, SlbIp: address, SlbPort: '443', Type: addressType }
  const isPublic = addressType === 'PUB_NET'
  return {
    Id: id,
    GatewayUniqueId: uniqueId,
    Name: name,
    Region: 'cn-hangzhou',
    Status: 2,
    InternetSlb: isPublic ? [balancer] : [],
    Slb: isPublic ? [] : [balancer],
  }
}

function domainItem(one: MseDomain, { id, uniqueId }: MseGateway): Reply {
  return {
    ...one.settings,
    Id: one.id,
    Name: one.name,
    GatewayId: id,
    GatewayUniqueId: uniqueId,
    Protocol: one.protocol,
    CertIdentifier: one.certIdentifier,
    Status: 0,
    GmtCreate: instantOf(one.createdAt),
  }
}

function certificateItem({ name, identifier, certificate }: StoredCertificate): Reply {
  return {
    CertIdentifier: identifier,
    CertName: name,
    CommonName: certificate.commonName,
    Sans: certificate.names.join(','),
    Issuer: certificate.issuer,
    Algorithm: certificate.algorithm,
    BeforeDate: certificate.notBefore,
    AfterDate: certificate.notAfter,
  }
}
