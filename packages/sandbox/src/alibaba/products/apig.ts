import type { StoredCertificate } from '../certificate-store.ts'
import { assumed, refusals } from '../errors.ts'
import { pageOf } from '../paging.ts'
import type { Product, Reply } from '../product.ts'
import type { Call } from '../request.ts'
import { seededInStore, servedOf } from '../supplied-certificate.ts'
import type { SeededCertificate } from '../supplied-certificate.ts'
import { toldInside } from '../told-inside.ts'
import type { World } from '../world.ts'

type Settings = Readonly<Record<string, unknown>>

export interface GatewayDomain {
  readonly id: string
  readonly name: string
  readonly gatewayId: string
  readonly createdAt: number
  updatedAt: number
  protocol: 'HTTP' | 'HTTPS'
  /** An identifier of the account's store. */
  certIdentifier: string
  /** What else can be set. A change sets back what it leaves out. */
  settings: Settings
}

export interface ApigState {
  readonly domains: Map<string, GatewayDomain>
}

export interface ApigSeed {
  readonly domains?: ReadonlyArray<{
    readonly name: string
    readonly id?: string
    /** Default `gw-1`. */
    readonly gatewayId?: string
    /** E.g. `{ forceHttps: true, tlsMin: 'TLS 1.2' }`. */
    readonly settings?: Settings
    /** With one it speaks HTTPS. */
    readonly certificate?: SeededCertificate
  }>
}

const errors = {
  'NotFound.DomainNotFound': assumed(404, 'The domain does not exist.'),
  'Conflict.DomainExisted': assumed(409, 'The domain exists already.'),
  'NotFound.CertNotFound': assumed(404, 'The certificate does not exist.'),
  'InvalidParameter.forceHttps': assumed(400, 'forceHttps is required.'),
  'InvalidParameter.protocol': assumed(400, 'protocol is HTTP or HTTPS.'),
  'InvalidParameter.certIdentifier': assumed(400, 'HTTPS requires a certificate.'),
  'InvalidParameter.name': assumed(400, 'name is required.'),
}

const refuse = refusals(errors)

const defaults: Settings = {
  forceHttps: false,
  http2Option: 'GlobalConfig',
  tlsMin: '',
  tlsMax: '',
  mTLSEnabled: false,
  clientCACert: '',
  caCertIdentifier: '',
  tlsCipherSuitesConfig: null,
  domainScope: 'Default',
}

const root = '/v1/domains'

/** The cloud-native API Gateway. */
export const apig: Product<ApigState, ApigSeed> = {
  version: '2024-03-27',
  style: 'roa',
  ram: 'apig',
  errors,
  envelope: (data, requestId) => ({ requestId, code: 'Ok', message: 'success', data }),
  refusal: toldInside(errors, ({ code, message }, requestId) => ({ requestId, code, message })),
  open: () => ({ domains: new Map() }),

  seed(state, { domains = [] }, world) {
    for (const { name, gatewayId = 'gw-1', settings = {}, certificate, ...given } of domains) {
      const now = world.clock.now()
      const one: GatewayDomain = {
        id: given.id ?? world.nextId('d-'),
        name: name.toLowerCase(),
        gatewayId,
        createdAt: now,
        updatedAt: now,
        protocol: certificate ? 'HTTPS' : 'HTTP',
        certIdentifier: certificate ? seededInStore(certificate, world).identifier : '',
        settings: { ...defaults, ...settings },
      }
      state.domains.set(one.id, one)
      serve(one, world)
    }
  },

  actions: {
    ListDomains: {
      path: root,
      methods: ['GET'],
      parameters:
        'pageNumber:n, pageSize:n, gatewayId, gatewayType, nameLike, domainScope, resourceGroupId',
      handle(call, { domains }) {
        const [gateway, name] = [call.text('gatewayId'), call.text('nameLike').toLowerCase()]
        const wanted = [...domains.values()]
          .filter(({ gatewayId }) => gateway === '' || gatewayId === gateway)
          .filter((one) => one.name.includes(name))
        return paged(call, wanted, domainItem)
      },
    },

    GetDomain: {
      path: `${root}/{domainId}`,
      methods: ['GET'],
      parameters: 'withStatistics:b',
      handle(call, state, { store }) {
        const one = domainOf(call, state)
        const stored = store.identified(one.certIdentifier)
        return { ...domainItem(one), ...(stored ? certificateFacts(stored) : {}) }
      },
    },

    UpdateDomain: {
      path: `${root}/{domainId}`,
      methods: ['PUT'],
      handle(call, state, world) {
        const one = domainOf(call, state)
        Object.assign(one, written(call, world), { updatedAt: world.clock.now() })
        serve(one, world)
        return { deployRevisionId: world.nextId('apr-') }
      },
    },

    CreateDomain: {
      path: root,
      methods: ['POST'],
      parameters: 'clientToken, dryRun:b',
      handle(call, { domains }, world) {
        const { name } = call.body
        if (typeof name !== 'string' || name === '') throw refuse('InvalidParameter.name')
        const known = [...domains.values()].some((one) => one.name === name.toLowerCase())
        if (known) throw refuse('Conflict.DomainExisted')
        const now = world.clock.now()
        const facts = { name: name.toLowerCase(), gatewayId: '', createdAt: now, updatedAt: now }
        const one = { id: world.nextId('d-'), ...facts, ...written(call, world) }
        domains.set(one.id, one)
        serve(one, world)
        return { domainId: one.id }
      },
    },

    ListSslCerts: {
      path: '/v1/ssl/certs',
      methods: ['GET'],
      parameters: 'certNameLike, domainName, pageNumber:n, pageSize:n',
      handle(call, _state, { store }) {
        const name = call.text('certNameLike')
        const wanted = store.all.filter((stored) => stored.name.includes(name))
        return paged(call, wanted, certificateItem)
      },
    },
  },
}

