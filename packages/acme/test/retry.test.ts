import { AcmeError, backoff, isTransient, poll, retry, retryAfterMs } from '@certwright/acme'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fakeHost } from './fake-host.ts'

const now = Date.UTC(2026, 10, 23, 12, 0, 0)

describe('retryAfterMs', () => {
  it.each([
    undefined,
    '',
    'soon',
    '-5',
    '1.5',
    '5x',
    '5, 10',
    'foo 1',
    '2026-11-23T13:00:00Z',
    'Mon, 99 Nov 2026 12:00:00 GMT',
    'Mon, 23 Nov 2026 25:00:00 GMT',
    'Mon, 23 Nov 2026 12:00:00 CET',
  ])('finds no wait in %j', (field) => {
    expect(retryAfterMs(field, now)).toBeUndefined()
  })

  it.each([
    ['0', 0],
    ['120', 120_000],
    [' 5 ', 5000],
    ['Mon, 23 Nov 2026 12:01:00 GMT', 60_000],
    ['Mon, 23 Nov 2026 11:00:00 GMT', 0],
    ['Monday, 23-Nov-26 12:00:10 GMT', 10_000],
    ['Mon Nov 23 12:00:30 2026', 30_000],
    ['99999999999999999999', 2 ** 31 - 1],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 2 ** 31 - 1],
  ])('reads %j', (field, expected) => {
    expect(retryAfterMs(field, now)).toBe(expected)
  })

  it('never gives anything but a wait that a timer can wait', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.nat().map(String),
          fc.date().map((d) => d.toUTCString()),
        ),
        (field) => {
          const wait = retryAfterMs(field, now) ?? 0
          return Number.isInteger(wait) && wait >= 0 && wait < 2 ** 31
        },
      ),
    )
  })
})

describe('backoff', () => {
  it('doubles from half a second to half a minute, with a quarter of jitter either way', () => {
    const host = fakeHost()
    expect([1, 2, 3, 4, 7, 50].map((attempt) => backoff(attempt, { host }))).toEqual([
      500, 1000, 2000, 4000, 30_000, 30_000,
    ])
    expect(backoff(1, { host: { ...host, random: () => 0 } })).toBe(375)
    expect(backoff(1, { host: { ...host, random: () => 0.999 } })).toBeLessThan(625)
  })
})

const lost = (): AcmeError => new AcmeError('ACME_NETWORK', 'connection reset')
const limited = (retryAfterMs?: number): AcmeError =>
  new AcmeError('ACME_PROBLEM', 'too many', { status: 429, retryAfterMs })

describe('retry', () => {
  it('does not repeat what will not pass', async () => {
    let calls = 0
    const error = new AcmeError('ACME_PROBLEM', 'no', { status: 403 })
    const task = (): Promise<never> => ((calls += 1), Promise.reject(error))
    await expect(retry(task, { host: fakeHost() })).rejects.toBe(error)
    expect(calls).toBe(1)
  })

  it('throws the last failure when the attempts are used up', async () => {
    const errors: AcmeError[] = []
    const host = fakeHost()
    const task = async (): Promise<never> => {
      const error = lost()
      errors.push(error)
      throw error
    }
    await expect(retry(task, { host, attempts: 3 })).rejects.toSatisfy((e) => e === errors[2])
    expect(host.waits).toEqual([500, 1000])
  })

  it('waits for as long as the server asks', async () => {
    const host = fakeHost()
    const task = async (attempt: number): Promise<number> => {
      if (attempt === 1) throw limited(7000)
      return attempt
    }
    await expect(retry(task, { host })).resolves.toBe(2)
    expect(host.waits).toEqual([7000])
  })

  it('does not hurry where the server says zero', async () => {
    const host = fakeHost()
    await retry(async (attempt) => (attempt === 1 ? Promise.reject(limited(0)) : 1), { host })
    expect(host.waits).toEqual([500])
  })

  it('reports the time at once when the server asks for more than there is', async () => {
    const host = fakeHost(now)
    const error = limited(3_600_000)
    await expect(
      retry(() => Promise.reject(error), { host, deadlineMs: 60_000 }),
    ).rejects.toMatchObject({
      code: 'ACME_DEADLINE',
      retryAfterMs: 3_600_000,
      status: 429,
      cause: error,
    })
    expect(host.waits).toEqual([])
  })

  it('waits until the very deadline, and no longer', async () => {
    const task = async (attempt: number): Promise<number> => {
      if (attempt === 1) throw limited(5000)
      return attempt
    }
    await expect(retry(task, { host: fakeHost(), deadlineMs: 5000 })).resolves.toBe(2)
    await expect(retry(task, { host: fakeHost(), deadlineMs: 4999 })).rejects.toThrow(AcmeError)
  })

  it('tells each attempt how much time is left', async () => {
    const rests: number[] = []
    const task = async (attempt: number, restMs: number): Promise<number> => {
      rests.push(restMs)
      if (attempt < 4) throw lost()
      return attempt
    }
    await retry(task, { host: fakeHost(), deadlineMs: 10_000 })
    expect(rests).toEqual([10_000, 9500, 8500, 6500])
    const host = fakeHost()
    const slow = async (attempt: number, restMs: number): Promise<number> => {
      rests.push(restMs)
      host.pass(60_000)
      if (attempt === 1) throw limited(0)
      return attempt
    }
    await expect(retry(slow, { host, deadlineMs: 60_500 })).resolves.toBe(2)
    expect(rests.slice(4)).toEqual([60_500, 0])
  })

  it('says when to come back, whatever the failure', async () => {
    const retryable = (): boolean => true
    const gone = new RangeError('gone')
    const failing = retry(() => Promise.reject(gone), {
      host: fakeHost(now),
      retryable,
      deadlineMs: 1,
    })
    await expect(failing).rejects.toMatchObject({
      code: 'ACME_DEADLINE',
      message:
        'gone; the next attempt makes sense at 2026-11-23T12:00:00.500Z, which is after the deadline',
      cause: gone,
      retryAfterMs: 500,
    })
    const problem = { type: 'urn:ietf:params:acme:error:rateLimited', subproblems: [] }
    const details = {
      problem,
      url: 'https://ca.test/',
      helpUrl: 'https://ca.test/help',
      hint: 'Wait.',
    }
    const told = new AcmeError('ACME_PROBLEM', 'no', details)
    await expect(
      retry(() => Promise.reject(told), { host: fakeHost(now), deadlineMs: 1 }),
    ).rejects.toMatchObject(details)
  })

  it('ends with the reason of an abort while it waits', async () => {
    const controller = new AbortController()
    const host = fakeHost()
    const task = async (): Promise<never> => {
      setImmediate(() => controller.abort('enough'))
      throw lost()
    }
    await expect(retry(task, { host, signal: controller.signal })).rejects.toBe('enough')
  })

  it('ends with the reason of an abort though the task does not heed it', async () => {
    const controller = new AbortController()
    setImmediate(() => controller.abort('enough'))
    await expect(
      retry(() => new Promise(() => undefined), { host: fakeHost(), signal: controller.signal }),
    ).rejects.toBe('enough')
  })
})

