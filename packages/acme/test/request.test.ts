import { readFileSync } from 'node:fs'
import {
  AcmeError,
  acmeClient,
  get,
  getAccount,
  newAccount,
  newNonce,
  newOrder,
  postAs,
  type AcmeRequest,
  type Exchange,
} from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { failure } from './failure.ts'
import { fakeCa, knownAccount, newSigner, refusal, type Seen } from './fake-ca.ts'

const identifiers = [{ type: 'dns', value: 'example.org' }]
const signedOnly = (seen: readonly Seen[]): Seen[] => seen.filter(({ method }) => method === 'POST')

describe('a signed request', () => {
  it('is signed anew with a fresh nonce for every repetition', async () => {
    const faults = [{ status: 503 }, new AcmeError('ACME_NETWORK', 'reset'), { status: 500 }]
    const ca = fakeCa({
      before: ({ path }) => (path === '/new-order' ? faults.shift() : undefined),
    })
    await newOrder(ca.client(), await knownAccount(ca), { identifiers })
    const nonces = signedOnly(ca.seen).map((seen) => seen.protected?.['nonce'])
    expect(nonces).toHaveLength(4)
    expect(new Set(nonces).size).toBe(4)
    expect(ca.host.waits).toEqual([500, 1000, 2000])
  })

  it('answers a badNonce with the nonce of that very reply', async () => {
    let refusals = 0
    const ca = fakeCa({
      before: ({ path }) => {
        if (path !== '/new-order' || refusals === 30) return undefined
        refusals += 1
        return { ...refusal('badNonce', 400), headers: { 'replay-nonce': `given-${refusals}` } }
      },
    })
    // The CA has never heard of the last of them, so that it says badNonce once more.
    await newOrder(ca.client(), await knownAccount(ca), { identifiers })
    const nonces = signedOnly(ca.seen).map((seen) => seen.protected?.['nonce'])
    expect(nonces.slice(1, 31)).toEqual(Array.from({ length: 30 }, (_, i) => `given-${i + 1}`))
    expect(ca.host.waits).toEqual([])
  })

  it('fetches a nonce where a badNonce brings none', async () => {
    let refused = false
    const ca = fakeCa({
      before: ({ path }) => {
        if (path !== '/new-order' || refused) return undefined
        refused = true
        return { ...refusal('badNonce', 400), headers: { 'replay-nonce': 'not base64url!' } }
      },
    })
    await newOrder(ca.client(), await knownAccount(ca), { identifiers })
    expect(ca.calls().filter((call) => call === 'GET /new-nonce')).toHaveLength(2)
  })

  it('gives up at last on a CA that refuses every nonce', async () => {
    const ca = fakeCa({ refuseNonce: () => true })
    await expect(newOrder(ca.client(), await knownAccount(ca), { identifiers })).rejects.toThrow(
      failure('ACME_PROBLEM', { status: 400 }),
    )
    expect(signedOnly(ca.seen)).toHaveLength(101)
  })

  it('keeps the nonce of a failed reply', async () => {
    const ca = fakeCa({
      before: ({ path }) => (path === '/new-order' ? refusal('malformed', 400) : undefined),
    })
    const client = ca.client()
    const account = await knownAccount(ca)
    await expect(newOrder(client, account, { identifiers })).rejects.toThrow('malformed')
    await getAccount(client, account)
    expect(ca.calls().filter((call) => call === 'GET /new-nonce')).toHaveLength(1)
  })

  it('does not use a nonce that is older than five minutes', async () => {
    const ca = fakeCa()
    const client = ca.client()
    const account = await knownAccount(ca)
    await getAccount(client, account)
    ca.host.pass(5 * 60_000 + 1)
    await getAccount(client, account)
    expect(ca.calls().filter((call) => call === 'GET /new-nonce')).toHaveLength(2)
  })

  it('waits for its turn when as many are in flight as there may be', async () => {
    const ca = fakeCa()
    const client = ca.client({ nonceLimit: 2 })
    const account = await knownAccount(ca)
    await Promise.all(Array.from({ length: 20 }, () => getAccount(client, account)))
    expect(ca.busiest()).toBe(2)
    expect(ca.calls().filter((call) => call === 'GET /new-nonce')).toHaveLength(2)
  })

  it('leaves the queue when it is aborted there, and its place to the next', async () => {
    const ca = fakeCa()
    const client = ca.client({ nonceLimit: 1 })
    const account = await knownAccount(ca)
    await getAccount(client, account)
    const controller = new AbortController()
    const first = getAccount(client, account)
    const second = getAccount(client, account, { signal: controller.signal })
    const third = getAccount(client, account)
    setImmediate(() => controller.abort('enough'))
    await expect(second).rejects.toBe('enough')
    await Promise.all([first, third])
    expect(signedOnly(ca.seen).length).toBeGreaterThanOrEqual(3)
    await getAccount(client, account)
  })

  it('is not sent again for what a reply of success says', async () => {
    const { body } = refusal('badNonce', 200)
    const ca = fakeCa({ before: ({ path }) => (path === '/account/1' ? { body } : undefined) })
    const account = { ...(await knownAccount(ca)), url: 'https://ca.test/account/1' }
    await postAs(ca.client(), account, { url: account.url })
    expect(signedOnly(ca.seen)).toHaveLength(1)
  })

  it('asks for a media type only where one is named', async () => {
    const ca = fakeCa()
    const account = await knownAccount(ca)
    const client = ca.client()
    await postAs(client, account, { url: account.url })
    await postAs(client, account, { url: account.url, accept: 'application/json' })
    const [plain, named] = signedOnly(ca.seen).map(({ headers }) => headers)
    expect(Object.keys(plain ?? {})).toEqual(['user-agent', 'accept-language', 'content-type'])
    expect(named?.['accept']).toBe('application/json')
  })

  it('is not followed when it is redirected', async () => {
    const ca = fakeCa({
      before: ({ path }) =>
        path === '/new-order'
          ? { status: 307, headers: { location: 'https://else.test/' } }
          : undefined,
    })
    await expect(newOrder(ca.client(), await knownAccount(ca), { identifiers })).rejects.toThrow(
      failure('ACME_REDIRECTED', {
        status: 307,
        url: 'https://ca.test/new-order',
        message: 'https://ca.test/new-order redirects to https://else.test/',
        hint: "Use the directory URL that the CA's documents name.",
      }),
    )
    expect(ca.seen.some(({ url }) => url.startsWith('https://else'))).toBe(false)
  })

  it('ends at once with the reason of an abort, though the transport does not heed it', async () => {
    const ca = fakeCa()
    const account = await knownAccount(ca)
    const transport = { exchange: () => new Promise<never>(() => undefined) }
    const controller = new AbortController()
    setImmediate(() => controller.abort('enough'))
    await expect(
      getAccount(ca.client({ transport }), account, { signal: controller.signal }),
    ).rejects.toBe('enough')
  })
})

