import { describe, expect, it, onTestFinished } from 'vitest'
import fc from 'fast-check'
import type { RunningAlibaba } from '../../src/alibaba/alibaba.ts'
import { readXml, textAt, writeXml } from '../../src/alibaba/buckets/xml.ts'
import { startDns } from '../../src/dns/dns.ts'
import { bundleFor } from './bundle.ts'
import { ossSdk, refusalOf } from './sdk.ts'
import type { Key } from './sdk.ts'
import { open, servedAt } from './world.ts'

const bucket = 'certwright-bucket'
const domain = 'static.example.com'

interface Request {
  readonly method: 'GET' | 'POST'
  readonly subres?: Readonly<Record<string, string>>
  readonly content?: string
}

/** The official SDK has no method for these requests, but signs and sends any. */
function requests(
  alibaba: RunningAlibaba,
  { v4 = true, key = alibaba }: { v4?: boolean; key?: Key } = {},
) {
  const client = ossSdk(alibaba, { v4, key }) as unknown as {
    request(given: object): Promise<{ readonly data: Buffer }>
    listBuckets(): Promise<{ readonly buckets: unknown }>
  }
  const send = async ({ content, ...rest }: Request): Promise<string> => {
    const body = content === undefined ? {} : { content: Buffer.from(content), mime: 'xml' }
    const { data } = await client.request({
      bucket,
      ...rest,
      ...body,
      successStatuses: [200, 204],
    })
    return data.toString()
  }
  const cname = (
    comp: string,
    inner: Readonly<Record<string, string>> = {},
    name = domain,
  ): Request => ({
    method: 'POST',
    subres: { cname: '', comp },
    content: writeXml('BucketCnameConfiguration', {
      Cname: { Domain: name, CertificateConfiguration: inner },
    }),
  })
  return {
    send,
    buckets: async () => client.listBuckets(),
    put: async (inner: Readonly<Record<string, string>> = {}, name?: string) =>
      send(cname('add', inner, name)),
    list: async () => send({ method: 'GET', subres: { cname: '' } }),
    ask: async (comp: string) => send(cname(comp)),
  }
}

function memberOf(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]
}

const codeOf = async (call: Promise<unknown>): Promise<string> => (await refusalOf(call)).code

const bound = {
  oss: { verified: ['example.com'], buckets: [{ name: bucket, cnames: [{ domain }] }] },
}

