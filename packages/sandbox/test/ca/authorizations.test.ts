import { describe, expect, it } from 'vitest'
import type { Attempt, Validate } from '../../src/ca/validation/validation.ts'
import { newKey, thumbprintOf } from './raw-client.ts'
import {
  challenges,
  dns,
  hourMs,
  newWorld,
  order,
  problemOf,
  prove,
  settled,
  type Client,
  type World,
  type WorldOptions,
} from './world.ts'

async function ordered(
  options: WorldOptions = {},
  ...names: string[]
): Promise<{ world: World; member: Client; url: string; authorization: string }> {
  const world = await newWorld(options)
  const member = await world.member()
  const { url, authorizations } = await order(
    world,
    member,
    ...(names.length ? names : ['a.example']),
  )
  return { world, member, url, authorization: authorizations[0] ?? '' }
}

const refuse: Validate = async ({ identifier }) => ({
  problem: { type: 'unauthorized', detail: `wrong answer from ${identifier.value}`, status: 403 },
  record: { hostname: identifier.value },
})

/** A validation that ends when the test says so. */
function held(): { validate: Validate; release: () => void; attempts: Attempt[] } {
  const attempts: Attempt[] = []
  const waiting: (() => void)[] = []
  return {
    attempts,
    release: () => waiting.shift()?.(),
    validate: async (attempt) => {
      attempts.push(attempt)
      await new Promise<void>((resolve) => void waiting.push(resolve))
      return { record: {} }
    },
  }
}

describe('an authorization', () => {
  it('offers what can prove control of the identifier, each with its own token', async () => {
    const world = await newWorld()
    const member = await world.member()
    const reply = await member.post(world.directory['newOrder'] ?? '', {
      identifiers: [...dns('a.example', '*.a.example'), { type: 'ip', value: '192.0.2.1' }],
    })
    const [name, wildcard, ip] = reply.json['authorizations'] as [string, string, string]
    const typesOf = async (url: string) => (await challenges(member, url)).map(({ type }) => type)
    expect(await typesOf(name)).toEqual(['http-01', 'tls-alpn-01', 'dns-01'])
    expect(await typesOf(wildcard)).toEqual(['dns-01'])
    expect(await typesOf(ip)).toEqual(['http-01', 'tls-alpn-01'])
    const tokens = (await challenges(member, name)).map(({ token }) => token)
    expect(new Set(tokens).size).toBe(3)
    for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/)
  })

  it('shows a wildcard without its *. and says that it is one', async () => {
    const { member, authorization } = await ordered({}, '*.a.example')
    expect((await member.read(authorization)).json).toMatchObject({
      identifier: { type: 'dns', value: 'a.example' },
      wildcard: true,
    })
    const plain = await ordered({}, 'a.example')
    const { json } = await plain.member.read(plain.authorization)
    expect(json).toMatchObject({ status: 'pending', expires: '2026-11-24T04:00:00Z' })
    expect(json).not.toHaveProperty('wildcard')
  })

  it('4.1 #49 it and its challenges are 403 unauthorized to another account', async () => {
    const { world, member, authorization } = await ordered()
    const other = await world.member()
    const [challenge] = await challenges(member, authorization)
    expect(problemOf(await other.read(authorization))).toBe('403 unauthorized')
    expect(problemOf(await other.post(challenge?.url ?? '', {}))).toBe('403 unauthorized')
  })

  it('4.1 #50 it and its challenges are 404 malformed when there are none', async () => {
    const { world, member, authorization } = await ordered()
    for (const url of [
      `${world.ca.url}/proof/none`,
      `${world.ca.url}/proof/none/by/none`,
      `${authorization}/by/none`,
    ]) {
      expect(problemOf(await member.read(url))).toBe('404 malformed')
    }
  })

  it('4.1 #52 an update other than deactivation is malformed', async () => {
    const { member, authorization } = await ordered()
    for (const update of [{}, { status: 'valid' }, []]) {
      expect(problemOf(await member.post(authorization, update))).toBe('400 malformed')
    }
  })

  it('can be deactivated once, and takes its order with it', async () => {
    const { member, authorization, url } = await ordered()
    const reply = await member.post(authorization, { status: 'deactivated' })
    expect(reply.json['status']).toBe('deactivated')
    expect((await member.read(url)).json['status']).toBe('invalid')
    const again = await member.post(authorization, { status: 'deactivated' })
    expect(problemOf(again)).toBe('400 malformed')
  })

  it('4.3 quirks.unknownChallenge can carry a challenge of an unknown type without a token', async () => {
    const { member, authorization } = await ordered({ quirks: { unknownChallenge: true } })
    const odd = (await challenges(member, authorization)).at(-1)
    expect(odd).toEqual({ type: 'carrier-pigeon-01', url: odd?.url, status: 'pending' })
    expect(problemOf(await member.post(odd?.url ?? '', {}))).toBe('404 malformed')
    expect((await prove(member, authorization)).json['status']).toBe('valid')
  })
})

