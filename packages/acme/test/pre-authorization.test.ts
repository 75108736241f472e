import {
  acmeClient,
  createCsr,
  dns01Value,
  getDirectory,
  newAccount,
  newAuthorization,
  obtain,
  preAuthorize,
  systemHost,
  type Account,
  type Client,
  type FulfilmentStep,
  type Host,
  type Obtained,
  type OrderIdentifier,
  type PreAuthorizeOptions,
  type Solver,
} from '@certwright/acme'
import { nodeTransport } from '@certwright/acme/node'
import { startSandbox, type Sandbox, type SandboxOptions } from '@certwright/sandbox'
import { describe, expect, it, onTestFinished } from 'vitest'
import { failure } from './failure.ts'
import { fakeCa, knownAccount, newSigner, type FakeCaOptions } from './fake-ca.ts'

const quick = { min: 0, max: 0 }
const host: Host = {
  ...systemHost,
  sleep: (ms, signal) => systemHost.sleep(Math.min(ms, 5), signal),
}
const dns = (value: string, more: Partial<OrderIdentifier> = {}): OrderIdentifier => ({
  type: 'dns',
  value,
  ...more,
})

interface World {
  readonly sandbox: Sandbox
  readonly client: Client
  readonly account: Account
  /** Every name that a value was published for, as it was. */
  readonly proven: readonly string[]
  readonly solver: Solver
  readonly obtained: (...identifiers: readonly OrderIdentifier[]) => Promise<Obtained>
}

async function world(ca: SandboxOptions['ca'] = {}): Promise<World> {
  const sandbox = await startSandbox({
    ca: {
      preAuthorization: 'with-subdomains',
      authorizationReusePercent: 0,
      validationDelayMs: quick,
      issuanceDelayMs: quick,
      retryAfterSeconds: 0,
      ...ca,
    },
  })
  const transport = nodeTransport({ ca: sandbox.rootPem })
  onTestFinished(async () => {
    transport.close?.()
    await sandbox.close()
  })
  const client = acmeClient({ directoryUrl: sandbox.directoryUrl, transport, host })
  const { account } = await newAccount(client, await newSigner(), { termsOfServiceAgreed: true })
  const proven: string[] = []
  const solver: Solver = {
    type: 'dns-01',
    async present({ identifier, keyAuthorization }) {
      proven.push(identifier.value)
      const name = `_acme-challenge.${identifier.value}`
      const data = await dns01Value(keyAuthorization)
      sandbox.dns.add({ name, type: 'TXT', data })
      return { name, data }
    },
    async cleanUp({ name = '', data = '' }) {
      sandbox.dns.remove({ name, type: 'TXT', data })
    },
  }
  return {
    sandbox,
    client,
    account,
    proven,
    solver,
    obtained: async (...identifiers) =>
      obtain(client, account, {
        identifiers,
        solvers: [solver],
        csr: async () => createCsr({ identifiers, key: await newSigner() }),
      }),
  }
}

describe('newAuthorization', () => {
  it('takes a wildcard for the caller’s mistake', async () => {
    const { client, account } = await world()
    await expect(
      newAuthorization(client, account, { identifier: dns('*.example.test') }),
    ).rejects.toThrow(TypeError)
  })

  it('is not supported by a CA that has no newAuthz', async () => {
    const { client, account } = await world({ preAuthorization: 'missing' })
    await expect(
      newAuthorization(client, account, { identifier: dns('example.test') }),
    ).rejects.toThrow(failure('ACME_NOT_SUPPORTED'))
    expect((await getDirectory(client)).newAuthz).toBeUndefined()
  })

  it('tells what the CA refuses', async () => {
    const { client, account } = await world({ blocklist: ['example.test'] })
    await expect(
      newAuthorization(client, account, { identifier: dns('example.test') }),
    ).rejects.toThrow(failure('ACME_PROBLEM', { status: 400 }))
  })

  it('says whether it is for all names below, which the CA need not grant', async () => {
    const asked = { identifier: dns('example.test'), subdomainAuthAllowed: true }
    const granting = await world()
    expect((await getDirectory(granting.client)).meta.subdomainAuthAllowed).toBe(true)
    await expect(newAuthorization(granting.client, granting.account, asked)).resolves.toMatchObject(
      { status: 'pending', subdomainAuthAllowed: true, wildcard: false },
    )
    const other = await world({ preAuthorization: 'offered' })
    expect((await getDirectory(other.client)).meta).not.toHaveProperty('subdomainAuthAllowed')
    await expect(newAuthorization(other.client, other.account, asked)).resolves.toMatchObject({
      subdomainAuthAllowed: false,
    })
  })
})