describe('every request', () => {
  it('says who asks, in the caller’s name first, and in which language', async () => {
    const ca = fakeCa()
    const client = ca.client({ userAgent: 'shop/2.1', acceptLanguage: 'zh, en;q=0.5' })
    await newAccount(client, await newSigner(), {})
    const { version } = JSON.parse(
      readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
    ) as { version: string }
    const runtime = `Node.js/${process.versions.node.split('.')[0]}`
    expect(ca.calls()).toEqual(['GET /directory', 'GET /new-nonce', 'POST /new-account'])
    for (const { headers } of ca.seen) {
      expect(headers['user-agent']).toBe(`shop/2.1 certwright-acme/${version} (${runtime})`)
      expect(headers['accept-language']).toBe('zh, en;q=0.5')
    }
  })

  it('goes over HTTPS or not at all', async () => {
    const url = 'http://ca.test/new-nonce?https://'
    const ca = fakeCa({ directory: { newNonce: url } })
    await expect(newNonce(ca.client())).rejects.toThrow(
      failure('ACME_NOT_HTTPS', {
        url,
        message: `ACME goes over HTTPS alone, but this is ${url}`,
      }),
    )
    await expect(
      get(ca.client({ directoryUrl: 'http://ca.test/directory' }), 'http://ca.test/directory'),
    ).rejects.toThrow(failure('ACME_NOT_HTTPS'))
    expect(ca.calls()).toEqual(['GET /directory'])
  })

  it('goes to nothing that is not a URL', async () => {
    const ca = fakeCa()
    await expect(get(ca.client(), 'https://')).rejects.toThrow(
      failure('ACME_RESPONSE_NOT_CONFORM', { url: 'https://', message: 'https:// is not a URL' }),
    )
    expect(ca.calls()).toEqual([])
  })

  it('has no body where there is nothing to send', async () => {
    const requests: AcmeRequest[] = []
    const ca = fakeCa()
    const client = ca.client({
      transport: {
        async exchange(request, signal) {
          requests.push(request)
          return ca.transport.exchange(request, signal)
        },
      },
    })
    await get(client, ca.directoryUrl)
    expect(Object.keys(requests[0] ?? {})).toEqual(['method', 'url', 'headers'])
  })

  it.each([199, 300, 304, 400, 599])('has failed with status %d', async (status) => {
    const ca = fakeCa({ before: () => ({ status }) })
    await expect(get(ca.client(), ca.directoryUrl, { attempts: 1 })).rejects.toThrow(
      failure('ACME_PROBLEM', { status }),
    )
  })

  it('says so when a redirect leads nowhere', async () => {
    const url = 'https://ca.test/a'
    const ca = fakeCa({ before: () => ({ status: 302 }) })
    await expect(get(ca.client(), url)).rejects.toThrow(
      failure('ACME_RESPONSE_NOT_CONFORM', {
        message: `${url} replied wrongly: the Location of a redirect is missing`,
      }),
    )
    const account = { ...(await knownAccount(ca)), url }
    const signed = fakeCa({ before: ({ path }) => (path === '/a' ? { status: 302 } : undefined) })
    await expect(getAccount(signed.client(), account)).rejects.toThrow(
      failure('ACME_REDIRECTED', { message: `${url} redirects to nowhere` }),
    )
  })

  it('follows redirects when it reads, but not for ever', async () => {
    const hops = ['/a', 'https://ca.test/b', '/directory']
    const ca = fakeCa({
      before: ({ path }) => {
        if (path === '/loop') return { status: 302, headers: { location: '/loop' } }
        if (path === '/directory' && hops.length === 0) return undefined
        const location = hops.shift()
        return location === undefined ? undefined : { status: 301, headers: { location } }
      },
    })
    const reply = await get(ca.client(), 'https://ca.test/directory')
    expect(reply.url).toBe('https://ca.test/directory')
    expect(ca.seen.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'GET'])
    await expect(get(ca.client(), 'https://ca.test/loop')).rejects.toThrow(
      failure('ACME_REDIRECTED'),
    )
    expect(ca.seen).toHaveLength(10)
  })
})

