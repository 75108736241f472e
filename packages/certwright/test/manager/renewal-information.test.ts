import { AcmeError, type AcmeRequest, type AcmeResponse } from '@certwright/acme'
import { createAuthority, systemClock, type Authority } from '@certwright/sandbox'
import { beforeAll, describe, expect, it } from 'vitest'
import { pollRenewals, type PollContext } from '../../src/manager/renewal-information.ts'
import { systemHost } from '../../src/runtime/host.ts'
import type { Renewal, Store } from '../../src/store/store.ts'
import { certificate, issuer, version } from '../store/samples.ts'
import { opened, scratchDirectory } from '../store/state-directory.ts'

const hour = 3_600_000
const day = 24 * hour
const begin = Date.UTC(2026, 10, 24)
const directoryUrl = 'https://ca.test/directory'
const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))

const directory = {
  newNonce: 'https://ca.test/nonce',
  newAccount: 'https://ca.test/account',
  newOrder: 'https://ca.test/order',
  renewalInfo: 'https://ca.test/renewal-info',
}

interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** Nothing comes back. */
  readonly error?: Error
  /** What comes back only then. */
  readonly after?: Promise<void>
}

const windowOf = (start: number, end: number, more: object = {}): Answer => ({
  headers: { 'retry-after': '21600' },
  body: {
    suggestedWindow: { start: new Date(start).toISOString(), end: new Date(end).toISOString() },
    ...more,
  },
})

let authority: Authority
let chains: string[]
beforeAll(async () => {
  authority = await createAuthority({ clock: systemClock, name: 'Test' })
  const { publicKey } = await crypto.subtle.generateKey(
    { name: 'ECDSA', namedCurve: 'P-256' },
    true,
    ['sign', 'verify'],
  )
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', publicKey))
  const identifiers = [{ type: 'dns', value: 'example.com' }] as const
  chains = []
  for (let i = 0; i < 2; i += 1) {
    const validity = { notBefore: begin, notAfter: begin + 90 * day }
    chains.push((await authority.issue({ publicKey: spki, identifiers, ...validity })).chainPem)
  }
})

/** A store with certificates, a clock that stands still, and a CA that answers as it is told. */
class World {
  time = begin
  readonly asked: string[] = []
  answer: (url: string) => Answer = () => windowOf(begin + 60 * day, begin + 62 * day)
  draws = [0.5]
  store!: Store
  readonly state = scratchDirectory()

  async open(ids: readonly string[] = ['example.com']): Promise<this> {
    this.store = await opened(this.state)
    for (const id of ids) {
      await this.store.saveCertificate(certificate({ id, directoryUrl }))
      await this.store.addVersion(this.version(id))
    }
    return this
  }

  version(id: string, chainPem = chains[0] ?? '') {
    const validity = { notBefore: begin, notAfter: begin + 90 * day }
    return version({ certificateId: id, chainPem, directoryUrl, ...validity })
  }

  get context(): PollContext {
    return {
      store: this.store,
      host: {
        ...systemHost,
        now: () => this.time,
        random: () => this.draws.shift() ?? 0.5,
        sleep: () => Promise.resolve(),
      },
      transport: () => ({ exchange: (request) => this.exchange(request) }),
    }
  }

  async exchange({ url }: AcmeRequest): Promise<AcmeResponse> {
    this.asked.push(url)
    const { status = 200, headers = {}, body, error, after } = this.answerTo(url)
    await after
    if (error) throw error
    return {
      status,
      headers: { 'content-type': 'application/json', ...headers },
      body: encode(body),
    }
  }

  answerTo(url: string): Answer {
    const own = this.answer(url)
    return url === directoryUrl && own.error === undefined ? { body: directory } : own
  }

  get asks(): number {
    return this.asked.filter((url) => url.startsWith(directory.renewalInfo)).length
  }

  async poll(ids: readonly string[] = ['example.com'], signal?: AbortSignal) {
    return pollRenewals(
      ids.map((id) => ({ id })),
      this.context,
      signal,
    )
  }

  async kept(number = 1): Promise<Renewal | undefined> {
    return this.store.renewal('example.com', number)
  }
}