describe('a challenge', () => {
  it('is only read by an empty payload', async () => {
    const { member, authorization } = await ordered()
    const [challenge] = await challenges(member, authorization)
    const reply = await member.read(challenge?.url ?? '')
    expect(reply.json).toEqual(challenge)
    expect(reply.json['status']).toBe('pending')
  })

  it('4.1 #53 a response other than {} is malformed, and ignored when not strict', async () => {
    const strict = await ordered()
    const [challenge] = await challenges(strict.member, strict.authorization)
    const reply = await strict.member.post(challenge?.url ?? '', { type: 'http-01' })
    expect(problemOf(reply)).toBe('400 malformed')
    const lax = await ordered({ strict: false })
    const [other] = await challenges(lax.member, lax.authorization)
    expect((await lax.member.post(other?.url ?? '', { type: 'http-01' })).status).toBe(200)
  })

  it('4.1 #54 keyAuthorization in the response is malformed, strict or not', async () => {
    for (const strict of [true, false]) {
      const { member, authorization } = await ordered({ strict })
      const [challenge] = await challenges(member, authorization)
      const reply = await member.post(challenge?.url ?? '', { keyAuthorization: 'a.b' })
      expect(problemOf(reply)).toBe('400 malformed')
    }
  })

  it('4.1 #55 a second response, or one when all is decided, is malformed', async () => {
    const { validate, release } = held()
    const { member, authorization } = await ordered({ validate })
    const [first, second] = await challenges(member, authorization)
    expect((await member.post(first?.url ?? '', {})).json['status']).toBe('processing')
    expect(problemOf(await member.post(first?.url ?? '', {}))).toBe('400 malformed')
    release()
    expect((await settled(member, authorization)).json['status']).toBe('valid')
    expect(problemOf(await member.post(second?.url ?? '', {}))).toBe('400 malformed')
  })

  it('4.1 #56 when the authorization or the order has expired it is malformed', async () => {
    const stale = await ordered()
    const [challenge] = await challenges(stale.member, stale.authorization)
    stale.world.clock.advance(hourMs)
    expect(problemOf(await stale.member.post(challenge?.url ?? '', {}))).toBe('400 malformed')
    const late = await ordered({ orderLifetimeMs: hourMs / 2 })
    const [other] = await challenges(late.member, late.authorization)
    late.world.clock.advance(hourMs / 2)
    expect((await late.member.read(late.authorization)).json['status']).toBe('pending')
    expect(problemOf(await late.member.post(other?.url ?? '', {}))).toBe('400 malformed')
  })

  it('4.1 #57 every reply links up to the authorization', async () => {
    const { member, authorization } = await ordered()
    const [challenge] = await challenges(member, authorization)
    for (const payload of ['', {}]) {
      const { links } = await member.post(challenge?.url ?? '', payload)
      expect(links).toContain(`<${authorization}>;rel="up"`)
    }
  })

  it('4.1 #51 Retry-After comes only while it is processing', async () => {
    const { validate, release } = held()
    const { member, authorization } = await ordered({ validate, retryAfterSeconds: 7 })
    const [challenge] = await challenges(member, authorization)
    expect((await member.read(authorization)).headers['retry-after']).toBeUndefined()
    const reply = await member.post(challenge?.url ?? '', {})
    expect(reply.headers['retry-after']).toBe('7')
    expect((await member.read(authorization)).headers['retry-after']).toBe('7')
    release()
    expect((await settled(member, authorization)).headers['retry-after']).toBeUndefined()
  })
})