describe('preAuthorize', () => {
  it('proves all names, withdraws its answers, and leaves nothing to prove for the order', async () => {
    const { client, account, solver, proven, obtained, sandbox } = await world()
    const steps: FulfilmentStep['type'][] = []
    const authorizations = await preAuthorize(client, account, {
      authorizations: [
        { identifier: dns('a.example.test') },
        { identifier: dns('b.example.test') },
      ],
      solvers: [solver],
      onStep: ({ type }) => {
        steps.push(type)
        throw new Error('a listener’s fault')
      },
    })
    expect(authorizations.map(({ status, identifier }) => [status, identifier.value])).toEqual([
      ['valid', 'a.example.test'],
      ['valid', 'b.example.test'],
    ])
    expect(steps).toEqual(['presented', 'cleaned-up', 'cleaned-up'])
    expect(sandbox.dns.records('_acme-challenge.a.example.test', 'TXT')).toEqual([])
    await obtained(dns('a.example.test'), dns('b.example.test'))
    expect(proven.toSorted()).toEqual(['a.example.test', 'b.example.test'])
  })

  it('says which name failed and why, and gives up what is still pending', async () => {
    const { client, account, solver, sandbox } = await world({ validationConcurrency: 1 })
    sandbox.dns.setServfail('_acme-challenge.bad.example.test')
    await expect(
      preAuthorize(client, account, {
        authorizations: [{ identifier: dns('bad.example.test') }],
        solvers: [solver],
      }),
    ).rejects.toThrow(
      failure('ACME_AUTHORIZATION_INVALID', {
        authorizations: [
          expect.objectContaining({
            identifier: { type: 'dns', value: 'bad.example.test' },
            challenge: 'dns-01',
          }),
        ],
      }),
    )
  })

  it('withdraws what it presented when it is aborted, by way of its journal', async () => {
    const { client, account, solver, sandbox } = await world()
    const stop = new AbortController()
    const written: string[] = []
    await expect(
      preAuthorize(client, account, {
        authorizations: [{ identifier: dns('a.example.test') }],
        solvers: [{ ...solver, settle: async () => stop.abort(new Error('stopped')) }],
        signal: stop.signal,
        journal: {
          presenting: async () => void written.push('presenting'),
          presented: async () => void written.push('presented'),
          cleaned: async () => void written.push('cleaned'),
        },
      }),
    ).rejects.toThrow('stopped')
    expect(written).toEqual(['presenting', 'presented', 'cleaned'])
    expect(sandbox.dns.records('_acme-challenge.a.example.test', 'TXT')).toEqual([])
  })
})

