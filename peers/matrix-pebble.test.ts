import { X509Certificate } from 'node:crypto'
import {
  certificateId,
  changeKey,
  chainEnding,
  downloadCertificate,
  getAccount,
  getDirectory,
  getRenewalInfo,
  newAccount,
  orders,
  postAs,
  readCertificate,
  readMacKey,
  renewalTime,
  base64urlDecode,
  base64urlEncode,
  revokeCertificate,
  type Obtained,
  type ObtainStep,
} from '@certwright/acme'
import { expect, it } from 'vitest'
import { expiredPersistSolver, leafOf, libraryClient, libraryWorld, newSigner } from './library.ts'
import { agreesWithCommitted, cellsOf, noteKnobs } from './matrix.ts'
import { pebbleKnobs, startPebble as start, type Pebble, type PebbleOptions } from './pebble.ts'
import { describeWith } from './peer.ts'
import { moduleVersion } from './version.ts'

const programs = ['pebble', 'pebble-challtestsrv', 'openssl', 'go']
// Built by `go install`, it says `dev` itself.
const version = (): Promise<string> => moduleVersion('pebble')

async function startPebble(options: PebbleOptions = {}): Promise<Pebble> {
  noteKnobs(pebbleKnobs(options))
  return start(options)
}

const dayMs = 86_400_000
const derOf = ({ chain }: Obtained): Uint8Array => chain.certificates[0] ?? new Uint8Array()
const certificatesOf = ({ certificates }: Pick<Obtained['chain'], 'certificates'>) =>
  certificates.map((certificate) => new X509Certificate(certificate))

/** Each certificate is signed by the next one, and the last by the root. */
function expectPath(chain: Pick<Obtained['chain'], 'certificates'>, rootPem: string): void {
  const path = [...certificatesOf(chain), new X509Certificate(rootPem)]
  for (const [at, issuer] of path.slice(1).entries()) {
    expect(path[at]?.verify(issuer.publicKey)).toBe(true)
  }
}