describe('isTransient', () => {
  it.each([
    [new Error('x'), false],
    [Object.assign(new Error('x'), { code: 'ACME_NETWORK' }), false],
    [new AcmeError('ACME_DEADLINE', 'x', { status: 503 }), false],
    [new AcmeError('ACME_PROBLEM', 'x'), false],
    [new AcmeError('ACME_SERVER_NOT_TRUSTED', 'x'), false],
    [new AcmeError('ACME_PROBLEM', 'x', { status: 404 }), false],
    [new AcmeError('ACME_PROBLEM', 'x', { status: 501 }), false],
    [lost(), true],
    [limited(), true],
    [new AcmeError('ACME_PROBLEM', 'x', { status: 503 }), true],
    [
      new AcmeError('ACME_PROBLEM', 'x', {
        status: 403,
        problem: { type: 'urn:ietf:params:acme:error:rateLimited', subproblems: [] },
      }),
      true,
    ],
  ])('judges %s', (error, expected) => {
    expect(isTransient(error)).toBe(expected)
  })
})

describe('poll', () => {
  it('misses its deadline by an error, after a last look just before it', async () => {
    const host = fakeHost()
    let looks = 0
    const read = async (): Promise<number> => (looks += 1)
    await expect(poll(read, { host, until: () => false, deadlineMs: 1000 })).rejects.toMatchObject({
      code: 'ACME_DEADLINE',
    })
    expect(host.waits.reduce((a, b) => a + b)).toBe(1000)
    expect(looks).toBe(host.waits.length)
  })

  it('waits as asked between looks, and at least a little', async () => {
    const host = fakeHost()
    let looks = 0
    const read = async (): Promise<number> => (looks += 1)
    await poll(read, {
      host,
      until: (n) => n === 3,
      retryAfterMs: (n) => (n === 1 ? 5000 : 0),
    })
    expect(host.waits).toEqual([250, 5000, 562.5])
  })

  it('tells each look how much time is left, and whoever comes too late when to look again', async () => {
    const rests: number[] = []
    const read = async (restMs: number): Promise<number> => rests.push(restMs)
    const host = fakeHost(now)
    await expect(
      poll(read, { host, until: () => false, deadlineMs: 1000, retryAfterMs: () => 2000 }),
    ).rejects.toMatchObject({
      code: 'ACME_DEADLINE',
      message: 'not done in time; the next look makes sense at 2026-11-23T12:00:02.250Z',
      retryAfterMs: 2000,
    })
    expect(rests).toEqual([750])
    const late = fakeHost()
    const slow = async (restMs: number): Promise<number> => {
      rests.push(restMs)
      late.pass(5000)
      return restMs
    }
    await poll(slow, { host: late, until: () => true, deadlineMs: 250 })
    expect(rests).toEqual([750, 0])
  })

  it('throws what reading throws', async () => {
    const error = lost()
    await expect(
      poll(() => Promise.reject(error), { host: fakeHost(), until: () => true }),
    ).rejects.toBe(error)
  })

  it('lets the caller say what a missed deadline is', async () => {
    const late = new Error('not propagated')
    await expect(
      poll(async () => 'seen', {
        host: fakeHost(),
        until: () => false,
        deadlineMs: 300,
        late: (last) => (last === 'seen' ? late : new Error('unseen')),
      }),
    ).rejects.toBe(late)
  })
})
