import { generateKeyPairSync } from 'node:crypto'
import { assert, asyncProperty, nat } from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  CertificateRequestError,
  readCertificateRequest,
} from '../../src/ca/certificate-request.ts'
import type { CertificateRequestFault } from '../../src/ca/certificate-request.ts'
import { csr, ecKeys, parts, sequence } from './der.ts'

async function faultOf(der: Uint8Array): Promise<CertificateRequestFault | 'none'> {
  try {
    await readCertificateRequest(der)
    return 'none'
  } catch (error) {
    if (error instanceof CertificateRequestError) return error.reason
    throw error
  }
}

describe('what is no request', () => {
  it('is not-der: nothing, text, a foreign SEQUENCE, a request cut short or followed by more', async () => {
    const good = csr({ dns: ['a.test'] })
    const pem = Buffer.from(`-----BEGIN CERTIFICATE REQUEST-----\n${good.toString('base64')}`)
    const wrong = [
      Buffer.alloc(0),
      pem,
      sequence(),
      good.subarray(0, -1),
      Buffer.concat([good, Buffer.of(0)]),
    ]
    for (const der of wrong) expect(await faultOf(der)).toBe('not-der')
  })

  it('is refused for its signature: of another key, or over other bytes', async () => {
    expect(await faultOf(csr({ dns: ['a.test'], signer: ecKeys().privateKey }))).toBe(
      'bad-signature',
    )
    const changed = csr({ dns: ['a.test'] })
    changed.write('b', changed.indexOf('a.test'))
    expect(await faultOf(changed)).toBe('bad-signature')
  })

  it('is refused for SHA-1 and for a key that no CA certifies', async () => {
    expect(await faultOf(csr({ dns: ['a.test'], hash: 'sha1' }))).toBe('bad-algorithm')
    expect(await faultOf(csr({ dns: ['a.test'], keys: generateKeyPairSync('ed25519') }))).toBe(
      'bad-algorithm',
    )
  })

  it('is refused for a key that is too weak', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 })
    expect(await faultOf(csr({ dns: ['a.test'], keys: rsa }))).toBe('weak-key')
    expect(await faultOf(csr({ dns: ['a.test'], keys: ecKeys('secp256k1') }))).toBe('weak-key')
  })

  it('never fails in another way, and always where a signed byte is wrong', async () => {
    const good = csr({ dns: ['a.test'], ip: ['127.0.0.1'], commonNames: ['a.test'] })
    const [signed = Buffer.alloc(0)] = parts(good)
    const end = good.indexOf(signed) + signed.length
    await assert(
      asyncProperty(nat(good.length - 1), nat(255), async (at, byte) => {
        const fault = await faultOf(good.with(at, byte))
        if (at < end) expect(fault === 'none').toBe(good[at] === byte)
      }),
      { numRuns: 400 },
    )
  })
})

describe('a request', () => {
  it('gives its names each once, in lower case, addresses as RFC 5952 writes them', async () => {
    const { identifiers, hasForeignNames, commonName } = await readCertificateRequest(
      csr({
        dns: ['WWW.Example.test', 'www.example.test', '*.example.test'],
        ip: ['127.0.0.1', '2001:db8:0:0:0:0:0:1'],
      }),
    )
    expect(identifiers).toEqual([
      { type: 'dns', value: 'www.example.test' },
      { type: 'dns', value: '*.example.test' },
      { type: 'ip', value: '127.0.0.1' },
      { type: 'ip', value: '2001:db8::1' },
    ])
    expect(hasForeignNames).toBe(false)
    expect(commonName).toBeUndefined()
  })

  it('says where it has names of other kinds, or two common names', async () => {
    const mail = await readCertificateRequest(csr({ dns: ['a.test'], email: ['x@a.test'] }))
    expect(mail).toMatchObject({ hasForeignNames: true, identifiers: [{ value: 'a.test' }] })
    const two = await readCertificateRequest(
      csr({ dns: ['a.test'], commonNames: ['a.test', 'b.test'] }),
    )
    expect(two).toMatchObject({ hasForeignNames: true, commonName: 'a.test' })
  })

  it('may have a common name alone, or no name at all', async () => {
    expect(await readCertificateRequest(csr({ commonNames: ['a.test'] }))).toMatchObject({
      commonName: 'a.test',
      identifiers: [],
    })
    expect(await readCertificateRequest(csr({}))).toMatchObject({
      identifiers: [],
      extensionsAsked: [],
    })
  })

  it('gives its key and what extensions it asks for', async () => {
    const keys = ecKeys('P-384')
    const mustStaple = '1.3.6.1.5.5.7.1.24'
    const asks = { [mustStaple]: Buffer.from('3003020105', 'hex') }
    const request = await readCertificateRequest(csr({ keys, dns: ['a.test'], asks }))
    expect(request.extensionsAsked).toEqual(['2.5.29.17', mustStaple])
    expect(request.publicKeyJwk).toEqual(keys.publicKey.export({ format: 'jwk' }))
    expect(Buffer.from(request.publicKey)).toEqual(
      keys.publicKey.export({ format: 'der', type: 'spki' }),
    )
  })

  it.each([
    ['P-256 and SHA-384', ecKeys('P-256'), 'sha384'],
    ['P-384 and SHA-256', ecKeys('P-384'), 'sha256'],
    ['P-521 and SHA-256', ecKeys('P-521'), 'sha256'],
    ['RSA 2048 and SHA-256', generateKeyPairSync('rsa', { modulusLength: 2048 }), 'sha256'],
  ] as const)('may be signed with %s', async (_what, keys, hash) => {
    expect(await faultOf(csr({ dns: ['a.test'], keys, hash }))).toBe('none')
  })
})
