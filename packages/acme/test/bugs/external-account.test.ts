import { AcmeError, newAccount, readMacKey, type Jws } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import type { FakeCa } from '../fake-ca.ts'
import { newSigner } from '../fake-ca.ts'
import { world } from './world.ts'

const macKey = new Uint8Array(32).map((_, at) => 0xf8 + (at % 8))
const base64 = Buffer.from(macKey).toString('base64')
const request = { externalAccount: { keyId: 'kid-1', macKey }, termsOfServiceAgreed: true }

const bindings = ({ seen }: FakeCa): number =>
  seen.filter(({ payload }) => 'externalAccountBinding' in Object(payload)).length

describe('an external account', () => {
  it.each([
    ['base64url', Buffer.from(macKey).toString('base64url')],
    ['base64 with padding', base64],
    ['base64url with padding', base64.replaceAll('+', '-').replaceAll('/', '_')],
    ['base64 encoded once more', Buffer.from(base64).toString('base64')],
    ['base64 in lines', `${base64.slice(0, 20)}\r\n  ${base64.slice(20)}\n`],
  ])(
    'bug 24: its key is read from %s (mholt/acmez#28, cert-manager/cert-manager#2897)',
    (_, text) => expect(readMacKey(text).macKey).toEqual(macKey),
  )

  it('bug 24: its binding goes out without padding (certbot/certbot#8944, acmephp/acmephp#212)', async () => {
    const { ca, client } = await world()
    await newAccount(client, await newSigner(), request)
    const { payload } = ca.seen.at(-1) ?? {}
    const { externalAccountBinding: binding } = payload as { externalAccountBinding: Jws }
    expect(Object.values(binding).join('')).toMatch(/^[A-Za-z0-9_-]+$/)
  })

  it('bug 24: its binding is not sent for a key that has an account (cert-manager/cert-manager#2882)', async () => {
    const { ca, client } = await world()
    const signer = await newSigner()
    await newAccount(client, signer, request)
    await newAccount(client, signer, request)
    expect(bindings(ca)).toBe(1)
  })

  it('bug 24: its binding is not sent twice where the reply was lost', async () => {
    let lost = false
    const { ca, client } = await world({
      after: ({ path, payload }) => {
        if (lost || path !== '/new-account' || !('externalAccountBinding' in Object(payload))) {
          return undefined
        }
        lost = true
        return new AcmeError('ACME_NETWORK', 'reset')
      },
    })
    await newAccount(client, await newSigner(), request)
    expect(bindings(ca)).toBe(1)
  })
})
