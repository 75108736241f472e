import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { publicJwkFrom, rawEcdsaSignature, type PublicJwk } from '../../src/index.ts'
import { failure } from '../failure.ts'

const curves = [
  ['P-256', 'sha256', 32],
  ['P-384', 'sha384', 48],
  ['P-521', 'sha512', 66],
] as const

const jwkOf = (crv: 'P-256' | 'P-384' | 'P-521'): PublicJwk => ({ kty: 'EC', crv, x: '', y: '' })

/** SEQUENCE { INTEGER r, INTEGER s } of short numbers, written by hand. */
const sequenceOf = (...integers: readonly (readonly number[])[]): Uint8Array => {
  const body = integers.flatMap((integer) => [0x02, integer.length, ...integer])
  return Uint8Array.from([0x30, body.length, ...body])
}

describe('rawEcdsaSignature', () => {
  it.each([
    ['nothing', new Uint8Array()],
    ['R‖S already', new Uint8Array(64).fill(1)],
    ['one number', sequenceOf([1])],
    ['three numbers', sequenceOf([1], [2], [3])],
    ['a negative number', sequenceOf([0x80], [1])],
    [
      'a number of a longer key',
      sequenceOf(
        Array.from({ length: 33 }, () => 1),
        [1],
      ),
    ],
    ['a number with a leading zero too many', sequenceOf([0, 1], [1])],
    ['octets after it', Uint8Array.from([...sequenceOf([1], [2]), 0])],
  ])('refuses %s', (_what, signature) => {
    expect(() => rawEcdsaSignature(signature, jwkOf('P-256'))).toThrow(
      failure('ACME_DER_NOT_CONFORM'),
    )
  })

  it.each([
    [sequenceOf([0x80], [1]), 'an INTEGER is negative'],
    [
      sequenceOf(
        [1],
        Array.from({ length: 33 }, () => 1),
      ),
      'it is of a longer key',
    ],
  ])('says what is wrong with a signature', (signature, why) => {
    expect(() => rawEcdsaSignature(signature, jwkOf('P-256'))).toThrow(
      `the signature is not in DER as it should be: ${why}`,
    )
  })

  it('refuses a key that does not sign by ECDSA', () => {
    const jwk: PublicJwk = { kty: 'RSA', n: 'AQ', e: 'AQAB' }
    expect(() => rawEcdsaSignature(sequenceOf([1], [2]), jwk)).toThrow(
      failure('ACME_KEY_NOT_READABLE', {
        message: 'the key cannot sign for ACME: it does not sign by ECDSA',
      }),
    )
  })

  it('keeps the width of the curve where a number is short', () => {
    const raw = rawEcdsaSignature(sequenceOf([7], [0, 0x80]), jwkOf('P-384'))
    expect(raw).toHaveLength(96)
    expect([raw[47], raw[95], raw.filter((octet) => octet !== 0).length]).toEqual([7, 0x80, 2])
  })

  it.each(curves)(
    'turns what OpenSSL signs on %s into what verifies as R‖S',
    (crv, hash, width) => {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: crv })
      const jwk = publicJwkFrom(publicKey.export({ format: 'jwk' }))
      const key = createPublicKey({ key: { ...jwk }, format: 'jwk' })
      fc.assert(
        fc.property(fc.uint8Array(), (data) => {
          const raw = rawEcdsaSignature(sign(hash, data, privateKey), jwk)
          expect(raw).toHaveLength(2 * width)
          expect(verify(hash, data, { key, dsaEncoding: 'ieee-p1363' }, raw)).toBe(true)
        }),
        { numRuns: 50 },
      )
    },
  )
})
