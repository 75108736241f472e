import {
  AcmeError,
  createCsr,
  downloadCertificate,
  finalizeOrder,
  generateKeyPair,
  getAuthorization,
  getOrder,
  newOrder,
  pollOrder,
  revokeCertificate,
  webCryptoSigner,
  type Order,
} from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { failure, matching } from './failure.ts'
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
    await expect(newOrder(client, account, { identifiers: [] })).rejects.toThrow(
      new TypeError('an order needs at least one identifier'),
    )
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
        { status: 'pending', identifiers: [...identifiers, { type: 'dns', value: 'example.net' }] },
        { location: orderUrl },
      ),
    )
    await expect(newOrder(client, account, { identifiers })).rejects.toThrow(
      failure('ACME_RESPONSE_NOT_CONFORM', {
        message:
          'https://ca.test/new-order replied wrongly: the order is for example.org, example.net',
      }),
    )
  })

  it('takes the names that were asked for where the CA leaves them out', async () => {
    const { client, account } = await world(
      saying('/new-order', { status: 'pending' }, { location: orderUrl }),
    )
    const order = await newOrder(client, account, { identifiers })
    expect(order.identifiers).toEqual(identifiers)
  })

  it('refuses an order without a URL', async () => {
    const { client, account } = await world(
      saying('/new-order', { status: 'pending', identifiers }),
    )
    await expect(newOrder(client, account, { identifiers })).rejects.toThrow(
      /: the order has no Location$/,
    )
  })

  it('refuses an order of another profile, and takes one that does not say its own', async () => {
    const directory = { meta: { profiles: { shortlived: 'six days' } } }
    const wanted = { identifiers, profile: 'shortlived' }
    const body = { status: 'pending', identifiers, profile: 'classic' }
    const other = await world({
      directory,
      ...saying('/new-order', body, { location: orderUrl }),
    })
    await expect(newOrder(other.client, other.account, wanted)).rejects.toThrow(
      failure('ACME_RESPONSE_NOT_CONFORM', { message: matching(/the profile classic$/) }),
    )
    const silent = await world({
      directory,
      ...saying('/new-order', { ...body, profile: null }, { location: orderUrl }),
    })
    await expect(newOrder(silent.client, silent.account, wanted)).resolves.toMatchObject({
      url: orderUrl,
    })
  })

  it('takes an ancestor for the caller’s mistake that is none of a domain name', async () => {
    const { client, account, ca } = await world()
    const ancestorDomain = 'example.org'
    for (const [type, value] of [
      ['dns', 'www.example.net'],
      ['email', 'www.example.org'],
    ] as const) {
      const identifier = { type, value, ancestorDomain }
      await expect(newOrder(client, account, { identifiers: [identifier] })).rejects.toThrow(
        new TypeError(`example.org is not above ${value}`),
      )
    }
    expect(ca.seen).toEqual([])
  })

  it('sends what was asked for and nothing else', async () => {
    const meta = { profiles: { shortlived: 'six days' } }
    const { client, account, ca } = await world({ directory: { meta } })
    await newOrder(client, account, { identifiers })
    await newOrder(client, account, {
      identifiers,
      notBefore: '2026-01-01T00:00:00Z',
      notAfter: '2026-02-01T00:00:00Z',
      profile: 'shortlived',
      replaces: 'aki.serial',
    })
    const [plain, full] = ca.seen.filter(({ path }) => path === '/new-order')
    expect(plain?.payload).toEqual({ identifiers })
    expect(full?.payload).toEqual({
      identifiers,
      notBefore: '2026-01-01T00:00:00Z',
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
    await expect(getOrder(client, account, orderUrl)).resolves.toStrictEqual({
      url: orderUrl,
      status: 'valid',
      identifiers: [],
      authorizations: [],
      certificate: 'https://ca.test/order/cert/1',
    })
  })

  it('reads every member that the RFCs have', async () => {
    const whole = {
      status: 'ready',
      expires: '2026-01-08T00:00:00Z',
      identifiers,
      notBefore: '2026-01-01T00:00:00Z',
      notAfter: '2026-02-01T00:00:00Z',
      profile: 'classic',
      replaces: 'aki.serial',
      error: { type: 'urn:ietf:params:acme:error:caa', subproblems: [] },
      authorizations: ['https://ca.test/authz/1'],
      finalize: `${orderUrl}/finalize`,
      certificate: 'https://ca.test/cert/1',
    }
    const { client, account } = await world(saying('/order/1', whole, { 'retry-after': '7' }))
    const read = { ...whole, url: orderUrl, retryAfterMs: 7000 }
    await expect(getOrder(client, account, orderUrl)).resolves.toStrictEqual(read)
  })

  it.each([
    ['<html>', 'the order is not JSON'],
    [{}, 'status of the order is missing'],
    [{ status: null }, 'status of the order is missing'],
    [{ status: 'pending', authorizations: 'x' }, 'authorizations of the order is not a list'],
    [{ status: 'pending', authorizations: [7] }, 'an authorization of the order is missing'],
    [{ status: 'pending', identifiers: {} }, 'identifiers of the order is not a list'],
    [
      { status: 'pending', identifiers: [{ type: 'dns' }] },
      'the value of an identifier of the order is missing',
    ],
  ])('refuses %j', async (body, why) => {
    const { client, account } = await world(saying('/order/1', body))
    await expect(getOrder(client, account, orderUrl)).rejects.toThrow(
      failure('ACME_RESPONSE_NOT_CONFORM', {
        url: orderUrl,
        message: `${orderUrl} replied wrongly: ${why}`,
      }),
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
    expect(ca.host.waits).toEqual([20, 3000, 45, 67.5])
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
    ).rejects.toThrow(
      failure('ACME_DEADLINE', {
        url: orderUrl,
        message: `the order ${orderUrl} is processing at the deadline; look again at 2026-01-25T20:31:23.667Z`,
      }),
    )
    expect(ca.host.waits).toEqual([20])
  })

  it('ends each look with its own time, and with an abort', async () => {
    const down = await world({
      before: ({ path }) => (path === '/order/1' ? { status: 503 } : undefined),
    })
    const until = (): boolean => true
    await expect(
      pollOrder(down.client, down.account, orderUrl, { until, deadlineMs: 1000 }),
    ).rejects.toThrow(failure('ACME_DEADLINE', { status: 503 }))
    expect(down.ca.host.waits).toEqual([20, 500])

    const controller = new AbortController()
    const aborted = await world({
      before: ({ path }) => {
        if (path === '/order/1') controller.abort('enough')
        return path === '/order/1' ? { status: 503 } : undefined
      },
    })
    const { signal } = controller
    await expect(
      pollOrder(aborted.client, aborted.account, orderUrl, { until, signal }),
    ).rejects.toBe('enough')
    expect(aborted.ca.calls().filter((call) => call === 'POST /order/N')).toHaveLength(1)
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

describe('an order that is not as wanted', () => {
  it('is named in the error, with its state and the next look, also where nobody has looked', async () => {
    const { client, account, ca } = await world(saying('/order/1', { status: 'processing' }))
    const until = (): boolean => false
    await expect(pollOrder(client, account, orderUrl, { until, deadlineMs: 1000 })).rejects.toThrow(
      failure('ACME_DEADLINE', {
        message: `the order ${orderUrl} is processing at the deadline; look again at 2026-01-01T00:00:01.000Z`,
        hint: 'Resume the order later.',
        url: orderUrl,
      }),
    )
    ca.seen.length = 0
    await expect(
      pollOrder(client, account, orderUrl, { until, deadlineMs: 1000, firstMs: 5000 }),
    ).rejects.toThrow(/ is not done at the deadline; /)
    expect(ca.seen).toEqual([])
  })

  it('is invalid, for the reason that it gives or for none', async () => {
    const silent = await world(saying('/order/1', { status: 'invalid' }))
    const until = (): boolean => false
    await expect(pollOrder(silent.client, silent.account, orderUrl, { until })).rejects.toThrow(
      failure('ACME_ORDER_INVALID', { message: `the order ${orderUrl} is invalid`, url: orderUrl }),
    )
    const error = { type: 'urn:ietf:params:acme:error:caa', detail: 'forbidden' }
    const told = await world(saying('/order/1', { status: 'invalid', error }))
    await expect(pollOrder(told.client, told.account, orderUrl, { until })).rejects.toThrow(
      `the order ${orderUrl} is invalid: caa: forbidden`,
    )
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

  it.each(['ec256', 'rsa2048', 'ed25519'] as const)(
    'refuses a CSR for the account key, %s',
    async (type) => {
      const { client, account, ca } = await world()
      const signer = await webCryptoSigner(await generateKeyPair(type))
      const own = await createCsr({ identifiers, key: signer })
      await expect(finalizeOrder(client, { ...account, signer }, order, own)).rejects.toThrow(
        new TypeError('the CSR is for the account key; a certificate needs a key of its own'),
      )
      expect(ca.seen).toEqual([])
    },
  )

  it('needs to know where the CSR goes', async () => {
    const { client, account } = await world()
    const { finalize: _, ...rest } = order
    await expect(finalizeOrder(client, account, rest, await csr())).rejects.toThrow(
      failure('ACME_RESPONSE_NOT_CONFORM', {
        url: orderUrl,
        message: `the order ${orderUrl} has no finalize`,
      }),
    )
  })

  it('hands the CSR in, in base64url of DER', async () => {
    const { client, account, ca } = await world(
      saying('/order/1/finalize', { status: 'processing' }),
    )
    const der = await csr()
    await finalizeOrder(client, account, order, der)
    const { payload } = ca.seen.find(({ path }) => path.endsWith('/finalize')) ?? {}
    expect(payload).toEqual({ csr: Buffer.from(der).toString('base64url') })
  })

  it('hands it in again where it was lost on the way, and the order is still ready', async () => {
    let lost = false
    const { client, account, ca } = await world({
      before: ({ path }) => {
        if (path === '/order/1') return { body: { status: 'ready' } }
        if (path !== '/order/1/finalize') return undefined
        if (lost) return { body: { status: 'processing' } }
        lost = true
        return new AcmeError('ACME_NETWORK', 'reset')
      },
    })
    const { status } = await finalizeOrder(client, account, order, await csr())
    expect(status).toBe('processing')
    expect(ca.calls().filter((call) => call.endsWith('/finalize'))).toHaveLength(2)
  })

  it('takes no longer in all than it may', async () => {
    const { client, account, ca } = await world({
      before: ({ path }) => (path.startsWith('/order/') ? { status: 503 } : undefined),
    })
    const late = finalizeOrder(client, account, order, await csr(), { deadlineMs: 5000 })
    await expect(late).rejects.toThrow(failure('ACME_DEADLINE'))
    expect(ca.host.waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(5000)
  })

  it('ends with the reason of an abort, while it looks at the order too', async () => {
    const controller = new AbortController()
    const { client, account } = await world({
      before: ({ path }) => {
        if (path === '/order/1/finalize') return { body: 'OK' }
        if (path === '/order/1') controller.abort('enough')
        return path === '/order/1' ? { body: { status: 'processing' } } : undefined
      },
    })
    const { signal } = controller
    const ended = finalizeOrder(client, account, order, await csr(), { signal })
    await expect(ended).rejects.toBe('enough')
  })

  it.each(['OK', '', 'null', '7', '[]', '{}'])(
    'does without Location, and reads the order where the reply is none: %j',
    async (body) => {
      const { client, account, ca } = await world({
        before: ({ path }) => {
          if (path === '/order/1/finalize') return { body }
          return path === '/order/1' ? { body: { status: 'processing' } } : undefined
        },
      })
      await expect(finalizeOrder(client, account, order, await csr())).resolves.toMatchObject({
        url: orderUrl,
        status: 'processing',
      })
      expect(ca.calls().slice(-2)).toEqual(['POST /order/N/finalize', 'POST /order/N'])
    },
  )

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

  it('gives back at once an order that was not ready and says so', async () => {
    const { client, account, ca } = await world({
      before: ({ path }) => {
        if (path === '/order/1/finalize') return refusal('orderNotReady', 403)
        return path === '/order/1' ? { body: { status: 'pending' } } : undefined
      },
    })
    const { status } = await finalizeOrder(client, account, order, await csr())
    expect([status, ca.host.waits]).toEqual(['pending', []])
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
    await expect(
      downloadCertificate(never.client, never.account, url, { deadlineMs: 600_000 }),
    ).rejects.toThrow(
      failure('ACME_RESPONSE_NOT_CONFORM', {
        url,
        message: `${url} replied wrongly: the certificate is empty or stops short`,
      }),
    )
    const waited = never.ca.host.waits.reduce((sum, ms) => sum + ms, 0)
    expect(waited).toBeGreaterThan(20_000)
    expect(waited).toBeLessThanOrEqual(30_000)
    expect(never.ca.host.waits[0]).toBe(1000)
    await expect(
      downloadCertificate(never.client, never.account, url, { deadlineMs: 500 }),
    ).rejects.toThrow(failure('ACME_RESPONSE_NOT_CONFORM', { url }))
  })

  it('ends with the reason of an abort', async () => {
    const { client, account, ca } = await world()
    const options = { signal: AbortSignal.abort('enough') }
    await expect(downloadCertificate(client, account, url, options)).rejects.toBe('enough')
    expect(ca.seen).toEqual([])
  })
})

describe('revokeCertificate', () => {
  const certificate = new Uint8Array([0x30, 0])

  it.each([7, 11, -1, 1.5])('knows no reason %d', async (reason) => {
    const { client, account } = await world()
    await expect(revokeCertificate(client, account, { certificate, reason })).rejects.toThrow(
      new TypeError(`there is no reason ${reason} for a revocation`),
    )
  })

  it.each([0, 6, 8, 10])('knows the reason %d', async (reason) => {
    const { client, account, ca } = await world()
    await revokeCertificate(client, account, { certificate, reason })
    expect(ca.seen.at(-1)?.payload).toEqual({ certificate: 'MAA', reason })
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
