import {
  AcmeError,
  createCsr,
  newOrder,
  obtain,
  type ChallengeWork,
  type ObtainOptions,
  type ObtainStep,
  type Order,
  type Solver,
} from '@certwright/acme'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  chainPem,
  fakeCa,
  knownAccount,
  newSigner,
  refusal,
  type FakeCaOptions,
} from './fake-ca.ts'

interface SpySolver extends Solver {
  /** What was called, in order. */
  readonly calls: string[]
}

function spySolver(type: string, more: Partial<Solver> = {}): SpySolver {
  const calls: string[] = []
  return {
    type,
    calls,
    async present(work) {
      calls.push(`present ${work.identifier.value}`)
      return { token: work.token, name: work.identifier.value }
    },
    async settle(works) {
      calls.push(`settle ${works.length}`)
    },
    async cleanUp(receipt) {
      calls.push(`clean up ${receipt['name']}`)
    },
    ...more,
  }
}

async function world(ca: FakeCaOptions = {}, names: readonly string[] = ['example.org']) {
  const fake = fakeCa(ca)
  const account = await knownAccount(fake)
  const identifiers = names.map((value) => ({ type: 'dns', value }))
  const steps: ObtainStep[] = []
  const solver = spySolver('dns-01')
  const csrs: Order[] = []
  const client = fake.client()
  const run = (options: Partial<ObtainOptions> = {}) =>
    obtain(client, account, {
      identifiers,
      solvers: [solver],
      async csr(order) {
        csrs.push(order)
        return createCsr({ identifiers, key: await newSigner() })
      },
      onStep: (step) => steps.push(step),
      ...options,
    })
  return { ...fake, fake, client, account, identifiers, solver, steps, csrs, run }
}

async function failure(promise: Promise<unknown>): Promise<AcmeError> {
  const error: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(error instanceof AcmeError)) throw new Error('expected an AcmeError', { cause: error })
  return error
}

const warmCalls = [
  'POST /new-order',
  'POST /authz/N',
  'POST /challenge/N/dns-N',
  'POST /order/N',
  'POST /order/N/finalize',
  'POST /order/N',
  'POST /cert/N',
]

