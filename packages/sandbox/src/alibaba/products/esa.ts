import { instantOf } from '../../clock.ts'
import { mirrorZone } from '../dns-mirror.ts'
import { certificateActions, keep, readServed } from '../esa/certificates.ts'
import { hostnameActions } from '../esa/hostnames.ts'
import { recordActions } from '../esa/records.ts'
import { esaErrors } from '../esa/site.ts'
import type { EsaSite, EsaState } from '../esa/site.ts'
import { askedPage } from '../paging.ts'
import type { Product, Reply } from '../product.ts'

export interface EsaSeed {
  readonly sites?: readonly {
    readonly id?: number
    readonly name: string
    /** Default `NS`: the zone is hosted here. */
    readonly accessType?: EsaSite['accessType']
    readonly status?: EsaSite['status']
    /** Default 2, as on the free plan. */
    readonly quota?: number
    readonly certificates?: readonly {
      readonly name: string
      readonly certPem: string
      readonly keyPem: string
    }[]
    readonly hostnames?: readonly string[]
  }[]
}

/** Edge Security Acceleration. */
export const esa: Product<EsaState, EsaSeed> = {
  version: '2024-09-10',
  style: 'rpc',
  ram: 'esa',
  errors: esaErrors,
  open: () => ({ sites: new Map() }),

  seed(state, { sites = [] }, world) {
    for (const given of sites) {
      const now = world.clock.now()
      const { id = 500_000 + world.nextNumber(), accessType = 'NS', status = 'active' } = given
      const name = given.name.toLowerCase()
      const hostnames = (given.hostnames ?? []).map((hostname) => ({
        id: 700_000 + world.nextNumber(),
        hostname,
        recordId: 0,
        sslFlag: 'off' as const,
        certType: '' as const,
        served: undefined,
        updatedAt: now,
      }))
      const facts = { id, name, accessType, status, createdAt: now, quota: given.quota ?? 2 }
      const site: EsaSite = { ...facts, hostnames, certificates: [], records: [] }
      state.sites.set(id, site)
      if (accessType === 'NS') mirrorZone(world.dns, name)
      for (const { name, certPem, keyPem } of given.certificates ?? []) {
        const served = readServed(certPem, keyPem)
        keep(site, { id: '', name, type: 'upload', served }, world)
      }
    }
  },

  actions: {
    ListSites: {
      parameters:
        'SiteName, SiteSearchType, Status, AccessType, Coverage, OnlyEnterprise:b, PlanSubscribeType, ResourceGroupId, OrderBy, PageNumber:n, PageSize:n, TagFilter[]{Key, Value}',
      methods: ['GET'],
      handle(call, { sites }) {
        const asked = call.text('SiteName').toLowerCase()
        const match = call.text('SiteSearchType')
        const [status, accessType] = [call.text('Status'), call.text('AccessType')]
        const wanted = [...sites.values()]
          .filter(({ name }) => asked === '' || matches(name, asked, match))
          .filter((site) => status === '' || site.status === status)
          .filter((site) => accessType === '' || site.accessType === accessType)
        const page = askedPage(call, wanted, { usual: 500, largest: 500 })
        return {
          Sites: page.items.map(siteItem),
          ...page.counts,
        }
      },
    },

    ...certificateActions,
    ...hostnameActions,
    ...recordActions,
  },
}

function matches(name: string, asked: string, match: string): boolean {
  if (match === 'exact') return name === asked
  if (match === 'prefix') return name.startsWith(asked)
  if (match === 'suffix') return name.endsWith(asked)
  return name.includes(asked)
}

function siteItem({ id, name, accessType, status, createdAt }: EsaSite): Reply {
  return {
    SiteId: id,
    SiteName: name,
    AccessType: accessType,
    Status: status,
    Coverage: 'domestic',
    PlanName: 'basic',
    CreateTime: instantOf(createdAt),
    UpdateTime: instantOf(createdAt),
    ...(accessType === 'NS' ? { NameServerList: 'ns1.atrustdns.com,ns2.atrustdns.com' } : {}),
  }
}
