import { askedTokenPage } from './async-replies.ts'
import { isUpdating, listenerItem, refuse, serve } from './accelerator.ts'
import type { AcceleratorListener, GaState } from './accelerator.ts'
import type { Action } from '../product.ts'
import type { Call } from '../request.ts'
import type { World } from '../world.ts'

/** The most certificates of one call. */
const batch = 10

const settingNames = [
  'ClientAffinity',
  'Description',
  'HttpVersion',
  'IdleTimeout',
  'Name',
  'ProxyProtocol',
  'RequestTimeout',
  'SecurityPolicyId',
]

const resource = (call: Call): string =>
  `acs:ga:*:${call.caller.uid}:listener/${call.text('ListenerId')}`

const place = 'AcceleratorId*, ListenerId*, RegionId*, ClientToken'

/** Listeners and their certificates. Changes take a while, in which the listener is `updating` and takes no other. */
export const acceleratorListenerActions: Readonly<Record<string, Action<GaState>>> = {
  DescribeListener: {
    parameters: 'ListenerId*, RegionId*',
    resource,
    handle: (call, state, world) => listenerItem(listenerOf(call, state), world),
  },

  UpdateListener: {
    parameters: `ListenerId*, RegionId, ClientToken, Certificates[]{Id*}, Protocol, BackendPorts[]{FromPort}, PortRanges[]{FromPort}, ${settingNames.join(', ')}`,
    resource,
    handle(call, state, world) {
      const listener = listenerOf(call, state)
      const [certificate, another] = call.objects('Certificates').map(({ Id = '' }) => Id)
      if (another !== undefined) throw refuse('InvalidParameter')
      const given = settingNames
        .map((name) => [name, call.text(name)] as const)
        .filter(([, value]) => value !== '')
      requireReady(listener, state, world)
      if (certificate !== undefined) requireCertificate(listener, certificate, world)
      begin(call, listener, world, () => {
        listener.settings = { ...listener.settings, ...Object.fromEntries(given) }
        if (certificate !== undefined) listener.certificate = certificate
      })
      return {}
    },
  },

  ListListenerCertificates: {
    parameters: 'AcceleratorId*, ListenerId*, RegionId*, Role, MaxResults:n, NextToken',
    resource,
    handle(call, state, world) {
      const listener = ofAccelerator(call, state)
      const State = isUpdating(listener, world) ? 'updating' : 'active'
      const { certificate, additional } = listener
      const role = call.text('Role')
      const all = [
        ...(certificate ? [{ CertificateId: certificate, IsDefault: true, State }] : []),
        ...[...additional].map(([Domain, CertificateId]) => ({
          CertificateId,
          Domain,
          IsDefault: false,
          State,
        })),
      ].filter(({ IsDefault }) => role === '' || (role === 'default') === IsDefault)
      const { items, counts } = askedTokenPage(call, all)
      return { Certificates: items, ...counts }
    },
  },

  AssociateAdditionalCertificatesWithListener: {
    parameters: `${place}, Certificates*[]{Id*, Domain*}`,
    resource,
    handle(call, state, world) {
      const listener = ofAccelerator(call, state)
      const given = call.objects('Certificates')
      if (given.length > batch) throw refuse('QuotaExceeded.Certificate')
      requireReady(listener, state, world)
      for (const { Id = '', Domain = '' } of given) {
        if (Domain === '') throw refuse('InvalidParameter')
        if (listener.additional.has(Domain.toLowerCase())) throw refuse('Exist.Domain')
        requireCertificate(listener, Id, world)
      }
      begin(call, listener, world, () => {
        for (const { Id = '', Domain = '' } of given) {
          listener.additional.set(Domain.toLowerCase(), Id)
        }
      })
      return { ListenerId: listener.id }
    },
  },

  UpdateAdditionalCertificateWithListener: {
    parameters: `${place}, CertificateId*, Domain*, DryRun:b`,
    resource,
    handle(call, state, world) {
      const listener = ofAccelerator(call, state)
      const domain = call.text('Domain').toLowerCase()
      const certificate = call.text('CertificateId')
      requireReady(listener, state, world)
      if (!listener.additional.has(domain)) throw refuse('NotExist.Domain')
      requireCertificate(listener, certificate, world)
      if (call.flag('DryRun')) return {}
      begin(call, listener, world, () => listener.additional.set(domain, certificate))
      return { ListenerId: listener.id }
    },
  },

  DissociateAdditionalCertificatesFromListener: {
    parameters: `${place}, Domains*:s[]`,
    resource,
    handle(call, state, world) {
      const listener = ofAccelerator(call, state)
      const domains = call.list('Domains').map((domain) => domain.toLowerCase())
      if (domains.length > batch) throw refuse('QuotaExceeded.Certificate')
      requireReady(listener, state, world)
      if (!domains.every((domain) => listener.additional.has(domain))) {
        throw refuse('NotExist.Domain')
      }
      begin(call, listener, world, () => {
        for (const domain of domains) listener.additional.delete(domain)
      })
      return {}
    },
  },
}

function listenerOf(call: Call, { listeners }: GaState): AcceleratorListener {
  const listener = listeners.get(call.text('ListenerId'))
  if (!listener) throw refuse('NotExist.Listener')
  return listener
}

function ofAccelerator(call: Call, state: GaState): AcceleratorListener {
  const listener = listenerOf(call, state)
  if (listener.acceleratorId !== call.text('AcceleratorId')) throw refuse('NotExist.Accelerator')
  return listener
}

function requireReady(listener: AcceleratorListener, { listeners }: GaState, world: World): void {
  if (isUpdating(listener, world)) throw refuse('StateError.Listener')
  const others = [...listeners.values()].filter(
    (one) => one.acceleratorId === listener.acceleratorId && one !== listener,
  )
  if (others.some((one) => isUpdating(one, world))) throw refuse('StateError.Accelerator')
}

function requireCertificate(
  { protocol }: AcceleratorListener,
  identifier: string,
  { store }: World,
): void {
  if (protocol !== 'https') throw refuse('NotSupport.Protocol')
  if (!store.identified(identifier)) throw refuse('NotExist.Certificate')
}

function begin(
  { action }: Call,
  listener: AcceleratorListener,
  world: World,
  make: () => void,
): void {
  world.jobs.start({
    action,
    resource: `GA ${listener.id}`,
    finish() {
      make()
      serve(listener, world)
    },
  })
}
