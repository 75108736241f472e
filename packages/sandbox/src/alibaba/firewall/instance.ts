import { assumed, documented, refusals } from '../errors.ts'
import type { Served } from '../installations.ts'
import type { Call } from '../request.ts'
import { servedOf } from '../supplied-certificate.ts'
import type { World } from '../world.ts'
import { bindListener, isBindingPending } from '../balancing/bindings.ts'
import type { ListenSettings, Settings } from './settings.ts'

/** A domain that comes to the firewall by its CNAME. */
export interface ProtectedDomain {
  readonly domain: string
  readonly id: string
  readonly cname: string
  /** With `CertId` where it has a certificate. */
  listen: ListenSettings
  redirect: Settings
}

export interface AppliedCertificate {
  readonly id: string
  readonly type: 'default' | 'extension'
}

/** A port of a cloud product that is behind the firewall. */
export interface ProtectedPort {
  readonly resourceInstanceId: string
  readonly product: string
  readonly regionId: string
  readonly port: number
  readonly protocol: 'http' | 'https'
  readonly settings: Settings
  certificates: readonly AppliedCertificate[]
}

export interface WafState {
  instanceId: string
  /** Of the instance: the Chinese mainland is one side, everywhere else the other. */
  regionId: 'cn-hangzhou' | 'ap-southeast-1'
  readonly domains: Map<string, ProtectedDomain>
  readonly ports: ProtectedPort[]
  /** For whatever has no certificate of its own. */
  defaultHttps: Settings
}

export const wafErrors = {
  'Waf.Pullin.InstanceNotFound': assumed(400, 'The WAF instance does not exist.'),
  MissingDomain: documented(400, 'Domain is mandatory for this action.'),
  'Waf.Pullin.DomainNotExist': assumed(400, 'The domain is not protected.'),
  'Waf.Pullin.ProtocolNotSet': documented(400, 'Set a port of HTTP or HTTPS at least.'),
  'Waf.Pullin.ResourceProcessing': documented(400, 'The resource is being processed. Try later.'),
  'Waf.Pullin.CertNotExist': assumed(400, 'The certificate does not exist.'),
  'Waf.Pullin.CertNotMatch': assumed(400, 'The certificate does not stand for the domain.'),
  'Waf.Pullin.InvalidTlsVersion': assumed(400, 'The TLS version is tlsv1, tlsv1.1 or tlsv1.2.'),
  'Waf.Pullin.HttpsNotSet': assumed(400, 'The domain has no port for HTTPS.'),
  'Waf.Pullin.ResourceNotExist': assumed(400, 'The cloud resource is not protected.'),
  'Waf.Pullin.DefaultCertNotOne': assumed(400, 'A port has one default certificate.'),
  'Waf.Pullin.CertContentInvalid': assumed(400, 'The certificate or its key cannot be read.'),
  'Waf.Pullin.CertNameRepeat': assumed(400, 'A certificate of this name exists.'),
}

export const refuse = refusals(wafErrors)

const tlsVersions = new Set(['tlsv1', 'tlsv1.1', 'tlsv1.2'])

/** Throws where the instance or the region is another. */
export function requireInstance(call: Call, { instanceId, regionId }: WafState): void {
  const region = call.text('RegionId')
  const isHere = region === '' || region === regionId
  if (call.text('InstanceId') !== instanceId || !isHere) {
    throw refuse('Waf.Pullin.InstanceNotFound')
  }
}

export function domainOf(call: Call, { domains }: WafState): ProtectedDomain {
  const name = call.text('Domain').toLowerCase()
  if (name === '') throw refuse('MissingDomain')
  const found = domains.get(name)
  if (!found) throw refuse('Waf.Pullin.DomainNotExist')
  return found
}

export function requireTlsVersion(version: string): void {
  if (version !== '' && !tlsVersions.has(version)) throw refuse('Waf.Pullin.InvalidTlsVersion')
}

export function certificateOf(identifier: string, { store }: World) {
  const stored = store.identified(identifier)
  if (!stored) throw refuse('Waf.Pullin.CertNotExist')
  return stored
}

/** Throws while an earlier change is on its way. */
export function requireDomainReady({ domain }: ProtectedDomain, { installations }: World): void {
  if (installations.look('WAF', domain)?.pending) throw refuse('Waf.Pullin.ResourceProcessing')
}

export function serveDomain(one: ProtectedDomain, world: World, slowly = true): void {
  const { domain, listen } = one
  const served = servedNow(listen.CertId ?? '', world)
  const isOn = listen.HttpsPorts.length > 0
  const place = { product: 'WAF', resource: domain, names: [domain] }
  world.installations.install(place, isOn ? served : undefined, { slowly })
}

/** As the API spells it: instance, port and product. */
export function cloudResourceId(one: ProtectedPort): string {
  return `${one.resourceInstanceId}-${one.port}-${one.product}`
}

export function requirePortReady(one: ProtectedPort, { installations }: World): void {
  if (isBindingPending(installations, 'WAF', cloudResourceId(one))) {
    throw refuse('Waf.Pullin.ResourceProcessing')
  }
}

export function servePort(one: ProtectedPort, world: World, slowly = true): void {
  const served = one.certificates.map((certificate) => ({
    ...certificate,
    served: servedNow(certificate.id, world),
  }))
  const fallback = served.find(({ type }) => type === 'default')?.served
  const additional = served.flatMap((applied) =>
    applied.type === 'extension' && applied.served
      ? [{ id: applied.id, served: applied.served }]
      : [],
  )
  const place = { product: 'WAF', resource: cloudResourceId(one) }
  bindListener(world.installations, { ...place, fallback, additional, slowly })
}

function servedNow(identifier: string, { store }: World): Served | undefined {
  const stored = store.identified(identifier)
  return stored && servedOf(stored)
}
