import { momentOf } from '@certwright/acme'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alibabaClient, type AlibabaClient } from '../../../src/cloud/alibaba/client.ts'
import { isRefusal } from '../../../src/cloud/alibaba/refusal.ts'
import { CertwrightError } from '../../../src/runtime/error.ts'
import { systemHost, type Host } from '../../../src/runtime/host.ts'
import { Secret } from '../../../src/runtime/secret.ts'
import { closedPort, leapingHost } from '../../dns/world.ts'
import { accountAt, localApi, testKey, type Answer, type Call, type LocalApi } from './local-api.ts'

interface World {
  readonly api: LocalApi
  readonly client: AlibabaClient
  readonly host: Host & { readonly waits: number[] }
}

async function world(
  answer: (call: Call) => Answer,
  product: Parameters<typeof alibabaClient>[0] = 'fc',
): Promise<World> {
  const api = await localApi(answer)
  const host = leapingHost(Date.now())
  return { api, host, client: alibabaClient(product, accountAt(api.endpoint), host) }
}

async function errorFrom(promise: Promise<unknown>): Promise<CertwrightError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof CertwrightError) return error
  throw new Error('no CertwrightError', { cause: error })
}

const refusal = (Code: string, more: object = {}): Answer => ({
  status: 400,
  body: { Code, Message: 'words', RequestId: 'R-1', ...more },
})

describe('an RPC call', () => {
  it('puts its parameters, flattened, in the form and nothing in the URL', async () => {
    const { api, client } = await world(() => ({ body: { Ok: 1 } }))
    const reply = await client.rpc('DoIt', {
      Name: 'a b&c',
      Flag: true,
      Count: 2,
      Missing: undefined,
      Nothing: null,
      Tag: [{ Key: 'k', Value: 'v' }, { Key: 'l' }],
      Ids: ['x', 'y'],
      Data: { Value: 'deep' },
      Key: new Secret('private'),
    })
    expect(reply).toEqual({ Ok: 1 })
    expect(api.calls[0]).toMatchObject({
      method: 'POST',
      target: '/',
      action: 'DoIt',
      parameters: {
        Name: 'a b&c',
        Flag: 'true',
        Count: '2',
        'Tag.1.Key': 'k',
        'Tag.1.Value': 'v',
        'Tag.2.Key': 'l',
        'Ids.1': 'x',
        'Ids.2': 'y',
        'Data.Value': 'deep',
        Key: 'private',
      },
    })
    expect(api.calls[0]?.parameters).not.toHaveProperty('Missing')
    expect(api.calls[0]?.headers).toMatchObject({
      'x-acs-version': '2023-03-30',
      'content-type': 'application/x-www-form-urlencoded',
    })
  })

  it('without parameters has no body and no content type, as is signed', async () => {
    const { api, client } = await world(() => ({ body: {} }))
    await client.rpc('DoIt')
    expect(api.calls[0]?.body).toBe('')
    expect(api.calls[0]?.headers).not.toHaveProperty('content-type')
    expect(api.calls[0]?.headers.authorization).not.toContain('content-type')
  })

  it('goes by GET where the API takes no other', async () => {
    const { api, client } = await world(() => ({ body: {} }), 'esa')
    await client.rpc('ListSites', { PageNumber: 1 })
    expect(api.calls[0]).toMatchObject({ method: 'GET', target: '/?PageNumber=1', body: '' })
  })
})

describe('a ROA call', () => {
  it('sends JSON in which a secret is its text', async () => {
    const { api, client } = await world(() => ({ body: { ok: true } }))
    await client.roa({
      action: 'UpdateCustomDomain',
      method: 'PUT',
      path: '/2023-03-30/custom-domains/www.example.com',
      query: { force: true, left: undefined },
      body: { certConfig: { privateKey: new Secret('private'), list: [1, new Secret('s')] } },
    })
    const [call] = api.calls
    expect(call).toMatchObject({
      method: 'PUT',
      target: '/2023-03-30/custom-domains/www.example.com?force=true',
      action: 'UpdateCustomDomain',
    })
    expect(JSON.parse(call?.body ?? '')).toEqual({
      certConfig: { privateKey: 'private', list: [1, 's'] },
    })
  })
})

