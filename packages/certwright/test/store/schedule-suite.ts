import { describe, expect, it, onTestFinished } from 'vitest'
import type { Store, TokenRequest } from '../../src/store/store.ts'
import {
  certificate,
  installation,
  journaledChallenge,
  pendingOrder,
  renewal,
  version,
} from './samples.ts'
import type { StoreWorld } from './store-suite.ts'

const now = 1_795_000_000_000
const minuteMs = 60_000
const managedBy = '/etc/certwright.yaml'

/** What of the contract of `Store` says when and how often: every implementation runs it. */
export function scheduleSuite(
  name: string,
  makeWorld: () => Promise<StoreWorld> | StoreWorld,
): void {
  async function handles(count: number): Promise<readonly Store[]> {
    const world = await makeWorld()
    const stores: Store[] = []
    onTestFinished(async () => {
      await Promise.all(stores.map((store) => store.close()))
      await world.remove()
    })
    for (let i = 0; i < count; i++) stores.push(await world.open())
    return stores
  }

  async function opened(...ids: readonly string[]): Promise<Store> {
    const [store] = await handles(1)
    if (!store) throw new Error('no store')
    for (const id of ids) await store.saveCertificate(certificate({ id }))
    return store
  }

  describe(`${name}: schedules`, () => {
    it('has none for a certificate that was never scheduled', async () => {
      const store = await opened('a')
      expect(await store.schedules()).toStrictEqual([])
      expect(await store.schedule('a')).toBeUndefined()
      expect(await store.nextCheckAt(managedBy)).toBeUndefined()
      expect(await store.claimDue({ managedBy, now, limit: 10, leaseMs: 1 })).toStrictEqual([])
    })

    it('moves the check and the owner, and leaves lease and failures', async () => {
      const store = await opened('a')
      await store.saveSchedule({ certificateId: 'a', nextCheckAt: now })
      const lease = await store.takeLease('a', { now, leaseMs: minuteMs })
      const lastFailure = { code: 'ACME_PROBLEM', at: now }
      await store.finish(lease, { nextCheckAt: now + 1, failures: 3, lastFailure })
      await store.saveSchedule({
        certificateId: 'a',
        managedBy: '/etc/c.yaml',
        digest: 'd1',
        nextCheckAt: 7,
      })
      expect(await store.schedule('a')).toStrictEqual({
        certificateId: 'a',
        managedBy: '/etc/c.yaml',
        digest: 'd1',
        nextCheckAt: 7,
        leaseEpoch: 1,
        failures: 3,
        lastFailure,
      })
    })

    it('claims what is due, longest due first, and not again until the lease has ended', async () => {
      const store = await opened('a', 'b', 'c', 'd')
      await store.saveCertificate(certificate({ id: 'other' }))
      await store.saveSchedule({ certificateId: 'other', managedBy: '/other', nextCheckAt: 0 })
      const at = { a: now - 1, b: now - 3, c: now, d: now + 1 }
      for (const [certificateId, nextCheckAt] of Object.entries(at)) {
        await store.saveSchedule({ certificateId, managedBy, nextCheckAt })
      }
      expect(await store.nextCheckAt(managedBy)).toBe(now - 3)
      const first = await store.claimDue({ managedBy, now, limit: 2, leaseMs: minuteMs })
      expect(first.map(({ certificateId }) => certificateId).sort()).toStrictEqual(['a', 'b'])
      const second = await store.claimDue({ managedBy, now, limit: 9, leaseMs: minuteMs })
      expect(second).toStrictEqual([{ certificateId: 'c', epoch: 1 }])
      expect(await store.claimDue({ managedBy, now, limit: 9, leaseMs: minuteMs })).toStrictEqual(
        [],
      )
      const later = await store.claimDue({
        managedBy,
        now: now + minuteMs,
        limit: 9,
        leaseMs: minuteMs,
      })
      expect(later).toHaveLength(4)
      expect(later.find(({ certificateId }) => certificateId === 'a')?.epoch).toBe(2)
    })

    it('refuses what an overtaken lease finishes or adds', async () => {
      const store = await opened('a')
      const former = await store.takeLease('a', { now, leaseMs: minuteMs })
      const lease = await store.takeLease('a', { now, leaseMs: minuteMs })
      expect(await store.finish(former, { nextCheckAt: 1, failures: 9 })).toBe(false)
      await expect(store.addVersion(version({ certificateId: 'a' }), former)).rejects.toMatchObject(
        { code: 'LEASE_LOST' },
      )
      expect(await store.versions('a')).toStrictEqual([])
      expect(await store.addVersion(version({ certificateId: 'a' }), lease)).toMatchObject({
        number: 1,
      })
      expect(await store.finish(lease, { nextCheckAt: 5, failures: 0 })).toBe(true)
      expect(await store.schedule('a')).toMatchObject({ nextCheckAt: 5, failures: 0 })
    })

    it('wakes a certificate sooner, never later', async () => {
      const store = await opened('a')
      await store.saveSchedule({ certificateId: 'a', managedBy, nextCheckAt: 100 })
      await store.wake('a', 200)
      expect(await store.nextCheckAt(managedBy)).toBe(100)
      await store.wake('a', 50)
      expect(await store.nextCheckAt(managedBy)).toBe(50)
    })

    it('gives each due certificate to one of two processes that claim at once', async () => {
      const [one, other] = (await handles(2)) as [Store, Store]
      const ids = Array.from({ length: 60 }, (_, i) => `c${i}`)
      for (const id of ids) {
        await one.saveCertificate(certificate({ id }))
        await one.saveSchedule({ certificateId: id, managedBy, nextCheckAt: now })
      }
      const claims = Array.from({ length: 20 }, async (_, i) =>
        (i % 2 ? one : other).claimDue({ managedBy, now, limit: 5, leaseMs: minuteMs }),
      )
      const claimed = (await Promise.all(claims)).flat().map(({ certificateId }) => certificateId)
      expect(claimed.sort()).toStrictEqual(ids.sort())
    })

    it('forgets a certificate with all that belongs to it', async () => {
      const store = await opened('a', 'b')
      for (const certificateId of ['a', 'b']) {
        await store.addVersion(version({ certificateId }))
        await store.savePendingOrder(pendingOrder({ certificateId }))
        await store.journalChallenge(journaledChallenge({ certificateId }))
        await store.saveInstallation(installation({ certificateId }))
        await store.saveRenewal(renewal({ certificateId }))
        await store.savePersistRecords(certificateId, [{ certificateId, name: 'x', seenAt: 1 }])
        await store.saveSchedule({ certificateId, nextCheckAt: now })
      }
      await store.forgetCertificate('a')
      await store.forgetCertificate('a')
      expect(await store.certificate('a')).toBeUndefined()
      expect(await store.versions('a')).toStrictEqual([])
      expect(await store.renewal('a', 1)).toBeUndefined()
      expect(await store.persistRecords('a')).toStrictEqual([])
      expect(await store.pendingOrder('a')).toBeUndefined()
      expect(await store.installations('a')).toStrictEqual([])
      expect((await store.journaledChallenges()).map((one) => one.certificateId)).toStrictEqual([
        'b',
      ])
      expect((await store.schedules()).map((one) => one.certificateId)).toStrictEqual(['b'])
      expect(await store.versions('b')).toHaveLength(1)
      expect(await store.renewal('b', 1)).toBeDefined()
    })
  })

  describe(`${name}: buckets`, () => {
    const orders: TokenRequest = { key: 'orders', emissionMs: 36_000, capacity: 300 }

    it('grants the capacity at once, then one token every emission', async () => {
      const [one, other] = (await handles(2)) as [Store, Store]
      const takes = Array.from({ length: 400 }, async (_, i) =>
        (i % 2 ? one : other).takeTokens([orders], now),
      )
      const granted = (await Promise.all(takes)).filter((taken) => taken.granted)
      expect(granted).toHaveLength(300)
      expect(await one.takeTokens([orders], now)).toStrictEqual({
        granted: false,
        key: 'orders',
        retryAt: now + 36_000,
      })
      const later = now + 10 * 36_000
      const more = await Promise.all(
        Array.from({ length: 15 }, async () => one.takeTokens([orders], later)),
      )
      expect(more.filter((taken) => taken.granted)).toHaveLength(10)
    })

    it('takes from all or from none', async () => {
      const store = await opened()
      const set: TokenRequest = { key: 'set', emissionMs: 1000, capacity: 1 }
      expect(await store.takeTokens([orders, set], now)).toStrictEqual({ granted: true })
      const [before] = await store.buckets()
      expect(await store.takeTokens([orders, set], now)).toStrictEqual({
        granted: false,
        key: 'set',
        retryAt: now + 1000,
      })
      expect((await store.buckets())[0]).toStrictEqual(before)
    })

    it('closes a bucket until a moment, for every process, and says why', async () => {
      const [one, other] = (await handles(2)) as [Store, Store]
      await one.block('orders', now + 5000, 'rateLimited')
      const refused = { granted: false, key: 'orders', retryAt: now + 5000 }
      expect(await other.takeTokens([orders], now)).toStrictEqual(refused)
      expect(await other.buckets()).toMatchObject([
        { key: 'orders', blockedUntil: now + 5000, reason: 'rateLimited' },
      ])
      expect(await other.takeTokens([orders], now + 5000)).toStrictEqual({ granted: true })
    })
  })

  describe(`${name}: events`, () => {
    it('gives events back in their order, from one on, of one certificate', async () => {
      const store = await opened()
      const first = await store.addEvent({ at: 1, type: 'issued', certificateId: 'a', details: {} })
      const second = await store.addEvent({
        at: 2,
        type: 'installed',
        certificateId: 'b',
        target: 'web',
        details: { number: 2, proven: true, reason: 'due' },
      })
      expect(second.id).toBeGreaterThan(first.id)
      expect(await store.events()).toStrictEqual([first, second])
      expect(await store.events({ after: first.id })).toStrictEqual([second])
      expect(await store.events({ certificateId: 'a' })).toStrictEqual([first])
      expect(await store.events({ limit: 1 })).toStrictEqual([first])
      await store.forgetEvents(2)
      expect(await store.events()).toStrictEqual([second])
    })
  })
}
