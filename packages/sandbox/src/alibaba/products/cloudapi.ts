import {
  addDomain,
  cloudapiErrors,
  domainOf,
  groupOf,
  install,
  nameRule,
  refuse,
  servedFrom,
} from '../api-gateway/group.ts'
import type { ApiDomain, CloudapiState } from '../api-gateway/group.ts'
import { bindingOf, certificateFacts, domainItem, groupItem } from '../api-gateway/replies.ts'
import { askedPage } from '../paging.ts'
import type { Product } from '../product.ts'
import type { Call } from '../request.ts'

export interface CloudapiSeed {
  readonly groups?: readonly {
    readonly id?: string
    readonly name: string
    readonly regionId?: string
    readonly domains?: readonly SeededApiDomain[]
  }[]
}

interface SeededApiDomain {
  /** `*.example.com` for a wildcard. */
  readonly domain: string
  /** Default true. */
  readonly bound?: boolean
  readonly certificate?: {
    readonly name: string
    readonly certPem: string
    readonly keyPem: string
    /** Asks for client certificates signed by these. */
    readonly caCertPem?: string
  }
}

const regions = {
  'cn-hangzhou': 'China (Hangzhou)',
  'cn-shanghai': 'China (Shanghai)',
  'cn-beijing': 'China (Beijing)',
  'ap-southeast-1': 'Singapore',
}

const groupResource = (call: Call): string =>
  `acs:apigateway:*:${call.caller.uid}:apigroup/${call.text('GroupId')}`

