import { generateKeyPairSync, verify, type KeyObject } from 'node:crypto'
import { getAccount, newAccount, publicJwkFrom, thumbprint } from '@certwright/acme'
import { keyObjectSigner } from '@certwright/acme/node'
import { calculateJwkThumbprint } from 'jose'
import { describe, expect, it } from 'vitest'
import { leadingZeroX, leadingZeroY } from '../keys/rfc-keys.ts'
import { world } from './world.ts'

/** A key one of whose coordinates begins with a zero octet: one in 128 does. */
function unluckyKey(): KeyObject {
  for (;;) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
    if ([x, y].some((coordinate) => /^A[A-P]/.test(coordinate))) return privateKey
  }
}

describe('EC keys', () => {
  it.each([
    ['x', leadingZeroX, '7Yxe6c_3bAa6kiaK1G-BZmi9EeNsUmlcbdnrtLeuK4E'],
    ['y', leadingZeroY, 'WZsjbh58q8kl1WsGShqtiycImZtCgGbukDn4RAacMig'],
  ])(
    'bug 25: a leading zero of %s stays (unixcharles/acme-client#199, certbot/josepy#91)',
    async (_, jwk, print) => {
      const read = publicJwkFrom(jwk)
      expect(read).toEqual(jwk)
      await expect(thumbprint(read)).resolves.toBe(print)
      await expect(calculateJwkThumbprint(jwk)).resolves.toBe(print)
    },
  )

  it('bug 25: an account whose key has a leading zero works (smallstep/certificates#1631)', async () => {
    const { client } = await world()
    const signer = keyObjectSigner(unluckyKey())
    const { account } = await newAccount(client, signer, {})
    await expect(getAccount(client, account)).resolves.toHaveProperty('status', 'valid')
  })

  it('bug 25: a leading zero of R or S stays, which one signature in 128 has (certbot/josepy#91)', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const signer = keyObjectSigner(privateKey)
    const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
    for (let n = 0; n < 2000; n += 1) {
      const data = Buffer.from(`message ${n}`)
      const signature = await signer.sign(data)
      expect([signature.length, verify('sha256', data, key, signature)]).toEqual([64, true])
    }
  })
})
