import {
  AcmeError,
  acmeClient,
  changeKey,
  createCsr,
  deactivateAccount,
  fetchTransport,
  get,
  getAccount,
  getOrder,
  keyAuthorization,
  newAccount,
  newNonce,
  newOrder,
  obtain,
  revokeCertificate,
  type Account,
  type AcmeRequest,
  type ChallengeWork,
  type Client,
  type ObtainOptions,
} from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { failure } from './failure.ts'
import { fakeCa, knownAccount, newSigner, refusal, type FakeCa } from './fake-ca.ts'

const identifiers = [{ type: 'dns', value: 'example.org' }]
const persist = async (): Promise<void> => undefined

async function obtained(client: Client, account: Account, more: Partial<ObtainOptions> = {}) {
  return obtain(client, account, {
    identifiers,
    solvers: [{ type: 'dns-01', present: async () => ({}), cleanUp: async () => undefined }],
    csr: async () => createCsr({ identifiers, key: await newSigner() }),
    ...more,
  })
}

const posts = ({ seen }: FakeCa) => seen.filter(({ method }) => method === 'POST')

describe('a URL that the CA gave', () => {
  it('is used to the byte, for the request and in the JWS, however it is written', async () => {
    const odd = 'https://CA.test:443/Order/%7e1/../2?x=a%2Fb&y='
    const asked: AcmeRequest[] = []
    const ca = fakeCa()
    const account = await knownAccount(ca)
    const client = ca.client({
      transport: {
        async exchange(request, signal) {
          if (request.url !== odd) return ca.transport.exchange(request, signal)
          asked.push(request)
          const body = new TextEncoder().encode('{"status":"valid"}')
          return { status: 200, headers: {}, body }
        },
      },
    })
    await getOrder(client, account, odd)
    const { protected: header } = JSON.parse(asked[0]?.body ?? '{}') as { protected: string }
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({ url: odd })
  })

  it('names the account as it stood in Location, to the byte', async () => {
    const location = 'https://CA.test:443/account/7?A=%2f'
    const ca = fakeCa({
      before: ({ path }) =>
        path === '/new-account' ? { status: 201, headers: { location }, body: {} } : undefined,
    })
    const { account } = await newAccount(ca.client(), await newSigner(), {})
    expect(account.url).toBe(location)
    await expect(newOrder(ca.client(), account, { identifiers })).rejects.toThrow(AcmeError)
    expect(ca.seen.at(-1)?.protected).toHaveProperty('kid', location)
  })
})

describe('a body that is sent', () => {
  it('is a JWS of three members in flattened JSON, without a byte order mark or white space', async () => {
    const bodies: string[] = []
    const ca = fakeCa()
    const client = ca.client({
      transport: {
        async exchange(request, signal) {
          if (request.body !== undefined) bodies.push(request.body)
          return ca.transport.exchange(request, signal)
        },
      },
    })
    const account = await knownAccount(ca)
    await newAccount(client, account.signer, { contact: ['mailto:ä@example.org'] })
    await obtained(client, account)
    expect(bodies.length).toBeGreaterThan(7)
    for (const body of bodies) {
      expect(body).toMatch(/^\{"protected":"[\w-]+","payload":"[\w-]*","signature":"[\w-]+"\}$/)
    }
  })

  it('is an empty object, once, where a challenge is responded to', async () => {
    const ca = fakeCa()
    await obtained(ca.client(), await knownAccount(ca))
    const responses = posts(ca).filter(({ path }) => path.startsWith('/challenge/'))
    expect(responses.map(({ payload }) => payload)).toEqual([{}])
  })
})

describe('nonces', () => {
  it('are taken newest first, and no more than ten are kept', async () => {
    const ca = fakeCa()
    const client = ca.client()
    const account = await knownAccount(ca)
    for (let n = 0; n < 25; n += 1) await get(client, 'https://ca.test/new-nonce')
    ca.seen.length = 0
    for (let n = 0; n < 3; n += 1) await getAccount(client, account)
    const used = posts(ca).map(({ protected: header }) => header?.['nonce'])
    // Each reply brings the nonce that the next request takes.
    expect(used.map((nonce) => Number(String(nonce).slice(6)))).toEqual([25, 26, 27])
    await Promise.all(Array.from({ length: 10 }, async () => getAccount(client, account)))
    await Promise.all(Array.from({ length: 10 }, async () => getAccount(client, account)))
    expect(ca.calls()).not.toContain('GET /new-nonce')
    const all = posts(ca).map(({ protected: header }) => Number(String(header?.['nonce']).slice(6)))
    expect(Math.min(...all)).toBeGreaterThan(25 - 10)
  })

  it('are never shared by requests that are in flight together', async () => {
    const ca = fakeCa()
    const client = ca.client()
    const account = await knownAccount(ca)
    await Promise.all(Array.from({ length: 40 }, async () => getAccount(client, account)))
    const used = posts(ca).map(({ protected: header }) => header?.['nonce'])
    expect(new Set(used).size).toBe(used.length)
    expect(used).toHaveLength(40)
  })

  it.each(['', ' ', 'with space', 'pad=', 'ä', '+/', 'a,b'])(
    'that are none, as %j, are left alone',
    async (nonce) => {
      let given = false
      const ca = fakeCa({
        before: ({ path }) => {
          if (path !== '/new-nonce' || given) return undefined
          given = true
          return { status: 204, headers: { 'replay-nonce': nonce } }
        },
      })
      await expect(newNonce(ca.client())).rejects.toThrow(failure('ACME_RESPONSE_NOT_CONFORM'))
    },
  )
})

