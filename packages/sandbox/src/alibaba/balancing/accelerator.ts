import { bindListener } from './bindings.ts'
import { assumed, documented, refusals } from '../errors.ts'
import type { Reply } from '../product.ts'
import { servedOf } from '../supplied-certificate.ts'
import type { World } from '../world.ts'

export interface Accelerator {
  readonly id: string
  readonly name: string
  readonly dnsName: string
}

export interface AcceleratorListener {
  readonly id: string
  readonly acceleratorId: string
  readonly port: number
  readonly protocol: 'https' | 'http' | 'tcp' | 'udp'
  /** By the names of the API. A change keeps those that it leaves out. */
  settings: Readonly<Record<string, string>>
  /** Identifiers of the account's store. */
  certificate: string | undefined
  /** By domain. */
  readonly additional: Map<string, string>
}

export interface GaState {
  readonly accelerators: Map<string, Accelerator>
  readonly listeners: Map<string, AcceleratorListener>
}

export const gaErrors = {
  'NotExist.Accelerator': assumed(400, 'The accelerator does not exist.'),
  'NotExist.Listener': assumed(400, 'The listener does not exist.'),
  'NotExist.Certificate': assumed(400, 'The certificate does not exist.'),
  'StateError.Listener': documented(400, 'The state of the listener does not allow this.'),
  'StateError.Accelerator': documented(400, 'The state of the accelerator does not allow this.'),
  'NotSupport.Protocol': assumed(400, 'A listener of this protocol has no certificates.'),
  'Exist.Domain': assumed(400, 'The domain has an additional certificate already.'),
  'NotExist.Domain': assumed(400, 'The domain has no additional certificate.'),
  'QuotaExceeded.Certificate': assumed(400, 'A call takes up to 10 certificates.'),
  InvalidParameter: documented(400, 'The specified parameter is not valid.'),
}

export const refuse = refusals(gaErrors)

/** Counts as a look at the listener. */
export function isUpdating({ id }: AcceleratorListener, { jobs }: World): boolean {
  return jobs.busy(`GA ${id}`)
}

/** Serves what the listener is set to. */
export function serve(listener: AcceleratorListener, { store, installations }: World): void {
  const served = (identifier: string) => {
    const stored = store.identified(identifier)
    return stored && servedOf(stored)
  }
  const additional = [...listener.additional].flatMap(([domain, identifier]) => {
    const found = served(identifier)
    return found ? [{ id: domain, served: found, names: [domain] }] : []
  })
  const fallback = served(listener.certificate ?? '')
  const resource = listener.id
  bindListener(installations, { product: 'GA', resource, fallback, additional })
}

export function listenerItem(listener: AcceleratorListener, world: World): Reply {
  const { id, acceleratorId, port, protocol, certificate, settings } = listener
  return {
    ...settings,
    ListenerId: id,
    AcceleratorId: acceleratorId,
    Protocol: protocol,
    PortRanges: [{ FromPort: port, ToPort: port }],
    State: isUpdating(listener, world) ? 'updating' : 'active',
    Certificates: certificate ? [{ Id: certificate, Type: 'Server' }] : [],
  }
}
