import { acceleratorListenerActions } from '../balancing/accelerator-listeners.ts'
import { gaErrors, isUpdating, listenerItem, refuse, serve } from '../balancing/accelerator.ts'
import type { Accelerator, AcceleratorListener, GaState } from '../balancing/accelerator.ts'
import { askedPage } from '../paging.ts'
import type { Product, Reply } from '../product.ts'
import { seededInStore } from '../supplied-certificate.ts'
import type { SeededCertificate } from '../supplied-certificate.ts'
import type { World } from '../world.ts'

export interface GaSeed {
  readonly accelerators?: ReadonlyArray<{
    readonly id: string
    readonly name?: string
    readonly dnsName?: string
    readonly listeners?: ReadonlyArray<{
      readonly id: string
      /** Default 443. */
      readonly port?: number
      /** Default `https`. */
      readonly protocol?: AcceleratorListener['protocol']
      readonly settings?: Readonly<Record<string, string>>
      /** In the account's store from the start, as are the additional ones. */
      readonly certificate?: SeededCertificate
      readonly additional?: ReadonlyArray<{
        readonly domain: string
        readonly certificate: SeededCertificate
      }>
    }>
  }>
}

/** Global Accelerator. */
export const ga: Product<GaState, GaSeed> = {
  version: '2019-11-20',
  style: 'rpc',
  ram: 'ga',
  errors: gaErrors,
  open: () => ({ accelerators: new Map(), listeners: new Map() }),

  seed(state, { accelerators = [] }, world) {
    for (const { id, name = id, dnsName = `${id}.aliyunga0019.com`, ...given } of accelerators) {
      state.accelerators.set(id, { id, name, dnsName })
      for (const { certificate, additional = [], ...rest } of given.listeners ?? []) {
        const { port = 443, protocol = 'https', settings = {} } = rest
        const entries = additional.map(
          (one) =>
            [one.domain.toLowerCase(), seededInStore(one.certificate, world).identifier] as const,
        )
        const facts = { id: rest.id, acceleratorId: id, port, protocol, settings }
        const listener = {
          ...facts,
          certificate: certificate && seededInStore(certificate, world).identifier,
          additional: new Map(entries),
        }
        state.listeners.set(listener.id, listener)
        serve(listener, world)
      }
    }
  },

  actions: {
    DescribeRegions: {
      parameters: 'RegionId*',
      handle: () => ({ Regions: [{ RegionId: 'cn-hangzhou', LocalName: 'China (Hangzhou)' }] }),
    },

    ListAccelerators: {
      parameters: 'RegionId*, AcceleratorId, State, PageNumber:n, PageSize:n',
      handle(call, state, world) {
        const id = call.text('AcceleratorId')
        const wanted = [...state.accelerators.values()].filter((one) => id === '' || one.id === id)
        const page = askedPage(call, wanted, { usual: 10, largest: 50 })
        const Accelerators = page.items.map((one) => acceleratorItem(one, state, world))
        return { Accelerators, ...page.counts }
      },
    },

    ListListeners: {
      parameters: 'RegionId*, AcceleratorId*, Protocol, PageNumber:n, PageSize:n',
      handle(call, { accelerators, listeners }, world) {
        const id = call.text('AcceleratorId')
        if (!accelerators.has(id)) throw refuse('NotExist.Accelerator')
        const protocol = call.text('Protocol').toLowerCase()
        const wanted = [...listeners.values()]
          .filter(({ acceleratorId }) => acceleratorId === id)
          .filter((one) => protocol === '' || one.protocol === protocol)
        const page = askedPage(call, wanted, { usual: 10, largest: 50 })
        return { Listeners: page.items.map((one) => listenerItem(one, world)), ...page.counts }
      },
    },

    ...acceleratorListenerActions,
  },
}

function acceleratorItem(one: Accelerator, { listeners }: GaState, world: World): Reply {
  const own = [...listeners.values()].filter(({ acceleratorId }) => acceleratorId === one.id)
  const configuring = own.some((listener) => isUpdating(listener, world))
  return {
    AcceleratorId: one.id,
    Name: one.name,
    DnsName: one.dnsName,
    RegionId: 'cn-hangzhou',
    State: configuring ? 'configuring' : 'active',
    Type: 'Standard',
  }
}
