import { describe, expect, it } from 'vitest'
import { adjustable, createClock } from '../../src/adjustable-clock.ts'
import { systemClock } from '../../src/clock.ts'

const start = Date.UTC(2026, 10, 24)
const hourMs = 3_600_000

/** Whether the promise has been settled once everything that can go on has gone on. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false
  const settle = (): void => void (settled = true)
  promise.then(settle, settle)
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
  return settled
}

describe('a clock', () => {
  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('cannot be moved by %d ms', (ms) => {
    expect(() => createClock().advance(ms)).toThrow(RangeError)
  })

  it('4.3 clock: one that is stopped stands still until it is moved', async () => {
    const clock = createClock({ at: start, stopped: true })
    const sleeping = clock.sleep(hourMs)
    expect(clock.now()).toBe(start)
    clock.advance(hourMs - 1)
    expect(await isSettled(sleeping)).toBe(false)
    clock.advance(1)
    await sleeping
    expect(clock.now()).toBe(start + hourMs)
  })

  it('goes on from the moment that it was given', () => {
    const base = { ...systemClock, now: () => now }
    let now = 1000
    const clock = createClock({ at: start, base })
    now += 500
    expect(clock.now()).toBe(start + 500)
    clock.advance(hourMs)
    expect(clock.now()).toBe(start + 500 + hourMs)
  })

  it('4.3 clock: wakes who sleeps on real time once it was moved far enough, and no sooner', async () => {
    const clock = createClock()
    const sleeping = clock.sleep(hourMs)
    clock.advance(hourMs / 2)
    expect(await isSettled(sleeping)).toBe(false)
    clock.advance(hourMs / 2)
    await sleeping
  })

  it('believes a base that says it has slept', async () => {
    const base = { now: () => start, random: () => 0, sleep: async () => {} }
    await createClock({ base }).sleep(hourMs)
  })

  it('rejects with what its base rejects with', async () => {
    const base = { ...systemClock, sleep: async () => Promise.reject(new Error('no timer')) }
    await expect(createClock({ base }).sleep(1)).rejects.toThrow('no timer')
  })

  it('rejects with the reason of a signal, before, while and whether it moves or not', async () => {
    for (const stopped of [true, false]) {
      const clock = createClock({ stopped })
      const reason = new Error('enough')
      await expect(clock.sleep(1, AbortSignal.abort(reason))).rejects.toBe(reason)
      const aborting = new AbortController()
      const sleeping = clock.sleep(hourMs, aborting.signal)
      clock.advance(1)
      aborting.abort(reason)
      await expect(sleeping).rejects.toBe(reason)
    }
  })

  it('draws the same again from the same seed', () => {
    const draw = (seed: number) => {
      const clock = createClock({ seed })
      return [clock.random(), clock.random(), clock.random()]
    }
    expect(draw(5)).toEqual(draw(5))
    expect(draw(5)).not.toEqual(draw(6))
    for (const number of draw(7)) expect(number).toBeGreaterThanOrEqual(0)
    for (const number of draw(7)) expect(number).toBeLessThan(1)
  })

  it('is used as it is where it can be moved, and underneath another where it cannot', () => {
    const clock = createClock()
    expect(adjustable(clock)).toBe(clock)
    const moved = adjustable({ ...systemClock, now: () => start })
    moved.advance(hourMs)
    expect(moved.now()).toBe(start + hourMs)
  })
})
