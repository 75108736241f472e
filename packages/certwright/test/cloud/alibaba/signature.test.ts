import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  percentEncode,
  signAcs3,
  type UnsignedRequest,
} from '../../../src/cloud/alibaba/signature.ts'
import { Secret } from '../../../src/runtime/secret.ts'
import { localApi, testKey, type Call } from './local-api.ts'
import { openApiClient, openApiCore, typedCall, type CallApi, type Config } from './official-sdk.ts'

const unsigned: UnsignedRequest = {
  method: 'POST',
  url: new URL('https://ecs.cn-shanghai.aliyuncs.com/'),
  action: 'RunInstances',
  version: '2014-05-26',
  body: '',
  date: '2023-10-26T10:22:32Z',
  nonce: '3156853299f313e23d1673dc12e1703d',
}

describe('percentEncode', () => {
  it.each([
    [' ', '%20'],
    ["!'()*", '%21%27%28%29%2A'],
    ['~-_.', '~-_.'],
    ['+/=&', '%2B%2F%3D%26'],
    ['证书', '%E8%AF%81%E4%B9%A6'],
  ])('writes %j as %s', (text, encoded) => {
    expect(percentEncode(text)).toBe(encoded)
  })
})

describe('signAcs3', () => {
  it('gives the signature of the example in the documents', () => {
    const url = new URL(
      'https://ecs.cn-shanghai.aliyuncs.com/?ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai',
    )
    const key = {
      accessKeyId: 'YourAccessKeyId',
      accessKeySecret: new Secret('YourAccessKeySecret'),
    }
    expect(signAcs3({ ...unsigned, url }, key)['authorization']).toBe(
      'ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0',
    )
  })

  it('signs the token of temporary credentials, and sends it in no other place', () => {
    const headers = signAcs3(unsigned, { ...testKey, securityToken: new Secret('the-token') })
    expect(headers['authorization']).toContain(';x-acs-security-token;')
    const elsewhere = Object.entries(headers).filter(([name]) => name !== 'x-acs-security-token')
    expect(JSON.stringify(elsewhere)).not.toContain('the-token')
  })

  it('leaves `host` to whoever sends the request', () => {
    expect(signAcs3(unsigned, testKey)).not.toHaveProperty('host')
  })

  it('depends on every part of the request', () => {
    const sign = (change: Partial<UnsignedRequest>): string | undefined =>
      signAcs3({ ...unsigned, ...change }, testKey)['authorization']
    const all = [
      sign({}),
      sign({ method: 'PUT' }),
      sign({ url: new URL('https://ecs.cn-beijing.aliyuncs.com/') }),
      sign({ url: new URL('https://ecs.cn-shanghai.aliyuncs.com/?a=b') }),
      sign({ action: 'StopInstances' }),
      sign({ version: '2014-05-27' }),
      sign({ body: 'a=b' }),
      sign({ contentType: 'application/json' }),
      sign({ date: '2023-10-26T10:22:33Z' }),
      sign({ nonce: 'another' }),
    ]
    expect(new Set(all).size).toBe(all.length)
  })

  it('never shows the secret, whatever the request', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 12 }), fc.string(), (secret, body) => {
        const key = { accessKeyId: 'id', accessKeySecret: new Secret(`${secret}$$$`) }
        expect(JSON.stringify(signAcs3({ ...unsigned, body }, key))).not.toContain(`${secret}$$$`)
      }),
    )
  })
})

/** What the SDK sent, signed by us: from its own date, nonce, headers and body. */
function signedByUs({ method, target, headers, body, action }: Call, config: Config): string {
  const more = ['x-acs-credentials-provider', 'x-acs-retry-attempts', 'x-acs-retry-delay']
  const request: UnsignedRequest = {
    method: method as UnsignedRequest['method'],
    url: new URL(target, `http://${headers.host}`),
    action,
    version: String(headers['x-acs-version']),
    body,
    contentType: headers['content-type'],
    date: String(headers['x-acs-date']),
    nonce: String(headers['x-acs-signature-nonce']),
    headers: Object.fromEntries(
      more.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])),
    ),
  }
  const { accessKeyId, accessKeySecret, securityToken } = config
  const signed = signAcs3(request, {
    accessKeyId,
    accessKeySecret: new Secret(accessKeySecret),
    ...(securityToken !== undefined && { securityToken: new Secret(securityToken) }),
  })
  return signed['authorization'] ?? ''
}