describe('the moment to renew', () => {
  it('is drawn from the window and kept with it, and with what explains it', async () => {
    const world = await new World().open()
    const url = 'https://ca.test/incident'
    world.answer = () => windowOf(begin + 60 * day, begin + 62 * day, { explanationURL: url })
    world.draws = [0.25]
    const [poll] = await world.poll()
    const expected: Renewal = {
      certificateId: 'example.com',
      number: 1,
      suggestion: {
        start: begin + 60 * day,
        end: begin + 62 * day,
        renewAt: begin + 60.5 * day,
        explanationUrl: url,
      },
      nextPollAt: begin + 6 * hour,
      failures: 0,
    }
    expect(poll).toStrictEqual({ certificateId: 'example.com', renewal: expected })
    expect(await world.kept()).toStrictEqual(expected)
  })

  it('stays as it was drawn while the window stays, over several runs', async () => {
    const world = await new World().open()
    world.draws = [0.25, 0.75]
    await world.poll()
    world.time += 6 * hour
    world.store = await opened(world.state)
    await world.poll()
    expect(world.asks).toBe(2)
    expect((await world.kept())?.suggestion?.renewAt).toBe(begin + 60.5 * day)
    expect((await world.kept())?.nextPollAt).toBe(begin + 12 * hour)
  })

  it.each([
    ['begins earlier', begin + 59 * day, begin + 62 * day],
    ['ends earlier', begin + 60 * day, begin + 61 * day],
  ])('is drawn anew from a window that %s', async (_what, start, end) => {
    const world = await new World().open()
    world.draws = [0.25, 0.75]
    await world.poll()
    world.time += 6 * hour
    world.answer = () => windowOf(start, end)
    await world.poll()
    const { suggestion } = (await world.kept()) ?? {}
    expect(suggestion).toStrictEqual({ start, end, renewAt: start + 0.75 * (end - start) })
  })
})

describe('a CA is not asked', () => {
  it('before the time has come that it named', async () => {
    const world = await new World().open()
    world.answer = () => ({ ...windowOf(begin, begin + day), headers: { 'retry-after': '7200' } })
    await world.poll()
    world.time += 2 * hour - 1
    expect(await world.poll()).toStrictEqual([])
    expect(world.asks).toBe(1)
    world.time += 1
    await world.poll()
    expect(world.asks).toBe(2)
  })

  it('about a version that has expired, was revoked or is not there', async () => {
    const world = await new World().open(['example.com', 'revoked'])
    await world.store.saveCertificate(certificate({ id: 'new', directoryUrl }))
    await world.store.markRevoked('revoked', 1, begin, 0)
    world.time = begin + 90 * day + 1
    expect(await world.poll(['example.com', 'new', 'unknown'])).toStrictEqual([])
    world.time = begin
    expect(await world.poll(['revoked'])).toStrictEqual([])
    expect(world.asked).toStrictEqual([])
  })

  it('about a version that was replaced', async () => {
    const world = await new World().open()
    await world.store.addVersion(world.version('example.com', chains[1]))
    await world.poll()
    expect(await world.kept(1)).toBeUndefined()
    expect(await world.kept(2)).toBeDefined()
    expect(world.asks).toBe(1)
  })

  it('but once a day where it has no renewal information, which is no failure', async () => {
    const world = await new World().open()
    const { renewalInfo: _, ...without } = directory
    world.answerTo = () => ({ body: without })
    const [poll] = await world.poll()
    expect(poll?.renewal).toStrictEqual({
      certificateId: 'example.com',
      number: 1,
      nextPollAt: begin + day,
      failures: 0,
    })
    expect(poll?.error).toBeUndefined()
  })
})

