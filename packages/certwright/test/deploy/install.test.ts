import { createServer, createSecureContext, type SecureContext } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { installVersion, observe } from '../../src/deploy/install.ts'
import type { DeployTarget, Endpoint, Installed } from '../../src/deploy/target.ts'
import { systemLookup, type Lookup } from '../../src/deploy/addresses.ts'
import { verifyInstallation } from '../../src/deploy/verify-installation.ts'
import { CertwrightError } from '../../src/runtime/error.ts'
import { systemHost, type Host } from '../../src/runtime/host.ts'
import type { CertificateBundle } from '../../src/x509/bundle.ts'
import { describe as describeChain } from '../../src/x509/certificate.ts'
import { bundleOf, day, ecKey, issue, type IssueOptions } from '../x509/issued.ts'
import { closedPort } from '../dns/world.ts'
import { listening, type Listening } from './listening.ts'

const now = Date.now()
const root = issue({ subject: 'Root', ca: true, notBefore: now - day, notAfter: now + day })
const ca = root.pem

function certificate(options: IssueOptions = {}): CertificateBundle {
  const leaf = issue({
    names: ['localhost'],
    notBefore: now - day,
    notAfter: now + day,
    ...options,
    by: root,
  })
  return bundleOf([leaf])
}

function fingerprintOf({ chainPem }: CertificateBundle): string {
  return describeChain(chainPem).fingerprint
}

/** A clock that leaps over every wait. */
function leaping(): Host & { readonly waits: number[] } {
  const waits: number[] = []
  let time = now
  return {
    ...systemHost,
    waits,
    now: () => time,
    random: () => 0.5,
    async sleep(ms, signal) {
      signal?.throwIfAborted()
      waits.push(ms)
      time += ms
    },
  }
}

function contextOf({ chainPem, privateKey }: CertificateBundle): SecureContext {
  return createSecureContext({ cert: chainPem, key: privateKey.reveal() })
}

interface Site extends AsyncDisposable {
  readonly target: DeployTarget
  readonly endpoint: Endpoint
  readonly writes: readonly string[]
}

interface SiteOptions {
  readonly bound?: CertificateBundle
  /** How many looks it takes until the target says what was written, and until handshakes show it. */
  readonly looks?: number
  readonly handshakes?: number
  readonly says?: (bundle: CertificateBundle) => Installed
}

/** A target that serves over TLS what was written to it, by and by. */
async function site({ bound, looks = 0, handshakes = 0, says }: SiteOptions = {}): Promise<Site> {
  const writes: string[] = []
  const say = says ?? ((bundle) => ({ fingerprint: fingerprintOf(bundle) }))
  let [last, next, looksLeft, handshakesLeft] = [bound, bound, looks, handshakes]
  let isTold = true
  const server: Listening = await listening(
    createServer({
      SNICallback(_, answer) {
        if (last !== next && handshakesLeft <= 0) last = next
        handshakesLeft -= 1
        answer(null, last && contextOf(last))
      },
    }),
  )
  const endpoint = { ...server.endpoint, servername: 'localhost' }
  let told = bound
  return {
    endpoint,
    writes,
    target: {
      async read() {
        if (!isTold && looksLeft <= 0) [told, isTold] = [next, true]
        looksLeft -= 1
        return told && say(told)
      },
      async write(bundle) {
        writes.push(fingerprintOf(bundle))
        next = bundle
        isTold = false
      },
      endpoints: async () => [endpoint],
    },
    [Symbol.asyncDispose]: async () => server[Symbol.asyncDispose](),
  }
}

