import { X509Certificate } from 'node:crypto'
import { createServer } from 'node:http'
import type { Server } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import {
  acmeClient,
  certificateId,
  changeKey,
  createCsr,
  dns01Value,
  dnsAccount01Name,
  dnsPersist01Name,
  dnsPersist01Value,
  dnsPersistAccountUri,
  dnsPersistOffer,
  findAccount,
  generateKeyPair,
  getAccount,
  getDirectory,
  getRenewalInfo,
  newAccount,
  newOrder,
  obtain,
  orders,
  pemEncode,
  readMacKey,
  renewalTime,
  systemHost,
  thumbprint,
  tlsAlpnCertificate,
  tlsAlpnServerName,
  userActionOf,
  webCryptoSigner,
  writePrivateKey,
  type Account,
  type Client,
  type Host,
  type Identifier,
  type NewAccount,
  type Obtained,
  type ObtainOptions,
  type ObtainStep,
  type Solver,
} from '@certwright/acme'
import { nodeTransport } from '@certwright/acme/node'
import { startSandbox, type Sandbox, type SandboxOptions } from '@certwright/sandbox'
import { describe, expect, it, onTestFinished } from 'vitest'
import { failure } from './failure.ts'
import { newSigner } from './fake-ca.ts'

const zone = 'example.test'
const dayMs = 86_400_000
const quick = { min: 0, max: 0 }
/** Waits for next to nothing where the CA needs no time. */
const host: Host = {
  ...systemHost,
  sleep: (ms, signal) => systemHost.sleep(Math.min(ms, 5), signal),
}

interface World {
  readonly sandbox: Sandbox
  readonly client: Client
  readonly account: Account
  readonly dnsSolver: Solver
  readonly obtained: (options?: Partial<ObtainOptions>) => Promise<Obtained>
}

async function clientOf(options: SandboxOptions = {}): Promise<{
  readonly sandbox: Sandbox
  readonly client: Client
}> {
  const ca = {
    validationDelayMs: quick,
    issuanceDelayMs: quick,
    retryAfterSeconds: 0,
    ...options.ca,
  }
  const sandbox = await startSandbox({ ...options, ca })
  const transport = nodeTransport({ ca: sandbox.rootPem })
  onTestFinished(async () => {
    transport.close?.()
    await sandbox.close()
  })
  return { sandbox, client: acmeClient({ directoryUrl: sandbox.directoryUrl, transport, host }) }
}

/** A client that knows the CA by the wire alone, with an account. */
async function world(options: SandboxOptions = {}, registration: NewAccount = {}): Promise<World> {
  const { sandbox, client } = await clientOf(options)
  const { account } = await newAccount(client, await newSigner(), {
    termsOfServiceAgreed: true,
    ...registration,
  })
  const dnsSolver = solverBy(sandbox, 'dns-01', async ({ identifier }) =>
    Promise.resolve(`_acme-challenge.${identifier.value}`),
  )
  const identifiers: readonly Identifier[] = [{ type: 'dns', value: zone }]
  const obtained: World['obtained'] = async (options = {}) => {
    const wanted = options.identifiers ?? identifiers
    return obtain(client, account, {
      identifiers: wanted,
      solvers: [dnsSolver],
      csr: async () => createCsr({ identifiers: wanted, key: await newSigner() }),
      ...options,
    })
  }
  return { sandbox, client, account, dnsSolver, obtained }
}

/** Publishes the value of dns-01 at a name. */
function solverBy(
  { dns }: Sandbox,
  type: string,
  nameOf: (work: Parameters<Solver['present']>[0]) => Promise<string>,
): Solver {
  return {
    type,
    async present(work) {
      const record = { name: await nameOf(work), data: await dns01Value(work.keyAuthorization) }
      dns.add({ ...record, type: 'TXT' })
      return record
    },
    async cleanUp({ name = '', data = '' }) {
      dns.remove({ name, type: 'TXT', data })
    },
  }
}

const leafOf = ({ chain }: Obtained): X509Certificate =>
  new X509Certificate(chain.certificates[0] ?? new Uint8Array())

