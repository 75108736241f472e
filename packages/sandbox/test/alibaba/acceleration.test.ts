import { describe, expect, it } from 'vitest'
import type { AlibabaSeed, RunningAlibaba } from '../../src/index.ts'
import { bundleFor } from './bundle.ts'
import type { Bundle } from './bundle.ts'
import { popSdk, refusalOf, typedSdk } from './sdk.ts'
import { open, servedAt } from './world.ts'

type Reply = Record<string, unknown>

/** The four products of the family: what differs between them. */
const family = {
  cdn: {
    version: '2018-05-10',
    set: 'SetCdnDomainSSLCertificate',
    info: 'DescribeDomainCertificateInfo',
    list: 'DescribeUserDomains',
    pem: 'ServerCertificate',
    status: 'DomainStatus',
  },
  dcdn: {
    version: '2018-01-15',
    set: 'SetDcdnDomainSSLCertificate',
    info: 'DescribeDcdnDomainCertificateInfo',
    list: 'DescribeDcdnUserDomains',
    pem: 'SSLPub',
    status: 'DomainStatus',
  },
  live: {
    version: '2016-11-01',
    set: 'SetLiveDomainCertificate',
    info: 'DescribeLiveDomainCertificateInfo',
    list: 'DescribeLiveUserDomains',
    pem: 'SSLPub',
    status: 'LiveDomainStatus',
  },
  vod: {
    version: '2017-03-21',
    set: 'SetVodDomainSSLCertificate',
    info: 'DescribeVodDomainCertificateInfo',
    list: 'DescribeVodUserDomains',
    pem: 'ServerCertificate',
    status: 'DomainStatus',
  },
} as const

type Name = keyof typeof family

const domain = 'www.example.com'

function actions(alibaba: RunningAlibaba, name: Name) {
  const { version, set, info, list, pem, status } = family[name]
  const call = popSdk(alibaba, version)
  return {
    set: async (given: object, to = domain): Promise<Reply> =>
      call(set, { DomainName: to, SSLProtocol: 'on', ...given }),
    info: async (of = domain): Promise<Reply> => {
      const reply = (await call(info, { DomainName: of })) as { CertInfos: { CertInfo: Reply[] } }
      return reply.CertInfos.CertInfo[0] ?? {}
    },
    pem: async (of = domain): Promise<unknown> =>
      ((await call(info, { DomainName: of })) as { CertInfos: { CertInfo: Reply[] } }).CertInfos
        .CertInfo[0]?.[pem],
    statuses: async (): Promise<unknown[]> => {
      const reply = (await call(list)) as { Domains: { PageData: Reply[] } }
      return reply.Domains.PageData.map((one) => one[status])
    },
  }
}

const pems = ({ certPem, keyPem }: Bundle) => ({ SSLPub: certPem, SSLPri: keyPem })

const seeded = (name: Name, domains: readonly object[]): AlibabaSeed => ({
  [name]: { domains },
})

