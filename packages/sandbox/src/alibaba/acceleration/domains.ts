import { instantOf } from '../../clock.ts'
import type { Installation, Place } from '../installations.ts'
import { askedPage } from '../paging.ts'
import type { Reply } from '../product.ts'
import type { Call } from '../request.ts'
import type { World } from '../world.ts'
import type {
  AcceleratedDomain,
  AcceleratedSeed,
  AcceleratedState,
  CertificateChange,
  DomainStatus,
} from './domain.ts'
import { refuse } from './errors.ts'
import { chosen, uploaded } from './upload.ts'
import type { CertificateInput } from './upload.ts'

/** What the products of this family do with their domains. */
interface AcceleratedDomains {
  open(): AcceleratedState
  seed(state: AcceleratedState, given: AcceleratedSeed, world: World): void
  find(call: Call, state: AcceleratedState): AcceleratedDomain
  /** Sets or switches off the certificate of the domain that a call names; in effect only after a while. */
  set(call: Call, state: AcceleratedState, world: World, given?: CertificateInput): Reply
  /** What is in effect at a domain. Reading it moves a change on. */
  effective(one: AcceleratedDomain, world: World): CertificateChange | undefined
  /** Lists the domains that a call asks for, each as `item` tells it. */
  list(call: Call, state: AcceleratedState, world: World, listing: Listing): Reply
}

interface Listing {
  /** How a name is searched where the call does not say. */
  readonly match: 'full_match' | 'fuzzy_match'
  /** The largest page. */
  readonly largest: number
  readonly item: (facts: ListedFacts) => Reply
}

interface ListedFacts {
  readonly one: AcceleratedDomain
  readonly status: DomainStatus
  readonly ssl: 'on' | 'off'
}

/** The domains of one product, which is named as `UsingProductList` names it. */
export function acceleratedDomains(product: string): AcceleratedDomains {
  const look = (one: AcceleratedDomain, world: World): Installation | undefined =>
    world.installations.look(product, one.domain)

  const change = (
    one: AcceleratedDomain,
    made: Omit<CertificateChange, 'at'>,
    { world, slowly }: { world: World; slowly: boolean },
  ): void => {
    one.changes.push({ ...made, at: world.clock.now() })
    world.installations.install(placeOf(product, one.domain), made.served, { slowly })
  }

  const domains: AcceleratedDomains = {
    open: () => ({ domains: new Map() }),

    seed(state, { domains = [] }, world) {
      for (const given of domains) {
        const { status = 'online', resourceGroupId = 'rg-default', certificate } = given
        const domain = given.domain.toLowerCase()
        const createdAt = world.clock.now()
        const one = { domain, status, resourceGroupId, createdAt, changes: [] }
        state.domains.set(domain, one)
        if (!certificate) continue
        const { name = `seeded_${world.nextNumber()}` } = certificate
        change(one, uploaded({ ...certificate, name }, world), { world, slowly: false })
      }
    },

    find(call, state) {
      const asked = call.text('DomainName').toLowerCase()
      const found = state.domains.get(asked)
      if (!found) throw refuse(asked.startsWith('*') ? 'DomainNotFound' : 'InvalidDomain.NotFound')
      return found
    },

    set(call, state, world, given = inputOf(call)) {
      const one = domains.find(call, state)
      checkStatus(one)
      if (look(one, world)?.pending) throw refuse('ServiceBusy')
      const protocol = call.text('SSLProtocol').toLowerCase()
      if (protocol !== 'on' && protocol !== 'off') {
        throw refuse('InvalidSSLProtocol.ValueNotSupported')
      }
      const off = { served: undefined, certName: '', certType: '', certRegion: '' }
      const made = protocol === 'off' ? off : chosen(given, world)
      change(one, made, { world, slowly: true })
      return {}
    },

    effective(one, world) {
      const served = look(one, world)?.served
      return served && one.changes.findLast((made) => made.served === served)
    },

    list(call, state, world, { match, largest, item }) {
      const name = call.text('DomainName').toLowerCase()
      const asked = call.text('DomainSearchType')
      const status = call.text('DomainStatus')
      const wanted = [...state.domains.values()]
        .filter(({ domain }) => name === '' || matches(domain, name, asked === '' ? match : asked))
        .filter((one) => status === '' || one.status === status)
      const page = askedPage(call, wanted, { usual: 20, largest })
      const PageData = page.items.map((one) => ({
        ...domainItem(one),
        ...item({
          one,
          status: look(one, world)?.pending ? 'configuring' : one.status,
          ssl: one.changes.at(-1)?.served ? 'on' : 'off',
        }),
      }))
      return { Domains: { PageData }, ...page.counts }
    },
  }
  return domains
}

