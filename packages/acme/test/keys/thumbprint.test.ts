import { createECDH } from 'node:crypto'

import { calculateJwkThumbprint } from 'jose'
import { describe, expect, it } from 'vitest'

import { publicJwkFrom } from '../../src/keys/jwk.ts'
import { generateKeyPair } from '../../src/keys/key-type.ts'
import { thumbprint } from '../../src/keys/thumbprint.ts'
import { webCryptoSigner } from '../../src/keys/web-crypto-signer.ts'
import {
  leadingZeroX,
  leadingZeroY,
  rfc7515P256,
  rfc7515P521,
  rfc7515Rsa,
  rfc7638,
  rfc8037,
} from './rfc-keys.ts'

describe('the thumbprint', () => {
  it.each([
    ['RFC 7638 §3.1', rfc7638, 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs'],
    ['RFC 8037 §A.3', rfc8037, 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'],
    ['RFC 7515 §A.2', rfc7515Rsa, 'IsUn6_e04MaShXFIISMp4kG62LWzMIPy_MvSA5pJgX8'],
    ['RFC 7515 §A.3', rfc7515P256, 'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U'],
    ['RFC 7515 §A.4', rfc7515P521, 'u5YUSjQ2-2chBi51NSk3t3g7IM4o2KYcnPqPtCNGd3U'],
    ['a y that begins with zero', leadingZeroY, 'WZsjbh58q8kl1WsGShqtiycImZtCgGbukDn4RAacMig'],
    ['an x that begins with zero', leadingZeroX, '7Yxe6c_3bAa6kiaK1G-BZmi9EeNsUmlcbdnrtLeuK4E'],
  ])('of the key of %s is the known one', async (_source, jwk, expected) => {
    expect(await thumbprint(publicJwkFrom(jwk))).toBe(expected)
  })

  it.each(['ec256', 'ec384', 'ec521', 'rsa2048', 'ed25519'] as const)(
    'of a fresh %s key is the one that jose computes',
    async (type) => {
      const { jwk } = await webCryptoSigner(await generateKeyPair(type))
      expect(await thumbprint(jwk)).toBe(await calculateJwkThumbprint({ ...jwk }))
    },
  )

  it('belongs to the scalars 43 and 379, which make the coordinates with leading zeros', () => {
    for (const [scalar, { x, y }] of [
      [43, leadingZeroY],
      [379, leadingZeroX],
    ] as const) {
      const curve = createECDH('prime256v1')
      curve.setPrivateKey(Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex'))
      const point = curve.getPublicKey()
      expect(
        [point.subarray(1, 33), point.subarray(33)].map((c) => c.toString('base64url')),
      ).toEqual([x, y])
    }
  })
})
