import { assumed, documented, refusals } from '../errors.ts'
import type { Call } from '../request.ts'
import type { World } from '../world.ts'
import { bindListener, isBindingPending } from './bindings.ts'
import { serverCertificatesOf } from './server-certificates.ts'
import type { ServerCertificate, ServerCertificates } from './server-certificates.ts'

export interface ClbBalancer {
  readonly id: string
  readonly name: string
  readonly regionId: string
  readonly address: string
  readonly addressType: 'internet' | 'intranet'
  /** Empty for an instance on shared resources, which knows no domain extensions. */
  readonly spec: string
  /** By port. */
  readonly listeners: Map<number, ClbListener>
}

export interface ClbListener {
  readonly balancerId: string
  readonly port: number
  readonly protocol: 'http' | 'https' | 'tcp' | 'udp'
  certificateId: string
  /** By the names of the API, e.g. `TLSCipherPolicy`. A change keeps those that it leaves out. */
  settings: Readonly<Record<string, string>>
  readonly extensions: DomainExtension[]
}

export interface DomainExtension {
  readonly id: string
  readonly domain: string
  certificateId: string
}

export interface ClbState {
  readonly balancers: Map<string, ClbBalancer>
  readonly certificates: ServerCertificates
}

export const clbErrors = {
  'InvalidLoadBalancerId.NotFound': assumed(404, 'The specified LoadBalancerId does not exist.'),
  ListenerNotFound: assumed(404, 'The specified listener does not exist.'),
  'ServerCertificateId.NotFound': documented(404, 'The specified server certificate is not found.'),
  'BackendServer.configuring': documented(
    400,
    'The specified backend server is configuring. Try again later.',
  ),
  'InvalidParameter.DomainExtensionId': documented(
    400,
    'The specified domain extension does not exist.',
  ),
  'InvalidParameter.Domain': assumed(400, 'The listener has an extension for this domain already.'),
  'OperationDenied.SharedInstance': assumed(
    400,
    'An instance on shared resources takes no domain extensions.',
  ),
  'InvalidParameter.ServerCertificateName': assumed(
    400,
    'The name has 1 to 80 characters and begins with a letter.',
  ),
  ServerCertificateFormat: assumed(400, 'The server certificate cannot be read.'),
  PrivateKeyFormat: assumed(400, 'The private key has to be PKCS#1 without blank lines.'),
  CertificateAndPrivateKeyNotMatch: assumed(
    400,
    'The private key does not belong to the certificate.',
  ),
  'InvalidParameter.RegionId': assumed(400, 'The certificate is of another region.'),
  CertificateAndPrivateKeyIsRefered: assumed(400, 'The certificate is in use.'),
  InvalidParameter: documented(400, 'The specified parameter is not valid.'),
}

export const refuse = refusals(clbErrors)

/** Without one, the region of the endpoint: here always Hangzhou. */
export function regionOf(call: Call): string {
  const region = call.text('RegionId')
  return region === '' ? 'cn-hangzhou' : region
}

/** The resource that RAM is asked about. */
export const listenerResource = (call: Call): string =>
  `acs:slb:*:${call.caller.uid}:loadbalancer/${call.text('LoadBalancerId')}`

export function listenerOf(call: Call, { balancers }: ClbState): ClbListener {
  const balancer = balancers.get(call.text('LoadBalancerId'))
  if (!balancer) throw refuse('InvalidLoadBalancerId.NotFound')
  const listener = balancer.listeners.get(call.number('ListenerPort') ?? 0)
  if (!listener || listener.protocol !== 'https') throw refuse('ListenerNotFound')
  return listener
}

export function certificateNamed(
  id: string,
  regionId: string,
  { certificates }: ClbState,
): ServerCertificate {
  const found = certificates.get(id)
  if (!found || found.regionId !== regionId) throw refuse('ServerCertificateId.NotFound')
  return found
}

export function balancerOf({ balancerId }: ClbListener, { balancers }: ClbState): ClbBalancer {
  const balancer = balancers.get(balancerId)
  if (!balancer) throw refuse('InvalidLoadBalancerId.NotFound')
  return balancer
}

/** An extension, wherever it is. */
export function extensionOf(call: Call, { balancers }: ClbState) {
  const id = call.text('DomainExtensionId')
  for (const balancer of balancers.values()) {
    for (const listener of balancer.listeners.values()) {
      const extension = listener.extensions.find((one) => one.id === id)
      if (extension) return { balancer, listener, extension }
    }
  }
  throw refuse('InvalidParameter.DomainExtensionId')
}

/** Throws while an earlier change is on its way. */
export function requireSettled(listener: ClbListener, { installations }: World): void {
  if (isBindingPending(installations, 'SLB', resourceOf(listener))) {
    throw refuse('BackendServer.configuring')
  }
}

/** Serves what the listener is set to. */
export function serveListener(
  listener: ClbListener,
  world: World,
  { slowly = true }: { slowly?: boolean } = {},
): void {
  const certificates = serverCertificatesOf(world)
  const additional = listener.extensions.flatMap(({ id, domain, certificateId }) => {
    const served = certificates.get(certificateId)?.served
    return served ? [{ id, served, names: [domain] }] : []
  })
  const fallback = certificates.get(listener.certificateId)?.served
  const resource = resourceOf(listener)
  bindListener(world.installations, { product: 'SLB', resource, fallback, additional, slowly })
}

function resourceOf({ balancerId, port }: ClbListener): string {
  return `${balancerId}:${port}`
}