describe('an account bound to another one', () => {
  const macText = 'zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W'
  const ca = {
    externalAccounts: [{ keyId: 'kid-1', macKey: macText }],
    externalAccountRequired: true,
  }
  const { macKey } = readMacKey(Buffer.from(macText).toString('base64'))
  const externalAccount = { keyId: 'kid-1', macKey }

  it.each(['HS256', 'HS384', 'HS512'] as const)('is made by %s and shown so', async (algorithm) => {
    const { client, account } = await world(
      { ca },
      { externalAccount: { ...externalAccount, algorithm } },
    )
    const resource = await getAccount(client, account)
    expect(resource.externalAccountBinding).toHaveProperty('signature')
  })

  it('is found again although its binding can be used only once', async () => {
    const { client, account } = await world({ ca }, { externalAccount })
    const again = await newAccount(client, account.signer, {
      externalAccount,
      termsOfServiceAgreed: true,
    })
    expect(again).toMatchObject({ created: false, account: { url: account.url } })
    await expect(
      newAccount(client, await newSigner(), { externalAccount, termsOfServiceAgreed: true }),
    ).rejects.toThrow(failure('ACME_PROBLEM', { status: 403 }))
  })

  it('is not made without a binding', async () => {
    const { client } = await clientOf({ ca })
    const { meta } = await getDirectory(client)
    expect(meta.externalAccountRequired).toBe(true)
    await expect(
      newAccount(client, await newSigner(), { termsOfServiceAgreed: true }),
    ).rejects.toThrow('externalAccountRequired')
  })
})

describe('an account that changes its key', () => {
  const persist = async (): Promise<void> => undefined

  it.each(['ec384', 'rsa2048', 'ed25519'] as const)('goes on with a key of %s', async (type) => {
    const { client, account, obtained } = await world()
    const newKey = await webCryptoSigner(await generateKeyPair(type))
    await obtained()
    const changed = await changeKey(client, account, newKey, { persist })
    await expect(getAccount(client, changed)).resolves.toHaveProperty('status', 'valid')
    await expect(getAccount(client, account)).rejects.toThrow(failure('ACME_PROBLEM'))
    await expect(findAccount(client, newKey)).resolves.toHaveProperty('account.url', account.url)
    await expect(findAccount(client, account.signer)).resolves.toBeUndefined()
    // As after a crash between the CA's answer and the switch.
    await expect(changeKey(client, account, newKey, { persist })).resolves.toEqual(changed)
  })

  it('is told of the account that has the key', async () => {
    const { client, account } = await world()
    const other = await newAccount(client, await newSigner(), { termsOfServiceAgreed: true })
    const { signer, url: location } = other.account
    await expect(changeKey(client, account, signer, { persist })).rejects.toThrow(
      failure('ACME_KEY_NOT_CHANGED', { reason: 'in-use', location }),
    )
    await expect(getAccount(client, account)).resolves.toBeDefined()
  })

  it.each([
    ['missing', 'ACME_NOT_SUPPORTED'],
    ['not-implemented', 'ACME_NOT_SUPPORTED'],
    ['ignored', 'ACME_KEY_NOT_CHANGED'],
  ] as const)('keeps its old one where keyChange is %s', async (keyChange, code) => {
    const { client, account } = await world({ ca: { keyChange } })
    await expect(changeKey(client, account, await newSigner(), { persist })).rejects.toThrow(
      failure(code),
    )
    await expect(getAccount(client, account)).resolves.toBeDefined()
  })
})

describe('a certificate that is renewed', () => {
  it('is named alike by client and CA, whatever its serial number begins with', async () => {
    const { sandbox, client, obtained } = await world({ ca: { authorizationReusePercent: 100 } })
    const begins = new Set<boolean>()
    // Half of the serial numbers begin with 00.
    for (let turn = 0; begins.size < 2 && turn < 60; turn += 1) {
      const { chain } = await obtained()
      const [leaf = new Uint8Array()] = chain.certificates
      const view = sandbox.ca.certificates().at(-1)
      expect(certificateId(leaf)).toBe(view?.certificateId)
      begins.add(view?.serial.startsWith('00') === true)
      await expect(getRenewalInfo(client, leaf)).resolves.toHaveProperty('retryAfterMs', dayMs / 4)
    }
    expect(begins.size).toBe(2)
  })

  it('has a window that moves when the CA says so, with its reason', async () => {
    const { sandbox, client, obtained } = await world()
    const [leaf = new Uint8Array()] = (await obtained()).chain.certificates
    const usual = await getRenewalInfo(client, leaf)
    const { notAfter = 0, serial = '' } = sandbox.ca.certificates()[0] ?? {}
    expect(renewalTime(usual.suggestedWindow, 0.5)).toBeLessThan(notAfter)
    const window = { start: Date.UTC(2026, 0, 1), end: Date.UTC(2026, 0, 2) }
    const explanationUrl = 'https://ca.example/incident'
    sandbox.ca.suggestRenewal(serial, { ...window, explanationUrl })
    await expect(getRenewalInfo(client, leaf)).resolves.toMatchObject({
      suggestedWindow: window,
      explanationUrl,
    })
    sandbox.ca.suggestRenewal(serial, { start: window.end, end: window.start })
    await expect(getRenewalInfo(client, leaf)).rejects.toThrow(failure('ACME_RESPONSE_NOT_CONFORM'))
  })

  it('is replaced by the next one, and by the one after that without', async () => {
    const { sandbox, obtained } = await world()
    const [leaf = new Uint8Array()] = (await obtained()).chain.certificates
    const replaces = certificateId(leaf)
    const outcomes: unknown[] = []
    const onStep = (step: ObtainStep): void => {
      if (step.type === 'order') outcomes.push(step.replaces?.type)
    }
    const second = await obtained({ replaces, onStep })
    expect(second.order.replaces).toBe(replaces)
    const third = await obtained({ replaces, onStep })
    expect(third.order).not.toHaveProperty('replaces')
    expect(outcomes).toEqual(['accepted', 'refused'])
    expect(sandbox.ca.orders().map(({ status }) => status)).toEqual(['valid', 'valid', 'valid'])
  })

  it.each([
    ['of nobody', () => 'nonsense'],
    ['of another CA', () => 'aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE'],
    ['that was never issued', (id: string) => id.replace(/\..*/, '.AQ')],
  ])('is issued in place of one %s', async (_, spoil) => {
    const { obtained } = await world()
    const [leaf = new Uint8Array()] = (await obtained()).chain.certificates
    const { order } = await obtained({ replaces: spoil(certificateId(leaf)) })
    expect(order.status).toBe('valid')
  })
})

