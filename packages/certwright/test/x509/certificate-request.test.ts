import { generateKeyPairSync } from 'node:crypto'
import {
  createCsr,
  der,
  identifierFrom,
  oid,
  pemEncode,
  readCsr,
  sequence,
  tags,
} from '@certwright/acme'
import { keyObjectSigner } from '@certwright/acme/node'
import { describe, expect, it } from 'vitest'
import { certificateRequestFrom } from '../../src/x509/certificate-request.ts'
import { publicKeyDigest } from '../../src/x509/public-key.ts'
import { ecKey, rsaKey } from './issued.ts'

const names = ['www.example.com', '*.example.com', '192.0.2.1']
const path = 'request.pem'

async function requestFor(
  identifiers: readonly string[] = names,
  { key = ecKey(), commonName }: { key?: ReturnType<typeof ecKey>; commonName?: string } = {},
): Promise<Uint8Array> {
  return createCsr({
    identifiers: identifiers.map(identifierFrom),
    key: keyObjectSigner(key),
    ...(commonName !== undefined && { commonName }),
  })
}

const pem = (octets: Uint8Array, label = 'CERTIFICATE REQUEST'): Buffer =>
  Buffer.from(pemEncode(label, octets))

/** With e-mail only, with a common name only, as OpenSSL 3 writes them. */
const mail = `-----BEGIN CERTIFICATE REQUEST-----
MIIBFDCBvAIBADAbMRkwFwYDVQQDDBBtYWlsLmV4YW1wbGUuY29tMFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEKw6ttf6cfpbocDyrRXuHmSkSPGmPQh2mlehmog7d
NnpyF+1C1AuQUMQwv5Eujjlted/8vwG30OcrjkYkSA6rK6A/MD0GCSqGSIb3DQEJ
DjEwMC4wLAYDVR0RBCUwI4IQbWFpbC5leGFtcGxlLmNvbYEPb3BzQGV4YW1wbGUu
Y29tMAoGCCqGSM49BAMCA0cAMEQCIHjp+UDmI0QTbaLEwfM/KSZmclwAjcKQYsuI
UhwPtz8JAiBhbDf+2OCFAKuapn00HocB/r9J8pxULJOepbKOfkvJCA==
-----END CERTIFICATE REQUEST-----
`
const bare = `-----BEGIN CERTIFICATE REQUEST-----
MIHTMHwCAQAwGjEYMBYGA1UEAwwPb2xkLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0C
AQYIKoZIzj0DAQcDQgAEc5BWpCMtzhLQRuhTuRfyZjsPH6P8Vhk6rvXjmoX4453v
XGtpeI22nwzPT6a3ZsjqUmdeRENek2foqKEV+T39qqAAMAoGCCqGSM49BAMCA0cA
MEQCIDKoN3ambsLUJ1pzbA0i7rJfKEIdKoo+tb8wMzLtAZC9AiB0zRHLbQJsoyLt
Q+6N7yTbD0Lj4usvOXCP9qvFCHwP+g==
-----END CERTIFICATE REQUEST-----
`

describe('a certificate request is refused', () => {
  it.each([
    ['nothing', Buffer.from('')],
    ['text', Buffer.from('not a request')],
    ['a certificate', pem(sequence(), 'CERTIFICATE')],
    ['broken PEM', Buffer.from('-----BEGIN CERTIFICATE REQUEST-----\n!')],
    ['other DER', sequence(der(tags.null))],
  ])('where the file holds %s', (_what, octets) => {
    expect(() => certificateRequestFrom(octets, path)).toThrow(
      expect.objectContaining({ code: 'CSR_NOT_READABLE' }),
    )
  })

  it('where the file holds several', async () => {
    const both = Buffer.concat([pem(await requestFor()), pem(await requestFor())])
    expect(() => certificateRequestFrom(both, path)).toThrow(
      expect.objectContaining({ code: 'CSR_NOT_READABLE' }),
    )
  })

  it('where another key has signed it, or something else was signed', async () => {
    const [good, other] = [await requestFor(), await requestFor()]
    const changed = Uint8Array.from(good)
    const at = Buffer.from(good).indexOf('www')
    changed.set(Buffer.from('wwx'), at)
    for (const octets of [changed, swapped(good, other)]) {
      expect(() => certificateRequestFrom(octets, path)).toThrow(
        expect.objectContaining({ code: 'CSR_NOT_SIGNED', params: { path } }),
      )
    }
  })

  it('where it names anything but domains and addresses', () => {
    expect(() => certificateRequestFrom(Buffer.from(mail), path)).toThrow(
      expect.objectContaining({ code: 'CSR_WITH_OTHER_NAMES' }),
    )
  })
})

/** What one asks for, with the other's signature. */
function swapped(one: Uint8Array, other: Uint8Array): Uint8Array {
  const { certificationRequestInfo, signatureAlgorithm } = readCsr(one)
  const { signature } = readCsr(other)
  const algorithm = sequence(oid(signatureAlgorithm))
  return sequence(certificationRequestInfo, algorithm, der(tags.bitString, [0], signature))
}

describe('a certificate request', () => {
  it.each(['pem', 'pem of Windows', 'der'] as const)('is read from %s', async (form) => {
    const key = ecKey()
    const octets = await requestFor(names, { key })
    const label = form === 'pem' ? 'CERTIFICATE REQUEST' : 'NEW CERTIFICATE REQUEST'
    const file = form === 'der' ? octets : pem(octets, label)
    expect(certificateRequestFrom(file, path)).toMatchObject({
      names,
      keyType: 'ec256',
      publicKey: publicKeyDigest(key),
      der: octets,
    })
  })

  it('may stand in PEM beside its key', async () => {
    const key = ecKey()
    const file = key.export({ type: 'pkcs8', format: 'pem' }) + pem(await requestFor()).toString()
    expect(certificateRequestFrom(Buffer.from(file), path).names).toEqual(names)
  })

  it.each([
    ['rsa2048', rsaKey()],
    ['ec384', ecKey('P-384')],
    ['ec521', ecKey('P-521')],
    ['ed25519', generateKeyPairSync('ed25519').privateKey],
  ])('may be for a key of type %s', async (keyType, key) => {
    const octets = await requestFor(names, { key })
    expect(certificateRequestFrom(octets, path).keyType).toBe(keyType)
  })

  it('names what its common name says too, once', async () => {
    expect(certificateRequestFrom(Buffer.from(bare), path).names).toEqual(['old.example.com'])
    const octets = await requestFor(names, { commonName: 'www.example.com' })
    expect(certificateRequestFrom(octets, path).names).toEqual(names)
  })
})
