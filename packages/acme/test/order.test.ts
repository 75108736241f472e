import {
  createCsr,
  downloadCertificate,
  finalizeOrder,
  getAuthorization,
  getOrder,
  newOrder,
  pollOrder,
  revokeCertificate,
  type Order,
} from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { failure } from './failure.ts'
import {
  chainPem,
  fakeCa,
  knownAccount,
  newSigner,
  refusal,
  type FakeCaOptions,
} from './fake-ca.ts'

const identifiers = [{ type: 'dns', value: 'example.org' }]
const orderUrl = 'https://ca.test/order/1'

async function world(options: FakeCaOptions = {}) {
  const ca = fakeCa(options)
  return { ca, client: ca.client(), account: await knownAccount(ca) }
}

/** A CA that answers one path with this. */
function saying(path: string, body: unknown, headers: Record<string, string> = {}): FakeCaOptions {
  return { before: (seen) => (seen.path === path ? { body, headers } : undefined) }
}

describe('newOrder', () => {
  it('needs at least one identifier', async () => {
    const { client, account, ca } = await world()
    await expect(newOrder(client, account, { identifiers: [] })).rejects.toThrow(TypeError)
    expect(ca.seen).toEqual([])
  })

  it('compares the names as sets, whatever the case and sequence', async () => {
    const { client, account } = await world()
    const names = ['b.example.org', 'a.example.org', '*.example.org']
    const order = await newOrder(client, account, {
      identifiers: names.map((value) => ({ type: 'dns', value })),
    })
    expect(order.identifiers.map(({ value }) => value)).toEqual(names.toReversed())
  })

  it('refuses an order for other names', async () => {
    const { client, account } = await world(
      saying(
        '/new-order',
        { status: 'pending', identifiers: [{ type: 'dns', value: 'example.net' }] },
        { location: orderUrl },
      ),
    )
    await expect(newOrder(client, account, { identifiers })).rejects.toThrow(
      failure('ACME_RESPONSE_NOT_CONFORM'),
    )
  })

  it('refuses an order without a URL', async () => {
    const { client, account } = await world(
      saying('/new-order', { status: 'pending', identifiers }),
    )
    await expect(newOrder(client, account, { identifiers })).rejects.toThrow(/Location/)
  })

  it('sends what was asked for and nothing else', async () => {
    const meta = { profiles: { shortlived: 'six days' } }
    const { client, account, ca } = await world({ directory: { meta } })
    await newOrder(client, account, { identifiers })
    await newOrder(client, account, {
      identifiers,
      notAfter: '2026-02-01T00:00:00Z',
      profile: 'shortlived',
      replaces: 'aki.serial',
    })
    const [plain, full] = ca.seen.filter(({ path }) => path === '/new-order')
    expect(plain?.payload).toEqual({ identifiers })
    expect(full?.payload).toEqual({
      identifiers,
      notAfter: '2026-02-01T00:00:00Z',
      profile: 'shortlived',
      replaces: 'aki.serial',
    })
  })
})

describe('getOrder', () => {
  it('does with null, empty and missing members', async () => {
    const { client, account } = await world(
      saying('/order/1', {
        status: 'valid',
        identifiers: null,
        authorizations: null,
        replaces: '',
        error: null,
        certificate: 'cert/1',
        surprise: [],
      }),
    )
    await expect(getOrder(client, account, orderUrl)).resolves.toEqual({
      url: orderUrl,
      status: 'valid',
      identifiers: [],
      authorizations: [],
      certificate: 'https://ca.test/order/cert/1',
    })
  })

  it.each([
    {},
    { status: null },
    { status: 'pending', authorizations: 'x' },
    { status: 'pending', authorizations: [7] },
    { status: 'pending', identifiers: [{ type: 'dns' }] },
  ])('refuses %j', async (body) => {
    const { client, account } = await world(saying('/order/1', body))
    await expect(getOrder(client, account, orderUrl)).rejects.toThrow(
      failure('ACME_RESPONSE_NOT_CONFORM', { url: orderUrl }),
    )
  })
})