describe('a refusal', () => {
  it.each([
    ['Forbidden.RAM', 'ALIBABA_FORBIDDEN'],
    ['NoPermission', 'ALIBABA_FORBIDDEN'],
    ['Forbidden', 'ALIBABA_FORBIDDEN'],
    ['InvalidAccessKeyId.NotFound', 'ALIBABA_KEY_REFUSED'],
    ['InvalidAccessKeyId.Inactive', 'ALIBABA_KEY_REFUSED'],
    ['InvalidSecurityToken.Expired', 'ALIBABA_KEY_REFUSED'],
    ['SignatureDoesNotMatch', 'ALIBABA_KEY_REFUSED'],
    ['DomainNotFound', 'ALIBABA_REFUSED'],
    ['RecordForbidden.DNSChange', 'ALIBABA_REFUSED'],
  ] as const)('%s is %s, at once', async (code, expected) => {
    const { api, client } = await world(() => refusal(code))
    const error = await errorFrom(client.rpc('DoIt'))
    expect(error).toMatchObject({
      code: expected,
      params: { action: 'DoIt', code, requestId: 'R-1', status: 400 },
    })
    expect(error.hint).toBeDefined()
    expect(isRefusal(error, code)).toBe(true)
    expect(isRefusal(error, 'Other')).toBe(false)
    expect(api.calls).toHaveLength(1)
  })

  it('names the RAM action that is missing, where the reply says', async () => {
    const AccessDeniedDetail = { AuthAction: 'cdn:SetCdnDomainSSLCertificate', PolicyType: 'x' }
    const { client } = await world(() => refusal('Some.Denied', { AccessDeniedDetail }))
    const error = await errorFrom(client.rpc('DoIt'))
    expect(error.code).toBe('ALIBABA_FORBIDDEN')
    expect(error.message).toContain('cdn:SetCdnDomainSSLCertificate')
  })

  it('names the action that was asked for, as RAM does, where the reply says nothing', async () => {
    const { client } = await world(() => refusal('Forbidden.RAM'), 'cas')
    const error = await errorFrom(client.rpc('DeleteUserCertificate', { CertId: 1 }))
    expect(error.params['ramAction']).toBe('yundun-cert:DeleteUserCertificate')
  })

  it.each([
    ['ahead', 3600],
    ['behind', -3600],
  ])('of the date is explained by a clock that is %s', async (_how, seconds) => {
    const served = 'Tue, 24 Nov 2026 03:24:48 GMT'
    const api = await localApi(() => ({
      ...refusal('SignatureDoesNotMatch'),
      headers: { date: served },
    }))
    const host = leapingHost((momentOf(served) ?? 0) + seconds * 1000)
    const client = alibabaClient('fc', accountAt(api.endpoint), host)
    expect(await errorFrom(client.rpc('DoIt'))).toMatchObject({
      code: 'ALIBABA_CLOCK_SKEW',
      params: { seconds },
    })
  })

  it.each([
    ['Success', { Success: false, Code: 'NoSuchThing', Message: 'm' }],
    ['success', { success: false, code: 'NoSuchThing', message: 'm', data: {} }],
    ['IsSuccess', { IsSuccess: false, Code: 'NoSuchThing' }],
    ['an error code beside it', { Success: false, Code: '400', ErrorCode: 'NoSuchThing' }],
    ['a code and words alone', { code: 'NoSuchThing', message: 'm', requestId: 'R' }],
    ['a code, words and null', { code: 'NoSuchThing', message: 'm', data: null }],
  ])('inside HTTP 200 is found by %s', async (_how, body) => {
    const { client } = await world(() => ({ body }))
    expect(await errorFrom(client.rpc('DoIt'))).toMatchObject({
      code: 'ALIBABA_REFUSED',
      params: { code: 'NoSuchThing', status: 200 },
    })
  })

  it.each([
    { Code: '200', Success: true, Message: 'success', Data: {} },
    { code: 'Ok', message: 'success', requestId: 'R' },
    { Code: 'success', IsSuccess: true },
    { Code: 'PROVINCE-11', Message: 'a word of its own', Data: [] },
    { Code: 'SOMETHING' },
    { ErrorCode: '', Code: 200, Success: true, Message: 'ok' },
  ])('is not read into %j', async (body) => {
    const { client } = await world(() => ({ body }))
    expect(await client.rpc('DoIt')).toEqual(body)
  })
})

