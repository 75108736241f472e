import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createAuthority } from '../../src/ca/authority.ts'
import { startCa } from '../../src/ca/ca.ts'
import type { ChallengeType } from '../../src/ca/challenge-types.ts'
import type { Attempt } from '../../src/ca/validation/validation.ts'
import { thumbprintOf } from './raw-client.ts'
import {
  believe,
  challenges,
  newWorld,
  order,
  prove,
  testClock,
  type ChallengeJson,
  type Client,
  type World,
  type WorldOptions,
} from './world.ts'

const every: readonly ChallengeType[] = [
  'http-01',
  'tls-alpn-01',
  'dns-01',
  'dns-account-01',
  'dns-persist-01',
]
const caaIdentities = ['ca.example', 'ca.test']

async function offered(
  world: World,
  member: Client,
  name: string,
): Promise<readonly ChallengeJson[]> {
  const { authorizations } = await order(world, member, name)
  return challenges(member, authorizations[0] ?? '')
}

describe('the types of challenges', () => {
  it('4.3 challengeTypes are those that were chosen, and for a wildcard those by DNS alone', async () => {
    const world = await newWorld({ challengeTypes: every, caaIdentities })
    const member = await world.member()
    const typesOf = async (name: string): Promise<string[]> =>
      (await offered(world, member, name)).map(({ type }) => type)
    expect(await typesOf('a.example')).toEqual(every)
    expect(await typesOf('*.a.example')).toEqual(['dns-01', 'dns-account-01', 'dns-persist-01'])
    const reply = await member.post(world.directory['newOrder'] ?? '', {
      identifiers: [{ type: 'ip', value: '192.0.2.1' }],
    })
    const [authorization = ''] = reply.json['authorizations'] as string[]
    const types = (await challenges(member, authorization)).map(({ type }) => type)
    expect(types).toEqual(['http-01', 'tls-alpn-01'])
  })

  it('are http-01, tls-alpn-01 and dns-01 by default', async () => {
    const world = await newWorld()
    const types = (await offered(world, await world.member(), 'a.example')).map(({ type }) => type)
    expect(types).toEqual(['http-01', 'tls-alpn-01', 'dns-01'])
  })

  it('do without dns-persist-01 where the CA has no name, or more than ten', async () => {
    const clock = testClock()
    const authority = await createAuthority({ clock, name: 'Test' })
    for (const names of [[], Array.from({ length: 11 }, (_, at) => `ca${at}.example`)]) {
      const given = { authority, clock, validate: believe, challengeTypes: every }
      await expect(startCa({ ...given, caaIdentities: names })).rejects.toThrow(TypeError)
    }
  })
})

async function persisting(
  options: WorldOptions,
): Promise<{ world: World; member: Client; challenge: ChallengeJson; attempt: Attempt }> {
  const attempts: Attempt[] = []
  const world = await newWorld({
    challengeTypes: ['dns-persist-01'],
    caaIdentities,
    validate: async (attempt) => (attempts.push(attempt), { record: {} }),
    ...options,
  })
  const member = await world.member()
  const { authorizations } = await order(world, member, '*.a.example')
  const [challenge] = await challenges(member, authorizations[0] ?? '')
  const reply = await prove(member, authorizations[0] ?? '', 'dns-persist-01')
  expect(reply.json['status']).toBe('valid')
  const [attempt] = attempts
  if (challenge === undefined || attempt === undefined) throw new Error('nothing was validated')
  return { world, member, challenge, attempt }
}

describe('dns-persist-01', () => {
  it('4.3 dnsPersistDialect names the CA and the account’s URL as the first drafts do, and has no token', async () => {
    const { world, member, challenge, attempt } = await persisting({})
    expect(challenge).toEqual({
      type: 'dns-persist-01',
      url: challenge.url,
      status: 'pending',
      'issuer-domain-names': caaIdentities,
      accounturi: member.kid,
    })
    expect(attempt.accountUris).toEqual([member.kid])
    const { json } = await world.get(world.ca.directoryUrl)
    expect(json['meta']).not.toHaveProperty('accountHashPrefix')
  })

  it('4.3 dnsPersistDialect hashes the account for the name or for all names as draft -02 does', async () => {
    const { world, member, challenge, attempt } = await persisting({
      dnsPersistDialect: 'account-hash',
    })
    expect(challenge).toEqual({
      type: 'dns-persist-01',
      url: challenge.url,
      status: 'pending',
      issuerDomainNames: caaIdentities,
    })
    const { json } = await world.get(world.ca.directoryUrl)
    const meta = json['meta'] as { accountHashPrefix: string }
    expect(meta).toMatchObject({ issuerDomainNames: caaIdentities, caaIdentities })
    const uris = ['a.example', '*'].map((domain) => {
      const head = String.fromCharCode(domain.length)
      const text = `${head}${domain}${thumbprintOf(member.key.jwk)}${member.kid}`
      const hash = createHash('sha256').update(text).digest('base64url')
      return `${meta.accountHashPrefix}sha-256/${hash}`
    })
    expect(attempt.accountUris).toEqual(uris)
  })
})
