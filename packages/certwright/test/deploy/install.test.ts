import { createServer, createSecureContext, type SecureContext } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { installVersion, observe } from '../../src/deploy/install.ts'
import type { DeployTarget, Endpoint, Installed } from '../../src/deploy/target.ts'
import { verifyInstallation } from '../../src/deploy/verify-installation.ts'
import { systemHost, type Host } from '../../src/runtime/host.ts'
import type { CertificateBundle } from '../../src/x509/bundle.ts'
import { describe as describeChain } from '../../src/x509/certificate.ts'
import { bundleOf, day, issue, type IssueOptions } from '../x509/issued.ts'
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
      target: 'current',
      endpoints: [],
    })
  })
})
