import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { isIPv4 } from 'node:net'

// Declares WebCrypto's types for all tests: the X.509 library's declarations name them as globals.
export type * from '../../src/webcrypto.d.ts'

/** DER by hand: what the sandbox reads in these tests was not written by a library that it uses. */
export function tlv(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(contents)
  const { length } = body
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), body])
  const octets = length < 0x100 ? Buffer.of(length) : Buffer.of(length >> 8, length & 0xff)
  return Buffer.concat([Buffer.of(tag, 0x80 | octets.length), octets, body])
}

export const sequence = (...contents: readonly Uint8Array[]): Buffer => tlv(0x30, ...contents)
export const set = (...contents: readonly Uint8Array[]): Buffer => tlv(0x31, ...contents)
export const octets = (...contents: readonly Uint8Array[]): Buffer => tlv(0x04, ...contents)
export const bits = (contents: Uint8Array): Buffer => tlv(0x03, Buffer.of(0), contents)
export const utf8 = (text: string): Buffer => tlv(0x0c, Buffer.from(text))

export function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  const arcs = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc & 0x7f]
    for (let left = arc >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80)
    return digits
  })
  return tlv(0x06, Buffer.from(arcs))
}

/** The parts of a constructed element, whole. */
export function parts(der: Uint8Array): Buffer[] {
  const found: Buffer[] = []
  let at = headerLength(der)
  while (at < der.length) {
    const size = headerLength(der.subarray(at)) + contents(der.subarray(at)).length
    found.push(Buffer.from(der.subarray(at, at + size)))
    at += size
  }
  return found
}

/** What an element holds, without its tag and length, and without what follows it. */
export function contents(der: Uint8Array): Buffer {
  const first = der[1] ?? 0
  const start = headerLength(der)
  const length =
    first < 0x80 ? first : der.subarray(2, start).reduce((sum, byte) => sum * 256 + byte, 0)
  return Buffer.from(der.subarray(start, start + length))
}

function headerLength(der: Uint8Array): number {
  const first = der[1] ?? 0
  return first < 0x80 ? 2 : 2 + (first & 0x7f)
}

/** The certificates of a PEM file, in DER. */
export function ders(pem: string): Buffer[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END/g) ?? []
  return blocks.map((block) =>
    Buffer.from(block.replaceAll(/-----.*?-----|-----END/g, ''), 'base64'),
  )
}

export interface Names {
  readonly dns?: readonly string[]
  readonly ip?: readonly string[]
  readonly email?: readonly string[]
}

function altName({ dns = [], ip = [], email = [] }: Names): Buffer {
  const bytesOf = (address: string): Buffer => {
    if (isIPv4(address)) return Buffer.from(address.split('.').map(Number))
    const groups = address.split(':').map((group) => group.padStart(4, '0'))
    return Buffer.from(groups.join(''), 'hex')
  }
  return sequence(
    ...email.map((value) => tlv(0x81, Buffer.from(value))),
    ...dns.map((value) => tlv(0x82, Buffer.from(value))),
    ...ip.map((value) => tlv(0x87, bytesOf(value))),
  )
}

function extension(id: string, value: Uint8Array, critical = false): Buffer {
  return sequence(oid(id), ...(critical ? [tlv(0x01, Buffer.of(0xff))] : []), octets(value))
}

export interface Keys {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

export const ecKeys = (namedCurve = 'P-256'): Keys => generateKeyPairSync('ec', { namedCurve })

const signatureOids = {
  ec: { sha1: '1.2.840.10045.4.1', sha256: '1.2.840.10045.4.3.2', sha384: '1.2.840.10045.4.3.3' },
  rsa: {
    sha1: '1.2.840.113549.1.1.5',
    sha256: '1.2.840.113549.1.1.11',
    sha384: '1.2.840.113549.1.1.12',
  },
} as const

function signedDer(
  tbs: Buffer,
  key: KeyObject,
  hash: 'sha1' | 'sha256' | 'sha384' = 'sha256',
): Buffer {
  const type = key.asymmetricKeyType
  if (type === 'ed25519')
    return sequence(tbs, sequence(oid('1.3.101.112')), bits(sign(null, tbs, key)))
  const id = signatureOids[type === 'rsa' ? 'rsa' : 'ec'][hash]
  const algorithm = sequence(oid(id), ...(type === 'rsa' ? [tlv(0x05)] : []))
  return sequence(tbs, algorithm, bits(sign(hash, tbs, key)))
}

export interface CsrDraft extends Names {
  readonly keys?: Keys
  readonly commonNames?: readonly string[]
  readonly hash?: 'sha1' | 'sha256' | 'sha384'
  /** Further extensions to ask for, by their identifiers. */
  readonly asks?: Readonly<Record<string, Buffer>>
  /** Signs with another key than the one inside. */
  readonly signer?: KeyObject
}

/** RFC 2986 */
export function csr(draft: CsrDraft): Buffer {
  const { keys = ecKeys(), commonNames = [], hash = 'sha256', asks = {}, signer } = draft
  const names = [...(draft.dns ?? []), ...(draft.ip ?? []), ...(draft.email ?? [])]
  const extensions = [
    ...(names.length > 0 ? [extension('2.5.29.17', altName(draft))] : []),
    ...Object.entries(asks).map(([id, value]) => extension(id, value)),
  ]
  const request = sequence(oid('1.2.840.113549.1.9.14'), set(sequence(...extensions)))
  const tbs = sequence(
    tlv(0x02, Buffer.of(0)),
    sequence(...commonNames.map((name) => set(sequence(oid('2.5.4.3'), utf8(name))))),
    keys.publicKey.export({ format: 'der', type: 'spki' }),
    tlv(0xa0, ...(extensions.length > 0 ? [request] : [])),
  )
  return signedDer(tbs, signer ?? keys.privateKey, hash)
}

export interface AlpnDraft extends Names {
  readonly keyAuthorization?: string
  readonly critical?: boolean
}

/** The self-signed certificate that RFC 8737 §3 asks for, or one that is wrong in some way. */
export function alpnCertificate(draft: AlpnDraft): { key: string; cert: string } {
  const { publicKey, privateKey } = ecKeys()
  const { keyAuthorization, critical = true } = draft
  const digest = createHash('sha256')
    .update(keyAuthorization ?? '')
    .digest()
  const proof = extension('1.3.6.1.5.5.7.1.31', octets(digest), critical)
  const name = sequence(set(sequence(oid('2.5.4.3'), utf8('validation'))))
  const tbs = sequence(
    tlv(0xa0, tlv(0x02, Buffer.of(2))),
    tlv(0x02, Buffer.of(1)),
    sequence(oid(signatureOids.ec.sha256)),
    name,
    sequence(tlv(0x17, Buffer.from('200101000000Z')), tlv(0x17, Buffer.from('491231235959Z'))),
    name,
    publicKey.export({ format: 'der', type: 'spki' }),
    tlv(
      0xa3,
      sequence(
        extension('2.5.29.17', altName(draft)),
        ...(keyAuthorization === undefined ? [] : [proof]),
      ),
    ),
  )
  const base64 = signedDer(tbs, privateKey).toString('base64').replaceAll(/.{64}/g, '$&\n')
  return {
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
  }
}
