import { tokenPageOf } from '../paging.ts'
import type { Reply } from '../product.ts'
import type { Call } from '../request.ts'
import type { AsyncBalancer, AsyncListener, AsyncState } from './async-listener.ts'

/** The page that a call asks for with `NextToken` and `MaxResults`, and what its reply says of it. */
export function askedTokenPage<Item>(
  call: Call,
  all: readonly Item[],
): { readonly items: readonly Item[]; readonly counts: Reply } {
  const asked = { token: call.text('NextToken'), max: call.number('MaxResults') }
  const page = tokenPageOf(all, { ...asked, usual: 20, largest: 100 })
  const next = page.next === undefined ? {} : { NextToken: page.next }
  return { items: page.items, counts: { MaxResults: page.max, TotalCount: page.total, ...next } }
}

/** `ListListeners`. */
export function listenersAsked(call: Call, { listeners }: AsyncState): AsyncListener[] {
  const [ids, balancers] = [call.list('ListenerIds'), call.list('LoadBalancerIds')]
  const protocol = call.text('ListenerProtocol')
  return [...listeners.values()]
    .filter((one) => ids.length === 0 || ids.includes(one.id))
    .filter((one) => balancers.length === 0 || balancers.includes(one.balancerId))
    .filter((one) => protocol === '' || one.protocol === protocol)
}

/** `ListLoadBalancers`. */
export function balancersReply(call: Call, { balancers }: AsyncState): Reply {
  const [ids, names] = [call.list('LoadBalancerIds'), call.list('LoadBalancerNames')]
  const type = call.text('AddressType')
  const wanted = [...balancers.values()]
    .filter((one) => ids.length === 0 || ids.includes(one.id))
    .filter((one) => names.length === 0 || names.includes(one.name))
    .filter((one) => type === '' || one.addressType === type)
  const { items, counts } = askedTokenPage(call, wanted)
  return { LoadBalancers: items.map(balancerItem), ...counts }
}

function balancerItem({ id, name, dnsName, addressType }: AsyncBalancer): Reply {
  return {
    LoadBalancerId: id,
    LoadBalancerName: name,
    LoadBalancerStatus: 'Active',
    DNSName: dnsName,
    AddressType: addressType,
    AddressIpVersion: 'IPv4',
    ResourceGroupId: 'rg-default',
  }
}

/** `ListListenerCertificates`: the default one first. What a job adds or takes away is listed while it lasts. */
export function certificatesReply(
  call: Call,
  { defaultCertificate, additional, changing }: AsyncListener,
  { type, status }: { readonly type: string; readonly status: 'Running' | 'Configuring' },
): Reply {
  const asked = call.list('CertificateIds')
  const { associate, dissociate } =
    status === 'Configuring' ? changing : { associate: [], dissociate: [] }
  const all = [
    ...(defaultCertificate ? [entry(defaultCertificate, true, 'Associated')] : []),
    ...additional.map((id) =>
      // So it is spelt.
      entry(id, false, dissociate.includes(id) ? 'Diassociating' : 'Associated'),
    ),
    ...associate.map((id) => entry(id, false, 'Associating')),
  ]
  const wanted = all
    .filter(() => type === '' || type === 'Server')
    .filter(({ CertificateId }) => asked.length === 0 || asked.includes(CertificateId))
  const { items, counts } = askedTokenPage(call, wanted)
  return { Certificates: items, ...counts }
}

function entry(CertificateId: string, IsDefault: boolean, Status: string) {
  return { CertificateId, IsDefault, CertificateType: 'Server', Status }
}

export function listenerFacts(
  { id, balancerId, port, protocol, settings }: AsyncListener,
  ListenerStatus: string,
): Reply {
  return {
    ...settings,
    ListenerId: id,
    LoadBalancerId: balancerId,
    ListenerPort: port,
    ListenerProtocol: protocol,
    ListenerStatus,
  }
}