describeWith(programs, 'our client at Pebble', () => {
  cellsOf('Pebble', version)

  it.each([0, 15, 50, 90].flatMap((refused) => [0, 100].map((reused) => ({ refused, reused }))))(
    'gets two certificates with $refused % of nonces refused and $reused % of authorizations reused',
    async ({ refused, reused }) => {
      const pebble = await startPebble({ nonceReject: refused, authorizationReuse: reused })
      const { obtained } = await libraryWorld(pebble)
      const presented: string[] = []
      const onStep = (step: ObtainStep): void => void presented.push(step.type)
      await obtained(['one.test', 'two.test'])
      const second = await obtained(['one.test', 'two.test'], { onStep })
      expect(leafOf(second).subjectAltName?.split(', ').sort()).toEqual([
        'DNS:one.test',
        'DNS:two.test',
      ])
      expect(presented.includes('validated')).toBe(reused === 0)
      expectPath(second.chain, await pebble.root(0))
    },
  )

  it.each(['http-01', 'dns-01', 'tls-alpn-01', 'dns-account-01', 'dns-persist-01'])(
    'proves a name by %s',
    async (type) => {
      const { obtained, solvers } = await libraryWorld(await startPebble())
      const solver = solvers[type]
      const only = await obtained(['proven.test'], { solvers: solver ? [solver] : [] })
      expect(leafOf(only).checkHost('proven.test')).toBe('proven.test')
    },
  )

  it.each(['dns-01', 'dns-account-01', 'dns-persist-01'])(
    'proves a wildcard by %s',
    async (type) => {
      const { obtained, solvers } = await libraryWorld(await startPebble())
      const solver = solvers[type]
      const only = await obtained(['*.proven.test'], { solvers: solver ? [solver] : [] })
      expect(leafOf(only).subjectAltName).toBe('DNS:*.proven.test')
    },
  )

  it('is told that a dns-persist-01 record has expired', async () => {
    const pebble = await startPebble()
    const { obtained } = await libraryWorld(pebble)
    const late = obtained(['late.test'], { solvers: [expiredPersistSolver(pebble)] })
    await expect(late).rejects.toMatchObject({
      code: 'ACME_ORDER_INVALID',
      authorizations: [{ challenge: 'dns-persist-01' }],
    })
    await expect(late).rejects.toThrow(/persistUntil/)
  })

  it.each(['http-01', 'tls-alpn-01'])('gets a certificate for an address by %s', async (type) => {
    const { obtained, solvers } = await libraryWorld(await startPebble())
    const solver = solvers[type]
    const only = await obtained(['127.0.0.1'], { solvers: solver ? [solver] : [] })
    expect(leafOf(only).subjectAltName).toBe('IP Address:127.0.0.1')
  })

  it.each(['name', 'fingerprint'])('chooses each of three chains by its %s', async (by) => {
    const pebble = await startPebble({ alternateRoots: 2 })
    const { client, account, obtained } = await libraryWorld(pebble)
    const { chain } = await obtained(['chains.test'])
    expect(chain.alternates).toHaveLength(2)
    const chains = [chain]
    for (const url of chain.alternates) {
      chains.push(await downloadCertificate(client, account, url))
    }
    const tops = new Set<string>()
    for (const wanted of chains) {
      const { issuerName = '', fingerprint } = await chainEnding(wanted)
      const preferredChain = by === 'name' ? issuerName : fingerprint
      const chosen = await downloadCertificate(client, account, chain.url, { preferredChain })
      expect(chosen.preferred).toBe(true)
      expect(chosen.pem).toBe(wanted.pem)
      tops.add(preferredChain)
    }
    expect(tops.size).toBe(3)
    const roots = await Promise.all([0, 1, 2].map(async (number) => pebble.root(number)))
    for (const one of chains) {
      const root = roots.find(
        (pem) => new X509Certificate(pem).subject === certificatesOf(one).at(-1)?.issuer,
      )
      expectPath(one, root ?? '')
    }
  })

  it('takes the standard chain where the preferred one is not offered, and says which are', async () => {
    const { obtained } = await libraryWorld(await startPebble({ alternateRoots: 2 }))
    const { chain } = await obtained(['chains.test'], { preferredChain: 'Nobody Root' })
    expect(chain.preferred).toBe(false)
    expect(chain.offered).toHaveLength(3)
  })

  it.each([1, 2, 3])('reads a chain of %i certificates above the leaf', async (chainLength) => {
    const pebble = await startPebble({ chainLength })
    const { obtained } = await libraryWorld(pebble)
    const { chain } = await obtained(['long.test'])
    expect(chain.certificates).toHaveLength(chainLength + 1)
    expectPath(chain, await pebble.root(0))
  })

  it('makes an account where no external account is asked for', async () => {
    const { client, account } = await libraryWorld(await startPebble())
    expect((await getDirectory(client)).meta.externalAccountRequired).toBe(false)
    expect(await getAccount(client, account)).toMatchObject({ status: 'valid' })
  })

  it.each(['HS256', 'HS384', 'HS512'] as const)(
    'binds an external account by %s',
    async (algorithm) => {
      const text = base64urlEncode(crypto.getRandomValues(new Uint8Array(64)))
      const pebble = await startPebble({ externalAccounts: { 'kid-1': text } })
      const { macKey } = readMacKey(text)
      const bound = await libraryWorld(pebble, {
        externalAccount: { keyId: 'kid-1', macKey, algorithm },
      })
      await bound.obtained(['bound.test'])
      const refused = newAccount(libraryClient(pebble), await newSigner(), {
        termsOfServiceAgreed: true,
      })
      await expect(refused).rejects.toMatchObject({
        problem: { type: 'urn:ietf:params:acme:error:externalAccountRequired' },
      })
    },
  )

  it.each(['short', 'usual'])('asks for the profile %s', async (profile) => {
    const profiles = { short: 6 * 86_400, usual: 90 * 86_400 }
    const { client, obtained } = await libraryWorld(await startPebble({ profiles }))
    const only = await obtained(['profile.test'], { profile })
    expect(only.order.profile).toBe(profile)
    const { notBefore, notAfter } = readCertificate(derOf(only))
    const seconds = profiles[profile as keyof typeof profiles]
    expect(Math.abs((notAfter - notBefore) / 1000 - seconds)).toBeLessThan(5)
    const { meta } = await getDirectory(client)
    expect(Object.keys(meta.profiles).sort()).toEqual(['short', 'usual'])
  })

  it('asks for no profile that is unknown, and is refused where it does', async () => {
    const { client, account, obtained } = await libraryWorld(await startPebble())
    await expect(obtained(['profile.test'], { profile: 'other' })).rejects.toMatchObject({
      code: 'ACME_PROFILE_NOT_OFFERED',
      profiles: ['default'],
    })
    const { newOrder: url } = await getDirectory(client)
    const payload = { identifiers: [{ type: 'dns', value: 'profile.test' }], profile: 'other' }
    await expect(postAs(client, account, { url, payload })).rejects.toMatchObject({
      problem: { type: 'urn:ietf:params:acme:error:invalidProfile' },
    })
  })

  it('revokes by the account', async () => {
    const { client, account, obtained } = await libraryWorld(await startPebble())
    const certificate = derOf(await obtained(['revoked.test']))
    await revokeCertificate(client, account, { certificate, reason: 4 })
    // What is revoked already counts as done.
    await revokeCertificate(client, account, { certificate, reason: 4 })
    const { suggestedWindow } = await getRenewalInfo(client, certificate)
    expect(suggestedWindow.end).toBeLessThan(Date.now())
  })

  it('changes its key', async () => {
    const { client, account } = await libraryWorld(await startPebble())
    const persisted: string[] = []
    const persist = async (): Promise<void> => void persisted.push('new')
    const changed = await changeKey(client, account, await newSigner(), { persist })
    expect(persisted).toEqual(['new'])
    expect(await getAccount(client, changed)).toMatchObject({ status: 'valid' })
    await expect(getAccount(client, account)).rejects.toMatchObject({ name: 'AcmeError' })
  })

  // Pebble gives three at a time.
  it('lists its orders', async () => {
    const { client, account, obtained } = await libraryWorld(
      await startPebble({ authorizationReuse: 100 }),
    )
    const made: string[] = []
    for (let count = 0; count < 5; count += 1) {
      made.push((await obtained(['listed.test'])).order.url)
    }
    const listed: string[] = []
    for await (const url of orders(client, account)) listed.push(url)
    expect(listed.sort()).toEqual(made.sort())
  })
})