/** API Gateway, the traditional one. */
export const cloudapi: Product<CloudapiState, CloudapiSeed> = {
  version: '2016-07-14',
  style: 'rpc',
  ram: 'apigateway',
  errors: cloudapiErrors,
  open: () => ({ groups: new Map() }),

  seed(state, { groups = [] }, world) {
    for (const { id = world.nextId(''), name, regionId = 'cn-hangzhou', domains = [] } of groups) {
      const facts = { id, name, regionId, instanceId: 'api-shared-vpc-001' }
      const group = {
        ...facts,
        createdAt: world.clock.now(),
        domains: new Map<string, ApiDomain>(),
      }
      state.groups.set(id, group)
      for (const { domain, bound = true, certificate } of domains) {
        const one = addDomain(group, domain, bound ? 'BINDING' : 'BOUND')
        if (certificate) {
          const { certPem, keyPem, caCertPem = '' } = certificate
          const rest = { verifyDepth: '', ocsp: false, ocspCache: false, passThrough: false }
          const served = servedFrom(certPem, keyPem)
          const id = world.nextId('cert-')
          install(group, one, { id, name: certificate.name, served, caCertPem, ...rest }, world)
        }
      }
    }
  },

  actions: {
    DescribeRegions: {
      parameters: 'Language',
      handle: () => ({
        Regions: {
          Region: Object.entries(regions).map(([RegionId, LocalName]) => ({
            RegionId,
            LocalName,
            RegionEndpoint: `apigateway.${RegionId}.aliyuncs.com`,
          })),
        },
      }),
    },

    DescribeApiGroups: {
      parameters: 'PageNumber:n, PageSize:n, GroupId, GroupName, InstanceId, BasePath, Sort',
      handle(call, { groups }) {
        const [id, name] = [call.text('GroupId'), call.text('GroupName')]
        const wanted = [...groups.values()]
          .filter((group) => id === '' || group.id === id)
          .filter((group) => group.name.includes(name))
        const page = askedPage(call, wanted, { usual: 10, largest: 50 })
        return {
          ApiGroupAttributes: { ApiGroupAttribute: page.items.map(groupItem) },
          ...page.counts,
        }
      },
    },

    DescribeApiGroup: {
      parameters: 'GroupId*',
      resource: groupResource,
      handle(call, state) {
        const group = groupOf(call, state)
        const DomainItem = [...group.domains.values()].map(domainItem)
        return { ...groupItem(group), CustomDomains: { DomainItem } }
      },
    },

    DescribeDomain: {
      parameters: 'GroupId*, DomainName*',
      resource: groupResource,
      handle(call, state) {
        const group = groupOf(call, state)
        const one = domainOf(call, group)
        const { certificate } = one
        return {
          ...bindingOf(one, group),
          ...certificateFacts(certificate),
          ...(certificate
            ? {
                CertificateBody: certificate.served.certificate.pem,
                CertificatePrivateKey: certificate.served.keyPem,
              }
            : {}),
        }
      },
    },

    SetDomain: {
      parameters:
        'GroupId*, DomainName*, BindStageName, CustomDomainType, IsForce:b, IsHttpRedirectToHttps:b',
      resource: groupResource,
      handle(call, state) {
        const group = groupOf(call, state)
        const name = call.text('DomainName').toLowerCase()
        const one = group.domains.get(name) ?? addDomain(group, name, 'BINDING')
        one.bindingStatus = 'BINDING'
        one.stage = call.text('BindStageName')
        one.redirectsToHttps = call.flag('IsHttpRedirectToHttps') ?? one.redirectsToHttps
        return bindingOf(one, group)
      },
    },

    ReactivateDomain: {
      parameters: 'GroupId*, DomainName*',
      resource: groupResource,
      handle(call, state) {
        domainOf(call, groupOf(call, state)).bindingStatus = 'BINDING'
        return {}
      },
    },

    SetWildcardDomainPatterns: {
      parameters: 'GroupId*, DomainName*, WildcardDomainPatterns',
      resource: groupResource,
      handle(call, state) {
        const one = domainOf(call, groupOf(call, state))
        one.wildcardPatterns = call.text('WildcardDomainPatterns')
        return {}
      },
    },

    SetDomainWebSocketStatus: {
      parameters: 'GroupId*, DomainName*, ActionValue*, WSSEnable',
      resource: groupResource,
      handle(call, state) {
        const one = domainOf(call, groupOf(call, state))
        one.webSocket = call.text('ActionValue') === 'OPEN' ? 'OPEN' : 'CLOSE'
        return {}
      },
    },

    DeleteDomain: {
      parameters: 'GroupId*, DomainName*',
      resource: groupResource,
      handle(call, state, world) {
        const group = groupOf(call, state)
        const one = group.domains.get(call.text('DomainName').toLowerCase())
        if (one) install(group, one, undefined, world)
        group.domains.delete(call.text('DomainName').toLowerCase())
        return {}
      },
    },

    SetDomainCertificate: {
      parameters:
        'GroupId*, DomainName*, CertificateName*, CertificateBody*, CertificatePrivateKey*, CaCertificateBody, SslVerifyDepth, SslOcspEnable:b, SslOcspCacheEnable:b, ClientCertSDnPassThrough:b',
      resource: groupResource,
      handle(call, state, world) {
        const group = groupOf(call, state)
        const one = domainOf(call, group)
        if (one.bindingStatus !== 'BINDING') throw refuse('InvalidDomain.NotBound')
        const name = call.text('CertificateName')
        if (!nameRule.test(name)) throw refuse('InvalidCertificateName')
        const served = servedFrom(call.text('CertificateBody'), call.text('CertificatePrivateKey'))
        // The call describes the whole: what it leaves out is no longer so, mutual TLS among it.
        const certificate = {
          id: world.nextId('cert-'),
          name,
          served,
          caCertPem: call.text('CaCertificateBody'),
          verifyDepth: call.text('SslVerifyDepth'),
          ocsp: call.flag('SslOcspEnable') ?? false,
          ocspCache: call.flag('SslOcspCacheEnable') ?? false,
          passThrough: call.flag('ClientCertSDnPassThrough') ?? false,
        }
        install(group, one, certificate, world)
        return {}
      },
    },

    DeleteDomainCertificate: {
      parameters: 'GroupId*, DomainName*, CertificateId*',
      resource: groupResource,
      // A certificate that is not there is deleted already.
      handle(call, state, world) {
        const group = groupOf(call, state)
        const one = group.domains.get(call.text('DomainName').toLowerCase())
        if (one?.certificate?.id === call.text('CertificateId')) {
          install(group, one, undefined, world)
        }
        return {}
      },
    },
  },
}
