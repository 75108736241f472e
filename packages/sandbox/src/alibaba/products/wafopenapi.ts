import { wafCertificateActions } from '../firewall/certificates.ts'
import { wafDomainActions } from '../firewall/domains.ts'
import { serveDomain, servePort, wafErrors } from '../firewall/instance.ts'
import type { ProtectedPort, WafState } from '../firewall/instance.ts'
import { wafResourceActions } from '../firewall/resources.ts'
import { listenDefaults, redirectDefaults } from '../firewall/settings.ts'
import type { Settings } from '../firewall/settings.ts'
import type { Product } from '../product.ts'
import { seededInStore } from '../supplied-certificate.ts'
import type { SeededCertificate } from '../supplied-certificate.ts'
import type { World } from '../world.ts'

export interface WafSeed {
  /** Default `waf_v3prepaid_public_cn-1`. */
  readonly instanceId?: string
  /** Default `cn-hangzhou`. */
  readonly regionId?: WafState['regionId']
  readonly domains?: ReadonlyArray<{
    readonly domain: string
    /** On top of the defaults, with ports 80 and, where there is a certificate, 443. */
    readonly listen?: Settings
    readonly redirect?: Settings
    readonly certificate?: SeededCertificate
  }>
  /** Ports of cloud products. */
  readonly ports?: ReadonlyArray<{
    readonly resourceInstanceId: string
    /** E.g. `clb7`, `clb4`, `ecs`, `nlb`. */
    readonly product: string
    readonly regionId?: string
    /** Default 443. */
    readonly port?: number
    /** Default `https`. */
    readonly protocol?: ProtectedPort['protocol']
    readonly settings?: Settings
    readonly certificate?: SeededCertificate
    readonly extensions?: readonly SeededCertificate[]
  }>
  readonly defaultHttps?: { readonly certificate: SeededCertificate; readonly settings?: Settings }
}

/** Web Application Firewall 3.0. */
export const wafopenapi: Product<WafState, WafSeed> = {
  version: '2021-10-01',
  style: 'rpc',
  ram: 'yundun-waf',
  errors: wafErrors,
  open: () => ({
    instanceId: 'waf_v3prepaid_public_cn-1',
    regionId: 'cn-hangzhou',
    domains: new Map(),
    ports: [],
    defaultHttps: {},
  }),

  seed(state, { domains = [], ports = [], defaultHttps, ...given }, world) {
    Object.assign(state, given)
    for (const one of domains) seedDomain(state, one, world)
    for (const one of ports) seedPort(state, one, world)
    if (defaultHttps) {
      const { certificate, settings = {} } = defaultHttps
      const { TLSVersion, EnableTLSv3, CipherSuite } = listenDefaults
      const CertId = seededInStore(certificate, world).identifier
      state.defaultHttps = { TLSVersion, EnableTLSv3, CipherSuite, ...settings, CertId }
    }
  },

  actions: {
    DescribeInstance: {
      parameters: 'RegionId',
      handle(call, { instanceId, regionId }) {
        const region = call.text('RegionId')
        // An account without an instance on this side of the border is told no id.
        if ((region === '' ? 'cn-hangzhou' : region) !== regionId) return {}
        const facts = { RegionId: regionId, Edition: 'default_version', PayType: 'PREPAY' }
        return { ...facts, InstanceId: instanceId, Status: 1 }
      },
    },
    ...wafDomainActions,
    ...wafResourceActions,
    ...wafCertificateActions,
  },
}

function seedDomain(
  { domains }: WafState,
  given: NonNullable<WafSeed['domains']>[number],
  world: World,
): void {
  const { certificate, listen = {}, redirect = {} } = given
  const domain = given.domain.toLowerCase()
  const ports = { HttpPorts: [80], HttpsPorts: certificate ? [443] : [] }
  const bound = certificate ? { CertId: seededInStore(certificate, world).identifier } : {}
  const one = {
    domain,
    id: `${domain}-waf`,
    cname: `${domain.replaceAll('.', '-')}.yundunwaf3.com`,
    listen: { ...listenDefaults, ...ports, ...listen, ...bound },
    redirect: { ...redirectDefaults, Backends: ['192.0.2.1'], ...redirect },
  }
  domains.set(domain, one)
  serveDomain(one, world, false)
}

function seedPort(
  { ports }: WafState,
  given: NonNullable<WafSeed['ports']>[number],
  world: World,
): void {
  const { certificate, extensions = [], settings = {}, ...facts } = given
  const applied = (one: SeededCertificate, type: 'default' | 'extension') => ({
    id: seededInStore(one, world).identifier,
    type,
  })
  const one: ProtectedPort = {
    port: 443,
    protocol: 'https',
    regionId: 'cn-hangzhou',
    ...facts,
    settings,
    certificates: [
      ...(certificate ? [applied(certificate, 'default')] : []),
      ...extensions.map((extension) => applied(extension, 'extension')),
    ],
  }
  ports.push(one)
  servePort(one, world, false)
}
