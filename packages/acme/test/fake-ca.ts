import {
  acmeClient,
  generateKeyPair,
  thumbprint,
  webCryptoSigner,
  type Account,
  type AcmeRequest,
  type AcmeResponse,
  type Client,
  type ClientOptions,
  type Identifier,
  type Signer,
  type Transport,
} from '@certwright/acme'
import {
  calculateJwkThumbprint,
  decodeProtectedHeader,
  flattenedVerify,
  importJWK,
  type JWK,
} from 'jose'
import { fakeHost, type FakeHost } from './fake-host.ts'

/** A request as the CA has understood it. */
export interface Seen {
  readonly method: string
  readonly url: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly protected?: Readonly<Record<string, unknown>>
  readonly payload?: unknown
}

export interface FakeAuthorization {
  status: string
  readonly identifier: Identifier
  readonly wildcard: boolean
  challenges: { type: string; url?: string; token?: string; status: string; error?: unknown }[]
}

export interface FakeOrder {
  status: string
  identifiers: readonly Identifier[]
  authorizations: string[] | null
  error?: unknown
  expires?: string
  profile?: string
  certificate?: string
}

type Answer = Partial<Omit<AcmeResponse, 'body'>> & { readonly body?: unknown }

export interface FakeCaOptions {
  /** Where it is; by default `https://ca.test`, which is nowhere. */
  readonly base?: string
  readonly challengeTypes?: readonly string[]
  /** Says instead of the CA; nothing has happened then. */
  readonly before?: (seen: Seen, ca: FakeCa) => Answer | Error | undefined
  /** Says instead of the CA after it has done what was asked. */
  readonly after?: (seen: Seen, ca: FakeCa) => Answer | Error | undefined
  /** What becomes of a challenge that was responded to; `valid` by default. */
  readonly validate?: (
    authorization: FakeAuthorization,
    type: string,
  ) => 'valid' | 'invalid' | 'pending'
  /** How often an order is still pending after its validations. */
  readonly pendingLooks?: number
  readonly finalizedAs?: 'processing' | 'valid' | 'invalid'
  /** Whether a good nonce is refused. */
  readonly refuseNonce?: () => boolean
  readonly directory?: Readonly<Record<string, unknown>>
}

export interface FakeCa {
  readonly base: string
  readonly transport: Transport
  readonly host: FakeHost
  readonly directoryUrl: string
  readonly seen: Seen[]
  readonly orders: Map<string, FakeOrder>
  readonly authorizations: Map<string, FakeAuthorization>
  readonly accounts: Map<string, JWK>
  /** The most requests that were in flight at once. */
  readonly busiest: () => number
  readonly client: (options?: Partial<ClientOptions>) => Client
  /** What was asked for, as `POST /new-order`. */
  readonly calls: () => string[]
}

const problem = (type: string, status: number, detail = type): Answer => ({
  status,
  headers: { 'content-type': 'application/problem+json' },
  body: { type: `urn:ietf:params:acme:error:${type}`, detail, status },
})

/** An empty SEQUENCE for a leaf and one for its issuer: enough for who does not look inside. */
export const chainPem = '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n'.repeat(2)

