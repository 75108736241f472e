import { describe, expect, it } from 'vitest'
import { createClock } from '../../src/adjustable-clock.ts'
import { letsEncryptLimits, letsEncryptStagingLimits } from '../../src/ca/lets-encrypt.ts'
import { createBuckets } from '../../src/ca/rate-limit.ts'
import type { RateLimits } from '../../src/ca/rate-limits.ts'
import type { Validate } from '../../src/ca/validation/validation.ts'
import { base64url, type RawReply } from '../ca/raw-client.ts'
import {
  believe,
  csr,
  hourMs,
  newWorld,
  problemOf,
  prove,
  settled,
  type Client,
  type World,
  type WorldOptions,
} from '../ca/world.ts'
import { askOf, strictWorld, type StrictWorld } from './world.ts'

const minuteMs = 60_000
const dayMs = 24 * hourMs

/** A world with these limits and no other rule. */
async function limited(rateLimits: RateLimits, options: WorldOptions = {}): Promise<StrictWorld> {
  const world = await newWorld({ rateLimits, ...options })
  const member = await world.member()
  return { world, member, ask: askOf(world, member) }
}

/** A certificate, or the reply to newOrder that refused it. */
async function got({ member, ask }: StrictWorld, names: string[], by: Client = member, more = {}) {
  const asked = await ask(names, more, by)
  if (asked.status !== 201) return asked
  for (const url of asked.json['authorizations'] as string[]) {
    if ((await by.read(url)).json['status'] === 'pending') await prove(by, url)
  }
  await by.post(String(asked.json['finalize']), { csr: base64url(await csr({ names })) })
  return settled(by, asked.headers['location'] ?? '')
}

function expectLimited(reply: RawReply, world: World, seconds: number, about: RegExp): void {
  expect(problemOf(reply)).toBe('429 rateLimited')
  expect(reply.headers['retry-after']).toBe(String(seconds))
  expect(reply.links).toContain(`<${world.ca.url}/patience>;rel="help"`)
  expect(reply.json['detail']).toMatch(about)
  const until = new Date(world.clock.now() + seconds * 1000).toISOString().slice(0, 19)
  expect(reply.json['detail']).toContain(until)
  expect(reply.headers['replay-nonce']).toBeDefined()
}

describe('a bucket', () => {
  const limit = { count: 2, periodMs: 1000, burst: 3 }

  it('holds the burst, and gets one back for each part of the period', () => {
    const clock = createClock({ stopped: true })
    const buckets = createBuckets(clock)
    expect([1, 2, 3].map(() => buckets.take(limit, 'k'))).toEqual([0, 0, 0])
    expect([
      buckets.take(limit, 'k'),
      buckets.wait(limit, 'k'),
      buckets.wait(limit, 'other'),
    ]).toEqual([500, 500, 0])
    clock.advance(499)
    expect(buckets.take(limit, 'k')).toBe(1)
    clock.advance(1)
    expect([buckets.take(limit, 'k'), buckets.take(limit, 'k')]).toEqual([0, 500])
  })

  it('holds no more than the burst, however long it was left alone', () => {
    const clock = createClock({ stopped: true })
    const buckets = createBuckets(clock)
    clock.advance(dayMs)
    expect([1, 2, 3, 4].map(() => buckets.take(limit, 'k'))).toEqual([0, 0, 0, 500])
    buckets.fill('k')
    expect([1, 2, 3, 4].map(() => buckets.take(limit, 'k'))).toEqual([0, 0, 0, 500])
  })
})

