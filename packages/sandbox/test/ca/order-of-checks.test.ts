import { describe, expect, it } from 'vitest'
import { base64url, newKey, send, sign, type RawReply } from './raw-client.ts'
import { csr, dns, newWorld, problemOf, readyOrder, type World } from './world.ts'

/** One thing that is wrong, how it is told, and what puts it right. */
type Step<T> = readonly [told: string, right: (request: T) => T]

/** Sends a request in which all is wrong, then puts one thing right after the other. */
async function peel<T>(
  request: T,
  steps: readonly Step<T>[],
  ask: (request: T) => Promise<RawReply>,
): Promise<RawReply> {
  let current = request
  for (const [told, right] of steps) {
    expect(problemOf(await ask(current))).toBe(told)
    current = right(current)
  }
  return ask(current)
}

function omit<T extends object>(from: T, name: string): T {
  return Object.fromEntries(Object.entries(from).filter(([one]) => one !== name)) as T
}

describe('of several faults the first one is told', () => {
  interface Raw {
    readonly withoutUserAgent: boolean
    readonly method: string
    readonly headers: Readonly<Record<string, string>>
    readonly header: Readonly<Record<string, unknown>>
    readonly extra: object
    readonly payload: string
    readonly spoilt: boolean
  }

  it('4.1 #1 #2 #3 #4 #5 #7 #11 #14 #16 #17 #18 in that order', async () => {
    const world = await newWorld()
    const url = world.directory['newAccount'] ?? ''
    const key = await newKey()
    const ask = async (raw: Raw): Promise<RawReply> => {
      const { method, headers, header, extra, payload, spoilt, withoutUserAgent } = raw
      const signed = await sign(key, { ...header, alg: key.alg }, payload)
      const head = { ...header, alg: header['alg'] ?? key.alg }
      const jws = {
        ...signed,
        ...(spoilt || 'alg' in header ? { protected: base64url(JSON.stringify(head)) } : {}),
        ...(spoilt ? { payload: base64url('{"other":1}') } : {}),
        ...extra,
      }
      const body = JSON.stringify(jws)
      return send(url, { ca: world.ca.rootPem, method, headers, body, withoutUserAgent })
    }
    const nonce = await world.nonce()
    const jose = { 'content-type': 'application/jose+json' }
    const reply = await peel<Raw>(
      {
        withoutUserAgent: true,
        method: 'PUT',
        headers: { 'content-type': 'text/plain', 'replay-nonce': 'x' },
        header: { alg: 'HS256', kid: 'https://other.example/1', jwk: key.jwk, url: 'https://a.b' },
        extra: { header: {} },
        payload: '{"resource":"new-reg"}',
        spoilt: true,
      },
      [
        ['400 malformed', (raw) => ({ ...raw, withoutUserAgent: false })],
        ['405 malformed', (raw) => ({ ...raw, method: 'POST' })],
        ['415 malformed', (raw) => ({ ...raw, headers: { ...raw.headers, ...jose } })],
        ['400 malformed', (raw) => ({ ...raw, headers: jose })],
        ['400 malformed', (raw) => ({ ...raw, extra: {} })],
        ['400 badSignatureAlgorithm', (raw) => ({ ...raw, header: omit(raw.header, 'alg') })],
        ['400 malformed', (raw) => ({ ...raw, header: omit(raw.header, 'kid') })],
        ['400 malformed', (raw) => ({ ...raw, spoilt: false })],
        ['400 badNonce', (raw) => ({ ...raw, header: { ...raw.header, nonce } })],
      ],
      ask,
    )
    // The nonce is spent before the url is looked at.
    expect(problemOf(reply)).toBe('403 unauthorized')
    const again = { jwk: key.jwk, url: 'https://a.b', nonce }
    const last: Raw = {
      withoutUserAgent: false,
      method: 'POST',
      headers: jose,
      header: again,
      extra: {},
      payload: '{"resource":"new-reg"}',
      spoilt: false,
    }
    expect(problemOf(await ask(last))).toBe('400 badNonce')
    const fresh = { ...again, url, nonce: await world.nonce() }
    const strict = await ask({ ...last, header: fresh })
    expect(problemOf(strict)).toBe('400 malformed')
    expect(strict.json['detail']).toMatch('resource')
  })

  type Payload = Readonly<Record<string, unknown>>
  const without =
    (name: string) =>
    (payload: Payload): Payload =>
      omit(payload, name)
  const withMember =
    (name: string, value: unknown) =>
    (payload: Payload): Payload => ({ ...payload, [name]: value })

  it('4.1 #24 #25 #26 #30 for a new account', async () => {
    const world = await newWorld({
      externalAccounts: [{ keyId: 'k', macKey: 'c2VjcmV0' }],
      externalAccountRequired: true,
    })
    const stranger = await world.stranger()
    const reply = await peel<Payload>(
      { onlyReturnExisting: true, contact: ['tel:1', 'tel:2', 'tel:3'] },
      [
        ['400 accountDoesNotExist', without('onlyReturnExisting')],
        ['403 userActionRequired', withMember('termsOfServiceAgreed', true)],
      ],
      async (payload) => stranger.post(world.directory['newAccount'] ?? '', payload),
    )
    expect(problemOf(reply)).toBe('403 externalAccountRequired')
  })

  const newOrderOf = (world: World): string => world.directory['newOrder'] ?? ''

  it('4.1 #42 #43 #45 #46 #47 #48 for a new order', async () => {
    const profiles = { classic: { description: 'the usual' } }
    const world = await newWorld({ profiles, blocklist: ['bad.example'] })
    const member = await world.member()
    const mixed = [{ type: 'email', value: 'a@a.example' }, ...dns('a_b.example')]
    const reply = await peel<Payload>(
      { profile: 'none', identifiers: mixed, replaces: 'nonsense' },
      [
        ['400 invalidProfile', without('profile')],
        ['400 unsupportedIdentifier', withMember('identifiers', dns('a_b.example'))],
        ['400 malformed', withMember('identifiers', dns('bad.example'))],
        ['400 rejectedIdentifier', withMember('identifiers', dns('good.example'))],
      ],
      async (payload) => member.post(newOrderOf(world), payload),
    )
    expect(problemOf(reply)).toBe('400 malformed')
    expect(reply.json['detail']).toMatch('named by two parts')
  })

  it('4.1 #58 #60 #61 #62 #63 for finalize', async () => {
    const world = await newWorld()
    const member = await world.member()
    const asked = await member.post(newOrderOf(world), { identifiers: dns('a.example') })
    const ready = await readyOrder(world, member, 'a.example')
    const weak = base64url(await csr({ names: ['b.example'], hash: 'SHA-1' }))
    const good = async (...names: string[]) => base64url(await csr({ names }))
    const other = await good('b.example')
    interface Finalize {
      readonly url: string
      readonly text: unknown
    }
    const reply = await peel<Finalize>(
      { url: String(asked.json['finalize']), text: '=' },
      [
        ['403 orderNotReady', (request) => ({ ...request, url: ready.finalize })],
        ['400 malformed', (request) => ({ ...request, text: weak })],
        ['400 badCSR', (request) => ({ ...request, text: other })],
      ],
      async ({ url, text }) => member.post(url, { csr: text }),
    )
    expect(problemOf(reply)).toBe('403 unauthorized')
  })

  it('4.1 #59 an order that is not ready is orderNotReady even when it has expired', async () => {
    const world = await newWorld({ orderLifetimeMs: 1000 })
    const member = await world.member()
    const asked = await member.post(newOrderOf(world), { identifiers: dns('a.example') })
    world.clock.advance(1000)
    const reply = await member.post(String(asked.json['finalize']), { csr: '' })
    expect(problemOf(reply)).toBe('403 orderNotReady')
  })

  it('4.1 #66 #67 for a revocation', async () => {
    const world = await newWorld()
    const member = await world.member()
    const reply = await peel<Payload>(
      { reason: 7, certificate: '=' },
      [['400 badRevocationReason', without('reason')]],
      async (payload) => member.post(world.directory['revokeCert'] ?? '', payload),
    )
    expect(problemOf(reply)).toBe('400 malformed')
  })
})