describe('PutCname', () => {
  it.each([true, false])('binds a certificate of the store (signature 4: %s)', async (v4) => {
    const alibaba = await open({ seed: bound })
    const { certPem, keyPem, fingerprint } = await bundleFor([domain])
    alibaba.seed({ cas: { certificates: [{ name: 'one', certPem, keyPem }] } })
    const stored = alibaba.certificates.named('one')
    const { put, list } = requests(alibaba, { v4 })
    expect(await list()).not.toContain('<Certificate>')
    await put({ CertId: stored?.identifier ?? '' })
    expect(await list()).toContain(`<Type>CAS</Type><CertId>${stored?.identifier}</CertId>`)
    expect(memberOf(await list(), 'Fingerprint')?.replaceAll(':', '')).toBe(
      stored?.certificate.fingerprint,
    )
    expect(await servedAt(alibaba, domain)).toBe(fingerprint)
    expect(alibaba.installations.products(stored?.id ?? 0)).toEqual(['OSS'])
  })

  it('takes PEM text, and nothing secret is written down', async () => {
    const alibaba = await open({ seed: bound })
    const { certPem, keyPem, fingerprint } = await bundleFor([domain])
    const { put, list } = requests(alibaba)
    await put({ Certificate: certPem, PrivateKey: keyPem })
    expect(await list()).toContain('<Type>Upload</Type>')
    expect(await servedAt(alibaba, domain)).toBe(fingerprint)
    expect(JSON.stringify(alibaba.calls)).not.toContain('PRIVATE KEY')
  })

  it('replaces the certificate that the caller knows of, any with Force, and no other', async () => {
    const [old, renewed, third] = await Promise.all([
      bundleFor([domain]),
      bundleFor([domain]),
      bundleFor([domain]),
    ])
    const cnames = [{ domain, certificate: old }]
    const alibaba = await open({ seed: { oss: { buckets: [{ name: bucket, cnames }] } } })
    const { put, list } = requests(alibaba)
    const given = { Certificate: renewed.certPem, PrivateKey: renewed.keyPem }
    expect(await codeOf(put(given))).toBe('PreviousCertIdNotMatch')
    expect(await codeOf(put({ ...given, PreviousCertId: '1-cn-hangzhou' }))).toBe(
      'PreviousCertIdNotMatch',
    )
    expect(await servedAt(alibaba, domain)).toBe(old.fingerprint)
    await put({ ...given, PreviousCertId: memberOf(await list(), 'CertId') ?? '' })
    expect(await servedAt(alibaba, domain)).toBe(renewed.fingerprint)
    const forced = { Certificate: third.certPem, PrivateKey: third.keyPem }
    await put({ ...forced, Force: 'true' })
    expect(await servedAt(alibaba, domain)).toBe(third.fingerprint)
    await put({ DeleteCertificate: 'true' })
    expect(await servedAt(alibaba, domain)).toBeUndefined()
  })

  it.each([
    ['an unknown certificate', { CertId: '1-cn-hangzhou' }, 'NoSuchCertificate'],
    ['text that is no certificate', { Certificate: 'x', PrivateKey: 'y' }, 'InvalidArgument'],
  ])('refuses %s', async (_, inner, code) => {
    const { put } = requests(await open({ seed: bound }))
    expect(await codeOf(put(inner))).toBe(code)
  })

  it('refuses the key of another certificate', async () => {
    const { put } = requests(await open({ seed: bound }))
    const [one, other] = await Promise.all([bundleFor([domain]), bundleFor([domain])])
    const mixed = { Certificate: one.certPem, PrivateKey: other.keyPem }
    expect(await codeOf(put(mixed))).toBe('CertificateNotMatch')
  })

  it('wants the ownership of a new domain proven by a TXT record', async () => {
    const dns = await startDns({ zones: [] })
    onTestFinished(async () => dns.close())
    dns.addZone({ name: 'example.com' })
    const alibaba = await open({ dns, seed: { oss: { buckets: [{ name: bucket }] } } })
    const { put, ask, list } = requests(alibaba)
    expect(await codeOf(put())).toBe('NeedVerifyDomainOwnership')
    const token = memberOf(await ask('token'), 'Token') ?? ''
    expect(await codeOf(put())).toBe('NeedVerifyDomainOwnership')
    dns.add({ name: `_dnsauth.${domain}`, type: 'TXT', ttl: 60, data: token })
    await put()
    expect(memberOf(await list(), 'Domain')).toBe(domain)
  })

  it('refuses a domain of another bucket', async () => {
    const buckets = [{ name: bucket }, { name: 'other-bucket', cnames: [{ domain }] }]
    const alibaba = await open({ seed: { oss: { verified: ['example.com'], buckets } } })
    expect(await codeOf(requests(alibaba).put())).toBe('CnameAlreadyExists')
  })

  it.each(['<a', 'no xml', '<BucketCnameConfiguration/>', '<BucketCnameConfiguration></a>'])(
    'refuses %s',
    async (content) => {
      const { send } = requests(await open({ seed: bound }))
      const subres = { cname: '', comp: 'add' }
      expect(await codeOf(send({ method: 'POST', subres, content }))).toBe('MalformedXML')
    },
  )
})

it('lists the buckets of the account with their regions', async () => {
  const alibaba = await open({
    seed: { oss: { buckets: [{ name: bucket, region: 'cn-beijing' }] } },
  })
  const { buckets } = await requests(alibaba).buckets()
  expect(buckets).toMatchObject([{ name: bucket, region: 'oss-cn-beijing' }])
})

it('unbinds a domain, and then does not know it', async () => {
  const cnames = [{ domain, certificate: await bundleFor([domain]) }]
  const alibaba = await open({ seed: { oss: { buckets: [{ name: bucket, cnames }] } } })
  const { ask, list } = requests(alibaba)
  await ask('delete')
  expect(await list()).not.toContain(domain)
  expect(await servedAt(alibaba, domain)).toBeUndefined()
  expect(await codeOf(ask('delete'))).toBe('NoSuchCnameInRecord')
})

it('tells a missing bucket and a denied action in its own words', async () => {
  const alibaba = await open()
  expect(await codeOf(requests(alibaba).list())).toBe('NoSuchBucket')
  alibaba.deny('oss:ListCname')
  expect(await codeOf(requests(alibaba).list())).toBe('AccessDenied')
  const key = { accessKeyId: 'LTAIabsent', accessKeySecret: 'x' }
  expect(await codeOf(requests(alibaba, { key }).list())).toBe('InvalidAccessKeyId')
})

it('writes and reads any text in XML', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const read = readXml(writeXml('Root', { One: { Two: text } }))
      expect(textAt(read, 'Root', 'One', 'Two')).toBe(text)
    }),
  )
})

it('reads no text as XML without an end', () => {
  fc.assert(fc.property(fc.string(), (text) => void readXml(`<Root>${text}`)))
})
