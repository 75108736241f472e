import { describe, expect, it } from 'vitest'

import { publicJwkFrom } from '../../src/keys/jwk.ts'
import { leadingZeroX, rfc7515P256, rfc7515P521, rfc7515Rsa, rfc8037 } from './rfc-keys.ts'
import { failure, matching } from '../failure.ts'

const notReadable = failure('ACME_KEY_NOT_READABLE')

describe('publicJwkFrom', () => {
  it.each([
    ['nothing', {}],
    ['a symmetric key', { kty: 'oct', k: 'AAAA' }],
    ['a curve of Bitcoin', { ...rfc7515P256, crv: 'secp256k1' }],
    ['a curve for key agreement', { ...rfc8037, crv: 'X25519' }],
    ['an inherited name', { kty: 'constructor' }],
    ['a missing coordinate', { ...rfc7515P256, y: undefined }],
    ['a coordinate that is no text', { ...rfc7515P256, y: 1 }],
    [
      'a coordinate with its leading zero cut off',
      { ...leadingZeroX, x: 'VUOJSvPQDtfXQKvb11yWsGh3t4fbX3Dup4uQqNfACg' },
    ],
    ['a coordinate of another curve', { ...rfc7515P521, crv: 'P-384' }],
    ['padding', { ...rfc7515P256, x: `${rfc7515P256.x}=` }],
    ['a modulus of 2047 bits', { ...rfc7515Rsa, n: Buffer.alloc(256, 0x7f).toString('base64url') }],
    ['a modulus of 1024 bits', { ...rfc7515Rsa, n: Buffer.alloc(128, 0xff).toString('base64url') }],
    ['an empty exponent', { ...rfc7515Rsa, e: '' }],
  ])('refuses %s', (_name, jwk) => {
    expect(() => publicJwkFrom(jwk)).toThrow(notReadable)
  })

  it.each([
    [{ kty: 'oct' }, 'the key cannot sign for ACME: its type or curve is none of those'],
    [{ ...rfc7515P256, y: 7 }, 'the JWK\'s member "y" is missing or broken'],
    [{ ...rfc7515Rsa, e: '' }, 'the JWK\'s member "e" is missing or broken'],
    [
      { ...rfc7515Rsa, n: Buffer.alloc(255, 0xff).toString('base64url') },
      'the key cannot sign for ACME: its modulus has fewer than 2048 bits',
    ],
  ])('says what is wrong with %j', (jwk, message) => {
    expect(() => publicJwkFrom(jwk)).toThrow(failure('ACME_KEY_NOT_READABLE', { message }))
  })

  it('takes a modulus of just 2048 bits, and one of an odd number above', () => {
    for (const first of [[0x80], [0x01, 0x7f]]) {
      const modulus = Buffer.concat([Buffer.from(first), Buffer.alloc(255, 1)])
      const n = modulus.toString('base64url')
      expect(publicJwkFrom({ ...rfc7515Rsa, n })).toEqual({ kty: 'RSA', n, e: rfc7515Rsa.e })
    }
  })

  it('passes over a curve that an RSA key has no use for', () => {
    expect(publicJwkFrom({ ...rfc7515Rsa, crv: 'P-256' })).toEqual(publicJwkFrom(rfc7515Rsa))
  })

  it('leaves private and extra members behind', () => {
    expect(publicJwkFrom({ ...rfc7515P256, alg: 'ES256', use: 'sig' } as object)).toEqual({
      kty: 'EC',
      crv: 'P-256',
      x: rfc7515P256.x,
      y: rfc7515P256.y,
    })
    expect(Object.keys(publicJwkFrom(rfc7515Rsa))).toEqual(['e', 'kty', 'n'])
    expect(Object.keys(publicJwkFrom(rfc8037))).toEqual(['crv', 'kty', 'x'])
  })

  it('keeps the leading zeros of coordinates', () => {
    expect(publicJwkFrom(rfc7515P521)).toMatchObject({ y: rfc7515P521.y })
    expect(publicJwkFrom(leadingZeroX)).toMatchObject({ x: leadingZeroX.x })
  })

  it('drops the leading zeros of RSA numbers', () => {
    const padded = Buffer.concat([Buffer.from([0]), Buffer.from(rfc7515Rsa.n, 'base64url')])
    const jwk = { ...rfc7515Rsa, n: padded.toString('base64url'), e: 'AAEAAQ' }
    expect(publicJwkFrom(jwk)).toEqual({ kty: 'RSA', n: rfc7515Rsa.n, e: 'AQAB' })
  })

  it('shows no member of a broken key in its error', () => {
    const jwk = { ...rfc7515P256, x: '!secret!' }
    expect(() => publicJwkFrom(jwk)).toThrow(
      failure('ACME_KEY_NOT_READABLE', { message: matching(/^(?!.*secret)/) }),
    )
  })
})
