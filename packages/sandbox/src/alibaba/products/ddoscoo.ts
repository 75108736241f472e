import { nameCovers } from '../certificate.ts'
import type { StoredCertificate } from '../certificate-store.ts'
import { instantOf } from '../../clock.ts'
import { assumed, documented, refusals } from '../errors.ts'
import { askedPage } from '../paging.ts'
import type { Product, Reply } from '../product.ts'
import type { Call } from '../request.ts'
import { readPair, seededInStore, servedOf } from '../supplied-certificate.ts'
import type { SeededCertificate } from '../supplied-certificate.ts'
import type { World } from '../world.ts'

export interface ProtectedWebsite {
  readonly domain: string
  readonly cname: string
  /** `http`, `https`, `websocket`, `websockets`, each with its ports. */
  readonly proxies: Readonly<Record<string, readonly number[]>>
  /** Its id in the account's store. */
  certId: number | undefined
  tls: Readonly<Record<string, unknown>>
}

export interface DdosState {
  readonly websites: Map<string, ProtectedWebsite>
}

export interface DdosSeed {
  readonly websites?: ReadonlyArray<{
    readonly domain: string
    /** Default `{ http: [80], https: [443] }`. */
    readonly proxies?: ProtectedWebsite['proxies']
    readonly certificate?: SeededCertificate
  }>
}

const errors = {
  DomainNotExist: assumed(400, 'The domain is not protected.'),
  CertNotExist: assumed(400, 'The certificate does not exist.'),
  CertNotMatch: assumed(400, 'The certificate does not stand for the domain.'),
  CertContentInvalid: assumed(400, 'The certificate or its key cannot be read.'),
  CertNameRepeat: assumed(400, 'A certificate of this name exists.'),
  HttpsNotSet: assumed(400, 'The domain is not protected for HTTPS.'),
  InvalidConfig: assumed(400, 'Config is not JSON of TLS settings.'),
  InvalidParameter: documented(400, 'The specified parameter is not valid.'),
}

const refuse = refusals(errors)

/** Anti-DDoS Proxy. */
export const ddoscoo: Product<DdosState, DdosSeed> = {
  version: '2020-01-01',
  style: 'rpc',
  ram: 'yundun-ddoscoo',
  errors,
  open: () => ({ websites: new Map() }),

  seed({ websites: all }, { websites = [] }, world) {
    for (const { proxies = { http: [80], https: [443] }, certificate, ...given } of websites) {
      const domain = given.domain.toLowerCase()
      const certId = certificate && seededInStore(certificate, world).id
      const cname = `${domain.replaceAll('.', '-')}.aliyunddos0001.com`
      const tls = { ssl_protocols: 'tls1.0', ssl_ciphers: 'default' }
      const one = { domain, cname, proxies, certId, tls }
      all.set(domain, one)
      serve(one, world)
    }
  },

  actions: {
    DescribeDomains: {
      parameters: 'InstanceIds:s[], ResourceGroupId',
      handle: (_, { websites }) => ({ Domains: [...websites.keys()] }),
    },

    DescribeWebRules: {
      parameters:
        'Domain, QueryDomainPattern, Cname, InstanceIds:s[], ResourceGroupId, PageNumber:n, PageSize:n',
      handle(call, { websites }, { store }) {
        const domain = call.text('Domain').toLowerCase()
        const isExact = call.text('QueryDomainPattern') === 'exact'
        const wanted = [...websites.values()].filter((one) =>
          isExact && domain !== '' ? one.domain === domain : one.domain.includes(domain),
        )
        const page = askedPage(call, wanted, { usual: 10, largest: 10 })
        const WebRules = page.items.map((one) => webRule(one, store.get(one.certId ?? 0)))
        return { WebRules, TotalCount: page.counts['TotalCount'] }
      },
    },

    DescribeCerts: {
      parameters: 'Domain, ResourceGroupId',
      handle(call, { websites }, { store }) {
        const domain = call.text('Domain').toLowerCase()
        const certId = websites.get(domain)?.certId
        const wanted = store.all.filter(
          ({ certificate }) =>
            domain === '' || certificate.names.some((name) => nameCovers(name, domain)),
        )
        return { Certs: wanted.map((one) => certItem(one, one.id === certId)) }
      },
    },

    AssociateWebCert: {
      parameters: 'Domain*, CertIdentifier, CertId:n, CertRegion, CertName, Cert, Key',
      handle(call, state, world) {
        const one = websiteOf(call, state)
        if (!one.proxies['https'] && !one.proxies['websockets']) throw refuse('HttpsNotSet')
        const { id, certificate } = givenCertificate(call, world)
        if (!certificate.names.some((name) => nameCovers(name, one.domain))) {
          throw refuse('CertNotMatch')
        }
        one.certId = id
        serve(one, world)
        return {}
      },
    },

    ModifyTlsConfig: {
      parameters: 'Domain*, Config*, ResourceGroupId',
      handle(call, state) {
        const one = websiteOf(call, state)
        one.tls = { ...one.tls, ...configOf(call) }
        return {}
      },
    },
  },
}

