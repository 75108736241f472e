import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { base64url, newKey, type RawKey } from '../ca/raw-client.ts'
import { newWorld, problemOf } from '../ca/world.ts'

const macKey = 'zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W'

describe('an external account', () => {
  it('more: is not bound to a key that another one has bound it to (PeculiarVentures/acme-ts#48)', async () => {
    const world = await newWorld({ externalAccounts: [{ keyId: 'kid-1', macKey }] })
    const url = world.directory['newAccount'] ?? ''
    const binding = ({ jwk }: RawKey): object => {
      const header = base64url(JSON.stringify({ alg: 'HS256', kid: 'kid-1', url }))
      const payload = base64url(JSON.stringify(jwk))
      const mac = createHmac('sha256', Buffer.from(macKey, 'base64url'))
      const signature = mac.update(`${header}.${payload}`).digest('base64url')
      return { protected: header, payload, signature }
    }
    const stranger = await world.stranger()
    const register = async (key: RawKey) =>
      stranger.post(url, { termsOfServiceAgreed: true, externalAccountBinding: binding(key) })
    expect(problemOf(await register(await newKey()))).toBe('400 badPublicKey')
    expect((await register(stranger.key)).status).toBe(201)
  })
})
