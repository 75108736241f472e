import { createHash, createPrivateKey, timingSafeEqual, X509Certificate } from 'node:crypto'
import { writeChain } from '@certwright/acme'
import type { Secret } from '../runtime/secret.ts'
import { bmpText } from './pkcs12-encryption.ts'

/**
 * The chain of the first key in a Java key store of the type `JKS`, in PEM; `undefined` where a server could not show
 * it: another password, a damaged store, no key of the certificate.
 */
export function jksChain(octets: Uint8Array, password: Secret): string | undefined {
  try {
    const store = Buffer.from(octets)
    const secret = bmpText(password.reveal())
    const [body, digest] = [store.subarray(0, -digestLength), store.subarray(-digestLength)]
    if (!timingSafeEqual(sha1(secret, Buffer.from('Mighty Aphrodite'), body), digest)) {
      return undefined
    }
    const entry = firstKey(cursorOf(body))
    const [leaf] = entry?.certificates ?? []
    if (!entry || !leaf) return undefined
    const key = createPrivateKey({ key: plainKey(entry.key, secret), format: 'der', type: 'pkcs8' })
    return new X509Certificate(leaf).checkPrivateKey(key)
      ? writeChain(entry.certificates)
      : undefined
  } catch {
    // What is cut off or is no store at all.
    return undefined
  }
}

const digestLength = 20

interface KeyEntry {
  /** EncryptedPrivateKeyInfo. */
  readonly key: Buffer
  readonly certificates: readonly Buffer[]
}

interface Cursor {
  readonly integer: () => number
  readonly take: (length: number) => Buffer
  /** Text or octets that begin with their length in two octets. */
  readonly short: () => Buffer
  /** Octets that begin with their length in four octets. */
  readonly sized: () => Buffer
}

function cursorOf(octets: Buffer): Cursor {
  let at = 0
  const take = (length: number): Buffer => {
    if (at + length > octets.length) throw new RangeError('the key store is cut off')
    at += length
    return octets.subarray(at - length, at)
  }
  const integer = (): number => take(4).readUInt32BE()
  return {
    take,
    integer,
    short: () => take(take(2).readUInt16BE()),
    sized: () => take(integer()),
  }
}

function firstKey({ integer, take, short, sized }: Cursor): KeyEntry | undefined {
  if (integer() !== 0xfeedfeed || integer() !== 2) return undefined
  for (let left = integer(); left > 0; left -= 1) {
    const tag = integer()
    short()
    take(8)
    if (tag === 1) {
      const key = sized()
      const certificates = Array.from({ length: integer() }, () => {
        short()
        return sized()
      })
      return { key, certificates }
    }
    // Tag 2 is a certificate that is trusted.
    short()
    sized()
  }
  return undefined
}

/** What Java's KeyProtector has hidden: 20 octets of salt, the key under a stream of SHA-1s, 20 octets of digest. */
function plainKey(encryptedInfo: Buffer, secret: Buffer): Buffer {
  // AlgorithmIdentifier of fixed octets, then the OCTET STRING, which is the rest.
  const octets = octetStringAtEnd(encryptedInfo)
  let stream: Buffer = octets.subarray(0, digestLength)
  const plain = Buffer.from(octets.subarray(digestLength, -digestLength))
  for (const index of plain.keys()) {
    const at = index % digestLength
    if (at === 0) stream = sha1(secret, stream)
    plain.writeUInt8(plain.readUInt8(index) ^ stream.readUInt8(at), index)
  }
  return plain
}

function octetStringAtEnd(info: Buffer): Buffer {
  const skipHeader = (at: number): readonly [start: number, length: number] => {
    const first = info.readUInt8(at + 1)
    if (first < 0x80) return [at + 2, first]
    const width = first & 0x7f
    return [at + 2 + width, info.readUIntBE(at + 2, width)]
  }
  const [algorithmAt] = skipHeader(0)
  const [algorithmStart, algorithmLength] = skipHeader(algorithmAt)
  const [start, length] = skipHeader(algorithmStart + algorithmLength)
  return info.subarray(start, start + length)
}

function sha1(...parts: readonly Uint8Array[]): Buffer {
  return createHash('sha1').update(Buffer.concat(parts)).digest()
}
