import { expect, it } from 'vitest'
import type { AlibabaSeed } from '../../src/alibaba/products/table.ts'
import { bundleFor } from './bundle.ts'
import { roaCaller } from './callers.ts'
import { open, servedAt } from './world.ts'

const domain = 'api.example.com'
const path = '/v1/domains/d-1'

type Domains = NonNullable<NonNullable<AlibabaSeed['apig']>['domains']>

async function world(domains: Domains = [{ id: 'd-1', name: domain }]) {
  const alibaba = await open({ seed: { apig: { domains } } })
  const { call } = roaCaller(alibaba, '2024-03-27')
  const { certPem, keyPem, fingerprint } = await bundleFor([domain])
  alibaba.seed({ cas: { certificates: [{ name: 'one', certPem, keyPem }] } })
  const update = async (body: object, at = path) =>
    call({ action: 'UpdateDomain', method: 'PUT', path: at, body })
  return {
    alibaba,
    call,
    update,
    fingerprint,
    stored: alibaba.certificates.named('one'),
    read: async () =>
      (await call({ action: 'GetDomain', method: 'GET', path }))['data'] as Readonly<
        Record<string, unknown>
      >,
    /** Told with HTTP 200, so that the SDK finds nothing wrong with it. */
    codeOf: async (body: object, at?: string) => (await update(body, at))['code'],
  }
}

it('replaces a domain as a whole: what a change leaves out is set back', async () => {
  const settings = { forceHttps: true, tlsMin: 'TLS 1.2', mTLSEnabled: true, clientCACert: 'x' }
  const { alibaba, read, update, stored, fingerprint } = await world([
    { id: 'd-1', name: domain, settings },
  ])
  expect(await read()).toMatchObject({ ...settings, protocol: 'HTTP', certIdentifier: '' })
  const certIdentifier = stored?.identifier
  const change = { protocol: 'HTTPS', forceHttps: true, tlsMin: 'TLS 1.2', certIdentifier }
  expect(await update(change)).toMatchObject({
    code: 'Ok',
    data: { deployRevisionId: expect.stringMatching(/^apr-/) as string },
  })
  const reset = { mTLSEnabled: false, clientCACert: '' }
  expect(await read()).toMatchObject({ ...change, ...reset, certName: 'one', sans: domain })
  expect(await servedAt(alibaba, domain)).toBe(fingerprint)
  expect(alibaba.installations.products(stored?.id ?? 0)).toEqual(['APIG'])
  await update({ forceHttps: false })
  expect(await read()).toMatchObject({ protocol: 'HTTP', certIdentifier: '' })
  expect(await servedAt(alibaba, domain)).toBeUndefined()
})

it('tells errors of its own with HTTP 200, and a denial as every product does', async () => {
  const { codeOf, alibaba } = await world()
  const whole = { protocol: 'HTTPS', forceHttps: false }
  expect(await codeOf({ protocol: 'HTTP' })).toBe('InvalidParameter.forceHttps')
  expect(await codeOf({ ...whole, protocol: 'TCP' })).toBe('InvalidParameter.protocol')
  expect(await codeOf(whole)).toBe('InvalidParameter.certIdentifier')
  expect(await codeOf({ ...whole, certIdentifier: '1-x' })).toBe('NotFound.CertNotFound')
  expect(await codeOf(whole, '/v1/domains/d-2')).toBe('NotFound.DomainNotFound')
  expect(alibaba.calls.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  expect(alibaba.calls.at(-1)?.code).toBe('NotFound.DomainNotFound')
  alibaba.deny('apig:GetDomain')
  const { refusal } = roaCaller(alibaba, '2024-03-27')
  const denied = await refusal({ action: 'GetDomain', method: 'GET', path })
  expect(denied).toMatchObject({ code: 'Forbidden.RAM', statusCode: 403 })
})

it('lists domains by gateway and name, page by page, and certificates', async () => {
  const names = ['a.example.com', 'b.example.com', 'c.example.com']
  const { call } = await world(names.map((name) => ({ name, gatewayId: 'gw-1' })))
  const list = { action: 'ListDomains', method: 'GET', path: '/v1/domains' } as const
  const query = { gatewayId: 'gw-1', pageNumber: 2, pageSize: 2 }
  expect((await call({ ...list, query }))['data']).toMatchObject({
    totalSize: 3,
    items: [{ name: 'c.example.com' }],
  })
  expect((await call({ ...list, query: { gatewayId: 'gw-2' } }))['data']).toMatchObject({
    totalSize: 0,
  })
  const certs = { action: 'ListSslCerts', method: 'GET', path: '/v1/ssl/certs' } as const
  expect((await call(certs))['data']).toMatchObject({ items: [{ certName: 'one' }] })
})

it('makes a domain, once', async () => {
  const { call, alibaba } = await world([])
  const body = { name: domain, protocol: 'HTTP', forceHttps: false }
  const create = { action: 'CreateDomain', method: 'POST', path: '/v1/domains', body } as const
  const { data } = await call(create)
  expect(alibaba.state.apig.domains.get((data as { domainId: string }).domainId)).toMatchObject({
    name: domain,
  })
  expect((await call(create))['code']).toBe('Conflict.DomainExisted')
})