const instant = (ms: number): string => new Date(ms).toISOString()

describeWith(programs, 'renewal information of Pebble', () => {
  cellsOf('Pebble', version, 'renewal information')

  it.each([
    ['in the future', 10 * dayMs],
    ['in the past', -10 * dayMs],
  ])('is a window that was set %s', async (_when, offset) => {
    const pebble = await startPebble()
    const { client, obtained } = await libraryWorld(pebble)
    const only = await obtained(['window.test'])
    const start = Math.floor(Date.now() / 1000) * 1000 + offset
    const window = { start: instant(start), end: instant(start + dayMs) }
    await pebble.setRenewalInfo(only.chain.pem, JSON.stringify({ suggestedWindow: window }))
    const { suggestedWindow } = await getRenewalInfo(client, derOf(only))
    expect(suggestedWindow).toEqual({ start, end: start + dayMs })
    expect(renewalTime(suggestedWindow, 0.5) > Date.now()).toBe(offset > 0)
  })

  it('is two thirds through the lifetime where nothing was set', async () => {
    const { client, obtained } = await libraryWorld(await startPebble())
    const only = await obtained(['usual.test'])
    const { notBefore, notAfter } = readCertificate(derOf(only))
    const { suggestedWindow, retryAfterMs } = await getRenewalInfo(client, derOf(only))
    const ideal = notBefore + ((notAfter - notBefore) * 2) / 3
    expect(suggestedWindow.start).toBeLessThan(ideal)
    expect(suggestedWindow.end).toBeGreaterThan(ideal)
    expect(retryAfterMs).toBe(6 * 3_600_000)
  })

  it.each([
    ['ends before it starts', instant(2 * dayMs), instant(dayMs)],
    ['has no length', instant(dayMs), instant(dayMs)],
    ['is not of times', 'tomorrow', 'next week'],
  ])('is not believed where the window %s', async (_what, start, end) => {
    const pebble = await startPebble()
    const { client, obtained } = await libraryWorld(pebble)
    const only = await obtained(['window.test'])
    await pebble.setRenewalInfo(only.chain.pem, JSON.stringify({ suggestedWindow: { start, end } }))
    await expect(getRenewalInfo(client, derOf(only))).rejects.toMatchObject({
      code: 'ACME_RESPONSE_NOT_CONFORM',
    })
  })

  it('is not believed where it is no JSON', async () => {
    const pebble = await startPebble()
    const { client, obtained } = await libraryWorld(pebble)
    const only = await obtained(['window.test'])
    await pebble.setRenewalInfo(only.chain.pem, '{"suggestedWindow": ')
    await expect(getRenewalInfo(client, derOf(only))).rejects.toMatchObject({
      code: 'ACME_RESPONSE_NOT_CONFORM',
    })
  })

  it('names the page that explains it', async () => {
    const pebble = await startPebble()
    const { client, obtained } = await libraryWorld(pebble)
    const only = await obtained(['window.test'])
    const suggestedWindow = { start: instant(dayMs), end: instant(2 * dayMs) }
    const explanationURL = 'https://ca.test/incident'
    const text = JSON.stringify({ suggestedWindow, explanationURL })
    await pebble.setRenewalInfo(only.chain.pem, text)
    expect(await getRenewalInfo(client, derOf(only))).toMatchObject({
      explanationUrl: explanationURL,
    })
  })

  it('is in the past for each of many certificates that are revoked at once', async () => {
    const pebble = await startPebble({ authorizationReuse: 100, nonceReject: 15 })
    const { client, account, obtained } = await libraryWorld(pebble)
    const all = [await obtained(['mass.test'])]
    all.push(...(await Promise.all(Array.from({ length: 9 }, () => obtained(['mass.test'])))))
    const due = async (one: Obtained): Promise<boolean> =>
      renewalTime((await getRenewalInfo(client, derOf(one))).suggestedWindow, 0.99) < Date.now()
    expect(await Promise.all(all.map(due))).toEqual(all.map(() => false))
    const revoked = all.map((one) =>
      revokeCertificate(client, account, { certificate: derOf(one), reason: 4 }),
    )
    await Promise.all(revoked)
    expect(await Promise.all(all.map(due))).toEqual(all.map(() => true))
  })
})

