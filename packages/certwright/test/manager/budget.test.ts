import { identifierFrom, isProblem, newOrder } from '@certwright/acme'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fit, limitsOf, tokensFor, type PlannedOrder } from '../../src/manager/budget.ts'
import { simulateBudget } from '../../src/manager/budget-simulation.ts'
import type { Desired } from '../../src/manager/desired.ts'
import { registeredDomain } from '../../src/manager/registered-domain.ts'
import { systemHost } from '../../src/runtime/host.ts'
import { estate, type Estate } from './estate.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const letsencrypt = { directoryUrl: 'https://acme-v02.api.letsencrypt.org/directory', limits: {} }

const order = (names: readonly string[], change: Partial<PlannedOrder> = {}): PlannedOrder => ({
  issuer: letsencrypt,
  accountUrl: 'https://ca.test/account/1',
  identifiers: names.map(identifierFrom),
  ...change,
})

const scopesOf = (one: PlannedOrder): readonly string[] =>
  tokensFor(one).map(({ key }) => key.replace(letsencrypt.directoryUrl, '').replaceAll(/ +/g, ' '))

describe('tokensFor', () => {
  it('counts an order for its account, each registered domain once, and its set of names', () => {
    const scopes = scopesOf(order(['a.example.co.uk', '*.example.co.uk', 'x.example.org']))
    expect(scopes.slice(0, 3)).toStrictEqual([
      'account-orders https://ca.test/account/1',
      'registered-domain example.co.uk',
      'registered-domain example.org',
    ])
    expect(scopes[3]).toMatch(/^identifier-set [0-9a-f]{32}$/)
  })

  it('counts addresses for themselves, those of IPv6 by their first 64 bits', () => {
    expect(
      scopesOf(order(['192.0.2.1', '2001:db8::1', '2001:db8:0:0:9::2'])).slice(1, 3),
    ).toStrictEqual(['registered-domain 192.0.2.1', 'registered-domain 2001:db8:0:0::/64'])
  })

  it('counts a renewal that the CA has suggested for nothing, and one of the same names for its set alone', () => {
    expect(scopesOf(order(['a.test'], { exempt: 'renewal-information' }))).toStrictEqual([])
    const [set, ...rest] = scopesOf(order(['a.test'], { exempt: 'same-names' }))
    expect(set).toMatch(/^identifier-set /)
    expect(rest).toStrictEqual([])
  })

  it('takes what an operator was granted before what is documented', () => {
    const issuer = { ...letsencrypt, limits: { orders: { count: 3000, periodMs: 3 * hourMs } } }
    const own = limitsOf(issuer).filter(({ scope }) => scope === 'account-orders')
    expect(own).toMatchObject([{ capacity: 3000, refillMs: 3600 }])
    expect(limitsOf({ directoryUrl: 'https://unknown.test/', limits: {} })).toStrictEqual([])
  })
})

describe('registeredDomain', () => {
  it.each([
    ['a.b.example.com', 'example.com'],
    ['*.example.com', 'example.com'],
    ['x.github.io', 'x.github.io'],
    ['github.io', 'github.io'],
    ['localhost', 'localhost'],
  ])('of %s is %s', (name, domain) => {
    expect(registeredDomain(name)).toBe(domain)
  })
})

describe('fit', () => {
  it('never lets more through than a bucket holds and gets back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 60 }),
        (capacity, count) => {
          const issuer = {
            directoryUrl: 'https://ca.test/',
            limits: { orders: { count: capacity, periodMs: capacity * minuteMs } },
          }
          const orders = Array.from({ length: count }, (_, i) => order([`n${i}.test`], { issuer }))
          const times = fit(orders, [], 0)
          for (const start of times) {
            const within = times.filter((at) => at >= start && at < start + 10 * minuteMs).length
            expect(within).toBeLessThanOrEqual(capacity + 10)
          }
          expect(times.filter((at) => at === 0)).toHaveLength(Math.min(capacity, count))
        },
      ),
    )
  })
})