describe('a certificate of a profile', () => {
  const profiles = {
    classic: { description: 'ninety days' },
    shortlived: { description: 'six days', certificateLifetimeMs: 6 * dayMs },
  }

  it('is what the CA lists, and no other', async () => {
    const { client, obtained } = await world({ ca: { profiles } })
    const { meta } = await getDirectory(client)
    expect(meta.profiles).toEqual({ classic: 'ninety days', shortlived: 'six days' })
    const result = await obtained({ profile: 'shortlived' })
    expect(result.order.profile).toBe('shortlived')
    const { validFromDate, validToDate } = leafOf(result)
    expect(validToDate.getTime() - validFromDate.getTime()).toBeLessThan(7 * dayMs)
    expect((await obtained()).order.profile).toBe('classic')
    await expect(obtained({ profile: 'longlived' })).rejects.toThrow(
      failure('ACME_PROFILE_NOT_OFFERED', { profiles: ['classic', 'shortlived'] }),
    )
  })
})

describe('a certificate with a preferred chain', () => {
  it('ends at each of the roots as asked, and at the usual one for a name that none has', async () => {
    const { sandbox, obtained } = await world({
      authority: { alternateRoots: 2, chainLength: 2 },
      ca: { authorizationReusePercent: 100 },
    })
    const roots = sandbox.rootPems.map((pem) => new X509Certificate(pem))
    for (const root of roots) {
      const preferredChain = root.subject.replace(/^CN=/, '')
      const { chain } = await obtained({ preferredChain })
      const topmost = new X509Certificate(chain.certificates.at(-1) ?? new Uint8Array())
      expect(topmost.verify(root.publicKey)).toBe(true)
      expect(chain.preferred).toBe(true)
    }
    const { chain } = await obtained({ preferredChain: 'Unknown Root' })
    const topmost = new X509Certificate(chain.certificates.at(-1) ?? new Uint8Array())
    expect(topmost.verify(roots[0]?.publicKey ?? expect.unreachable())).toBe(true)
    expect(chain.preferred).toBe(false)
  })
})

describe('a certificate for an address', () => {
  const identifiers = [{ type: 'ip', value: '127.0.0.1' }]

  it('is proven over http-01', async () => {
    const answers = new Map<string, string>()
    const server = createServer((request, response) => {
      response.end(answers.get(request.url ?? '') ?? '')
    })
    const { httpPort: port, result } = await provenBy(server, {
      type: 'http-01',
      async present({ token, keyAuthorization }) {
        answers.set(`/.well-known/acme-challenge/${token}`, keyAuthorization)
        return { token }
      },
      async cleanUp({ token = '' }) {
        answers.delete(`/.well-known/acme-challenge/${token}`)
      },
    })
    expect(port).toBeGreaterThan(0)
    expect(leafOf(result).subjectAltName).toBe('IP Address:127.0.0.1')
    expect(answers.size).toBe(0)
  })

  it('is proven over tls-alpn-01, under its reverse name', async () => {
    const asked: string[] = []
    const server = createTlsServer({
      ALPNCallback: ({ servername, protocols }) => {
        asked.push(servername)
        return protocols.find((protocol) => protocol === 'acme-tls/1')
      },
    })
    server.on('secureConnection', (socket) => socket.on('error', () => undefined).resume())
    const { result } = await provenBy(server, {
      type: 'tls-alpn-01',
      async present({ identifier, keyAuthorization }) {
        const key = await generateKeyPair('ec256')
        const notBefore = Date.now() - dayMs
        const certificate = await tlsAlpnCertificate({
          identifier,
          keyAuthorization,
          key: await webCryptoSigner(key),
          notBefore,
          notAfter: notBefore + 7 * dayMs,
        })
        server.setSecureContext({
          key: await writePrivateKey(key),
          cert: pemEncode('CERTIFICATE', certificate),
        })
        return {}
      },
      cleanUp: async () => undefined,
    })
    expect(asked).toEqual(['1.0.0.127.in-addr.arpa'])
    expect(asked[0]).toBe(tlsAlpnServerName({ type: 'ip', value: '127.0.0.1' }))
    expect(leafOf(result).subjectAltName).toBe('IP Address:127.0.0.1')
  })

  /** Listens where the CA looks, and gets the certificate. */
  async function provenBy(
    server: Server,
    solver: Solver,
  ): Promise<{ readonly result: Obtained; readonly httpPort: number }> {
    const { sandbox, obtained } = await world()
    const port = solver.type === 'http-01' ? sandbox.httpPort : sandbox.tlsPort
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
    onTestFinished(() => void server.close())
    return {
      result: await obtained({ identifiers, solvers: [solver] }),
      httpPort: port,
    }
  }
})

