import type { ErrorTable, Refusal } from './errors.ts'
import type { Call } from './request.ts'
import type { World } from './world.ts'

/** The reply's members; `RequestId` is added. */
export type Reply = Readonly<Record<string, unknown>>

/** One action of an API. */
export interface Action<State = unknown> {
  /** In the notation of the API lists, see `parametersOf`. A ROA action names those of path and query. */
  readonly parameters?: string
  /** The methods that it takes. Default for RPC: GET and POST. */
  readonly methods?: readonly string[]
  /** ROA only: the path, e.g. `/v1/domains/{domainId}`, whose members are parameters. */
  readonly path?: string
  /** The resource that RAM is asked about, e.g. `acs:cdn:*:*:domain/www.example.com`. Default `*`. */
  resource?(call: Call, state: State): string
  /** The most calls that one key may make in a second. */
  readonly perSecond?: number
  handle(call: Call, state: State, world: World): Reply | Promise<Reply>
}

/** One product's API: one file, one row in `products/table.ts`. */
export interface Product<State = unknown, Seed = unknown> {
  readonly version: string
  /** ROA products are found by method and path. */
  readonly style: 'rpc' | 'roa'
  /** The code before the colon of its RAM actions. */
  readonly ram: string
  /** The code with which a denial is told. Default `Forbidden.RAM`. */
  readonly denial?: 'Forbidden.RAM' | 'NoPermission'
  /** The most calls of each action that one key may make in a second. */
  readonly perSecond?: number
  /** Its own codes. */
  readonly errors: ErrorTable
  readonly actions: Readonly<Record<string, Action<State>>>
  /** What a reply looks like. Default: the result and `RequestId`. */
  envelope?(reply: Reply, requestId: string): Reply
  /** How it tells an error, where that is not the usual way: some say 200 and put the code inside. */
  refusal?(refusal: Refusal, requestId: string): { readonly status: number; readonly body: Reply }
  /** An account with nothing in it. */
  open(world: World): State
  /** Puts resources in place, as if they had been there before the first call. */
  seed(state: State, given: Seed, world: World): void
}

/** A product that speaks plain HTTP, as OSS does, and tells its errors in its own way. */
export interface RestProduct<State = unknown, Seed = unknown> {
  readonly style: 'rest'
  readonly ram: string
  readonly errors: ErrorTable
  /** The action that RAM knows for this request, e.g. `PutCname`; `undefined` where there is none. */
  actionOf(request: RestRequest): string | undefined
  resourceOf(request: RestRequest): string
  handle(request: RestRequest, state: State, world: World): RestReply | Promise<RestReply>
  refusal(refusal: Refusal, requestId: string): RestReply
  open(world: World): State
  seed(state: State, given: Seed, world: World): void
}

export interface RestRequest {
  readonly method: string
  /** Decoded. */
  readonly bucket: string
  /** Decoded, without the leading slash. */
  readonly key: string
  readonly query: ReadonlyMap<string, string>
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly uid: string
  readonly requestId: string
}

export interface RestReply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}
