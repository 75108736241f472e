import { createRequire } from 'node:module'

/** The official packages are CommonJS whose types do not hold under strict settings: what is used of them stands here. */
const require = createRequire(import.meta.url)

export interface Config {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken?: string
  readonly endpoint: string
  readonly protocol: 'http'
  readonly regionId: string
}

interface Params {
  readonly action: string
  readonly version: string
  readonly protocol: 'HTTP'
  readonly pathname: string
  readonly method: string
  readonly authType: 'AK'
  readonly style: 'RPC' | 'ROA'
  readonly reqBodyType: 'formData' | 'json'
  readonly bodyType: 'json'
}

interface OpenApiRequest {
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** `callApi` of `@alicloud/openapi-core` and of `@alicloud/openapi-client`, which older typed clients stand on. */
export type CallApi = (config: Config, params: Params, request: OpenApiRequest) => Promise<unknown>

interface GenericClient {
  callApi(params: unknown, request: unknown, runtime: unknown): Promise<unknown>
}

type Class<T> = new (fields: never) => T

export const openApiCore: CallApi = async (config, params, request) => {
  const sdk = require('@alicloud/openapi-core') as {
    readonly default: new (config: unknown) => GenericClient
    readonly $OpenApiUtil: Readonly<Record<'Config' | 'Params' | 'OpenApiRequest', Class<unknown>>>
  }
  const { Config, Params, OpenApiRequest } = sdk.$OpenApiUtil
  const client = new sdk.default(new Config(config as never))
  return client.callApi(new Params(params as never), new OpenApiRequest(request as never), {})
}

export const openApiClient: CallApi = async (config, params, request) => {
  const sdk = require('@alicloud/openapi-client') as {
    readonly default: new (config: unknown) => GenericClient
  } & Readonly<Record<'Config' | 'Params' | 'OpenApiRequest', Class<unknown>>>
  const client = new sdk.default(new sdk.Config(config as never))
  return client.callApi(
    new sdk.Params(params as never),
    new sdk.OpenApiRequest(request as never),
    {},
  )
}

type TypedSdk = {
  readonly default: new (
    config: unknown,
  ) => Readonly<Record<string, (request: unknown) => Promise<unknown>>>
} & Readonly<Record<string, Class<unknown>>>

const typedSdks = {
  alidns: () => require('@alicloud/alidns20150109') as TypedSdk,
  cas: () => require('@alicloud/cas20200407') as TypedSdk,
  cdn: () => require('@alicloud/cdn20180510') as TypedSdk,
}

/** One action of a typed client, e.g. `describeDomains` of `alidns`. */
export async function typedCall(
  product: keyof typeof typedSdks,
  config: Config,
  method: string,
  fields: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const sdk = typedSdks[product]()
  const core = require('@alicloud/openapi-client') as { readonly Config: Class<unknown> }
  const client = new sdk.default(new core.Config(config as never))
  const name = `${method[0]?.toUpperCase()}${method.slice(1)}Request`
  const Request = sdk[name]
  if (!Request) throw new TypeError(`no ${name}`)
  return client[method]?.(new Request(fields as never))
}

/** A request of `ali-oss` to a bucket, signed with version 4. */
export async function aliOssRequest(
  options: Readonly<Record<string, unknown>>,
  request: {
    readonly method: string
    readonly bucket: string
    readonly subres: Readonly<Record<string, string>>
    readonly content?: string
  },
): Promise<void> {
  const OSS = require('ali-oss') as new (options: unknown) => {
    request(params: unknown): Promise<unknown>
    _bucketRequestParams(
      method: string,
      bucket: string,
      subres: unknown,
      options: unknown,
    ): Record<string, unknown>
  }
  const client = new OSS(options)
  const { method, bucket, subres, content } = request
  const params = client._bucketRequestParams(method, bucket, subres, {})
  await client.request({
    ...params,
    ...(content !== undefined && { content: Buffer.from(content), mime: 'xml' }),
    successStatuses: [200],
  })
}
