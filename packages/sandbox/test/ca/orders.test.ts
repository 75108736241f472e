import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readEntries, readIdentifier } from '../../src/ca/identifiers.ts'
import { AcmeProblem } from '../../src/ca/problem.ts'
import {
  challenges,
  dns,
  hourMs,
  newWorld,
  order,
  problemOf,
  prove,
  type Client,
  type World,
  type WorldOptions,
} from './world.ts'

async function atHome(
  options: WorldOptions = {},
): Promise<{ world: World; member: Client; ask: Ask }> {
  const world = await newWorld(options)
  const member = await world.member()
  const ask: Ask = async (payload) => member.post(world.directory['newOrder'] ?? '', payload)
  return { world, member, ask }
}
type Ask = (payload: unknown) => ReturnType<Client['post']>

describe('newOrder', () => {
  it('makes a pending order', async () => {
    const { world, ask } = await atHome()
    const reply = await ask({ identifiers: dns('a.example', '*.b.example') })
    expect(reply.status).toBe(201)
    const url = reply.headers['location'] ?? ''
    expect(reply.json).toEqual({
      status: 'pending',
      expires: '2026-11-25T03:00:00Z',
      identifiers: dns('a.example', '*.b.example'),
      authorizations: [
        expect.stringMatching(`^${world.ca.url}/proof/`),
        expect.stringMatching(`^${world.ca.url}/proof/`),
      ],
      finalize: `${url}/sign`,
    })
    expect(reply.headers['retry-after']).toBeUndefined()
  })

  it('4.1 #41 a payload that is not a JSON object is malformed', async () => {
    const { ask } = await atHome()
    for (const payload of ['', [], 1]) expect(problemOf(await ask(payload))).toBe('400 malformed')
  })

  it('4.1 #43 an identifier of another type is unsupportedIdentifier', async () => {
    const { ask } = await atHome()
    for (const type of ['email', 'DNS', '__proto__']) {
      const reply = await ask({ identifiers: [{ type, value: 'a.example' }] })
      expect(problemOf(reply)).toBe('400 unsupportedIdentifier')
    }
  })

  it.each([
    undefined,
    null,
    [],
    {},
    ['a.example'],
    [null],
    [{ type: 'dns' }],
    [{ value: 'a.example' }],
    [{ type: 'dns', value: 1 }],
  ])('4.1 #44 identifiers %j are malformed', async (identifiers) => {
    const { ask } = await atHome()
    expect(problemOf(await ask({ identifiers }))).toBe('400 malformed')
  })

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    'fe80::1%eth0',
    '[::1]',
    'a.example',
  ])('4.1 #45 the ip identifier %j is malformed', async (value) => {
    const { ask } = await atHome()
    expect(problemOf(await ask({ identifiers: [{ type: 'ip', value }] }))).toBe('400 malformed')
  })

  it.each([
    '',
    'a_b.example',
    'bücher.example',
    'a b.example',
    'a.example/',
    `${'a.'.repeat(125)}exam`,
    `${'a'.repeat(64)}.example`,
    '1.2.3.4',
    '::1',
    'a.example.',
    '*.*.example',
    'a.*.example',
    '*a.example',
    '*',
    '*.',
    'a..example',
    '.example',
    '-a.example',
    'a-.example',
    'xn--zzzzzzz99999.example',
    'xn--a.example',
  ])('4.1 #46 the dns identifier %j is malformed', async (value) => {
    const { ask } = await atHome()
    expect(problemOf(await ask({ identifiers: dns(value) }))).toBe('400 malformed')
  })

  it('4.1 #47 blocked names are rejectedIdentifier, each with its subproblem', async () => {
    const { ask } = await atHome({ blocklist: ['bad.example'] })
    const reply = await ask({
      identifiers: dns(
        'bad.example',
        'good.example',
        '*.Bad.example',
        'x.bad.example',
        'notbad.example',
      ),
    })
    expect(problemOf(reply)).toBe('400 rejectedIdentifier')
    expect(reply.json).not.toHaveProperty('identifier')
    const subproblems = reply.json['subproblems'] as { type: string; identifier: unknown }[]
    expect(subproblems.map(({ identifier }) => identifier)).toEqual(
      dns('bad.example', '*.bad.example', 'x.bad.example'),
    )
    expect(subproblems[0]?.type).toBe('urn:ietf:params:acme:error:rejectedIdentifier')
  })

  it('lower-cases names, writes addresses as RFC 5952 does, and takes each once', async () => {
    const { ask } = await atHome()
    const reply = await ask({
      identifiers: [
        ...dns('A.Example', 'a.example', 'XN--BCHER-KVA.example'),
        { type: 'ip', value: '2001:DB8:0::1' },
        { type: 'ip', value: '2001:db8::1' },
        { type: 'ip', value: '192.0.2.1' },
      ],
    })
    expect(reply.json['identifiers']).toEqual([
      ...dns('a.example', 'xn--bcher-kva.example'),
      { type: 'ip', value: '2001:db8::1' },
      { type: 'ip', value: '192.0.2.1' },
    ])
    expect(reply.json['authorizations']).toHaveLength(4)
  })

  it('4.3 maxIdentifiers refuses more identifiers than it was told to take', async () => {
    const { ask } = await atHome({ maxIdentifiers: 2 })
    expect((await ask({ identifiers: dns('a.example', 'b.example', 'a.example') })).status).toBe(
      201,
    )
    const reply = await ask({ identifiers: dns('a.example', 'b.example', 'c.example') })
    expect(problemOf(reply)).toBe('400 malformed')
  })

  it('never fails on any identifiers other than by a problem', () => {
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.ipV4(), fc.ipV6())
    const type = fc.constantFrom('dns', 'ip')
    fc.assert(
      fc.property(
        fc.oneof(fc.array(fc.record({ type, value }), { maxLength: 4 }), fc.jsonValue()),
        (given) => {
          try {
            for (const one of readEntries(given))
              expect(readIdentifier(one).value).toMatch(/^[a-z0-9.:*-]+$/)
          } catch (error) {
            expect(error).toBeInstanceOf(AcmeProblem)
          }
        },
      ),
    )
  })

  it('honours the dates asked for and refuses those it cannot', async () => {
    const { ask } = await atHome()
    const identifiers = dns('a.example')
    const good = { notBefore: '2026-11-24T04:00:00+01:00', notAfter: '2026-12-24T03:00:00Z' }
    expect((await ask({ identifiers, ...good })).json).toMatchObject({
      notBefore: '2026-11-24T03:00:00Z',
      notAfter: '2026-12-24T03:00:00Z',
    })
    for (const bad of [
      { notBefore: 'tomorrow' },
      { notBefore: 7 },
      { notAfter: '2026-11-24' },
      { notAfter: '2026-11-24T02:00:00Z' },
      { notAfter: '2027-11-24T03:00:00Z' },
      { notBefore: '2026-12-24T03:00:00Z', notAfter: '2026-12-01T03:00:00Z' },
    ]) {
      expect(problemOf(await ask({ identifiers, ...bad }))).toBe('400 malformed')
    }
  })
})

