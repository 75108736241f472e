import { expect, it } from 'vitest'
import { bundleFor } from './bundle.ts'
import { roaCaller, until } from './callers.ts'
import { open, servedAt } from './world.ts'

const domain = 'model.example.com'
const root = '/api/v2/gateways'
const path = `${root}/cn-hangzhou/gw-1`

async function world() {
  const old = await bundleFor([domain])
  const gateways = [{ id: 'gw-1', domains: [{ domain, certificate: old }] }, { id: 'gw-2' }]
  const alibaba = await open({ seed: { eas: { gateways } } })
  const { call, refusal } = roaCaller(alibaba, '2021-07-01')
  const { certPem, keyPem, fingerprint } = await bundleFor([domain])
  alibaba.seed({ cas: { certificates: [{ name: 'renewed', certPem, keyPem }] } })
  const change = (action: 'Attach' | 'Detach', custom: object, at = path) =>
    ({
      action: `${action}GatewayDomain`,
      method: 'PUT',
      path: `${at}/domain/${action.toLowerCase()}`,
      query: { CustomDomain: JSON.stringify({ Domain: domain, Type: 'internet', ...custom }) },
    }) as const
  const domains = { action: 'ListGatewayDomains', method: 'GET', path: `${path}/domains` } as const
  return {
    alibaba,
    call,
    change,
    old,
    fingerprint,
    CertificateId: String(alibaba.certificates.named('renewed')?.id),
    codeOf: async (...asked: Parameters<typeof change>) => (await refusal(change(...asked))).code,
    list: async () =>
      (await call(domains))['CustomDomains'] as readonly Readonly<Record<string, string>>[],
    served: async () => servedAt(alibaba, domain),
  }
}

it('changes the certificate of a domain by and by', async () => {
  const { alibaba, call, change, list, served, old, fingerprint, CertificateId, codeOf } =
    await world()
  expect(await served()).toBe(old.fingerprint)
  await call(change('Attach', { CertificateId }))
  expect(await codeOf('Attach', { CertificateId })).toBe('GatewayConfiguring')
  expect(await served()).toBe(old.fingerprint)
  const [one] = await until(list, ([now]) => now?.['CertificateStatus'] === 'Available')
  expect(one).toMatchObject({ Domain: domain, CertificateId, CertificateName: 'renewed' })
  expect(await served()).toBe(fingerprint)
  expect(alibaba.installations.products(Number(CertificateId))).toEqual(['EAS'])
})

it('refuses what cannot be', async () => {
  const { codeOf } = await world()
  expect(await codeOf('Attach', { Type: 'vpc' })).toBe('InvalidCustomDomain')
  expect(await codeOf('Attach', { Domain: '' })).toBe('InvalidCustomDomain')
  expect(await codeOf('Attach', { CertificateId: '1' })).toBe('CertificateNotFound')
  expect(await codeOf('Detach', { Domain: 'other.example.com' })).toBe('DomainNotFound')
  expect(await codeOf('Attach', {}, `${root}/cn-hangzhou/gw-3`)).toBe('GatewayNotFound')
  expect(await codeOf('Attach', {}, `${root}/cn-beijing/gw-1`)).toBe('GatewayNotFound')
})

it('lets a domain go', async () => {
  const { call, change, list, served } = await world()
  await call(change('Detach', {}))
  expect(await list()).toEqual([])
  expect(await served()).toBeUndefined()
})

it('lists gateways, page by page, and tells of one', async () => {
  const { call } = await world()
  const query = { PageNumber: 2, PageSize: 1 }
  expect(await call({ action: 'ListGateway', method: 'GET', path: root, query })).toMatchObject({
    TotalCount: 2,
    Gateways: [{ GatewayId: 'gw-2' }],
  })
  expect(await call({ action: 'DescribeGateway', method: 'GET', path })).toMatchObject({
    GatewayId: 'gw-1',
    ClusterId: 'cn-hangzhou',
  })
})
