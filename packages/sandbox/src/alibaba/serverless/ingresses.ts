import { bindListener } from '../balancing/bindings.ts'
import { serverCertificatesOf } from '../balancing/server-certificates.ts'
import { pageOf } from '../paging.ts'
import type { Action, Reply } from '../product.ts'
import type { Call } from '../request.ts'
import { servedOf } from '../supplied-certificate.ts'
import type { World } from '../world.ts'
import { refuse } from './state.ts'
import type { Ingress, SaeState } from './state.ts'

const path = '/pop/v1/sam/ingress/Ingress'

/** How each setting is told: numbers, flags and objects go in as text. */
const texts = ['Description', 'ListenerProtocol', 'SecurityPolicyId']
const numbers = ['ListenerPort', 'IdleTimeout', 'RequestTimeout']
const flags = [
  'EnableGzip',
  'EnableXForwardedFor',
  'EnableXForwardedForClientSrcPort',
  'EnableXForwardedForProto',
  'EnableXForwardedForSlbId',
  'EnableXForwardedForSlbPort',
]
const objects = ['CorsConfig', 'DefaultRule', 'Rules']

const all = [...texts, ...numbers, ...flags, ...objects].join(', ')

/** Ingresses. */
export const ingressActions: Readonly<Record<string, Action<SaeState>>> = {
  ListIngresses: {
    path: `${path}List`,
    methods: ['GET'],
    parameters: 'NamespaceId*, AppId, CurrentPage:n, PageSize:n',
    handle(call, { ingresses }) {
      const wanted = [...ingresses.values()].filter(
        ({ namespaceId }) => namespaceId === call.text('NamespaceId'),
      )
      const asked = { number: call.number('CurrentPage'), size: call.number('PageSize') }
      const page = pageOf(wanted, { ...asked, usual: 20, largest: 100 })
      const counts = { CurrentPage: page.number, PageSize: page.size, TotalSize: page.total }
      return succeeded({ IngressList: page.items.map(ingressReply), ...counts })
    },
  },

  DescribeIngress: {
    path,
    methods: ['GET'],
    parameters: 'IngressId*:n',
    handle: (call, state) => succeeded(ingressReply(ingressOf(call, state))),
  },

  UpdateIngress: {
    path,
    methods: ['PUT'],
    parameters: `IngressId*:n, LoadBalanceType, CertId, CertIds, ${all}`,
    handle(call, state, world) {
      const one = ingressOf(call, state)
      const certIds = call.text('CertIds').split(',').filter(Boolean)
      const changed = { ...one, settings: settingsOf(call), certId: call.text('CertId'), certIds }
      if (changed.settings['ListenerProtocol'] === 'HTTPS') requireCertificates(changed, world)
      Object.assign(one, changed)
      serveIngress(one, world)
      return succeeded({ IngressId: one.id })
    },
  },
}

function succeeded(Data: Reply): Reply {
  return { Code: '200', Success: true, Message: 'success', Data }
}

function ingressOf(call: Call, { ingresses }: SaeState): Ingress {
  const one = ingresses.get(call.number('IngressId') ?? 0)
  if (!one) throw refuse('InvalidParameter.NotFound.Ingress')
  return one
}

function settingsOf(call: Call): Ingress['settings'] {
  const read = (names: readonly string[], value: (text: string) => unknown) =>
    names.flatMap((name) => {
      const text = call.text(name)
      return text === '' ? [] : [[name, value(text)] as const]
    })
  return Object.fromEntries([
    ...read(texts, (text) => text),
    ...read(numbers, Number),
    ...read(flags, (text) => text === 'true'),
    ...read(objects, parsed),
  ])
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw refuse('InvalidParameter.WithMessage')
  }
}

function requireCertificates(one: Ingress, world: World): void {
  const { fallback, additional } = servedBy(one, world)
  const named = one.balancer === 'alb' ? one.certIds.length : 1
  if (!fallback || additional.length !== named - 1) throw refuse('InvalidParameter.Certificate')
}

/** What stands for the ids, as far as they are there. */
function servedBy({ balancer, certId, certIds }: Ingress, world: World) {
  if (balancer === 'clb') {
    return { fallback: serverCertificatesOf(world).get(certId)?.served, additional: [] }
  }
  const [first, ...additional] = certIds.flatMap((id) => {
    const stored = world.store.identified(id)
    return stored ? [{ id, served: servedOf(stored) }] : []
  })
  return { fallback: first?.served, additional }
}

export function serveIngress(one: Ingress, world: World): void {
  const isHttps = one.settings['ListenerProtocol'] === 'HTTPS'
  const none = { fallback: undefined, additional: [] }
  const served = isHttps ? servedBy(one, world) : none
  bindListener(world.installations, { product: 'SAE', resource: `ingress ${one.id}`, ...served })
}

function ingressReply(one: Ingress): Reply {
  return {
    ...one.settings,
    Id: one.id,
    Name: one.name,
    NamespaceId: one.namespaceId,
    LoadBalanceType: one.balancer,
    CertId: one.certId,
    CertIds: one.certIds.join(','),
    CreatedBySae: true,
  }
}
