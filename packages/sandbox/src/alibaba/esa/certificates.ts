import { instantOf } from '../../clock.ts'
import { belongsTo, nameCovers, readCertificate, readPrivateKey } from '../certificate.ts'
import type { Served } from '../installations.ts'
import { askedPage } from '../paging.ts'
import type { Action, Reply } from '../product.ts'
import type { Call } from '../request.ts'
import type { World } from '../world.ts'
import { isOfSite, refuse, siteOf } from './site.ts'
import type { EsaCertificate, EsaSite, EsaState } from './site.ts'

/** What a call brings: PEM text, or an id of the account's store. */
export function givenCertificate(call: Call, type: string, world: World, region: string): Served {
  if (type === 'cas') {
    const stored = world.store.get(call.number('CasId') ?? 0)
    const wanted = region === '' ? world.store.region : region
    if (!stored || wanted !== world.store.region) throw refuse('Certificate.NotFound')
    return { certificate: stored.certificate, keyPem: stored.keyPem, certId: stored.id }
  }
  if (type !== 'upload') throw refuse('InvalidType')
  return readServed(call.text('Certificate'), call.text('PrivateKey'))
}

export function readServed(certPem: string, keyPem: string): Served {
  const certificate = readCertificate(certPem)
  if (!certificate) throw refuse('Certificate.FormatError')
  const key = readPrivateKey(keyPem)
  if (!key) throw refuse('Certificate.PrivateKeyError')
  if (!belongsTo(key, certificate)) throw refuse('Certificate.MissMatch')
  return { certificate, keyPem }
}

/** Puts a certificate on a site, new or in place of one that it holds. */
export function keep(
  site: EsaSite,
  given: Pick<EsaCertificate, 'name' | 'type' | 'served'> & { readonly id: string },
  world: World,
): EsaCertificate {
  const { id, name, type, served } = given
  const updatedAt = world.clock.now()
  const { sha256, names } = served.certificate
  if (!names.some((one) => isOfSite(one, site))) throw refuse('Certificate.NameNotCovered')
  const others = site.certificates.filter((one) => one.id !== id)
  if (others.some((one) => one.served.certificate.sha256 === sha256)) {
    throw refuse('Certificate.Duplicated')
  }
  const old = site.certificates.find((one) => one.id === id)
  if (id !== '' && !old) throw refuse('Certificate.NotFound')
  if (!old && site.certificates.length >= site.quota) throw refuse('CertQuotaCheckFailed')
  const kept = old ?? {
    id: world.nextId('baba'),
    createdAt: updatedAt,
    name,
    type,
    served,
    updatedAt,
  }
  Object.assign(kept, { name: name === '' ? kept.name : name, type, served, updatedAt })
  if (!old) site.certificates.push(kept)
  world.installations.install({ product: 'ESA', resource: `${site.id}/${kept.id}` }, served)
  return kept
}

/** The certificates of a site. */
export const certificateActions: Readonly<Record<string, Action<EsaState>>> = {
  SetCertificate: {
    parameters: 'SiteId*:n, Type*, Name, Id, CasId:n, Region, Certificate, PrivateKey, KeyServerId',
    handle(call, state, world) {
      const site = siteOf(call, state)
      const type = call.text('Type')
      const served = givenCertificate(call, type, world, call.text('Region'))
      const facts = { id: call.text('Id'), name: call.text('Name'), served }
      const { id } = keep(site, { ...facts, type: type === 'cas' ? 'cas' : 'upload' }, world)
      return { Id: id }
    },
  },

  ListCertificates: {
    parameters: 'SiteId*:n, PageNumber:n, PageSize:n, Keyword, ValidOnly:b',
    handle(call, state, world) {
      const site = siteOf(call, state)
      const now = world.clock.now()
      const keyword = call.text('Keyword')
      const wanted = site.certificates
        .filter(({ served }) => !call.flag('ValidOnly') || served.certificate.notAfter > now)
        .filter(({ name, served }) =>
          [name, ...served.certificate.names].some((text) => text.includes(keyword)),
        )
      const page = askedPage(call, wanted, { usual: 20, largest: 500 })
      return {
        ...siteFacts(site),
        Result: page.items.map((one) => certificateItem(one, world)),
        ...page.counts,
      }
    },
  },

  GetCertificate: {
    parameters: 'SiteId*:n, Id*',
    handle(call, state, world) {
      const site = siteOf(call, state)
      const one = certificateOf(call, site)
      return {
        ...siteFacts(site),
        Status: 'OK',
        Certificate: one.served.certificate.pem,
        Result: certificateItem(one, world),
      }
    },
  },

  DeleteCertificate: {
    parameters: 'SiteId*:n, Id*',
    methods: ['GET'],
    handle(call, state, world) {
      const site = siteOf(call, state)
      const one = certificateOf(call, site)
      site.certificates.splice(site.certificates.indexOf(one), 1)
      const place = { product: 'ESA', resource: `${site.id}/${one.id}` }
      world.installations.install(place, undefined)
      return { ...siteFacts(site), Id: one.id }
    },
  },

  ListCertificatesByRecord: {
    parameters: 'SiteId*:n, RecordName*, ValidOnly:b, Detail:b',
    handle(call, state, world) {
      const site = siteOf(call, state)
      const Result = call
        .text('RecordName')
        .split(',')
        .map((RecordName) => {
          const matching = site.certificates.filter(({ served }) =>
            served.certificate.names.some((name) => nameCovers(name, RecordName)),
          )
          return {
            RecordName,
            Status: matching.length > 0 ? 'active' : 'none',
            Count: matching.length,
            ApplylingCount: 0,
            Certificates: call.flag('Detail')
              ? matching.map((one) => certificateItem(one, world))
              : [],
          }
        })
      return { ...siteFacts(site), Result, TotalCount: Result.length }
    },
  },

  GetCertificateQuota: {
    parameters: 'SiteId*:n, Type*',
    methods: ['GET'],
    handle(call, state) {
      const site = siteOf(call, state)
      const QuotaUsage = site.certificates.length
      const SiteUsage = [{ ...siteFacts(site), SiteUsage: QuotaUsage }]
      return { Type: call.text('Type'), Quota: site.quota, QuotaUsage, SiteCount: 1, SiteUsage }
    },
  },
}

function certificateOf(call: Call, { certificates }: EsaSite): EsaCertificate {
  const one = certificates.find(({ id }) => id === call.text('Id'))
  if (!one) throw refuse('Certificate.NotFound')
  return one
}

function siteFacts({ id, name }: EsaSite): Reply {
  return { SiteId: id, SiteName: name }
}

function certificateItem(one: EsaCertificate, { clock, store }: World): Reply {
  const { certificate, certId } = one.served
  return {
    Id: one.id,
    Name: one.name,
    Type: one.type,
    Status: certificate.notAfter < clock.now() ? 'Expired' : 'OK',
    CommonName: certificate.commonName,
    SAN: certificate.names.join(','),
    Issuer: certificate.issuer,
    IssuerCN: certificate.issuer,
    SerialNumber: certificate.serial,
    FingerprintSha256: certificate.sha256,
    PubAlg: certificate.algorithm === 'RSA' ? `RSA${certificate.keySize}` : 'ECDSA',
    NotBefore: instantOf(certificate.notBefore),
    NotAfter: instantOf(certificate.notAfter),
    CreateTime: instantOf(one.createdAt),
    UpdateTime: instantOf(one.updatedAt),
    ...(certId === undefined ? {} : { CasId: String(certId), Region: store.region }),
  }
}
