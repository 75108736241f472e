import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listOf, objectOf, parametersOf } from '../../src/alibaba/parameters.ts'
import type { Product } from '../../src/alibaba/product.ts'
import { products } from '../../src/alibaba/products/table.ts'
import { bundleFor } from './bundle.ts'
import { genericSdk, popSdk, refusalOf, typedSdk } from './sdk.ts'
import { open, stillClock } from './world.ts'

const cdn = '2018-05-10'
const list = { action: 'DescribeUserDomains', version: cdn }
const set = { action: 'SetCdnDomainSSLCertificate', version: cdn }

describe('the gateway', () => {
  it.each([
    ['an unknown action', { action: 'DescribeNothing', version: cdn }],
    ['an unknown version', { action: 'DescribeUserDomains', version: '1999-01-01' }],
    ['another path', { ...list, pathname: '/v1/domains' }],
    ['a name that every object has', { action: 'constructor', version: cdn }],
  ])('answers 404 for %s', async (_, call) => {
    const alibaba = await open()
    const refusal = await refusalOf(genericSdk(alibaba)(call))
    expect(refusal).toMatchObject({ code: 'InvalidApi.NotFound', statusCode: 404 })
  })

  it('refuses a method that the action does not take', async () => {
    const alibaba = await open({ seed: { esa: { sites: [{ name: 'example.com' }] } } })
    const sites = { action: 'ListSites', version: '2024-09-10' }
    expect((await refusalOf(genericSdk(alibaba)(sites))).code).toBe('UnsupportedHTTPMethod')
    const { body } = await genericSdk(alibaba)({ ...sites, method: 'GET' })
    expect(body['TotalCount']).toBe(1)
  })

  it.each([
    ['a missing parameter', { SSLProtocol: 'on' }, 'MissingDomainName'],
    ['an empty one', { DomainName: '', SSLProtocol: 'on' }, 'MissingDomainName'],
    [
      'a number that is none',
      { DomainName: 'x.test', SSLProtocol: 'on', CertId: 'x' },
      'InvalidParameter',
    ],
  ])('refuses %s', async (_, body, code) => {
    const alibaba = await open()
    const refusal = await refusalOf(genericSdk(alibaba)({ ...set, body }))
    expect(refusal).toMatchObject({ code, statusCode: 400 })
  })

  it('takes parameters from query and form alike', async () => {
    const alibaba = await open({ seed: { cdn: { domains: [{ domain: 'www.example.com' }] } } })
    const DomainName = 'www.example.com'
    const asked = genericSdk(alibaba)
    const inQuery = await asked({ ...list, query: { DomainName } })
    const inForm = await asked({ ...list, body: { DomainName } })
    expect(inQuery.body['TotalCount']).toBe(1)
    expect(inForm.body['TotalCount']).toBe(1)
  })

  it('gives each reply its own RequestId, and errors the members that the API documents', async () => {
    const alibaba = await open()
    const { body } = await genericSdk(alibaba)(list)
    const { data } = await refusalOf(genericSdk(alibaba)(set))
    expect(body['RequestId']).toMatch(/^[0-9A-F-]{36}$/)
    expect(data).toMatchObject({ Code: 'MissingDomainName', HostId: 'cdn.aliyuncs.com' })
    expect(alibaba.calls.map(({ requestId }) => requestId)).toEqual([
      body['RequestId'],
      data['RequestId'],
    ])
  })

  it('writes down secrets neither in the log nor unnoticed in a URL', async () => {
    const alibaba = await open({ seed: { cdn: { domains: [{ domain: 'www.example.com' }] } } })
    const { certPem, keyPem } = await bundleFor(['www.example.com'], { algorithm: 'RSA' })
    const common = { SSLProtocol: 'on', DomainName: 'www.example.com' }
    const body = { ...common, SSLPub: certPem, SSLPri: keyPem }
    await genericSdk(alibaba)({ ...set, body })
    // The typed client of the older SDK puts everything into the query.
    await refusalOf(
      typedSdk(alibaba, 'cdn20180510')('setCdnDomainSSLCertificate', {
        SSLProtocol: 'on',
        domainName: 'www.example.com',
        SSLPub: certPem.repeat(20),
        SSLPri: keyPem,
      }),
    )
    expect(alibaba.calls.map(({ secretInUrl }) => secretInUrl)).toEqual([false, true])
    expect(JSON.stringify(alibaba.calls)).not.toContain('PRIVATE KEY')
    expect(alibaba.calls[0]?.parameters).toMatchObject({ SSLPri: '(secret)', SSLPub: certPem })
  })
})

