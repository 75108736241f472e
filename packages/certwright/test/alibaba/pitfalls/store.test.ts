import { describe, expect, it } from 'vitest'
import { storedName, uploadCertificate } from '../../../src/cloud/alibaba/certificate-store.ts'
import { alibabaClient } from '../../../src/cloud/alibaba/client.ts'
import { casRegion, productFacts } from '../../../src/cloud/alibaba/product.ts'
import { targetModule } from '../../../src/deploy/targets/registry.ts'
import { leapingHost } from '../../dns/world.ts'
import { emulated } from '../../cloud/alibaba/emulator.ts'
import { testKey } from '../../cloud/alibaba/local-api.ts'
import { bundleFor, fingerprintOf, seeded, type TestAccount } from '../../deploy/targets/account.ts'
import { callsOf, emulatedAccount, targetAt } from '../../deploy/targets/emulated-world.ts'

const domain = 'www.example.com'
const bundle = bundleFor({ names: [domain] })
const renewed = bundleFor({ names: [domain], renewal: 1 })
const theirs = { name: 'theirs', ...seeded(bundleFor({ names: ['other.example.com'] })) }

/** One place of each product that takes a certificate of the store, and of one that takes PEM. */
const seed = {
  cdn: { domains: [{ domain }] },
  alb: { balancers: [{ id: 'lb-1', listeners: [{ id: 'lsn-1', certificate: theirs }] }] },
  slb: { balancers: [{ id: 'lb-2', listeners: [{ certificate: theirs }] }] },
  cr: { registries: [{ id: 'cri-1', domains: [{ domain, certificate: theirs }] }] },
  cloudapi: { groups: [{ id: 'g1', name: 'one', domains: [{ domain }] }] },
}
const places = {
  'alibaba-cdn': { domain },
  'alibaba-alb': { listener: 'lsn-1' },
  'alibaba-clb': { 'load-balancer': 'lb-2' },
  'alibaba-acr': { instance: 'cri-1', domain },
}

async function writeEverywhere(made: TestAccount, one = bundle, more = {}): Promise<void> {
  for (const [name, values] of Object.entries(places)) {
    await targetAt(made, await targetModule(name), { ...values, ...more }).write(one)
  }
}

describe('pitfall 8: names of certificates are taken once, and not every sign is taken', () => {
  it('what we call one is taken by every product, and by the store only once', async () => {
    for (const prefix of [undefined, 'acme', 'my.company-name', '1st', 'x'.repeat(80)]) {
      const name = storedName(fingerprintOf(bundle), prefix)
      expect(name.replace(/^1/, 'a')).toMatch(/^[A-Za-z][A-Za-z0-9_]{3,49}$/)
    }
    expect(storedName(fingerprintOf(bundle))).not.toBe(storedName(fingerprintOf(renewed)))
  })

  it('a gateway and the store take the names of a certificate and of its renewal', async () => {
    const made = await emulatedAccount({ seed })
    const gateway = targetAt(made, await targetModule('alibaba-api-gateway'), { domain })
    for (const one of [bundle, renewed]) {
      await gateway.write(one)
      await writeEverywhere(made, one)
    }
    expect(made.alibaba.calls.flatMap(({ code }) => code ?? [])).not.toContain('NameRepeat')
    const given = made.alibaba.state.cloudapi.groups.get('g1')?.domains.get(domain)?.certificate
    expect(given?.name).toMatch(/^[A-Za-z][A-Za-z0-9_]{3,49}$/)
  })
})

describe('pitfall 9: the store gives a number, an identifier has a region, a load balancer an id', () => {
  it.each([
    ['china', 'cn-hangzhou'],
    ['international', 'ap-southeast-1'],
  ] as const)('each product of the %s site is told what it takes', async (site, region) => {
    const made = await emulatedAccount({ seed, site })
    await writeEverywhere(made, bundle, { site, region: 'cn-hangzhou' })
    const ours = made.alibaba.certificates.all.find(({ name }) => name !== 'theirs')
    const [number, identifier] = [String(ours?.id), `${ours?.id}-${region}`]
    const told = (action: string) => callsOf(made, action)[0]?.parameters
    expect(told('SetCdnDomainSSLCertificate')).toMatchObject({
      CertId: number,
      CertRegion: region,
    })
    expect(told('UpdateListenerAttribute')).toMatchObject({
      'Certificates.1.CertificateId': identifier,
    })
    expect(told('UpdateInstanceCustomizedDomain')).toMatchObject({
      CertId: number,
      CertRegionId: region,
    })
    expect(told('UploadServerCertificate')).toMatchObject({
      AliCloudCertificateId: number,
      AliCloudCertificateRegionId: region,
    })
    expect(told('SetLoadBalancerHTTPSListenerAttribute')).toMatchObject({
      ServerCertificateId: expect.stringMatching(/^\d+_[0-9a-f]+_\d+_\d+$/) as string,
    })
  })
})

describe('pitfall 10: a certificate that is uploaded again is there twice', () => {
  it('places share one upload, and a retry finds it', async () => {
    const made = await emulatedAccount({
      seed,
      faults: ({ action, earlier }) =>
        action === 'UploadUserCertificate' && earlier === 0
          ? { kind: 'cut', when: 'after' }
          : undefined,
    })
    await writeEverywhere(made)
    await writeEverywhere(made)
    const stored = made.alibaba.certificates.all.filter(({ name }) => name !== 'theirs')
    expect(stored.map(({ certificate }) => certificate.sha256)).toEqual([fingerprintOf(bundle)])
  })

  it('one that a person uploaded is used under the name that it has', async () => {
    const { alibaba, account, host } = await emulated({ clock: leapingHost(Date.now()) })
    alibaba.seed({ cas: { certificates: [{ name: 'by-hand', ...seeded(bundle) }] } })
    expect(await uploadCertificate(bundle, account, host)).toMatchObject({ name: 'by-hand' })
    expect(alibaba.certificates.all).toHaveLength(1)
  })
})

describe('pitfall 22: the store has no host in most regions', () => {
  it.each(['cn-qingdao', 'cn-beijing', 'eu-west-1', 'us-east-1'])(
    'from %s it is asked where the site keeps it',
    (region) => {
      const { host } = productFacts('cas')
      expect(host(region, 'china')).toBe('cas.aliyuncs.com')
      expect(host(region, 'international')).toBe('cas.ap-southeast-1.aliyuncs.com')
    },
  )

  it('its identifiers have the region of the site, wherever the place is', async () => {
    expect(casRegion('international')).toBe('ap-southeast-1')
    const asked: string[] = []
    const fetch: typeof globalThis.fetch = async (input) => {
      asked.push(new URL(input instanceof Request ? input.url : input).host)
      return Response.json({ CertificateOrderList: [], TotalCount: 0, CertId: 7 })
    }
    const host = { ...leapingHost(), fetch }
    const account = { credentials: async () => testKey, region: 'cn-qingdao' }
    expect(await uploadCertificate(bundle, account, host)).toMatchObject({
      identifier: '7-cn-hangzhou',
    })
    await alibabaClient('alb', account, host).rpc('ListListeners')
    expect(new Set(asked)).toEqual(new Set(['cas.aliyuncs.com', 'alb.cn-qingdao.aliyuncs.com']))
  })
})