describe('installing a version', () => {
  it('writes, and waits until the target says so and every handshake shows it', async () => {
    await using place = await site({ bound: certificate(), looks: 3, handshakes: 3 })
    const [bundle, host] = [certificate(), leaping()]
    const done = await installVersion({ target: place.target, bundle, host, ca })
    expect(done).toMatchObject({
      written: true,
      current: true,
      installed: { fingerprint: fingerprintOf(bundle) },
      endpoints: [{ current: true, served: { authorized: true } }],
    })
    expect(place.writes).toEqual([fingerprintOf(bundle)])
    expect(host.waits.length).toBeGreaterThan(5)
    expect(verifyInstallation(done, now)).toMatchObject({ proven: true, target: 'current' })
  })

  it('writes nothing where it is installed already', async () => {
    const bundle = certificate()
    await using place = await site({ bound: bundle })
    const done = await installVersion({ target: place.target, bundle, host: leaping(), ca })
    expect(done).toMatchObject({ written: false, current: true })
    expect(place.writes).toEqual([])
  })

  it('knows it by the serial number where there is nothing better', async () => {
    const bundle = certificate({ serial: [0, 0xab, 1] })
    await using place = await site({ bound: bundle, says: () => ({ serial: 'ab01' }) })
    const done = await installVersion({ target: place.target, bundle, host: leaping(), ca })
    expect(done.written).toBe(false)
  })

  it('lets the handshakes prove it where the target says nothing to tell it by', async () => {
    await using place = await site({ says: () => ({ reference: '12' }) })
    const [bundle, host] = [certificate(), leaping()]
    const done = await installVersion({ target: place.target, bundle, host, ca })
    expect(done.current).toBeUndefined()
    const verified = verifyInstallation(done, now)
    expect(verified).toMatchObject({ proven: true, endpoints: [{ verdict: 'current' }] })
    expect(verified).not.toHaveProperty('target')
  })

  it('says by the deadline what has not arrived', async () => {
    const former = certificate()
    await using place = await site({ bound: former, looks: 1e6, handshakes: 1e6 })
    const [bundle, host] = [certificate(), leaping()]
    const options = { target: place.target, bundle, host, ca, deadlineMs: 30_000 }
    const done = await installVersion(options)
    expect(done).toMatchObject({
      written: true,
      current: false,
      installed: { fingerprint: fingerprintOf(former) },
      endpoints: [{ current: false, served: { fingerprint: fingerprintOf(former) } }],
    })
    expect(host.now() - now).toBeLessThanOrEqual(60_000)
    expect(verifyInstallation(done, now)).toMatchObject({
      proven: false,
      target: 'other-certificate',
      endpoints: [{ verdict: 'other-certificate' }],
    })
  })

  it('looks a few times more, and not until the deadline, where nobody listens', async () => {
    await using place = await site()
    const endpoint = { host: '127.0.0.1', port: await closedPort(), servername: 'localhost' }
    const [bundle, host] = [certificate(), leaping()]
    const endpoints = [endpoint, place.endpoint]
    const done = await installVersion({ target: place.target, bundle, host, ca, endpoints })
    expect(verifyInstallation(done, now).endpoints).toMatchObject([
      { endpoint, verdict: 'not-served', reason: 'ENDPOINT_REFUSED' },
      { verdict: 'current' },
    ])
    expect(host.now() - now).toBeLessThan(10_000)
  })

  it('tells a server that has not taken up what is installed, once, and only where one can be told', async () => {
    const [former, bundle] = [certificate(), certificate()]
    for (const endpointsShown of [true, false]) {
      await using stale = await site({ bound: former })
      let reloads = 0
      const target: DeployTarget = {
        read: async () => ({ fingerprint: fingerprintOf(bundle) }),
        write: async () => expect.fail('it is installed already'),
        async reload() {
          reloads += 1
          await stale.target.write(bundle)
          return [{ command: 'nginx -s reload', exit: 0, output: '' }]
        },
        endpoints: async () => (endpointsShown ? [stale.endpoint] : []),
      }
      const done = await installVersion({ target, bundle, host: leaping(), ca })
      expect(reloads).toBe(endpointsShown ? 1 : 0)
      expect(done.written).toBe(false)
      expect(done.commands?.map(({ command }) => command)).toEqual(
        endpointsShown ? ['nginx -s reload'] : undefined,
      )
      expect(verifyInstallation(done, now).proven).toBe(true)
    }
  })

  it('tells no server to reload that is not there', async () => {
    const bundle = certificate()
    const target: DeployTarget = {
      read: async () => ({ fingerprint: fingerprintOf(bundle) }),
      write: async () => undefined,
      reload: async () => expect.fail('nothing has shown another certificate'),
    }
    const endpoints = [{ host: '127.0.0.1', port: await closedPort(), servername: 'localhost' }]
    const done = await installVersion({ target, bundle, host: leaping(), ca, endpoints })
    expect(verifyInstallation(done, now).proven).toBe(false)
  })

  it('writes nothing where others install, and waits for them', async () => {
    const former = certificate()
    await using place = await site({ bound: former, looks: 3, handshakes: 3 })
    const bundle = certificate()
    await place.target.write(bundle)
    const target: DeployTarget = {
      ...place.target,
      watches: true,
      write: async () => expect.fail('others install here'),
    }
    const done = await installVersion({ target, bundle, host: leaping(), ca })
    expect(done).toMatchObject({ written: false, current: true })
    expect(verifyInstallation(done, now).proven).toBe(true)
  })

  it('throws what the target refuses', async () => {
    await using place = await site()
    const refusal = new Error('no')
    const target: DeployTarget = {
      ...place.target,
      write: async () => {
        throw refusal
      },
    }
    const options = { target, bundle: certificate(), host: leaping() }
    await expect(installVersion(options)).rejects.toBe(refusal)
  })

  it('ends with the signal’s reason', async () => {
    await using place = await site({ looks: 1e6 })
    const [aborter, host] = [new AbortController(), leaping()]
    const reason = new Error('enough')
    const target: DeployTarget = {
      ...place.target,
      async write(bundle) {
        await place.target.write(bundle)
        aborter.abort(reason)
      },
    }
    const options = { target, bundle: certificate(), host }
    await expect(installVersion(options, aborter.signal)).rejects.toBe(reason)
  })
})