describe('pollOrder', () => {
  it('keeps to the pace that the CA sets', async () => {
    const waits = ['3', '0', 'garbage']
    const { client, account, ca } = await world({
      before: ({ path }) => {
        if (path !== '/order/1') return undefined
        const wait = waits.shift()
        return wait === undefined
          ? { body: { status: 'valid' } }
          : { body: { status: 'processing' }, headers: { 'retry-after': wait } }
      },
    })
    await pollOrder(client, account, orderUrl, { until: ({ status }) => status === 'valid' })
    expect(ca.host.waits).toEqual([20, 3000, 80, 160])
  })

  it('says at once when the CA asks for more time than there is', async () => {
    const { client, account, ca } = await world(
      saying(
        '/order/1',
        { status: 'processing' },
        { 'retry-after': 'Sun, 01 Feb 2026 00:00:00 GMT' },
      ),
    )
    await expect(
      pollOrder(client, account, orderUrl, { until: ({ status }) => status === 'valid' }),
    ).rejects.toThrow(failure('ACME_DEADLINE', { url: orderUrl }))
    expect(ca.host.waits).toEqual([20])
  })

  it('stops at an invalid order, unless that is what is waited for', async () => {
    const error = { type: 'urn:ietf:params:acme:error:caa', detail: 'forbidden' }
    const { client, account } = await world(saying('/order/1', { status: 'invalid', error }))
    await expect(
      pollOrder(client, account, orderUrl, { until: ({ status }) => status === 'valid' }),
    ).rejects.toThrow(failure('ACME_ORDER_INVALID', { problem: { ...error, subproblems: [] } }))
    await expect(
      pollOrder(client, account, orderUrl, { until: ({ status }) => status !== 'pending' }),
    ).resolves.toHaveProperty('status', 'invalid')
  })
})

describe('getAuthorization', () => {
  it('carries types and states that it does not know, and challenges without token or URL', async () => {
    const { client, account } = await world(
      saying('/authz/1', {
        status: 'pondering',
        identifier: { type: 'TNAuthList', value: 'F83n2a' },
        challenges: [
          null,
          'x',
          { status: 'pending' },
          { type: 'tkauth-01', 'tkauth-type': 'atc' },
          {
            type: 'dns-01',
            url: '/c/1',
            status: 'processing',
            token: 't',
            error: { detail: 'again' },
          },
        ],
      }),
    )
    const authorization = await getAuthorization(client, account, 'https://ca.test/authz/1')
    expect(authorization).toMatchObject({ status: 'pondering', wildcard: false })
    expect(authorization.challenges).toMatchObject([
      { type: 'tkauth-01', status: 'pending', raw: { 'tkauth-type': 'atc' } },
      { type: 'dns-01', url: 'https://ca.test/c/1', error: { detail: 'again' } },
    ])
  })
})

describe('finalizeOrder', () => {
  const order: Order = {
    url: orderUrl,
    status: 'ready',
    identifiers,
    authorizations: [],
    finalize: `${orderUrl}/finalize`,
  }
  const csr = async () => createCsr({ identifiers, key: await newSigner() })

  it('refuses a CSR for the account key', async () => {
    const { client, account, ca } = await world()
    const own = await createCsr({ identifiers, key: account.signer })
    await expect(finalizeOrder(client, account, order, own)).rejects.toThrow(TypeError)
    expect(ca.seen).toEqual([])
  })

  it('needs to know where the CSR goes', async () => {
    const { client, account } = await world()
    const { finalize: _, ...rest } = order
    await expect(finalizeOrder(client, account, rest, await csr())).rejects.toThrow(
      failure('ACME_RESPONSE_NOT_CONFORM'),
    )
  })

  it('does without Location, and reads the order where the reply is none', async () => {
    const { client, account, ca } = await world({
      before: ({ path }) => {
        if (path === '/order/1/finalize') return { body: 'OK' }
        return path === '/order/1' ? { body: { status: 'processing' } } : undefined
      },
    })
    await expect(finalizeOrder(client, account, order, await csr())).resolves.toMatchObject({
      url: orderUrl,
      status: 'processing',
    })
    expect(ca.calls().slice(-2)).toEqual(['POST /order/N/finalize', 'POST /order/N'])
  })

  it('gives back an order that was not ready, and tries again where it says to be', async () => {
    const states = ['ready', 'pending']
    const { client, account, ca } = await world({
      before: ({ path }) => {
        if (path === '/order/1/finalize') return refusal('orderNotReady', 403)
        return path === '/order/1' ? { body: { status: states.shift() } } : undefined
      },
    })
    await expect(finalizeOrder(client, account, order, await csr())).resolves.toHaveProperty(
      'status',
      'pending',
    )
    expect(ca.host.waits).toEqual([500])
  })

  it('passes on what is wrong with the CSR', async () => {
    const { client, account, ca } = await world({
      before: ({ path }) => (path.endsWith('/finalize') ? refusal('badCSR', 400) : undefined),
    })
    await expect(finalizeOrder(client, account, order, await csr())).rejects.toThrow(/badCSR/)
    expect(ca.calls().filter((call) => call.endsWith('/finalize'))).toHaveLength(1)
  })
})