describe('validation', () => {
  it('is given the key authorization and the account URL', async () => {
    const { attempts, validate, release } = held()
    const { member, authorization } = await ordered({ validate }, '*.a.example')
    const [challenge] = await challenges(member, authorization)
    await member.post(challenge?.url ?? '', {})
    release()
    await settled(member, authorization)
    expect(attempts).toEqual([
      {
        type: 'dns-01',
        identifier: { type: 'dns', value: 'a.example' },
        wildcard: true,
        token: challenge?.token,
        keyAuthorization: `${challenge?.token}.${thumbprintOf(member.key.jwk)}`,
        accountUrl: member.kid,
        accountUris: [member.kid],
      },
    ])
  })

  it('makes the authorization valid and shows the challenge that did it, alone', async () => {
    const { member, authorization } = await ordered()
    const { json } = await prove(member, authorization, 'http-01')
    expect(json).toMatchObject({ status: 'valid', expires: '2026-11-24T04:00:00Z' })
    expect(json['challenges']).toMatchObject([
      {
        type: 'http-01',
        status: 'valid',
        validated: '2026-11-24T03:00:00Z',
        validationRecord: [{}],
      },
    ])
  })

  it('4.1 #75 a failure makes authorization and order invalid and shows why', async () => {
    const { member, authorization, url } = await ordered(
      { validate: refuse },
      'a.example',
      'b.example',
    )
    const { json } = await prove(member, authorization, 'http-01')
    const error = {
      type: 'urn:ietf:params:acme:error:unauthorized',
      detail: 'wrong answer from a.example',
      status: 403,
    }
    expect(json['status']).toBe('invalid')
    expect(json['challenges']).toMatchObject([
      { type: 'http-01', status: 'invalid', error, validationRecord: [{ hostname: 'a.example' }] },
    ])
    const order = (await member.read(url)).json
    expect(order['status']).toBe('invalid')
    expect(order['error']).toMatchObject({
      ...error,
      subproblems: [{ ...error, identifier: { type: 'dns', value: 'a.example' } }],
    })
  })

  it('a failure that comes after a success changes nothing', async () => {
    const { release, validate } = held()
    const validateByType: Validate = async (attempt, signal) => {
      const result = await validate(attempt, signal)
      return attempt.type === 'dns-01' ? refuse(attempt, signal) : result
    }
    const { member, authorization, url } = await ordered({ validate: validateByType })
    const all = await challenges(member, authorization)
    await member.post(all[0]?.url ?? '', {})
    await member.post(all[2]?.url ?? '', {})
    release()
    release()
    await settled(member, authorization)
    expect((await settled(member, all[2]?.url ?? '')).json['status']).toBe('invalid')
    expect((await member.read(authorization)).json['status']).toBe('valid')
    expect((await member.read(url)).json['status']).toBe('ready')
  })

  it('4.1 #76 no more than three run at the same time', async () => {
    const { attempts, release, validate } = held()
    const names = ['a.example', 'b.example', 'c.example', 'd.example', 'e.example']
    const world = await newWorld({ validate })
    const member = await world.member()
    const { authorizations } = await order(world, member, ...names)
    for (const authorization of authorizations) {
      const [challenge] = await challenges(member, authorization)
      await member.post(challenge?.url ?? '', {})
    }
    expect(attempts).toHaveLength(3)
    release()
    await settled(member, authorizations[0] ?? '')
    expect(attempts).toHaveLength(4)
    for (let n = 0; n < 4; n++) {
      release()
      await settled(member, authorizations[n + 1] ?? '')
    }
    expect(attempts.map(({ identifier }) => identifier.value)).toEqual(names)
  })

  it('4.1 #76 one that takes too long is a connection problem', async () => {
    const { validate } = held()
    const { member, authorization } = await ordered({ validate, validationTimeoutMs: 1 })
    const { json } = await prove(member, authorization)
    expect(json['challenges']).toMatchObject([
      { status: 'invalid', error: { type: 'urn:ietf:params:acme:error:connection' } },
    ])
  })

  it('one that breaks down is serverInternal', async () => {
    const validate: Validate = async () => Promise.reject(new Error('no resolver'))
    const { member, authorization } = await ordered({ validate })
    const { json } = await prove(member, authorization)
    expect(json['challenges']).toMatchObject([
      { status: 'invalid', error: { type: 'urn:ietf:params:acme:error:serverInternal' } },
    ])
  })

  it('4.3 validationDelayMs waits as long as it was told to before it looks', async () => {
    const { attempts, release, validate } = held()
    const { world, member, authorization } = await ordered({
      validate,
      validationDelayMs: { min: 1000, max: 1000 },
    })
    const [challenge] = await challenges(member, authorization)
    await member.post(challenge?.url ?? '', {})
    world.clock.advance(999)
    expect((await member.read(authorization)).json['status']).toBe('pending')
    expect(attempts).toHaveLength(0)
    world.clock.advance(1)
    await member.read(authorization)
    expect(attempts).toHaveLength(1)
    release()
  })

  it('4.3 alwaysValid looks at nothing when all is always valid', async () => {
    const { attempts, validate } = held()
    const { member, authorization } = await ordered({ validate, alwaysValid: true })
    expect((await prove(member, authorization)).json['status']).toBe('valid')
    expect(attempts).toHaveLength(0)
  })

  it('is called off when the CA closes', async () => {
    let reason: unknown
    const validate: Validate = async (_attempt, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reason = signal.reason
          reject(signal.reason as Error)
        })
      })
    const { world, member, authorization } = await ordered({ validate })
    const [challenge] = await challenges(member, authorization)
    await member.post(challenge?.url ?? '', {})
    await world.ca.close()
    expect(reason).toBeInstanceOf(Error)
  })

  it('does not keep the CA from closing, even one that heeds no signal', async () => {
    const { attempts, validate } = held()
    const world = await newWorld({ validate, validationConcurrency: 1 })
    const member = await world.member()
    const { authorizations } = await order(world, member, 'a.example', 'b.example')
    for (const authorization of authorizations) {
      const [challenge] = await challenges(member, authorization)
      await member.post(challenge?.url ?? '', {})
    }
    await world.ca.close()
    expect(attempts).toHaveLength(1)
  })

  it('uses the thumbprint of whatever kind of key the account has', async () => {
    const { attempts, validate, release } = held()
    const world = await newWorld({ validate })
    const key = await newKey('RS256')
    const stranger = await world.stranger(key)
    const url = world.directory['newAccount'] ?? ''
    const { headers } = await stranger.post(url, { termsOfServiceAgreed: true })
    const kid = headers['location'] ?? ''
    const asAccount = { jwk: undefined, kid }
    const asked = await stranger.post(
      world.directory['newOrder'] ?? '',
      { identifiers: dns('a.example') },
      asAccount,
    )
    const [authorization = ''] = asked.json['authorizations'] as string[]
    const shown = await stranger.post(authorization, '', asAccount)
    const [challenge] = shown.json['challenges'] as { url: string; token: string }[]
    await stranger.post(challenge?.url ?? '', {}, asAccount)
    release()
    expect(attempts[0]?.keyAuthorization).toBe(`${challenge?.token}.${thumbprintOf(key.jwk)}`)
  })
})
