import { createRequire } from 'node:module'
import type { RunningAlibaba } from '../../src/index.ts'

/** The official SDKs, loaded by name: their own declarations do not pass this workspace's compiler. */
const require = createRequire(import.meta.url)

type Constructor<Instance> = new (...parameters: never[]) => Instance

interface Loaded {
  readonly default: unknown
}

function load(name: string): unknown {
  return require(name) as unknown
}

/** The class, wherever two module systems have put it. */
function classOf(module: unknown): unknown {
  const { default: inner } = module as Loaded
  return typeof inner === 'function' ? inner : (inner as Loaded).default
}

export interface SdkError {
  readonly code: string
  readonly statusCode: number
  readonly message: string
  readonly name: string
  readonly accessDeniedDetail?: Readonly<Record<string, string>>
  readonly data: Readonly<Record<string, unknown>>
}

/** The error that an SDK throws; fails where it throws none. */
export async function refusalOf(call: Promise<unknown>): Promise<SdkError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason as SdkError,
  )
  if (!error) throw new Error('the call was not refused')
  return error
}

export interface Key {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken?: string
}

export type Endpoint = Pick<RunningAlibaba, 'endpoint'> & Key

function configOf(alibaba: Endpoint, key: Key): Record<string, unknown> {
  const { accessKeyId, accessKeySecret, securityToken } = key
  return {
    endpoint: new URL(alibaba.endpoint).host,
    protocol: 'http',
    regionId: 'cn-hangzhou',
    accessKeyId,
    accessKeySecret,
    ...(securityToken ? { securityToken } : {}),
  }
}

interface TeaReply {
  readonly body: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>
  readonly statusCode: number
}

export interface GenericCall {
  readonly action: string
  readonly version: string
  readonly style?: 'RPC' | 'ROA'
  readonly method?: string
  readonly pathname?: string
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: unknown
  readonly reqBodyType?: 'formData' | 'json'
  /** In place of those that the SDK sends. */
  readonly headers?: Readonly<Record<string, string>>
}

interface Generic {
  callApi(params: unknown, request: unknown, runtime: unknown): Promise<TeaReply>
}

/** The generic client of the newest SDK, or of the one before it. Both sign with version 3. */
export function genericSdk(
  alibaba: Endpoint,
  {
    key = alibaba,
    core = 'openapi-core',
  }: { key?: Key; core?: 'openapi-core' | 'openapi-client' } = {},
): (call: GenericCall) => Promise<TeaReply> {
  const module = load(`@alicloud/${core}`) as Record<string, unknown>
  const models = (core === 'openapi-core' ? module['$OpenApiUtil'] : module) as Record<
    string,
    Constructor<object>
  >
  const make = (name: string, given: object): object => {
    const Model = models[name] as unknown as new (given: object) => object
    return new Model(given)
  }
  const Client = classOf(module) as new (config: unknown) => Generic
  const client = new Client(make('Config', configOf(alibaba, key)))
  return async ({ action, version, style = 'RPC', method = 'POST', pathname = '/', ...rest }) =>
    client.callApi(
      make('Params', {
        action,
        version,
        style,
        method,
        pathname,
        protocol: 'HTTP',
        authType: 'AK',
        reqBodyType: rest.reqBodyType ?? 'formData',
        bodyType: 'json',
      }),
      make('OpenApiRequest', {
        ...(rest.query ? { query: rest.query } : {}),
        ...(rest.body === undefined ? {} : { body: rest.body }),
        ...(rest.headers ? { headers: rest.headers } : {}),
      }),
      runtime(),
    )
}

/** Lenient enough for a busy machine. */
function runtime(): object {
  const { RuntimeOptions } = load('@alicloud/tea-util') as {
    RuntimeOptions: new (given: object) => object
  }
  return new RuntimeOptions({ connectTimeout: 10_000, readTimeout: 30_000, autoretry: false })
}

/** A typed client, e.g. of `cdn20180510`: `call('describeUserDomains', { pageSize: 10 })`. */
export function typedSdk(
  alibaba: Endpoint,
  name: 'alidns20150109' | 'cdn20180510' | 'cas20200407',
  key: Key = alibaba,
): (
  method: string,
  request?: Readonly<Record<string, unknown>>,
) => Promise<Readonly<Record<string, unknown>>> {
  const module = load(`@alicloud/${name}`) as Record<string, unknown>
  const { Config } = load('@alicloud/openapi-client') as { Config: new (given: object) => object }
  type Typed = Readonly<Record<string, (request: object, runtime: object) => Promise<TeaReply>>>
  const Client = classOf(module) as new (config: unknown) => Typed
  const client = new Client(new Config(configOf(alibaba, key)))
  return async (method, request = {}) => {
    const Request = module[`${method[0]?.toUpperCase()}${method.slice(1)}Request`] as new (
      given: object,
    ) => object
    const { body } = await (client[`${method}WithOptions`] as Typed[string]).call(
      client,
      new Request(request),
      runtime(),
    )
    return body
  }
}

interface PopClient {
  request(action: string, parameters: object, options: object): Promise<Record<string, unknown>>
}

/** The older SDK, which signs with version 1. */
export function popSdk(
  alibaba: Endpoint,
  apiVersion: string,
  key: Key = alibaba,
): (
  action: string,
  parameters?: Readonly<Record<string, unknown>>,
  options?: Readonly<Record<string, unknown>>,
) => Promise<Record<string, unknown>> {
  const { RPCClient } = load('@alicloud/pop-core') as {
    RPCClient: new (config: object) => PopClient
  }
  const client = new RPCClient({ ...key, endpoint: alibaba.endpoint, apiVersion })
  return async (action, parameters = {}, options = { method: 'POST' }) =>
    client.request(action, parameters, { timeout: 30_000, ...options })
}

interface RoaClient {
  get(path: string, query: object): Promise<Record<string, unknown>>
  put(path: string, query: object, body: string): Promise<Record<string, unknown>>
}

/** The older SDK's client for ROA, which signs with version 1. */
export function popRoaSdk(alibaba: Endpoint, apiVersion: string, key: Key = alibaba): RoaClient {
  const { ROAClient } = load('@alicloud/pop-core') as {
    ROAClient: new (config: object) => RoaClient
  }
  const { accessKeyId, accessKeySecret, securityToken } = key
  const credentials = { accessKeyId, accessKeySecret, ...(securityToken ? { securityToken } : {}) }
  return new ROAClient({ ...credentials, endpoint: alibaba.endpoint, apiVersion })
}

interface OssClient {
  getBucketInfo(bucket: string): Promise<unknown>
  put(key: string, content: Buffer): Promise<unknown>
}

/** The SDK of OSS. */
export function ossSdk(
  alibaba: Endpoint,
  { v4, key = alibaba }: { v4: boolean; key?: Key },
): OssClient {
  const Client = load('ali-oss') as new (config: object) => OssClient
  const { accessKeyId, accessKeySecret, securityToken } = key
  return new Client({
    accessKeyId,
    accessKeySecret,
    ...(securityToken ? { stsToken: securityToken } : {}),
    endpoint: alibaba.endpoint,
    region: 'oss-cn-hangzhou',
    bucket: 'certwright-bucket',
    authorizationV4: v4,
    timeout: 30_000,
    retryMax: 0,
  })
}
