import { instantOf } from '../../clock.ts'
import { askedPage } from '../paging.ts'
import type { Action, Reply } from '../product.ts'
import type { Call } from '../request.ts'
import { givenCertificate } from './certificates.ts'
import { refuse, siteOf } from './site.ts'
import type { CustomHostname, EsaSite, EsaState } from './site.ts'

/** The names of a site's customers (SaaS). */
export const hostnameActions: Readonly<Record<string, Action<EsaState>>> = {
  ListCustomHostnames: {
    parameters: 'SiteId*:n, Hostname, NameMatchType, RecordId:n, Status, PageNumber:n, PageSize:n',
    handle(call, state) {
      const site = siteOf(call, state)
      const name = call.text('Hostname')
      const isFuzzy = call.text('NameMatchType') === 'fuzzy'
      const wanted = site.hostnames
        .filter(
          ({ hostname }) => name === '' || (isFuzzy ? hostname.includes(name) : hostname === name),
        )
        .filter(({ recordId }) => (call.number('RecordId') ?? recordId) === recordId)
      const page = askedPage(call, wanted, { usual: 20, largest: 500 })
      return {
        Hostnames: page.items.map((one) => hostnameItem(one, site)),
        ...page.counts,
      }
    },
  },

  GetCustomHostname: {
    parameters: 'HostnameId*:n',
    handle(call, state) {
      const { one, site } = hostnameOf(call, state)
      const Certificate = one.served?.certificate.pem ?? ''
      return { CustomHostnameModel: { ...hostnameItem(one, site), Certificate } }
    },
  },

  UpdateCustomHostname: {
    parameters:
      'HostnameId*:n, RecordId:n, SslFlag, CertType, CasId:n, CasRegion, Certificate, PrivateKey',
    handle(call, state, world) {
      const { one, site } = hostnameOf(call, state)
      const isOn = call.text('SslFlag') !== 'off'
      const type = call.text('CertType')
      const served = isOn ? givenCertificate(call, type, world, call.text('CasRegion')) : undefined
      one.sslFlag = isOn ? 'on' : 'off'
      one.certType = isOn ? (type as CustomHostname['certType']) : ''
      one.served = served
      one.updatedAt = world.clock.now()
      const resource = `${site.id}/${one.hostname}`
      world.installations.install({ product: 'ESA', resource, names: [one.hostname] }, served)
      return {}
    },
  },
}

function hostnameOf(call: Call, { sites }: EsaState): { one: CustomHostname; site: EsaSite } {
  const id = call.number('HostnameId')
  for (const site of sites.values()) {
    const one = site.hostnames.find((hostname) => hostname.id === id)
    if (one) return { one, site }
  }
  throw refuse('Hostname.NotFound')
}

function hostnameItem(one: CustomHostname, site: EsaSite): Reply {
  return {
    HostnameId: one.id,
    Hostname: one.hostname,
    SiteId: site.id,
    SiteName: site.name,
    RecordId: one.recordId,
    RecordName: site.records.find(({ id }) => id === one.recordId)?.name ?? '',
    Status: 'active',
    SslFlag: one.sslFlag,
    CertType: one.certType,
    CertStatus: one.served ? 'OK' : '',
    CertNotAfter: one.served ? instantOf(one.served.certificate.notAfter) : '',
    UpdateTime: instantOf(one.updatedAt),
    ...(one.served?.certId === undefined ? {} : { CasId: one.served.certId }),
  }
}