describe('a failure', () => {
  const gone: Answer = { status: 404, body: {} }
  const busy: Answer = { status: 503, body: {} }

  it('is kept, and leaves what was suggested before', async () => {
    const world = await new World().open()
    await world.poll()
    const before = await world.kept()
    world.time += 6 * hour
    world.answer = () => gone
    const [poll] = await world.poll()
    expect(poll?.error).toMatchObject({ code: 'ACME_PROBLEM', status: 404 })
    expect(await world.kept()).toStrictEqual({
      ...before,
      nextPollAt: world.time + 6 * hour,
      failures: 1,
      lastError: {
        code: 'ACME_PROBLEM',
        reason: expect.stringContaining('404') as string,
        at: world.time,
      },
    })
  })

  it('of a moment is followed by growing pauses, then by six hours, and forgotten by a success', async () => {
    const world = await new World().open()
    world.answer = () => busy
    const pauses: number[] = []
    for (let i = 0; i < 6; i += 1) {
      await world.poll()
      const { nextPollAt = 0 } = (await world.kept()) ?? {}
      pauses.push((nextPollAt - world.time) / 60_000)
      world.time = nextPollAt
    }
    expect(pauses).toStrictEqual([5, 15, 45, 135, 360, 360])
    expect((await world.kept())?.failures).toBe(6)
    world.answer = () => windowOf(begin + 60 * day, begin + 62 * day)
    await world.poll()
    expect(await world.kept()).toMatchObject({ failures: 0 })
    expect(await world.kept()).not.toHaveProperty('lastError')
  })

  it.each([
    ['a window without length', windowOf(begin, begin)],
    ['no window', { body: {} }],
  ])('is %s', async (_what, answer) => {
    const world = await new World().open()
    world.answer = () => answer
    await world.poll()
    expect(await world.kept()).toMatchObject({
      nextPollAt: begin + 6 * hour,
      failures: 1,
      lastError: { code: 'ACME_RESPONSE_NOT_CONFORM' },
    })
  })

  it('is a certificate that cannot be read', async () => {
    const world = await new World().open([])
    await world.store.saveCertificate(certificate({ directoryUrl }))
    await world.store.addVersion(world.version('example.com', 'not PEM'))
    await world.poll()
    expect(await world.kept()).toMatchObject({
      failures: 1,
      lastError: { code: 'ACME_PEM_NOT_CONFORM' },
    })
    expect(world.asked).toStrictEqual([])
  })

  it('of one certificate is none of the others', async () => {
    const world = await new World().open(['broken', 'example.com'])
    let first = true
    world.answer = (url) => {
      if (url === directoryUrl || !first) return windowOf(begin + 60 * day, begin + 62 * day)
      first = false
      return gone
    }
    const polls = await world.poll(['broken', 'example.com'])
    expect(polls).toHaveLength(2)
    expect(polls.filter(({ error }) => error !== undefined)).toHaveLength(1)
  })

  it('to reach a CA is that of all its certificates, and is not met for each of them', async () => {
    const ids = Array.from({ length: 50 }, (_, i) => `c${i}`)
    const world = await new World().open(ids)
    world.answer = () => ({ error: new AcmeError('ACME_NETWORK', 'no reply') })
    const polls = await world.poll(ids)
    expect(polls).toHaveLength(50)
    expect(polls.every(({ renewal }) => renewal.failures === 1)).toBe(true)
    // Twice for those that began together, which share one request for the directory.
    expect(world.asked.length).toBeLessThan(10)
  })
})

describe('many certificates', () => {
  it('are asked about twenty at a time, over one directory', async () => {
    const ids = Array.from({ length: 50 }, (_, i) => `c${i}`)
    const world = await new World().open(ids)
    world.draws = ids.map(() => 0.5)
    let [current, most] = [0, 0]
    world.answer = () => ({
      ...windowOf(begin + 60 * day, begin + 62 * day),
      after: new Promise((resolve) => {
        current += 1
        most = Math.max(most, current)
        setImmediate(() => {
          current -= 1
          resolve()
        })
      }),
    })
    const exchange = world.exchange.bind(world)
    world.exchange = async (request) =>
      request.url === directoryUrl
        ? { status: 200, headers: {}, body: encode(directory) }
        : exchange(request)
    await world.poll(ids)
    expect(world.asks).toBe(50)
    expect(most).toBeGreaterThan(10)
    expect(most).toBeLessThanOrEqual(20)
  })

  it('are left as they are where the run is aborted', async () => {
    const world = await new World().open()
    const stop = new AbortController()
    world.answer = () => {
      stop.abort(new Error('stopped'))
      return windowOf(begin, begin + day)
    }
    await expect(world.poll(['example.com'], stop.signal)).rejects.toThrow('stopped')
    expect(await world.kept()).toBeUndefined()
  })
})

it('trusts the roots that were named for the CA, of an account that was deactivated too', async () => {
  const world = await new World().open()
  await world.store.saveIssuer(
    issuer({ directoryUrl, caFile: '/etc/ca.pem', status: 'deactivated' }),
  )
  const reached: unknown[] = []
  const context: PollContext = {
    ...world.context,
    transport: (by) => {
      reached.push(by.caFile)
      return { exchange: (request) => world.exchange(request) }
    },
  }
  await pollRenewals([{ id: 'example.com' }], context)
  expect(reached).toStrictEqual(['/etc/ca.pem'])
})