function websiteOf(call: Call, { websites }: DdosState): ProtectedWebsite {
  const one = websites.get(call.text('Domain').toLowerCase())
  if (!one) throw refuse('DomainNotExist')
  return one
}

/** Of the store by identifier or number, or brought along as PEM text, which is then kept in the store. */
function givenCertificate(call: Call, { store }: World): StoredCertificate {
  const [identifier, id, name] = [
    call.text('CertIdentifier'),
    call.number('CertId'),
    call.text('CertName'),
  ]
  if (identifier === '' && id === undefined && name === '') throw refuse('InvalidParameter')
  if (identifier !== '' || id !== undefined) {
    const region = call.text('CertRegion')
    const isHere = region === '' || region === store.region
    const stored = identifier === '' ? store.get(id ?? 0) : store.identified(identifier)
    if (!stored || !isHere) throw refuse('CertNotExist')
    return stored
  }
  const { certificate, keyPem } = readPair(call.text('Cert'), call.text('Key'), () =>
    refuse('CertContentInvalid'),
  )
  if (store.named(name)) throw refuse('CertNameRepeat')
  return store.add({ name, certificate, keyPem })
}

function configOf(call: Call): Readonly<Record<string, unknown>> {
  try {
    const value = JSON.parse(call.text('Config')) as unknown
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // Told below.
  }
  throw refuse('InvalidConfig')
}

function serve({ domain, certId }: ProtectedWebsite, { store, installations }: World): void {
  const stored = store.get(certId ?? 0)
  const place = { product: 'DDOS', resource: domain, names: [domain] }
  installations.install(place, stored && servedOf(stored))
}

function webRule(one: ProtectedWebsite, stored: StoredCertificate | undefined): Reply {
  return {
    Domain: one.domain,
    Cname: one.cname,
    ProxyEnabled: true,
    ProxyTypes: Object.entries(one.proxies).map(([ProxyType, ports]) => ({
      ProxyType,
      ProxyPorts: ports.map(String),
    })),
    SslProtocols: one.tls['ssl_protocols'],
    SslCiphers: one.tls['ssl_ciphers'],
    ...(stored
      ? {
          CertName: stored.name,
          UserCertName: stored.name,
          CertExpireTime: stored.certificate.notAfter,
        }
      : {}),
  }
}

function certItem(
  { id, identifier, name, certificate }: StoredCertificate,
  DomainRelated: boolean,
): Reply {
  return {
    Id: id,
    CertIdentifier: identifier,
    Name: name,
    Common: certificate.commonName,
    Issuer: certificate.issuer,
    StartDate: instantOf(certificate.notBefore).slice(0, 10),
    EndDate: instantOf(certificate.notAfter).slice(0, 10),
    DomainRelated,
  }
}