const plain = { accessKeyId: testKey.accessKeyId, accessKeySecret: 'the-secret-of-the-key' }
const temporary = { ...plain, securityToken: 'CAIS/with+signs==' }
const odd = {
  Text: "a b+c~d*e'f(g)!h&i=j/证书",
  'Tag.1.Key': 'first',
  'Tag.2.Key': '',
  Flag: 'true',
}

const rpc = {
  action: 'DescribeCdnService',
  version: '2018-05-10',
  protocol: 'HTTP',
  pathname: '/',
  method: 'POST',
  authType: 'AK',
  style: 'RPC',
  reqBodyType: 'formData',
  bodyType: 'json',
} as const
const roa = { ...rpc, style: 'ROA', reqBodyType: 'json', action: 'UpdateCustomDomain' } as const

const sdks: ReadonlyArray<readonly [string, CallApi]> = [
  ['@alicloud/openapi-core', openApiCore],
  ['@alicloud/openapi-client', openApiClient],
]
const requests: ReadonlyArray<readonly [string, Parameters<CallApi>[1], Parameters<CallApi>[2]]> = [
  ['RPC without parameters', rpc, {}],
  ['RPC with parameters in the query', rpc, { query: odd }],
  ['RPC by GET', { ...rpc, method: 'GET' }, { query: odd }],
  ['RPC with a form', rpc, { body: odd }],
  [
    'ROA with JSON',
    { ...roa, method: 'PUT', pathname: '/2023-03-30/custom-domains/www.example.com' },
    { body: { certConfig: { certificate: 'line\nline' } } },
  ],
  [
    'ROA with a query',
    { ...roa, method: 'GET', pathname: '/v1/domains' },
    { query: { nameLike: '*.example.com a~b' } },
  ],
  ['ROA with an odd path', { ...roa, method: 'GET', pathname: '/v1/domains/*.example.com' }, {}],
  ['ROA by DELETE', { ...roa, method: 'DELETE', pathname: '/v1/domains/d-1' }, {}],
]

describe.each(sdks)('what %s sends', (_name, callApi) => {
  describe.each([
    ['an access key', plain],
    ['temporary credentials', temporary],
  ])('with %s', (_kind, key) => {
    it.each(requests)(
      'has the very signature that we give it: %s',
      async (_what, params, request) => {
        const api = await localApi(() => ({ headers: { 'content-type': 'application/json' } }))
        const config: Config = {
          ...key,
          endpoint: api.address,
          protocol: 'http',
          regionId: 'cn-hangzhou',
        }
        await callApi(config, params, request)
        const [call] = api.calls
        expect(call?.headers.authorization).toMatch(/^ACS3-HMAC-SHA256 Credential=LTAI5tTestKey,/)
        expect(call && signedByUs(call, config)).toBe(call?.headers.authorization)
      },
    )
  })
})

describe('what typed clients send', () => {
  it.each([
    [
      'alidns',
      'addDomainRecord',
      { domainName: 'example.com', RR: '_acme-challenge', type: 'TXT', value: 'v~*+ v' },
    ],
    [
      'cas',
      'uploadUserCertificate',
      { name: 'n', cert: '-----BEGIN\nA+/=\n', key: '-----BEGIN\nB\n' },
    ],
    ['cdn', 'describeUserDomains', { pageSize: 500, domainName: '.example.com' }],
  ] as const)('has the very signature that we give it: %s.%s', async (product, method, fields) => {
    const api = await localApi(() => ({ headers: { 'content-type': 'application/json' } }))
    const config: Config = {
      ...plain,
      endpoint: api.address,
      protocol: 'http',
      regionId: 'cn-hangzhou',
    }
    await typedCall(product, config, method, fields)
    const [call] = api.calls
    expect(call && signedByUs(call, config)).toBe(call?.headers.authorization)
  })
})
