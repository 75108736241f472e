import { describe, expect, it } from 'vitest'
import {
  ossQuery,
  signOss4,
  type UnsignedOssRequest,
} from '../../../src/cloud/alibaba/oss-signature.ts'
import { Secret } from '../../../src/runtime/secret.ts'
import { localApi, testKey, type Call } from './local-api.ts'
import { aliOssRequest } from './official-sdk.ts'

const unsigned: UnsignedOssRequest = {
  method: 'GET',
  bucket: 'examplebucket',
  key: '',
  query: { cname: '' },
  headers: {},
  region: 'cn-hangzhou',
  date: '20261124T032448Z',
}

describe('signOss4', () => {
  it('depends on every part of the request', () => {
    const sign = (change: Partial<UnsignedOssRequest>): string | undefined =>
      signOss4({ ...unsigned, ...change }, testKey)['authorization']
    const all = [
      sign({}),
      sign({ method: 'POST' }),
      sign({ bucket: '' }),
      sign({ key: 'a/b' }),
      sign({ query: { cname: 'www.example.com' } }),
      sign({ headers: { 'content-type': 'application/xml' } }),
      sign({ region: 'cn-beijing' }),
      sign({ date: '20261124T032449Z' }),
    ]
    expect(new Set(all).size).toBe(all.length)
  })

  it('does not sign what a proxy may change', () => {
    const changed = { ...unsigned, headers: { accept: '*/*', 'user-agent': 'x' } }
    expect(signOss4(changed, testKey)['authorization']).toBe(
      signOss4(unsigned, testKey)['authorization'],
    )
  })

  it('writes a sub-resource without a value and sorts the query', () => {
    expect(ossQuery({ comp: 'add', cname: '', 'a b': '*' })).toBe('a%20b=%2A&cname&comp=add')
  })
})

const header = (call: Call, name: string): string => String(call.headers[name] ?? '')

function signedByUs(call: Call, bucket: string, key: string, token?: string): string | undefined {
  const url = new URL(call.target, 'http://local')
  const request: UnsignedOssRequest = {
    method: call.method as UnsignedOssRequest['method'],
    bucket,
    key,
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(
      Object.entries(call.headers).flatMap(([name, value]) =>
        name.startsWith('content-') || name.startsWith('x-oss-') ? [[name, String(value)]] : [],
      ),
    ),
    region: 'cn-hangzhou',
    date: header(call, 'x-oss-date'),
  }
  const credentials = {
    ...testKey,
    ...(token !== undefined && { securityToken: new Secret(token) }),
  }
  return signOss4(request, credentials)['authorization']
}

describe('what ali-oss sends', () => {
  const options = (address: string) => ({
    accessKeyId: testKey.accessKeyId,
    accessKeySecret: testKey.accessKeySecret.reveal(),
    authorizationV4: true,
    region: 'oss-cn-hangzhou',
    endpoint: `http://${address}`,
    secure: false,
  })

  it.each([
    ['a sub-resource', { method: 'GET', bucket: 'examplebucket', subres: { cname: '' } }],
    [
      'two sub-resources and a body',
      {
        method: 'POST',
        bucket: 'examplebucket',
        subres: { cname: '', comp: 'add' },
        content: '<A>b</A>',
      },
    ],
    [
      'a value that has to be encoded',
      { method: 'GET', bucket: 'examplebucket', subres: { comp: 'token', cname: '证书 *~!()' } },
    ],
  ])('has the very signature that we give it: %s', async (_what, request) => {
    const api = await localApi(() => ({ body: '<A/>' }))
    await aliOssRequest(options(api.address), request)
    const [call] = api.calls
    expect(call?.headers.authorization).toMatch(/^OSS4-HMAC-SHA256 Credential=/)
    expect(call && signedByUs(call, 'examplebucket', '')).toBe(call?.headers.authorization)
  })

  it('has the very signature that we give it: temporary credentials', async () => {
    const api = await localApi(() => ({ body: '<A/>' }))
    const request = { method: 'GET', bucket: 'examplebucket', subres: { cname: '' } }
    await aliOssRequest({ ...options(api.address), stsToken: 'CAIS+/=' }, request)
    const [call] = api.calls
    expect(call && signedByUs(call, 'examplebucket', '', 'CAIS+/=')).toBe(
      call?.headers.authorization,
    )
  })
})
