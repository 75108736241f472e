import { describe, expect, it, onTestFinished } from 'vitest'
import { createAuthority } from '../../src/ca/authority.ts'
import { startCa } from '../../src/ca/ca.ts'
import type { Faults } from '../../src/ca/faults.ts'
import type { CaOptions } from '../../src/ca/options.ts'
import type { RetryAfterForm } from '../../src/ca/retry-after.ts'
import { newKey, send, sign, type RawReply } from './raw-client.ts'
import {
  believe,
  challenges,
  issue,
  newWorld,
  order,
  problemOf,
  testClock,
  type World,
  type WorldOptions,
} from './world.ts'

const newOrderOf = (world: World): string => world.directory['newOrder'] ?? ''
const identifiers = [{ type: 'dns', value: 'a.example' }]

describe('starting', () => {
  const start = async (options: Partial<CaOptions>) => {
    const clock = testClock()
    const authority = await createAuthority({ clock, name: 'Test' })
    return startCa({ authority, clock, validate: believe, ...options })
  }

  it.each<Partial<CaOptions>>([
    { host: '0.0.0.0' },
    { host: '::' },
    { host: '192.0.2.1' },
    { host: '127.0.0.1.example' },
    { nonceRejectPercent: 101 },
    { nonceRejectPercent: Number.NaN },
    { authorizationReusePercent: -1 },
    { validationDelayMs: { min: 2, max: 1 } },
    { issuanceDelayMs: { min: -1, max: 1 } },
    { validationConcurrency: 0 },
    { ordersPerPage: 0 },
  ])('%j is a TypeError', async (options) => {
    await expect(start(options)).rejects.toThrow(TypeError)
  })

  it('a port that is taken rejects', async () => {
    const world = await newWorld()
    await expect(start({ port: Number(new URL(world.ca.url).port) })).rejects.toThrow('EADDRINUSE')
  })

  it('presents a certificate for the names by which it is reached', async () => {
    const world = await newWorld()
    const byName = world.ca.directoryUrl.replace('127.0.0.1', 'localhost')
    const { json } = await world.get(byName)
    expect(json).toMatchObject({ newOrder: newOrderOf(world) })
  })

  it('answers nobody after it was closed', async () => {
    const world = await newWorld()
    await world.ca.close()
    await expect(world.get(world.ca.directoryUrl)).rejects.toThrow(/ECONNREFUSED|socket hang up/)
  })

  it('draws the same again from the same chance', async () => {
    const draw = async () => {
      const world = await newWorld({ clock: testClock(5), shuffle: true })
      const key = await newKey()
      const url = world.directory['newAccount'] ?? ''
      const header = { alg: 'ES256', jwk: key.jwk, nonce: await world.nonce(), url }
      const body = await sign(key, header, '{"termsOfServiceAgreed":true}')
      const { headers } = await world.post(url, JSON.stringify(body))
      return [header.nonce, headers['location']?.split('/').at(-1), headers['replay-nonce']]
    }
    expect(await draw()).toEqual(await draw())
  })
})

describe('views', () => {
  it('show orders and certificates as they stand', async () => {
    const world = await newWorld()
    const member = await world.member()
    const { certificateUrl, order: done, pem } = await issue(world, member, 'a.example')
    const pending = await order(world, member, 'b.example')
    expect(world.ca.orders()).toMatchObject([
      { status: 'valid', accountUrl: member.kid, identifiers: done.json['identifiers'] },
      { status: 'pending', url: pending.url },
    ])
    const [certificate, ...others] = world.ca.certificates()
    expect(others).toEqual([])
    expect(certificate).toMatchObject({
      url: certificateUrl,
      accountUrl: member.kid,
      identifiers,
      chainPem: pem.text,
    })
    expect(certificate?.serial).toMatch(/^(?:[0-9a-f]{2})+$/)
    expect(certificate).not.toHaveProperty('revoked')
  })
})

describe('Retry-After', () => {
  const waited = async (options: WorldOptions) => {
    const world = await newWorld({ ...options, validationDelayMs: { min: 60_000, max: 60_000 } })
    const member = await world.member()
    const { authorizations } = await order(world, member, 'a.example')
    const [challenge] = await challenges(member, authorizations[0] ?? '')
    await member.post(challenge?.url ?? '', {})
    return async () => (await member.read(authorizations[0] ?? '')).headers['retry-after']
  }

  it.each<[RetryAfterForm, number, string | undefined]>([
    ['seconds', 5, '5'],
    ['date', 5, 'Tue, 24 Nov 2026 03:00:05 GMT'],
    ['date', -60, 'Tue, 24 Nov 2026 02:59:00 GMT'],
    ['garbage', 5, 'presently'],
    ['absent', 5, undefined],
    ['huge', 5, '315360000'],
    ['past', 5, 'Tue, 24 Nov 2026 02:59:00 GMT'],
  ])('4.3 retryAfterForm %s of %d is %s', async (retryAfterForm, retryAfterSeconds, expected) => {
    const read = await waited({ retryAfterForm, retryAfterSeconds })
    expect(await read()).toBe(expected)
  })

  it('4.3 retryAfterForm either is now the one, now the other', async () => {
    const read = await waited({ retryAfterForm: 'either' })
    const seen = new Set<string | undefined>()
    for (let turn = 0; turn < 20; turn++) seen.add(await read())
    expect(seen).toEqual(new Set(['1', 'Tue, 24 Nov 2026 03:00:01 GMT']))
  })
})

