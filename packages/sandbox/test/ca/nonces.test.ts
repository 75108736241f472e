import { describe, expect, it } from 'vitest'
import { hourMs, newWorld, problemOf, testClock } from './world.ts'
import { createNonces } from '../../src/ca/nonces.ts'

describe('nonces', () => {
  it('4.1 #16 a missing, invented or used nonce is badNonce with a fresh one', async () => {
    const world = await newWorld()
    const client = await world.stranger()
    const url = world.directory['newAccount'] ?? ''
    const used = await world.nonce()
    await client.post(url, { onlyReturnExisting: true }, { nonce: used })
    for (const nonce of [undefined, 'aW52ZW50ZWQ', used]) {
      const reply = await client.post(url, { termsOfServiceAgreed: true }, { nonce })
      expect(problemOf(reply)).toBe('400 badNonce')
      expect(reply.headers['replay-nonce']).toMatch(/^[\w-]{22}$/)
      expect(reply.headers['replay-nonce']).not.toBe(nonce)
    }
  })

  it('4.1 #16 a nonce refused by chance is refused once: the one in the answer is good', async () => {
    const world = await newWorld({ nonceRejectPercent: 100 })
    const client = await world.stranger()
    const url = world.directory['newAccount'] ?? ''
    const refused = await client.post(url, { termsOfServiceAgreed: true })
    expect(problemOf(refused)).toBe('400 badNonce')
    const nonce = refused.headers['replay-nonce']
    const reply = await client.post(url, { termsOfServiceAgreed: true }, { nonce })
    expect(reply.status).toBe(201)
  })

  it.each(['', 'a=b', 'not base64url', 7])('a nonce of %j is malformed', async (nonce) => {
    const world = await newWorld()
    const client = await world.stranger()
    const reply = await client.post(world.directory['newAccount'] ?? '', {}, { nonce })
    expect(problemOf(reply)).toBe('400 malformed')
  })

  it('4.3 nonceTtlMs a nonce older than its lifetime is badNonce', async () => {
    const world = await newWorld({ nonceTtlMs: hourMs })
    const client = await world.stranger()
    const nonce = await world.nonce()
    world.clock.advance(hourMs)
    const reply = await client.post(world.directory['newAccount'] ?? '', {}, { nonce })
    expect(problemOf(reply)).toBe('400 badNonce')
  })

  it('4.1 #14 a wrong signature does not spend the nonce', async () => {
    const world = await newWorld()
    const client = await world.stranger()
    const url = world.directory['newAccount'] ?? ''
    const nonce = await world.nonce()
    const envelope = await client.envelope(url, { termsOfServiceAgreed: true }, { nonce })
    const forged = { ...envelope, payload: Buffer.from('{"a":1}').toString('base64url') }
    expect(problemOf(await world.post(url, JSON.stringify(forged)))).toBe('400 malformed')
    expect((await world.post(url, JSON.stringify(envelope))).status).toBe(201)
  })

  it('HEAD gives 200 and GET 204, each with a nonce that nobody may cache', async () => {
    const world = await newWorld()
    for (const [method, status] of [
      ['HEAD', 200],
      ['GET', 204],
    ] as const) {
      const reply = await world.get(world.directory['newNonce'] ?? '', method)
      expect(reply.status).toBe(status)
      expect(reply.text).toBe('')
      expect(reply.headers['replay-nonce']).toMatch(/^[\w-]{22}$/)
      expect(reply.headers['cache-control']).toBe('no-store')
    }
  })

  it('4.3 nonceRejectPercent refuses about as many good nonces as it was told to', () => {
    const nonces = createNonces({
      clock: testClock(7),
      knobs: () => ({ nonceTtlMs: hourMs, nonceRejectPercent: 20 }),
    })
    const refused = Array.from({ length: 2000 }, () => nonces.spend(nonces.mint())).filter(
      (good) => !good,
    )
    expect(refused.length).toBeGreaterThan(300)
    expect(refused.length).toBeLessThan(500)
  })
})
