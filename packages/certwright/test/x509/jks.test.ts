import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../src/runtime/secret.ts'
import { writeJks, type JksOptions } from '../../src/x509/jks.ts'
import { keytoolKey, keytoolStore } from './keytool-store.ts'

const store = Buffer.from(keytoolStore, 'base64')

/** Magic number, version, count and tag, then the alias, stand before the creation date. */
const dateOffset = 16 + 2 + 'fixture'.length
/** The protected key's DER begins after its length; its salt after two headers and the algorithm. */
const saltOffset = dateOffset + 8 + 4 + 2 + 16 + 2
const certificate = store.subarray(store.indexOf('X.509') + 9, -20)

const like: JksOptions = {
  privateKey: Buffer.from(keytoolKey, 'base64'),
  certificates: [certificate],
  password: new Secret('changeit'),
  alias: 'Fixture',
  createdAt: Number(store.readBigInt64BE(dateOffset)),
  salt: (length) => store.subarray(saltOffset, saltOffset + length),
}

describe('a Java key store', () => {
  it('is octet for octet what keytool writes of the same key, salt and date', () => {
    expect(Buffer.from(writeJks(like)).toString('base64')).toBe(store.toString('base64'))
  })

  it('is never the same twice by default', () => {
    const { salt: _, ...options } = like
    expect(writeJks(options)).not.toEqual(writeJks(options))
  })

  it('holds the whole chain in its order', () => {
    const written = Buffer.from(
      writeJks({ ...like, certificates: [certificate, Buffer.from('issuer')] }),
    )
    const tail = Buffer.concat([
      Buffer.from([0, 0, 0, 2, 0, 5]),
      Buffer.from('X.509'),
      Buffer.from([0, 0, certificate.length >> 8, certificate.length & 0xff]),
      certificate,
      Buffer.from([0, 5]),
      Buffer.from('X.509'),
      Buffer.from([0, 0, 0, 6]),
      Buffer.from('issuer'),
    ])
    expect(written.subarray(-20 - tail.length, -20).toString('hex')).toBe(tail.toString('hex'))
  })

  it('is under a digest that takes the password as UTF-16', () => {
    const written = Buffer.from(writeJks({ ...like, password: new Secret('密码密码密码') }))
    const password = Buffer.from('5bc678015bc678015bc67801', 'hex')
    const digest = createHash('sha1').update(password).update('Mighty Aphrodite')
    expect(written.subarray(-20)).toEqual(digest.update(written.subarray(0, -20)).digest())
  })

  it('spells an alias as Java does, beyond the basic plane too', () => {
    const written = Buffer.from(writeJks({ ...like, alias: 'Ü证\0🔑' }))
    // java.io.DataOutputStream.writeUTF: NUL in two octets, and each half of a surrogate pair in three.
    expect(written.subarray(16, 18 + 13).toString('hex')).toBe('000dc3bce8af81c080eda0bdedb491')
  })
})
