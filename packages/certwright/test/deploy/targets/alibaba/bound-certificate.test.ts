import { describe, expect, it, onTestFinished } from 'vitest'
import { alibabaAccount } from '../../../../src/cloud/alibaba/account-options.ts'
import { alibabaClient } from '../../../../src/cloud/alibaba/client.ts'
import {
  boundCertificate,
  certIdIn,
  covers,
  handshakeName,
  hexOf,
  isOurs,
  requireCovered,
  servernameFor,
} from '../../../../src/deploy/targets/alibaba/bound-certificate.ts'
import { bundleFor, fingerprintOf, seeded, testAccount } from '../account.ts'

describe('a reference to the store', () => {
  it.each([
    '',
    'default',
    '12-',
    '12-cn',
    'x12-cn-hangzhou',
    '1206_18a_-12',
    '-12',
    '12.5',
    '1234567890123456',
  ])('%j is none', (reference) => {
    expect(certIdIn(reference)).toBeUndefined()
  })

  it.each([
    ['12345', 12_345],
    ['12345-cn-hangzhou', 12_345],
    ['12345-ap-southeast-1', 12_345],
  ])('%j is one to certificate %d', (reference, certId) => {
    expect(certIdIn(reference)).toBe(certId)
  })
})

describe('a bound certificate', () => {
  const bundle = bundleFor({ names: ['www.example.com', 'example.com'] })

  const store = async () => {
    const { alibaba, values, context } = await testAccount({
      seed: { cas: { certificates: [{ name: 'theirs', ...seeded(bundle) }] } },
    })
    onTestFinished(async () => alibaba.close())
    return { alibaba, cas: alibabaClient('cas', alibabaAccount(values, context), context.host) }
  }

  it('is described by the store without its key', async () => {
    const { alibaba, cas } = await store()
    const [stored] = alibaba.certificates.all
    const found = await boundCertificate(stored?.identifier ?? '', cas)
    expect(found).toMatchObject({
      reference: stored?.identifier,
      fingerprint: fingerprintOf(bundle),
      name: 'theirs',
      names: ['www.example.com', 'example.com'],
    })
    expect(alibaba.calls.at(-1)?.parameters['CertFilter']).toBe('true')
  })

  it('that the store no longer has is known by its reference alone', async () => {
    const { cas } = await store()
    const gone = '99-cn-hangzhou'
    expect(await boundCertificate(gone, cas)).toEqual({ reference: gone, names: [] })
  })

  it('of another store is not asked for', async () => {
    const { alibaba, cas } = await store()
    const other = '1206_18a7_-123'
    expect(await boundCertificate(other, cas)).toEqual({ reference: other, names: [] })
    expect(alibaba.calls).toEqual([])
  })

  it('that may not be read is an error', async () => {
    const { alibaba, cas } = await store()
    alibaba.deny('yundun-cert:GetUserCertificateDetail')
    const reference = alibaba.certificates.all[0]?.identifier ?? ''
    await expect(boundCertificate(reference, cas)).rejects.toMatchObject({
      code: 'ALIBABA_FORBIDDEN',
      params: { ramAction: 'yundun-cert:GetUserCertificateDetail' },
    })
  })
})

describe('names', () => {
  it.each([
    [['example.com'], 'www.example.com', false],
    [['*.example.com'], 'example.com', false],
    [['*.example.com'], 'a.b.example.com', false],
    [['*.example.com'], '*.b.example.com', false],
    [['www.example.com'], '*.example.com', false],
    [['*.example.com'], '*.example.com', true],
    [['*.example.com'], 'WWW.example.com', true],
    [['example.org', 'www.example.com'], 'www.example.com', true],
  ])('%j cover %s: %s', (names, domain, expected) => {
    expect(covers(names, domain)).toBe(expected)
  })

  it('that do not cover a domain are told', () => {
    const bundle = bundleFor({ names: ['a.example.com', 'b.example.com'] })
    expect(() => requireCovered('alibaba-alb', 'c.example.com', bundle)).toThrow(
      expect.objectContaining({
        code: 'TARGET_NAME_NOT_COVERED',
        params: {
          target: 'alibaba-alb',
          resource: 'c.example.com',
          names: 'a.example.com, b.example.com',
        },
      }),
    )
    expect(() => requireCovered('alibaba-alb', 'a.example.com', bundle)).not.toThrow()
  })

  it('to ask for in a handshake are none with a wildcard', () => {
    expect(handshakeName('*.example.com')).toBe('certwright.example.com')
    expect(handshakeName('www.example.com')).toBe('www.example.com')
    const wanted = bundleFor({ names: ['*.example.com', 'example.com'] })
    expect(servernameFor(undefined, wanted)).toBe('certwright.example.com')
    expect(servernameFor('www.example.com', wanted)).toBe('www.example.com')
    expect(servernameFor(undefined, undefined)).toBeUndefined()
  })
})

it('a name is ours only where we would have given it', () => {
  for (const name of [undefined, '', 'certwright', 'certwright_', 'mine_0123456789abcdef']) {
    expect(isOurs(name)).toBe(false)
  }
  expect(isOurs('certwright_0123456789ABCDEF')).toBe(false)
  expect(isOurs('certwright_0123456789abcdef0')).toBe(false)
  expect(isOurs('certwright_0123456789abcdef')).toBe(true)
})

it('a digest is compared without its colons and in one case', () => {
  expect(hexOf('AB:cd:01')).toBe('abcd01')
})
