import { createHash, randomBytes } from 'node:crypto'
import { contextTag, der, oid, sequence, tags, unsignedInteger } from '@certwright/acme'
import type { Secret } from '../runtime/secret.ts'
import { bmpText, legacyLock, modernLock, type Pkcs12Lock } from './pkcs12-encryption.ts'

export interface Pkcs12Options {
  /** PKCS#8, DER. */
  readonly privateKey: Uint8Array
  /** DER, the leaf first. */
  readonly certificates: readonly [leaf: Uint8Array, ...issuers: Uint8Array[]]
  readonly password: Secret
  /** What Windows and Java list the key by. */
  readonly friendlyName: string
  /** AES-256 and SHA-256, or what old readers know: Triple DES and SHA-1. Default `modern`. */
  readonly encryption?: 'modern' | 'legacy'
  /** So many octets for salts and IVs. Default random ones; the same ones give the same file. */
  readonly salt?: (length: number) => Uint8Array
}

const locks = { modern: modernLock, legacy: legacyLock }

const oids = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  friendlyName: '1.2.840.113549.1.9.20',
  localKeyId: '1.2.840.113549.1.9.21',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  pkcs8ShroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certBag: '1.2.840.113549.1.12.10.1.3',
} as const

const bmpStringTag = 0x1e

/** DER of a PKCS#12 file (RFC 7292) with one key and its chain, both encrypted, whole under a MAC. */
export function writePkcs12({
  privateKey,
  certificates,
  password,
  friendlyName,
  encryption = 'modern',
  salt = randomBytes,
}: Pkcs12Options): Uint8Array {
  const lock = locks[encryption]({ password: password.reveal(), salt })
  const [leaf, ...issuers] = certificates
  const attributes = attributesOf(leaf, friendlyName)
  const authenticatedSafe = sequence(
    encryptedData(
      sequence(certBag(leaf, attributes), ...issuers.map((issuer) => certBag(issuer))),
      lock,
    ),
    data(sequence(keyBag(privateKey, attributes, lock))),
  )
  return sequence(integer(3), data(authenticatedSafe), lock.mac(authenticatedSafe))
}

/** The attributes by which a reader pairs the key with its certificate. */
function attributesOf(leaf: Uint8Array, friendlyName: string): Uint8Array {
  const attributes = [
    attribute(oids.friendlyName, der(bmpStringTag, bmpText(friendlyName))),
    attribute(oids.localKeyId, octetString(createHash('sha1').update(leaf).digest())),
  ]
  // X.690 §11.6: the elements of a SET OF "shall appear in ascending order" of their encodings.
  return der(tags.set, ...attributes.sort((a, b) => Buffer.compare(a, b)))
}

function attribute(id: string, value: Uint8Array): Uint8Array {
  return sequence(oid(id), der(tags.set, value))
}

function certBag(certificate: Uint8Array, attributes?: Uint8Array): Uint8Array {
  const value = sequence(oid(oids.x509Certificate), explicit(octetString(certificate)))
  return safeBag(oids.certBag, value, attributes)
}

function keyBag(privateKey: Uint8Array, attributes: Uint8Array, lock: Pkcs12Lock): Uint8Array {
  const { algorithm, encrypted } = lock.encrypt(privateKey)
  const value = sequence(algorithm, octetString(encrypted))
  return safeBag(oids.pkcs8ShroudedKeyBag, value, attributes)
}

function safeBag(id: string, value: Uint8Array, attributes?: Uint8Array): Uint8Array {
  return sequence(oid(id), explicit(value), attributes ?? new Uint8Array())
}

/** ContentInfo of octets as they are (RFC 5652 §3). */
function data(octets: Uint8Array): Uint8Array {
  return sequence(oid(oids.data), explicit(octetString(octets)))
}

/** ContentInfo of EncryptedData (RFC 5652 §8). */
function encryptedData(plain: Uint8Array, lock: Pkcs12Lock): Uint8Array {
  const { algorithm, encrypted } = lock.encrypt(plain)
  const content = sequence(oid(oids.data), algorithm, der(contextTag(0), encrypted))
  return sequence(oid(oids.encryptedData), explicit(sequence(integer(0), content)))
}

function explicit(element: Uint8Array): Uint8Array {
  return der(contextTag(0, 'constructed'), element)
}

function octetString(octets: Uint8Array): Uint8Array {
  return der(tags.octetString, octets)
}

function integer(value: number): Uint8Array {
  return unsignedInteger(new Uint8Array([value]))
}