/** Servers of one certificate each at one port of several addresses, under one name. */
async function cluster(
  shown: readonly (CertificateBundle | undefined)[],
): Promise<AsyncDisposable & { readonly endpoint: Endpoint; readonly lookup: Lookup }> {
  const servers: Listening[] = []
  let port: number | undefined
  const addresses = shown.map((_, index) => `127.0.0.${index + 1}`)
  for (const [index, bundle] of shown.entries()) {
    if (!bundle) continue
    const server = createServer({ key: bundle.privateKey.reveal(), cert: bundle.chainPem })
    const running = await listening(server, { host: addresses[index], port })
    port ??= running.endpoint.port
    servers.push(running)
  }
  return {
    endpoint: { host: 'cluster.example', port: port ?? 0, servername: 'localhost' },
    lookup: async () => addresses.map((address) => ({ address, family: 4 })),
    [Symbol.asyncDispose]: async () => {
      for (const server of servers) await server[Symbol.asyncDispose]()
    },
  }
}

const nowhere: DeployTarget = { read: async () => ({}), write: async () => undefined }

describe('a host of several addresses', () => {
  it('is looked at in each of them, each with a verdict of its own', async () => {
    const [bundle, former, stranger] = [certificate(), certificate(), certificate()]
    await using place = await cluster([bundle, former, stranger, undefined])
    const { endpoint, lookup } = place
    const seen = await observe({
      target: nowhere,
      wanted: bundle,
      endpoints: [endpoint],
      ca,
      lookup,
    })
    expect(verifyInstallation(seen, now, { former: [former] })).toMatchObject({
      proven: false,
      settling: false,
      endpoints: [
        { address: '127.0.0.1', verdict: 'current' },
        { address: '127.0.0.2', verdict: 'former-version' },
        { address: '127.0.0.3', verdict: 'other-certificate' },
        { address: '127.0.0.4', verdict: 'not-served', reason: 'ENDPOINT_REFUSED' },
      ],
    })
  })

  it('is waited for until the last of them has it', async () => {
    const bundle = certificate()
    await using place = await cluster([bundle, bundle])
    const { endpoint, lookup } = place
    const options = { target: nowhere, bundle, host: leaping(), ca, lookup }
    const done = await installVersion({ ...options, endpoints: [endpoint] })
    expect(verifyInstallation(done, now)).toMatchObject({
      proven: true,
      endpoints: [{ address: '127.0.0.1' }, { address: '127.0.0.2' }],
    })
  })

  it('has none, which is not served', async () => {
    const endpoints = [{ host: 'void.example', port: 443, servername: 'void.example' }]
    const failing: Lookup = async () => {
      throw Object.assign(new Error('getaddrinfo'), { code: 'EAI_AGAIN' })
    }
    for (const [lookup, reason] of [
      [async () => [], 'ENODATA'],
      [failing, 'EAI_AGAIN'],
    ] as const) {
      const seen = await observe({ target: nowhere, wanted: certificate(), endpoints, lookup })
      expect(seen.endpoints).toMatchObject([
        { error: { code: 'ENDPOINT_NAME_NOT_FOUND', params: { reason } } },
      ])
      const { proven, endpoints: judged } = verifyInstallation(seen, now)
      expect(proven).toBe(false)
      expect(judged[0]).not.toHaveProperty('address')
    }
  })

  it('is not waited for when the run is given up, though the resolver says nothing', async () => {
    const endpoints = [{ host: 'void.example', port: 443, servername: 'void.example' }]
    const [abort, reason] = [new AbortController(), new Error('enough')]
    const lookup: Lookup = async () => {
      abort.abort(reason)
      return new Promise(() => undefined)
    }
    const options = { target: nowhere, wanted: certificate(), endpoints, lookup }
    await expect(observe(options, abort.signal)).rejects.toBe(reason)
  })

  it('is what the machine’s own resolver says, each address once', async () => {
    const found = await systemLookup('localhost')
    expect(found.map(({ address }) => address)).toContain('127.0.0.1')
  })
})

