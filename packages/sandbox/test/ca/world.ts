import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import {
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
  type Extension,
} from '@peculiar/x509'
import { expect, onTestFinished } from 'vitest'
import { createClock, type AdjustableClock } from '../../src/adjustable-clock.ts'
import { createAuthority, type Authority, type AuthorityOptions } from '../../src/ca/authority.ts'
import { startCa, type RunningCa } from '../../src/ca/ca.ts'
import type { CaOptions } from '../../src/ca/options.ts'
import type { Validate } from '../../src/ca/validation/validation.ts'
import {
  base64url,
  newKey,
  send,
  sign,
  type Envelope,
  type RawKey,
  type RawReply,
} from './raw-client.ts'

/** Time that moves only when a test moves it; chance that falls the same way each time. */
export type TestClock = AdjustableClock

export function testClock(seed = 1): TestClock {
  return createClock({ at: Date.UTC(2026, 10, 24, 3, 0, 0), stopped: true, seed })
}

export const hourMs = 3_600_000

/** What a caller may change of a world; the hurting defaults are off, so that a test sees what it tests. */
export type WorldOptions = Partial<CaOptions> & {
  readonly clock?: TestClock
  readonly authorityOptions?: Partial<AuthorityOptions>
}

export interface World {
  readonly ca: RunningCa
  readonly clock: TestClock
  readonly directory: Readonly<Record<string, string>>
  get(url: string, method?: string): Promise<RawReply>
  post(url: string, body: string | Uint8Array, headers?: Record<string, string>): Promise<RawReply>
  nonce(): Promise<string>
  /** A client that has a key and no account yet. */
  stranger(key?: RawKey): Promise<Client>
  /** A client with an account. */
  member(): Promise<Client>
}

export interface Client {
  readonly key: RawKey
  /** The account URL; empty for a stranger. */
  readonly kid: string
  /** Signs by `kid`, or by `jwk` without one; `header` replaces and adds, `undefined` removes. */
  envelope(url: string, payload: unknown, header?: Record<string, unknown>): Promise<Envelope>
  post(url: string, payload: unknown, header?: Record<string, unknown>): Promise<RawReply>
  /** POST-as-GET. */
  read(url: string): Promise<RawReply>
}

let usual: Promise<Authority> | undefined

/** An authority takes every date from the request, so that one can serve all tests of a file. */
async function authorityOf(options?: Partial<AuthorityOptions>): Promise<Authority> {
  const fixed = { clock: testClock(), name: 'Test' }
  if (options !== undefined) return createAuthority({ ...fixed, ...options })
  usual ??= createAuthority(fixed)
  return usual
}

export const believe: Validate = async () => ({ record: {} })

export async function newWorld(options: WorldOptions = {}): Promise<World> {
  const { clock = testClock(), authorityOptions, ...knobs } = options
  const authority = await authorityOf(authorityOptions)
  const ca = await startCa({
    authority,
    clock,
    validate: believe,
    nonceRejectPercent: 0,
    authorizationReusePercent: 0,
    shuffle: false,
    validationDelayMs: { min: 0, max: 0 },
    issuanceDelayMs: { min: 0, max: 0 },
    locationOnFinalize: 'always',
    retryAfterForm: 'seconds',
    ...knobs,
  })
  onTestFinished(() => ca.close())
  const { rootPem } = ca
  const get = async (url: string, method = 'GET'): Promise<RawReply> =>
    send(url, { ca: rootPem, method })
  const directory = (await get(ca.directoryUrl)).json as Record<string, string>
  const post: World['post'] = async (url, body, headers = {}) =>
    send(url, {
      ca: rootPem,
      method: 'POST',
      headers: { 'content-type': 'application/jose+json', ...headers },
      body,
    })
  const nonce = async (): Promise<string> => {
    const { headers } = await get(directory['newNonce'] ?? '', 'HEAD')
    return headers['replay-nonce'] ?? ''
  }
  const client = (key: RawKey, kid: string): Client => {
    const envelope: Client['envelope'] = async (url, payload, header = {}) => {
      const signer = kid === '' ? { jwk: key.jwk } : { kid }
      const members = { alg: key.alg, nonce: await nonce(), url, ...signer, ...header }
      const text = payload === '' ? '' : JSON.stringify(payload)
      const present = Object.entries(members).filter(([, value]) => value !== undefined)
      return sign(key, Object.fromEntries(present), text)
    }
    const postSigned: Client['post'] = async (url, payload, header) =>
      post(url, JSON.stringify(await envelope(url, payload, header)))
    return { key, kid, envelope, post: postSigned, read: async (url) => postSigned(url, '') }
  }
  return {
    ca,
    clock,
    directory,
    get,
    post,
    nonce,
    stranger: async (key) => client(key ?? (await newKey()), ''),
    async member() {
      const key = await newKey()
      const url = directory['newAccount'] ?? ''
      const reply = await client(key, '').post(url, { termsOfServiceAgreed: true })
      expect(reply.status).toBe(201)
      return client(key, reply.headers['location'] ?? '')
    },
  }
}