describe('error codes that no source confirms', () => {
  it('are marked in the log, so that nothing that meets them passes for known', async () => {
    const alibaba = await open()
    const cas = popSdk(alibaba, '2020-04-07')
    await refusalOf(cas('UploadUserCertificate', { Name: 'www', Cert: 'none', Key: 'none' }))
    await refusalOf(cas('GetUserCertificateDetail', { CertId: 1 }))
    await refusalOf(cas('GetUserCertificateDetail'))
    await cas('ListUserCertificateOrder', { OrderType: 'UPLOAD' })
    expect(alibaba.calls.map(({ code, assumed }) => ({ code, assumed }))).toEqual([
      { code: 'InvalidCert', assumed: true },
      { code: 'InvalidCertId.NotFound' },
      { code: 'MissingCertId' },
      {},
    ])
  })
})

describe('permissions', () => {
  it('denies an action with the detail from which the missing right can be read', async () => {
    const alibaba = await open()
    alibaba.deny('cdn:DescribeUserDomains')
    const refusal = await refusalOf(genericSdk(alibaba)(list))
    expect(refusal).toMatchObject({ code: 'Forbidden.RAM', statusCode: 403 })
    expect(refusal.accessDeniedDetail).toMatchObject({
      AuthAction: 'cdn:DescribeUserDomains',
      AuthPrincipalType: 'SubUser',
      NoPermissionType: 'ExplicitDeny',
    })
    alibaba.allow('cdn:DescribeUserDomains')
    await genericSdk(alibaba)(list)
  })

  it('keeps a key to the actions and resources of its policy', async () => {
    const zones = ['example.com', 'example.org']
    const alibaba = await open({ seed: { alidns: { zones } } })
    const key = alibaba.addAccount({
      allow: [{ action: 'alidns:*', resource: 'acs:alidns:*:*:domain/example.com' }],
    })
    const dns = popSdk(alibaba, '2015-01-09', key)
    const record = { RR: '_acme-challenge', Type: 'TXT', Value: 'x' }
    const { RecordId } = await dns('AddDomainRecord', { ...record, DomainName: 'example.com' })
    await dns('DeleteDomainRecord', { RecordId })
    const elsewhere = dns('AddDomainRecord', { ...record, DomainName: 'example.org' })
    expect((await refusalOf(elsewhere)).code).toBe('Forbidden.RAM')
    // A policy for one zone cannot list zones.
    expect((await refusalOf(dns('DescribeDomains'))).code).toBe('Forbidden.RAM')
    expect((await refusalOf(genericSdk(alibaba, { key })(list))).accessDeniedDetail).toMatchObject({
      NoPermissionType: 'ImplicitDeny',
    })
  })
})

describe('throttling', () => {
  it('refuses as many calls as it is told', async () => {
    const alibaba = await open()
    alibaba.throttle('DescribeUserDomains', 2)
    const call = popSdk(alibaba, cdn)
    expect((await refusalOf(call('DescribeUserDomains'))).code).toBe('Throttling.User')
    expect((await refusalOf(call('DescribeUserDomains'))).code).toBe('Throttling.User')
    await call('DescribeUserDomains')
  })

  it('keeps to the documented rates, by key and action, until the second is over', async () => {
    const clock = stillClock()
    const alibaba = await open({ clock })
    const store = popSdk(alibaba, '2020-04-07')
    const order = async (): Promise<unknown> => store('ListUserCertificateOrder')
    for (let calls = 0; calls < 10; calls += 1) await order()
    expect((await refusalOf(order())).code).toBe('Throttling.User')
    await store('ListCertificates')
    await popSdk(alibaba, '2020-04-07', alibaba.addAccount())('ListUserCertificateOrder')
    clock.advance(1000)
    await order()
  })

  it('lets everything through where rates are off', async () => {
    const alibaba = await open({ clock: stillClock(), rateLimits: false })
    const store = popSdk(alibaba, '2020-04-07')
    for (let calls = 0; calls < 11; calls += 1) await store('ListUserCertificateOrder')
    expect(alibaba.calls.every(({ status }) => status === 200)).toBe(true)
  })
})