describe('a reply', () => {
  it.each([
    'application/json',
    'application/JSON; charset="UTF-8"',
    'application/problem+json; charset=utf-8',
    'text/plain',
    '',
  ])('is read where it says to be %j', async (type) => {
    const ca = fakeCa()
    const account = await knownAccount(ca)
    const client = ca.client({
      transport: {
        async exchange(request, signal) {
          const reply = await ca.transport.exchange(request, signal)
          const { 'content-type': _, ...headers } = reply.headers
          return { ...reply, headers: type === '' ? headers : { ...headers, 'content-type': type } }
        },
      },
    })
    expect((await obtained(client, account)).order.status).toBe('valid')
  })

  it('may be empty where there is nothing to say', async () => {
    const ca = fakeCa({
      before: ({ path }) => (path === '/revoke-cert' ? { status: 200, body: '' } : undefined),
    })
    const client = ca.client()
    const account = await knownAccount(ca)
    await revokeCertificate(client, account, { certificate: new Uint8Array([0x30, 0]) })
    const changed = await changeKey(client, account, await newSigner(), { persist })
    expect(changed.url).toBe(account.url)
  })

  it('carries the CA’s Date and the moment it came, so that clocks can be compared', async () => {
    const date = 'Thu, 01 Jan 2026 01:00:00 GMT'
    const ca = fakeCa({
      before: ({ path }) => (path === '/now' ? { headers: { date } } : undefined),
    })
    const { headers, receivedAt } = await get(ca.client(), 'https://ca.test/now')
    expect(Date.parse(headers['date'] ?? '') - receivedAt).toBe(3_600_000)
  })

  it('is enough where only Link, Location and Replay-Nonce can be seen, as in a browser', async () => {
    const ca = fakeCa({ pendingLooks: 2 })
    const account = await knownAccount(ca)
    const exposed = new Set(['link', 'location', 'replay-nonce'])
    const client = ca.client({
      transport: {
        async exchange(request, signal) {
          const reply = await ca.transport.exchange(request, signal)
          const visible = Object.entries(reply.headers).filter(([name]) => exposed.has(name))
          return { ...reply, headers: Object.fromEntries(visible) }
        },
      },
    })
    expect((await obtained(client, account)).order.status).toBe('valid')
  })

  it('may hold dates that are none', async () => {
    const ca = fakeCa({
      after: ({ path }, ca) => {
        if (!path.startsWith('/authz/')) return undefined
        const [authorization] = ca.authorizations.values()
        const [challenge] = authorization?.challenges ?? []
        const odd = { expires: 'soon', validated: 'yesterday' }
        return { body: { ...authorization, ...odd, challenges: [{ ...challenge, ...odd }] } }
      },
    })
    const http = { type: 'http-01', present: async () => ({}), cleanUp: async () => undefined }
    const result = obtained(ca.client(), await knownAccount(ca), { solvers: [http] })
    expect((await result).order.status).toBe('valid')
  })
})

describe('an account', () => {
  it('is new or known whatever the status of the reply, and may show nothing of itself', async () => {
    const headers = { location: 'https://ca.test/account/7' }
    const ca = fakeCa({
      before: ({ path }) =>
        path === '/new-account' ? { status: 200, headers, body: '{}' } : undefined,
    })
    const { account, resource } = await newAccount(ca.client(), await newSigner(), {})
    expect(account.url).toBe(headers.location)
    expect(resource).toEqual({ status: 'valid', contact: [] })
  })

  it('that is deactivated stays so: nobody registers its key again', async () => {
    const ca = fakeCa({
      before: ({ payload, path }) =>
        path.startsWith('/account/') && payload === '' ? refusal('unauthorized', 403) : undefined,
    })
    const client = ca.client()
    const account = await knownAccount(ca)
    await deactivateAccount(client, account)
    await expect(getAccount(client, account)).rejects.toThrow(
      failure('ACME_PROBLEM', { status: 403 }),
    )
    expect(ca.calls()).not.toContain('POST /new-account')
    expect(ca.host.waits).toEqual([])
  })

  it('proves by the key that it has now, once that has changed', async () => {
    const ca = fakeCa()
    const client = ca.client()
    const newKey = await newSigner()
    const account = await changeKey(client, await knownAccount(ca), newKey, { persist })
    const works: ChallengeWork[] = []
    const present = async (work: ChallengeWork) => (works.push(work), {})
    const solver = { type: 'dns-01', present, cleanUp: async () => undefined }
    await obtained(client, account, { solvers: [solver] })
    const [work] = works
    expect(work?.keyAuthorization).toBe(await keyAuthorization(work?.token ?? '', newKey.jwk))
  })
})

describe('the network', () => {
  it('is reached through the fetch that is lent, which may know a proxy', async () => {
    const through: string[] = []
    const transport = fetchTransport({
      fetch: async (input) => {
        through.push(input as string)
        return new Response('{}', { headers: { 'replay-nonce': 'AAAA' } })
      },
    })
    const client = acmeClient({ directoryUrl: 'https://ca.test/directory', transport })
    await get(client, 'https://ca.test/directory')
    expect(through).toEqual(['https://ca.test/directory'])
  })
})