describe('the orders of an account', () => {
  it('are listed over all pages', async () => {
    const { client, account } = await world()
    const made: string[] = []
    for (let n = 0; n < 7; n += 1) {
      const identifiers = [{ type: 'dns', value: `n${n}.${zone}` }]
      made.push((await newOrder(client, account, { identifiers })).url)
    }
    const listed: string[] = []
    for await (const url of orders(client, account)) listed.push(url)
    expect(listed.sort()).toEqual(made.sort())
  })
})

describe('terms that change', () => {
  it('stop the account until a person has visited the page', async () => {
    const { sandbox, client, account } = await world()
    sandbox.ca.changeTerms('https://ca.example/terms/v2')
    const error = await getAccount(client, account).catch((error: unknown) => error)
    const action = userActionOf(error)
    expect(action).toMatchObject({ termsUrl: 'https://ca.example/terms/v2' })
    expect(action?.visitUrl).toContain(sandbox.ca.url)
    await expect(getAccount(client, account)).rejects.toThrow('userActionRequired')
    await client.transport.exchange(
      { method: 'GET', url: action?.visitUrl ?? '', headers: client.headers },
      new AbortController().signal,
    )
    await expect(getAccount(client, account)).resolves.toHaveProperty('status', 'valid')
  })
})

describe('a certificate proven by records of the account', () => {
  const caaIdentities = ['ca.example']
  const identifiers = [
    { type: 'dns', value: zone },
    { type: 'dns', value: `*.${zone}` },
  ]

  it('is issued on dns-account-01', async () => {
    const { sandbox, obtained } = await world({ ca: { challengeTypes: ['dns-account-01'] } })
    const solver = solverBy(sandbox, 'dns-account-01', async ({ accountUrl = '', identifier }) =>
      dnsAccount01Name(accountUrl, identifier.value),
    )
    const { order } = await obtained({ identifiers, solvers: [solver] })
    expect(order.status).toBe('valid')
  })

  it.each(['account-url', 'account-hash'] as const)(
    'is issued on dns-persist-01 again and again, where the record names the %s',
    async (dnsPersistDialect) => {
      const ca = {
        challengeTypes: ['dns-persist-01'] as const,
        caaIdentities,
        dnsPersistDialect,
        authorizationReusePercent: 0,
      }
      const { sandbox, client, account, obtained } = await world({ ca })
      const { meta } = await getDirectory(client)
      const written = new Set<string>()
      const persistUntil = Math.floor(Date.now() / 1000) + 3600
      const solver: Solver = {
        type: 'dns-persist-01',
        tokenless: true,
        async present({ identifier, raw = {}, accountUrl = '', url, type }) {
          const offer = dnsPersistOffer({ type, url, status: 'pending', raw })
          expect(offer.dialect).toBe(dnsPersistDialect)
          const hashed = await dnsPersistAccountUri({
            prefix: meta.accountHashPrefix ?? '',
            accountUrl,
            thumbprint: await thumbprint(account.signer.jwk),
            domain: identifier.value,
          })
          const value = dnsPersist01Value({
            issuerDomainName: offer.issuerDomainNames[0] ?? '',
            accountUri: offer.dialect === 'account-hash' ? hashed : accountUrl,
            wildcard: true,
            persistUntil,
          })
          if (!written.has(value)) {
            sandbox.dns.add({
              name: dnsPersist01Name(identifier.value),
              type: 'TXT',
              data: value,
            })
          }
          written.add(value)
          return {}
        },
        // It stays.
        cleanUp: async () => undefined,
      }
      await obtained({ identifiers, solvers: [solver] })
      const { order } = await obtained({ identifiers, solvers: [solver] })
      expect(order.status).toBe('valid')
      expect(written.size).toBe(1)
    },
  )
})