/** A small CA in memory. It checks every JWS with jose, and is as strict as the RFC allows. */
export function fakeCa(options: FakeCaOptions = {}): FakeCa {
  const { base = 'https://ca.test', pendingLooks = 0 } = options
  const { challengeTypes = ['http-01', 'dns-01', 'tls-alpn-01'] } = options
  const host = fakeHost()
  const nonces = new Set<string>()
  const seen: Seen[] = []
  const orders = new Map<string, FakeOrder>()
  const authorizations = new Map<string, FakeAuthorization>()
  const accounts = new Map<string, JWK>()
  const looks = new Map<string, number>()
  let serial = 0
  let inFlight = 0
  let busiest = 0

  const next = (): string => String((serial += 1))
  const freshNonce = (): string => {
    const nonce = `nonce-${next()}`
    nonces.add(nonce)
    return nonce
  }
  const orderBody = (url: string, order: FakeOrder): unknown => ({
    ...order,
    finalize: `${url}/finalize`,
  })

  const newOrder = (payload: { identifiers: Identifier[]; profile?: string }): Answer => {
    const url = `${base}/order/${next()}`
    const urls = payload.identifiers.map((identifier) => {
      const authz = `${base}/authz/${next()}`
      authorizations.set(authz, {
        status: 'pending',
        identifier: { ...identifier, value: identifier.value.replace(/^\*\./, '') },
        wildcard: identifier.value.startsWith('*.'),
        challenges: challengeTypes.map((type) => ({
          type,
          url: `${authz.replace('/authz/', '/challenge/')}/${type}`,
          token: `token-${next()}`,
          status: 'pending',
        })),
      })
      return authz
    })
    const order: FakeOrder = {
      status: 'pending',
      // Sequence and case are the CA's own.
      identifiers: payload.identifiers
        .toReversed()
        .map(({ type, value }) => ({ type, value: value.toLowerCase() })),
      authorizations: urls.toReversed(),
      ...(payload.profile !== undefined && { profile: payload.profile }),
    }
    orders.set(url, order)
    return { status: 201, headers: { location: url }, body: orderBody(url, order) }
  }

  const lookAt = (url: string, order: FakeOrder): Answer => {
    const own = (order.authorizations ?? []).map((authz) => authorizations.get(authz))
    const looked = (looks.get(url) ?? 0) + 1
    looks.set(url, looked)
    if (order.status === 'pending' && looked > pendingLooks) {
      if (own.every((authz) => authz?.status === 'valid')) order.status = 'ready'
      if (own.some((authz) => authz?.status === 'invalid')) {
        order.status = 'invalid'
        order.error = { type: 'urn:ietf:params:acme:error:compound', detail: 'validation failed' }
      }
    } else if (order.status === 'processing') {
      order.status = 'valid'
      order.certificate = `${base}/cert/1`
    }
    return { body: orderBody(url, order) }
  }

  const respond = (url: string): Answer => {
    const [, , , , id = '', type = ''] = url.split('/')
    const authz = authorizations.get(`${base}/authz/${id}`)
    const challenge = authz?.challenges.find((challenge) => challenge.type === type)
    if (authz === undefined || challenge === undefined) return { status: 404 }
    if (challenge.status !== 'pending') return problem('malformed', 400, 'not pending')
    const outcome = options.validate?.(authz, type) ?? 'valid'
    const error = { type: 'urn:ietf:params:acme:error:connection', detail: 'refused' }
    if (outcome === 'valid') delete challenge.error
    else challenge.error = error
    challenge.status = outcome
    if (outcome !== 'pending') authz.status = outcome
    return { body: outcome === 'valid' ? { ...challenge, status: 'processing' } : challenge }
  }

  const finalize = (url: string): Answer => {
    const order = orders.get(url.replace(/\/finalize$/, ''))
    if (order === undefined) return { status: 404 }
    if (order.status !== 'ready') return problem('orderNotReady', 403)
    order.status = options.finalizedAs ?? 'processing'
    if (order.status === 'valid') order.certificate = `${base}/cert/1`
    if (order.status === 'invalid') {
      order.error = { type: 'urn:ietf:params:acme:error:caa', detail: 'CAA forbids it' }
    }
    return { body: orderBody(url.replace(/\/finalize$/, ''), order) }
  }

  const changeKey = async (kid: string, payload: unknown): Promise<Answer> => {
    const inner = payload as Record<'protected' | 'payload' | 'signature', string>
    const { alg, jwk = {} } = decodeProtectedHeader(inner)
    await flattenedVerify(inner, await importJWK(jwk, alg))
    accounts.set(kid, jwk)
    return { body: '' }
  }

  const signed = async (url: string, jwk: JWK, payload: unknown): Promise<Answer> => {
    const { pathname } = new URL(url)
    if (pathname === '/key-change') {
      const [kid = ''] = [...accounts].find(([, known]) => known === jwk) ?? []
      return changeKey(kid, payload)
    }
    if (pathname === '/new-account') {
      const id = `${base}/account/${await calculateJwkThumbprint(jwk)}`
      const known = accounts.has(id)
      const { onlyReturnExisting } = payload as { onlyReturnExisting?: boolean }
      if (!known && onlyReturnExisting) return problem('accountDoesNotExist', 400)
      accounts.set(id, jwk)
      return { status: known ? 200 : 201, headers: { location: id }, body: { status: 'valid' } }
    }
    if (pathname === '/new-order') return newOrder(payload as { identifiers: Identifier[] })
    if (pathname.endsWith('/finalize')) return finalize(url)
    if (pathname.startsWith('/challenge/') && payload !== '') return respond(url)
    const order = orders.get(url)
    if (order !== undefined) return lookAt(url, order)
    const authz = authorizations.get(url)
    if (authz !== undefined) {
      if (payload !== '') authz.status = 'deactivated'
      return { body: authz }
    }
    if (pathname.startsWith('/challenge/')) {
      const [, , , , id = '', type = ''] = url.split('/')
      const own = authorizations.get(`${base}/authz/${id}`)
      return { body: own?.challenges.find((challenge) => challenge.type === type) }
    }
    if (pathname.startsWith('/cert/')) {
      const headers = { 'content-type': 'application/pem-certificate-chain; charset=utf-8' }
      return { headers, body: chainPem }
    }
    if (accounts.has(url)) return { body: { status: 'valid', ...(payload as object) } }
    if (pathname === '/revoke-cert') return { status: 200 }
    return { status: 404 }
  }

  const understand = async (request: AcmeRequest): Promise<[Seen, JWK | undefined, Answer?]> => {
    const { method, url, headers, body } = request
    const { pathname: path } = new URL(url)
    if (body === undefined) return [{ method, url, path, headers }, undefined]
    const jws = JSON.parse(body) as Record<'protected' | 'payload' | 'signature', string>
    const header = decodeProtectedHeader(jws)
    const { kid, jwk: named, nonce } = header as { kid?: string; jwk?: JWK; nonce?: string }
    const payload: unknown =
      jws.payload === '' ? '' : JSON.parse(Buffer.from(jws.payload, 'base64url').toString('utf8'))
    const entry = { method, url, path, headers, protected: { ...header }, payload }
    if (headers['content-type'] !== 'application/jose+json')
      return [entry, undefined, { status: 415 }]
    if (Object.keys(jws).sort().join() !== 'payload,protected,signature') {
      return [entry, undefined, problem('malformed', 400, 'not a flattened JWS')]
    }
    if ((kid === undefined) === (named === undefined)) {
      return [entry, undefined, problem('malformed', 400, 'not exactly one of jwk and kid')]
    }
    const mayName = path === '/new-account' || path === '/revoke-cert'
    if (named !== undefined && !mayName) return [entry, undefined, problem('malformed', 400, 'jwk')]
    const jwk = named ?? accounts.get(kid ?? '')
    if (jwk === undefined) return [entry, undefined, problem('accountDoesNotExist', 400)]
    if (header['url'] !== url) return [entry, undefined, problem('unauthorized', 403, 'url')]
    const key = await importJWK(jwk, header.alg)
    const signed = await flattenedVerify(jws, key).catch(() => undefined)
    if (signed === undefined) return [entry, undefined, problem('malformed', 400, 'signature')]
    if (nonce === undefined || !nonces.delete(nonce) || options.refuseNonce?.()) {
      return [entry, jwk, problem('badNonce', 400)]
    }
    return [entry, jwk]
  }

  const answer = async (request: AcmeRequest): Promise<Answer> => {
    const [entry, jwk, refusal] = await understand(request)
    seen.push(entry)
    const said = options.before?.(entry, ca)
    if (said instanceof Error) throw said
    if (said !== undefined) return said
    if (refusal !== undefined) return refusal
    let reply: Answer
    if (entry.path === '/directory') reply = { body: { ...directory, ...options.directory } }
    else if (entry.path === '/new-nonce') reply = { status: 204 }
    else if (jwk === undefined) reply = { status: 405 }
    else reply = await signed(request.url, jwk, entry.payload)
    const instead = options.after?.(entry, ca)
    if (instead instanceof Error) throw instead
    return instead ?? reply
  }

  const transport: Transport = {
    async exchange(request, signal) {
      signal?.throwIfAborted()
      inFlight += 1
      busiest = Math.max(busiest, inFlight)
      await new Promise((resolve) => setImmediate(resolve))
      try {
        const { status = 200, headers = {}, body = '' } = await answer(request)
        const noNonce = new URL(request.url).pathname === '/directory'
        return {
          status,
          headers: {
            'content-type': 'application/json; charset=utf-8',
            ...(!noNonce && { 'replay-nonce': freshNonce() }),
            ...headers,
          },
          body: new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)),
        }
      } finally {
        inFlight -= 1
      }
    },
  }
  const directory = {
    newNonce: `${base}/new-nonce`,
    newAccount: `${base}/new-account`,
    newOrder: `${base}/new-order`,
    revokeCert: `${base}/revoke-cert`,
    keyChange: `${base}/key-change`,
    Zq3rrUkT3c4: 'https://community.letsencrypt.example/t/adding-random-entries/33417',
  }
  const ca: FakeCa = {
    base,
    transport,
    host,
    directoryUrl: `${base}/directory`,
    seen,
    orders,
    authorizations,
    accounts,
    busiest: () => busiest,
    client: (more = {}) =>
      acmeClient({ directoryUrl: `${base}/directory`, transport, host, ...more }),
    calls: () => seen.map(({ method, path }) => `${method} ${path.replace(/\d+/g, 'N')}`),
  }
  return ca
}

/** An account that the CA knows already; nothing is sent for it. */
export async function knownAccount(ca: FakeCa): Promise<Account> {
  const signer = await newSigner()
  const url = `${ca.base}/account/${await thumbprint(signer.jwk)}`
  ca.accounts.set(url, signer.jwk)
  return { url, signer }
}

export async function newSigner(): Promise<Signer> {
  return webCryptoSigner(await generateKeyPair('ec256'))
}

/** A problem document as a whole reply. */
export const refusal = problem
