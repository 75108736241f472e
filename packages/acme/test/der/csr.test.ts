import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'

import { describe, expect, it } from 'vitest'

import { createCsr } from '../../src/der/csr.ts'
import type { Identifier } from '../../src/identifier.ts'
import { publicJwkFrom } from '../../src/keys/jwk.ts'
import { generateKeyPair, keyAlgorithm, type KeyType } from '../../src/keys/key-type.ts'
import type { Signer } from '../../src/keys/signer.ts'
import { webCryptoSigner } from '../../src/keys/web-crypto-signer.ts'
import { failure } from '../failure.ts'
import { CertificationRequest, Extensions, GeneralNames } from './pkijs.ts'

const signerOf = async (type: KeyType): Promise<Signer> =>
  webCryptoSigner(await generateKeyPair(type))
const dns = (value: string): Identifier => ({ type: 'dns', value })
const ip = (value: string): Identifier => ({ type: 'ip', value })

/** The request as another library reads it. */
function readCsr(csr: Uint8Array) {
  const request = CertificationRequest.fromBER(csr)
  const [attribute, ...more] = request.attributes ?? []
  const extensions = new Extensions({ schema: attribute?.values[0] })
  const names = GeneralNames.fromBER(
    extensions.extensions[0]?.extnValue.valueBlock.valueHexView ?? new Uint8Array(),
  )
  return { request, attribute, more, extensions: extensions.extensions, names: names.names }
}

