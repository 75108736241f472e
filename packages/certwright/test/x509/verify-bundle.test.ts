import { pemEncode } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { fill } from '../../src/runtime/catalogue.ts'
import { CertwrightError } from '../../src/runtime/error.ts'
import { x509Errors } from '../../src/runtime/messages/x509-errors.ts'
import { Secret } from '../../src/runtime/secret.ts'
import type { IssuedBundle } from '../../src/x509/bundle.ts'
import { publicKeyDigest } from '../../src/x509/public-key.ts'
import { verifyBundle, type VerifyBundleOptions } from '../../src/x509/verify-bundle.ts'
import {
  bundleOf,
  clientAuth,
  day,
  ecKey,
  issue,
  issueChain,
  now,
  rsaKey,
  secretKey,
  serverAuth,
} from './issued.ts'

const example = [{ type: 'dns', value: 'example.com' }]

/** The error that a bundle for `example.com` provokes; `undefined` where it is accepted. */
function faultOf(
  bundle: IssuedBundle,
  change: Partial<VerifyBundleOptions> = {},
): CertwrightError | undefined {
  try {
    verifyBundle({ ...bundle, identifiers: example, now, ...change })
    return undefined
  } catch (error) {
    if (error instanceof CertwrightError) return error
    throw error
  }
}

describe('a bundle is refused', () => {
  it('where the chain is empty', () => {
    const { bundle } = issueChain()
    expect(faultOf({ ...bundle, chainPem: '' })?.code).toBe('CHAIN_EMPTY')
  })

  it('where the chain holds anything but certificates', () => {
    const { bundle } = issueChain()
    const crl = pemEncode('X509 CRL', new Uint8Array([0x30, 0]))
    const fault = faultOf({ ...bundle, chainPem: bundle.chainPem + crl })
    expect(fault?.code).toBe('CHAIN_NOT_READABLE')
    expect(fault?.cause).toMatchObject({ code: 'ACME_PEM_NOT_CONFORM' })
  })

  it('where the private key is none, without a word of what it is', () => {
    const { bundle } = issueChain()
    const fault = faultOf({ ...bundle, privateKey: new Secret('correct horse') })
    expect(fault?.code).toBe('KEY_NOT_READABLE')
    expect(`${fault?.message} ${fault?.hint} ${JSON.stringify(fault?.params)}`).not.toContain(
      'horse',
    )
  })

  it('where the key is not the leaf’s, of the same kind or another', () => {
    const { bundle } = issueChain()
    for (const key of [ecKey(), ecKey('P-384'), rsaKey()]) {
      const fault = faultOf({ ...bundle, privateKey: secretKey(key) })
      expect(fault?.code).toBe('KEY_NOT_OF_CERTIFICATE')
    }
  })

  it('where the key is elsewhere and the certificate is for another', () => {
    const { leaf, bundle } = issueChain()
    const { chainPem } = bundle
    const publicKey = publicKeyDigest(ecKey())
    expect(faultOf({ chainPem }, { publicKey })?.code).toBe('KEY_NOT_OF_CERTIFICATE')
    expect(faultOf({ chainPem })?.code).toBe('KEY_NOT_OF_CERTIFICATE')
    expect(faultOf({ chainPem }, { publicKey: publicKeyDigest(leaf.key) })).toBeUndefined()
  })

  it('where a name is missing, is too much, or is only covered by a wildcard', () => {
    const name = (value: string) => ({ type: 'dns', value })
    const { bundle } = issueChain({ names: ['example.com', '*.example.com'] })
    for (const identifiers of [
      [],
      [name('example.com')],
      [name('example.com'), name('*.example.com'), name('example.net')],
      [name('example.com'), name('www.example.com')],
      [name('example.com'), { type: 'ip', value: '192.0.2.1' }],
    ]) {
      const fault = faultOf(bundle, { identifiers })
      expect(fault?.code).toBe('NAMES_NOT_AS_ORDERED')
      expect(fault?.params['has']).toBe('dns:*.example.com,dns:example.com')
    }
  })

  it('where an address is written as a name', () => {
    const { bundle } = issueChain({ names: ['192.0.2.1'] })
    const identifiers = [{ type: 'ip', value: '192.0.2.1' }]
    expect(faultOf(bundle, { identifiers })?.code).toBe('NAMES_NOT_AS_ORDERED')
  })

  it('before its time, but for what clocks may differ', () => {
    const { bundle } = issueChain({ notBefore: now + 60_000 })
    expect(faultOf(bundle, { skewMs: 59_999 })?.code).toBe('CERTIFICATE_NOT_YET_VALID')
    expect(faultOf(bundle, { skewMs: 60_000 })).toBeUndefined()
    expect(faultOf(bundle)).toBeUndefined()
    expect(faultOf(bundle, { now: now - day })?.message).toContain('2026-11-23T00:00:00.000Z')
  })

  it('from the moment on that it expires at', () => {
    const { bundle } = issueChain({ notAfter: now + 1000 })
    expect(faultOf(bundle, { now: now + 999 })).toBeUndefined()
    expect(faultOf(bundle, { now: now + 1000 })?.code).toBe('CERTIFICATE_EXPIRED')
  })

  it('where it is for clients alone', () => {
    const { bundle } = issueChain({ usages: [clientAuth] })
    expect(faultOf(bundle)?.code).toBe('CERTIFICATE_NOT_FOR_SERVERS')
  })

  it('where a link is missing, reversed, or stands twice', () => {
    const { chain } = issueChain({ length: 2 })
    const [leaf, lower, upper] = chain
    if (!leaf || !lower || !upper) throw new Error('the chain is too short')
    for (const [position, broken] of [
      [1, [leaf, upper]],
      [1, [leaf, upper, lower]],
      [2, [leaf, lower, lower, upper]],
      [1, [leaf, leaf, lower]],
    ] as const) {
      const fault = faultOf(bundleOf(broken))
      expect(fault?.code).toBe('CHAIN_NOT_LINKED')
      expect(fault?.params).toMatchObject({ position, next: position + 1 })
    }
  })

  it('where an issuer has the right name and another key', () => {
    const { leaf, root } = issueChain()
    const impostor = issue({ subject: 'Intermediate 1', by: root, ca: true })
    expect(faultOf(bundleOf([leaf, impostor]))?.code).toBe('CHAIN_NOT_LINKED')
  })

  it('where an issuer has the right key and another name', () => {
    const { leaf, chain, root } = issueChain()
    const key = chain[1]?.key ?? ecKey()
    const renamed = issue({ subject: 'Intermediate 9', key, by: root, ca: true })
    expect(faultOf(bundleOf([leaf, renamed]))?.code).toBe('CHAIN_NOT_LINKED')
  })
})