describe('a refusal', () => {
  it('carries the problem whole, the links, the wait and a hint', async () => {
    const ca = fakeCa({
      before: ({ path }) =>
        path === '/new-account'
          ? {
              status: 403,
              headers: {
                link: '<https://ca.test/help>;rel="help", <https://ca.test/terms/2>;rel="terms-of-service"',
              },
              body: {
                type: 'urn:ietf:params:acme:error:userActionRequired',
                detail: 'new terms',
                instance: 'https://ca.test/agree/me',
                extra: 1,
              },
            }
          : undefined,
    })
    await expect(newAccount(ca.client(), await newSigner(), {})).rejects.toThrow(
      failure('ACME_PROBLEM', {
        status: 403,
        url: 'https://ca.test/new-account',
        helpUrl: 'https://ca.test/help',
        termsUrl: 'https://ca.test/terms/2',
        hint: 'Visit https://ca.test/agree/me and do what the CA asks for there.',
        problem: {
          type: 'urn:ietf:params:acme:error:userActionRequired',
          detail: 'new terms',
          instance: 'https://ca.test/agree/me',
          subproblems: [],
        },
      }),
    )
  })

  it.each([
    ['', { type: 'about:blank', status: 404, subproblems: [] }],
    [
      '<html>gone</html>',
      { type: 'about:blank', status: 404, detail: '<html>gone</html>', subproblems: [] },
    ],
    ['{"detail": "no type"}', { type: 'about:blank', detail: 'no type', subproblems: [] }],
  ])('is one without a problem document too: %j', async (body, problem) => {
    const ca = fakeCa({
      before: ({ path }) => (path.startsWith('/order/') ? { status: 404, body } : undefined),
    })
    await expect(
      getAccount(ca.client(), { ...(await knownAccount(ca)), url: 'https://ca.test/account/none' }),
    ).rejects.toThrow(failure('ACME_PROBLEM'))
    await expect(get(ca.client(), 'https://ca.test/order/1')).rejects.toThrow(
      failure('ACME_PROBLEM', { problem, status: 404 }),
    )
  })
})