describe('an order', () => {
  it('4.1 #49 is 403 unauthorized to another account', async () => {
    const { world, member } = await atHome()
    const other = await world.member()
    const { url } = await order(world, member, 'a.example')
    expect(problemOf(await other.read(url))).toBe('403 unauthorized')
  })

  it('4.1 #50 is 404 malformed when there is none', async () => {
    const { world, member } = await atHome()
    expect(problemOf(await member.read(`${world.ca.url}/asked/none`))).toBe('404 malformed')
  })

  it('4.3 quirks.bareNotFound is an empty 404 when there is none', async () => {
    const bare = await atHome({ quirks: { bareNotFound: true } })
    const reply = await bare.member.read(`${bare.world.ca.url}/asked/none`)
    expect([reply.status, reply.text]).toEqual([404, ''])
    expect(reply.headers['replay-nonce']).toBeDefined()
  })

  it('is ready once every authorization is valid', async () => {
    const { world, member } = await atHome()
    const { url, authorizations } = await order(world, member, 'a.example', 'b.example')
    await prove(member, authorizations[0] ?? '')
    expect((await member.read(url)).json['status']).toBe('pending')
    await prove(member, authorizations[1] ?? '')
    expect((await member.read(url)).json['status']).toBe('ready')
  })

  it('4.3 orderLifetimeMs is invalid when it has expired, or one of its authorizations has', async () => {
    const { world, member } = await atHome({ validAuthorizationLifetimeMs: 2 * hourMs })
    const old = await order(world, member, 'a.example')
    const proven = await order(world, member, 'b.example')
    await prove(member, proven.authorizations[0] ?? '')
    world.clock.advance(hourMs)
    expect((await member.read(old.url)).json['status']).toBe('invalid')
    expect((await member.read(proven.url)).json['status']).toBe('ready')
    world.clock.advance(hourMs)
    expect((await member.read(proven.url)).json['status']).toBe('invalid')
    expect((await member.read(proven.authorizations[0] ?? '')).json['status']).toBe('expired')
  })

  it('4.3 authorizationReusePercent takes a valid authorization of the same account over when told to', async () => {
    const { world, member } = await atHome({ authorizationReusePercent: 100 })
    const first = await order(world, member, 'a.example', 'b.example')
    await prove(member, first.authorizations[0] ?? '')
    const second = await order(world, member, 'A.example')
    expect(second.authorizations).toEqual([first.authorizations[0]])
    expect((await member.read(second.url)).json['status']).toBe('ready')
    const wildcard = await order(world, member, '*.a.example')
    const pending = await order(world, member, 'b.example')
    const other = await order(world, await world.member(), 'a.example')
    for (const { authorizations } of [wildcard, pending, other]) {
      expect(first.authorizations).not.toContain(authorizations[0])
    }
  })

  it('4.3 validAuthorizationLifetimeMs takes none over once it has expired', async () => {
    const { world, member } = await atHome({ authorizationReusePercent: 100 })
    const first = await order(world, member, 'a.example')
    await prove(member, first.authorizations[0] ?? '')
    world.clock.advance(hourMs)
    const second = await order(world, member, 'a.example')
    expect(second.authorizations).not.toEqual(first.authorizations)
  })

  it('4.3 shuffle shows its arrays in another order from time to time', async () => {
    const { world, member } = await atHome({ shuffle: true })
    const names = ['a.example', 'b.example', 'c.example', 'd.example', 'e.example']
    const { url, authorizations } = await order(world, member, ...names)
    const [one, other] = [await member.read(url), await member.read(url)]
    expect(one.json['identifiers']).not.toEqual(other.json['identifiers'])
    expect(one.json['authorizations']).not.toEqual(other.json['authorizations'])
    expect([...(one.json['authorizations'] as string[])].sort()).toEqual([...authorizations].sort())
    const types = new Set<string>()
    for (let turn = 0; turn < 20; turn++) {
      const shown = await challenges(member, authorizations[0] ?? '')
      types.add(shown.map(({ type }) => type).join())
    }
    expect(types.size).toBeGreaterThan(1)
  })

  it('4.3 quirks.nullAuthorizations can say null for authorizations once it is ready', async () => {
    const { world, member } = await atHome({ quirks: { nullAuthorizations: true } })
    const { url, authorizations } = await order(world, member, 'a.example')
    expect((await member.read(url)).json['authorizations']).toEqual(authorizations)
    await prove(member, authorizations[0] ?? '')
    expect((await member.read(url)).json['authorizations']).toBeNull()
  })
})