describe('a bundle is accepted', () => {
  it('with any number of intermediates, with the root and without', () => {
    for (const length of [0, 1, 3]) {
      const { chain, root, bundle } = issueChain({ length })
      expect(faultOf(bundle)).toBeUndefined()
      expect(faultOf(bundleOf([...chain, root]))).toBeUndefined()
    }
  })

  it('with an RSA key', () => {
    expect(faultOf(issueChain({ key: rsaKey() }).bundle)).toBeUndefined()
  })

  it('where serverAuth is one of its usages', () => {
    expect(faultOf(issueChain({ usages: [clientAuth, serverAuth] }).bundle)).toBeUndefined()
  })

  it('whatever the order and case of names and the spelling of addresses', () => {
    const { bundle } = issueChain({
      names: ['EXAMPLE.com', '*.example.com', 'example.com'],
      addresses: [[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
    })
    const identifiers = [
      { type: 'ip', value: '2001:DB8:0:0::1' },
      { type: 'dns', value: '*.Example.com' },
      { type: 'dns', value: 'example.com' },
    ]
    expect(faultOf(bundle, { identifiers })).toBeUndefined()
  })

  it('in PEM with CRLF, blank lines and no final newline', () => {
    const { bundle } = issueChain()
    const chainPem = bundle.chainPem.replaceAll('-\n', '-\n\n').trimEnd().replaceAll('\n', '\r\n')
    expect(faultOf({ ...bundle, chainPem })).toBeUndefined()
  })
})

it('says each fault and what to do in both languages, with every parameter filled', () => {
  const params = {
    reason: 'r',
    has: 'h',
    ordered: 'o',
    now: 'n',
    notBefore: 'b',
    notAfter: 'a',
    position: 1,
    next: 2,
    format: 'jks',
    minimum: 6,
    url: 'u',
    status: 404,
    what: 'w',
    thisUpdate: 't',
    nextUpdate: 'u',
  }
  for (const { message, hint } of Object.values(x509Errors)) {
    for (const text of [message, hint]) {
      expect(fill(text, 'en', params)).toMatch(/^[^{}\u4e00-\u9fff]+$/)
      expect(fill(text, 'zh', params)).toMatch(/^[^{}]*[\u4e00-\u9fff][^{}]*$/)
    }
  }
})
