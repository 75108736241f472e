import type { Account } from './accounts.ts'
import { refuse } from './errors.ts'
import type { Refusal } from './errors.ts'
import { checkParameters, parametersOf } from './parameters.ts'
import type { Parameter, Values } from './parameters.ts'
import type { Action, Product, Reply, RestProduct, RestRequest } from './product.ts'
import { callOf } from './request.ts'
import type { Said } from './request.ts'
import type { RawReply, RawRequest } from './server.ts'
import { ossAddressOf } from './signatures/oss.ts'
import type { World } from './world.ts'

/** A product and what the account has there. */
export interface Opened {
  readonly name: string
  readonly product: Product | RestProduct
  readonly state: unknown
}

/** Where a request leads: found by version, then by action or by method and path. */
export interface Route {
  readonly action: string
  readonly version: string
  /** Tells an error in the product's own form. */
  refusal(refusal: Refusal, requestId: string): RawReply
  /** Absent where there is no such action. */
  readonly found?: {
    readonly product: string
    /** What RAM is asked. */
    readonly ram: string
    readonly resource: (account: Account) => string
    readonly denial?: 'Forbidden.RAM' | 'NoPermission' | undefined
    readonly perSecond?: number | undefined
    readonly run: (account: Account, requestId: string) => Promise<RawReply>
  }
}

interface Asking {
  readonly request: RawRequest
  readonly spoken: Said
  readonly opened: readonly Opened[]
  readonly world: World
}

/** Where a call of RPC or ROA leads: by its version, then by action or by method and path. */
export function apiRoute({ request, spoken, opened, world }: Asking): Route {
  const { headers, method, path } = request
  const version = headers['x-acs-version'] ?? spoken.values.get('Version') ?? ''
  const asked = headers['x-acs-action'] ?? spoken.values.get('Action') ?? ''
  const one = opened.find(({ product }) => product.style !== 'rest' && product.version === version)
  if (!one || one.product.style === 'rest') {
    return { action: asked, version, refusal: (refusal, id) => jsonRefusal(refusal, id, '') }
  }
  const { name, product, state } = one
  const refusal: Route['refusal'] = (error, id) => {
    const own = product.refusal?.(error, id)
    return own ? jsonReply(own.status, own.body) : jsonRefusal(error, id, name)
  }
  const found =
    product.style === 'rpc' && path === '/'
      ? rpcAction(product, asked)
      : roaAction(product, { method, path, asked })
  if (!found) return { action: asked, version, refusal }
  const { action, definition, inPath } = found
  const parameters = declaredBy(definition)
  const values = inPages([...spoken.values, ...inPath], parameters, world.largestPage)
  const facts = { product: name, action, method, body: spoken.body }
  return {
    action,
    version,
    refusal,
    found: {
      product: name,
      ram: product.ram,
      denial: product.denial,
      perSecond: definition.perSecond ?? product.perSecond,
      resource: (caller) =>
        definition.resource?.(
          callOf({ ...facts, caller, requestId: '' }, parameters, values),
          state,
        ) ?? '*',
      run: async (caller, requestId) => {
        const methods = definition.methods ?? ['GET', 'POST']
        if (!methods.includes(method)) throw refuse('UnsupportedHTTPMethod')
        checkParameters(parameters, values)
        const call = callOf({ ...facts, caller, requestId }, parameters, values)
        const result = await definition.handle(call, state, world)
        const body = product.envelope?.(result, requestId) ?? { RequestId: requestId, ...result }
        return jsonReply(200, body)
      },
    },
  }
}

const pageSizes = new Set(['PageSize', 'pageSize', 'ShowSize', 'MaxResults', 'Limit', 'limit'])

/** The values of a call, with a page's size no larger than the largest. */
function inPages(
  given: readonly (readonly [string, string])[],
  parameters: readonly Parameter[],
  largest: number | undefined,
): Values {
  const values = new Map(given)
  if (largest === undefined) return values
  for (const { name } of parameters) {
    if (!pageSizes.has(name)) continue
    values.set(name, String(Math.min(Number(values.get(name) ?? largest), largest)))
  }
  return values
}

interface FoundAction {
  readonly action: string
  readonly definition: Action
  readonly inPath: readonly (readonly [string, string])[]
}

function rpcAction({ actions }: Product, action: string): FoundAction | undefined {
  const definition = Object.hasOwn(actions, action) ? actions[action] : undefined
  return definition && { action, definition, inPath: [] }
}

/** A ROA call is found by method and path; the action that version 3 names beside them must be the same. */
function roaAction(
  { actions }: Product,
  { method, path, asked }: { method: string; path: string; asked: string },
): FoundAction | undefined {
  for (const [action, definition] of Object.entries(actions)) {
    if (definition.path === undefined || !(definition.methods ?? []).includes(method)) continue
    const names = [...definition.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
    const values = new RegExp(`^${definition.path.replaceAll(/\{\w+\}/g, '([^/]+)')}$`).exec(path)
    if (!values || (asked !== '' && asked !== action)) continue
    const inPath = names.map((name, i) => [name, decodeURIComponent(values[i + 1] ?? '')] as const)
    return { action, definition, inPath }
  }
  return undefined
}

const declarations = new WeakMap<Action, readonly Parameter[]>()

function declaredBy(definition: Action): readonly Parameter[] {
  const known = declarations.get(definition)
  if (known) return known
  const inPath = [...(definition.path ?? '').matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  const declared = parametersOf([definition.parameters ?? '', ...inPath].join(','))
  declarations.set(definition, declared)
  return declared
}

/** Where a request to OSS leads. */
export function restRoute(request: RawRequest, opened: readonly Opened[], world: World): Route {
  const one = opened.find(({ product }) => product.style === 'rest')
  if (!one || one.product.style !== 'rest') {
    return { action: '', version: '', refusal: (refusal, id) => jsonRefusal(refusal, id, '') }
  }
  const { name, product, state } = one
  const asked = (uid: string, requestId: string): RestRequest => ({
    ...ossAddressOf(request),
    method: request.method,
    query: new Map(new URLSearchParams(request.query)),
    headers: request.headers,
    body: request.body.toString(),
    uid,
    requestId,
  })
  const action = product.actionOf(asked('', ''))
  const refusal: Route['refusal'] = (error, id) => {
    const { status, headers = {}, body } = product.refusal(error, id)
    return { status, headers, body }
  }
  if (action === undefined) return { action: request.method, version: '', refusal }
  return {
    action,
    version: '',
    refusal,
    found: {
      product: name,
      ram: product.ram,
      resource: ({ uid }) => product.resourceOf(asked(uid, '')),
      run: async ({ uid }, requestId) => {
        const reply = await product.handle(asked(uid, requestId), state, world)
        return { status: reply.status, headers: reply.headers ?? {}, body: reply.body }
      },
    },
  }
}

function jsonReply(status: number, body: Reply): RawReply {
  const headers = { 'content-type': 'application/json;charset=utf-8' }
  return { status, headers, body: JSON.stringify(body) }
}

function jsonRefusal({ code, status, message, data }: Refusal, id: string, name: string): RawReply {
  return jsonReply(status, {
    RequestId: id,
    HostId: `${name}.aliyuncs.com`,
    Code: code,
    Message: message,
    Recommend: `https://api.aliyun.com/troubleshoot?q=${code}`,
    ...data,
  })
}
