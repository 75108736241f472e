import { X509Certificate } from 'node:crypto'

import { describe, expect, it } from 'vitest'

import { readCertificate } from '../../src/der/certificate-reader.ts'
import { commonNameOf } from '../../src/der/name.ts'
import { tlsAlpnCertificate, tlsAlpnServerName } from '../../src/der/tls-alpn.ts'
import { generateKeyPair } from '../../src/keys/key-type.ts'
import { webCryptoSigner } from '../../src/keys/web-crypto-signer.ts'

/** RFC 8555's token with RFC 7638's key. */
const keyAuthorization =
  'evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA.NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs'
const extensionHex =
  '303106082b0601050507011f0101ff04220420653471d42925d7eb4cd39a39cda8b34d3034c94cb90067ab78c8123560ba2e5f'
const notBefore = Date.parse('2026-11-24T00:00:00Z')
const notAfter = Date.parse('2026-12-01T00:00:00Z')
const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex')

async function certificateFor(
  value: string,
  type: 'dns' | 'ip',
  keyType: 'ec256' | 'rsa2048' | 'ed25519' = 'ec256',
) {
  const key = await webCryptoSigner(await generateKeyPair(keyType))
  const identifier = { type, value }
  return tlsAlpnCertificate({ identifier, keyAuthorization, key, notBefore, notAfter })
}

describe('the tls-alpn-01 certificate', () => {
  it('is refused for a wildcard', async () => {
    await expect(certificateFor('*.example.com', 'dns')).rejects.toThrow(
      new TypeError('tls-alpn-01 proves no wildcard'),
    )
  })

  it('carries the digest in a critical extension of known octets', async () => {
    expect(hex(await certificateFor('example.com', 'dns'))).toContain(extensionHex)
  })

  it.each(['ec256', 'rsa2048', 'ed25519'] as const)(
    'is signed by its own key of %s',
    async (keyType) => {
      const certificate = new X509Certificate(await certificateFor('example.com', 'dns', keyType))
      expect(certificate.verify(certificate.publicKey)).toBe(true)
      expect(certificate.checkIssued(certificate)).toBe(true)
    },
  )

  it('is of version 3 with one name and the dates that were asked for', async () => {
    const der = await certificateFor('example.com', 'dns')
    expect(hex(der)).toContain('a003020102')
    const certificate = new X509Certificate(der)
    expect(certificate.subjectAltName).toBe('DNS:example.com')
    const read = readCertificate(der)
    expect([read.notBefore, read.notAfter]).toEqual([notBefore, notAfter])
    expect(read.serial.length).toBeLessThanOrEqual(20)
    expect(read.serial[0]).toBeLessThan(0x80)
    expect([read.issuer, read.subject].map(commonNameOf)).toEqual([
      'ACME challenge',
      'ACME challenge',
    ])
  })

  it.each([
    ['192.0.2.1', 'IP Address:192.0.2.1'],
    ['2001:db8::1', 'IP Address:2001:DB8:0:0:0:0:0:1'],
  ])('names the address %s as such', async (value, expected) => {
    const certificate = new X509Certificate(await certificateFor(value, 'ip'))
    expect(certificate.subjectAltName).toBe(expected)
  })
})

describe('tlsAlpnServerName', () => {
  it.each([
    ['dns', 'example.com', 'example.com'],
    ['dns', '192.0.2.1', '192.0.2.1'],
    ['ip', '192.0.2.1', '1.2.0.192.in-addr.arpa'],
    [
      'ip',
      '2001:db8::1',
      '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa',
    ],
  ] as const)('for %s %s is %s', (type, value, expected) => {
    expect(tlsAlpnServerName({ type, value })).toBe(expected)
  })
})
