import { getEventListeners } from 'node:events'
import { systemHost } from '@certwright/acme'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { after, momentOf } from '../src/host.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('the system’s host', () => {
  it('knows the time, and draws from [0, 1)', () => {
    expect(systemHost.now()).toBe(Date.UTC(2026, 0, 1))
    const draws = Array.from({ length: 100 }, () => systemHost.random())
    expect(draws.every((draw) => draw >= 0 && draw < 1)).toBe(true)
    expect(new Set(draws).size).toBeGreaterThan(90)
  })

  it('sleeps for as long as it is told to, and listens no longer', async () => {
    const { signal } = new AbortController()
    const awake = vi.fn<() => void>()
    void systemHost.sleep(1000, signal).then(awake)
    await vi.advanceTimersByTimeAsync(999)
    expect(awake).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(awake).toHaveBeenCalled()
    expect(getEventListeners(signal, 'abort')).toEqual([])
    const undisturbed = systemHost.sleep(5)
    await vi.advanceTimersByTimeAsync(5)
    await expect(undisturbed).resolves.toBeUndefined()
  })

  it('wakes up with the reason of an abort, and leaves no timer behind', async () => {
    const controller = new AbortController()
    const sleeping = systemHost.sleep(1000, controller.signal)
    controller.abort('enough')
    await expect(sleeping).rejects.toBe('enough')
    await expect(systemHost.sleep(1000, controller.signal)).rejects.toBe('enough')
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('after', () => {
  it('calls once, unless it is told not to', async () => {
    const [called, spared] = [vi.fn<() => void>(), vi.fn<() => void>()]
    after(10, called)
    after(10, spared)()
    await vi.advanceTimersByTimeAsync(50)
    expect(called).toHaveBeenCalledTimes(1)
    expect(spared).not.toHaveBeenCalled()
  })
})

describe('momentOf', () => {
  it('reads what names a moment, and nothing else', () => {
    expect(momentOf('1970-01-01T00:00:01Z')).toBe(1000)
    expect(momentOf('Thu, 01 Jan 1970 00:00:00 GMT')).toBe(0)
    expect(momentOf('soon')).toBeUndefined()
  })
})
