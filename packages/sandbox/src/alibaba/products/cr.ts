import { assumed, refusals } from '../errors.ts'
import { pageOf } from '../paging.ts'
import type { Product, Reply } from '../product.ts'
import type { Call } from '../request.ts'
import { seededInStore, servedOf } from '../supplied-certificate.ts'
import type { SeededCertificate } from '../supplied-certificate.ts'
import { toldInside } from '../told-inside.ts'
import type { World } from '../world.ts'

export interface Registry {
  readonly id: string
  readonly name: string
  readonly domains: RegistryDomain[]
}

export interface RegistryDomain {
  readonly domain: string
  readonly module: 'Registry' | 'Chart'
  readonly endpointType: 'internet' | 'vpc'
  /** Its id in the account's store. */
  certId: number
}

export interface CrState {
  readonly registries: Map<string, Registry>
}

export interface CrSeed {
  readonly registries?: ReadonlyArray<{
    readonly id: string
    readonly name?: string
    readonly domains?: ReadonlyArray<{
      readonly domain: string
      /** Default `Registry`. */
      readonly module?: RegistryDomain['module']
      /** Default `internet`. */
      readonly endpointType?: RegistryDomain['endpointType']
      readonly certificate: SeededCertificate
    }>
  }>
}

const errors = {
  INSTANCE_NOT_EXIST: assumed(400, 'instance is not exist'),
  DOMAIN_NOT_EXIST: assumed(400, 'domain is not exist'),
  DOMAIN_EXIST: assumed(400, 'domain already exist'),
  CERT_NOT_EXIST: assumed(400, 'certificate is not exist'),
  PARAMETER_INVALID: assumed(400, 'parameter is invalid'),
}

const refuse = refusals(errors)

const place = 'InstanceId*, ModuleName*, Domain*'

/** Container Registry, Enterprise Edition. */
export const cr: Product<CrState, CrSeed> = {
  version: '2018-12-01',
  style: 'rpc',
  ram: 'cr',
  errors,
  envelope: (reply, RequestId) => ({ RequestId, IsSuccess: true, Code: 'success', ...reply }),
  refusal: toldInside(errors, ({ code, message }, RequestId) => ({
    RequestId,
    IsSuccess: false,
    Code: code,
    Message: message,
  })),
  open: () => ({ registries: new Map() }),

  seed({ registries: all }, { registries = [] }, world) {
    for (const { id, name = id, domains = [] } of registries) {
      const registry: Registry = { id, name, domains: [] }
      all.set(id, registry)
      for (const { domain, certificate, ...given } of domains) {
        const { module = 'Registry', endpointType = 'internet' } = given
        const certId = seededInStore(certificate, world).id
        const one = { domain: domain.toLowerCase(), module, endpointType, certId }
        registry.domains.push(one)
        serve(one, registry, world)
      }
    }
  },

  actions: {
    ListInstance: {
      parameters: 'PageNo:n, PageSize:n, InstanceName, InstanceStatus',
      handle(call, { registries }) {
        const name = call.text('InstanceName')
        const wanted = [...registries.values()].filter((one) => name === '' || one.name === name)
        const asked = { number: call.number('PageNo'), size: call.number('PageSize') }
        const page = pageOf(wanted, { ...asked, usual: 30, largest: 100 })
        const Instances = page.items.map((one) => ({
          InstanceId: one.id,
          InstanceName: one.name,
          InstanceStatus: 'RUNNING',
          RegionId: 'cn-hangzhou',
        }))
        const counts = { PageNo: page.number, PageSize: page.size, TotalCount: page.total }
        return { Instances, ...counts }
      },
    },

    GetInstanceEndpoint: {
      parameters: 'InstanceId*, EndpointType*, ModuleName',
      handle(call, state) {
        const registry = registryOf(call, state)
        const type = call.text('EndpointType')
        const module = call.text('ModuleName') === 'Chart' ? 'Chart' : 'Registry'
        const own = registry.domains.filter(
          (one) => one.endpointType === type && one.module === module,
        )
        const system = `${registry.name}-registry.cn-hangzhou.cr.aliyuncs.com`
        const Domains = [
          { Domain: system, Type: 'SYSTEM' },
          ...own.map(({ domain }) => ({ Domain: domain, Type: 'USER' })),
        ]
        return { Enable: true, Status: 'RUNNING', AclEnable: false, Domains }
      },
    },

    GetInstanceCustomizedDomain: {
      parameters: place,
      handle(call, state) {
        const { certId, endpointType } = domainOf(call, registryOf(call, state))
        return { CertId: String(certId), EndpointType: endpointType, Domain: call.text('Domain') }
      },
    },

    CreateInstanceCustomizedDomain: {
      parameters: `${place}, CertId*, CertRegionId, EndpointType`,
      handle(call, state, world) {
        const registry = registryOf(call, state)
        const module = moduleOf(call)
        const domain = call.text('Domain').toLowerCase()
        if (registry.domains.some((one) => isNamed(one, domain, module))) {
          throw refuse('DOMAIN_EXIST')
        }
        const certId = certificateOf(call, world)
        const endpointType = call.text('EndpointType') === 'vpc' ? 'vpc' : 'internet'
        const one: RegistryDomain = { domain, module, endpointType, certId }
        registry.domains.push(one)
        serve(one, registry, world)
        return {}
      },
    },

    UpdateInstanceCustomizedDomain: {
      parameters: `${place}, CertId*, CertRegionId`,
      handle(call, state, world): Reply {
        const registry = registryOf(call, state)
        const one = domainOf(call, registry)
        one.certId = certificateOf(call, world)
        serve(one, registry, world)
        return {}
      },
    },
  },
}

function registryOf(call: Call, { registries }: CrState): Registry {
  const registry = registries.get(call.text('InstanceId'))
  if (!registry) throw refuse('INSTANCE_NOT_EXIST')
  return registry
}

function moduleOf(call: Call): RegistryDomain['module'] {
  const module = call.text('ModuleName')
  if (module !== 'Registry' && module !== 'Chart') throw refuse('PARAMETER_INVALID')
  return module
}

function domainOf(call: Call, { domains }: Registry): RegistryDomain {
  const [domain, module] = [call.text('Domain').toLowerCase(), moduleOf(call)]
  const one = domains.find((each) => isNamed(each, domain, module))
  if (!one) throw refuse('DOMAIN_NOT_EXIST')
  return one
}

function isNamed(one: RegistryDomain, domain: string, module: string): boolean {
  return one.domain === domain && one.module === module
}

/** By its number: an identifier with a region behind it is not taken. */
function certificateOf(call: Call, { store }: World): number {
  const region = call.text('CertRegionId')
  const given = call.text('CertId')
  const stored = /^\d+$/.test(given) ? store.get(Number(given)) : undefined
  if (!stored || (region !== '' && region !== store.region)) throw refuse('CERT_NOT_EXIST')
  return stored.id
}

function serve(one: RegistryDomain, { id }: Registry, { store, installations }: World): void {
  const stored = store.get(one.certId)
  const resource = `${id}/${one.module}/${one.domain}`
  const place = { product: 'CR', resource, names: [one.domain] }
  installations.install(place, stored && servedOf(stored))
}