describe('a failure that passes', () => {
  it.each([
    ['Throttling'],
    ['Throttling.User'],
    ['FlowControlError'],
    ['ServiceUnavailable'],
    ['InternalError'],
    ['SystemBusy'],
    ['ServiceBusy'],
    ['SignatureNonceUsed'],
  ])('%s is tried again, signed anew, with growing pauses', async (code) => {
    let left = 2
    const { api, client, host } = await world(() =>
      left-- > 0 ? refusal(code) : { body: { n: 1 } },
    )
    expect(await client.rpc('DoIt')).toEqual({ n: 1 })
    expect(new Set(api.calls.map(({ headers }) => headers['x-acs-signature-nonce'])).size).toBe(3)
    expect(host.waits).toEqual([500, 1000])
  })

  it('is known product by product', async () => {
    let left = 1
    const answer = (): Answer => (left-- > 0 ? refusal('LastOperationNotFinished') : {})
    const { api, client } = await world(answer, 'alidns')
    await client.rpc('AddDomainRecord')
    expect(api.calls).toHaveLength(2)

    const other = await world(() => refusal('LastOperationNotFinished'))
    await errorFrom(other.client.rpc('DoIt'))
    expect(other.api.calls).toHaveLength(1)
  })

  it('is given up after six attempts, with what it was', async () => {
    const { api, client } = await world(() => refusal('Throttling.Api'))
    expect((await errorFrom(client.rpc('DoIt'))).code).toBe('ALIBABA_THROTTLED')
    expect(api.calls).toHaveLength(6)
  })

  it.each([[502], [503], [504], [429]])(
    'is HTTP %d without an error of the API',
    async (status) => {
      let left = 1
      const { client } = await world(() =>
        left-- > 0 ? { status, body: '<html>Bad gateway</html>' } : { body: { n: 1 } },
      )
      expect(await client.rpc('DoIt')).toEqual({ n: 1 })
    },
  )

  it('is a connection that breaks', async () => {
    let left = 1
    const { client } = await world(() => (left-- > 0 ? { status: 0 } : { body: { n: 1 } }))
    expect(await client.rpc('DoIt')).toEqual({ n: 1 })
  })
})

describe('no reply', () => {
  it('is ALIBABA_UNREACHABLE with the host and the reason', async () => {
    const host = leapingHost()
    const address = `127.0.0.1:${await closedPort()}`
    const client = alibabaClient('fc', accountAt(`http://${address}`), host)
    expect(await errorFrom(client.rpc('DoIt'))).toMatchObject({
      code: 'ALIBABA_UNREACHABLE',
      params: { host: address, action: 'DoIt', reason: 'ECONNREFUSED' },
    })
    expect(host.waits).toHaveLength(5)
  })

  it('of a host that does not exist is not waited for: the region is wrong', async () => {
    const leaping = leapingHost()
    const fetch = async (): Promise<never> => {
      throw new TypeError('fetch failed', {
        cause: Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }),
      })
    }
    const account = { credentials: async () => testKey, region: 'cn-nowhere' }
    const client = alibabaClient('alb', account, { ...leaping, fetch })
    expect(await errorFrom(client.rpc('DoIt'))).toMatchObject({
      code: 'ALIBABA_UNREACHABLE',
      params: { host: 'alb.cn-nowhere.aliyuncs.com', reason: 'ENOTFOUND' },
    })
    expect(leaping.waits).toEqual([])
  })

  it('follows no redirect: it would carry keys elsewhere', async () => {
    const other = await localApi(() => ({ body: {} }))
    const { client } = await world(() => ({ status: 307, headers: { location: other.endpoint } }))
    expect((await errorFrom(client.rpc('DoIt'))).code).toBe('ALIBABA_UNREACHABLE')
    expect(other.calls).toEqual([])
  })

  it('is not waited for when the caller has had enough', async () => {
    const reason = new Error('enough')
    const controller = new AbortController()
    const { client } = await world(() => {
      controller.abort(reason)
      return { status: 0 }
    })
    await expect(client.rpc('DoIt', {}, controller.signal)).rejects.toBe(reason)
  })
})

it('a reply that is no JSON is ALIBABA_NOT_CONFORM', async () => {
  const { client } = await world(() => ({ body: '<html>login</html>' }))
  expect((await errorFrom(client.rpc('DoIt'))).code).toBe('ALIBABA_NOT_CONFORM')
})

it('an empty reply is an empty object', async () => {
  const { client } = await world(() => ({ body: '' }))
  expect(await client.rpc('DoIt')).toEqual({})
})

