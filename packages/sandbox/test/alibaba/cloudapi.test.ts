import { describe, expect, it } from 'vitest'
import type { RunningAlibaba } from '../../src/alibaba/alibaba.ts'
import { bundleFor } from './bundle.ts'
import type { Bundle } from './bundle.ts'
import { popSdk, refusalOf } from './sdk.ts'
import { open, servedAt } from './world.ts'

const domain = 'api.example.com'
const GroupId = 'group1'

const seed = (more: object = {}) => ({
  cloudapi: { groups: [{ id: GroupId, name: 'orders', domains: [{ domain, ...more }] }] },
})

function actions(alibaba: RunningAlibaba) {
  const call = popSdk(alibaba, '2016-07-14')
  return {
    call,
    describe: async () => call('DescribeDomain', { GroupId, DomainName: domain }),
    set: async ({ certPem, keyPem }: Bundle, given: object = {}) =>
      call('SetDomainCertificate', {
        GroupId,
        DomainName: domain,
        CertificateName: 'certwright_one',
        CertificateBody: certPem,
        CertificatePrivateKey: keyPem,
        ...given,
      }),
  }
}

describe('SetDomainCertificate', () => {
  it('installs at once, and DescribeDomain gives even the private key back', async () => {
    const alibaba = await open({ seed: seed() })
    const { set, describe } = actions(alibaba)
    const bundle = await bundleFor([domain])
    expect(await describe()).not.toHaveProperty('CertificateId')
    await set(bundle)
    expect(await describe()).toMatchObject({
      CertificateName: 'certwright_one',
      CertificateBody: bundle.certPem,
      CertificatePrivateKey: bundle.keyPem,
      DomainBindingStatus: 'BINDING',
    })
    expect(await servedAt(alibaba, domain)).toBe(bundle.fingerprint)
  })

  it('overwrites, and can put the old one back from what was read', async () => {
    const [old, renewed] = await Promise.all([bundleFor([domain]), bundleFor([domain])])
    const alibaba = await open({ seed: seed({ certificate: { name: 'old_one', ...old } }) })
    const { set, describe } = actions(alibaba)
    const before = (await describe()) as { CertificateBody: string; CertificatePrivateKey: string }
    await set(renewed)
    expect(await servedAt(alibaba, domain)).toBe(renewed.fingerprint)
    await set({ ...old, certPem: before.CertificateBody, keyPem: before.CertificatePrivateKey })
    expect(await servedAt(alibaba, domain)).toBe(old.fingerprint)
  })

  it.each(['abc', '_abcd', '1abcd', 'with-hyphen', 'with.dot', `a${'b'.repeat(50)}`])(
    'refuses the name %s',
    async (CertificateName) => {
      const alibaba = await open({ seed: seed() })
      const refusal = await refusalOf(
        actions(alibaba).set(await bundleFor([domain]), { CertificateName }),
      )
      expect(refusal.code).toBe('InvalidCertificateName')
    },
  )

  it.each(['abcd', `a${'b'.repeat(49)}`, '证书_1'])(
    'takes the name %s',
    async (CertificateName) => {
      const alibaba = await open({ seed: seed() })
      await actions(alibaba).set(await bundleFor([domain]), { CertificateName })
      expect(await servedAt(alibaba, domain)).toBeDefined()
    },
  )

  it('loses mutual TLS where the call leaves it out', async () => {
    const certificate = { name: 'mutual', ...(await bundleFor([domain])), caCertPem: 'a CA' }
    const alibaba = await open({ seed: seed({ certificate }) })
    const { set } = actions(alibaba)
    const renewed = await bundleFor([domain])
    const caOf = () =>
      alibaba.state.cloudapi.groups.get(GroupId)?.domains.get(domain)?.certificate?.caCertPem
    await set(renewed, { CaCertificateBody: 'a CA', SslVerifyDepth: '2' })
    expect(caOf()).toBe('a CA')
    const group = await actions(alibaba).call('DescribeApiGroup', { GroupId })
    expect(group['CustomDomains']).toMatchObject({ DomainItem: [{ SslVerifyDepth: 2 }] })
    await set(renewed)
    expect(caOf()).toBe('')
  })

  it('refuses an unknown group or domain, one that is not bound, and a key of another certificate', async () => {
    const alibaba = await open({ seed: seed() })
    const { set } = actions(alibaba)
    const [one, other] = await Promise.all([bundleFor([domain]), bundleFor([domain])])
    const code = async (given: object): Promise<string> => (await refusalOf(set(one, given))).code
    expect(await code({ GroupId: 'absent' })).toBe('InvalidGroupId.NotFound')
    expect(await code({ DomainName: 'absent.example.com' })).toBe('InvalidDomain.NotFound')
    expect(await code({ CertificateBody: 'x' })).toBe('InvalidCertificateBody')
    expect(await code({ CertificatePrivateKey: 'x' })).toBe('InvalidCertificatePrivateKey')
    expect(await code({ CertificatePrivateKey: other.keyPem })).toBe('CertificateKeyNotMatch')
    const unbound = await open({ seed: seed({ bound: false }) })
    const refusal = await refusalOf(actions(unbound).set(one))
    expect(refusal.code).toBe('InvalidDomain.NotBound')
  })
})

