import { createPrivateKey, sign } from 'node:crypto'
import { AuthorityKeyIdentifierExtension } from '@peculiar/x509'
import { dateOf } from '../clock.ts'
import type { Authority } from './authority.ts'
import type { Clock } from '../clock.ts'
import { dayMs, wholeSeconds } from './issuer.ts'
import type { Issuer } from './issuer.ts'
import type { RevokedSerial } from './revoked-serial.ts'

const TAG = { integer: 0x02, bits: 0x03, octets: 0x04, oid: 0x06, enumerated: 0x0a } as const
const CRL_NUMBER = '551d14'
const REASON_CODE = '551d15'
/** ecdsa-with-SHA256, sha256WithRSAEncryption with its NULL. */
const ALGORITHM = {
  ec: '300a06082a8648ce3d040302',
  rsa: '300d06092a864886f70d01010b0500',
} as const

/**
 * Makes the lists of one issuer (RFC 5280 §5), DER. Each has a higher number than the last. Written
 * here since the X.509 library gives every entry an extensions field, also where it is empty, which
 * the syntax forbids.
 */
export async function revocationLists(
  { subject, keys }: Issuer,
  clock: Clock,
): Promise<Authority['crl']> {
  const pkcs8 = Buffer.from(await globalThis.crypto.subtle.exportKey('pkcs8', keys.privateKey))
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  const algorithm = Buffer.from(
    key.asymmetricKeyType === 'rsa' ? ALGORITHM.rsa : ALGORITHM.ec,
    'hex',
  )
  const issuer = Buffer.from(subject.toArrayBuffer())
  const keyId = await AuthorityKeyIdentifierExtension.create(keys.publicKey)
  let number = 0
  return async (revoked, { lifetimeMs = 7 * dayMs } = {}) => {
    const now = wholeSeconds(clock.now())
    number++
    const extensions = sequence(
      Buffer.from(keyId.rawData),
      extension(CRL_NUMBER, tlv(TAG.integer, positive(number))),
    )
    const list = sequence(
      // v2 is written as 1.
      tlv(TAG.integer, Buffer.of(1)),
      algorithm,
      issuer,
      time(now),
      time(wholeSeconds(now + lifetimeMs)),
      // RFC 5280 §5.1.2.6: "When there are no revoked certificates, the revoked certificates list MUST be absent."
      ...(revoked.length > 0 ? [sequence(...revoked.map(entry))] : []),
      tlv(0xa0, extensions),
    )
    const signature = Buffer.concat([Buffer.of(0), sign('sha256', list, key)])
    return new Uint8Array(sequence(list, algorithm, tlv(TAG.bits, signature)))
  }
}

/** RFC 5280 §5.3.1: "unspecified" is said by leaving the extension out. */
function entry({ serial, at, reason }: RevokedSerial): Buffer {
  const code = extension(REASON_CODE, tlv(TAG.enumerated, Buffer.of(reason)))
  const number = tlv(TAG.integer, Buffer.from(serial, 'hex'))
  return sequence(number, time(at), ...(reason === 0 ? [] : [sequence(code)]))
}

function extension(oid: string, value: Buffer): Buffer {
  return sequence(tlv(TAG.oid, Buffer.from(oid, 'hex')), tlv(TAG.octets, value))
}

/** RFC 5280 §4.1.2.5: UTCTime through 2049, GeneralizedTime from then on. */
function time(ms: number): Buffer {
  const text = dateOf(ms)
    .toISOString()
    .replaceAll(/[-:T]|\.\d+/g, '')
  return text < '2050' ? tlv(0x17, Buffer.from(text.slice(2))) : tlv(0x18, Buffer.from(text))
}

/** The octets of an INTEGER: as few as can be, the first below 0x80. */
function positive(value: number): Buffer {
  const hex = value.toString(16)
  const octets = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
  return octets.readUInt8(0) < 0x80 ? octets : Buffer.concat([Buffer.of(0), octets])
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, ...parts)
}

function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  if (body.length < 0x80) return Buffer.concat([Buffer.of(tag, body.length), body])
  const hex = body.length.toString(16)
  const length = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, body])
}