describe('preAuthorize, at a CA in memory', () => {
  const names = ['a.example.test', 'b.example.test']
  type Look = NonNullable<FakeCaOptions['before']>

  /** A CA that authorizes beforehand, the names in these states; `look` says instead of it what one reads. */
  async function memory({
    states = {},
    look = () => undefined,
  }: { readonly states?: Readonly<Record<string, string>>; readonly look?: Look } = {}) {
    const ca = fakeCa({
      directory: { newAuthz: 'https://ca.test/new-authz' },
      before: (seen, ca) => {
        const instead = look(seen, ca)
        if (instead !== undefined || seen.path !== '/new-authz') return instead
        const { identifier } = seen.payload as { identifier: OrderIdentifier }
        const url = `${ca.base}/authz/${identifier.value}`
        const challenge = { type: 'dns-01', url: `${ca.base}/challenge/${identifier.value}/dns-01` }
        const status = states[identifier.value] ?? 'pending'
        const challenges = [{ ...challenge, token: 'token', status: 'pending' }]
        ca.authorizations.set(url, { status, identifier, wildcard: false, challenges })
        return { status: 201, headers: { location: url }, body: ca.authorizations.get(url) }
      },
    })
    const account = await knownAccount(ca)
    const plain: Solver = {
      type: 'dns-01',
      present: async () => ({}),
      cleanUp: async () => undefined,
    }
    const run = (options: Partial<PreAuthorizeOptions> = {}) =>
      preAuthorize(ca.client(), account, {
        authorizations: names.map((value) => ({ identifier: dns(value) })),
        solvers: [plain],
        ...options,
      })
    return { ca, plain, run }
  }

  it('takes what is valid already as it is, without waiting', async () => {
    const { ca, run } = await memory({ states: Object.fromEntries(names.map((n) => [n, 'valid'])) })
    await expect(run()).resolves.toHaveLength(2)
    expect(ca.host.waits).toEqual([])
  })

  it('looks until each is decided, at the pace that the CA sets', async () => {
    let looks = 0
    const { ca, run } = await memory({
      look: ({ path, payload }, { authorizations }) => {
        const [authorization] = authorizations.values()
        if (!path.startsWith('/authz/a.') || payload !== '' || (looks += 1) > 2) return undefined
        const body = { ...authorization, status: 'pending' }
        return looks === 1
          ? { body: { ...body, challenges: [] } }
          : { body, headers: { 'retry-after': '5' } }
      },
    })
    const authorizations = await run()
    expect(authorizations.map(({ status }) => status)).toEqual(['valid', 'valid'])
    expect(looks).toBe(3)
    expect(ca.host.waits).toContain(5000)
  })

  it('fails where one of them does, and says which', async () => {
    const { run } = await memory({
      look: ({ path, payload }, { authorizations }) => {
        const authorization = authorizations.get('https://ca.test/authz/b.example.test')
        if (!path.startsWith('/authz/b.') || payload !== '') return undefined
        return { body: { ...authorization, status: 'expired' } }
      },
    })
    await expect(run()).rejects.toThrow(
      failure('ACME_AUTHORIZATION_INVALID', {
        message: 'the names are not authorized: b.example.test',
        authorizations: [expect.objectContaining({ identifier: dns('b.example.test') })],
      }),
    )
  })

  it.each(['/new-authz', '/authz/', '/challenge/'])(
    'gives no request more time than is left: %s',
    async (path) => {
      const { ca, run } = await memory({
        look: (seen) => (seen.path.startsWith(path) ? { status: 503 } : undefined),
      })
      await expect(run({ deadlineMs: 5000 })).rejects.toThrow(
        failure('ACME_DEADLINE', { status: 503 }),
      )
      expect(ca.host.waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(2 * 5000)
    },
  )

  it('ends in real time too when a solver never comes back', async () => {
    const { plain, run } = await memory()
    const solvers = [{ ...plain, settle: () => new Promise<void>(() => undefined) }]
    await expect(run({ solvers, deadlineMs: 50 })).rejects.toThrow(
      failure('ACME_DEADLINE', { message: 'the names are not authorized within 50 ms' }),
    )
  })
})

describe('an authorization for all names below', () => {
  it('serves orders for names that nobody proves any more', async () => {
    const { client, account, solver, proven, obtained } = await world()
    await preAuthorize(client, account, {
      authorizations: [{ identifier: dns('example.test'), subdomainAuthAllowed: true }],
      solvers: [solver],
    })
    const { order } = await obtained(dns('www.example.test'), dns('x.y.example.test'))
    expect(order.status).toBe('valid')
    expect(proven).toEqual(['example.test'])
  })

  it('may be asked for by an order, and is proven by the ancestor', async () => {
    const { obtained, proven } = await world()
    const ancestorDomain = 'example.test'
    const { order } = await obtained(
      dns('www.example.test', { ancestorDomain }),
      dns('api.example.test', { ancestorDomain }),
    )
    expect(order.identifiers).toHaveLength(2)
    expect(proven).toEqual(['example.test'])
  })

  it.each(['other.test', 'ww.example.test', 'www.example.test'])(
    'cannot be asked for by %s, which is not above the name',
    async (ancestorDomain) => {
      const { obtained } = await world()
      await expect(obtained(dns('www.example.test', { ancestorDomain }))).rejects.toThrow(TypeError)
    },
  )
})