describe('simulateBudget', () => {
  const base = {
    issuer: letsencrypt,
    lifetimeMs: 90 * dayMs,
    fraction: 2 / 3,
    renewalInformation: true,
    durationMs: 365 * dayMs,
  }

  it('places 10,000 first orders as fast as one account may, and every renewal in time', () => {
    const {
      firstRoundMs = 0,
      expired,
      narrowest,
    } = simulateBudget({
      ...base,
      certificates: 10_000,
      domains: 10_000,
    })
    // 300 at once, then one every 36 s.
    expect(firstRoundMs).toBe((10_000 - 300) * 36_000)
    expect(expired).toBe(0)
    expect(narrowest).toBe('account-orders')
  })

  it('shows that many names of one domain wait for that', () => {
    const { firstRoundMs = 0, narrowest } = simulateBudget({
      ...base,
      certificates: 100,
      domains: 1,
    })
    expect(firstRoundMs / dayMs).toBeCloseTo((50 * 201.6) / 1440, 0)
    expect(narrowest).toBe('registered-domain')
  })

  it('shows renewals of 6 days without renewal information stay within five a week', () => {
    const short = { ...base, lifetimeMs: 6 * dayMs, fraction: 1 / 2, certificates: 50, domains: 50 }
    expect(simulateBudget({ ...short, renewalInformation: false })).toMatchObject({
      expired: 0,
      waited: 0,
    })
  })

  it('says so where not all can have a first version', () => {
    const many = simulateBudget({ ...base, certificates: 100, domains: 1, durationMs: dayMs })
    expect(many.firstRoundMs).toBeUndefined()
  })
})

/** The same limits for the CA and for us. The CA's clock only moves when a test moves it, however busy the machine. */
async function limited(): Promise<{
  readonly world: Estate
  readonly desired: (...names: readonly string[]) => Desired
}> {
  const begun = systemHost.now()
  const world = await estate({
    clock: { ...systemHost, now: () => begun },
    ca: {
      rateLimits: {
        newOrdersPerAccount: { count: 4, periodMs: 40 * minuteMs },
        certificatesPerSet: { count: 2, periodMs: 2 * hourMs },
      },
    },
  })
  const limits = {
    orders: { count: 4, periodMs: 40 * minuteMs },
    'certificates-per-set': { count: 2, periodMs: 2 * hourMs },
  }
  const issuers = world.issuers.map((issuer) => ({ ...issuer, limits }))
  const desired = (...names: readonly string[]): Desired => ({
    ...world.desired(...names.map((name) => world.certificate(name))),
    issuers,
  })
  return { world, desired }
}

const names = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `n${i}.example.test`)

describe('limits that the CA enforces too', () => {
  it('are foreseen to the moment: an order is refused a second earlier and taken then', async () => {
    const { world, desired } = await limited()
    const [sandbox] = world.sandboxes
    const [issuer] = desired().issuers
    if (!sandbox || !issuer) throw new Error('no CA')
    const { client, account } = await world.context.account(issuer)
    const orders = names(8).map((name) => order([name], { issuer, accountUrl: account.url }))
    const start = sandbox.clock.now()
    const times = fit(orders, [], start)
    for (const [i, at] of times.entries()) {
      const { identifiers } = orders[i] ?? { identifiers: [] }
      if (at - 1000 > sandbox.clock.now()) {
        sandbox.clock.advance(at - 1000 - sandbox.clock.now())
        const early = await newOrder(client, account, { identifiers }, { deadlineMs: 1 }).catch(
          (error: unknown) => error,
        )
        expect(isProblem(early, 'rateLimited')).toBe(true)
      }
      if (at > sandbox.clock.now()) sandbox.clock.advance(at - sandbox.clock.now())
      expect((await newOrder(client, account, { identifiers })).status).toBe('pending')
    }
    expect(times.at(-1)).toBe(start + 4 * 10 * minuteMs)
  })

  it('put off what does not fit, as no failure, and it is done when it fits', async () => {
    const { world, desired } = await limited()
    const wanted = desired(...names(6))
    const first = await world.apply(wanted)
    const results = first.outcomes.map(({ result }) => result)
    expect(results.filter((result) => result === 'done')).toHaveLength(4)
    expect(results.filter((result) => result === 'deferred')).toHaveLength(2)
    const kept = await world.context.store.schedules()
    expect(kept.every(({ failures }) => failures === 0)).toBe(true)
    const [sandbox] = world.sandboxes
    world.clock.now += 21 * minuteMs
    sandbox?.clock.advance(21 * minuteMs)
    const second = await world.apply(wanted)
    expect(second.outcomes.map(({ result }) => result)).toStrictEqual(['done', 'done'])
    expect(world.events.some(({ type }) => type === 'issuer-failed')).toBe(false)
  })
})
