import { expect, it } from 'vitest'
import type { AlibabaSeed } from '../../src/alibaba/products/table.ts'
import { bundleFor } from './bundle.ts'
import { rpcCaller } from './callers.ts'
import { open, servedAt } from './world.ts'

const domain = 'api.example.com'
const GatewayUniqueId = 'gw-1'

type Domains = NonNullable<
  NonNullable<NonNullable<AlibabaSeed['mse']>['gateways']>[number]['domains']
>

interface Listed {
  readonly Id: number
  readonly CertIdentifier: string
}

async function world(domains: Domains = [{ name: domain }]) {
  const gateways = [{ uniqueId: GatewayUniqueId, domains }]
  const alibaba = await open({ seed: { mse: { gateways } } })
  const { call } = rpcCaller(alibaba, '2019-05-31')
  const { certPem, keyPem, fingerprint } = await bundleFor([domain])
  alibaba.seed({ cas: { certificates: [{ name: 'one', certPem, keyPem }] } })
  const list = async () =>
    (await call('ListGatewayDomain', { GatewayUniqueId }))['Data'] as readonly Listed[]
  return {
    alibaba,
    call,
    fingerprint,
    list,
    Id: (await list())[0]?.Id,
    stored: alibaba.certificates.named('one'),
    read: async (Id: unknown) =>
      (await call('GetGatewayDomainDetail', { GatewayUniqueId, Id }))['Data'],
    served: async () => servedAt(alibaba, domain),
  }
}

it('gives a domain its first certificate and then the next one', async () => {
  const { alibaba, call, Id, stored, read, served, fingerprint } = await world()
  const bind = { GatewayUniqueId, DomainId: Id, CertIdentifier: stored?.identifier }
  expect((await call('UpdateSSLCert', bind))['ErrorCode']).toBe('CertNotAssociated')
  expect(await call('AddSSLCert', bind)).toMatchObject({ Success: true, Code: 200, Data: true })
  expect(await served()).toBe(fingerprint)
  expect(alibaba.installations.products(stored?.id ?? 0)).toEqual(['MSE'])
  expect((await call('AddSSLCert', bind))['ErrorCode']).toBe('CertExisted')
  const renewed = await bundleFor([domain])
  alibaba.seed({ cas: { certificates: [{ name: 'two', ...renewed }] } })
  const CertIdentifier = alibaba.certificates.named('two')?.identifier
  await call('UpdateSSLCert', { ...bind, CertIdentifier })
  expect(await read(Id)).toMatchObject({ Protocol: 'HTTPS', CertIdentifier, CertName: 'two' })
  expect(await served()).toBe(renewed.fingerprint)
})

it('writes a domain as a whole: what UpdateGatewayDomain leaves out is set back', async () => {
  const settings = { MustHttps: true, TlsMin: 'TLS 1.2', MtlsEnabled: true }
  const { call, Id, stored, read, served } = await world([{ name: domain, settings }])
  const CertIdentifier = stored?.identifier
  const asked = { GatewayUniqueId, Id, Protocol: 'HTTPS', CertIdentifier, MustHttps: true }
  const suites = { ConfigType: 'Custom', TlsCipherSuites: ['A'] }
  await call('UpdateGatewayDomain', {
    ...asked,
    TlsCipherSuitesConfigJSON: JSON.stringify(suites),
  })
  expect(await read(Id)).toMatchObject({
    MustHttps: true,
    TlsMin: '',
    MtlsEnabled: false,
    TlsCipherSuitesConfig: suites,
  })
  await call('UpdateGatewayDomain', { GatewayUniqueId, Id })
  expect(await read(Id)).toMatchObject({ Protocol: 'HTTP', CertIdentifier: '', MustHttps: false })
  expect(await served()).toBeUndefined()
})

it('tells errors of its own with HTTP 200 and Success false', async () => {
  const { call, Id, stored, alibaba } = await world()
  const codeOf = async (action: string, parameters: object) => {
    const reply = await call(action, { ...parameters })
    expect(reply['Success']).toBe(false)
    return reply['ErrorCode']
  }
  const bind = { GatewayUniqueId, DomainId: Id, CertIdentifier: stored?.identifier }
  expect(await codeOf('AddSSLCert', { ...bind, CertIdentifier: '1-x' })).toBe('CertNotFound')
  expect(await codeOf('AddSSLCert', { ...bind, DomainId: 0 })).toBe('DomainNotFound')
  expect(await codeOf('ListSSLCert', { GatewayUniqueId: 'gw-2' })).toBe('GatewayNotFound')
  const plain = { GatewayUniqueId, Id, Protocol: 'HTTPS' }
  expect(await codeOf('UpdateGatewayDomain', plain)).toBe('IllegalProtocol')
  expect(alibaba.calls.at(-1)).toMatchObject({ status: 200, code: 'IllegalProtocol' })
})

it('lists gateways by filter and page, and the certificates that can be taken', async () => {
  const { alibaba, call } = await world()
  alibaba.seed({ mse: { gateways: [{ uniqueId: 'gw-2', address: '192.0.2.9' }] } })
  const FilterParams = JSON.stringify({ GatewayUniqueId: 'gw-2' })
  expect((await call('ListGateway', { FilterParams }))['Data']).toMatchObject({
    TotalSize: 1,
    Result: [{ GatewayUniqueId: 'gw-2', InternetSlb: [{ SlbIp: '192.0.2.9', Type: 'PUB_NET' }] }],
  })
  alibaba.seed({ mse: { gateways: [{ uniqueId: 'gw-3', addressType: 'PRIVATE_NET' }] } })
  const inner = await call('ListGateway', { PageNumber: 3, PageSize: 1 })
  expect(inner['Data']).toMatchObject({
    Result: [{ GatewayUniqueId: 'gw-3', InternetSlb: [], Slb: [{ Type: 'PRIVATE_NET' }] }],
  })
  expect((await call('ListGateway', { PageNumber: 2, PageSize: 1 }))['Data']).toMatchObject({
    TotalSize: 3,
    Result: [{ GatewayUniqueId: 'gw-2' }],
  })
  expect((await call('ListSSLCert', { GatewayUniqueId }))['Data']).toMatchObject([
    { CertName: 'one', Sans: domain },
  ])
})
