import type { Action, Reply } from '../product.ts'
import {
  balancerOf,
  certificateNamed,
  extensionOf,
  listenerOf,
  listenerResource as resource,
  refuse,
  requireSettled,
  serveListener,
} from './clb.ts'
import type { ClbState, DomainExtension } from './clb.ts'

/** Certificates for single domains of a listener, chosen by SNI. */
export const clbExtensionActions: Readonly<Record<string, Action<ClbState>>> = {
  DescribeDomainExtensions: {
    parameters: 'RegionId*, LoadBalancerId*, ListenerPort*:n, DomainExtensionId',
    resource,
    handle(call, state) {
      const id = call.text('DomainExtensionId')
      const DomainExtension = listenerOf(call, state)
        .extensions.filter((one) => id === '' || one.id === id)
        .map(extensionItem)
      return { DomainExtensions: { DomainExtension } }
    },
  },

  DescribeDomainExtensionAttribute: {
    parameters: 'RegionId*, DomainExtensionId*',
    handle(call, state) {
      const { listener, extension } = extensionOf(call, state)
      const { balancerId: LoadBalancerId, port: ListenerPort } = listener
      return { ...extensionItem(extension), LoadBalancerId, ListenerPort }
    },
  },

  CreateDomainExtension: {
    parameters: 'RegionId*, LoadBalancerId*, ListenerPort*:n, Domain*, ServerCertificateId*',
    resource,
    handle(call, state, world) {
      const listener = listenerOf(call, state)
      const { spec, regionId } = balancerOf(listener, state)
      if (spec === '') throw refuse('OperationDenied.SharedInstance')
      const domain = call.text('Domain').toLowerCase()
      if (listener.extensions.some((one) => one.domain === domain)) {
        throw refuse('InvalidParameter.Domain')
      }
      requireSettled(listener, world)
      const certificateId = call.text('ServerCertificateId')
      certificateNamed(certificateId, regionId, state)
      const id = world.nextId('de-')
      listener.extensions.push({ id, domain, certificateId })
      serveListener(listener, world)
      return { DomainExtensionId: id, ListenerPort: listener.port }
    },
  },

  SetDomainExtensionAttribute: {
    parameters: 'RegionId*, DomainExtensionId*, ServerCertificateId*',
    handle(call, state, world) {
      const { balancer, listener, extension } = extensionOf(call, state)
      requireSettled(listener, world)
      const { id } = certificateNamed(call.text('ServerCertificateId'), balancer.regionId, state)
      extension.certificateId = id
      serveListener(listener, world)
      return {}
    },
  },

  DeleteDomainExtension: {
    parameters: 'RegionId*, DomainExtensionId*',
    handle(call, state, world) {
      const { listener, extension } = extensionOf(call, state)
      requireSettled(listener, world)
      listener.extensions.splice(listener.extensions.indexOf(extension), 1)
      serveListener(listener, world)
      return {}
    },
  },
}

export function extensionItem({ id, domain, certificateId }: DomainExtension): Reply {
  return { DomainExtensionId: id, Domain: domain, ServerCertificateId: certificateId }
}
