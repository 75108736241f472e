import { newOrder, retryAfterMs } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { refusal } from '../fake-ca.ts'
import { failureOf, identifiers, world } from './world.ts'

/** A CA that limits the first order, and says so with this field. */
async function limited(field: string) {
  const answers = [{ ...refusal('rateLimited', 429), headers: { 'retry-after': field } }]
  return world({ before: ({ path }) => (path === '/new-order' ? answers.shift() : undefined) })
}

describe('Retry-After', () => {
  it.each([
    'Thu, 01 Jan 2026 00:00:30 GMT',
    'Thursday, 01-Jan-26 00:00:30 GMT',
    'Thu Jan  1 00:00:30 2026',
    '30',
  ])(
    'bug 12: in the form %j is read as the half minute it is (go-acme/lego#2829, acmesh-official/acme.sh#4543)',
    async (field) => {
      const { ca, client, account } = await limited(field)
      const waitMs = retryAfterMs(field, ca.host.now())
      expect(waitMs).toBe(30_000)
      await newOrder(client, account, { identifiers })
      expect(ca.host.waits).toHaveLength(1)
      expect(Math.abs((ca.host.waits[0] ?? 0) - 30_000)).toBeLessThan(1)
    },
  )

  it.each(['259200', 'Sun, 04 Jan 2026 00:00:00 GMT', '99999999999999999999'])(
    'bug 13: of days (%s) is reported with the time, not slept through (mholt/acmez#14, acmesh-official/acme.sh#7201)',
    async (field) => {
      const { ca, client, account } = await limited(field)
      const error = await failureOf(newOrder(client, account, { identifiers }))
      expect(error.code).toBe('ACME_DEADLINE')
      expect(error.retryAfterMs).toBeGreaterThanOrEqual(259_200_000 - 1)
      expect(error.message).toMatch(/makes sense at 2026-01-/)
      expect(ca.host.waits).toEqual([])
    },
  )

  it('bug 13: is waited for, so that nobody hammers (acmesh-official/acme.sh#5293)', async () => {
    const { ca, client, account } = await limited('60')
    await newOrder(client, account, { identifiers })
    expect(ca.host.waits).toEqual([60_000])
  })
})
