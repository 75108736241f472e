import { change, listenerOf, openAsync, seedAsync, statusOf } from '../balancing/async-listener.ts'
import type { AsyncSeed, AsyncState } from '../balancing/async-listener.ts'
import {
  askedTokenPage,
  balancersReply,
  certificatesReply,
  listenerFacts,
  listenersAsked,
} from '../balancing/async-replies.ts'
import { familyOf } from '../balancing/family.ts'
import type { Job } from '../jobs.ts'
import type { Product, Reply } from '../product.ts'
import type { Call } from '../request.ts'

const family = familyOf({ product: 'ALB', protocols: ['HTTPS', 'QUIC'], batch: 20 })

/** What a change can set beside the certificate. */
const settingNames = ['ListenerDescription', 'SecurityPolicyId', 'IdleTimeout', 'RequestTimeout']

const changeParameters = 'ListenerId*, Certificates*[]{CertificateId*}, ClientToken, DryRun:b'

const resource = (call: Call): string =>
  `acs:alb:*:${call.caller.uid}:listener/${call.text('ListenerId')}`

function identifiersOf(call: Call): readonly string[] {
  return call.objects('Certificates').map(({ CertificateId = '' }) => CertificateId)
}

/** Application Load Balancer. */
export const alb: Product<AsyncState, AsyncSeed> = {
  version: '2020-06-16',
  style: 'rpc',
  ram: 'alb',
  errors: family.errors,
  open: openAsync,
  seed: (state, given, world) => seedAsync(state, given, world, family),

  actions: {
    DescribeRegions: {
      parameters: 'AcceptLanguage',
      handle: () => ({
        Regions: [
          {
            RegionId: 'cn-hangzhou',
            LocalName: 'China (Hangzhou)',
            RegionEndpoint: 'alb.cn-hangzhou.aliyuncs.com',
          },
        ],
      }),
    },

    ListLoadBalancers: {
      parameters:
        'LoadBalancerIds:s[], LoadBalancerNames:s[], AddressType, MaxResults:n, NextToken',
      handle: balancersReply,
    },

    ListListeners: {
      parameters: 'ListenerIds:s[], LoadBalancerIds:s[], ListenerProtocol, MaxResults:n, NextToken',
      handle(call, state, world) {
        const { items, counts } = askedTokenPage(call, listenersAsked(call, state))
        const Listeners = items.map((one) => listenerFacts(one, statusOf(one, world, family)))
        return { Listeners, ...counts }
      },
    },

    GetListenerAttribute: {
      parameters: 'ListenerId*',
      resource,
      handle(call, state, world) {
        const listener = listenerOf(call, state, family)
        const status = statusOf(listener, world, family)
        const { defaultCertificate } = listener
        const Certificates = defaultCertificate ? [{ CertificateId: defaultCertificate }] : []
        return { ...listenerFacts(listener, status), Certificates, CaEnabled: false }
      },
    },

    ListListenerCertificates: {
      parameters: 'ListenerId*, CertificateIds:s[], CertificateType, MaxResults:n, NextToken',
      resource,
      handle(call, state, world) {
        const listener = listenerOf(call, state, family)
        const status = statusOf(listener, world, family)
        return certificatesReply(call, listener, { type: call.text('CertificateType'), status })
      },
    },

    UpdateListenerAttribute: {
      parameters: `ListenerId*, Certificates[]{CertificateId}, ClientToken, DryRun:b, ${settingNames.join(', ')}`,
      resource,
      handle(call, state, world) {
        const [defaultCertificate, another] = identifiersOf(call)
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
        change(call, state, { world, family }, { associate: identifiersOf(call) }),
    },

    DissociateAdditionalCertificatesFromListener: {
      parameters: changeParameters,
      resource,
      handle: (call, state, world) =>
        change(call, state, { world, family }, { dissociate: identifiersOf(call) }),
    },

    ListAsynJobs: {
      parameters:
        'JobIds:s[], ApiName, ResourceIds:s[], ResourceType, BeginTime:n, EndTime:n, MaxResults:n, NextToken',
      handle(call, state, world) {
        const [ids, resources] = [call.list('JobIds'), call.list('ResourceIds')]
        const api = call.text('ApiName')
        const wanted = world.jobs.all
          .filter(({ id }) => state.jobIds.has(id) && (ids.length === 0 || ids.includes(id)))
          .filter((job) => api === '' || job.action === api)
          .filter((job) => resources.length === 0 || resources.includes(listenerIdOf(job)))
        const { items, counts } = askedTokenPage(call, wanted)
        return { Jobs: items.map((job) => jobItem(world.jobs.look(job.id) ?? job)), ...counts }
      },
    },
  },
}

function listenerIdOf({ resource }: Job): string {
  return resource.replace(`${family.product} `, '')
}

function jobItem(job: Job): Reply {
  const { id, action, status, createdAt, failure } = job
  return {
    Id: id,
    ApiName: action,
    OperateType: 'Update',
    ResourceId: listenerIdOf(job),
    ResourceType: 'listener',
    Status: status,
    CreateTime: createdAt,
    ModifyTime: createdAt,
    ...(status === 'Failed' ? { ErrorCode: failure?.code, ErrorMessage: failure?.message } : {}),
  }
}
