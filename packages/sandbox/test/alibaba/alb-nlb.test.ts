import { describe, expect, it } from 'vitest'
import type { AlibabaSeed } from '../../src/alibaba/products/table.ts'
import { bundleFor } from './bundle.ts'
import type { Bundle } from './bundle.ts'
import { rpcCaller, until } from './callers.ts'
import { open, servedAt } from './world.ts'

const ListenerId = 'lsn-1'
const domain = 'www.example.com'

/** ALB and NLB say the same in words of their own. */
const families = [
  {
    product: 'alb',
    version: '2020-06-16',
    busy: 'IncorrectStatus.Listener',
    absent: 'ResourceNotFound.Listener',
    noCertificate: 'ResourceNotFound.Certificate',
    dissociate: 'DissociateAdditionalCertificatesFromListener',
    plain: 'HTTP',
    secure: 'HTTPS',
    most: 20,
    one: (id: string) => ({ Certificates: [{ CertificateId: id }] }),
    more: (ids: readonly string[]) => ({
      Certificates: ids.map((CertificateId) => ({ CertificateId })),
    }),
  },
  {
    product: 'nlb',
    version: '2022-04-30',
    busy: 'IncorrectStatus.listener',
    absent: 'ResourceNotFound.listener',
    noCertificate: 'ResourceNotFound.certificate',
    dissociate: 'DisassociateAdditionalCertificatesWithListener',
    plain: 'TCP',
    secure: 'TCPSSL',
    most: 15,
    one: (id: string) => ({ CertificateIds: [id] }),
    more: (ids: readonly string[]) => ({ AdditionalCertificateIds: ids }),
  },
] as const

type Listener = NonNullable<
  NonNullable<NonNullable<AlibabaSeed['alb']>['balancers']>[number]['listeners']
>[number]

async function world(
  { product, version, one, more, dissociate }: (typeof families)[number],
  given: Partial<Listener> = {},
  rest: Omit<NonNullable<AlibabaSeed['alb']>, 'balancers'> = {},
) {
  const balancers = [{ id: 'lb-1', listeners: [{ id: ListenerId, ...given }] }]
  const alibaba = await open({ seed: { [product]: { balancers, ...rest } } })
  const { call, refusal } = rpcCaller(alibaba, version)
  const job = async (JobId: unknown): Promise<unknown> => {
    if (product === 'nlb') return (await call('GetJobStatus', { JobId }))['Status']
    const { Jobs } = await call('ListAsynJobs', { JobIds: [JobId] })
    return (Jobs as readonly { readonly Status: string }[])[0]?.Status
  }
  const done = async (started: Promise<Readonly<Record<string, unknown>>>) => {
    const { JobId } = await started
    return until(
      async () => job(JobId),
      (status) => status !== 'Processing',
    )
  }
  const asked = {
    update: (id: string) => ['UpdateListenerAttribute', { ListenerId, ...one(id) }] as const,
    associate: (...ids: readonly string[]) =>
      ['AssociateAdditionalCertificatesWithListener', { ListenerId, ...more(ids) }] as const,
    dissociate: (...ids: readonly string[]) => [dissociate, { ListenerId, ...more(ids) }] as const,
  }
  return {
    alibaba,
    call,
    refusal,
    done,
    job,
    asked,
    store: ({ certPem, keyPem }: Bundle, name: string) => {
      alibaba.seed({ cas: { certificates: [{ name, certPem, keyPem }] } })
      return alibaba.certificates.named(name)?.identifier ?? ''
    },
    status: async () => (await call('GetListenerAttribute', { ListenerId }))['ListenerStatus'],
    certificates: async () =>
      (await call('ListListenerCertificates', { ListenerId }))['Certificates'],
    served: async () => servedAt(alibaba, domain),
  }
}

