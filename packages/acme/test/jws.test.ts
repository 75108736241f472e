import {
  base64urlDecode,
  generateKeyPair,
  signJws,
  webCryptoSigner,
  type KeyType,
} from '@certwright/acme'
import { flattenedVerify, importJWK, type JWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { newSigner } from './fake-ca.ts'

const url = 'https://ca.test/new-account'
const text = (part: string): string => Buffer.from(part, 'base64url').toString('utf8')

describe('signJws', () => {
  it.each<[KeyType, string]>([
    ['ec256', 'ES256'],
    ['ec384', 'ES384'],
    ['ec521', 'ES512'],
    ['rsa2048', 'RS256'],
    ['ed25519', 'EdDSA'],
  ])('signs by %s what jose verifies as %s', async (type, alg) => {
    const signer = await webCryptoSigner(await generateKeyPair(type))
    const jws = await signJws({ contact: ['mailto:é@example.org'] }, { signer, url, nonce: 'n-1' })
    const { payload, protectedHeader } = await flattenedVerify(
      jws,
      await importJWK(signer.jwk as JWK, alg),
    )
    expect(protectedHeader).toEqual({ alg, jwk: signer.jwk, nonce: 'n-1', url })
    expect(new TextDecoder().decode(payload)).toBe('{"contact":["mailto:é@example.org"]}')
    expect(Object.keys(jws).sort()).toEqual(['payload', 'protected', 'signature'])
  })

  it('names the account where there is one, and never the key beside it', async () => {
    const jws = await signJws({}, { signer: await newSigner(), kid: 'https://ca.test/a/1', url })
    expect(JSON.parse(text(jws.protected))).toEqual({
      alg: 'ES256',
      kid: 'https://ca.test/a/1',
      url,
    })
  })

  it('tells reading from acting: no octets are not an empty object', async () => {
    const signer = await newSigner()
    expect((await signJws('', { signer, url, nonce: 'n' })).payload).toBe('')
    expect((await signJws({}, { signer, url, nonce: 'n' })).payload).toBe('e30')
  })

  it('leaves private members behind where a signer carries them', async () => {
    const signer = await newSigner()
    const careless = { ...signer, jwk: { ...signer.jwk, d: 'secret', alg: 'ES256', use: 'sig' } }
    const { jwk } = JSON.parse(text((await signJws({}, { signer: careless, url })).protected)) as {
      jwk: object
    }
    expect(Object.keys(jwk).sort()).toEqual(['crv', 'kty', 'x', 'y'])
  })

  it('signs without padding, in the fixed width of the curve', async () => {
    const signer = await webCryptoSigner(await generateKeyPair('ec521'))
    for (let i = 0; i < 20; i += 1) {
      const { signature } = await signJws({ i }, { signer, url })
      expect(base64urlDecode(signature)).toHaveLength(132)
    }
  })
})
