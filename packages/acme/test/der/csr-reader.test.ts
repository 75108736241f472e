import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCsr } from '../../src/der/csr.ts'
import { readCsr } from '../../src/der/csr-reader.ts'
import { contextTag, der, oid, sequence, tags, unsignedInteger } from '../../src/der/der.ts'
import { pemDecode } from '../../src/der/pem.ts'
import { AcmeError } from '../../src/error.ts'
import { identifierFrom } from '../../src/identifier.ts'
import { generateKeyPair } from '../../src/keys/key-type.ts'
import { webCryptoSigner } from '../../src/keys/web-crypto-signer.ts'
import { failure } from '../failure.ts'

/** As OpenSSL 3 writes them. */
const requests = {
  full: `-----BEGIN CERTIFICATE REQUEST-----
MIIBRDCB6gIBADAnMQswCQYDVQQGEwJERTEYMBYGA1UEAwwPd3d3LmV4YW1wbGUu
Y29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE9/ZZxRHqI6L4dYb94yF5oFZm
zTLOMgwz50GOeiXUhKRzMvR8CXadI0aMtcPLyprJvLK4sx+bv0U61QCmyqIzzKBh
MF8GCSqGSIb3DQEJDjFSMFAwQQYDVR0RBDowOIIPd3d3LmV4YW1wbGUuY29tgg0q
LmV4YW1wbGUuY29thxAgAQ24AAAAAAAAAAAAAAABhwTAAAIHMAsGA1UdDwQEAwIH
gDAKBggqhkjOPQQDAgNJADBGAiEAvABwJ6mE5Q3y5pqv29hzh4NrpYohbZDVMBJn
W0w/IpECIQCLkThrCZQ6wGVqsA3GmgDhu0kV6auEZPbJhtM10pxaqw==
-----END CERTIFICATE REQUEST-----
`,
  mail: `-----BEGIN CERTIFICATE REQUEST-----
MIIBFDCBvAIBADAbMRkwFwYDVQQDDBBtYWlsLmV4YW1wbGUuY29tMFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEKw6ttf6cfpbocDyrRXuHmSkSPGmPQh2mlehmog7d
NnpyF+1C1AuQUMQwv5Eujjlted/8vwG30OcrjkYkSA6rK6A/MD0GCSqGSIb3DQEJ
DjEwMC4wLAYDVR0RBCUwI4IQbWFpbC5leGFtcGxlLmNvbYEPb3BzQGV4YW1wbGUu
Y29tMAoGCCqGSM49BAMCA0cAMEQCIHjp+UDmI0QTbaLEwfM/KSZmclwAjcKQYsuI
UhwPtz8JAiBhbDf+2OCFAKuapn00HocB/r9J8pxULJOepbKOfkvJCA==
-----END CERTIFICATE REQUEST-----
`,
  bare: `-----BEGIN CERTIFICATE REQUEST-----
MIHTMHwCAQAwGjEYMBYGA1UEAwwPb2xkLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0C
AQYIKoZIzj0DAQcDQgAEc5BWpCMtzhLQRuhTuRfyZjsPH6P8Vhk6rvXjmoX4453v
XGtpeI22nwzPT6a3ZsjqUmdeRENek2foqKEV+T39qqAAMAoGCCqGSM49BAMCA0cA
MEQCIDKoN3ambsLUJ1pzbA0i7rJfKEIdKoo+tb8wMzLtAZC9AiB0zRHLbQJsoyLt
Q+6N7yTbD0Lj4usvOXCP9qvFCHwP+g==
-----END CERTIFICATE REQUEST-----
`,
}

const octetsOf = (name: keyof typeof requests): Uint8Array =>
  pemDecode(requests[name])[0]?.der ?? new Uint8Array()

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }))

/** Any request, the wrong ones too. */
function request(attributes: Uint8Array[], { version = 0 } = {}): Uint8Array {
  const info = sequence(unsignedInteger(new Uint8Array([version])), sequence(), spki, ...attributes)
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'))
  return sequence(info, algorithm, der(tags.bitString, [0], sign('sha256', info, privateKey)))
}

const altName = (...names: readonly string[]): Uint8Array =>
  sequence(
    oid('2.5.29.17'),
    der(
      tags.octetString,
      sequence(...names.map((name) => der(contextTag(2), new TextEncoder().encode(name)))),
    ),
  )
const asked = (...extensions: readonly Uint8Array[]): Uint8Array =>
  sequence(oid('1.2.840.113549.1.9.14'), der(tags.set, sequence(...extensions)))
const attributes = (...each: readonly Uint8Array[]): Uint8Array =>
  der(contextTag(0, 'constructed'), ...each)