describe('createCsr', () => {
  it.each([
    ['no identifiers', { identifiers: [] }, 'a certificate request needs an identifier'],
    [
      'a common name that is not among the identifiers',
      { identifiers: [dns('a.example')], commonName: 'b.example' },
      'the common name is not among the DNS identifiers',
    ],
    [
      'an address as the common name',
      { identifiers: [ip('192.0.2.1')], commonName: '192.0.2.1' },
      'the common name is not among the DNS identifiers',
    ],
    [
      'a common name of 65 characters',
      { identifiers: [dns(`${'a'.repeat(57)}.example`)], commonName: `${'a'.repeat(57)}.example` },
      'a common name has at most 64 characters',
    ],
  ])('takes %s for the caller’s mistake', async (_name, options, why) => {
    const key = await signerOf('ec256')
    await expect(createCsr({ ...options, key })).rejects.toThrow(new TypeError(why))
  })

  it('takes a common name of 64 characters', async () => {
    const name = `${'a'.repeat(56)}.example`
    const key = await signerOf('ec256')
    const { request } = readCsr(
      await createCsr({ identifiers: [dns(name)], commonName: name, key }),
    )
    expect(request.subject.typesAndValues).toHaveLength(1)
  })

  it.each([
    ['of an unknown type', { type: 'permanent-identifier', value: 'x' }],
    ['of an unknown type, an address', { type: 'permanent-identifier', value: '192.0.2.1' }],
    ['that is no address', ip('example.com')],
    ['in Unicode', dns('bücher.example')],
    ['with a space at its end', dns('a.example ')],
    ['with a space before it', dns(' a.example')],
    ['that is empty', dns('')],
  ])('refuses an identifier %s', async (_name, identifier) => {
    const key = await signerOf('ec256')
    const { type, value } = identifier
    await expect(createCsr({ identifiers: [identifier], key })).rejects.toThrow(
      failure('ACME_IDENTIFIER_NOT_CONFORM', {
        message: `an identifier of type "${type}" with this value has no place in a certificate request: ${value}`,
        hint: 'Make it with identifierFrom.',
      }),
    )
  })

  it('refuses an ECDSA signature in DER, which signers must not give', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const key: Signer = {
      algorithm: 'ES256',
      jwk: publicJwkFrom(publicKey.export({ format: 'jwk' })),
      sign: async (data) => sign('sha256', data, privateKey),
    }
    await expect(createCsr({ identifiers: [dns('a.example')], key })).rejects.toThrow(
      /^the signer gave \d+ octets where R and S take 64$/,
    )
  })

  it('shows no more than the beginning of a long identifier that it refuses', async () => {
    const key = await signerOf('ec256')
    const identifier = dns(`${'a'.repeat(80)}ü`)
    await expect(createCsr({ identifiers: [identifier], key })).rejects.toThrow(/: a{80}$/)
  })

  it.each([
    ['ec256', '1.2.840.10045.4.3.2', '300a06082a8648ce3d040302'],
    ['ec384', '1.2.840.10045.4.3.3', '300a06082a8648ce3d040303'],
    ['ec521', '1.2.840.10045.4.3.4', '300a06082a8648ce3d040304'],
    // RFC 4055 §5: "the parameters MUST be NULL"
    ['rsa2048', '1.2.840.113549.1.1.11', '300d06092a864886f70d01010b0500'],
    ['ed25519', '1.3.101.112', '300506032b6570'],
  ] as const)(
    'with a key of %s names its algorithm and its signature verifies',
    async (type, algorithm, encoded) => {
      const key = await signerOf(type)
      const csr = await createCsr({ identifiers: [dns('a.example')], key })
      const { request } = readCsr(csr)
      expect(request.signatureAlgorithm.algorithmId).toBe(algorithm)
      const behind = Buffer.from(csr).subarray(request.tbsView.length)
      expect(behind.toString('hex')).toContain(`${encoded}03`)
      const spki = Buffer.from(request.subjectPublicKeyInfo.toSchema().toBER())
      const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' })
      expect(publicKey.export({ format: 'jwk' })).toEqual(key.jwk)
      expect(publicKey.export({ format: 'der', type: 'spki' })).toEqual(spki)
      const row = keyAlgorithm(key.jwk)
      const hash = row.kty === 'OKP' ? null : row.hash.replace('-', '')
      expect(
        verify(hash, request.tbsView, publicKey, request.signatureValue.valueBlock.valueHexView),
      ).toBe(true)
    },
  )

  it.each(['ec256', 'ec384', 'ec521', 'rsa2048'] as const)(
    'with a key of %s satisfies pkijs',
    async (type) => {
      const { request } = readCsr(
        await createCsr({ identifiers: [dns('a.example')], key: await signerOf(type) }),
      )
      expect(await request.verify()).toBe(true)
    },
  )

  it.each([
    ['R', 0],
    ['S', 32],
  ])('verifies where %s has leading zeros', async (_half, at) => {
    const key = await signerOf('ec256')
    const unlucky: Signer = {
      ...key,
      async sign(data) {
        let signature = await key.sign(data)
        while (signature[at] !== 0) signature = await key.sign(data)
        return signature
      },
    }
    const csr = await createCsr({ identifiers: [dns('a.example')], key: unlucky })
    const { request } = readCsr(csr)
    const publicKey = createPublicKey({ key: { ...key.jwk }, format: 'jwk' })
    const signature = request.signatureValue.valueBlock.valueHexView
    expect(verify('sha256', request.tbsView, publicKey, signature)).toBe(true)
  })

  it('asks for the identifiers in their order and nothing else, with an empty subject', async () => {
    const identifiers = [
      dns('*.example.com'),
      dns('example.com'),
      ip('192.0.2.1'),
      ip('2001:db8::1'),
    ]
    const csr = await createCsr({ identifiers, key: await signerOf('ec256') })
    const { request, attribute, more, extensions, names } = readCsr(csr)
    expect(request.version).toBe(0)
    expect(request.subject.typesAndValues).toEqual([])
    expect(attribute?.type).toBe('1.2.840.113549.1.9.14')
    expect(attribute?.values).toHaveLength(1)
    expect(more).toEqual([])
    expect(extensions.map(({ extnID, critical }) => [extnID, critical])).toEqual([
      ['2.5.29.17', false],
    ])
    expect(names.map(({ type }) => type)).toEqual([2, 2, 7, 7])
    const values = names.map(({ value }) =>
      typeof value === 'string'
        ? value
        : Buffer.from(value.valueBlock.valueHexView).toString('hex'),
    )
    expect(values).toEqual([
      '*.example.com',
      'example.com',
      'c0000201',
      '20010db8000000000000000000000001',
    ])
  })

  it('puts a common name in the subject where one is asked for', async () => {
    const identifiers = [dns('a.example'), dns('b.example')]
    const { request } = readCsr(
      await createCsr({ identifiers, key: await signerOf('ec256'), commonName: 'b.example' }),
    )
    const subject = request.subject.typesAndValues.map(({ type, value }) => [
      type,
      value.valueBlock.value,
    ])
    expect(subject).toEqual([['2.5.4.3', 'b.example']])
  })
})
