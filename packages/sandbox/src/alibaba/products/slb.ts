import { clbCertificateActions, rejected } from '../balancing/clb-certificates.ts'
import {
  balancerOf,
  certificateNamed,
  clbErrors,
  listenerOf,
  listenerResource as resource,
  regionOf,
  requireSettled,
  serveListener,
} from '../balancing/clb.ts'
import { clbExtensionActions, extensionItem } from '../balancing/clb-extensions.ts'
import type { ClbBalancer, ClbListener, ClbState } from '../balancing/clb.ts'
import { addServerCertificate, serverCertificatesOf } from '../balancing/server-certificates.ts'
import { askedPage, tokenPageOf } from '../paging.ts'
import type { Product, Reply } from '../product.ts'
import { readPair } from '../supplied-certificate.ts'
import type { SeededCertificate } from '../supplied-certificate.ts'
import type { World } from '../world.ts'

interface SeededListener {
  /** Default 443. */
  readonly port?: number
  /** Default `https`. */
  readonly protocol?: ClbListener['protocol']
  readonly settings?: Readonly<Record<string, string>>
  /** In the region's store from the start. */
  readonly certificate?: SeededCertificate
  readonly extensions?: ReadonlyArray<{
    readonly domain: string
    readonly certificate: SeededCertificate
  }>
}

export interface SlbSeed {
  readonly balancers?: ReadonlyArray<{
    readonly id: string
    readonly name?: string
    /** Default `cn-hangzhou`. */
    readonly regionId?: string
    readonly address?: string
    /** Default `internet`. */
    readonly addressType?: ClbBalancer['addressType']
    /** Empty for shared resources. Default `slb.s2.small`. */
    readonly spec?: string
    readonly listeners?: readonly SeededListener[]
  }>
}

/** What a listener can be set to beside its certificate. */
const settingNames = [
  'AclStatus',
  'Bandwidth',
  'CACertificateId',
  'Description',
  'EnableHttp2',
  'Gzip',
  'HealthCheck',
  'IdleTimeout',
  'RequestTimeout',
  'Scheduler',
  'StickySession',
  'TLSCipherPolicy',
  'VServerGroupId',
  'XForwardedFor',
]

const regions = { 'cn-hangzhou': 'China (Hangzhou)', 'ap-southeast-1': 'Singapore' }

/** Classic Load Balancer. */
export const slb: Product<ClbState, SlbSeed> = {
  version: '2014-05-15',
  style: 'rpc',
  ram: 'slb',
  errors: clbErrors,
  open: (world) => ({ balancers: new Map(), certificates: serverCertificatesOf(world) }),
  seed,

  actions: {
    DescribeRegions: {
      parameters: 'RegionId, AcceptLanguage',
      handle: () => ({
        Regions: {
          Region: Object.entries(regions).map(([RegionId, LocalName]) => ({
            RegionId,
            LocalName,
            RegionEndpoint: `slb.${RegionId}.aliyuncs.com`,
          })),
        },
      }),
    },

    DescribeLoadBalancers: {
      parameters:
        'RegionId*, LoadBalancerId, LoadBalancerName, AddressType, PageNumber:n, PageSize:n',
      handle(call, { balancers }) {
        const ids = call.text('LoadBalancerId')
        const type = call.text('AddressType')
        const wanted = [...balancers.values()]
          .filter(({ regionId }) => regionId === regionOf(call))
          .filter(({ id }) => ids === '' || ids.split(',').includes(id))
          .filter(({ addressType }) => type === '' || addressType === type)
          .filter(({ name }) => name.includes(call.text('LoadBalancerName')))
        const page = askedPage(call, wanted, { usual: 10, largest: 100 })
        return { LoadBalancers: { LoadBalancer: page.items.map(balancerItem) }, ...page.counts }
      },
    },

    DescribeLoadBalancerListeners: {
      parameters:
        'RegionId, LoadBalancerId:s[], ListenerProtocol, ListenerPort:n, MaxResults:n, NextToken',
      handle(call, { balancers }) {
        const ids = call.list('LoadBalancerId')
        const protocol = call.text('ListenerProtocol').toLowerCase()
        const port = call.number('ListenerPort')
        const wanted = [...balancers.values()]
          .filter(({ id, regionId }) => regionId === regionOf(call) && within(ids, id))
          .flatMap(({ listeners }) => [...listeners.values()])
          .filter((one) => protocol === '' || one.protocol === protocol)
          .filter((one) => port === undefined || one.port === port)
        const page = tokenPageOf(wanted, {
          token: call.text('NextToken'),
          max: call.number('MaxResults'),
          usual: 20,
          largest: 100,
        })
        return {
          Listeners: page.items.map(listenerItem),
          MaxResults: page.max,
          TotalCount: page.total,
          ...(page.next === undefined ? {} : { NextToken: page.next }),
        }
      },
    },

    DescribeLoadBalancerHTTPSListenerAttribute: {
      parameters: 'RegionId, LoadBalancerId*, ListenerPort*:n',
      resource,
      handle(call, state) {
        const listener = listenerOf(call, state)
        return {
          ...listener.settings,
          LoadBalancerId: listener.balancerId,
          ListenerPort: listener.port,
          Status: 'running',
          SecurityStatus: 'on',
          ServerCertificateId: listener.certificateId,
          DomainExtensions: { DomainExtension: listener.extensions.map(extensionItem) },
        }
      },
    },

    SetLoadBalancerHTTPSListenerAttribute: {
      parameters: `RegionId, LoadBalancerId*, ListenerPort*:n, ServerCertificateId, DryRun:b, ${settingNames.join(', ')}`,
      resource,
      handle(call, state, world) {
        const listener = listenerOf(call, state)
        requireSettled(listener, world)
        const id = call.text('ServerCertificateId')
        if (id !== '') certificateNamed(id, regionOfListener(listener, state), state)
        if (call.flag('DryRun')) return {}
        const given = settingNames
          .map((name) => [name, call.text(name)] as const)
          .filter(([, value]) => value !== '')
        listener.settings = { ...listener.settings, ...Object.fromEntries(given) }
        if (id !== '') listener.certificateId = id
        serveListener(listener, world)
        return {}
      },
    },

    ...clbExtensionActions,
    ...clbCertificateActions,
  },
}

