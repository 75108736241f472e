import { X509Certificate } from 'node:crypto'
import { rootCertificates } from 'node:tls'

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { readCertificate } from '../../src/der/certificate-reader.ts'
import { readChain } from '../../src/der/chain.ts'
import {
  bitString,
  contextTag,
  der,
  oid,
  sequence,
  tags,
  time,
  unsignedInteger,
} from '../../src/der/der.ts'
import { extension, subjectAltName } from '../../src/der/extension.ts'
import { commonNameOf, nameOf } from '../../src/der/name.ts'
import { subjectPublicKeyInfo } from '../../src/der/subject-public-key-info.ts'
import { AcmeError } from '../../src/error.ts'
import type { Identifier } from '../../src/identifier.ts'
import { publicJwkFrom } from '../../src/keys/jwk.ts'
import { rfc7515P256 } from '../keys/rfc-keys.ts'
import { rfc9773Certificate } from './rfc9773-certificate.ts'
import { failure } from '../failure.ts'

const [rfc9773 = new Uint8Array()] = readChain(rfc9773Certificate)
const hex = (data: Uint8Array | undefined): string => Buffer.from(data ?? []).toString('hex')
const notConform = failure('ACME_DER_NOT_CONFORM')

/** An unsigned certificate with these extensions. */
function certificateWith(...extensions: readonly Uint8Array[]): Uint8Array {
  return certificateOf({ extensions })
}

interface Parts {
  /** The octets of its number; none: it is left out. */
  readonly version?: readonly number[]
  readonly validity?: readonly Uint8Array[]
  readonly extensions?: readonly Uint8Array[]
  readonly unique?: Uint8Array
  readonly afterVersion?: Uint8Array
  readonly more?: Uint8Array
  readonly afterSignature?: Uint8Array
}

const none = new Uint8Array()

/** An unsigned certificate of these parts, the wrong ones too. */
function certificateOf({
  version = [2],
  validity = [time(0), time(1000)],
  extensions = [subjectAltName([{ type: 'dns', value: 'a.example' }])],
  unique = none,
  afterVersion = none,
  more = none,
  afterSignature = none,
}: Parts): Uint8Array {
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'))
  const number = der(tags.integer, version)
  const tbs = sequence(
    version.length > 0 ? der(contextTag(0, 'constructed'), number, afterVersion) : none,
    unsignedInteger(new Uint8Array([1])),
    algorithm,
    nameOf('issuer'),
    sequence(...validity),
    nameOf(),
    subjectPublicKeyInfo(publicJwkFrom(rfc7515P256)),
    unique,
    extensions.length > 0 ? der(contextTag(3, 'constructed'), sequence(...extensions)) : none,
    more,
  )
  return sequence(tbs, algorithm, bitString(new Uint8Array([0])), afterSignature)
}

describe('commonNameOf', () => {
  /** A Name of one common name in this type of string. */
  const named = (tag: number): Uint8Array =>
    sequence(der(tags.set, sequence(oid('2.5.4.3'), der(tag, Buffer.from('a.example')))))

  it('reads the types of string that are in use, and no others', () => {
    const inUse = [tags.utf8String, tags.printableString, tags.ia5String]
    expect(inUse.map((tag) => commonNameOf(named(tag)))).toEqual(inUse.map(() => 'a.example'))
    // TeletexString, UniversalString, BMPString.
    for (const tag of [0x14, 0x1c, 0x1e]) expect(commonNameOf(named(tag))).toBeUndefined()
    expect(commonNameOf(sequence())).toBeUndefined()
  })

  it('refuses what is no Name', () => {
    expect(() => commonNameOf(sequence(sequence()))).toThrow(
      'the name is not in DER as it should be: tag 0x31 was expected at octet 0',
    )
  })
})