describe('the rate', () => {
  it.each([
    ['alidns', 20],
    ['cdn', 30],
    ['dcdn', 30],
    ['live', 30],
    ['vod', 30],
    ['cas', 10],
  ] as const)(
    'of %s stays below %d calls a second, for all clients of the process',
    async (name, most) => {
      const api = await localApi(() => ({ body: {} }))
      const host = leapingHost(0)
      const clients = [1, 2].map(() => alibabaClient(name, accountAt(api.endpoint), host))
      for (const client of [...clients, ...clients]) await client.rpc('List')
      expect(host.waits).toHaveLength(3)
      for (const ms of host.waits) expect(1000 / ms).toBeLessThan(most)
      for (const ms of host.waits) expect(1000 / ms).toBeGreaterThan(most * 0.9)
    },
  )

  it('is kept by calls that are made at once, each with a turn of its own', async () => {
    const api = await localApi(() => ({ body: {} }))
    const waits: number[] = []
    const host: Host = {
      ...systemHost,
      now: () => 0,
      sleep: async (ms) => {
        waits.push(ms)
      },
    }
    const client = alibabaClient('cas', accountAt(api.endpoint), host)
    await Promise.all([1, 2, 3].map(async () => client.rpc('ListUserCertificateOrder')))
    expect(waits).toEqual([110, 220])
  })

  it('is no limit where the documents name none', async () => {
    const { client, host } = await world(() => ({ body: {} }))
    for (let i = 0; i < 5; i += 1) await client.rpc('DoIt')
    expect(host.waits).toEqual([])
  })
})

describe('an endpoint of one’s own', () => {
  it.each([['http://example.com'], ['http://192.0.2.1'], ['ftp://127.0.0.1'], ['nonsense'], ['']])(
    '%j would carry keys in the clear and is refused',
    (endpoint) => {
      expect(() => alibabaClient('cdn', accountAt(endpoint), systemHost)).toThrow(
        expect.objectContaining({ code: 'ALIBABA_ENDPOINT_NOT_SAFE' }),
      )
    },
  )

  it.each([
    ['https://proxy.example.com'],
    ['http://127.0.0.1:1'],
    ['http://[::1]:1'],
    ['http://localhost:1'],
  ])('%s is taken', (endpoint) => {
    expect(alibabaClient('cdn', accountAt(endpoint), systemHost)).toBeDefined()
  })
})

describe('what must stay secret', () => {
  const key = '-----BEGIN RSA PRIVATE KEY-----\nMIIsecretsecret\n-----END RSA PRIVATE KEY-----\n'

  it('never comes back in an error, whatever a server repeats, and never goes into a URL', async () => {
    const text = fc.string({ minLength: 8, maxLength: 40 }).map((part) => `<${part}>`)
    await fc.assert(
      fc.asyncProperty(
        text,
        text,
        text,
        fc.constantFrom(400, 403, 500),
        async (secret, token, own, status) => {
          const targets: string[] = []
          const fetch: Host['fetch'] = async (input, init) => {
            targets.push((input as URL).href)
            const form = new URLSearchParams(init?.body as string)
            const echo = [
              ...form.values(),
              JSON.stringify(init?.headers),
              secret,
              token,
              own,
              key,
            ].join(' ')
            const body = {
              Code: `Denied ${echo}`,
              Message: echo,
              RequestId: echo,
              AccessDeniedDetail: { AuthAction: echo },
            }
            return new Response(JSON.stringify(body), { status })
          }
          const credentials = async () => ({
            accessKeyId: 'id',
            accessKeySecret: new Secret(secret),
            securityToken: new Secret(token),
          })
          const host = { ...leapingHost(), fetch }
          const client = alibabaClient('cdn', { credentials }, host)
          const parameters = { SSLPri: new Secret(key), Own: new Secret(own), Plain: key }
          const error = await errorFrom(client.rpc('DoIt', parameters))
          const shown = [error.message, error.hint, JSON.stringify(error.params), ...targets].join(
            ' ',
          )
          for (const hidden of [secret, token, own, 'MIIsecretsecret']) {
            expect(shown).not.toContain(hidden)
            expect(shown).not.toContain(JSON.stringify(hidden).slice(1, -1))
          }
        },
      ),
      { numRuns: 50 },
    )
  })

  it('is cut out of the string that a server would have signed', async () => {
    const Message = `Specified signature is not matched with our calculation. server string to sign is: x-acs-security-token:abc`
    const { client } = await world(() => refusal('SignatureDoesNotMatch', { Message }))
    expect((await errorFrom(client.rpc('DoIt'))).params['message']).not.toContain('abc')
  })
})