function seed(state: ClbState, { balancers = [] }: SlbSeed, world: World): void {
  for (const { listeners = [], ...given } of balancers) {
    const { id, regionId = 'cn-hangzhou', address = '127.0.0.1', addressType = 'internet' } = given
    const { spec = 'slb.s2.small', name = id } = given
    const facts = { id, name, regionId, address, addressType, spec }
    const balancer = { ...facts, listeners: new Map<number, ClbListener>() }
    state.balancers.set(id, balancer)
    const kept = (certificate: SeededCertificate): string => {
      const { certPem, keyPem, name: own = `seeded_${world.nextNumber()}` } = certificate
      const served = readPair(certPem, keyPem, rejected)
      const rest = { regionId, resourceGroupId: 'rg-default' }
      return addServerCertificate({ name: own, served, ...rest }, world).id
    }
    for (const { port = 443, protocol = 'https', settings = {}, ...certificates } of listeners) {
      const { certificate, extensions = [] } = certificates
      const listener: ClbListener = {
        balancerId: id,
        port,
        protocol,
        settings,
        certificateId: certificate ? kept(certificate) : '',
        extensions: extensions.map((one) => ({
          id: world.nextId('de-'),
          domain: one.domain.toLowerCase(),
          certificateId: kept(one.certificate),
        })),
      }
      balancer.listeners.set(port, listener)
      serveListener(listener, world, { slowly: false })
    }
  }
}

function within(asked: readonly string[], id: string): boolean {
  return asked.length === 0 || asked.includes(id)
}

function regionOfListener(listener: ClbListener, state: ClbState): string {
  return balancerOf(listener, state).regionId
}

function balancerItem({ id, name, regionId, address, addressType, spec }: ClbBalancer): Reply {
  return {
    LoadBalancerId: id,
    LoadBalancerName: name,
    LoadBalancerStatus: 'active',
    RegionId: regionId,
    Address: address,
    AddressType: addressType,
    AddressIPVersion: 'ipv4',
    LoadBalancerSpec: spec,
    ResourceGroupId: 'rg-default',
  }
}

function listenerItem({ balancerId, port, protocol, certificateId, settings }: ClbListener): Reply {
  return {
    LoadBalancerId: balancerId,
    ListenerPort: port,
    ListenerProtocol: protocol,
    Status: 'running',
    ...(protocol === 'https'
      ? { HTTPSListenerConfig: { ...settings, ServerCertificateId: certificateId } }
      : {}),
  }
}
