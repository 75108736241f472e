import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { abortable, settledWithin, together, within, type Ends } from '../src/abort.ts'

/** How many wait for the signal. */
const listening = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length
const never = (): Promise<never> => new Promise(() => undefined)
const late = (): Error => new Error('too late')

/** Ends by the signal's reason alone. */
const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('abortable', () => {
  it('is the promise itself where nobody can abort', () => {
    const promise = Promise.resolve(1)
    expect(abortable(promise, undefined)).toBe(promise)
  })

  it('ends as the promise ends, and listens no longer', async () => {
    const { signal } = new AbortController()
    const [good, bad] = [Promise.withResolvers<number>(), Promise.withResolvers<number>()]
    const ends = [abortable(good.promise, signal), abortable(bad.promise, signal)]
    expect(listening(signal)).toBe(2)
    good.resolve(1)
    bad.reject(late())
    await expect(ends[0]).resolves.toBe(1)
    await expect(ends[1]).rejects.toThrow('too late')
    expect(listening(signal)).toBe(0)
  })

  it('ends with the reason of an abort, before or while it waits', async () => {
    const controller = new AbortController()
    const waiting = abortable(never(), controller.signal)
    controller.abort('enough')
    await expect(waiting).rejects.toBe('enough')
    await expect(abortable(never(), controller.signal)).rejects.toBe('enough')
  })
})

describe('within', () => {
  it('gives what the task gives, and leaves no timer and no listener behind', async () => {
    const { signal } = new AbortController()
    const running = within({ limitMs: 1000, signal, late }, async (own) => {
      expect([vi.getTimerCount(), listening(signal), own.aborted]).toEqual([1, 1, false])
      return 'done'
    })
    await expect(running).resolves.toBe('done')
    expect([vi.getTimerCount(), listening(signal)]).toEqual([0, 0])
    await expect(
      within({ limitMs: 1, signal, late }, () => Promise.reject(late())),
    ).rejects.toThrow()
    expect([vi.getTimerCount(), listening(signal)]).toEqual([0, 0])
  })

  it('aborts the task once the time is over, and not before', async () => {
    const running = within({ limitMs: 1000, late }, untilAborted)
    const ended = vi.fn<(error: unknown) => void>()
    void running.catch(ended)
    await vi.advanceTimersByTimeAsync(999)
    expect(ended).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(ended).toHaveBeenCalledWith(late())
  })

  it('has no limit beyond what a timer can wait, and none below nothing', async () => {
    const longest = 2 ** 31 - 1
    const patient = within({ limitMs: Number.POSITIVE_INFINITY, late }, untilAborted)
    const ended = vi.fn<(error: unknown) => void>()
    void patient.catch(ended)
    await vi.advanceTimersByTimeAsync(longest - 1)
    expect(ended).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(ended).toHaveBeenCalled()
    const over = expect(within({ limitMs: -5, late }, untilAborted)).rejects.toThrow('too late')
    await vi.advanceTimersByTimeAsync(0)
    await over
  })

  it('aborts the task with the caller, by the same reason', async () => {
    const controller = new AbortController()
    const running = within({ limitMs: 1000, signal: controller.signal, late }, untilAborted)
    controller.abort('enough')
    await expect(running).rejects.toBe('enough')
    const { signal } = controller
    const task = () => expect.unreachable()
    await expect(within({ limitMs: 1000, signal, late }, task)).rejects.toBe('enough')
  })
})

describe('settledWithin', () => {
  /** Something that was begun, how often it was broken off, and how it ended. */
  function begun(limitMs: number, signal?: AbortSignal) {
    const breakOff = vi.fn<() => void>()
    const begin = Promise.withResolvers<Ends<string>>()
    const ended = settledWithin<string>({ limitMs, signal, late }, (ends) => {
      begin.resolve(ends)
      return breakOff
    })
    return { breakOff, ended, ends: begin.promise }
  }

  it('ends as it is settled, and leaves no timer and no listener behind', async () => {
    const { signal } = new AbortController()
    const [good, bad] = [begun(1000, signal), begun(1000, signal)]
    expect([vi.getTimerCount(), listening(signal)]).toEqual([2, 2])
    const [goodEnds, badEnds] = await Promise.all([good.ends, bad.ends])
    goodEnds.resolve('done')
    badEnds.reject(late())
    await expect(good.ended).resolves.toBe('done')
    await expect(bad.ended).rejects.toThrow('too late')
    expect([vi.getTimerCount(), listening(signal)]).toEqual([0, 0])
    expect(good.breakOff).not.toHaveBeenCalled()
    expect(bad.breakOff).toHaveBeenCalledOnce()
  })

  it('is broken off once the time is over, and not before; never at once for want of a limit', async () => {
    const [hurried, patient] = [begun(1000), begun(Number.POSITIVE_INFINITY)]
    const over = expect(hurried.ended).rejects.toThrow('too late')
    await vi.advanceTimersByTimeAsync(999)
    expect(hurried.breakOff).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    await over
    expect(hurried.breakOff).toHaveBeenCalledOnce()
    expect(patient.breakOff).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(1)
  })

  it('is broken off by an abort, and not begun after one', async () => {
    const controller = new AbortController()
    const { breakOff, ended } = begun(1000, controller.signal)
    controller.abort('enough')
    await expect(ended).rejects.toBe('enough')
    expect(breakOff).toHaveBeenCalledOnce()
    expect(vi.getTimerCount()).toBe(0)
    const { signal } = controller
    const begin = () => expect.unreachable()
    await expect(settledWithin({ limitMs: 1000, signal, late }, begin)).rejects.toBe('enough')
  })
})

describe('together', () => {
  it('gives the outcomes in the order of the items, whichever comes first', async () => {
    const { signal } = new AbortController()
    const task = async (ms: number): Promise<number> => {
      await new Promise((resolve) => void setTimeout(resolve, ms))
      return ms
    }
    const running = together([30, 10, 20], signal, task)
    expect(listening(signal)).toBe(1)
    await vi.advanceTimersByTimeAsync(30)
    await expect(running).resolves.toEqual([30, 10, 20])
    expect(listening(signal)).toBe(0)
  })

  it('aborts the others when one fails, waits for them, and throws what the first threw', async () => {
    const first = new Error('first')
    const log: string[] = []
    const running = together(['bad', 'slow'], undefined, async (item, signal) => {
      if (item === 'bad') throw first
      await untilAborted(signal).catch((error: unknown) => log.push(`aborted by ${String(error)}`))
      await Promise.resolve()
      log.push('cleaned up')
      throw new Error('second')
    })
    await expect(running).rejects.toBe(first)
    expect(log).toEqual(['aborted by Error: first', 'cleaned up'])
  })

  it('runs the only item under the signal that was given', async () => {
    const { signal } = new AbortController()
    const task = (item: number, own: AbortSignal) => Promise.resolve([item, own === signal])
    await expect(together([0], signal, task)).resolves.toEqual([[0, true]])
    await expect(together([], signal, task)).resolves.toEqual([])
  })

  it('fails where a task throws nothing', async () => {
    const nothing: unknown = undefined
    const outcome = together([1], undefined, () => Promise.reject(nothing as Error))
    await expect(outcome).rejects.toBeUndefined()
  })

  it('aborts all with the caller, and begins nothing after that', async () => {
    const controller = new AbortController()
    const { signal } = controller
    const running = together([1, 2], signal, (_item, own) => untilAborted(own))
    controller.abort('enough')
    await expect(running).rejects.toBe('enough')
    const task = () => expect.unreachable()
    await expect(together([1], signal, task)).rejects.toBe('enough')
  })
})