/** The type of a problem without its namespace, and the status, e.g. `400 malformed`. */
export function problemOf(reply: RawReply): string {
  expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/)
  expect(reply.json['status']).toBe(reply.status)
  const type = String(reply.json['type']).replace('urn:ietf:params:acme:error:', '')
  return `${reply.status} ${type}`
}

export function dns(...values: readonly string[]): readonly { type: string; value: string }[] {
  return values.map((value) => ({ type: 'dns', value }))
}

export interface OrderAtHand {
  readonly url: string
  readonly finalize: string
  readonly authorizations: readonly string[]
}

export async function order(
  world: World,
  client: Client,
  ...names: string[]
): Promise<OrderAtHand> {
  const reply = await client.post(world.directory['newOrder'] ?? '', { identifiers: dns(...names) })
  expect(reply.status, reply.text).toBe(201)
  return {
    url: reply.headers['location'] ?? '',
    finalize: reply.json['finalize'] as string,
    authorizations: reply.json['authorizations'] as string[],
  }
}

export interface ChallengeJson {
  readonly type: string
  readonly url: string
  readonly token?: string
  readonly status: string
  readonly validated?: string
  readonly error?: Record<string, unknown>
  readonly validationRecord?: unknown
}

export async function challenges(
  client: Client,
  authorization: string,
): Promise<readonly ChallengeJson[]> {
  const { json } = await client.read(authorization)
  return json['challenges'] as ChallengeJson[]
}

/** Responds to one challenge of the authorization and reads until it is decided. */
export async function prove(
  client: Client,
  authorization: string,
  type = 'dns-01',
): Promise<RawReply> {
  const challenge = (await challenges(client, authorization)).find((one) => one.type === type)
  const reply = await client.post(challenge?.url ?? '', {})
  expect(reply.status, reply.text).toBe(200)
  return settled(client, authorization)
}

/** Reads until the status is final. Each turn is a real exchange, so that nothing needs to sleep. */
export async function settled(client: Client, url: string): Promise<RawReply> {
  for (let turn = 0; turn < 200; turn++) {
    const reply = await client.read(url)
    const { status, challenges = [] } = reply.json
    const busy = (challenges as ChallengeJson[]).some((one) => one.status === 'processing')
    if (status !== 'processing' && !busy) return reply
  }
  throw new Error(`${url} never settled`)
}

export async function readyOrder(
  world: World,
  client: Client,
  ...names: string[]
): Promise<OrderAtHand> {
  const at = await order(world, client, ...names)
  for (const authorization of at.authorizations) {
    // Another order may have proven it already.
    const { status } = (await client.read(authorization)).json
    if (status === 'pending') await prove(client, authorization)
  }
  return at
}

export interface CsrOptions {
  readonly names?: readonly string[]
  readonly ips?: readonly string[]
  readonly emails?: readonly string[]
  readonly uris?: readonly string[]
  readonly extensions?: readonly Extension[]
  readonly commonName?: string
  readonly keys?: webcrypto.CryptoKeyPair
  readonly hash?: string
}

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' } as const

export async function certificateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ecdsa, true, ['sign', 'verify'])
}

/** DER of a PKCS #10 request. */
export async function csr(options: CsrOptions): Promise<Uint8Array> {
  const { names = [], ips = [], emails = [], uris = [], extensions = [] } = options
  const { commonName, hash = 'SHA-256' } = options
  const keys = options.keys ?? (await certificateKeys())
  const altNames = [
    ...names.map((value) => ({ type: 'dns' as const, value })),
    ...ips.map((value) => ({ type: 'ip' as const, value })),
    ...emails.map((value) => ({ type: 'email' as const, value })),
    ...uris.map((value) => ({ type: 'url' as const, value })),
  ]
  const request = await Pkcs10CertificateRequestGenerator.create({
    ...(commonName === undefined ? {} : { name: [{ CN: [commonName] }] }),
    keys,
    signingAlgorithm: { name: 'ECDSA', hash },
    extensions: [
      ...(altNames.length === 0 ? [] : [new SubjectAlternativeNameExtension(altNames)]),
      ...extensions,
    ],
  })
  return new Uint8Array(request.rawData)
}

export interface Issued {
  readonly order: RawReply
  readonly certificateUrl: string
  readonly pem: RawReply
  readonly der: Uint8Array
  readonly keys: webcrypto.CryptoKeyPair
}

/** The whole way from newOrder to the chain. */
export async function issue(world: World, client: Client, ...names: string[]): Promise<Issued> {
  const at = await readyOrder(world, client, ...names)
  const keys = await certificateKeys()
  const finalized = await client.post(at.finalize, { csr: base64url(await csr({ names, keys })) })
  expect(finalized.status, finalized.text).toBe(200)
  const done = await settled(client, at.url)
  const certificateUrl = done.json['certificate'] as string
  const pem = await client.read(certificateUrl)
  return { order: done, certificateUrl, pem, der: leafOf(pem.text), keys }
}

export function leafOf(pem: string): Uint8Array {
  const [, body = ''] = /-----BEGIN CERTIFICATE-----([^-]+)-----/.exec(pem) ?? []
  return Buffer.from(body, 'base64')
}