describe('limits', () => {
  it('4.2 #7 new accounts per address: ten, and one more each 18 minutes', async () => {
    const { newAccountsPerAddress = false } = letsEncryptLimits
    const world = await newWorld({ rateLimits: { newAccountsPerAddress } })
    const agreed = { termsOfServiceAgreed: true }
    const url = world.directory['newAccount'] ?? ''
    const register = async () => (await world.stranger()).post(url, agreed)
    for (let turn = 0; turn < 10; turn++) expect((await register()).status).toBe(201)
    expectLimited(await register(), world, 18 * 60, /too many accounts/)
    world.clock.advance(18 * minuteMs)
    const known = await world.stranger()
    expect((await known.post(url, agreed)).status).toBe(201)
    expectLimited(await register(), world, 18 * 60, /too many accounts/)
    // An account that is there needs no token.
    expect((await known.post(url, agreed)).status).toBe(200)
  })

  it('4.2 #7 new accounts per /48 of IPv6: what shares 48 bits shares a bucket', async () => {
    const newAccountsPerRange = { count: 1, periodMs: hourMs }
    const world = await newWorld({ rateLimits: { newAccountsPerRange }, forwardedFor: true })
    const url = world.directory['newAccount'] ?? ''
    const register = async (address: string) => {
      const stranger = await world.stranger()
      const body = await stranger.envelope(url, { termsOfServiceAgreed: true })
      return world.post(url, JSON.stringify(body), { 'x-forwarded-for': `10.0.0.9, ${address}` })
    }
    expect((await register('2001:db8:1:2::1')).status).toBe(201)
    expectLimited(await register('2001:DB8:1:ffff::'), world, 3600, /\/48/)
    expect((await register('2001:db8:2::1')).status).toBe(201)
    // Addresses of IPv4 have no such range.
    expect((await register('192.0.2.1')).status).toBe(201)
    expect((await register('192.0.2.1')).status).toBe(201)
  })

  it('4.2 #7 new orders per account: 300, and one more each 36 seconds', async () => {
    const newOrdersPerAccount = { count: 3, periodMs: 108_000 }
    const at = await limited({ newOrdersPerAccount })
    const { world, ask } = at
    for (let turn = 0; turn < 3; turn++) expect((await ask(['a.example'])).status).toBe(201)
    expectLimited(await ask(['a.example']), world, 36, /too many orders/)
    expect((await ask(['a.example'], {}, await world.member())).status).toBe(201)
    world.clock.advance(36_000)
    expect((await ask(['a.example'])).status).toBe(201)
    expect(letsEncryptLimits.newOrdersPerAccount).toEqual({ count: 300, periodMs: 3 * hourMs })
  })

  it('4.2 #7 a refused order takes no token', async () => {
    const at = await limited({ newOrdersPerAccount: { count: 1, periodMs: hourMs } })
    expect(problemOf(await at.ask(['a_b.example']))).toBe('400 malformed')
    expect((await at.ask(['a.example'])).status).toBe(201)
  })

  it('4.2 #7 of many orders at the same time as many are taken as there are tokens', async () => {
    const limits = {
      newOrdersPerAccount: { count: 5, periodMs: hourMs },
      certificatesPerDomain: { count: 50, periodMs: hourMs },
    }
    const { ask } = await limited(limits)
    const replies = await Promise.all(Array.from({ length: 12 }, async () => ask(['a.example'])))
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(5)
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(7)
  })

  it('4.2 #7 certificates per registered domain: private suffixes, addresses and ranges count', async () => {
    const certificatesPerDomain = { count: 1, periodMs: hourMs }
    const at = await limited({ certificatesPerDomain })
    const { world, ask, member } = at
    expect((await got(at, ['a.example.co.uk'])).json['status']).toBe('valid')
    expectLimited(await ask(['b.example.co.uk', 'c.test']), world, 3600, /this domain/)
    expect((await ask(['a.other.co.uk'])).status).toBe(201)
    expect((await got(at, ['one.github.io'])).json['status']).toBe('valid')
    expect((await ask(['two.github.io'])).status).toBe(201)
    expectLimited(await ask(['x.one.github.io']), world, 3600, /this domain/)
    expect((await ask(['b.example.co.uk'], {}, await world.member())).status).toBe(429)

    const addresses = (...values: string[]) => ({
      identifiers: values.map((value) => ({ type: 'ip', value })),
    })
    const ips = ['192.0.2.1', '2001:db8::1']
    const asked = await ask([], addresses(...ips))
    for (const url of asked.json['authorizations'] as string[]) await prove(member, url, 'http-01')
    const body = { csr: base64url(await csr({ ips })) }
    await member.post(String(asked.json['finalize']), body)
    await settled(member, asked.headers['location'] ?? '')
    expect((await ask([], addresses('2001:db8::2'))).status).toBe(429)
    expect((await ask([], addresses('192.0.2.2', '2001:db8:0:1::2'))).status).toBe(201)
  })

  it('4.2 #7 certificates per exact set: five in a week, and one more each 34 hours', async () => {
    const { certificatesPerSet = false } = letsEncryptLimits
    const at = await limited({ certificatesPerSet }, { authorizationReusePercent: 100 })
    const { world, ask } = at
    for (let turn = 0; turn < 5; turn++) {
      expect((await got(at, ['a.example', 'b.example'])).json['status']).toBe('valid')
    }
    const seconds = (7 * 24 * 3600) / 5
    expectLimited(await ask(['B.example', 'a.example']), world, seconds, /exactly these/)
    expect((await ask(['a.example'])).status).toBe(201)
    world.ca.revoke(world.ca.certificates()[0]?.serial ?? '')
    expect((await ask(['a.example', 'b.example'])).status).toBe(429)
    world.clock.advance(seconds * 1000)
    expect((await ask(['a.example', 'b.example'])).status).toBe(201)
  })

  const refuse: Validate = async () => ({
    problem: { type: 'dns', detail: 'no such name', status: 400 },
    record: {},
  })

  it('4.2 #7 failed authorizations per identifier and account: five, and one more each 12 minutes', async () => {
    const { failuresPerIdentifier = false } = letsEncryptLimits
    const at = await limited({ failuresPerIdentifier }, { validate: refuse })
    const { world, ask, member } = at
    const fail = async () => {
      const asked = await ask(['a.example'])
      expect(asked.status).toBe(201)
      await prove(member, (asked.json['authorizations'] as string[])[0] ?? '')
    }
    for (let turn = 0; turn < 5; turn++) await fail()
    expectLimited(await ask(['a.example', 'b.example']), world, 12 * 60, /have failed/)
    expect((await ask(['b.example'])).status).toBe(201)
    expect((await ask(['a.example'], {}, await world.member())).status).toBe(201)
    world.clock.advance(12 * minuteMs)
    await fail()
    expect((await ask(['a.example'])).status).toBe(429)
  })

  it('4.2 #7 an authorization that is given up while it is pending counts as failed', async () => {
    const at = await limited({ failuresPerIdentifier: { count: 1, periodMs: hourMs } })
    const { ask, member } = at
    const [url = ''] = (await ask(['a.example'])).json['authorizations'] as string[]
    await member.post(url, { status: 'deactivated' })
    expect((await ask(['a.example'])).status).toBe(429)
    const [valid = ''] = (await ask(['b.example'])).json['authorizations'] as string[]
    await prove(member, valid)
    await member.post(valid, { status: 'deactivated' })
    expect((await ask(['b.example'])).status).toBe(201)
  })

  it('4.2 #7 too many failures in a row pause the identifier until a person steps in', async () => {
    let validate = refuse
    const at = await limited(
      { failuresInARow: { count: 1, periodMs: dayMs, burst: 2 } },
      { validate: async (...given) => validate(...given) },
    )
    const { world, ask, member } = at
    const attempt = async () => {
      const asked = await ask(['*.a.example'])
      await prove(member, (asked.json['authorizations'] as string[])[0] ?? '')
    }
    await attempt()
    await attempt()
    validate = believe
    await attempt()
    validate = refuse
    await attempt()
    await attempt()
    // The success in between has set the count back.
    expect((await ask(['*.a.example'])).status).toBe(201)
    await attempt()
    world.clock.advance(30 * dayMs)
    const paused = await ask(['*.a.example', 'b.example'])
    expect(problemOf(paused)).toBe('429 rateLimited')
    expect(paused.headers['retry-after']).toBeUndefined()
    const [, where = ''] = /visit (\S+)$/.exec(String(paused.json['detail'])) ?? []
    expect(world.ca.accounts()[0]?.paused).toEqual(['*.a.example'])
    expect((await ask(['a.example'])).status).toBe(201)
    expect((await ask(['*.a.example'], {}, await world.member())).status).toBe(201)
    expect((await world.get(where)).status).toBe(200)
    expect((await ask(['*.a.example'])).status).toBe(201)
    expect((await world.get(`${world.ca.url}/patience/none`)).status).toBe(404)
  })

  it('4.2 #7 a load balancer has limits by the second, answered by 503 and no ACME', async () => {
    const world = await newWorld({
      rateLimits: { requests: { newNonce: { count: 2, periodMs: 1000, burst: 3 } } },
    })
    const url = world.directory['newNonce'] ?? ''
    for (let turn = 0; turn < 3; turn++) expect((await world.get(url, 'HEAD')).status).toBe(200)
    const reply = await world.get(url)
    expect([reply.status, reply.headers['retry-after']]).toEqual([503, '1'])
    expect(reply.headers['content-type']).toBe('text/html')
    expect(reply.headers['replay-nonce']).toBeUndefined()
    // What is not named has no limit, unless there is one for all others.
    expect((await world.get(world.ca.directoryUrl)).status).toBe(200)
    world.clock.advance(500)
    expect((await world.get(url)).status).toBe(204)
  })

  it('4.2 #7 are explained where the link leads', async () => {
    const world = await newWorld({ rateLimits: 'letsencrypt-staging' })
    const { text } = await world.get(`${world.ca.url}/patience`)
    expect(text).toContain('certificatesPerDomain')
    expect(text).toContain('30000')
  })

  it('4.2 #7 have the numbers of Let’s Encrypt, of production and of staging', () => {
    const week = 7 * dayMs
    expect(letsEncryptLimits).toMatchObject({
      newAccountsPerRange: { count: 500, periodMs: 3 * hourMs },
      certificatesPerDomain: { count: 50, periodMs: week },
      failuresInARow: { count: 1, periodMs: dayMs, burst: 1152 },
      requests: { newOrder: { count: 300, periodMs: 1000, burst: 200 } },
    })
    expect(letsEncryptStagingLimits).toMatchObject({
      newAccountsPerAddress: { count: 50, periodMs: 3 * hourMs },
      certificatesPerSet: { count: 30_000, periodMs: week },
      failuresInARow: { count: 1, periodMs: 6 * hourMs, burst: 3600 },
      requests: { newNonce: { count: 20, burst: 10 }, newOrder: { count: 20, burst: 40 } },
    })
  })
})