describe('a verdict', () => {
  const endpoint = { host: 'dual.example', port: 443, servername: 'dual.example' }
  const noRoute = new CertwrightError('ENDPOINT_NO_ROUTE', { endpoint: '[::1]', reason: 'x' })
  const six = { endpoint, address: '2001:db8::1', current: false, error: noRoute }

  it('leaves out a family of addresses that this machine has no network of, but not all of an endpoint', async () => {
    const bundle = certificate()
    await using place = await site({ bound: bundle })
    const at = { ...place.endpoint, servername: 'localhost' }
    const seen = await observe({ target: nowhere, wanted: bundle, endpoints: [at], ca })
    const four = { ...seen.endpoints[0]!, endpoint, address: '192.0.2.1' }
    expect(verifyInstallation({ endpoints: [four, six] }, now)).toMatchObject({
      proven: true,
      endpoints: [{ verdict: 'current' }, { verdict: 'out-of-reach' }],
    })
    expect(verifyInstallation({ endpoints: [six] }, now)).toMatchObject({
      proven: false,
      endpoints: [{ verdict: 'not-served', reason: 'ENDPOINT_NO_ROUTE' }],
    })
  })

  it('is patient with a former version for a while after an install, and with nothing else', async () => {
    const [bundle, former] = [certificate(), certificate()]
    await using place = await cluster([bundle, former])
    const { endpoint: at, lookup } = place
    const target: DeployTarget = {
      ...nowhere,
      read: async () => ({ fingerprint: fingerprintOf(former) }),
    }
    const seen = await observe({ target, wanted: bundle, endpoints: [at], ca, lookup })
    const judge = (ago: number, more: object = {}) =>
      verifyInstallation(seen, now, { former: [former], writtenAt: now - ago, ...more })
    expect(judge(599_999)).toMatchObject({
      proven: false,
      settling: true,
      target: 'settling',
      endpoints: [{ verdict: 'current' }, { verdict: 'settling' }],
    })
    expect(judge(600_000)).toMatchObject({
      settling: false,
      target: 'former-version',
      endpoints: [{ verdict: 'current' }, { verdict: 'former-version' }],
    })
    expect(judge(30_000, { graceMs: 30_000 }).settling).toBe(false)
    expect(judge(0, { former: [] })).toMatchObject({
      settling: false,
      target: 'other-certificate',
    })
    const halfDead = { ...seen, endpoints: [...seen.endpoints, { ...six, endpoint: at }] }
    expect(verifyInstallation(halfDead, now, { former: [former], writtenAt: now }).settling).toBe(
      true,
    )
    const dead = { ...seen, endpoints: [...seen.endpoints, six] }
    expect(verifyInstallation(dead, now, { former: [former], writtenAt: now }).settling).toBe(false)
  })

  it('tells an intermediate that is not of our chain from one that was left out, or a root that was added', async () => {
    const key = ecKey()
    const valid = { notBefore: now - day, notAfter: now + day }
    const intermediate = issue({ subject: 'Issuing', by: root, ca: true, key, ...valid })
    const crossed = issue({ subject: 'Issuing', by: root, ca: true, key, serial: [2], ...valid })
    const leaf = issue({ names: ['localhost'], by: intermediate, ...valid })
    const wanted = bundleOf([leaf, intermediate])
    for (const [sent, verdict] of [
      [[leaf, intermediate], 'current'],
      [[leaf, intermediate, root], 'current'],
      [[leaf, crossed], 'old-chain'],
      [[leaf], 'untrusted'],
    ] as const) {
      await using place = await site({ bound: bundleOf(sent) })
      const seen = await observe({ target: place.target, wanted, ca })
      expect(verifyInstallation(seen, now)).toMatchObject({
        proven: verdict === 'current',
        endpoints: [{ verdict }],
      })
    }
  })
})

