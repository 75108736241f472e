import { describe, expect, it, onTestFinished } from 'vitest'
import { createAuthentication } from '../../src/alibaba/authentication.ts'
import { createAccounts } from '../../src/alibaba/accounts.ts'
import { Refusal } from '../../src/alibaba/errors.ts'
import { said } from '../../src/alibaba/request.ts'
import { listen } from '../../src/alibaba/server.ts'
import { instantOf, systemClock } from '../../src/clock.ts'
import { genericSdk, ossSdk, popRoaSdk, popSdk, refusalOf, typedSdk } from './sdk.ts'
import type { Endpoint } from './sdk.ts'
import { open, stillClock } from './world.ts'

const list = { action: 'DescribeUserDomains', version: '2018-05-10' }
const minutes = 60_000

describe.each(['openapi-core', 'openapi-client'] as const)('signature version 3 by %s', (core) => {
  it('is believed, with parameters in the query, in a form, as lists, and odd characters', async () => {
    const alibaba = await open()
    const call = genericSdk(alibaba, { core })
    const odd = `a b+c*d~e!'()/?&=%,;:@é例\n"<>|`
    await call({ ...list, query: { DomainName: odd } })
    await call({ ...list, body: { DomainName: odd, Tag: [{ Key: 'a', Value: odd }] } })
    await call({ ...list, query: { Empty: '', 'Tags.1': 'x y' }, body: { Coverage: 'x' } })
    expect(alibaba.calls.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(alibaba.calls[1]?.parameters).toEqual({
      DomainName: odd,
      'Tag.1.Key': 'a',
      'Tag.1.Value': odd,
    })
  })

  it('of a wrong secret is refused with what had to be signed', async () => {
    const alibaba = await open()
    const key = { ...alibaba, accessKeySecret: 'wrong' }
    const refusal = await refusalOf(genericSdk(alibaba, { key, core })(list))
    expect(refusal).toMatchObject({ code: 'SignatureDoesNotMatch', statusCode: 400 })
    expect(refusal.message).toContain('server string to sign is:ACS3-HMAC-SHA256')
  })

  it('of an unknown key is refused', async () => {
    const alibaba = await open()
    const key = { accessKeyId: 'LTAIunknown', accessKeySecret: 'x' }
    const refusal = await refusalOf(genericSdk(alibaba, { key, core })(list))
    expect(refusal).toMatchObject({ code: 'InvalidAccessKeyId.NotFound', statusCode: 404 })
  })
})

it('refuses a disabled key', async () => {
  const alibaba = await open()
  const key = alibaba.addAccount({ inactive: true })
  const refusal = await refusalOf(genericSdk(alibaba, { key })(list))
  expect(refusal.code).toBe('InvalidAccessKeyId.Inactive')
})

it.each([-16, 16])('refuses a clock that is %i minutes off', async (off) => {
  const alibaba = await open()
  const headers = { 'x-acs-date': instantOf(Date.now() + off * minutes) }
  const refusal = await refusalOf(genericSdk(alibaba)({ ...list, headers }))
  expect(refusal).toMatchObject({ code: 'InvalidTimeStamp.Expired', statusCode: 400 })
})

it('tells its own time in the Date header, so that a client can see how far it is off', async () => {
  const clock = stillClock()
  clock.advance(20 * minutes)
  const alibaba = await open({ clock })
  const reply = await fetch(`${alibaba.endpoint}/?Action=DescribeUserDomains&Version=2018-05-10`)
  expect(reply.headers.get('date')).toBe(new Date(clock.now()).toUTCString())
  expect((await refusalOf(genericSdk(alibaba)(list))).code).toBe('InvalidTimeStamp.Expired')
})

it('refuses a nonce that was used, and takes it from another key', async () => {
  const alibaba = await open()
  const headers = { 'x-acs-signature-nonce': 'once' }
  await genericSdk(alibaba)({ ...list, headers })
  const refusal = await refusalOf(genericSdk(alibaba)({ ...list, headers }))
  expect(refusal.code).toBe('SignatureNonceUsed')
  await genericSdk(alibaba, { key: alibaba.addAccount() })({ ...list, headers })
})

it('refuses a call whose own header was added after signing', async () => {
  const alibaba = await open()
  const signed: Record<string, string> = {}
  const proxy = await listen(0, async ({ method, query, headers, body }) => {
    Object.assign(signed, headers)
    const reply = await fetch(`${alibaba.endpoint}/?${query}`, {
      method,
      headers: { ...headers, 'x-acs-retry-attempts': '1' },
      body,
    })
    return {
      status: reply.status,
      headers: { 'content-type': 'application/json' },
      body: await reply.text(),
    }
  })
  onTestFinished(async () => proxy.close())
  const endpoint = { ...alibaba, endpoint: `http://127.0.0.1:${proxy.port}` }
  const refusal = await refusalOf(genericSdk(endpoint)(list))
  expect(refusal.code).toBe('IncompleteSignature')
  expect(signed['authorization']).toContain('ACS3-HMAC-SHA256')
})

it('refuses a body that is not the signed one', async () => {
  const alibaba = await open()
  const proxy = await listen(0, async ({ method, headers }) => {
    const ofHop = new Set(['content-length', 'transfer-encoding', 'connection', 'host'])
    const signed = Object.entries(headers).filter(([name]) => !ofHop.has(name))
    const reply = await fetch(alibaba.endpoint, {
      method,
      headers: signed,
      body: 'DomainName=other',
    })
    return {
      status: reply.status,
      headers: { 'content-type': 'application/json' },
      body: await reply.text(),
    }
  })
  onTestFinished(async () => proxy.close())
  const endpoint = { ...alibaba, endpoint: `http://127.0.0.1:${proxy.port}` }
  await refusalOf(genericSdk(endpoint)({ ...list, body: { DomainName: 'one' } }))
  expect(alibaba.calls[0]).toMatchObject({ status: 400, code: 'SignatureDoesNotMatch' })
})

it('refuses a call without any signature', async () => {
  const alibaba = await open()
  const reply = await fetch(`${alibaba.endpoint}/?Action=DescribeUserDomains&Version=2018-05-10`)
  expect(reply.status).toBe(400)
  expect(await reply.json()).toMatchObject({ Code: 'MissingAccessKeyId' })
})

describe('a key of STS', () => {
  const securityToken = 'a/token+with=odd characters'

  it('is believed with its token, by every SDK', async () => {
    const alibaba = await open()
    const key = alibaba.addAccount({ securityToken })
    await genericSdk(alibaba, { key })(list)
    await genericSdk(alibaba, { key, core: 'openapi-client' })(list)
    await typedSdk(alibaba, 'cdn20180510', key)('describeUserDomains')
    await popSdk(alibaba, '2018-05-10', key)('DescribeUserDomains')
    expect(alibaba.calls.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  })

  it.each([
    ['without it', undefined, 'MissingSecurityToken'],
    ['with another', 'other', 'InvalidSecurityToken.Malformed'],
  ])('is refused %s', async (_, given, code) => {
    const alibaba = await open()
    const { accessKeyId, accessKeySecret } = alibaba.addAccount({ securityToken })
    const key = { accessKeyId, accessKeySecret, ...(given ? { securityToken: given } : {}) }
    expect((await refusalOf(genericSdk(alibaba, { key })(list))).code).toBe(code)
  })

  it('is refused once it has expired', async () => {
    const clock = stillClock()
    const alibaba = await open({ clock })
    const key = alibaba.addAccount({ securityToken, expiresAt: clock.now() + minutes })
    await genericSdk(alibaba, { key })(list)
    clock.advance(2 * minutes)
    const refusal = await refusalOf(genericSdk(alibaba, { key })(list))
    expect(refusal.code).toBe('InvalidSecurityToken.Expired')
  })
})

describe('signature version 1 of RPC by pop-core', () => {
  it.each(['GET', 'POST'])('is believed with %s', async (method) => {
    const alibaba = await open()
    const call = popSdk(alibaba, '2018-05-10')
    await call('DescribeUserDomains', { DomainName: `o d+d*~!'()é`, PageSize: 5 }, { method })
    expect(alibaba.calls[0]).toMatchObject({ scheme: 'rpc-v1', status: 200, method })
    expect(alibaba.calls[0]?.parameters).toEqual({ DomainName: `o d+d*~!'()é`, PageSize: '5' })
  })

  it('of a wrong secret, of an old time or with a used nonce is refused', async () => {
    const alibaba = await open()
    const call = popSdk(alibaba, '2018-05-10')
    const wrong = popSdk(alibaba, '2018-05-10', { ...alibaba, accessKeySecret: 'wrong' })
    const old = { Timestamp: instantOf(Date.now() - 16 * minutes) }
    expect((await refusalOf(wrong('DescribeUserDomains'))).code).toBe('SignatureDoesNotMatch')
    expect((await refusalOf(call('DescribeUserDomains', old))).code).toBe(
      'InvalidTimeStamp.Expired',
    )
    await call('DescribeUserDomains', { SignatureNonce: 'once' })
    const again = await refusalOf(call('DescribeUserDomains', { SignatureNonce: 'once' }))
    expect(again.code).toBe('SignatureNonceUsed')
  })
})

/** A server that does nothing but authenticate. */
async function gate(): Promise<Endpoint & { verdicts: string[] }> {
  const accounts = createAccounts()
  const account = accounts.add()
  const authenticate = createAuthentication(accounts, systemClock)
  const verdicts: string[] = []
  const server = await listen(0, async (request) => {
    try {
      authenticate(request, said(request).values)
      verdicts.push('believed')
    } catch (error) {
      verdicts.push((error as Refusal).code)
    }
    return { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' }
  })
  onTestFinished(async () => server.close())
  return { ...account, endpoint: `http://127.0.0.1:${server.port}`, verdicts }
}

describe('signature version 1 of ROA by pop-core', () => {
  it('is believed, of a wrong secret refused', async () => {
    const server = await gate()
    await popRoaSdk(server, '2023-03-30').get('/2023-03-30/custom-domains', { limit: 5, a: 'b c' })
    await popRoaSdk(server, '2023-03-30').put('/2023-03-30/x', {}, '{"a":1}')
    const wrong = { ...server, accessKeySecret: 'wrong' }
    await popRoaSdk(server, '2023-03-30', wrong).get('/', {})
    expect(server.verdicts).toEqual(['believed', 'believed', 'SignatureDoesNotMatch'])
  })
})

describe.each([
  ['version 1', false],
  ['version 4', true],
])('signature %s of OSS by ali-oss', (_, v4) => {
  it('is believed, of a wrong secret or an unknown key refused', async () => {
    const server = await gate()
    const oss = ossSdk(server, { v4 })
    await oss.getBucketInfo('certwright-bucket').catch(() => undefined)
    await oss.put('a folder/é+b*.txt', Buffer.from('x')).catch(() => undefined)
    const wrong = ossSdk(server, { v4, key: { ...server, accessKeySecret: 'wrong' } })
    await wrong.put('x', Buffer.from('x')).catch(() => undefined)
    const unknown = ossSdk(server, { v4, key: { accessKeyId: 'x', accessKeySecret: 'y' } })
    await unknown.put('x', Buffer.from('x')).catch(() => undefined)
    expect(server.verdicts).toEqual([
      'believed',
      'believed',
      'SignatureDoesNotMatch',
      'InvalidAccessKeyId.NotFound',
    ])
  })
})
