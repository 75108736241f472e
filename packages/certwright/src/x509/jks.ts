import { createHash, randomBytes } from 'node:crypto'
import { der, oid, sequence, tags } from '@certwright/acme'
import type { Secret } from '../runtime/secret.ts'
import { bmpText } from './pkcs12-encryption.ts'

export interface JksOptions {
  /** PKCS#8, DER. */
  readonly privateKey: Uint8Array
  /** DER, the leaf first. */
  readonly certificates: readonly Uint8Array[]
  /** Of the store and of the key in it: most programs can be told only one. */
  readonly password: Secret
  /** Java looks entries up in lower case, so that is how it is written. */
  readonly alias: string
  /** What the entry says of itself, in milliseconds since the epoch. */
  readonly createdAt: number
  /** So many octets. Default random ones; the same ones give the same file. */
  readonly salt?: (length: number) => Uint8Array
}

/**
 * A Java key store of the type `JKS`, version 2, with one key and its chain. Java 9 and later read PKCS#12 by default,
 * which protects the key far better than the one round of SHA-1 here.
 */
export function writeJks({
  privateKey,
  certificates,
  password,
  alias,
  createdAt,
  salt = randomBytes,
}: JksOptions): Uint8Array {
  const secret = bmpText(password.reveal())
  const createdAtOctets = Buffer.alloc(8)
  createdAtOctets.writeBigInt64BE(BigInt(createdAt))
  const store = Buffer.concat([
    integer(0xfeedfeed),
    integer(2),
    integer(1),
    // Tag 1 is a private key with its chain.
    integer(1),
    javaText(alias.toLowerCase()),
    createdAtOctets,
    sized(protectedKey(privateKey, secret, salt(saltLength))),
    integer(certificates.length),
    ...certificates.flatMap((certificate) => [javaText('X.509'), sized(certificate)]),
  ])
  const whitener = Buffer.from('Mighty Aphrodite')
  return Buffer.concat([store, sha1(secret, whitener, store)])
}

const saltLength = 20

/** EncryptedPrivateKeyInfo of Java's own KeyProtector: salt, key under a stream of SHA-1s, and a digest of the plain key. */
function protectedKey(privateKey: Uint8Array, secret: Buffer, salt: Uint8Array): Uint8Array {
  const encrypted = Buffer.from(privateKey)
  let stream: Uint8Array = salt
  for (const i of encrypted.keys()) {
    const at = i % saltLength
    if (at === 0) stream = sha1(secret, stream)
    encrypted.writeUInt8(encrypted.readUInt8(i) ^ (stream[at] ?? 0), i)
  }
  const octets = Buffer.concat([salt, encrypted, sha1(secret, privateKey)])
  const algorithm = sequence(oid('1.3.6.1.4.1.42.2.17.1.1'), der(tags.null))
  return sequence(algorithm, der(tags.octetString, octets))
}

function sha1(...parts: readonly Uint8Array[]): Buffer {
  return createHash('sha1').update(Buffer.concat(parts)).digest()
}

function integer(value: number): Buffer {
  const octets = Buffer.alloc(4)
  octets.writeUInt32BE(value)
  return octets
}

function sized(octets: Uint8Array): Buffer {
  return Buffer.concat([integer(octets.length), octets])
}

/** Text as java.io.DataInput reads it: its length, then each UTF-16 unit by itself as UTF-8 would have it. */
function javaText(text: string): Buffer {
  const octets = Array.from({ length: text.length }, (_, i) =>
    unitOctets(text.charCodeAt(i)),
  ).flat()
  return Buffer.from([octets.length >> 8, octets.length & 0xff, ...octets])
}

function unitOctets(unit: number): number[] {
  if (unit > 0 && unit < 0x80) return [unit]
  const last = 0x80 | (unit & 0x3f)
  if (unit < 0x800) return [0xc0 | (unit >> 6), last]
  return [0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), last]
}