describe('readCertificate', () => {
  it.each([
    ['nothing', new Uint8Array(), 'the certificate', 'tag 0x30 was expected at octet 0'],
    ['an empty sequence', sequence(), 'the certificate', 'tag 0x30 was expected at octet 0'],
    ['a certificate cut off', rfc9773.subarray(0, 200), 'the certificate', 'it ends early'],
    [
      'octets behind it',
      new Uint8Array([...rfc9773, 0]),
      'the certificate',
      `octets are left over at ${rfc9773.length}`,
    ],
    [
      'an extension that occurs twice',
      certificateWith(subjectAltName([]), subjectAltName([])),
      'the certificate',
      'the extension 2.5.29.17 occurs twice',
    ],
    [
      'an extension of three parts',
      certificateWith(
        sequence(oid('1.2.3'), der(tags.octetString), der(tags.null)),
        subjectAltName([]),
      ),
      'the certificate',
      'octets are left over at 6',
    ],
    [
      'a key identifier with more behind it',
      certificateWith(extension('2.5.29.14', new Uint8Array([4, 1, 7, 0]))),
      'the certificate',
      'octets are left over at 3',
    ],
    [
      'a version of the future',
      certificateOf({ version: [3] }),
      'the certificate',
      'its version is unknown',
    ],
    [
      'a version with more behind it',
      certificateOf({ version: [2], afterVersion: der(tags.null) }),
      'the certificate',
      'octets are left over at 3',
    ],
    [
      'three dates',
      certificateOf({ validity: [time(0), time(1000), time(2000)] }),
      'the certificate',
      'octets are left over at 30',
    ],
    [
      'more than a certificate has',
      certificateOf({ more: der(tags.null) }),
      'the certificate',
      /^octets are left over at \d+$/,
    ],
    [
      'more than a signature',
      certificateOf({ afterSignature: der(tags.null) }),
      'the certificate',
      /^octets are left over at \d+$/,
    ],
    [
      'names with more behind them',
      certificateWith(extension('2.5.29.17', new Uint8Array([0x30, 0, 5, 0]))),
      'the subject alternative name',
      'octets are left over at 2',
    ],
    [
      'an address of five octets',
      certificateWith(extension('2.5.29.17', sequence(der(contextTag(7), [1, 2, 3, 4, 5])))),
      'the subject alternative name',
      'an IP address has neither 4 nor 16 octets',
    ],
    ...[[97, 0, 98], [0x1f], [0x7f], [0xc3, 0xbc]].map(
      (octets): [string, Uint8Array, string, string] => [
        `a name of the octets ${octets.join(' ')}`,
        certificateWith(extension('2.5.29.17', sequence(der(contextTag(2), octets)))),
        'the subject alternative name',
        'a name is not in printable ASCII',
      ],
    ),
  ])('refuses %s', (_name, certificate, of, problem) => {
    let error: unknown
    try {
      readCertificate(certificate)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toEqual(notConform)
    const [what, why = ''] = (error as Error).message.split(' is not in DER as it should be: ')
    expect(what).toBe(of)
    if (typeof problem === 'string') expect(why).toBe(problem)
    else expect(why).toMatch(problem)
  })

  it('reads a name of any printable ASCII, and a certificate without version and extensions', () => {
    const { dnsNames } = readCertificate(
      certificateWith(extension('2.5.29.17', sequence(der(contextTag(2), [0x20, 0x7e])))),
    )
    expect(dnsNames).toEqual([' ~'])
    expect(readCertificate(certificateOf({ version: [], extensions: [] }))).toStrictEqual(
      expect.objectContaining({ dnsNames: [], ipAddresses: [], notBefore: 0, notAfter: 1000 }),
    )
  })

  it('passes over the unique identifiers that nobody gives any more', () => {
    const unique = new Uint8Array([...der(contextTag(1), [0, 1]), ...der(contextTag(2), [0, 2])])
    expect(readCertificate(certificateOf({ unique })).dnsNames).toEqual(['a.example'])
  })

  it.each([
    ['no key usage', undefined, undefined],
    ['keyCertSign and cRLSign', [1, 6], true],
    ['keyCertSign alone', [2, 4], false],
    ['none at all', [0], false],
  ])('tells by %s whether a key may sign CRLs', (_name, bits, expected) => {
    const usage = bits && extension('2.5.29.15', der(tags.bitString, bits))
    const read = readCertificate(certificateWith(...(usage ? [usage] : [])))
    expect(read.signsRevocationLists).toBe(expected)
  })

  it('gives the CRL distribution points as they stand, malformed ones too', () => {
    const points = extension('2.5.29.31', new Uint8Array([1, 2, 3]))
    expect(hex(readCertificate(certificateWith(points)).crlDistributionPoints)).toBe('010203')
    expect(readCertificate(certificateWith())).not.toHaveProperty('crlDistributionPoints')
  })

  it('reads the example of RFC 9773, its leading 00 and its year 1 included', () => {
    const read = readCertificate(rfc9773)
    expect(hex(read.serial)).toBe('0087654321')
    expect(hex(read.authorityKeyIdentifier)).toBe('69885b6b87464041e1b37b847ba0ae2cde01c8d4')
    expect(read.notBefore).toBe(Date.parse('0001-01-01T00:00:00Z'))
    expect(read.notAfter).toBe(read.notBefore)
    expect([commonNameOf(read.issuer), commonNameOf(read.subject)]).toEqual([
      'Example CA',
      'example.com',
    ])
    expect(read.signatureAlgorithm).toBe('1.2.840.10045.4.3.2')
    expect([read.dnsNames, read.ipAddresses]).toEqual([[], []])
    expect(read).not.toHaveProperty('extendedKeyUsages')
  })

  it('agrees with Node on every root that Node trusts', () => {
    for (const pem of rootCertificates) {
      const oracle = new X509Certificate(pem)
      const read = readCertificate(oracle.raw)
      expect(hex(read.serial).replace(/^0+/, '')).toBe(
        oracle.serialNumber.toLowerCase().replace(/^0+/, ''),
      )
      expect(read.notBefore).toBe(Date.parse(oracle.validFrom))
      expect(read.notAfter).toBe(Date.parse(oracle.validTo))
      expect(hex(read.subjectPublicKeyInfo)).toBe(
        hex(oracle.publicKey.export({ format: 'der', type: 'spki' })),
      )
      expect(hex(read.subject)).toBe(hex(read.issuer))
      const commonName = /^CN=(.*)$/m.exec(oracle.subject)?.[1]
      expect(commonNameOf(read.subject)).toBe(commonName)
    }
    expect(rootCertificates.length).toBeGreaterThan(50)
  })

  it('reads names, addresses, usages and key identifiers, and passes over what it does not know', () => {
    const identifiers: readonly Identifier[] = [
      { type: 'dns', value: '*.example.com' },
      { type: 'ip', value: '192.0.2.1' },
      { type: 'ip', value: '2001:db8::1' },
    ]
    const read = readCertificate(
      certificateWith(
        extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2'))),
        extension('1.2.3.4', new Uint8Array([1, 2, 3]), { critical: true }),
        subjectAltName(identifiers),
        extension('2.5.29.14', der(tags.octetString, [7])),
        extension('2.5.29.35', sequence(der(contextTag(2), [9]))),
      ),
    )
    expect(read.dnsNames).toEqual(['*.example.com'])
    expect(read.ipAddresses).toEqual(['192.0.2.1', '2001:db8::1'])
    expect(read.extendedKeyUsages).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'])
    expect(hex(read.subjectKeyIdentifier)).toBe('07')
    expect(read).not.toHaveProperty('authorityKeyIdentifier')
    expect(hex(read.subject)).toBe('3000')
  })

  it('gives contents or a typed error for every change to a good certificate', () => {
    const samples = [
      rfc9773,
      ...rootCertificates.slice(0, 5).map((pem) => new X509Certificate(pem).raw),
    ]
    const change = fc.record({
      sample: fc.constantFrom(...samples),
      at: fc.nat(),
      octet: fc.integer({ min: 0, max: 255 }),
      cut: fc.boolean(),
    })
    fc.assert(
      fc.property(change, ({ sample, at, octet, cut }) => {
        const octets = new Uint8Array(sample)
        octets[at % octets.length] = octet
        try {
          const { issuer } = readCertificate(cut ? octets.subarray(0, at % octets.length) : octets)
          commonNameOf(issuer)
        } catch (error) {
          expect(error).toBeInstanceOf(AcmeError)
        }
      }),
      { numRuns: 5000 },
    )
  })
})