describe('pages', () => {
  const domains = ['a', 'b', 'c'].map((label) => ({ domain: `${label}.example.com` }))

  it('hold no more than the largest, whatever is asked, and lead to all', async () => {
    const alibaba = await open({ seed: { cdn: { domains } }, largestPage: 2 })
    const call = popSdk(alibaba, cdn)
    const page = async (PageNumber: number) =>
      call('DescribeUserDomains', { PageNumber, PageSize: 500 })
    expect(await page(1)).toMatchObject({
      PageSize: 2,
      TotalCount: 3,
      Domains: { PageData: [{ DomainName: 'a.example.com' }, {}] },
    })
    expect(await page(2)).toMatchObject({
      Domains: { PageData: [{ DomainName: 'c.example.com' }] },
    })
    expect(await call('DescribeUserDomains')).toMatchObject({ PageSize: 2 })
  })

  it('are as large as the API documents, where nothing else is said', async () => {
    const alibaba = await open({ seed: { cdn: { domains } } })
    const call = popSdk(alibaba, cdn)
    expect(await call('DescribeUserDomains')).toMatchObject({ PageSize: 20, TotalCount: 3 })
    const tooMany = await refusalOf(call('DescribeUserDomains', { PageSize: 501 }))
    expect(tooMany.code).toBe('InvalidParameter')
  })
})

describe('faults', () => {
  it('refuse a call as they say, once the caller is known', async () => {
    const alibaba = await open({
      faults: ({ product, action, earlier }) =>
        product === 'cdn' && action === 'DescribeUserDomains' && earlier < 1
          ? { kind: 'refuse', code: 'ServiceUnavailable', status: 503 }
          : undefined,
    })
    const refusal = await refusalOf(genericSdk(alibaba)(list))
    expect(refusal).toMatchObject({ code: 'ServiceUnavailable', statusCode: 503 })
    await genericSdk(alibaba)(list)
  })

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('cut the connection %s the work was done', async (when, uploaded) => {
    const alibaba = await open({ faults: () => ({ kind: 'cut', when }) })
    const { certPem, keyPem } = await bundleFor(['www.example.com'])
    const upload = popSdk(alibaba, '2020-04-07')('UploadUserCertificate', {
      Name: 'one',
      Cert: certPem,
      Key: keyPem,
    })
    await expect(upload).rejects.toThrow(/socket hang up|ECONNRESET/)
    expect(alibaba.certificates.all).toHaveLength(uploaded)
  })

  it('hold a reply back by the clock', async () => {
    const slept: number[] = []
    const clock = { ...stillClock(), sleep: async (ms: number) => void slept.push(ms) }
    const alibaba = await open({ clock, faults: () => ({ kind: 'delay', ms: 5000 }) })
    await genericSdk(alibaba)(list)
    expect(slept).toEqual([5000])
  })
})

describe('parameters', () => {
  it('are read from the notation of the API lists', () => {
    expect(parametersOf('A*, B:n, C:b, D*[]{E*, F{G, H:n}}, I:s[], J{K*}')).toEqual([
      { name: 'A', required: true, kind: 'text' },
      { name: 'B', required: false, kind: 'number' },
      { name: 'C', required: false, kind: 'flag' },
      { name: 'D', required: true, kind: 'list' },
      { name: 'I', required: false, kind: 'list' },
      { name: 'J', required: false, kind: 'object' },
    ])
    expect(() => parametersOf('A B')).toThrow(TypeError)
  })

  it('of a list are the same whether flattened or JSON', () => {
    const member = fc.string({ minLength: 1 }).filter((text) => /^\w+$/.test(text))
    const objects = fc.array(
      fc.dictionary(member, fc.string(), { minKeys: 1, noNullPrototype: true }),
      {
        minLength: 1,
      },
    )
    fc.assert(
      fc.property(objects, (items) => {
        const flat = items.flatMap((item, index) =>
          Object.entries(item).map(([key, value]) => [`List.${index + 1}.${key}`, value] as const),
        )
        expect(listOf('List', new Map(flat))).toEqual(items)
        expect(listOf('List', new Map([['List', JSON.stringify(items)]]))).toEqual(items)
        const first = items[0] ?? {}
        const prefixed = Object.entries(first).map(([key, value]) => [`One.${key}`, value] as const)
        expect(objectOf('One', new Map(prefixed))).toEqual(first)
      }),
    )
  })

  it('are declared so that every product can be read', () => {
    const actions = Object.values(products).flatMap((product) =>
      Object.values('actions' in product ? (product as Product).actions : {}),
    )
    for (const { parameters = '' } of actions) parametersOf(parameters)
    expect(actions.length).toBeGreaterThan(50)
  })
})

it('has versions that tell the products apart', () => {
  const versions = Object.values(products).flatMap((product) =>
    'version' in product ? [product.version] : [],
  )
  expect(new Set(versions).size).toBe(versions.length)
})
