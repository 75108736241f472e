import { describe, expect, it } from 'vitest'
import { pruneCertificates } from '../../../src/cloud/alibaba/certificate-pruning.ts'
import { uploadCertificate } from '../../../src/cloud/alibaba/certificate-store.ts'
import { alibabaClient } from '../../../src/cloud/alibaba/client.ts'
import { leapingHost } from '../../dns/world.ts'
import { day, issueChain, rsaKey } from '../../x509/issued.ts'
import { accountOf, emulated } from './emulator.ts'

const key = rsaKey()

function issued(notBefore: number, names = ['www.example.test']) {
  return issueChain({ key, names, notBefore, notAfter: notBefore + 90 * day }).bundle
}

describe('a key', () => {
  it('signs so that Alibaba Cloud believes it', async () => {
    const { alibaba, account, host } = await emulated()
    await alibabaClient('alidns', account, host).rpc('DescribeDomains', {
      KeyWord: "a b*c'(证书)~",
    })
    expect(alibaba.calls).toMatchObject([{ action: 'DescribeDomains', status: 200 }])
  })

  it('of STS signs with its token', async () => {
    const { alibaba, host } = await emulated()
    const temporary = alibaba.addAccount({ securityToken: 'CAIS-the-token' })
    const client = alibabaClient('alidns', accountOf(alibaba, temporary), host)
    await client.rpc('DescribeDomains')
    expect(alibaba.calls).toMatchObject([{ status: 200 }])
  })

  it.each([
    ['that is unknown', { accessKeyId: 'LTAI5tNobody' }, 'InvalidAccessKeyId.NotFound'],
    ['with a wrong secret', { accessKeySecret: 'wrong' }, 'SignatureDoesNotMatch'],
    ['with a token of another', { securityToken: 'stray' }, 'InvalidSecurityToken.Malformed'],
  ])('%s is ALIBABA_KEY_REFUSED', async (_what, change, code) => {
    const { alibaba, host } = await emulated()
    const { accessKeyId, accessKeySecret } = alibaba
    const account = accountOf(alibaba, { accessKeyId, accessKeySecret, ...change })
    const error: unknown = await alibabaClient('alidns', account, host)
      .rpc('DescribeDomains')
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'ALIBABA_KEY_REFUSED', params: { code } })
    expect(JSON.stringify(error)).not.toMatch(/wrong|stray/)
  })

  it('whose policy lacks an action hears which', async () => {
    const { alibaba, host } = await emulated()
    const reader = alibaba.addAccount({ allow: [{ action: 'alidns:Describe*' }] })
    const client = alibabaClient('alidns', accountOf(alibaba, reader), host)
    await expect(client.rpc('DeleteDomainRecord', { RecordId: '1' })).rejects.toMatchObject({
      code: 'ALIBABA_FORBIDDEN',
      params: { ramAction: 'alidns:DeleteDomainRecord' },
    })
  })

  it('on a machine whose clock is wrong hears so', async () => {
    const { account } = await emulated({ clock: leapingHost(Date.now()) })
    const ahead = leapingHost(Date.now() + 3_600_000)
    const error: unknown = await alibabaClient('alidns', account, ahead)
      .rpc('DescribeDomains')
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'ALIBABA_CLOCK_SKEW' })
    const { seconds } = (error as { params: { seconds: number } }).params
    expect(Math.abs(seconds - 3600)).toBeLessThan(60)
  })
})

describe('the rate', () => {
  it('is kept so that Alibaba Cloud never throttles', async () => {
    const { alibaba, account, host } = await emulated()
    const client = alibabaClient('cas', account, host)
    for (let i = 0; i < 30; i += 1) {
      await client.rpc('ListUserCertificateOrder', { OrderType: 'UPLOAD' })
    }
    expect(alibaba.calls.filter(({ status }) => status !== 200)).toEqual([])
  })

  it('that others use up is waited for', async () => {
    const { alibaba, account, host } = await emulated()
    alibaba.throttle('DescribeDomains', 3)
    await alibabaClient('alidns', account, host).rpc('DescribeDomains')
    expect(alibaba.calls.map(({ status }) => status)).toEqual([400, 400, 400, 200])
  })
})

describe('the store', () => {
  it('takes a certificate once', async () => {
    const { alibaba, account, host } = await emulated()
    const bundle = issued(host.now() - day)
    const first = await uploadCertificate(bundle, account, host)
    expect(await uploadCertificate(bundle, account, host)).toEqual(first)
    expect(alibaba.certificates.all).toMatchObject([
      { id: first.certId, identifier: first.identifier, name: first.name },
    ])
  })

  it('gives the identifier of its site', async () => {
    const { alibaba, account, host } = await emulated({ site: 'international' })
    const international = { ...account, site: 'international' } as const
    const { identifier } = await uploadCertificate(issued(host.now() - day), international, host)
    expect(identifier).toBe(alibaba.certificates.all[0]?.identifier)
    expect(identifier).toMatch(/-ap-southeast-1$/)
  })

  it('takes it once though the connection breaks after it has', async () => {
    const { alibaba, account, host } = await emulated({
      faults: ({ action, earlier }) =>
        action === 'UploadUserCertificate' && earlier === 0
          ? { kind: 'cut', when: 'after' }
          : undefined,
    })
    const { certId } = await uploadCertificate(issued(host.now() - day), account, host)
    expect(alibaba.certificates.all).toMatchObject([{ id: certId }])
  })

  it('is freed of what a newer certificate has replaced', async () => {
    const { alibaba, account, host } = await emulated()
    const [oldest, older, newest] = [120, 70, 10].map((days) => issued(host.now() - days * day))
    if (!oldest || !older || !newest) throw new Error('three certificates')
    const ids = []
    for (const bundle of [oldest, older, newest]) {
      ids.push((await uploadCertificate(bundle, account, host)).certId)
    }
    const other = await uploadCertificate(issued(host.now() - 120 * day, ['b.test']), account, host)
    const { removed, kept } = await pruneCertificates(newest, account, host, {
      inUse: [ids[1] ?? 0],
    })
    expect(removed.map(({ certId }) => certId)).toEqual([ids[0]])
    expect(kept).toMatchObject([{ certId: ids[1], reason: 'in-use' }])
    expect(new Set(alibaba.certificates.all.map(({ id }) => id))).toEqual(
      new Set([ids[1], ids[2], other.certId]),
    )
  })
})