describe.each(Object.keys(family) as Name[])('%s', (name) => {
  it('serves the old certificate until the change has propagated', async () => {
    const [old, renewed] = await Promise.all([bundleFor([domain]), bundleFor([domain])])
    const seed = seeded(name, [{ domain, certificate: old }])
    const alibaba = await open({ seed })
    const { set, pem, statuses } = actions(alibaba, name)
    expect(await servedAt(alibaba, domain)).toBe(old.fingerprint)
    await set(pems(renewed))
    expect(await statuses()).toEqual(['configuring'])
    expect(await pem()).toBe(old.certPem)
    expect(await pem()).toBe(renewed.certPem)
    expect(await servedAt(alibaba, domain)).toBe(renewed.fingerprint)
    expect(await statuses()).toEqual(['online'])
  })

  it('propagates for who watches only handshakes', async () => {
    const alibaba = await open({ seed: seeded(name, [{ domain }]), delay: { looks: 2 } })
    const bundle = await bundleFor([domain])
    await actions(alibaba, name).set(pems(bundle))
    const seen: unknown[] = []
    for (let i = 0; i < 3; i += 1) seen.push(await servedAt(alibaba, domain))
    expect(seen).toEqual([undefined, undefined, bundle.fingerprint])
  })

  it('refuses a change while another is under way', async () => {
    const alibaba = await open({ seed: seeded(name, [{ domain }]), delay: { looks: 1 } })
    const { set } = actions(alibaba, name)
    const bundle = await bundleFor([domain])
    await set(pems(bundle))
    const refusal = await refusalOf(set(pems(bundle)))
    expect(refusal).toMatchObject({ code: name === 'live' ? 'LockFail' : 'ServiceBusy' })
    await set(pems(bundle))
  })

  it('refuses what is not a certificate with its key', async () => {
    const alibaba = await open({ seed: seeded(name, [{ domain }]), rateLimits: false })
    const [one, other] = await Promise.all([bundleFor([domain]), bundleFor([domain])])
    const old = await bundleFor([domain], { days: -0.5 })
    const { set } = actions(alibaba, name)
    const code = async (given: object): Promise<string> => (await refusalOf(set(given))).code
    expect(await code({ SSLPri: one.keyPem })).toBe('SSLPub.MissingParameter')
    expect(await code({ SSLPub: one.certPem })).toBe('SSLPri.MissingParameter')
    expect(await code({ SSLPub: 'x', SSLPri: one.keyPem })).toBe('InvalidSSLPub')
    expect(await code({ SSLPub: one.certPem, SSLPri: 'x' })).toBe('InvalidSSLPri')
    expect(await code({ ...pems(one), SSLPri: other.keyPem })).toBe('Certificate.MissMatch')
    expect(await code(pems(old))).toBe('Certificate.Expired')
    expect(await code({ ...pems(one), SSLProtocol: 'maybe' })).toBe(
      'InvalidSSLProtocol.ValueNotSupported',
    )
    expect(await code({ ...pems(one), CertName: 'x'.repeat(129) })).toBe('InvalidCertName.TooLong')
    expect(alibaba.certificates.all).toEqual([])
  })

  it('refuses domains that are unknown or not online', async () => {
    const names = ['offline', 'checking', 'configuring'] as const
    const seed = seeded(
      name,
      names.map((status) => ({ domain: `${status}.example.com`, status })),
    )
    const alibaba = await open({ seed })
    const { set } = actions(alibaba, name)
    const bundle = await bundleFor(['*.example.com'])
    const code = async (to: string): Promise<string> =>
      (await refusalOf(set(pems(bundle), to))).code
    expect(await code('absent.example.com')).toBe('InvalidDomain.NotFound')
    expect(await code('offline.example.com')).toBe('InvalidDomain.Offline')
    expect(await code('checking.example.com')).toBe('InvalidDomain.notOnline')
    expect(await code('configuring.example.com')).toBe('ServiceBusy')
  })

  it('names a wildcard domain without its star, and serves every name one label below', async () => {
    const alibaba = await open({
      seed: seeded(name, [{ domain: '.example.com' }]),
      delay: { looks: 0 },
    })
    const { set } = actions(alibaba, name)
    const bundle = await bundleFor(['*.example.com'])
    expect((await refusalOf(set(pems(bundle), '*.example.com'))).code).toBe('DomainNotFound')
    await set(pems(bundle), '.example.com')
    expect(await servedAt(alibaba, 'any.example.com')).toBe(bundle.fingerprint)
    expect(await servedAt(alibaba, 'two.any.example.com')).toBeUndefined()
    expect(await servedAt(alibaba, 'example.com')).toBeUndefined()
  })

  it('switches HTTPS off, after which handshakes fail', async () => {
    const old = await bundleFor([domain])
    const alibaba = await open({
      seed: seeded(name, [{ domain, certificate: old }]),
      delay: { looks: 0 },
    })
    const { set, pem } = actions(alibaba, name)
    await set({ SSLProtocol: 'off' })
    expect(await servedAt(alibaba, domain)).toBeUndefined()
    expect(await pem()).toBe('')
  })

  it('keeps each upload in the store, where a name is taken once', async () => {
    const alibaba = await open({ seed: seeded(name, [{ domain }]), delay: { looks: 0 } })
    const { set, info } = actions(alibaba, name)
    const [one, other] = await Promise.all([bundleFor([domain]), bundleFor([domain])])
    await set({ ...pems(one), CertName: 'mine' })
    for (const again of [one, other]) {
      const refusal = await refusalOf(set({ ...pems(again), CertName: 'mine' }))
      expect(refusal.code).toBe('CertNameAlreadyExists')
    }
    expect(alibaba.certificates.all).toHaveLength(1)
    await set(pems(other))
    expect(alibaba.certificates.all).toHaveLength(2)
    expect(await info()).toMatchObject({ DomainName: domain, CertType: 'upload' })
  })

  it('takes a certificate of the store', async () => {
    const alibaba = await open({ seed: seeded(name, [{ domain }]), delay: { looks: 0 } })
    const bundle = await bundleFor([domain])
    alibaba.seed({ cas: { certificates: [{ name: 'stored', ...bundle }] } })
    const { set, info } = actions(alibaba, name)
    const CertId = alibaba.certificates.named('stored')?.id
    await set({ CertType: 'cas', CertName: 'stored', ...(name === 'live' ? {} : { CertId }) })
    expect(await servedAt(alibaba, domain)).toBe(bundle.fingerprint)
    expect(await info()).toMatchObject({ CertType: 'cas', CertName: 'stored' })
    expect(alibaba.installations.products(CertId ?? 0)).toEqual([name.toUpperCase()])
  })
})