describe('obtain', () => {
  it('needs seven requests for one name once directory and nonce are there', async () => {
    const { run, seen, calls, solver, csrs } = await world()
    await run()
    expect(calls().slice(0, 2)).toEqual(['GET /directory', 'GET /new-nonce'])
    seen.length = 0

    const { chain, order } = await run()

    expect(calls()).toEqual(warmCalls)
    expect(order.status).toBe('valid')
    expect(chain.pem).toBe(chainPem)
    expect(chain.certificates).toHaveLength(2)
    expect(csrs).toHaveLength(2)
    expect(solver.calls.slice(3)).toEqual([
      'present example.org',
      'settle 1',
      'clean up example.org',
    ])
  })

  it('tells how far it is, with the order as it is then', async () => {
    const { run, steps } = await world()
    await run({ journal: {} })
    const told = steps.map((step) =>
      'order' in step ? `${step.type} ${step.order.status}` : step.type,
    )
    expect(told).toEqual([
      'order pending',
      'presented',
      'settled',
      'cleaned-up',
      'validated ready',
      'finalizing ready',
      'issued valid',
    ])
    const [first] = steps
    const order = first?.type === 'order' ? first.order : expect.unreachable()
    expect(first).toStrictEqual({ type: 'order', order, resumed: false })
    const identifier = { type: 'dns', value: 'example.org' }
    for (const step of steps.slice(1, 3)) {
      expect(step).toMatchObject({ challenge: 'dns-01', works: [{ type: 'dns-01', identifier }] })
    }
    await expect(run({ onStep: undefined })).resolves.toHaveProperty('order.status', 'valid')
  })

  it.each(['/new-order', '/authz/', '/challenge/', '/order/', '/cert/'])(
    'gives no request more time than is left: %s',
    async (path) => {
      const { run, host } = await world({
        before: (seen) => (seen.path.startsWith(path) ? { status: 503 } : undefined),
      })
      expect(await failure(run({ deadlineMs: 5000 }))).toMatchObject({
        code: 'ACME_DEADLINE',
        status: 503,
      })
      expect(host.waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(5000)
    },
  )

  it('looks again, and does not finalize again, where the order stays ready at first', async () => {
    let looks = 0
    const { run, calls, csrs, host } = await world({
      before: ({ path, payload }, ca) => {
        const [[url, order] = ['', undefined]] = ca.orders
        const isLook = /^\/order\/\d+$/.test(path) && payload === ''
        if (!isLook || order?.status !== 'processing' || (looks += 1) > 1) return undefined
        return { body: { ...order, status: 'ready', finalize: `${url}/finalize` } }
      },
      after: ({ path }, ca) => {
        if (!path.endsWith('/finalize')) return undefined
        const [[url, order] = ['', undefined]] = ca.orders
        return { body: { ...order, status: 'ready', finalize: `${url}/finalize` } }
      },
    })
    expect((await run()).order.status).toBe('valid')
    expect(calls().filter((call) => call.endsWith('/finalize'))).toHaveLength(1)
    expect(csrs).toHaveLength(1)
    expect(host.waits).toEqual([20, 20, 30])
  })

  it('reads the order again where it is valid and does not name its certificate', async () => {
    const late = (named: boolean): FakeCaOptions => ({
      finalizedAs: 'valid',
      after: ({ path, payload }, ca) => {
        const isRead = /^\/order\/\d+$/.test(path) && payload === ''
        const [order] = ca.orders.values()
        if (order?.status !== 'valid' || (named && isRead)) return undefined
        return path.startsWith('/order/')
          ? { body: { ...order, certificate: undefined } }
          : undefined
      },
    })
    const { run, calls } = await world(late(true))
    expect((await run()).chain.pem).toBe(chainPem)
    expect(calls().slice(-3)).toEqual(warmCalls.slice(-3))
    const never = await world(late(false))
    const url: unknown = expect.stringMatching(/^https:\/\/ca\.test\/order\/\d+$/)
    const error = await failure(never.run())
    expect(error).toMatchObject({ code: 'ACME_RESPONSE_NOT_CONFORM', url })
    expect(error.message).toBe(`the valid order ${error.url} has no certificate`)
  })

  it('says why an order failed that begins as invalid, as far as that can be read', async () => {
    const begun = (authorizations: 'readable' | 'gone'): FakeCaOptions => ({
      before: ({ path }) =>
        authorizations === 'gone' && path.startsWith('/authz/') ? { status: 404 } : undefined,
      after: ({ path }, ca) => {
        if (path !== '/new-order') return undefined
        const [authorization] = ca.authorizations.values()
        if (authorization) authorization.status = 'revoked'
        const [[url, order] = ['', undefined]] = ca.orders
        const error = { type: 'urn:ietf:params:acme:error:compound', detail: 'no' }
        const body = { ...order, status: 'invalid', error }
        return { status: 201, headers: { location: url }, body }
      },
    })
    const told = await world(begun('readable'))
    const error = await failure(told.run())
    expect(error).toMatchObject({ code: 'ACME_ORDER_INVALID', problem: { detail: 'no' } })
    expect(error.message).toBe(`the order ${error.url} is invalid: example.org`)
    expect(error.authorizations).toHaveLength(1)
    expect(told.calls()).not.toContain('POST /order/N')
    const gone = await world(begun('gone'))
    const bare = await failure(gone.run())
    expect(bare.message).toBe(`the order ${bare.url} is invalid: compound: no`)
    expect(bare.authorizations).toBeUndefined()
  })

  it('saves a request where finalizing is answered by the valid order', async () => {
    const { run, calls } = await world({ finalizedAs: 'valid' })
    await run()
    expect(calls().slice(2)).toEqual(warmCalls.toSpliced(5, 1))
  })

  it('looks first after 20 milliseconds and then ever more rarely, up to ten seconds', async () => {
    const { run, host } = await world({ pendingLooks: 20 })
    await run()
    expect(host.waits[0]).toBe(20)
    expect(host.waits[1]).toBeCloseTo(30)
    expect(Math.max(...host.waits)).toBe(10_000)
  })

  it('presents everything, settles each solver once, then responds to everything', async () => {
    const names = ['a.example.org', 'b.example.org', 'c.example.org']
    const log: string[] = []
    const { run, seen } = await world(
      {
        before: ({ path, payload }) =>
          void (path.includes('/challenge/') && payload !== '' && log.push('respond')),
      },
      names,
    )
    const http = spySolver('http-01', {
      accepts: ({ value }) => value.startsWith('a.'),
      present: async () => (log.push('present'), {}),
      settle: async (works) => void log.push(`settle ${works.length}`),
    })
    const dns = spySolver('dns-01', {
      present: async () => (log.push('present'), {}),
      settle: async (works) => void log.push(`settle ${works.length}`),
    })

    await run({ solvers: [http, dns] })

    expect(log.slice(0, 3)).toEqual(['present', 'present', 'present'])
    expect(log.slice(3, 5).sort()).toEqual(['settle 1', 'settle 2'])
    expect(log.slice(5)).toEqual(['respond', 'respond', 'respond'])
    expect(seen.filter(({ path }) => path.endsWith('/http-01'))).toHaveLength(1)
  })

  it('gives a solver the wildcard and its base name apart', async () => {
    const works: ChallengeWork[] = []
    const { run } = await world({}, ['*.example.org', 'example.org'])
    await run({
      solvers: [spySolver('dns-01', { present: async (work) => (works.push(work), {}) })],
    })
    const named = works.map(({ identifier, wildcard }) => `${identifier.value} ${wildcard}`)
    expect(named.sort()).toEqual(['example.org false', 'example.org true'])
    expect(new Set(works.map(({ token }) => token)).size).toBe(2)
  })

  it('takes the first solver of the preference and never another challenge on offer', async () => {
    const { run, solver, calls } = await world({ challengeTypes: ['http-01', 'email-reply-00'] })
    const error = await failure(run())
    expect(error.code).toBe('ACME_NO_SOLVER')
    expect(error.unsolved).toEqual([
      {
        identifier: { type: 'dns', value: 'example.org' },
        wildcard: false,
        offered: ['http-01', 'email-reply-00'],
      },
    ])
    expect(error.message).toContain('http-01, email-reply-00')
    expect(solver.calls).toEqual([])
    expect(calls()).not.toContain('POST /challenge/N/http-N')
  })

  it('refuses a token that could be a path', async () => {
    const { run, solver, fake } = await world({
      after: ({ path }, ca) => {
        if (path !== '/new-order') return undefined
        for (const { challenges } of ca.authorizations.values()) {
          for (const challenge of challenges) challenge.token = '../../etc/passwd'
        }
        return undefined
      },
    })
    const error = await failure(run())
    expect(error.code).toBe('ACME_RESPONSE_NOT_CONFORM')
    expect(solver.calls).toEqual([])
    expect([...fake.authorizations.values()].map(({ status }) => status)).toEqual(['deactivated'])
  })

  it('gives a solver without tokens the challenge as it came, and one with tokens none of it', async () => {
    const works: ChallengeWork[] = []
    const members = { 'issuer-domain-names': ['ca.test'] }
    const { run, account } = await world({
      challengeTypes: ['dns-persist-01'],
      after: ({ path }, ca) => {
        if (path !== '/new-order') return undefined
        for (const { challenges } of ca.authorizations.values()) {
          for (const challenge of challenges) {
            delete challenge.token
            Object.assign(challenge, members)
          }
        }
        return undefined
      },
    })
    const present: Solver['present'] = async (work) => (works.push(work), {})
    const error = await failure(run({ solvers: [spySolver('dns-persist-01', { present })] }))
    expect(error.code).toBe('ACME_RESPONSE_NOT_CONFORM')
    expect(works).toEqual([])

    await run({ solvers: [spySolver('dns-persist-01', { present, tokenless: true })] })
    expect(works).toMatchObject([
      { token: '', keyAuthorization: '', accountUrl: account.url, raw: members },
    ])
  })

  it('refuses a challenge without a URL', async () => {
    const { run, fake } = await world({
      after: ({ path }, ca) => {
        if (path !== '/new-order') return undefined
        for (const { challenges } of ca.authorizations.values()) {
          for (const challenge of challenges) delete challenge.url
        }
        return undefined
      },
    })
    expect(await failure(run())).toMatchObject({
      code: 'ACME_RESPONSE_NOT_CONFORM',
      message: 'the dns-01 challenge for example.org has no usable token or URL',
      url: [...fake.authorizations.keys()][0],
    })
  })

  it('says for each name what is on offer, and what to do', async () => {
    const { run } = await world({ challengeTypes: [] }, ['example.net', '*.example.org'])
    expect(await failure(run())).toMatchObject({
      code: 'ACME_NO_SOLVER',
      message: 'no solver fits *.example.org (offered: nothing); example.net (offered: nothing)',
      hint: 'Give a solver for one of the challenges on offer.',
    })
  })

  it('passes over a challenge that has failed, for one that has not', async () => {
    const { run, solver } = await world({
      after: ({ path }, ca) => {
        if (path !== '/new-order') return undefined
        for (const { challenges } of ca.authorizations.values()) {
          for (const challenge of challenges) {
            if (challenge.type === 'dns-01') challenge.status = 'invalid'
          }
        }
        return undefined
      },
    })
    const http = spySolver('http-01')
    await run({ solvers: [solver, http] })
    expect([solver.calls.length, http.calls.length]).toEqual([0, 3])
  })

  it('does not respond to a challenge that the CA is at already', async () => {
    const { run, seen, solver } = await world({
      after: ({ path }, ca) => {
        const [authorization] = ca.authorizations.values()
        if (authorization === undefined) return undefined
        const [, challenge] = authorization.challenges
        if (path === '/new-order' && challenge) challenge.status = 'processing'
        if (path.startsWith('/authz/')) {
          const body = structuredClone(authorization)
          authorization.status = 'valid'
          return { body }
        }
        return undefined
      },
    })
    await run()
    expect(solver.calls).toContain('present example.org')
    expect(seen.filter(({ path }) => path.startsWith('/challenge/'))).toEqual([])
  })

  it('presents nothing, and gives up the rest, where an authorization has failed already', async () => {
    const { run, fake, solver } = await world(
      {
        after: ({ path }, ca) => {
          const [first] = ca.authorizations.values()
          if (path === '/new-order' && first) first.status = 'expired'
          return undefined
        },
      },
      ['a.example.org', 'b.example.org'],
    )
    expect(await failure(run())).toMatchObject({
      code: 'ACME_ORDER_INVALID',
      authorizations: [{ identifier: { value: 'a.example.org' } }],
    })
    expect(solver.calls).toEqual([])
    const states = [...fake.authorizations.values()].map(({ status }) => status)
    expect(states).toEqual(['expired', 'deactivated'])
  })

  it.each([
    ['a CA in trouble', 600_000, 'ACME_PROBLEM'],
    ['a missed deadline', 5000, 'ACME_DEADLINE'],
  ])('gives nothing up after %s, since it may pass', async (_what, deadlineMs, code) => {
    const { run, fake } = await world({
      before: ({ path }) => (path.startsWith('/challenge/') ? { status: 503 } : undefined),
    })
    expect((await failure(run({ deadlineMs }))).code).toBe(code)
    expect([...fake.authorizations.values()].map(({ status }) => status)).toEqual(['pending'])
  })

  it('reads no authorization again, to give it up, that was valid before', async () => {
    const { run, fake, seen } = await world(
      {
        validate: () => 'invalid',
        after: ({ path }, ca) => {
          const [first] = ca.authorizations.values()
          if (path === '/new-order' && first) first.status = 'valid'
          return undefined
        },
      },
      ['a.example.org', 'b.example.org'],
    )
    await failure(run())
    const [valid = ''] = fake.authorizations.keys()
    // At first, and for the reason of the failure.
    expect(seen.filter(({ url }) => url === valid)).toHaveLength(2)
  })

  it('does not wait for longer than half a minute to give an authorization up', async () => {
    let isGivenUp = false
    const { run, host } = await world({
      before: ({ path }) =>
        isGivenUp && path.startsWith('/authz/')
          ? { status: 503, headers: { 'retry-after': '60' } }
          : undefined,
    })
    const broken = new Error('the zone is locked')
    const present = () => ((isGivenUp = true), Promise.reject(broken))
    await expect(run({ solvers: [spySolver('dns-01', { present })] })).rejects.toBe(broken)
    expect(host.waits).toEqual([])
  })

  it('presents nothing once it is aborted, and withdraws nothing that was not presented', async () => {
    const controller = new AbortController()
    const { run, solver, steps } = await world()
    const journal = { presenting: async () => controller.abort('enough') }
    await expect(run({ journal, signal: controller.signal })).rejects.toBe('enough')
    expect(solver.calls).toEqual([])
    expect(steps.map(({ type }) => type)).toEqual(['order'])
  })

  it('leaves a clean-up that does not end after half a minute, and tells of it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const { run, steps } = await world()
    const called = Promise.withResolvers<void>()
    const cleanUp = (): Promise<void> => (called.resolve(), new Promise(() => undefined))
    const ended = vi.fn<() => void>()
    const running = run({ solvers: [spySolver('dns-01', { cleanUp })] })
    void running.then(ended)
    await called.promise
    await vi.advanceTimersByTimeAsync(29_999)
    expect(ended).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect((await running).order.status).toBe('valid')
    expect(steps).toContainEqual(
      expect.objectContaining({
        type: 'clean-up-failed',
        error: new Error('not cleaned up within 30000 ms'),
      }),
    )
  })

  it('passes over challenges without token or URL that nobody wants', async () => {
    const { run } = await world({
      after: ({ path }, ca) => {
        if (path !== '/new-order') return undefined
        for (const { challenges } of ca.authorizations.values()) {
          challenges.unshift({ type: 'dns-persist-01', status: 'pending' })
        }
        return undefined
      },
    })
    expect((await run()).order.status).toBe('valid')
  })

  it('skips authorizations that are valid already', async () => {
    const { run, solver } = await world(
      {
        after: ({ path }, ca) => {
          if (path !== '/new-order') return undefined
          const [first] = ca.authorizations.values()
          if (first) first.status = 'valid'
          return undefined
        },
      },
      ['a.example.org', 'b.example.org'],
    )
    await run()
    expect(solver.calls).toEqual(['present b.example.org', 'settle 1', 'clean up b.example.org'])
  })

  it.each(['ready', 'valid', 'processing'])('takes an order that begins as %s', async (status) => {
    const { run, solver, csrs } = await world({
      after: ({ path }, ca) => {
        if (path !== '/new-order') return undefined
        const [[url, order] = ['', undefined]] = ca.orders
        if (order === undefined) return undefined
        order.status = status
        if (status === 'valid') order.certificate = 'https://ca.test/cert/1'
        const body = { ...order, finalize: `${url}/finalize` }
        return { status: 201, headers: { location: url }, body }
      },
    })
    const { order } = await run()
    expect(order.status).toBe('valid')
    expect(solver.calls).toEqual([])
    expect(csrs).toHaveLength(status === 'ready' ? 1 : 0)
  })

  it('waits in a state that it does not know', async () => {
    let looks = 0
    const { run, host } = await world({
      before: ({ path, payload }, ca) => {
        if (!/^\/order\/\d+$/.test(path) || payload !== '') return undefined
        looks += 1
        const [order] = ca.orders.values()
        return looks < 4 ? { body: { ...order, status: 'pondering' } } : undefined
      },
    })
    expect((await run()).order.status).toBe('valid')
    // The first look is that after the responses, the last that after finalizing.
    expect(host.waits).toEqual([20, 20, 30, 45, 20])
  })

  it('tells what failed, gives up what is pending and keeps what is valid', async () => {
    const names = ['bad.example.org', 'good.example.org', 'slow.example.org']
    const { run, fake, solver } = await world(
      {
        validate: ({ identifier }) => {
          if (identifier.value.startsWith('bad')) return 'invalid'
          return 'valid'
        },
        after: ({ path }, ca) => {
          // The third never gets further.
          if (!path.startsWith('/challenge/')) return undefined
          for (const authz of ca.authorizations.values()) {
            if (authz.identifier.value.startsWith('slow')) authz.status = 'pending'
          }
          return undefined
        },
      },
      names,
    )
    const error = await failure(run())

    expect(error.code).toBe('ACME_ORDER_INVALID')
    expect(error.url).toMatch(/\/order\/\d+$/)
    expect(error.problem?.detail).toBe('validation failed')
    expect(error.authorizations).toEqual([
      expect.objectContaining({
        identifier: { type: 'dns', value: 'bad.example.org' },
        challenge: 'dns-01',
        problem: {
          type: 'urn:ietf:params:acme:error:connection',
          detail: 'refused',
          subproblems: [],
        },
      }),
    ])
    expect(error.message).toContain('bad.example.org: dns-01: connection: refused')
    const statuses = [...fake.authorizations.values()].map(({ identifier, status }) => [
      identifier.value.split('.')[0],
      status,
    ])
    expect(Object.fromEntries(statuses)).toEqual({
      bad: 'invalid',
      good: 'valid',
      slow: 'deactivated',
    })
    expect(solver.calls.filter((call) => call.startsWith('clean up'))).toHaveLength(3)
  })

  it('says what the CA has against an order that fails while it is processed', async () => {
    const { run } = await world({ finalizedAs: 'invalid' })
    const error = await failure(run())
    expect(error.code).toBe('ACME_ORDER_INVALID')
    expect(error.message).toContain('CAA forbids it')
  })

  it('responds again, but not for ever, where a failed challenge stays pending', async () => {
    let tries = 0
    const patient = await world({ validate: () => ((tries += 1) < 3 ? 'pending' : 'valid') })
    expect((await patient.run()).order.status).toBe('valid')
    expect(tries).toBe(3)
    expect(patient.host.waits.slice(0, 2)).toEqual([1000, 2000])

    tries = 0
    const hopeless = await world({ validate: () => ((tries += 1), 'pending') })
    const error = await failure(hopeless.run())
    expect(tries).toBe(4)
    expect(error.authorizations?.[0]?.problem?.detail).toBe('refused')
    expect([...hopeless.authorizations.values()][0]?.status).toBe('deactivated')
  })

  it('responds once where a challenge stays pending without a reason', async () => {
    const { run, calls } = await world({
      after: ({ path }) =>
        path.startsWith('/challenge/')
          ? { body: { type: 'dns-01', url: `https://ca.test${path}`, status: 'pending' } }
          : undefined,
    })
    expect((await run()).order.status).toBe('valid')
    expect(calls().filter((call) => call.startsWith('POST /challenge/'))).toHaveLength(1)
  })

  it('responds again when the CA says, unless there is no time for that', async () => {
    const waiting = (seconds: string) => {
      let tries = 0
      return world({
        validate: () => ((tries += 1) < 2 ? 'pending' : 'valid'),
        after: ({ path }, ca) => {
          if (!path.startsWith('/challenge/') || tries > 1) return undefined
          const [authorization] = ca.authorizations.values()
          const challenge = authorization?.challenges.find(({ type }) => type === 'dns-01')
          return { headers: { 'retry-after': seconds }, body: challenge }
        },
      })
    }
    const patient = await waiting('7')
    expect((await patient.run()).order.status).toBe('valid')
    expect(patient.host.waits[0]).toBe(7000)
    const just = await waiting('7')
    await failure(just.run({ deadlineMs: 7000 }))
    expect(just.host.waits[0]).toBe(7000)
    const late = await waiting('7')
    expect((await failure(late.run({ deadlineMs: 6999 }))).code).toBe('ACME_ORDER_INVALID')
    expect(late.host.waits).toEqual([])
  })

  it('takes a challenge that the CA calls no longer pending for responded to', async () => {
    let lost = false
    const { run, host } = await world({
      // The reply to the first response is lost after the CA has acted.
      after: ({ path, payload }) => {
        if (lost || !path.startsWith('/challenge/') || payload === '') return undefined
        lost = true
        return new AcmeError('ACME_NETWORK', 'connection reset')
      },
    })
    expect((await run()).order.status).toBe('valid')
    expect(lost).toBe(true)
    expect(host.waits.length).toBeGreaterThan(0)
  })

  it('reads the order before it finalizes again after a lost reply', async () => {
    let lost = false
    const { run, calls, csrs } = await world({
      after: ({ path }) => {
        if (lost || !path.endsWith('/finalize')) return undefined
        lost = true
        return new AcmeError('ACME_NETWORK', 'connection reset')
      },
    })
    expect((await run()).order.status).toBe('valid')
    expect(calls().filter((call) => call.endsWith('/finalize'))).toHaveLength(1)
    expect(csrs).toHaveLength(1)
  })

  it('withdraws what was presented when a solver fails, and throws what the solver threw', async () => {
    const { run, solver, fake, steps } = await world({}, ['a.example.org', 'b.example.org'])
    const broken = new Error('the zone is locked')
    const failing = spySolver('dns-01', {
      present: async ({ identifier }) => {
        if (identifier.value.startsWith('a.')) throw broken
        return { name: identifier.value }
      },
      cleanUp: async (receipt) => void solver.calls.push(`clean up ${receipt['name']}`),
    })
    await expect(run({ solvers: [failing] })).rejects.toBe(broken)
    expect(solver.calls).toEqual(['clean up b.example.org'])
    expect(steps.map(({ type }) => type)).toEqual(['order', 'cleaned-up'])
    expect([...fake.authorizations.values()].every(({ status }) => status === 'deactivated')).toBe(
      true,
    )
  })

  it('does not let a failed clean-up spoil the certificate, but tells of it', async () => {
    const { run, steps } = await world()
    const broken = new Error('gone fishing')
    const solver = spySolver('dns-01', {
      cleanUp: () => Promise.reject(broken),
    })
    expect((await run({ solvers: [solver] })).order.status).toBe('valid')
    expect(steps).toContainEqual(
      expect.objectContaining({ type: 'clean-up-failed', error: broken }),
    )
  })

  it('rejects with the reason of an abort, after cleaning up', async () => {
    const controller = new AbortController()
    const reason = new Error('Ctrl-C')
    const { run, fake } = await world()
    const cleaned: string[] = []
    const solver = spySolver('dns-01', {
      settle: () => {
        controller.abort(reason)
        return new Promise(() => undefined)
      },
      cleanUp: async (receipt, signal) => {
        expect(signal?.aborted).toBe(false)
        cleaned.push(String(receipt['name']))
      },
    })
    await expect(run({ solvers: [solver], signal: controller.signal })).rejects.toBe(reason)
    expect(cleaned).toEqual(['example.org'])
    // It can be resumed.
    expect([...fake.authorizations.values()][0]?.status).toBe('pending')
  })

  it('cleans up after a presentation that did not heed the abort', async () => {
    const controller = new AbortController()
    const reason = new Error('Ctrl-C')
    const { run } = await world()
    const cleaned: string[] = []
    let finish = (_receipt: Record<string, string>): void => undefined
    const solver = spySolver('dns-01', {
      present: () => {
        setImmediate(() => {
          controller.abort(reason)
          setImmediate(() => finish({ name: 'late' }))
        })
        return new Promise((resolve) => (finish = resolve))
      },
      cleanUp: async (receipt) => void cleaned.push(String(receipt['name'])),
    })
    await expect(run({ solvers: [solver], signal: controller.signal })).rejects.toBe(reason)
    expect(cleaned).toEqual(['late'])
  })

  it('sends nothing when the signal has aborted before', async () => {
    const { run, seen } = await world()
    const reason = new Error('never mind')
    await expect(run({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(seen).toEqual([])
  })

  it('writes each thing into the journal before it happens', async () => {
    const log: string[] = []
    const { run } = await world({ before: ({ path }) => void log.push(path.replace(/\d+/g, 'N')) })
    const note = (entry: string) => async () => void log.push(entry)
    const solver = spySolver('dns-01', {
      present: async () => (log.push('present'), {}),
      cleanUp: async () => void log.push('clean up'),
      settle: async () => undefined,
    })
    await run({
      solvers: [solver],
      journal: {
        ordering: note('ordering'),
        ordered: note('ordered'),
        presenting: note('presenting'),
        presented: note('presented'),
        cleaned: note('cleaned'),
      },
    })
    expect(log.slice(0, 10)).toEqual([
      'ordering',
      '/directory',
      '/new-nonce',
      '/new-order',
      'ordered',
      '/authz/N',
      'presenting',
      'present',
      'presented',
      '/challenge/N/dns-N',
    ])
    expect(log.indexOf('clean up')).toBeLessThan(log.indexOf('cleaned'))
  })

  it('stops before the order when the journal cannot be written', async () => {
    const { run, seen } = await world()
    const full = new Error('disk full')
    await expect(run({ journal: { ordering: () => Promise.reject(full) } })).rejects.toBe(full)
    expect(seen).toEqual([])
  })

  it('misses its deadline with an error that names the order, and leaves it to be resumed', async () => {
    const { run, fake, solver } = await world({ pendingLooks: 1000 })
    const error = await failure(run({ deadlineMs: 60_000 }))
    expect(error.code).toBe('ACME_DEADLINE')
    expect(error.url).toBe([...fake.orders.keys()][0])
    expect(solver.calls).toContain('clean up example.org')
    expect([...fake.authorizations.values()][0]?.status).toBe('valid')
  })

  it('reports a wait beyond the deadline at once instead of sleeping', async () => {
    const { run, host } = await world({
      before: ({ path }) =>
        path === '/new-order'
          ? { ...refusal('rateLimited', 429, 'too many'), headers: { 'retry-after': '86400' } }
          : undefined,
    })
    const error = await failure(run())
    expect(error.code).toBe('ACME_DEADLINE')
    expect(error.retryAfterMs).toBe(86_400_000)
    expect(error.message).toContain('2026-01-02T00:00:00.000Z')
    expect(error.problem?.detail).toBe('too many')
    expect(host.waits).toEqual([])
  })

  it('ends in real time too when a solver never comes back', async () => {
    const { run, orders, fake, account, identifiers } = await world()
    const solver = spySolver('dns-01', { settle: () => new Promise(() => undefined) })
    const [message, code] = ['no certificate within 50 ms', 'ACME_DEADLINE']
    const error = await failure(run({ solvers: [solver], deadlineMs: 50 }))
    expect(error).toMatchObject({ code, message, url: [...orders.keys()][0] })
    const silent = fake.client({ transport: { exchange: () => new Promise(() => undefined) } })
    const csr = (): Promise<Uint8Array> => expect.unreachable()
    const early = await failure(
      obtain(silent, account, { identifiers, solvers: [solver], csr, deadlineMs: 50 }),
    )
    expect(early).toMatchObject({ code, message, url: undefined })
  })

  it('needs at most ten nonces for a hundred names, and has ten requests in flight at most', async () => {
    const names = Array.from({ length: 100 }, (_, i) => `n${i}.example.org`)
    const { run, calls, busiest } = await world({}, names)
    await run()
    expect(calls().filter((call) => call === 'GET /new-nonce').length).toBeLessThanOrEqual(10)
    expect(busiest()).toBe(10)
    expect(calls().filter((call) => call.startsWith('POST'))).toHaveLength(5 + 200)
  })

  it('gets through a CA that refuses nine of ten good nonces', async () => {
    let n = 0
    const { run } = await world({ refuseNonce: () => (n += 1) % 10 !== 0 })
    expect((await run()).order.status).toBe('valid')
  })
})

describe('obtain, resuming', () => {
  it('goes on with the order and makes no other', async () => {
    const first = await world({ pendingLooks: 1000 })
    await failure(first.run({ deadlineMs: 5000 }))
    const [url] = first.orders.keys()
    const order = first.orders.get(url ?? '')
    if (order) order.status = 'ready'
    first.seen.length = 0
    first.steps.length = 0

    const result = await first.run({ resume: url })

    expect(result.order.url).toBe(url)
    expect(first.calls()).not.toContain('POST /new-order')
    expect(first.steps[0]).toMatchObject({ type: 'order', resumed: true })
    expect(first.csrs).toHaveLength(1)
  })

  it('downloads the certificate of an order that is valid, without a CSR', async () => {
    const { run, csrs, seen, calls, fake } = await world()
    await run()
    const [url] = fake.orders.keys()
    seen.length = 0
    csrs.length = 0
    await run({ resume: url })
    expect(csrs).toEqual([])
    expect(calls()).toEqual(['POST /order/N', 'POST /cert/N'])
  })

  it.each([
    ['gone', () => 'https://ca.test/order/404', undefined],
    ['invalid', undefined, { status: 'invalid' }],
    ['expired', undefined, { status: 'pending', expires: '2020-01-01T00:00:00Z' }],
    ['for other names', undefined, { identifiers: [{ type: 'dns', value: 'example.net' }] }],
    ['of another profile', undefined, { profile: 'shortlived' }],
  ])('makes a new order where the old one is %s', async (_, other, change) => {
    const meta = { profiles: { classic: 'ninety days', shortlived: 'six days' } }
    const { run, fake, seen, calls } = await world({ directory: { meta } })
    await run()
    const [url = ''] = fake.orders.keys()
    Object.assign(fake.orders.get(url) ?? {}, change)
    seen.length = 0
    const { order } = await run({ resume: other?.() ?? url, profile: 'classic' })
    expect(order.url).not.toBe(url)
    expect(calls()).toContain('POST /new-order')
  })

  it.each([
    ['pending', { expires: undefined }],
    ['pending', { expires: '2026-01-01T00:00:00.001Z' }],
    ['pending', { profile: 'classic' }],
    ['ready', { expires: 'soon' }],
    ['processing', { expires: '2025-12-31T00:00:00Z' }],
    ['valid', { expires: '2025-12-31T00:00:00Z' }],
  ])('goes on with an order that is %s, with %j', async (status, change) => {
    let looks = 0
    const { run, client, account, identifiers, fake, calls } = await world({
      // As it is: an order that is looked at goes on otherwise.
      before: ({ path, payload, url }, ca) =>
        /^\/order\/\d+$/.test(path) && payload === '' && (looks += 1) === 1
          ? { body: { ...ca.orders.get(url), finalize: `${url}/finalize` } }
          : undefined,
    })
    const { url } = await newOrder(client, account, { identifiers })
    const certificate = status === 'valid' ? 'https://ca.test/cert/1' : undefined
    Object.assign(fake.orders.get(url) ?? {}, { ...change, status, certificate })
    const { order } = await run({ resume: url })
    expect(order.url).toBe(url)
    expect(calls().filter((call) => call === 'POST /new-order')).toHaveLength(1)
  })

  it('goes on with an order of the profile that is wanted, or of one that it does not say', async () => {
    const meta = { profiles: { classic: 'ninety days' } }
    for (const profile of ['classic', undefined]) {
      const { run, client, account, identifiers, fake } = await world({ directory: { meta } })
      const { url } = await newOrder(client, account, { identifiers, profile: 'classic' })
      Object.assign(fake.orders.get(url) ?? {}, { profile })
      const { order } = await run({ resume: url, profile: 'classic' })
      expect(order.url).toBe(url)
    }
  })

  it('makes a new order at the very moment in which the old one expires', async () => {
    const { run, client, account, identifiers, fake } = await world()
    const { url } = await newOrder(client, account, { identifiers })
    Object.assign(fake.orders.get(url) ?? {}, { expires: '2026-01-01T00:00:00Z' })
    expect((await run({ resume: url })).order.url).not.toBe(url)
  })

  it('does not take a CA in trouble for a lost order', async () => {
    const { run, calls } = await world({
      before: ({ path }) => (path.startsWith('/order') ? { status: 503 } : undefined),
    })
    const error = await failure(run({ resume: 'https://ca.test/order/1' }))
    expect(error.status).toBe(503)
    expect(calls()).not.toContain('POST /new-order')
  })
})
