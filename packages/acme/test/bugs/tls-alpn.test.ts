import { X509Certificate } from 'node:crypto'
import { contextTag, der, tlsAlpnCertificate, unsignedInteger } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { newSigner } from '../fake-ca.ts'

describe('the certificate of tls-alpn-01', () => {
  it('bug 38: is of version 3, for the extension counts in no other (fffonion/lua-resty-acme#48)', async () => {
    const certificate = await tlsAlpnCertificate({
      identifier: { type: 'dns', value: 'example.org' },
      keyAuthorization: 'token.thumbprint',
      key: await newSigner(),
      notBefore: 0,
      notAfter: 86_400_000,
    })
    const version = Buffer.from(
      der(contextTag(0, 'constructed'), unsignedInteger(new Uint8Array([2]))),
    )
    // SEQUENCE, SEQUENCE, each with a length of three octets at most; then the version.
    expect(Buffer.from(certificate).indexOf(version)).toBeLessThanOrEqual(8)
    expect(Buffer.from(certificate).indexOf(version)).toBeGreaterThan(0)
    expect(new X509Certificate(certificate).subjectAltName).toBe('DNS:example.org')
  })
})
