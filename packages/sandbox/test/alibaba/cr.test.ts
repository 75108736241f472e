import { expect, it } from 'vitest'
import { bundleFor } from './bundle.ts'
import { rpcCaller } from './callers.ts'
import { open, servedAt } from './world.ts'

const domain = 'registry.example.com'
const place = { InstanceId: 'cri-1', ModuleName: 'Registry', Domain: domain }

async function world() {
  const old = await bundleFor([domain])
  const domains = [{ domain, certificate: old }]
  const alibaba = await open({ seed: { cr: { registries: [{ id: 'cri-1', domains }] } } })
  const { call } = rpcCaller(alibaba, '2018-12-01')
  const { certPem, keyPem, fingerprint } = await bundleFor([domain])
  alibaba.seed({ cas: { certificates: [{ name: 'renewed', certPem, keyPem }] } })
  const CertId = String(alibaba.certificates.named('renewed')?.id)
  return { alibaba, call, old, fingerprint, CertId, served: () => servedAt(alibaba, domain) }
}

it('changes the certificate of a domain by the number of the store', async () => {
  const { alibaba, call, old, fingerprint, CertId, served } = await world()
  expect(await served()).toBe(old.fingerprint)
  const update = { ...place, CertId, CertRegionId: 'cn-hangzhou' }
  expect(await call('UpdateInstanceCustomizedDomain', update)).toMatchObject({
    IsSuccess: true,
    Code: 'success',
  })
  expect(await served()).toBe(fingerprint)
  expect(await call('GetInstanceCustomizedDomain', place)).toMatchObject({
    CertId,
    EndpointType: 'internet',
  })
  expect(alibaba.installations.products(Number(CertId))).toEqual(['CR'])
})

it('tells errors of its own with HTTP 200 and IsSuccess false', async () => {
  const { alibaba, call, CertId } = await world()
  const codeOf = async (given: object, action = 'UpdateInstanceCustomizedDomain') => {
    const reply = await call(action, { ...place, CertId, ...given })
    expect(reply['IsSuccess']).toBe(false)
    return reply['Code']
  }
  expect(await codeOf({ CertId: `${CertId}-cn-hangzhou` })).toBe('CERT_NOT_EXIST')
  expect(await codeOf({ CertRegionId: 'ap-southeast-1' })).toBe('CERT_NOT_EXIST')
  expect(await codeOf({ Domain: 'other.example.com' })).toBe('DOMAIN_NOT_EXIST')
  expect(await codeOf({ ModuleName: 'Chart' })).toBe('DOMAIN_NOT_EXIST')
  expect(await codeOf({ ModuleName: 'Image' })).toBe('PARAMETER_INVALID')
  expect(await codeOf({ InstanceId: 'cri-2' })).toBe('INSTANCE_NOT_EXIST')
  expect(await codeOf({}, 'CreateInstanceCustomizedDomain')).toBe('DOMAIN_EXIST')
  expect(alibaba.calls.every(({ status }) => status === 200)).toBe(true)
})

it('makes a domain of another module and lists it at its endpoint', async () => {
  const { call, CertId } = await world()
  const chart = { ...place, ModuleName: 'Chart', Domain: 'chart.example.com' }
  await call('CreateInstanceCustomizedDomain', { ...chart, CertId, EndpointType: 'vpc' })
  const endpoint = async (ModuleName: string, EndpointType: string) =>
    (await call('GetInstanceEndpoint', { InstanceId: 'cri-1', ModuleName, EndpointType }))[
      'Domains'
    ]
  expect(await endpoint('Registry', 'internet')).toMatchObject([
    { Type: 'SYSTEM' },
    { Domain: domain, Type: 'USER' },
  ])
  expect(await endpoint('Chart', 'internet')).toMatchObject([{ Type: 'SYSTEM' }])
  expect(await endpoint('Chart', 'vpc')).toMatchObject([{}, { Domain: 'chart.example.com' }])
})

it('lists instances, page by page', async () => {
  const { alibaba, call } = await world()
  alibaba.seed({ cr: { registries: [{ id: 'cri-2' }] } })
  expect(await call('ListInstance', { PageNo: 2, PageSize: 1 })).toMatchObject({
    TotalCount: 2,
    Instances: [{ InstanceId: 'cri-2' }],
  })
})