describe('exemptions', () => {
  const tight = {
    newOrdersPerAccount: { count: 2, periodMs: 400 * dayMs },
    certificatesPerDomain: { count: 1, periodMs: 400 * dayMs },
    certificatesPerSet: { count: 2, periodMs: 400 * dayMs },
  }

  it('4.2 #7 a renewal of the same set is exempt from orders and domains, not from sets', async () => {
    const at = await limited(tight, { authorizationReusePercent: 100 })
    const { world, ask } = at
    expect((await got(at, ['a.test'])).json['status']).toBe('valid')
    expect((await ask(['b.a.test'])).status).toBe(429)
    expect((await got(at, ['a.test'])).json['status']).toBe('valid')
    expectLimited(await ask(['a.test']), world, 200 * 24 * 3600, /exactly these/)
    // Whoever was issued a certificate, the set is known.
    expect((await ask(['a.test'], {}, await world.member())).status).toBe(429)
  })

  it('4.2 #7 the same set is a renewal for 120 days', async () => {
    const at = await limited({ certificatesPerDomain: { count: 1, periodMs: 400 * dayMs } })
    await got(at, ['a.test'])
    at.world.clock.advance(120 * dayMs - 1)
    expect((await at.ask(['a.test'])).status).toBe(201)
    at.world.clock.advance(1)
    expect((await at.ask(['a.test'])).status).toBe(429)
  })

  it('4.2 #7 #16 a replacement is exempt from all of them, within its window alone', async () => {
    const at = await limited({ ...tight, certificatesPerSet: { count: 1, periodMs: 400 * dayMs } })
    const { world, ask } = at
    await got(at, ['a.test'])
    const [certificate] = world.ca.certificates()
    const { certificateId: replaces = '', serial = '', notAfter = 0 } = certificate ?? {}
    expect((await ask(['a.test'], { replaces })).status).toBe(429)
    world.clock.advance(notAfter - 30 * dayMs - world.clock.now())
    expect((await ask(['a.test'])).status).toBe(429)
    const replacing = await got(at, ['a.test', 'b.a.test'], at.member, { replaces })
    expect(replacing.json['status']).toBe('valid')
    // What it was exempt from was not counted either, and a second one is none.
    expect(problemOf(await ask(['a.test'], { replaces }))).toBe('409 alreadyReplaced')

    const now = world.clock.now()
    const next = world.ca.certificates()[1]
    world.ca.suggestRenewal(next?.serial ?? serial, { start: now, end: now + 1000 })
    const again = { replaces: next?.certificateId }
    expect((await ask(['a.test', 'b.a.test'], again)).status).toBe(201)
  })

  it('4.2 #7 are as they are in the strict mode, where numbers can be changed', async () => {
    const { ask } = await strictWorld({
      rateLimits: { newOrdersPerAccount: { count: 1, periodMs: hourMs } },
    })
    expect((await ask(['a.test'])).status).toBe(201)
    expect((await ask(['b.test'])).status).toBe(429)
    const lifted = await strictWorld({ rateLimits: { newOrdersPerAccount: false } })
    for (let turn = 0; turn < 3; turn++) {
      expect((await lifted.ask([`n${turn}.test`])).status).toBe(201)
    }
  })
})
