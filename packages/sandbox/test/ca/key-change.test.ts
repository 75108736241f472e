import { describe, expect, it } from 'vitest'
import { newKey, sign, type Envelope, type RawKey, type RawReply } from './raw-client.ts'
import {
  challenges,
  newWorld,
  order,
  problemOf,
  prove,
  type Client,
  type World,
  type WorldOptions,
} from './world.ts'

interface InnerOptions {
  readonly header?: Readonly<Record<string, unknown>>
  readonly keyChange?: Readonly<Record<string, unknown>>
  /** Who signs, in place of the new key. */
  readonly by?: RawKey
}

interface Room {
  readonly world: World
  readonly member: Client
  readonly fresh: RawKey
  readonly inner: (options?: InnerOptions) => Promise<Envelope>
  readonly change: (inner?: unknown) => Promise<RawReply>
}

async function atHome(options: WorldOptions = {}): Promise<Room> {
  const world = await newWorld(options)
  const member = await world.member()
  const fresh = await newKey()
  const url = world.directory['keyChange'] ?? `${world.ca.url}/new-lock`
  const inner: Room['inner'] = async ({ header, keyChange, by = fresh } = {}) =>
    sign(
      by,
      { alg: 'ES256', jwk: fresh.jwk, url, ...header },
      JSON.stringify({ account: member.kid, oldKey: member.key.jwk, ...keyChange }),
    )
  const change: Room['change'] = async (jws) => member.post(url, jws ?? (await inner()))
  return { world, member, fresh, inner, change }
}

/** The account as it is by the new key. */
async function readBy(world: World, key: RawKey, kid: string): Promise<RawReply> {
  const header = { alg: key.alg, kid, nonce: await world.nonce(), url: kid }
  return world.post(kid, JSON.stringify(await sign(key, header, '')))
}

describe('keyChange', () => {
  it('gives the account the new key, and the old one no longer signs', async () => {
    const { world, member, fresh, change } = await atHome()
    const reply = await change()
    expect([reply.status, reply.text]).toEqual([200, ''])
    expect((await readBy(world, fresh, member.kid)).json).toMatchObject({ status: 'valid' })
    expect(problemOf(await member.read(member.kid))).toBe('400 malformed')
    const stranger = await world.stranger(fresh)
    const found = await stranger.post(world.directory['newAccount'] ?? '', {
      onlyReturnExisting: true,
    })
    expect(found.headers['location']).toBe(member.kid)
  })

  it.each<[string, (room: Room) => Promise<unknown>]>([
    ['no object', async () => 'inner'],
    ['no JWS', async () => ({ protected: 'e30' })],
    ['with several signatures', async ({ inner }) => ({ ...(await inner()), signatures: [] })],
    ['without jwk', async ({ inner }) => inner({ header: { jwk: undefined } })],
    ['with kid too', async ({ inner, member }) => inner({ header: { kid: member.kid } })],
    ['with a jwk that is no object', async ({ inner }) => inner({ header: { jwk: 'key' } })],
    ['signed by another key', async ({ inner, member }) => inner({ by: member.key })],
    ['with a nonce', async ({ inner }) => inner({ header: { nonce: 'bm9uY2U' } })],
    ['without oldKey', async ({ inner }) => inner({ keyChange: { oldKey: undefined } })],
  ])('4.1 #35 an inner JWS that is %s is malformed', async (_, make) => {
    const room = await atHome()
    expect(problemOf(await room.change(await make(room)))).toBe('400 malformed')
    expect((await room.member.read(room.member.kid)).status).toBe(200)
  })

  it('4.1 #35 an inner alg that is unknown or does not fit is badSignatureAlgorithm', async () => {
    const { inner, change } = await atHome()
    for (const alg of ['HS256', 'ES384']) {
      const jws = await inner()
      const header = JSON.parse(
        Buffer.from(String(jws.protected), 'base64url').toString(),
      ) as object
      const spoiled = Buffer.from(JSON.stringify({ ...header, alg })).toString('base64url')
      const reply = await change({ ...jws, protected: spoiled })
      expect(problemOf(reply)).toBe('400 badSignatureAlgorithm')
    }
  })

  it('4.1 #36 an inner url other than the outer is malformed', async () => {
    const { inner, change, world } = await atHome()
    for (const url of [world.ca.directoryUrl, undefined]) {
      expect(problemOf(await change(await inner({ header: { url } })))).toBe('400 malformed')
    }
  })

  it('4.1 #37 an account other than the one that signs is malformed', async () => {
    const { inner, change, world } = await atHome()
    const other = await world.member()
    const reply = await change(await inner({ keyChange: { account: other.kid } }))
    expect(problemOf(reply)).toBe('400 malformed')
  })

  it('4.1 #38 an oldKey other than the present one is malformed', async () => {
    const { inner, change, fresh } = await atHome()
    const reply = await change(await inner({ keyChange: { oldKey: fresh.jwk } }))
    expect(problemOf(reply)).toBe('400 malformed')
  })

  it('4.1 #39 the old key as the new one is malformed', async () => {
    const { inner, change, member } = await atHome()
    const { key } = member
    const reply = await change(await inner({ header: { jwk: key.jwk }, by: key }))
    expect(problemOf(reply)).toBe('400 malformed')
  })

  it('4.1 #40 a key in use is 409 with the Location of its account', async () => {
    const { inner, change, world } = await atHome()
    const other = await world.member()
    const { key } = other
    const reply = await change(await inner({ header: { jwk: key.jwk }, by: key }))
    expect(problemOf(reply)).toBe('409 malformed')
    expect(reply.headers['location']).toBe(other.kid)
  })

  it('leaves orders and authorizations as they are', async () => {
    const { world, member, fresh, change } = await atHome()
    const at = await order(world, member, 'a.example', 'b.example')
    await prove(member, at.authorizations[0] ?? '')
    await change()
    const header = { alg: fresh.alg, kid: member.kid, nonce: await world.nonce(), url: at.url }
    const reply = await world.post(at.url, JSON.stringify(await sign(fresh, header, '')))
    expect(reply.json).toMatchObject({ status: 'pending', authorizations: at.authorizations })
    expect(await challenges(member, at.authorizations[1] ?? '')).toBeUndefined()
  })

  it('4.3 keyChange can be missing, not implemented, in conflict, or agreed to and not done', async () => {
    const missing = await atHome({ keyChange: 'missing' })
    expect(missing.world.directory).not.toHaveProperty('keyChange')
    expect(problemOf(await missing.change())).toBe('404 malformed')

    const unimplemented = await atHome({ keyChange: 'not-implemented' })
    expect(unimplemented.world.directory).toHaveProperty('keyChange')
    expect(problemOf(await unimplemented.change())).toBe('501 serverInternal')

    const conflict = await atHome({ keyChange: 'conflict' })
    const refused = await conflict.change()
    expect(problemOf(refused)).toBe('409 malformed')
    expect(refused.headers['location']).toMatch(`${conflict.world.ca.url}/member/`)

    const { world, member, fresh, change } = await atHome({ keyChange: 'ignored' })
    expect((await change()).status).toBe(200)
    expect(problemOf(await readBy(world, fresh, member.kid))).toBe('400 malformed')
    expect((await member.read(member.kid)).status).toBe(200)
  })
})