describe.each(families)('$product', (family) => {
  it('changes the default certificate by a job, while the listener is configuring', async () => {
    const old = await bundleFor([domain])
    const { store, call, asked, status, served, job, alibaba } = await world(family, {
      certificate: old,
      settings: { SecurityPolicyId: 'tls_cipher_policy_1_2' },
    })
    const renewed = await bundleFor([domain])
    const identifier = store(renewed, 'renewed')
    expect(await status()).toBe('Running')
    const { JobId } = await call(...asked.update(identifier))
    expect(await job(JobId)).toBe('Processing')
    expect(await status()).toBe('Configuring')
    expect(await served()).toBe(old.fingerprint)
    await until(status, (now) => now === 'Running')
    expect(await job(JobId)).toBe('Succeeded')
    expect(await served()).toBe(renewed.fingerprint)
    expect(await call('GetListenerAttribute', { ListenerId })).toMatchObject({
      SecurityPolicyId: 'tls_cipher_policy_1_2',
    })
    const { id = 0 } = alibaba.certificates.identified(identifier) ?? {}
    expect(alibaba.installations.products(id)).toEqual([family.product.toUpperCase()])
  })

  it('takes one change at a time', async () => {
    const { store, call, asked, refusal, status } = await world(family)
    const one = store(await bundleFor([domain]), 'one')
    await call(...asked.update(one))
    expect((await refusal(...asked.associate(one))).code).toBe(family.busy)
    await until(status, (now) => now === 'Running')
    await call(...asked.associate(one))
  })

  it('gives the same job for the same ClientToken, and refuses it for another change', async () => {
    const { store, call, asked, refusal, alibaba } = await world(family)
    const [one, two] = await Promise.all([bundleFor([domain]), bundleFor([domain])])
    const [action, parameters] = asked.update(store(one, 'one'))
    const first = await call(action, { ...parameters, ClientToken: 'token-1' })
    const again = await call(action, { ...parameters, ClientToken: 'token-1' })
    expect(again['JobId']).toBe(first['JobId'])
    expect(alibaba.jobs).toHaveLength(1)
    const [, other] = asked.update(store(two, 'two'))
    const mixed = await refusal(action, { ...other, ClientToken: 'token-1' })
    expect(mixed.code).toBe('IdempotentParameterMismatch')
    const long = await refusal(action, { ...parameters, ClientToken: 'x'.repeat(65) })
    expect(long.code).toBe('InvalidParameter.ClientToken')
  })

  it('serves additional certificates before the default one, and lists all', async () => {
    const fallback = await bundleFor([domain, 'other.example.com'])
    const { alibaba, store, call, asked, job, served, certificates } = await world(family, {
      certificate: fallback,
    })
    const wildcard = await bundleFor(['*.example.com'])
    const identifier = store(wildcard, 'wildcard')
    const statusDuring = async (...change: Parameters<typeof call>) => {
      const { JobId } = await call(...change)
      const [, listed] = (await certificates()) as readonly { readonly Status: string }[]
      await until(
        async () => job(JobId),
        (now) => now === 'Succeeded',
      )
      return listed?.Status
    }
    expect(await statusDuring(...asked.associate(identifier))).toBe('Associating')
    expect(await served()).toBe(wildcard.fingerprint)
    expect(await certificates()).toMatchObject([
      { IsDefault: true },
      { CertificateId: identifier, IsDefault: false, Status: 'Associated' },
    ])
    expect(await statusDuring(...asked.dissociate(identifier))).toBe('Diassociating')
    expect(await served()).toBe(fallback.fingerprint)
    expect(await servedAt(alibaba, 'third.example.com')).toBeUndefined()
  })

  it('refuses what cannot be', async () => {
    const { refusal, store, asked, alibaba, call, done } = await world(family)
    const one = store(await bundleFor([domain]), 'one')
    const codeOf = async (...[action, parameters]: readonly [string, object]) =>
      (await refusal(action, { ...parameters })).code
    expect(await codeOf(...asked.update('1-cn-hangzhou'))).toBe(family.noCertificate)
    expect(await codeOf(...asked.dissociate(one))).toBe('ResourceNotAssociated.Certificate')
    const many = Array.from({ length: family.most + 1 }, () => one)
    expect(await codeOf(...asked.associate(...many))).toBe('QuotaExceeded.Certificates')
    expect(await codeOf('GetListenerAttribute', { ListenerId: 'lsn-2' })).toBe(family.absent)
    expect(await codeOf('GetListenerAttribute', {})).toBe('MissingListenerId')
    const [update, given] = asked.update(one)
    expect(await codeOf(update, { ...given, DryRun: true })).toBe('DryRunOperation')
    expect(alibaba.jobs).toEqual([])
    await done(call(...asked.associate(one)))
    expect(await codeOf(...asked.associate(one))).toBe('ResourceAlreadyAssociated.Certificate')
  })

  it('has certificates at the protocols that have them', async () => {
    const { refusal, store, asked } = await world(family, { protocol: family.plain })
    const refused = await refusal(...asked.update(store(await bundleFor([domain]), 'one')))
    expect(refused.code).toBe('UnsupportedOperation.ListenerProtocol')
  })

  it('lets a job fail, and then serves what it served', async () => {
    const failures = [{ code: 'CertificateExpired', message: 'too old' }]
    const old = await bundleFor([domain])
    const { store, call, asked, done, served, status } = await world(
      family,
      { certificate: old },
      { failures },
    )
    const one = store(await bundleFor([domain]), 'one')
    expect(await done(call(...asked.update(one)))).toBe('Failed')
    expect(await status()).toBe('Running')
    expect(await served()).toBe(old.fingerprint)
    expect(await done(call(...asked.update(one)))).toBe('Succeeded')
  })

  it('lists listeners by protocol and pages, and their load balancer', async () => {
    const { alibaba, call } = await world(family)
    const listeners = [1, 2, 3].map((port) => ({ id: `lsn-2-${port}`, port }))
    const plain = { id: 'lsn-3', port: 80, protocol: family.plain }
    const balancers = [{ id: 'lb-2', listeners: [...listeners, plain] }]
    alibaba.seed({ [family.product]: { balancers } })
    const asked = { ListenerProtocol: family.secure, LoadBalancerIds: ['lb-2'], MaxResults: 2 }
    const first = await call('ListListeners', asked)
    expect(first).toMatchObject({ TotalCount: 3, Listeners: [{ ListenerPort: 1 }, {}] })
    const second = await call('ListListeners', { ...asked, NextToken: first['NextToken'] })
    expect(second['Listeners']).toMatchObject([{ ListenerId: 'lsn-2-3' }])
    expect(second).not.toHaveProperty('NextToken')
    const { LoadBalancers } = await call('ListLoadBalancers', { LoadBalancerIds: ['lb-2'] })
    expect(LoadBalancers).toMatchObject([{ LoadBalancerId: 'lb-2', AddressType: 'Internet' }])
  })
})

it('tells why an ALB job failed', async () => {
  const [alb] = families
  const failures = [{ code: 'CertificateExpired', message: 'too old' }]
  const { store, call, asked, done } = await world(alb, {}, { failures })
  await done(call(...asked.update(store(await bundleFor([domain]), 'one'))))
  expect((await call('ListAsynJobs', { ResourceIds: [ListenerId] }))['Jobs']).toMatchObject([
    { Status: 'Failed', ErrorCode: 'CertificateExpired', ErrorMessage: 'too old' },
  ])
})

it('knows no NLB job of another id', async () => {
  const [, nlb] = families
  const { refusal } = await world(nlb)
  expect((await refusal('GetJobStatus', { JobId: 'job-1' })).code).toBe('ResourceNotFound.Job')
})
