import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { base64url, newKey, thumbprintOf, type RawReply } from '../ca/raw-client.ts'
import { csr, dns, hourMs, leafOf, problemOf, prove, settled, type Client } from '../ca/world.ts'
import { strictWorld } from './world.ts'

const dayMs = 24 * hourMs
const ip = { identifiers: [{ type: 'ip', value: '8.8.8.8' }] }
const many = (count: number): string[] => Array.from({ length: count }, (_, at) => `n${at}.a.test`)

async function finished(member: Client, asked: RawReply, ...names: string[]): Promise<string> {
  for (const url of asked.json['authorizations'] as string[]) await prove(member, url)
  const body = { csr: base64url(await csr({ names })) }
  const reply = await member.post(String(asked.json['finalize']), body)
  expect(reply.status, reply.text).toBe(200)
  const done = await settled(member, asked.headers['location'] ?? '')
  return (await member.read(String(done.json['certificate']))).text
}

describe('profiles', () => {
  it('4.2 #4 more names than the profile allows are malformed', async () => {
    const { ask } = await strictWorld()
    expect((await ask(many(100))).status).toBe(201)
    expect(problemOf(await ask(many(101)))).toBe('400 malformed')
    expect((await ask(many(25), { profile: 'tlsserver' })).status).toBe(201)
    expect(problemOf(await ask(many(26), { profile: 'tlsserver' }))).toBe('400 malformed')
  })

  it('4.2 #4 an address is rejectedIdentifier but in short-lived certificates', async () => {
    const { ask } = await strictWorld()
    expect(problemOf(await ask([], ip))).toBe('400 rejectedIdentifier')
    expect(problemOf(await ask([], { ...ip, profile: 'tlsserver' }))).toBe('400 rejectedIdentifier')
    expect((await ask([], { ...ip, profile: 'shortlived' })).status).toBe(201)
  })

  it('4.2 #4 an account that is not on the list of a profile is unauthorized', async () => {
    const key = await newKey()
    const profiles = {
      usual: { description: 'for all' },
      chosen: { description: 'for some', accountThumbprints: [thumbprintOf(key.jwk)] },
    }
    const { ask, world } = await strictWorld({ profiles })
    expect(problemOf(await ask(['a.test'], { profile: 'chosen' }))).toBe('403 unauthorized')
    const stranger = await world.stranger(key)
    const made = await stranger.post(world.directory['newAccount'] ?? '', {
      termsOfServiceAgreed: true,
    })
    const asked = await stranger.post(
      world.directory['newOrder'] ?? '',
      { identifiers: dns('a.test'), profile: 'chosen' },
      { jwk: undefined, kid: made.headers['location'] },
    )
    expect(asked.status).toBe(201)
  })

  it('4.2 #4 a profile that is unknown is invalidProfile', async () => {
    const { ask } = await strictWorld()
    expect(problemOf(await ask(['a.test'], { profile: 'tlsclient' }))).toBe('400 invalidProfile')
  })

  it.each([
    ['classic', 90 * dayMs, 'CN=b.test'],
    ['tlsserver', 45 * dayMs, undefined],
    ['shortlived', 160 * hourMs, undefined],
  ])('%s has the lifetime and the common name of Let’s Encrypt', async (profile, life, subject) => {
    const { ask, member } = await strictWorld({ backdateMs: 0 })
    const asked = await ask(['b.test'], { profile })
    const certificate = new X509Certificate(leafOf(await finished(member, asked, 'b.test')))
    const { validFromDate, validToDate } = certificate
    expect(validToDate.getTime() - validFromDate.getTime()).toBe(life - 1000)
    expect(certificate.subject).toBe(subject)
  })
})

describe('orders', () => {
  it('4.2 #5 dates are malformed, whatever they say', async () => {
    const { ask, world } = await strictWorld()
    const moment = new Date(world.clock.now() + dayMs).toISOString()
    for (const dates of [{ notBefore: moment }, { notAfter: moment }, { notBefore: 'soon' }]) {
      expect(problemOf(await ask(['a.test'], dates))).toBe('400 malformed')
    }
    expect((await ask(['a.test'], { notBefore: '', notAfter: '' })).status).toBe(201)
  })

  it('4.2 #17 an open order for the same names and profile is given again', async () => {
    const { ask, member, world } = await strictWorld()
    const first = await ask(['a.test', 'b.test'])
    const location = first.headers['location']
    const again = await ask(['B.test', 'a.test'])
    expect([again.status, again.headers['location']]).toEqual([201, location])
    for (const other of [
      await ask(['a.test']),
      await ask(['a.test', 'b.test'], { profile: 'tlsserver' }),
      await ask(['a.test', 'b.test'], {}, await world.member()),
    ]) {
      expect(other.headers['location']).not.toBe(location)
    }
    const [authorization = ''] = first.json['authorizations'] as string[]
    await member.post(authorization, { status: 'deactivated' })
    expect((await ask(['a.test', 'b.test'])).headers['location']).not.toBe(location)
  })

  it('4.2 #17 an authorization is taken over within its profile alone', async () => {
    const { ask, member } = await strictWorld()
    const first = await ask(['a.test'])
    const [proven = ''] = first.json['authorizations'] as string[]
    await prove(member, proven)
    const classic = await ask(['a.test', 'b.test'])
    expect(classic.json['authorizations']).toContain(proven)
    const other = await ask(['a.test'], { profile: 'tlsserver' })
    expect(other.json['authorizations']).not.toContain(proven)
  })

  it('4.2 #17 an authorization that ends soon is not, nor one by dns-persist-01', async () => {
    const { ask, member, world } = await strictWorld({
      challengeTypes: ['dns-01', 'dns-persist-01'],
      caaIdentities: ['ca.test'],
    })
    const profile = 'tlsserver'
    const [proven = ''] = (await ask(['a.test'], { profile })).json['authorizations'] as string[]
    await prove(member, proven)
    world.clock.advance(6 * hourMs)
    const early = await ask(['a.test', 'x.test'], { profile })
    expect(early.json['authorizations']).toContain(proven)
    world.clock.advance(1)
    const late = await ask(['a.test', 'y.test'], { profile })
    expect(late.json['authorizations']).not.toContain(proven)

    const [persisting = ''] = (await ask(['b.test'])).json['authorizations'] as string[]
    await prove(member, persisting, 'dns-persist-01')
    expect((await ask(['b.test', 'z.test'])).json['authorizations']).not.toContain(persisting)
  })

  it('4.2 #17 an order expires with the first of its authorizations', async () => {
    const { ask, world } = await strictWorld()
    const { json } = await ask(['a.test'], { profile: 'tlsserver' })
    expect(Date.parse(String(json['expires']))).toBe(world.clock.now() + hourMs)
  })
})