function paged<Item>(call: Call, all: readonly Item[], item: (one: Item) => Reply): Reply {
  const asked = { number: call.number('pageNumber'), size: call.number('pageSize') }
  const { items, number, size, total } = pageOf(all, { ...asked, usual: 10, largest: 100 })
  return { items: items.map(item), pageNumber: number, pageSize: size, totalSize: total }
}

function domainOf(call: Call, { domains }: ApigState): GatewayDomain {
  const one = domains.get(call.text('domainId'))
  if (!one) throw refuse('NotFound.DomainNotFound')
  return one
}

/** The whole of what can be set, out of a body. */
function written(
  { body }: Call,
  { store }: World,
): Pick<GatewayDomain, 'protocol' | 'certIdentifier' | 'settings'> {
  const { protocol = 'HTTP', certIdentifier = '' } = body
  if (typeof body['forceHttps'] !== 'boolean') throw refuse('InvalidParameter.forceHttps')
  if (protocol !== 'HTTP' && protocol !== 'HTTPS') throw refuse('InvalidParameter.protocol')
  const isNamed = typeof certIdentifier === 'string' && certIdentifier !== ''
  if (protocol === 'HTTPS' && !isNamed) throw refuse('InvalidParameter.certIdentifier')
  if (isNamed && !store.identified(certIdentifier)) throw refuse('NotFound.CertNotFound')
  const given = Object.keys(defaults).filter((name) => body[name] !== undefined)
  const settings = Object.fromEntries(given.map((name) => [name, body[name]]))
  return {
    protocol,
    certIdentifier: isNamed ? certIdentifier : '',
    settings: { ...defaults, ...settings },
  }
}

function serve(one: GatewayDomain, { store, installations }: World): void {
  const stored = one.protocol === 'HTTPS' ? store.identified(one.certIdentifier) : undefined
  const place = { product: 'APIG', resource: one.id, names: [one.name] }
  installations.install(place, stored && servedOf(stored))
}

function domainItem(one: GatewayDomain): Reply {
  return {
    ...one.settings,
    domainId: one.id,
    name: one.name,
    protocol: one.protocol,
    certIdentifier: one.certIdentifier,
    status: 'Published',
    createTimestamp: one.createdAt,
    updateTimestamp: one.updatedAt,
  }
}

function certificateFacts({ name, certificate }: StoredCertificate): Reply {
  return {
    certName: name,
    algorithm: certificate.algorithm,
    issuer: certificate.issuer,
    sans: certificate.names.join(','),
    notBeforeTimestamp: certificate.notBefore,
    // The API spells it so.
    notAfterTimstamp: certificate.notAfter,
  }
}

function certificateItem({ id, identifier, name, certificate }: StoredCertificate): Reply {
  return {
    certId: id,
    certIdentifier: identifier,
    certName: name,
    commonName: certificate.commonName,
    sans: certificate.names.join(','),
    algorithm: certificate.algorithm,
    issuer: certificate.issuer,
    fingerprint: certificate.fingerprint,
    sha2: certificate.sha256,
    serialNo: certificate.serial,
    notBeforeTimestamp: certificate.notBefore,
    notAfterTimestamp: certificate.notAfter,
  }
}
