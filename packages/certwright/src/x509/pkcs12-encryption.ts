import { createCipheriv, createHmac, hash, pbkdf2Sync } from 'node:crypto'
import { der, oid, sequence, tags, unsignedInteger } from '@certwright/acme'

/** How a PKCS#12 file is locked with its password. */
export interface Pkcs12Lock {
  /** An AlgorithmIdentifier and what it made of the plain text. */
  encrypt(plain: Uint8Array): { readonly algorithm: Uint8Array; readonly encrypted: Uint8Array }
  /** MacData over the AuthenticatedSafe (RFC 7292 §4). */
  mac(authenticatedSafe: Uint8Array): Uint8Array
}

export interface Pkcs12LockOptions {
  readonly password: string
  /** Gives so many octets, never the same twice. */
  readonly salt: (length: number) => Uint8Array
}

/** As many as Java writes. The MAC's are done one by one in JavaScript: these take some 20 ms. */
const rounds = 10_000

/** PBES2 of PBKDF2-HMAC-SHA-256 and AES-256-CBC, and a MAC with SHA-256: Windows Server 2019, Java 8u301 and later. */
export function modernLock({ password, salt }: Pkcs12LockOptions): Pkcs12Lock {
  return {
    encrypt(plain) {
      const [keySalt, iv] = [salt(16), salt(16)]
      const key = pbkdf2Sync(password, keySalt, rounds, 32, 'sha256')
      return {
        algorithm: algorithm(
          '1.2.840.113549.1.5.13',
          sequence(
            algorithm(
              '1.2.840.113549.1.5.12',
              sequence(
                octetString(keySalt),
                integer(rounds),
                algorithm('1.2.840.113549.2.9', der(tags.null)),
              ),
            ),
            algorithm('2.16.840.1.101.3.4.1.42', octetString(iv)),
          ),
        ),
        encrypted: encipher('aes-256-cbc', key, iv, plain),
      }
    },
    mac: (authenticatedSafe) =>
      macData(sha256, { password, salt: salt(16), rounds }, authenticatedSafe),
  }
}

/** pbeWithSHAAnd3-KeyTripleDES-CBC and a MAC with SHA-1, for older Windows, Java and Android. Broken by today's measure. */
export function legacyLock({ password, salt }: Pkcs12LockOptions): Pkcs12Lock {
  return {
    encrypt(plain) {
      const derivation = { password, salt: salt(8), rounds }
      const key = derivedOctets(sha1, { ...derivation, purpose: 1, length: 24 })
      const iv = derivedOctets(sha1, { ...derivation, purpose: 2, length: 8 })
      return {
        algorithm: algorithm(
          '1.2.840.113549.1.12.1.3',
          sequence(octetString(derivation.salt), integer(rounds)),
        ),
        encrypted: encipher('des-ede3-cbc', key, iv, plain),
      }
    },
    mac: (authenticatedSafe) =>
      macData(sha1, { password, salt: salt(8), rounds }, authenticatedSafe),
  }
}

interface Digest {
  readonly name: 'sha1' | 'sha256'
  readonly oid: string
  /** Octets of its result: RFC 7292 §B.2's u, in octets. */
  readonly length: number
}

const sha1: Digest = { name: 'sha1', oid: '1.3.14.3.2.26', length: 20 }
const sha256: Digest = { name: 'sha256', oid: '2.16.840.1.101.3.4.2.1', length: 32 }

interface Derivation {
  readonly password: string
  readonly salt: Uint8Array
  readonly rounds: number
}

function macData(
  digest: Digest,
  derivation: Derivation,
  authenticatedSafe: Uint8Array,
): Uint8Array {
  const key = derivedOctets(digest, { ...derivation, purpose: 3, length: digest.length })
  const mac = createHmac(digest.name, key).update(authenticatedSafe).digest()
  return sequence(
    sequence(algorithm(digest.oid, der(tags.null)), octetString(mac)),
    octetString(derivation.salt),
    integer(derivation.rounds),
  )
}

/** Octets of one block of both digests: RFC 7292 §B.2's v. */
const blockLength = 64

/** The key derivation of PKCS#12 (RFC 7292 §B.2). `purpose` 1 makes a key, 2 an IV, 3 a MAC key (§B.3). */
function derivedOctets(
  { name, length: digestLength }: Digest,
  {
    password,
    salt,
    rounds,
    purpose,
    length,
  }: Derivation & { readonly purpose: 1 | 2 | 3; readonly length: number },
): Buffer {
  const diversifier = Buffer.alloc(blockLength, purpose)
  const input = Buffer.concat([repeated(salt), repeated(bmpText(`${password}\0`))])
  const derived: Buffer[] = []
  for (let made = 0; made < length; made += digestLength) {
    let round = hash(name, Buffer.concat([diversifier, input]), 'buffer')
    for (let i = 1; i < rounds; i += 1) round = hash(name, round, 'buffer')
    derived.push(round)
    addToBlocks(input, Buffer.alloc(blockLength, round))
  }
  return Buffer.concat(derived).subarray(0, length)
}

/** Octets over and over, up to a whole number of blocks. */
function repeated(octets: Uint8Array): Buffer {
  return Buffer.alloc(Math.ceil(octets.length / blockLength) * blockLength, octets)
}

/** RFC 7292 §B.2 step 6C: "I_j=(I_j+B+1) mod 2^v for each j". */
function addToBlocks(blocks: Buffer, addend: Buffer): void {
  for (let start = 0; start < blocks.length; start += blockLength) {
    let carry = 1
    for (let i = blockLength - 1; i >= 0; i -= 1) {
      const sum = blocks.readUInt8(start + i) + addend.readUInt8(i) + carry
      blocks.writeUInt8(sum & 0xff, start + i)
      carry = sum >> 8
    }
  }
}

/** The octets of a BMPString: UTF-16, high octet first. */
export function bmpText(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16()
}

function encipher(cipher: string, key: Uint8Array, iv: Uint8Array, plain: Uint8Array): Uint8Array {
  const engine = createCipheriv(cipher, key, iv)
  return Buffer.concat([engine.update(plain), engine.final()])
}

function algorithm(id: string, parameters: Uint8Array): Uint8Array {
  return sequence(oid(id), parameters)
}

function octetString(octets: Uint8Array): Uint8Array {
  return der(tags.octetString, octets)
}

function integer(value: number): Uint8Array {
  const octets = Buffer.alloc(4)
  octets.writeUInt32BE(value)
  return unsignedInteger(octets)
}