describe('the rest of API Gateway', () => {
  it('spells bound BINDING and unbound BOUND', async () => {
    const alibaba = await open({ seed: seed({ bound: false }) })
    const { describe, call } = actions(alibaba)
    expect(await describe()).toMatchObject({ DomainBindingStatus: 'BOUND' })
    await call('ReactivateDomain', { GroupId, DomainName: domain })
    expect(await describe()).toMatchObject({ DomainBindingStatus: 'BINDING' })
  })

  it('deletes a certificate twice with success', async () => {
    const certificate = { name: 'old_one', ...(await bundleFor([domain])) }
    const alibaba = await open({ seed: seed({ certificate }) })
    const { call, describe } = actions(alibaba)
    const { CertificateId } = await describe()
    const given = { GroupId, DomainName: domain, CertificateId }
    await call('DeleteDomainCertificate', given)
    await call('DeleteDomainCertificate', given)
    expect(await servedAt(alibaba, domain)).toBeUndefined()
    const refusal = await refusalOf(
      call('DeleteDomainCertificate', { ...given, GroupId: 'absent' }),
    )
    expect(refusal.code).toBe('InvalidGroupId.NotFound')
  })

  it('lists groups in pages of ten and at most fifty, and regions with their endpoints', async () => {
    const groups = Array.from({ length: 11 }, (_, i) => ({ name: `group_${i}` }))
    const alibaba = await open({ seed: { cloudapi: { groups } } })
    const { call } = actions(alibaba)
    const first = await call('DescribeApiGroups')
    expect(first).toMatchObject({ TotalCount: 11, PageSize: 10 })
    const second = await call('DescribeApiGroups', { PageNumber: 2 })
    expect(second['ApiGroupAttributes']).toMatchObject({
      ApiGroupAttribute: [{ GroupName: 'group_10', RegionId: 'cn-hangzhou' }],
    })
    const refusal = await refusalOf(call('DescribeApiGroups', { PageSize: 51 }))
    expect(refusal.code).toBe('InvalidParameter')
    expect(JSON.stringify(await call('DescribeRegions'))).toContain(
      'apigateway.cn-hangzhou.aliyuncs.com',
    )
  })

  it('binds a wildcard domain and serves what is set there, until it is deleted', async () => {
    const alibaba = await open({ seed: seed() })
    const { call, set } = actions(alibaba)
    const DomainName = '*.apis.example.com'
    await call('SetDomain', { GroupId, DomainName, IsHttpRedirectToHttps: true })
    await call('SetWildcardDomainPatterns', {
      GroupId,
      DomainName,
      WildcardDomainPatterns: '["a"]',
    })
    await call('SetDomainWebSocketStatus', { GroupId, DomainName, ActionValue: 'OPEN' })
    const bundle = await bundleFor([DomainName])
    await set(bundle, { DomainName })
    expect(await servedAt(alibaba, 'one.apis.example.com')).toBe(bundle.fingerprint)
    const group = await call('DescribeApiGroup', { GroupId })
    expect(group['CustomDomains']).toMatchObject({
      DomainItem: [
        { DomainName: domain },
        {
          DomainName,
          IsHttpRedirectToHttps: true,
          WildcardDomainPatterns: '["a"]',
          DomainWebSocketStatus: 'OPEN',
          CertificateName: 'certwright_one',
        },
      ],
    })
    await call('DeleteDomain', { GroupId, DomainName })
    await call('DeleteDomain', { GroupId, DomainName })
    expect(await servedAt(alibaba, 'one.apis.example.com')).toBeUndefined()
  })
})
