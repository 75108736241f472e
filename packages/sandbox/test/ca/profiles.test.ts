import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Profile } from '../../src/ca/profiles.ts'
import { base64url, type RawReply } from './raw-client.ts'
import {
  csr,
  dns,
  leafOf,
  newWorld,
  problemOf,
  prove,
  settled,
  type Client,
  type World,
  type WorldOptions,
} from './world.ts'

const dayMs = 86_400_000
const profiles: Readonly<Record<string, Profile>> = {
  classic: { description: 'the usual' },
  shortlived: {
    description: 'https://ca.example/shortlived',
    certificateLifetimeMs: 6 * dayMs,
    maxIdentifiers: 1,
    identifierTypes: ['dns'],
  },
}

async function atHome(options: WorldOptions = {}): Promise<{
  world: World
  member: Client
  ask: (payload: object) => Promise<RawReply>
}> {
  const world = await newWorld({ profiles, ...options })
  const member = await world.member()
  const ask = async (payload: object): Promise<RawReply> =>
    member.post(world.directory['newOrder'] ?? '', { identifiers: dns('a.example'), ...payload })
  return { world, member, ask }
}

describe('profiles', () => {
  it('4.1 #42 one that the CA does not have is invalidProfile', async () => {
    const { ask } = await atHome()
    for (const profile of ['longlived', 'Classic', '__proto__', 'toString']) {
      expect(problemOf(await ask({ profile }))).toBe('400 invalidProfile')
    }
    const none = await atHome({ profiles: {} })
    expect(problemOf(await none.ask({ profile: 'classic' }))).toBe('400 invalidProfile')
    expect(problemOf(await ask({ profile: 7 }))).toBe('400 malformed')
  })

  it('4.1 #42 one that does not fit the rest of the order is invalidProfile', async () => {
    const { ask } = await atHome()
    const profile = 'shortlived'
    const many = await ask({ profile, identifiers: dns('a.example', 'b.example') })
    expect(problemOf(many)).toBe('400 invalidProfile')
    const address = await ask({ profile, identifiers: [{ type: 'ip', value: '192.0.2.1' }] })
    expect(problemOf(address)).toBe('400 invalidProfile')
  })

  it('4.3 profiles are listed, and echoed by the order then and later', async () => {
    const { world, member, ask } = await atHome()
    expect((await world.get(world.ca.directoryUrl)).json['meta']).toMatchObject({
      profiles: { classic: 'the usual', shortlived: 'https://ca.example/shortlived' },
    })
    const reply = await ask({ profile: 'shortlived' })
    expect(reply.json).toMatchObject({ profile: 'shortlived' })
    const later = await member.read(reply.headers['location'] ?? '')
    expect(later.json).toMatchObject({ profile: 'shortlived' })
    expect(world.ca.orders()).toMatchObject([{ profile: 'shortlived' }])
  })

  it('4.3 defaultProfile they are chosen by the CA where none is asked for: the first, or one that is not listed', async () => {
    const { ask } = await atHome()
    expect((await ask({})).json['profile']).toBe('classic')
    const hidden = await atHome({ defaultProfile: 'secret' })
    expect((await hidden.ask({ profile: '' })).json['profile']).toBe('secret')
    expect(problemOf(await hidden.ask({ profile: 'secret' }))).toBe('400 invalidProfile')
    const none = await atHome({ profiles: {} })
    expect((await none.ask({})).json).not.toHaveProperty('profile')
  })

  it('say how long a certificate lives', async () => {
    const { member, ask } = await atHome({ backdateMs: 0 })
    const reply = await ask({ profile: 'shortlived' })
    await prove(member, (reply.json['authorizations'] as string[])[0] ?? '')
    await member.post(String(reply.json['finalize']), {
      csr: base64url(await csr({ names: ['a.example'] })),
    })
    const done = await settled(member, reply.headers['location'] ?? '')
    const pem = await member.read(String(done.json['certificate']))
    const { validFromDate, validToDate } = new X509Certificate(leafOf(pem.text))
    expect(validToDate.getTime() - validFromDate.getTime()).toBe(6 * dayMs - 1000)
  })

  it('bound the dates that can be asked for', async () => {
    const { ask } = await atHome()
    const notAfter = '2026-12-24T03:00:00Z'
    expect((await ask({ notAfter })).status).toBe(201)
    expect(problemOf(await ask({ notAfter, profile: 'shortlived' }))).toBe('400 malformed')
  })
})
