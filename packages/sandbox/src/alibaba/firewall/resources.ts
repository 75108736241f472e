import { askedPage } from '../paging.ts'
import type { Action, Reply } from '../product.ts'
import type { Call } from '../request.ts'
import type { World } from '../world.ts'
import { certificateItem } from './certificates.ts'
import {
  certificateOf,
  cloudResourceId,
  refuse,
  requireInstance,
  requirePortReady,
  servePort,
} from './instance.ts'
import type { AppliedCertificate, ProtectedPort, WafState } from './instance.ts'

const portPlace = 'InstanceId*, RegionId*, CloudResourceId*, CertId*'

/** Ports of cloud products that are behind the firewall. */
export const wafResourceActions: Readonly<Record<string, Action<WafState>>> = {
  DescribeCloudResources: {
    parameters:
      'InstanceId*, RegionId, ResourceInstanceId, ResourceProduct, PageNumber:n, PageSize:n',
    handle(call, state) {
      requireInstance(call, state)
      const groups = Map.groupBy(portsAsked(call, state), (one) => one.resourceInstanceId)
      const page = askedPage(call, [...groups.values()], { usual: 10, largest: 100 })
      return {
        CloudResources: page.items.map(resourceItem),
        TotalCount: page.counts['TotalCount'],
      }
    },
  },

  DescribeCloudResourceAccessPortDetails: {
    parameters:
      'InstanceId*, RegionId, ResourceInstanceId*, ResourceProduct, Port, Protocol, PageNumber:n, PageSize:n',
    handle(call, state, world) {
      requireInstance(call, state)
      const [port, protocol] = [call.text('Port'), call.text('Protocol')]
      const wanted = portsAsked(call, state)
        .filter((one) => port === '' || String(one.port) === port)
        .filter((one) => protocol === '' || one.protocol === protocol)
      const page = askedPage(call, wanted, { usual: 10, largest: 100 })
      return {
        AccessPortDetails: page.items.map((one) => portDetail(one, world)),
        TotalCount: page.counts['TotalCount'],
      }
    },
  },

  DescribeResourceInstanceCerts: {
    parameters: 'InstanceId*, RegionId, ResourceInstanceId, PageNumber:n, PageSize:n',
    handle(call, state, { store }) {
      requireInstance(call, state)
      const id = call.text('ResourceInstanceId')
      const applied = state.ports
        .filter((one) => id === '' || one.resourceInstanceId === id)
        .flatMap(({ certificates }) => certificates)
      const Certs = [...new Set(applied.map((one) => one.id))].flatMap((identifier) => {
        const stored = store.identified(identifier)
        return stored ? [certificateItem(stored)] : []
      })
      // Whichever page is asked for, all of it comes: so the service behaves.
      return { Certs, TotalCount: Certs.length }
    },
  },

  ModifyCloudResourceCert: {
    parameters:
      'InstanceId*, RegionId*, CloudResourceId, ResourceInstanceId, ResourceProduct, Port:n, Certificates*[]{CertificateId*, AppliedType*}',
    handle(call, state, world) {
      const one = portOf(call, state)
      const certificates = call.objects('Certificates').map(appliedIn)
      set(one, certificates, world)
      return {}
    },
  },

  ModifyCloudResourceDefaultCert: {
    parameters: portPlace,
    handle(call, state, world) {
      const one = namedPort(call, state)
      const rest = one.certificates.filter(({ type }) => type !== 'default')
      set(one, [{ id: call.text('CertId'), type: 'default' }, ...rest], world)
      return {}
    },
  },

  CreateCloudResourceExtensionCert: {
    parameters: portPlace,
    handle(call, state, world) {
      const one = namedPort(call, state)
      set(one, [...one.certificates, { id: call.text('CertId'), type: 'extension' }], world)
      return {}
    },
  },

  DeleteCloudResourceExtensionCert: {
    parameters: portPlace,
    handle(call, state, world) {
      const one = namedPort(call, state)
      const id = call.text('CertId')
      const rest = one.certificates.filter((each) => each.type === 'default' || each.id !== id)
      if (rest.length === one.certificates.length) throw refuse('Waf.Pullin.CertNotExist')
      set(one, rest, world)
      return {}
    },
  },
}

function portsAsked(call: Call, { ports }: WafState): readonly ProtectedPort[] {
  const [id, product] = [call.text('ResourceInstanceId'), call.text('ResourceProduct')]
  return ports
    .filter((one) => id === '' || one.resourceInstanceId === id)
    .filter((one) => product === '' || one.product === product)
}

function namedPort(call: Call, state: WafState): ProtectedPort {
  requireInstance(call, state)
  const id = call.text('CloudResourceId')
  const found = state.ports.find((one) => cloudResourceId(one) === id)
  if (!found) throw refuse('Waf.Pullin.ResourceNotExist')
  return found
}

/** By its id, or by instance, port and product together. */
function portOf(call: Call, state: WafState): ProtectedPort {
  if (call.text('CloudResourceId') !== '') return namedPort(call, state)
  requireInstance(call, state)
  const port = call.number('Port')
  const found = portsAsked(call, state).find((one) => one.port === port)
  const isNamed = call.text('ResourceInstanceId') !== '' && call.text('ResourceProduct') !== ''
  if (!found || !isNamed) throw refuse('Waf.Pullin.ResourceNotExist')
  return found
}

function appliedIn(given: Readonly<Record<string, string>>): AppliedCertificate {
  const { CertificateId: id = '', AppliedType: type = '' } = given
  if (type === 'default' || type === 'extension') return { id, type }
  throw refuse('Waf.Pullin.DefaultCertNotOne')
}

/** The list that is given becomes the whole list: what it leaves out is gone. */
function set(one: ProtectedPort, certificates: readonly AppliedCertificate[], world: World): void {
  requirePortReady(one, world)
  for (const { id } of certificates) certificateOf(id, world)
  if (certificates.filter(({ type }) => type === 'default').length !== 1) {
    throw refuse('Waf.Pullin.DefaultCertNotOne')
  }
  one.certificates = certificates
  servePort(one, world)
}

function resourceItem(ports: readonly ProtectedPort[]): Reply {
  const [first] = ports
  const count = (protocol: string): number =>
    ports.filter((one) => one.protocol === protocol).length
  return {
    ResourceInstanceId: first?.resourceInstanceId,
    ResourceInstanceName: first?.resourceInstanceId,
    ResourceProduct: first?.product,
    ResourceRegionId: first?.regionId,
    HttpPortCount: count('http'),
    HttpsPortCount: count('https'),
  }
}

function portDetail(one: ProtectedPort, { store }: World): Reply {
  return {
    ...one.settings,
    CloudResourceId: cloudResourceId(one),
    Port: one.port,
    Protocol: one.protocol,
    Status: 1,
    Certificates: one.certificates.map(({ id, type }) => ({
      CertificateId: id,
      CertificateName: store.identified(id)?.name ?? '',
      AppliedType: type,
    })),
  }
}
