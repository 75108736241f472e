import { expect, it } from 'vitest'
import type { AlibabaSeed } from '../../src/alibaba/products/table.ts'
import { bundleFor } from './bundle.ts'
import type { Bundle } from './bundle.ts'
import { rpcCaller, until } from './callers.ts'
import { open, servedAt } from './world.ts'

const RegionId = 'cn-hangzhou'
const listener = { RegionId, ListenerId: 'lsr-1' }
const place = { ...listener, AcceleratorId: 'ga-1' }
const domain = 'www.example.com'

type Listeners = NonNullable<
  NonNullable<NonNullable<AlibabaSeed['ga']>['accelerators']>[number]['listeners']
>

async function world(listeners: Listeners = [{ id: 'lsr-1' }]) {
  const alibaba = await open({ seed: { ga: { accelerators: [{ id: 'ga-1', listeners }] } } })
  const { call, refusal } = rpcCaller(alibaba, '2019-11-20')
  const read = async () => call('DescribeListener', listener)
  return {
    alibaba,
    call,
    read,
    codeOf: async (action: string, parameters: object) =>
      (await refusal(action, { ...parameters })).code,
    settled: async () => until(read, ({ State }) => State === 'active'),
    served: async () => servedAt(alibaba, domain),
    store: ({ certPem, keyPem }: Bundle, name: string) => {
      alibaba.seed({ cas: { certificates: [{ name, certPem, keyPem }] } })
      return alibaba.certificates.named(name)?.identifier ?? ''
    },
  }
}

it('changes its default certificate by and by, and keeps what a change leaves out', async () => {
  const old = await bundleFor([domain])
  const settings = { SecurityPolicyId: 'tls_cipher_policy_1_2', HttpVersion: 'http2' }
  const { alibaba, call, read, settled, served, store, codeOf } = await world([
    { id: 'lsr-1', certificate: old, settings },
    { id: 'lsr-2', port: 444 },
  ])
  const renewed = await bundleFor([domain])
  const Id = store(renewed, 'renewed')
  await call('UpdateListener', { ...listener, Certificates: [{ Id }] })
  expect(await codeOf('UpdateListener', listener)).toBe('StateError.Listener')
  const other = { RegionId, ListenerId: 'lsr-2' }
  expect(await codeOf('UpdateListener', other)).toBe('StateError.Accelerator')
  expect(await served()).toBe(old.fingerprint)
  await settled()
  expect(await read()).toMatchObject({ ...settings, Certificates: [{ Id, Type: 'Server' }] })
  expect(await served()).toBe(renewed.fingerprint)
  const { id = 0 } = alibaba.certificates.identified(Id) ?? {}
  expect(alibaba.installations.products(id)).toEqual(['GA'])
})

it('has an additional certificate for each domain, which is served before the default', async () => {
  const fallback = await bundleFor([domain, 'other.example.com'])
  const { alibaba, call, settled, served, store, codeOf } = await world([
    { id: 'lsr-1', certificate: fallback },
  ])
  const [one, two] = await Promise.all([bundleFor([domain]), bundleFor([domain])])
  const Certificates = [{ Id: store(one, 'one'), Domain: domain }]
  const associate = 'AssociateAdditionalCertificatesWithListener'
  await call(associate, { ...place, Certificates })
  await settled()
  expect(await served()).toBe(one.fingerprint)
  expect(await servedAt(alibaba, 'other.example.com')).toBe(fallback.fingerprint)
  expect(await codeOf(associate, { ...place, Certificates })).toBe('Exist.Domain')

  const CertificateId = store(two, 'two')
  const change = { ...place, CertificateId, Domain: domain }
  await call('UpdateAdditionalCertificateWithListener', change)
  await settled()
  expect(await served()).toBe(two.fingerprint)
  const { Certificates: listed } = await call('ListListenerCertificates', place)
  expect(listed).toMatchObject([{ IsDefault: true }, { CertificateId, Domain: domain }])

  const dissociate = 'DissociateAdditionalCertificatesFromListener'
  await call(dissociate, { ...place, Domains: [domain] })
  await settled()
  expect(await served()).toBe(fallback.fingerprint)
  expect(await codeOf(dissociate, { ...place, Domains: [domain] })).toBe('NotExist.Domain')
  expect(await codeOf('UpdateAdditionalCertificateWithListener', change)).toBe('NotExist.Domain')
})

it('refuses what cannot be', async () => {
  const { store, codeOf } = await world([{ id: 'lsr-1', protocol: 'tcp' }, { id: 'lsr-2' }])
  const Id = store(await bundleFor([domain]), 'one')
  const Certificates = [{ Id }]
  expect(await codeOf('UpdateListener', { ...listener, Certificates })).toBe('NotSupport.Protocol')
  const https = { ...listener, ListenerId: 'lsr-2' }
  const unknown = [{ Id: '1-cn-hangzhou' }]
  expect(await codeOf('UpdateListener', { ...https, Certificates: unknown })).toBe(
    'NotExist.Certificate',
  )
  const both = { ...https, Certificates: [{ Id }, { Id }] }
  expect(await codeOf('UpdateListener', both)).toBe('InvalidParameter')
  expect(await codeOf('DescribeListener', { RegionId, ListenerId: 'lsr-3' })).toBe(
    'NotExist.Listener',
  )
  expect(await codeOf('DescribeListener', { ListenerId: 'lsr-2' })).toBe('MissingRegionId')
  const elsewhere = { ...place, AcceleratorId: 'ga-2' }
  expect(await codeOf('ListListenerCertificates', elsewhere)).toBe('NotExist.Accelerator')
  const many = Array.from({ length: 11 }, (_, i) => ({ Id, Domain: `${i}.example.com` }))
  const asked = { ...place, ListenerId: 'lsr-2', Certificates: many }
  expect(await codeOf('AssociateAdditionalCertificatesWithListener', asked)).toBe(
    'QuotaExceeded.Certificate',
  )
})

it('lists accelerators and their listeners, page by page', async () => {
  const { call } = await world([
    { id: 'lsr-1' },
    { id: 'lsr-2' },
    { id: 'lsr-3', protocol: 'tcp', port: 22 },
  ])
  const { Accelerators } = await call('ListAccelerators', { RegionId })
  expect(Accelerators).toMatchObject([{ AcceleratorId: 'ga-1', State: 'active' }])
  const asked = { RegionId, AcceleratorId: 'ga-1', Protocol: 'https', PageSize: 1 }
  const second = await call('ListListeners', { ...asked, PageNumber: 2 })
  expect(second).toMatchObject({ TotalCount: 2, Listeners: [{ ListenerId: 'lsr-2' }] })
})
