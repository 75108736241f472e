import type { Served } from '../installations.ts'
import type { Job } from '../jobs.ts'
import type { Reply } from '../product.ts'
import type { Call } from '../request.ts'
import { seededInStore, servedOf } from '../supplied-certificate.ts'
import type { SeededCertificate } from '../supplied-certificate.ts'
import type { World } from '../world.ts'
import { bindListener } from './bindings.ts'
import type { Family } from './family.ts'

export interface AsyncBalancer {
  readonly id: string
  readonly name: string
  readonly dnsName: string
  readonly addressType: 'Internet' | 'Intranet'
}

/** A listener that takes one change at a time, each of which is a job. */
export interface AsyncListener {
  readonly id: string
  readonly balancerId: string
  readonly port: number
  readonly protocol: string
  /** Identifiers of the account's store, e.g. `123-cn-hangzhou`. */
  defaultCertificate: string | undefined
  additional: readonly string[]
  /** What the job that began last adds and takes away. */
  changing: { readonly associate: readonly string[]; readonly dissociate: readonly string[] }
  /** By the names of the API. A change keeps those that it leaves out. */
  settings: Readonly<Record<string, string>>
}

type Failure = NonNullable<Job['failure']>

export interface AsyncState {
  readonly balancers: Map<string, AsyncBalancer>
  readonly listeners: Map<string, AsyncListener>
  /** By ClientToken: what was asked with it, and the job that it became. */
  readonly tokens: Map<string, { readonly asked: string; readonly jobId: string }>
  readonly jobIds: Set<string>
  /** How the next jobs end. */
  readonly failures: Failure[]
}

export interface AsyncSeed {
  readonly balancers?: ReadonlyArray<{
    readonly id: string
    readonly name?: string
    readonly dnsName?: string
    /** Default `Internet`. */
    readonly addressType?: AsyncBalancer['addressType']
    readonly listeners?: readonly SeededListener[]
  }>
  /** The next jobs fail so, one each. */
  readonly failures?: readonly Failure[]
}

interface SeededListener {
  readonly id: string
  /** Default 443. */
  readonly port?: number
  /** Default: the usual one of those that have certificates. */
  readonly protocol?: string
  readonly settings?: Readonly<Record<string, string>>
  /** In the account's store from the start, as are the additional ones. */
  readonly certificate?: SeededCertificate
  readonly additional?: readonly SeededCertificate[]
}

export function openAsync(): AsyncState {
  return {
    balancers: new Map(),
    listeners: new Map(),
    tokens: new Map(),
    jobIds: new Set(),
    failures: [],
  }
}

export function seedAsync(state: AsyncState, given: AsyncSeed, world: World, family: Family): void {
  state.failures.push(...(given.failures ?? []))
  for (const { id, listeners = [], ...facts } of given.balancers ?? []) {
    const { name = id, addressType = 'Internet' } = facts
    const { dnsName = `${id}.cn-hangzhou.${family.product.toLowerCase()}.aliyuncs.com` } = facts
    state.balancers.set(id, { id, name, dnsName, addressType })
    for (const { certificate, additional = [], ...rest } of listeners) {
      const { port = 443, protocol = family.protocols[0], settings = {} } = rest
      const listener: AsyncListener = {
        id: rest.id,
        balancerId: id,
        port,
        protocol,
        settings,
        defaultCertificate: certificate && seededInStore(certificate, world).identifier,
        additional: additional.map((one) => seededInStore(one, world).identifier),
        changing: { associate: [], dissociate: [] },
      }
      state.listeners.set(listener.id, listener)
      serve(listener, world, family)
    }
  }
}

export function listenerOf(call: Call, { listeners }: AsyncState, family: Family): AsyncListener {
  const listener = listeners.get(call.text('ListenerId'))
  if (!listener) throw family.refuse('noListener')
  return listener
}

/** Reading it moves the job on that is under way. */
export function statusOf(
  { id }: AsyncListener,
  { jobs }: World,
  { product }: Family,
): 'Running' | 'Configuring' {
  return jobs.busy(`${product} ${id}`) ? 'Configuring' : 'Running'
}

interface Change {
  readonly defaultCertificate?: string | undefined
  readonly settings?: AsyncListener['settings']
  readonly associate?: readonly string[]
  readonly dissociate?: readonly string[]
}

/** Starts a change. The same ClientToken gives the same job again. */
export function change(
  call: Call,
  state: AsyncState,
  { world, family }: { readonly world: World; readonly family: Family },
  wanted: Change,
): Reply {
  const listener = listenerOf(call, state, family)
  const token = call.text('ClientToken')
  if (!/^[\x21-\x7e]{0,64}$/.test(token)) throw family.refuse('token')
  const asked = JSON.stringify([call.action, listener.id, wanted])
  const known = state.tokens.get(token)
  if (known && known.asked !== asked) throw family.refuse('tokenOfAnother')
  if (known) return { JobId: known.jobId }
  if (statusOf(listener, world, family) === 'Configuring') throw family.refuse('configuring')
  check(listener, wanted, world, family)
  if (call.flag('DryRun')) throw family.refuse('dryRun')
  const failure = state.failures.shift()
  const jobId = world.jobs.start({
    action: call.action,
    resource: `${family.product} ${listener.id}`,
    finish() {
      make(listener, wanted)
      serve(listener, world, family)
    },
    ...(failure ? { failure } : {}),
  })
  listener.changing = { associate: [], dissociate: [], ...wanted }
  state.jobIds.add(jobId)
  if (token !== '') state.tokens.set(token, { asked, jobId })
  return { JobId: jobId }
}

function check(listener: AsyncListener, wanted: Change, world: World, family: Family): void {
  const { defaultCertificate, associate = [], dissociate = [] } = wanted
  const named = defaultCertificate ? [defaultCertificate, ...associate] : associate
  const touches = named.length + dissociate.length > 0
  if (touches && !family.protocols.includes(listener.protocol)) throw family.refuse('wrongProtocol')
  if (Math.max(associate.length, dissociate.length) > family.batch) throw family.refuse('tooMany')
  for (const identifier of named) servedAs(identifier, world, family)
  if (associate.some((one) => listener.additional.includes(one))) throw family.refuse('associated')
  if (!dissociate.every((one) => listener.additional.includes(one))) {
    throw family.refuse('notAssociated')
  }
}

function make(listener: AsyncListener, wanted: Change): void {
  const { defaultCertificate, settings, associate = [], dissociate = [] } = wanted
  if (defaultCertificate) listener.defaultCertificate = defaultCertificate
  listener.settings = { ...listener.settings, ...settings }
  const kept = listener.additional.filter((one) => !dissociate.includes(one))
  listener.additional = [...kept, ...associate]
}

function servedAs(identifier: string, { store }: World, { refuse }: Family): Served {
  const stored = store.identified(identifier)
  if (!stored) throw refuse('noCertificate')
  return servedOf(stored)
}

/** A certificate that was deleted from the store since is served no more. */
function serve(listener: AsyncListener, { store, installations }: World, family: Family): void {
  const servedNow = (identifier: string | undefined): Served | undefined => {
    const stored = identifier === undefined ? undefined : store.identified(identifier)
    return stored && servedOf(stored)
  }
  const additional = listener.additional.flatMap((id) => {
    const served = servedNow(id)
    return served ? [{ id, served }] : []
  })
  const fallback = servedNow(listener.defaultCertificate)
  const place = { product: family.product, resource: listener.id }
  bindListener(installations, { ...place, fallback, additional })
}
