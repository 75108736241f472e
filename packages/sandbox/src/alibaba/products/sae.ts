import { addServerCertificate } from '../balancing/server-certificates.ts'
import type { Product } from '../product.ts'
import { ingressActions, serveIngress } from '../serverless/ingresses.ts'
import { saeErrors } from '../serverless/state.ts'
import type { Ingress, SaeState, WebDomain } from '../serverless/state.ts'
import { serveWebDomain, webDomainActions } from '../serverless/web-domains.ts'
import { readPair, seededInStore } from '../supplied-certificate.ts'
import type { PairFault, SeededCertificate } from '../supplied-certificate.ts'
import { toldInside } from '../told-inside.ts'
import type { World } from '../world.ts'

export interface SaeSeed {
  readonly domains?: ReadonlyArray<{
    readonly domain: string
    /** Default `cn-hangzhou`. */
    readonly namespaceId?: string
    /** Default `HTTP`, or `HTTP,HTTPS` with a certificate. */
    readonly protocol?: string
    /** E.g. `{ DefaultForwardingAppName: 'web' }`. */
    readonly settings?: WebDomain['settings']
    readonly certificate?: SeededCertificate
  }>
  readonly ingresses?: ReadonlyArray<{
    readonly id: number
    /** Default `cn-hangzhou`. */
    readonly namespaceId?: string
    /** Default `clb`. */
    readonly balancer?: Ingress['balancer']
    /** On top of `HTTPS` at port 443. */
    readonly settings?: Ingress['settings']
    /** In the store of CLB or in the account's, whichever its load balancer takes. */
    readonly certificate?: SeededCertificate
    /** Of ALB alone. */
    readonly additional?: readonly SeededCertificate[]
  }>
}

/** Serverless App Engine. */
export const sae: Product<SaeState, SaeSeed> = {
  version: '2019-05-06',
  style: 'roa',
  ram: 'sae',
  errors: saeErrors,
  refusal: toldInside(saeErrors, ({ code, message, status }, RequestId) => ({
    RequestId,
    Success: false,
    Code: String(status),
    ErrorCode: code,
    Message: message,
  })),
  open: () => ({ domains: new Map(), ingresses: new Map() }),

  seed(state, { domains = [], ingresses = [] }, world) {
    for (const one of domains) seedDomain(state, one, world)
    for (const one of ingresses) seedIngress(state, one, world)
  },

  actions: { ...webDomainActions, ...ingressActions },
}

const wrong = (fault: PairFault): Error => new TypeError(`wrong ${fault}`)

function seedDomain(
  { domains }: SaeState,
  given: NonNullable<SaeSeed['domains']>[number],
  world: World,
): void {
  const { namespaceId = 'cn-hangzhou', settings = {}, certificate } = given
  const now = world.clock.now()
  const served = certificate && readPair(certificate.certPem, certificate.keyPem, wrong)
  const one: WebDomain = {
    domain: given.domain.toLowerCase(),
    namespaceId,
    createdAt: now,
    updatedAt: now,
    protocol: given.protocol ?? (served ? 'HTTP,HTTPS' : 'HTTP'),
    settings,
    certificate: served && { name: certificate?.name ?? 'seeded', served },
  }
  domains.set(one.domain, one)
  serveWebDomain(one, world)
}

function seedIngress(
  { ingresses }: SaeState,
  given: NonNullable<SaeSeed['ingresses']>[number],
  world: World,
): void {
  const { id, namespaceId = 'cn-hangzhou', balancer = 'clb', settings = {}, certificate } = given
  const all = [...(certificate ? [certificate] : []), ...(given.additional ?? [])]
  const one: Ingress = {
    id,
    namespaceId,
    name: `ingress-${id}`,
    balancer,
    settings: { ListenerProtocol: 'HTTPS', ListenerPort: 443, ...settings },
    certId: balancer === 'clb' && certificate ? ofClb(certificate, world) : '',
    certIds: balancer === 'alb' ? all.map((one) => seededInStore(one, world).identifier) : [],
  }
  ingresses.set(id, one)
  serveIngress(one, world)
}

function ofClb({ certPem, keyPem, name = 'seeded' }: SeededCertificate, world: World): string {
  const facts = { name, regionId: 'cn-hangzhou', resourceGroupId: 'rg-default' }
  return addServerCertificate({ ...facts, served: readPair(certPem, keyPem, wrong) }, world).id
}
