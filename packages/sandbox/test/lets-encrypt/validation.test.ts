import { describe, expect, it } from 'vitest'
import { corroborated, type Perspective } from '../../src/ca/validation/perspectives.ts'
import type { Attempt, Validate } from '../../src/ca/validation/validation.ts'
import { base64url } from '../ca/raw-client.ts'
import {
  believe,
  csr,
  hourMs,
  problemOf,
  prove,
  readyOrder,
  settled,
  type ChallengeJson,
} from '../ca/world.ts'
import { strictWorld, subproblems } from './world.ts'

const signal = new AbortController().signal
const attempt: Attempt = {
  type: 'http-01',
  identifier: { type: 'dns', value: 'a.test' },
  wildcard: false,
  token: 't',
  keyAuthorization: 't.k',
  accountUrl: 'https://ca.test/1',
}

const places = (count: number, failing: number): Perspective[] =>
  Array.from({ length: count }, (_, at) => ({
    name: `place-${at}`,
    ...(at < failing ? { fails: 'dns' as const } : {}),
  }))

describe('remote perspectives', () => {
  const outcome = async (perspectives: readonly Perspective[], validate: Validate = believe) =>
    (await corroborated(attempt, perspectives, { validate, signal })).problem?.detail ?? 'fine'

  it.each([
    [0, 0, 'fine'],
    [1, 0, 'fine'],
    [1, 1, 'refused'],
    [2, 1, 'fine'],
    [2, 2, 'refused'],
    [5, 1, 'fine'],
    [5, 2, 'refused'],
    [6, 2, 'fine'],
    [6, 3, 'refused'],
  ])('4.2 #11 of %i places %i may not see it: %s', async (count, failing, expected) => {
    const detail = 'During secondary validation: place-0 sees something else'
    expect(await outcome(places(count, failing))).toBe(expected === 'fine' ? 'fine' : detail)
  })

  it('4.2 #11 are asked only once the first one has seen it, all of them and with their names', async () => {
    const seen: (string | undefined)[] = []
    const watch: Validate = async ({ perspective }) => {
      seen.push(perspective?.name)
      return { record: {} }
    }
    expect(await outcome(places(3, 0), watch)).toBe('fine')
    expect(seen).toEqual([undefined, 'place-0', 'place-1', 'place-2'])
    const problem = { type: 'dns', detail: 'not here', status: 400 }
    expect(await outcome(places(3, 3), async () => ({ problem, record: {} }))).toBe('not here')
  })

  it('4.2 #11 that fail make the authorization invalid, and are in its record', async () => {
    const perspectives = places(4, 2)
    const { ask, member } = await strictWorld({ perspectives })
    const [url = ''] = (await ask(['a.test'])).json['authorizations'] as string[]
    const { json } = await prove(member, url)
    const [challenge] = json['challenges'] as ChallengeJson[]
    expect(json['status']).toBe('invalid')
    expect(challenge?.error).toMatchObject({
      type: 'urn:ietf:params:acme:error:dns',
      detail: expect.stringMatching(/^During secondary validation/) as unknown,
    })
    const seen = [
      { name: 'place-0', problem: { type: 'dns' } },
      { name: 'place-1', problem: { type: 'dns' } },
      { name: 'place-2' },
      { name: 'place-3' },
    ]
    expect(challenge?.validationRecord).toMatchObject([{ perspectives: seen }])
  })

  it('4.2 #11 are four in the strict mode', async () => {
    const seen: (string | undefined)[] = []
    const validate: Validate = async ({ perspective }) => {
      seen.push(perspective?.name)
      return { record: {} }
    }
    const { ask, member } = await strictWorld({ validate })
    await prove(member, ((await ask(['a.test'])).json['authorizations'] as string[])[0] ?? '')
    expect(seen).toEqual([undefined, 'remote-1', 'remote-2', 'remote-3', 'remote-4'])
  })
})

describe('CAA', () => {
  async function late(
    forbidden: readonly string[],
    waitMs: number,
    names = ['a.test', '*.b.test'],
  ) {
    const looked: Attempt[] = []
    const recheckCaa: Validate = async (attempt) => {
      looked.push(attempt)
      const { value } = attempt.identifier
      const detail = `CAA record for ${value} prevents issuance`
      const problem = { type: 'caa', detail, status: 403 }
      return forbidden.includes(value) ? { problem, record: {} } : { record: {} }
    }
    const { world, member } = await strictWorld({ recheckCaa })
    const at = await readyOrder(world, member, ...names)
    world.clock.advance(waitMs)
    const reply = await member.post(at.finalize, { csr: base64url(await csr({ names })) })
    return { reply, looked, member, url: at.url }
  }

  it('4.2 #10 is looked at again at finalize for what was validated hours ago', async () => {
    const { reply, looked, member, url } = await late(['b.test'], 8 * hourMs)
    expect(problemOf(reply)).toBe('403 caa')
    expect(reply.json['detail']).toMatch('b.test prevents issuance')
    expect(looked).toMatchObject([
      { type: 'dns-01', identifier: { value: 'a.test' }, wildcard: false, accountUrl: member.kid },
      { type: 'dns-01', identifier: { value: 'b.test' }, wildcard: true },
    ])
    expect((await member.read(url)).json['status']).toBe('ready')
  })

  it('4.2 #10 that forbids several names says so of each', async () => {
    const { reply } = await late(['a.test', 'b.test'], 8 * hourMs)
    expect(problemOf(reply)).toBe('403 caa')
    expect(subproblems(reply)).toEqual(['caa a.test', 'caa *.b.test'])
  })

  it('4.2 #10 is not looked at again while it is fresh', async () => {
    const { reply, looked, member, url } = await late(['a.test', 'b.test'], 7 * hourMs)
    expect(reply.status).toBe(200)
    expect(looked).toEqual([])
    expect((await settled(member, url)).json['status']).toBe('valid')
  })
})

it('4.2 #21 a failed challenge says why, with what was looked at', async () => {
  const record = {
    hostname: 'a.test',
    port: 80,
    addressesResolved: ['192.0.2.1'],
    addressUsed: '192.0.2.1',
    url: 'http://a.test/.well-known/acme-challenge/t',
  }
  const problem = { type: 'connection', detail: '192.0.2.1: Connection refused', status: 400 }
  const { ask, member } = await strictWorld({ validate: async () => ({ problem, record }) })
  const asked = await ask(['a.test'])
  const [url = ''] = asked.json['authorizations'] as string[]
  const { json } = await prove(member, url, 'http-01')
  expect(json['challenges']).toMatchObject([
    {
      status: 'invalid',
      error: { ...problem, type: 'urn:ietf:params:acme:error:connection' },
      validationRecord: [record],
    },
  ])
  const order = await member.read(asked.headers['location'] ?? '')
  expect(order.json['error']).toMatchObject({ detail: problem.detail })
})
