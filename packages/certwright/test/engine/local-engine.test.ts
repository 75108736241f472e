import { describe, expect, it } from 'vitest'
import type { EngineHandlers } from '../../src/engine/engine.ts'
import { localEngine, type LocalEngineOptions } from '../../src/engine/local-engine.ts'
import type { Lease } from '../../src/store/store.ts'

/** What is due when, and a clock that moves when somebody sleeps. */
function world(due: Record<string, number>, options: Partial<LocalEngineOptions> = {}) {
  const clock = { now: 0 }
  const slept: number[] = []
  const claims: number[] = []
  const host = {
    now: () => clock.now,
    async sleep(ms: number, signal?: AbortSignal) {
      signal?.throwIfAborted()
      slept.push(ms)
      await new Promise<void>((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error))
        setImmediate(() => {
          clock.now += ms
          resolve()
        })
      })
    },
  }
  const store: LocalEngineOptions['store'] = {
    async claimDue({ now, limit, leaseMs }) {
      claims.push(limit)
      const ids = Object.keys(due)
        .filter((id) => (due[id] ?? 0) <= now)
        .slice(0, limit)
      for (const id of ids) due[id] = now + leaseMs
      return Promise.resolve(ids.map((certificateId) => ({ certificateId, epoch: 1 })))
    },
    nextCheckAt: async () => Promise.resolve(Math.min(...Object.values(due))),
    async wake(id, at) {
      due[id] = Math.min(due[id] ?? at, at)
      return Promise.resolve()
    },
  }
  const engine = localEngine({ store, host, managedBy: '/etc/certwright.yaml', ...options })
  return { clock, slept, claims, engine, host }
}

function handlers(reconcile: EngineHandlers['reconcile']): EngineHandlers & { errors: unknown[] } {
  const errors: unknown[] = []
  return { reconcile, errors, onError: (_, error) => void errors.push(error) }
}

describe('the local engine', () => {
  it('runs what is due, sleeps until the next is, and no longer than it may', async () => {
    const { engine, slept, clock } = world({ a: 0, b: 5000, c: 90_000 }, { idleMs: 30_000 })
    const seen: string[] = []
    await engine.run(
      handlers(async ({ certificateId }) => {
        seen.push(`${certificateId}@${clock.now}`)
        if (certificateId === 'c') engine.stop()
        return Promise.resolve()
      }),
    )
    expect(seen).toStrictEqual(['a@0', 'b@5000', 'c@90000'])
    expect(slept.slice(0, -1).every((ms) => ms <= 30_000)).toBe(true)
  })

  it('never works on more at once than it may', async () => {
    const due = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`c${i}`, 0]))
    const { engine } = world(due, { concurrency: 3 })
    let most = 0
    const count = await engine.runDue(
      handlers(async () => {
        await new Promise(setImmediate)
        most = Math.max(most, engine.running())
      }),
    )
    expect(count).toBe(20)
    expect(most).toBe(3)
  })

  it('tells what fails, and goes on', async () => {
    const { engine } = world({ a: 0, b: 0 })
    const given = handlers(async ({ certificateId }: Lease) => {
      if (certificateId === 'a') throw new Error('no')
      return Promise.resolve()
    })
    expect(await engine.runDue(given)).toBe(2)
    expect(given.errors).toMatchObject([{ message: 'no' }])
  })

  it('lets what is under way end when it is stopped, and takes nothing new', async () => {
    const { engine, claims } = world({ a: 0 }, { drainMs: 1e9 })
    let ended = false
    await engine.run(
      handlers(async (_, signal) => {
        engine.stop()
        const before = claims.length
        await new Promise(setImmediate)
        expect(signal.aborted).toBe(false)
        expect(claims.length).toBe(before)
        ended = true
      }),
    )
    expect(ended).toBe(true)
  })

  it('aborts what does not end in time', async () => {
    const { engine } = world({ a: 0 }, { drainMs: 10 })
    const given = handlers(
      async (_, signal) =>
        new Promise((resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('cut')))
          engine.stop()
          void resolve
        }),
    )
    await engine.run(given)
    expect(given.errors).toMatchObject([{ message: 'cut' }])
  })

  it('wakes for what is wanted sooner', async () => {
    const { engine, clock } = world({ a: 1e12 }, { idleMs: 1e12 })
    const woken = engine.run(
      handlers(async () => {
        engine.stop()
        return Promise.resolve()
      }),
    )
    await engine.wake('a')
    await woken
    expect(clock.now).toBeLessThan(1e12)
  })
})