describeWith(programs, 'replaces at Pebble', () => {
  cellsOf('Pebble', version, '`replaces`')

  /** A certificate, and what becomes of an order that names it or another one. */
  async function replacing(): Promise<{
    readonly world: Awaited<ReturnType<typeof libraryWorld>>
    readonly other: Awaited<ReturnType<typeof libraryWorld>>
    readonly id: string
    readonly outcome: (id: string, by?: 'world' | 'other', name?: string) => Promise<unknown>
  }> {
    const pebble = await startPebble()
    const [world, other] = [await libraryWorld(pebble), await libraryWorld(pebble)]
    const outcome = async (id: string, by = 'world', name = 'old.test'): Promise<unknown> => {
      const steps: ObtainStep[] = []
      const onStep = (step: ObtainStep): void => void steps.push(step)
      const asking = by === 'world' ? world : other
      // Both would answer at the same port otherwise.
      const options = {
        replaces: id,
        onStep,
        solvers: [asking.solvers['dns-01']].filter((one) => one !== undefined),
      }
      const done = await asking.obtained([name], options)
      expect(leafOf(done).checkHost(name)).toBe(name)
      return steps.find((step) => step.type === 'order')
    }
    // Pebble does not find the order of a serial that begins with the 00 that RFC 9773 §4.1 keeps, one of 256.
    let id: string
    do id = certificateId(derOf(await world.obtained(['old.test'])))
    while (base64urlDecode(id.split('.')[1] ?? '')[0] === 0)
    return { world, other, id, outcome }
  }
  const refused = (status: number, type: string): object => ({
    replaces: {
      type: 'refused',
      error: { status, problem: { type: `urn:ietf:params:acme:error:${type}` } },
    },
  })

  it('is accepted', async () => {
    const { id, outcome } = await replacing()
    expect(await outcome(id)).toMatchObject({ replaces: { type: 'accepted' } })
  })

  it('is refused with 409 where it was replaced, and the order repeated without', async () => {
    const { id, outcome } = await replacing()
    await outcome(id)
    expect(await outcome(id)).toMatchObject(refused(409, 'alreadyReplaced'))
  })

  it('is refused to another account, and the order repeated without', async () => {
    const { id, outcome } = await replacing()
    expect(await outcome(id, 'other')).toMatchObject(refused(403, 'unauthorized'))
  })

  it('is refused for a certificate that is unknown, and the order repeated without', async () => {
    const { id, outcome } = await replacing()
    const unknown = `${id.split('.')[0]}.${base64urlEncode(new Uint8Array([1, 2, 3, 4]))}`
    expect(await outcome(unknown)).toMatchObject(refused(500, 'serverInternal'))
  })

  it('is refused where no name is shared, and the order repeated without', async () => {
    const { id, outcome } = await replacing()
    expect(await outcome(id, 'world', 'new.test')).toMatchObject(refused(500, 'serverInternal'))
  })

  it('is refused where it is no identifier, and the order repeated without', async () => {
    const { outcome } = await replacing()
    expect(await outcome('nothing')).toMatchObject(refused(400, 'malformed'))
  })
})

agreesWithCommitted('pebble')
