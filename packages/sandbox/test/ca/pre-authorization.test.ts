import { describe, expect, it } from 'vitest'
import type { Attempt, Validate } from '../../src/ca/validation/validation.ts'
import type { RawReply } from './raw-client.ts'
import { csr, dns, newWorld, problemOf, prove, type Client, type WorldOptions } from './world.ts'

async function offering(options: WorldOptions = {}) {
  const world = await newWorld({ preAuthorization: 'with-subdomains', ...options })
  const member = await world.member()
  const ask = async (identifier: unknown, by: Client = member): Promise<RawReply> =>
    by.post(world.directory['newAuthz'] ?? '', { identifier })
  const order = async (...identifiers: readonly object[]): Promise<RawReply> =>
    member.post(world.directory['newOrder'] ?? '', { identifiers })
  return { world, member, ask, order }
}

const name = (value: string, more: object = {}) => ({ type: 'dns', value, ...more })
const below = { subdomainAuthAllowed: true }

describe('4.3 preAuthorization: an authorization beforehand', () => {
  it('is not to be had by default, and the directory says nothing of it', async () => {
    const { directory } = await newWorld()
    expect(directory).not.toHaveProperty('newAuthz')
    expect(directory['meta']).not.toHaveProperty('subdomainAuthAllowed')
  })

  it('is refused for a wildcard, for what is none, and for what is blocked', async () => {
    const { ask } = await offering({ blocklist: ['blocked.example'] })
    for (const [identifier, problem] of [
      [name('*.a.example'), '400 malformed'],
      [undefined, '400 malformed'],
      [{ type: 'email', value: 'a@a.example' }, '400 unsupportedIdentifier'],
      [name('a..example'), '400 malformed'],
      [name('www.blocked.example'), '400 rejectedIdentifier'],
    ] as const) {
      expect(problemOf(await ask(identifier))).toBe(problem)
    }
  })

  it('is made with a Location, proven without an order, and taken over by the next one', async () => {
    const { ask, order, member } = await offering({ preAuthorization: 'offered' })
    const reply = await ask(name('a.example'))
    expect(reply.status).toBe(201)
    expect(reply.json).toMatchObject({
      status: 'pending',
      identifier: { type: 'dns', value: 'a.example' },
    })
    expect(reply.json).not.toHaveProperty('subdomainAuthAllowed')
    const url = reply.headers['location'] ?? ''
    expect((await prove(member, url)).json['status']).toBe('valid')
    const { json } = await order(name('a.example'))
    expect([json['status'], json['authorizations']]).toEqual(['ready', [url]])
    expect((await order(name('b.example'))).json['status']).toBe('pending')
  })

  it('is nothing that another account can use, and none for a wildcard', async () => {
    const { ask, order, member, world } = await offering()
    const { headers } = await ask(name('a.example', below))
    await prove(member, headers['location'] ?? '')
    expect((await order(name('*.a.example'))).json['status']).toBe('pending')
    const other = await world.member()
    const reply = await other.post(world.directory['newOrder'] ?? '', {
      identifiers: dns('a.example'),
    })
    expect(reply.json['status']).toBe('pending')
  })
})

describe('an authorization for all names below', () => {
  it('is granted where the CA does that, and said of the authorization', async () => {
    const { ask, world } = await offering()
    expect(world.directory['meta']).toMatchObject({ subdomainAuthAllowed: true })
    expect((await ask(name('a.example', below))).json['subdomainAuthAllowed']).toBe(true)
    expect((await ask(name('a.example'))).json).not.toHaveProperty('subdomainAuthAllowed')
    const plain = await offering({ preAuthorization: 'offered' })
    expect((await plain.ask(name('a.example', below))).json).not.toHaveProperty(
      'subdomainAuthAllowed',
    )
  })

  it('serves every name below, and its certificate names what was ordered', async () => {
    const { ask, order, member, world } = await offering()
    const { headers } = await ask(name('a.example', below))
    await prove(member, headers['location'] ?? '')
    const { json } = await order(name('www.a.example'), name('x.y.a.example'))
    expect([json['status'], json['authorizations']]).toEqual(['ready', [headers['location']]])
    const der = await csr({ names: ['www.a.example', 'x.y.a.example'] })
    const request = { csr: Buffer.from(der).toString('base64url') }
    expect((await member.post(json['finalize'] as string, request)).status).toBe(200)
    expect(world.ca.orders()).toHaveLength(1)
    expect((await order(name('aa.example'))).json['status']).toBe('pending')
  })

  it('looks at CAA of the name itself when the order is finalized', async () => {
    const rechecked: string[] = []
    const recheckCaa: Validate = async ({ identifier }) => {
      rechecked.push(identifier.value)
      return { problem: { type: 'caa', detail: 'forbidden', status: 403 }, record: {} }
    }
    const { ask, order, member } = await offering({ recheckCaa })
    const { headers } = await ask(name('a.example', below))
    await prove(member, headers['location'] ?? '')
    const { json } = await order(name('www.a.example'))
    const request = {
      csr: Buffer.from(await csr({ names: ['www.a.example'] })).toString('base64url'),
    }
    expect(problemOf(await member.post(json['finalize'] as string, request))).toBe('403 caa')
    expect(rechecked).toEqual(['www.a.example'])
  })
})

describe('an order that names an ancestor', () => {
  async function proven(
    { member, order }: Awaited<ReturnType<typeof offering>>,
    ...identifiers: readonly object[]
  ): Promise<readonly RawReply[]> {
    const { json } = await order(...identifiers)
    return Promise.all((json['authorizations'] as string[]).map(async (url) => member.read(url)))
  }

  it('is to be proven for the ancestor, once for all names that name it and for itself', async () => {
    const attempts: Attempt[] = []
    const validate: Validate = async (attempt) => {
      attempts.push(attempt)
      return { record: {} }
    }
    const at = await offering({ validate })
    const ancestorDomain = 'a.example'
    const [authorization, ...more] = await proven(
      at,
      name('www.a.example', { ancestorDomain }),
      name('x.y.a.example', { ancestorDomain }),
      name('a.example'),
    )
    expect(more).toEqual([])
    expect(authorization?.json).toMatchObject({
      identifier: { type: 'dns', value: 'a.example' },
      subdomainAuthAllowed: true,
    })
    const [order] = at.world.ca.orders()
    const url = ((await at.member.read(order?.url ?? '')).json['authorizations'] as string[])[0]
    await prove(at.member, url ?? '')
    expect(attempts.map(({ identifier }) => identifier.value)).toEqual(['a.example'])
    expect((await at.member.read(order?.url ?? '')).json['status']).toBe('ready')
  })

  it('is proven for the name itself where the CA does not know of that', async () => {
    const at = await offering({ preAuthorization: 'offered' })
    const [authorization] = await proven(at, name('www.a.example', { ancestorDomain: 'a.example' }))
    expect(authorization?.json['identifier']).toEqual(name('www.a.example'))
  })

  it.each(['b.example', 'www.a.example', '*.example', 7, 'ww.a.example'])(
    'is refused where %j is none of its',
    async (ancestorDomain) => {
      const { order } = await offering()
      expect(problemOf(await order(name('www.a.example', { ancestorDomain })))).toBe(
        '400 malformed',
      )
    },
  )
})
