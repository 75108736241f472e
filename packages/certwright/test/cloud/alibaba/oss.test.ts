import { describe, expect, it } from 'vitest'
import { ossClient } from '../../../src/cloud/alibaba/oss.ts'
import { childrenOf, textOf } from '../../../src/cloud/alibaba/xml.ts'
import type { Host } from '../../../src/runtime/host.ts'
import { Secret } from '../../../src/runtime/secret.ts'
import { leapingHost } from '../../dns/world.ts'
import { accountAt, localApi, testKey } from './local-api.ts'

const list = `<?xml version="1.0" encoding="UTF-8"?>
<ListCnameResult><Bucket>examplebucket</Bucket><Cname><Domain>www.example.com</Domain></Cname></ListCnameResult>`

const listCname = {
  action: 'ListCname',
  method: 'GET',
  bucket: 'examplebucket',
  query: { cname: '' },
} as const

const refusal = (code: string, status: number, more = '') => ({
  status,
  body: `<Error><Code>${code}</Code><Message>words</Message><RequestId>R-1</RequestId>${more}</Error>`,
})

describe('a request to OSS', () => {
  it('reads XML', async () => {
    const api = await localApi(() => ({ body: list }))
    const root = await ossClient(accountAt(api.endpoint), leapingHost(Date.now())).request(
      listCname,
    )
    expect(childrenOf(root, 'Cname').map((cname) => textOf(cname, 'Domain'))).toEqual([
      'www.example.com',
    ])
    expect(api.calls[0]).toMatchObject({ method: 'GET', target: '/examplebucket/?cname', body: '' })
    expect(api.calls[0]?.headers).not.toHaveProperty('content-type')
  })

  it('writes XML, in which a secret is its text', async () => {
    const api = await localApi(() => ({ body: '' }))
    const oss = ossClient(accountAt(api.endpoint), leapingHost(Date.now()))
    const reply = await oss.request({
      action: 'PutCname',
      method: 'POST',
      bucket: 'examplebucket',
      query: { cname: '', comp: 'add' },
      xml: [
        'BucketCnameConfiguration',
        { Cname: { Domain: 'a.example.com', PrivateKey: new Secret('private') } },
      ],
    })
    expect(reply).toBeUndefined()
    expect(api.calls[0]).toMatchObject({
      method: 'POST',
      target: '/examplebucket/?cname&comp=add',
      body: '<?xml version="1.0" encoding="UTF-8"?><BucketCnameConfiguration><Cname><Domain>a.example.com</Domain><PrivateKey>private</PrivateKey></Cname></BucketCnameConfiguration>',
      headers: { 'content-type': 'application/xml' },
    })
  })

  it('goes to the host of the bucket and its region', async () => {
    const asked: string[] = []
    const fetch: Host['fetch'] = async (input) => {
      asked.push((input as URL).href)
      return new Response(list)
    }
    const account = { credentials: async () => testKey, region: 'cn-beijing' }
    const oss = ossClient(account, { ...leapingHost(), fetch })
    await oss.request(listCname)
    await oss.request({ action: 'ListBuckets', method: 'GET', query: { 'max-keys': '1000' } })
    expect(asked).toEqual([
      'https://examplebucket.oss-cn-beijing.aliyuncs.com/?cname',
      'https://oss-cn-beijing.aliyuncs.com/?max-keys=1000',
    ])
  })

  it.each([['evil.example/'], ['UPPER'], ['a'], ['-ab']])(
    'to a bucket that cannot be, %j, is not sent',
    async (bucket) => {
      const api = await localApi(() => ({}))
      const oss = ossClient(accountAt(api.endpoint), leapingHost())
      await expect(oss.request({ ...listCname, bucket })).rejects.toMatchObject({
        code: 'ALIBABA_OPTION_NOT_CONFORM',
      })
      expect(api.calls).toEqual([])
    },
  )
})

describe('a refusal of OSS', () => {
  it.each([
    ['AccessDenied', 403, 'ALIBABA_FORBIDDEN'],
    ['InvalidAccessKeyId', 403, 'ALIBABA_KEY_REFUSED'],
    ['SignatureDoesNotMatch', 403, 'ALIBABA_KEY_REFUSED'],
    ['NeedVerifyDomainOwnership', 403, 'ALIBABA_REFUSED'],
    ['NoSuchBucket', 404, 'ALIBABA_REFUSED'],
  ])('%s is %i and %s', async (code, status, expected) => {
    const api = await localApi(() => refusal(code, status))
    const oss = ossClient(accountAt(api.endpoint), leapingHost(Date.now()))
    await expect(oss.request(listCname)).rejects.toMatchObject({
      code: expected,
      params: { action: 'ListCname', code, message: 'words', requestId: 'R-1', status },
    })
  })

  it('names the RAM action, from the reply or from what was asked', async () => {
    const detail =
      '<AccessDeniedDetail><AuthAction>oss:ListCnames</AuthAction></AccessDeniedDetail>'
    const answers = [refusal('AccessDenied', 403), refusal('AccessDenied', 403, detail)]
    const api = await localApi(() => answers.shift() ?? {})
    const oss = ossClient(accountAt(api.endpoint), leapingHost(Date.now()))
    for (const ramAction of ['oss:ListCname', 'oss:ListCnames']) {
      await expect(oss.request(listCname)).rejects.toMatchObject({ params: { ramAction } })
    }
  })

  it('that passes by itself is tried again', async () => {
    let left = 1
    const api = await localApi(() => (left-- > 0 ? refusal('InternalError', 500) : { body: list }))
    const host = leapingHost(Date.now())
    expect((await ossClient(accountAt(api.endpoint), host).request(listCname))?.name).toBe(
      'ListCnameResult',
    )
    expect(host.waits).toEqual([500])
  })

  it.each([
    [200, '{"json":true}', 'ALIBABA_NOT_CONFORM'],
    [403, '<html><body>proxy<br></body></html>', 'ALIBABA_REFUSED'],
  ])('that is no XML of OSS, with HTTP %i, is an error', async (status, body, code) => {
    const api = await localApi(() => ({ status, body }))
    const oss = ossClient(accountAt(api.endpoint), leapingHost())
    await expect(oss.request(listCname)).rejects.toMatchObject({ code })
  })

  it('does not bring back the key that was sent', async () => {
    const api = await localApi(({ body }) => ({
      status: 400,
      body: `<Error><Code>MalformedXML</Code><Message><![CDATA[${body}]]></Message></Error>`,
    }))
    const oss = ossClient(accountAt(api.endpoint), leapingHost())
    const xml = ['A', { Key: new Secret('the-private-key') }] as const
    const error: unknown = await oss
      .request({ ...listCname, method: 'POST', xml })
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ params: { code: 'MalformedXML' } })
    expect(JSON.stringify(error)).not.toContain('the-private-key')
  })
})
