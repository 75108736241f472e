import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { startCa } from '../../src/ca/ca.ts'
import { createAuthority } from '../../src/ca/authority.ts'
import { base64url, newKey, type RawKey, type RawReply } from './raw-client.ts'
import {
  believe,
  hourMs,
  newWorld,
  problemOf,
  testClock,
  type World,
  type WorldOptions,
} from './world.ts'

const macKey = 'zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W'
const externalAccounts = [{ keyId: 'kid-1', macKey }]

interface BindingOptions {
  readonly header?: Readonly<Record<string, unknown>>
  readonly payload?: unknown
  readonly hash?: string
  readonly secret?: string
}

/** A binding made by hand; `header` replaces members, `undefined` removes them. */
function binding(world: World, key: RawKey, options: BindingOptions = {}): object {
  const { header, payload = key.jwk, hash = 'sha256', secret = macKey } = options
  const url = world.directory['newAccount']
  const full = JSON.stringify({ alg: 'HS256', kid: 'kid-1', url, ...header })
  const [head, body] = [base64url(full), base64url(JSON.stringify(payload))]
  const mac = createHmac(hash, Buffer.from(secret, 'base64url')).update(`${head}.${body}`)
  return { protected: head, payload: body, signature: mac.digest('base64url') }
}

async function register(
  world: World,
  make: (world: World, key: RawKey) => unknown = binding,
): Promise<RawReply> {
  const stranger = await world.stranger()
  return stranger.post(world.directory['newAccount'] ?? '', {
    termsOfServiceAgreed: true,
    externalAccountBinding: make(world, stranger.key),
  })
}

const atHome = async (options: WorldOptions = {}): Promise<World> =>
  newWorld({ externalAccounts, externalAccountRequired: true, ...options })

describe('external account binding', () => {
  it('4.1 #26 one that is needed and missing is 403 externalAccountRequired', async () => {
    const world = await atHome()
    expect((await world.get(world.ca.directoryUrl)).json['meta']).toMatchObject({
      externalAccountRequired: true,
    })
    for (const none of [undefined, null]) {
      expect(problemOf(await register(world, () => none))).toBe('403 externalAccountRequired')
    }
  })

  it.each<[string, (world: World, key: RawKey) => unknown]>([
    ['a string', () => 'binding'],
    ['an array', () => []],
    ['no JWS', () => ({ protected: 'e30' })],
    ['one with padding', (world, key) => ({ ...binding(world, key), signature: 'YQ==' })],
    ['of alg ES256', (world, key) => binding(world, key, { header: { alg: 'ES256' } })],
    ['of alg none', (world, key) => binding(world, key, { header: { alg: 'none' } })],
    ['of alg __proto__', (world, key) => binding(world, key, { header: { alg: '__proto__' } })],
    ['with a nonce', (world, key) => binding(world, key, { header: { nonce: 'bm9uY2U' } })],
    ['without kid', (world, key) => binding(world, key, { header: { kid: undefined } })],
    ['without url', (world, key) => binding(world, key, { header: { url: undefined } })],
    ['for another url', (world, key) => binding(world, key, { header: { url: 'https://a.test' } })],
    ['of what is no key', (world, key) => binding(world, key, { payload: [] })],
  ])('4.1 #27 a binding that is %s is malformed', async (_, make) => {
    expect(problemOf(await register(await atHome(), make))).toBe('400 malformed')
  })

  it('4.1 #28 an unknown kid or a wrong MAC is unauthorized', async () => {
    const world = await atHome()
    for (const options of [{ header: { kid: 'kid-2' } }, { secret: 'c2VjcmV0' }, { hash: 'md5' }]) {
      const reply = await register(world, (world, key) => binding(world, key, options))
      expect(problemOf(reply)).toBe('403 unauthorized')
    }
  })

  it('4.1 #29 a binding of another key than signs the request is badPublicKey', async () => {
    const other = await newKey()
    const reply = await register(await atHome(), (world) => binding(world, other))
    expect(problemOf(reply)).toBe('400 badPublicKey')
    const nonsense = (world: World, key: RawKey): object => binding(world, key, { payload: {} })
    expect(problemOf(await register(await atHome(), nonsense))).toBe('400 badPublicKey')
  })

  it.each([
    ['HS256', 'sha256'],
    ['HS384', 'sha384'],
    ['HS512', 'sha512'],
  ])('is taken with %s and shown with the account as it came', async (alg, hash) => {
    let sent: unknown
    const reply = await register(await atHome(), (world, key) => {
      sent = binding(world, key, { header: { alg }, hash })
      return sent
    })
    expect(reply.status).toBe(201)
    expect(reply.json['externalAccountBinding']).toEqual(sent)
  })

  it('4.3 externalAccounts takes each key once, unless told otherwise, and a refused request does not use it up', async () => {
    const world = await atHome()
    const stranger = await world.stranger()
    const refused = await stranger.post(world.directory['newAccount'] ?? '', {
      termsOfServiceAgreed: true,
      contact: ['tel:1'],
      externalAccountBinding: binding(world, stranger.key),
    })
    expect(problemOf(refused)).toBe('400 unsupportedContact')
    expect((await register(world)).status).toBe(201)
    expect(problemOf(await register(world))).toBe('403 unauthorized')

    const generous = await atHome({
      externalAccounts: [{ keyId: 'kid-1', macKey, singleUse: false }],
    })
    expect((await register(generous)).status).toBe(201)
    expect((await register(generous)).status).toBe(201)
  })

  it('4.3 externalAccounts takes a key until it expires', async () => {
    const clock = testClock()
    const expires = clock.now() + hourMs
    const world = await atHome({
      clock,
      externalAccounts: [{ keyId: 'kid-1', macKey, expires, singleUse: false }],
    })
    expect((await register(world)).status).toBe(201)
    clock.advance(hourMs)
    expect(problemOf(await register(world))).toBe('403 unauthorized')
  })

  it('asks for no binding of a key that has an account', async () => {
    const world = await atHome()
    const stranger = await world.stranger()
    const url = world.directory['newAccount'] ?? ''
    const payload = {
      termsOfServiceAgreed: true,
      externalAccountBinding: binding(world, stranger.key),
    }
    expect((await stranger.post(url, payload)).status).toBe(201)
    expect((await stranger.post(url, {})).status).toBe(200)
  })

  it('is passed over, and not shown, where the CA can verify none', async () => {
    const reply = await register(await newWorld(), () => 'whatever')
    expect(reply.status).toBe(201)
    expect(reply.json).not.toHaveProperty('externalAccountBinding')
  })

  it('does not start with a key that is not base64url', async () => {
    const clock = testClock()
    const authority = await createAuthority({ clock, name: 'Test' })
    for (const macKey of ['', 'a+b/', 'YQ==']) {
      const externalAccounts = [{ keyId: 'k', macKey }]
      await expect(
        startCa({ authority, clock, validate: believe, externalAccounts }),
      ).rejects.toThrow(TypeError)
    }
  })
})
