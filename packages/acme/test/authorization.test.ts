import {
  deactivateAuthorization,
  getAuthorization,
  newAuthorization,
  respondToChallenge,
} from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { failure } from './failure.ts'
import { fakeCa, knownAccount, refusal, type FakeCaOptions } from './fake-ca.ts'

const url = 'https://ca.test/authz/1'
const identifier = { type: 'dns', value: 'example.org' }
const pending = { status: 'pending', identifier }

async function world(options: FakeCaOptions) {
  const ca = fakeCa({ directory: { newAuthz: 'https://ca.test/new-authz' }, ...options })
  return { ca, client: ca.client(), account: await knownAccount(ca) }
}

/** A CA that answers one path with this. */
function saying(path: string, body: unknown, headers: Record<string, string> = {}): FakeCaOptions {
  return { before: (seen) => (seen.path === path ? { body, headers } : undefined) }
}

describe('newAuthorization', () => {
  it('asks for the name, and for all below it only where that is wanted', async () => {
    const { client, account, ca } = await world(saying('/new-authz', pending, { location: url }))
    await newAuthorization(client, account, { identifier })
    const made = await newAuthorization(client, account, {
      identifier: { ...identifier, value: 'example.net' },
      subdomainAuthAllowed: true,
    })
    expect(made.url).toBe(url)
    const asked = ca.seen.filter(({ path }) => path === '/new-authz')
    expect(asked.map(({ payload }) => payload)).toEqual([
      { identifier },
      { identifier: { type: 'dns', value: 'example.net', subdomainAuthAllowed: true } },
    ])
  })

  it('refuses a wildcard before anything is sent, and a reply without a URL', async () => {
    const { client, account, ca } = await world(saying('/new-authz', pending))
    const wildcard = { type: 'dns', value: '*.example.org' }
    await expect(newAuthorization(client, account, { identifier: wildcard })).rejects.toThrow(
      new TypeError('a wildcard cannot be authorized beforehand'),
    )
    expect(ca.seen).toEqual([])
    await expect(newAuthorization(client, account, { identifier })).rejects.toThrow(
      /: the authorization has no Location$/,
    )
  })
})

describe('an authorization', () => {
  it('is read with every member that the RFCs have, and nothing that is missing', async () => {
    const whole = {
      ...pending,
      expires: '2026-01-08T00:00:00Z',
      wildcard: true,
      subdomainAuthAllowed: true,
      challenges: [],
    }
    const full = await world(saying('/authz/1', whole))
    const read = getAuthorization(full.client, full.account, url)
    await expect(read).resolves.toStrictEqual({ ...whole, url })
    const bare = await world(saying('/authz/1', pending))
    await expect(getAuthorization(bare.client, bare.account, url)).resolves.toStrictEqual({
      ...pending,
      url,
      wildcard: false,
      subdomainAuthAllowed: false,
      challenges: [],
    })
  })

  it.each([
    ['<html>', 'the authorization is not JSON'],
    [{ identifier }, 'status of the authorization is missing'],
    [{ status: 'valid' }, 'the identifier of the authorization is missing'],
    [{ ...pending, challenges: {} }, 'challenges of the authorization is not a list'],
  ])('is none in %j', async (body, why) => {
    const { client, account } = await world(saying('/authz/1', body))
    await expect(getAuthorization(client, account, url)).rejects.toThrow(
      failure('ACME_RESPONSE_NOT_CONFORM', { message: `${url} replied wrongly: ${why}` }),
    )
  })

  it('is given up by its status', async () => {
    const { client, account, ca } = await world(saying('/authz/1', pending))
    await deactivateAuthorization(client, account, url)
    expect(ca.seen.at(-1)?.payload).toEqual({ status: 'deactivated' })
  })
})

describe('respondToChallenge', () => {
  const challenge = 'https://ca.test/challenge/1'

  it('reads every member of a challenge, and nothing that is missing', async () => {
    const whole = {
      type: 'dns-01',
      url: challenge,
      status: 'valid',
      token: 'abc',
      validated: '2026-01-01T00:00:00Z',
      error: { type: 'about:blank', detail: 'before', subproblems: [] },
    }
    const full = await world(saying('/challenge/1', whole, { 'retry-after': '3' }))
    await expect(respondToChallenge(full.client, full.account, challenge)).resolves.toStrictEqual({
      ...whole,
      retryAfterMs: 3000,
      raw: whole,
    })
    const bare = await world(saying('/challenge/1', { type: 'odd-01' }))
    await expect(respondToChallenge(bare.client, bare.account, challenge)).resolves.toStrictEqual({
      type: 'odd-01',
      status: 'pending',
      raw: { type: 'odd-01' },
    })
  })

  it.each([
    ['<html>', 'the challenge is not JSON'],
    [{ status: 'valid' }, 'type of the challenge is missing'],
  ])('refuses %j', async (body, why) => {
    const { client, account } = await world(saying('/challenge/1', body))
    await expect(respondToChallenge(client, account, challenge)).rejects.toThrow(
      failure('ACME_RESPONSE_NOT_CONFORM', { message: `${challenge} replied wrongly: ${why}` }),
    )
  })

  it.each([
    ['is still pending', 'malformed', { body: { type: 'dns-01', status: 'pending' } }],
    ['cannot be read', 'malformed', { status: 404 }],
    [
      'is refused for another reason',
      'unauthorized',
      { body: { type: 'dns-01', status: 'valid' } },
    ],
  ])('passes the refusal on where the challenge %s', async (_what, type, reading) => {
    const { client, account } = await world({
      before: ({ path, payload }) => {
        if (path !== '/challenge/1') return undefined
        return payload === '' ? reading : refusal(type, 400)
      },
    })
    await expect(respondToChallenge(client, account, challenge)).rejects.toThrow(
      failure('ACME_PROBLEM', { status: 400, problem: expect.objectContaining({ detail: type }) }),
    )
  })
})