describe('downloadCertificate', () => {
  const url = 'https://ca.test/cert/1'

  it('normalises the chain and lists the others', async () => {
    const { client, account, ca } = await world(
      saying('/cert/1', `\r\n${chainPem.replaceAll('\n', '\r\n\r\n').trimEnd()}`, {
        'content-type': 'application/pem-certificate-chain; charset=utf-8',
        link: '<https://ca.test/dir>;rel="index", <cert/1/2>;rel="alternate"',
      }),
    )
    await expect(downloadCertificate(client, account, url)).resolves.toMatchObject({
      url,
      pem: chainPem,
      alternates: ['https://ca.test/cert/cert/1/2'],
    })
    expect(ca.seen.at(-1)).toMatchObject({
      payload: '',
      headers: { accept: 'application/pem-certificate-chain' },
    })
  })

  it('refuses anything but certificates', async () => {
    const key = '-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n'
    const { client, account } = await world(saying('/cert/1', chainPem + key))
    await expect(downloadCertificate(client, account, url)).rejects.toThrow(
      failure('ACME_PEM_NOT_CONFORM'),
    )
  })

  it('asks again for a body that is empty or stops short, but not for ever', async () => {
    const bodies = ['', chainPem.slice(0, -20), chainPem]
    const late = await world({
      before: ({ path }) => (path === '/cert/1' ? { body: bodies.shift() } : undefined),
    })
    await expect(downloadCertificate(late.client, late.account, url)).resolves.toHaveProperty(
      'pem',
      chainPem,
    )
    const never = await world(saying('/cert/1', ''))
    await expect(downloadCertificate(never.client, never.account, url)).rejects.toThrow(
      failure('ACME_RESPONSE_NOT_CONFORM'),
    )
  })
})

describe('revokeCertificate', () => {
  const certificate = new Uint8Array([0x30, 0])

  it.each([7, 11, -1, 1.5])('knows no reason %d', async (reason) => {
    const { client, account } = await world()
    await expect(revokeCertificate(client, account, { certificate, reason })).rejects.toThrow(
      TypeError,
    )
  })

  it('is signed by the account, or by the certificate’s key where that is given', async () => {
    const { client, account, ca } = await world()
    await revokeCertificate(client, account, { certificate, reason: 4 })
    await revokeCertificate(client, await newSigner(), { certificate })
    const [first, second] = ca.seen.filter(({ path }) => path === '/revoke-cert')
    expect(first).toMatchObject({
      payload: { certificate: 'MAA', reason: 4 },
      protected: { kid: account.url },
    })
    expect(second?.payload).toEqual({ certificate: 'MAA' })
    expect(second?.protected).toHaveProperty('jwk')
  })

  it('is done where the certificate was revoked already', async () => {
    const { client, account } = await world({
      before: ({ path }) => (path === '/revoke-cert' ? refusal('alreadyRevoked', 400) : undefined),
    })
    await expect(revokeCertificate(client, account, { certificate })).resolves.toBeUndefined()
  })

  it('passes on every other refusal', async () => {
    const { client, account } = await world({
      before: ({ path }) => (path === '/revoke-cert' ? refusal('unauthorized', 403) : undefined),
    })
    await expect(revokeCertificate(client, account, { certificate })).rejects.toThrow(
      failure('ACME_PROBLEM', { status: 403 }),
    )
  })
})