describe('faults', () => {
  const onFirstOrder =
    (fault: ReturnType<Faults>): Faults =>
    ({ endpoint, count }) =>
      endpoint === 'newOrder' && count === 1 ? fault : undefined

  const asked = async (fault: ReturnType<Faults>) => {
    const world = await newWorld({ faults: onFirstOrder(fault) })
    const member = await world.member()
    return { world, member, ask: async () => member.post(newOrderOf(world), { identifiers }) }
  }

  it('4.3 faults answer with a problem, a nonce and Retry-After, and do nothing', async () => {
    const type = 'urn:ietf:params:acme:error:rateLimited'
    const problem = { type, detail: 'too many', status: 429 }
    const { world, ask } = await asked({ status: 429, problem, retryAfter: '120' })
    const reply = await ask()
    expect(problemOf(reply)).toBe('429 rateLimited')
    expect(reply.headers['retry-after']).toBe('120')
    expect(reply.headers['replay-nonce']).toBeDefined()
    expect(world.ca.orders()).toEqual([])
    expect((await ask()).status).toBe(201)
  })

  it('4.3 faults answer with a page of HTML, as a load balancer does', async () => {
    const { ask } = await asked({ status: 503, html: '<h1>Later</h1>' })
    const reply = await ask()
    expect([reply.status, reply.text]).toEqual([503, '<h1>Later</h1>'])
    expect(reply.headers['content-type']).toBe('text/html')
    expect(reply.headers['replay-nonce']).toBeUndefined()
  })

  it('do not spend the nonce of a request that was not carried out', async () => {
    const { world, member } = await asked({ status: 502 })
    const envelope = JSON.stringify(await member.envelope(newOrderOf(world), { identifiers }))
    expect((await world.post(newOrderOf(world), envelope)).status).toBe(502)
    expect((await world.post(newOrderOf(world), envelope)).status).toBe(201)
  })

  it.each([
    [{ drop: 'before' } as const, 0],
    [{ drop: 'after' } as const, 1],
  ])('4.3 faults cut the connection: %j leaves %d orders', async (fault, orders) => {
    const { world, ask } = await asked(fault)
    await expect(ask()).rejects.toThrow(/socket hang up|ECONNRESET/)
    expect(world.ca.orders()).toHaveLength(orders)
    expect(world.ca.requests.at(-1)).toMatchObject({ endpoint: 'newOrder', status: 0 })
  })

  it('4.3 faults answer 500 though the request was carried out', async () => {
    const { world, ask } = await asked({ committed: true })
    expect((await ask()).status).toBe(500)
    expect(world.ca.orders()).toHaveLength(1)
  })

  it('that break down themselves are serverInternal and say why', async () => {
    const world = await newWorld({
      faults: ({ endpoint }) => {
        if (endpoint === 'newOrder') throw new Error('no such plan')
        return undefined
      },
    })
    const reply = await world.get(newOrderOf(world))
    expect(problemOf(reply)).toBe('500 serverInternal')
    expect(reply.json['detail']).toMatch('no such plan')
  })

  it('see the method, the path, the endpoint and how often it was asked', async () => {
    const seen: unknown[] = []
    const world = await newWorld({
      faults: (request) => {
        seen.push(request)
        return undefined
      },
    })
    await world.nonce()
    await world.nonce()
    expect(seen.slice(1)).toEqual([
      { method: 'HEAD', path: '/one-time-number', endpoint: 'newNonce', count: 1 },
      { method: 'HEAD', path: '/one-time-number', endpoint: 'newNonce', count: 2 },
    ])
  })
})

describe('the defaults', () => {
  it('refuse some nonces, reuse some authorizations, and take their time', async () => {
    const clock = testClock(5)
    const authority = await createAuthority({ clock, name: 'Test' })
    const ca = await startCa({ authority, clock, validate: believe })
    onTestFinished(() => ca.close())
    const key = await newKey()
    let refused = 0
    const post = async (url: string, payload: string, header: object): Promise<RawReply> => {
      const head = await send(`${ca.url}/one-time-number`, { ca: ca.rootPem, method: 'HEAD' })
      const nonce = head.headers['replay-nonce']
      const body = JSON.stringify(await sign(key, { alg: 'ES256', nonce, url, ...header }, payload))
      const headers = { 'content-type': 'application/jose+json' }
      const reply = await send(url, { ca: ca.rootPem, method: 'POST', headers, body })
      if (reply.status !== 400) return reply
      refused += 1
      return post(url, payload, header)
    }
    const account = await post(`${ca.url}/enrol`, '{"termsOfServiceAgreed":true}', { jwk: key.jwk })
    const kid = account.headers['location'] ?? ''
    const asked = await post(`${ca.url}/ask`, JSON.stringify({ identifiers }), { kid })
    const [authorization = ''] = asked.json['authorizations'] as string[]
    const shown = await post(authorization, '', { kid })
    const [challenge] = shown.json['challenges'] as { url: string }[]
    expect((await post(challenge?.url ?? '', '{}', { kid })).json['status']).toBe('processing')
    clock.advance(300)
    expect((await post(authorization, '', { kid })).json['status']).toBe('valid')
    let reused = 0
    for (let turn = 0; turn < 100; turn++) {
      const { json } = await post(`${ca.url}/ask`, JSON.stringify({ identifiers }), { kid })
      if (json['status'] === 'ready') reused += 1
    }
    expect(refused).toBeGreaterThan(0)
    expect(reused).toBeGreaterThan(25)
    expect(reused).toBeLessThan(75)
  })
})