/** A wildcard `.example.com` answers all names one label below. */
function placeOf(product: string, domain: string): Place {
  return { product, resource: domain, names: [domain.startsWith('.') ? `*${domain}` : domain] }
}

function checkStatus({ status }: AcceleratedDomain): void {
  if (status === 'online') return
  if (status === 'configuring') throw refuse('ServiceBusy')
  const isOff = status === 'offline' || status === 'stopping'
  throw refuse(isOff ? 'InvalidDomain.Offline' : 'InvalidDomain.notOnline')
}

/** The parameters of CDN, DCDN and VOD. */
function inputOf(call: Call): CertificateInput {
  const type = call.text('CertType')
  return {
    type: type === '' ? 'upload' : type,
    name: call.text('CertName'),
    certPem: call.text('SSLPub'),
    keyPem: call.text('SSLPri'),
    certId: call.number('CertId'),
    region: call.text('CertRegion'),
  }
}

function matches(domain: string, name: string, match: string): boolean {
  if (match === 'pre_match') return domain.startsWith(name)
  if (match === 'suf_match') return domain.endsWith(name)
  return match === 'fuzzy_match' ? domain.includes(name) : domain === name
}

function domainItem({ domain, resourceGroupId, createdAt, changes }: AcceleratedDomain): Reply {
  return {
    DomainName: domain,
    Cname: `${domain.replace(/^\./, 'all.')}.w.kunlunsl.com`,
    ResourceGroupId: resourceGroupId,
    GmtCreated: instantOf(createdAt),
    GmtModified: instantOf(changes.at(-1)?.at ?? createdAt),
  }
}

/** The members that every product's `CertInfo` has. */
export function certInfoOf(
  { domain }: AcceleratedDomain,
  effective: CertificateChange | undefined,
): Reply {
  const certificate = effective?.served?.certificate
  if (!effective || !certificate) return { DomainName: domain }
  return {
    DomainName: domain,
    CertName: effective.certName,
    CertType: effective.certType,
    CertRegion: effective.certRegion,
    CertId: String(effective.served?.certId ?? ''),
    CertDomainName: certificate.commonName,
    CertOrg: certificate.issuer,
    CertStartTime: instantOf(certificate.notBefore),
    CertExpireTime: instantOf(certificate.notAfter),
    CertUpdateTime: instantOf(effective.at),
    CertLife: `${Math.round((certificate.notAfter - certificate.notBefore) / 86_400_000)} days`,
    Status: 'success',
  }
}

/** How CDN and VOD tell what is in effect. */
export function serverCertificateInfo(
  one: AcceleratedDomain,
  effective: CertificateChange | undefined,
): Reply {
  const info = {
    ...certInfoOf(one, effective),
    ServerCertificateStatus: effective?.served ? 'on' : 'off',
    ServerCertificate: effective?.served?.certificate.pem ?? '',
    DomainCnameStatus: 'ok',
  }
  return { CertInfos: { CertInfo: [info] } }
}

/** How DCDN and Live tell it. */
export function sslPubInfo(
  one: AcceleratedDomain,
  effective: CertificateChange | undefined,
): Reply {
  const info = {
    ...certInfoOf(one, effective),
    SSLProtocol: effective?.served ? 'on' : 'off',
    SSLPub: effective?.served?.certificate.pem ?? '',
  }
  return { CertInfos: { CertInfo: [info] } }
}
