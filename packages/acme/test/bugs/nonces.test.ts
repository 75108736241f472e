import { AcmeError, getAccount, newOrder } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { refusal } from '../fake-ca.ts'
import { count, identifiers, noncesTo, world } from './world.ts'

describe('nonces', () => {
  it.each([
    ['429', { ...refusal('rateLimited', 429), headers: { 'retry-after': '1' } }],
    ['500', { status: 500 }],
    ['503', { status: 503, body: '<html>' }],
    ['a reset connection', new AcmeError('ACME_NETWORK', 'reset')],
  ])(
    'bug 1: what is sent again after %s is signed anew with another nonce (publishlab/node-acme-client#103)',
    async (_, fault) => {
      const faults = [fault, fault]
      const { ca, client, account } = await world({
        before: ({ path }) => (path === '/new-order' ? faults.shift() : undefined),
      })
      await newOrder(client, account, { identifiers })
      expect(new Set(noncesTo(ca, '/new-order')).size).toBe(3)
    },
  )

  it('bug 2: badNonce is answered with the nonce of the refusal, not with one at hand (certbot/certbot#2244, acmephp/acmephp#211, hlandau/acmetool#255, fszlin/certes#222)', async () => {
    let refused = false
    const { ca, client, account } = await world({
      before: ({ path }) => {
        if (path !== '/new-order' || refused) return undefined
        refused = true
        return { ...refusal('badNonce', 400), headers: { 'replay-nonce': 'from-the-refusal' } }
      },
      // The only nonce that it takes now.
      after: () => undefined,
    })
    // Several nonces lie in the pool.
    await Promise.all([1, 2, 3].map(async () => getAccount(client, account)))
    await newOrder(client, account, { identifiers })
    expect(noncesTo(ca, '/new-order')[1]).toBe('from-the-refusal')
  })

  it('bug 3: a nonce that lay for longer than CAs keep them is not used (sorah/acmesmith#26, caddyserver/caddy#484)', async () => {
    const { ca, client, account } = await world()
    await getAccount(client, account)
    ca.host.pass(3_600_000)
    await newOrder(client, account, { identifiers })
    expect(count(ca, 'GET /new-nonce')).toBe(2)
    expect(noncesTo(ca, '/new-order')).toHaveLength(1)
  })
})
