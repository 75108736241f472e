import { AcmeError, newNonce, type Exchange } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { noncePool } from '../src/nonce.ts'
import { failure } from './failure.ts'
import { fakeCa } from './fake-ca.ts'
import { fakeHost } from './fake-host.ts'

const fiveMinutesMs = 5 * 60_000
const fetched = async (): Promise<string> => 'fetched'

describe('a pool of nonces', () => {
  it('has none at first, and gives the newest of those that it keeps', async () => {
    const pool = noncePool(fakeHost(), 10)
    await expect(pool.take(fetched)).resolves.toBe('fetched')
    pool.keep('first')
    pool.keep(undefined)
    pool.keep('second')
    const taken = [await pool.take(fetched), await pool.take(fetched), await pool.take(fetched)]
    expect(taken).toEqual(['second', 'first', 'fetched'])
  })

  it('keeps ten at most, the newest', async () => {
    const pool = noncePool(fakeHost(), 20)
    for (let i = 1; i <= 12; i += 1) pool.keep(`nonce-${i}`)
    const taken: string[] = []
    for (let i = 1; i <= 11; i += 1) taken.push(await pool.take(fetched))
    const newest = [12, 11, 10, 9, 8, 7, 6, 5, 4, 3].map((n) => `nonce-${n}`)
    expect(taken).toEqual([...newest, 'fetched'])
  })

  it('gives a nonce of five minutes, but none that is a moment older', async () => {
    const host = fakeHost()
    const pool = noncePool(host, 10)
    pool.keep('old')
    host.pass(fiveMinutesMs)
    await expect(pool.take(fetched)).resolves.toBe('old')
    pool.keep('older')
    pool.keep('as old')
    host.pass(fiveMinutesMs + 1)
    await expect(pool.take(fetched)).resolves.toBe('fetched')
    // What lay below has gone with it, though the clock should be set back.
    host.pass(-fiveMinutesMs)
    await expect(pool.take(fetched)).resolves.toBe('fetched')
  })

  it('gives the permit to the next when no nonce can be fetched', async () => {
    const pool = noncePool(fakeHost(), 1)
    const first = pool.take(() => Promise.reject(new AcmeError('ACME_NETWORK', 'reset')))
    const second = pool.take(fetched)
    await expect(first).rejects.toThrow(failure('ACME_NETWORK'))
    await expect(second).resolves.toBe('fetched')
  })

  it('refuses whoever has given up, before or while waiting, and passes over them', async () => {
    const pool = noncePool(fakeHost(), 1)
    await pool.take(fetched)
    await expect(pool.take(fetched, AbortSignal.abort('too late'))).rejects.toBe('too late')
    const controller = new AbortController()
    const impatient = pool.take(fetched, controller.signal)
    const patient = pool.take(fetched)
    controller.abort('enough')
    await expect(impatient).rejects.toBe('enough')
    pool.release()
    await expect(patient).resolves.toBe('fetched')
  })

  it('does not take another’s place away when one gives up who had a permit already', async () => {
    const pool = noncePool(fakeHost(), 1)
    await pool.take(fetched)
    const controller = new AbortController()
    const second = pool.take(fetched, controller.signal)
    const third = pool.take(fetched)
    pool.release()
    await second
    controller.abort('enough')
    pool.release()
    await expect(third).resolves.toBe('fetched')
  })
})

describe('newNonce', () => {
  it('says in the transcript which sending it is', async () => {
    const faults = [{ status: 503 }, { status: 503 }]
    const exchanges: Exchange[] = []
    const ca = fakeCa({
      before: ({ path }) => (path === '/new-nonce' ? faults.shift() : undefined),
    })
    await newNonce(ca.client({ onExchange: (exchange) => exchanges.push(exchange) }))
    expect(exchanges.slice(1).map(({ attempt }) => attempt)).toEqual([1, 2, 3])
  })

  it('takes no reply without a nonce for one', async () => {
    const ca = fakeCa({
      before: ({ path }) =>
        path === '/new-nonce' ? { status: 204, headers: { 'replay-nonce': '' } } : undefined,
    })
    await expect(newNonce(ca.client())).rejects.toThrow(
      failure('ACME_RESPONSE_NOT_CONFORM', {
        message: 'https://ca.test/new-nonce replied wrongly: it has no usable Replay-Nonce',
      }),
    )
  })
})