describe('a look', () => {
  it.each<[string, SiteOptions & { readonly roots?: string; readonly at?: string }, object]>([
    ['not-served', {}, { target: 'not-served', endpoints: [{ verdict: 'not-served' }] }],
    ['untrusted', { bound: certificate(), roots: '' }, { endpoints: [{ verdict: 'untrusted' }] }],
    [
      'expired',
      { bound: certificate({ notAfter: now - 1000 }) },
      { endpoints: [{ verdict: 'expired', reason: 'CERT_HAS_EXPIRED' }] },
    ],
    [
      'name-mismatch',
      { bound: certificate(), at: 'www.example.com' },
      { endpoints: [{ verdict: 'name-mismatch', reason: 'ERR_TLS_CERT_ALTNAME_INVALID' }] },
    ],
  ])('finds %s', async (verdict, { roots = ca, at = 'localhost', ...options }, expected) => {
    await using place = await site(options)
    const wanted = options.bound ?? certificate()
    const endpoints = [{ ...place.endpoint, servername: at }]
    const seen = await observe({ target: place.target, wanted, endpoints, ca: roots })
    const verified = verifyInstallation(seen, now)
    expect(verified).toMatchObject({ proven: false, ...expected })
    expect(verified.endpoints[0]?.verdict).toBe(verdict)
    expect(place.writes).toEqual([])
  })

  it('is content with a target that has no endpoints, where the target has it', async () => {
    const bundle = certificate()
    await using place = await site({ bound: bundle })
    const target: DeployTarget = {
      read: async (signal) => place.target.read(signal),
      write: async (written) => place.target.write(written),
    }
    const seen = await observe({ target, wanted: bundle })
    expect(verifyInstallation(seen, now)).toEqual({
      proven: true,
      settling: false,
      target: 'current',
      endpoints: [],
    })
  })
})