describe('the transcript', () => {
  it('shows every exchange decoded, the failed ones and the repetitions too', async () => {
    const exchanges: Exchange[] = []
    const faults = [new AcmeError('ACME_NETWORK', 'reset'), refusal('badNonce', 400)]
    const ca = fakeCa({
      before: ({ path }) => (path === '/new-order' ? faults.shift() : undefined),
    })
    const client = ca.client({ onExchange: (exchange) => exchanges.push(exchange) })
    const account = await knownAccount(ca)
    await newOrder(client, account, { identifiers })

    expect(exchanges.map(({ method, status, attempt }) => [method, status, attempt])).toEqual([
      ['GET', 200, 1],
      ['GET', 204, 1],
      ['POST', undefined, 1],
      ['GET', 204, 1],
      ['POST', 400, 2],
      ['POST', 201, 3],
    ])
    expect(exchanges[2]?.error).toBe('ACME_NETWORK: reset')
    expect(exchanges[5]).toMatchObject({
      startedAt: '2026-01-01T00:00:00.500Z',
      url: 'https://ca.test/new-order',
      protected: { alg: 'ES256', kid: account.url, url: 'https://ca.test/new-order' },
      payload: { identifiers },
      requestHeaders: { 'content-type': 'application/jose+json' },
      body: { status: 'pending' },
    })
    expect(JSON.parse(JSON.stringify(exchanges))).toEqual(exchanges)
  })

  it('hides what is secret', async () => {
    const { exchangeFrom } = await import('../src/transcript.ts')
    const encoded = (value: unknown): string =>
      Buffer.from(JSON.stringify(value)).toString('base64url')
    const binding = {
      protected: encoded({ alg: 'HS256', kid: 'kid-1' }),
      payload: encoded({ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'PRIVATE' }),
      signature: 'MAC',
    }
    const body = JSON.stringify({
      protected: encoded({ alg: 'ES256', jwk: { kty: 'EC', x: 'x', d: 'PRIVATE' } }),
      payload: encoded({
        externalAccountBinding: binding,
        key: 'PRIVATE',
        hmacKey: 'PRIVATE',
        clientSecret: 'PRIVATE',
        list: [{ password: 'PRIVATE' }],
        oldKey: { kty: 'OKP', crv: 'Ed25519', x: 'x' },
      }),
      signature: 'shown',
    })
    const response = { status: 200, headers: { 'set-cookie': 'PRIVATE' }, body: new Uint8Array() }
    const exchange = exchangeFrom(
      { method: 'POST', url: 'https://ca.test/x', headers: {}, body },
      { startedAt: 0, endedAt: 1, attempt: 1, response },
    )
    expect(JSON.stringify(exchange)).not.toMatch(/PRIVATE|MAC/)
    expect(exchange.signature).toBe('shown')
    expect(exchange.payload).toMatchObject({
      externalAccountBinding: { protected: { kid: 'kid-1' }, payload: { kty: 'EC', x: 'x' } },
      oldKey: { kty: 'OKP', crv: 'Ed25519', x: 'x' },
    })
  })

  it('cuts a huge body short', async () => {
    const exchanges: Exchange[] = []
    const ca = fakeCa({ before: () => ({ status: 404, body: 'x'.repeat(1_000_000) }) })
    const client = ca.client({ onExchange: (exchange) => exchanges.push(exchange) })
    await expect(get(client, 'https://ca.test/')).rejects.toThrow(failure('ACME_PROBLEM'))
    expect(String(exchanges[0]?.body).length).toBeLessThan(66_000)
  })

  it('does not stop the work when nobody can hear it', async () => {
    const ca = fakeCa()
    const client = ca.client({
      onExchange: () => {
        throw new Error('disk full')
      },
    })
    await expect(newNonce(client)).resolves.toMatch(/^nonce-/)
  })
})

describe('acmeClient', () => {
  it('refuses what is no URL and no number', () => {
    expect(() => acmeClient({ directoryUrl: 'letsencrypt' })).toThrow(
      new TypeError('directoryUrl is not a URL: letsencrypt'),
    )
    for (const nonceLimit of [0, 1.5, Number.NaN]) {
      expect(() => acmeClient({ directoryUrl: 'https://ca.test/', nonceLimit })).toThrow(
        new TypeError('nonceLimit is not a whole number of at least 1'),
      )
    }
  })

  it('asks for English where no language is named', () => {
    const { headers } = acmeClient({ directoryUrl: 'https://ca.test/' })
    expect(headers['accept-language']).toBe('en')
  })
})