describe.each(['cdn', 'dcdn', 'vod'] as const)('a certificate of the store at %s', (name) => {
  it.each([
    ['without its name', { CertName: '' }, 'CertName.MissingParameter', 404],
    ['that is not there', { CertId: 1 }, 'Certificate.NotFind', 400],
    ['of no region', { CertRegion: 'cn-qingdao' }, 'Abs.CertRegion.ValueNotSupported', 400],
    ['of the other site', { CertRegion: 'ap-southeast-1' }, 'Certificate.NotFind', 400],
  ])('is refused %s', async (_, wrong, code, status) => {
    const alibaba = await open({ seed: seeded(name, [{ domain }]) })
    alibaba.seed({ cas: { certificates: [{ name: 'stored', ...(await bundleFor([domain])) }] } })
    const CertId = alibaba.certificates.named('stored')?.id
    const given = { CertType: 'cas', CertName: 'stored', CertId, ...wrong }
    const refusal = (await refusalOf(actions(alibaba, name).set(given))) as unknown as {
      code: string
      data: Reply
      entry?: { response: { statusCode: number } }
    }
    expect(refusal.code).toBe(code)
    expect(alibaba.calls.at(-1)?.status).toBe(status)
  })
})

it('lets Live overwrite a name with ForceSet', async () => {
  const alibaba = await open({ seed: seeded('live', [{ domain }]), delay: { looks: 0 } })
  const { set } = actions(alibaba, 'live')
  const [one, other] = await Promise.all([bundleFor([domain]), bundleFor([domain])])
  await set({ ...pems(one), CertName: 'mine' })
  for (const given of [other, other]) {
    await set({ ...pems(given), CertName: 'mine', ForceSet: '1' })
  }
  expect(await servedAt(alibaba, domain)).toBe(other.fingerprint)
  expect(alibaba.certificates.all.map(({ name }) => name)).toEqual(['mine'])
})

it('changes nothing in a dry run of Live', async () => {
  const alibaba = await open({ seed: seeded('live', [{ domain }]) })
  await actions(alibaba, 'live').set({ ...pems(await bundleFor([domain])), DryRun: true })
  expect(alibaba.certificates.all).toEqual([])
})

describe('the lists of CDN', () => {
  const domains = [
    { domain: 'www.example.com' },
    { domain: 'api.example.com' },
    { domain: 'old.example.com', status: 'offline' },
  ] as const

  it('search by the whole name unless told otherwise, and come in pages', async () => {
    const alibaba = await open({ seed: { cdn: { domains } } })
    const list = typedSdk(alibaba, 'cdn20180510')
    const names = async (request: Record<string, unknown>): Promise<string[]> => {
      const reply = (await list('describeUserDomains', request)) as unknown as {
        domains: { pageData: { domainName: string }[] }
      }
      return reply.domains.pageData.map(({ domainName }) => domainName)
    }
    expect(await names({ domainName: 'example' })).toEqual([])
    expect(await names({ domainName: 'www.example.com' })).toEqual(['www.example.com'])
    expect(await names({ domainName: 'a', domainSearchType: 'pre_match' })).toEqual([
      'api.example.com',
    ])
    expect(await names({ domainName: 'example', domainSearchType: 'fuzzy_match' })).toHaveLength(3)
    expect(await names({ domainStatus: 'offline' })).toEqual(['old.example.com'])
    expect(await names({ pageSize: 2, pageNumber: 2 })).toEqual(['old.example.com'])
    expect((await refusalOf(names({ pageSize: 501 }))).code).toBe('InvalidParameter')
  })

  it('say which domains have HTTPS, and which a certificate could serve', async () => {
    const bundle = await bundleFor(['*.example.com'])
    const certificate = { ...bundle, name: 'wild' }
    const alibaba = await open({
      seed: { cdn: { domains: [{ domain: 'www.example.com', certificate }, ...domains.slice(1)] } },
    })
    const call = popSdk(alibaba, '2018-05-10')
    expect(await call('DescribeCdnHttpsDomainList')).toMatchObject({
      TotalCount: 1,
      CertInfos: {
        CertInfo: [{ DomainName: 'www.example.com', CertName: 'wild', CertStatus: 'ok' }],
      },
    })
    const SSLPub = Buffer.from(bundle.certPem).toString('base64')
    const matching = async (given: object): Promise<unknown> => {
      const reply = await call('DescribeCdnDomainByCertificate', { SSLPub, ...given })
      return (reply as { CertInfos: { CertInfo: Reply[] } }).CertInfos.CertInfo[0]?.['DomainNames']
    }
    expect(await matching({})).toBe('www.example.com,api.example.com,old.example.com')
    expect(await matching({ SSLStatus: true })).toBe('www.example.com')
  })
})