describe('readCsr', () => {
  it.each([
    ['nothing', new Uint8Array(), 'tag 0x30 was expected at octet 0'],
    ['an empty sequence', sequence(), 'tag 0x30 was expected at octet 0'],
    [
      'octets after the request',
      new Uint8Array([...octetsOf('full'), 0]),
      `octets are left over at ${octetsOf('full').length}`,
    ],
    ['a request that stops short', octetsOf('full').subarray(0, -1), 'it ends early'],
    ['a version of the future', request([attributes()], { version: 1 }), 'its version is unknown'],
    [
      'two alternative names',
      request([attributes(asked(altName('a.example'), altName('b.example')))]),
      'it has the subjectAltName twice',
    ],
    [
      'more than its attributes',
      request([attributes(), sequence()]),
      `octets are left over at ${3 + 2 + spki.length + 2}`,
    ],
    [
      'an attribute of three parts',
      request([attributes(sequence(oid('1.2.3'), der(tags.set), der(tags.null)))]),
      'octets are left over at 6',
    ],
    [
      'an extension of three parts',
      request([attributes(asked(sequence(oid('1.2.3'), der(tags.octetString), der(tags.null))))]),
      'octets are left over at 6',
    ],
    [
      'more than a signature',
      sequence(
        sequence(unsignedInteger(new Uint8Array())),
        sequence(),
        der(tags.bitString, [0]),
        der(tags.null),
      ),
      'octets are left over at 10',
    ],
  ])('refuses %s', (_what, octets, problem) => {
    expect(() => readCsr(octets)).toThrow(
      failure('ACME_DER_NOT_CONFORM', {
        message: `the certificate request is not in DER as it should be: ${problem}`,
      }),
    )
  })

  it('refuses a name that is not ASCII', () => {
    expect(() => readCsr(request([attributes(asked(altName('bücher.example')))]))).toThrow(
      failure('ACME_DER_NOT_CONFORM'),
    )
  })

  it('has no common name where the subject is empty', () => {
    expect(readCsr(request([]))).not.toHaveProperty('commonName')
  })

  it('reads every name, and the common name beside them', () => {
    expect(readCsr(octetsOf('full'))).toMatchObject({
      commonName: 'www.example.com',
      dnsNames: ['www.example.com', '*.example.com'],
      ipAddresses: ['2001:db8::1', '192.0.2.7'],
      hasOtherNames: false,
      signatureAlgorithm: '1.2.840.10045.4.3.2',
    })
  })

  it('says where there are names that no ACME order can have', () => {
    const { dnsNames, hasOtherNames } = readCsr(octetsOf('mail'))
    expect([dnsNames, hasOtherNames]).toEqual([['mail.example.com'], true])
  })

  it('reads one with nothing but a common name', () => {
    expect(readCsr(octetsOf('bare'))).toMatchObject({
      commonName: 'old.example.com',
      dnsNames: [],
      ipAddresses: [],
      hasOtherNames: false,
    })
  })

  it('passes over attributes and extensions of other kinds, and takes none at all', () => {
    const other = sequence(oid('1.2.3.4'), der(tags.set, der(tags.null)))
    const usage = sequence(
      oid('2.5.29.15'),
      der(tags.boolean, [0xff]),
      der(tags.octetString, [3, 2, 7, 128]),
    )
    const { dnsNames } = readCsr(request([attributes(other, asked(usage, altName('a.example')))]))
    expect(dnsNames).toEqual(['a.example'])
    expect(readCsr(request([])).dnsNames).toEqual([])
  })

  it('gives what the signature is over, and the key that it is by', () => {
    for (const name of ['full', 'mail', 'bare'] as const) {
      const { certificationRequestInfo, signature, subjectPublicKeyInfo } = readCsr(octetsOf(name))
      const key = createPublicKey({
        key: Buffer.from(subjectPublicKeyInfo),
        format: 'der',
        type: 'spki',
      })
      expect(verify('sha256', certificationRequestInfo, key, signature)).toBe(true)
    }
  })

  it.each(['ec384', 'rsa2048', 'ed25519'] as const)(
    'reads what createCsr writes, for %s',
    async (type) => {
      const key = await webCryptoSigner(await generateKeyPair(type))
      const identifiers = ['www.example.com', '*.example.com', '192.0.2.1'].map(identifierFrom)
      const csr = await createCsr({ identifiers, key, commonName: 'www.example.com' })
      expect(readCsr(csr)).toMatchObject({
        commonName: 'www.example.com',
        dnsNames: ['www.example.com', '*.example.com'],
        ipAddresses: ['192.0.2.1'],
      })
    },
  )

  it('throws nothing but its own error, whatever the octets', () => {
    const base = octetsOf('full')
    fc.assert(
      fc.property(fc.nat(base.length - 1), fc.nat(255), (at, octet) => {
        const broken = Uint8Array.from(base)
        broken[at] = octet
        try {
          readCsr(broken)
        } catch (error) {
          expect(error).toBeInstanceOf(AcmeError)
        }
      }),
    )
  })
})
