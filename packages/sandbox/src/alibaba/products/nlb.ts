import { change, listenerOf, openAsync, seedAsync, statusOf } from '../balancing/async-listener.ts'
import type { AsyncListener, AsyncSeed, AsyncState } from '../balancing/async-listener.ts'
import {
  askedTokenPage,
  balancersReply,
  certificatesReply,
  listenerFacts,
  listenersAsked,
} from '../balancing/async-replies.ts'
import { familyOf } from '../balancing/family.ts'
import type { Product, Reply } from '../product.ts'
import type { Call } from '../request.ts'
import type { World } from '../world.ts'

const family = familyOf({ product: 'NLB', protocols: ['TCPSSL'], batch: 15 })

/** What a change can set beside the certificate. The SDK calls AlpnPolicy required; the service does without. */
const settingNames = ['ListenerDescription', 'SecurityPolicyId', 'AlpnPolicy', 'IdleTimeout']

const changeParameters =
  'ListenerId*, AdditionalCertificateIds*:s[], RegionId, ClientToken, DryRun:b'

const resource = (call: Call): string =>
  `acs:nlb:*:${call.caller.uid}:listener/${call.text('ListenerId')}`

/** Network Load Balancer. */
export const nlb: Product<AsyncState, AsyncSeed> = {
  version: '2022-04-30',
  style: 'rpc',
  ram: 'nlb',
  errors: family.errors,
  open: openAsync,
  seed: (state, given, world) => seedAsync(state, given, world, family),

  actions: {
    ListLoadBalancers: {
      parameters:
        'LoadBalancerIds:s[], LoadBalancerNames:s[], AddressType, RegionId, MaxResults:n, NextToken',
      handle: balancersReply,
    },

    ListListeners: {
      parameters:
        'ListenerIds:s[], LoadBalancerIds:s[], ListenerProtocol, RegionId, MaxResults:n, NextToken',
      handle(call, state, world) {
        const { items, counts } = askedTokenPage(call, listenersAsked(call, state))
        return { Listeners: items.map((one) => listenerReply(one, world)), ...counts }
      },
    },

    GetListenerAttribute: {
      parameters: 'ListenerId*, RegionId, ClientToken, DryRun:b',
      resource,
      handle: (call, state, world) => listenerReply(listenerOf(call, state, family), world),
    },

    ListListenerCertificates: {
      parameters: 'ListenerId*, CertificateIds:s[], CertType, RegionId, MaxResults:n, NextToken',
      resource,
      handle(call, state, world) {
        const listener = listenerOf(call, state, family)
        const status = statusOf(listener, world, family)
        return certificatesReply(call, listener, { type: call.text('CertType'), status })
      },
    },

    UpdateListenerAttribute: {
      parameters: `ListenerId*, CertificateIds:s[], RegionId, ClientToken, DryRun:b, ${settingNames.join(', ')}`,
      resource,
      handle(call, state, world) {
        const [defaultCertificate, another] = call.list('CertificateIds')
        if (another !== undefined) throw family.refuse('oneDefault')
        const given = settingNames
          .map((name) => [name, call.text(name)] as const)
          .filter(([, value]) => value !== '')
        const settings = Object.fromEntries(given)
        return change(call, state, { world, family }, { defaultCertificate, settings })
      },
    },

    AssociateAdditionalCertificatesWithListener: {
      parameters: changeParameters,
      resource,
      handle: (call, state, world) =>
        change(
          call,
          state,
          { world, family },
          { associate: call.list('AdditionalCertificateIds') },
        ),
    },

    DisassociateAdditionalCertificatesWithListener: {
      parameters: changeParameters,
      resource,
      handle: (call, state, world) =>
        change(
          call,
          state,
          { world, family },
          { dissociate: call.list('AdditionalCertificateIds') },
        ),
    },

    GetJobStatus: {
      parameters: 'JobId*, ClientToken',
      handle(call, { jobIds }, { jobs }) {
        const id = call.text('JobId')
        const job = jobIds.has(id) ? jobs.look(id) : undefined
        if (!job) throw family.refuse('noJob')
        return { Status: job.status }
      },
    },
  },
}

function listenerReply(listener: AsyncListener, world: World): Reply {
  const status = statusOf(listener, world, family)
  const { defaultCertificate } = listener
  const CertificateIds = defaultCertificate ? [defaultCertificate] : []
  return { ...listenerFacts(listener, status), CertificateIds, CaEnabled: false }
}
