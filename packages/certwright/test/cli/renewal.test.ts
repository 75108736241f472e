import { systemClock, type Faults } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import { systemHost } from '../../src/runtime/host.ts'
import { hurried, sandboxWorld, type SandboxWorld } from './sandbox-world.ts'

const hour = 3_600_000
const day = 24 * hour
const page = 'https://ca.example/why'

interface RenewalDocument {
  readonly suggestedWindow?: { readonly start: string; readonly end: string }
  readonly renewAt?: string
  readonly explanationUrl?: string
  readonly nextPollAt: string
  readonly failures: number
  readonly lastError?: { readonly code: string }
}
interface CertificateDocument {
  readonly state: string
  readonly dueAt: string
  readonly renewal?: RenewalDocument
}

/** A sandbox and a clock that both can be put forward. */
async function aheadWorld(ca: Parameters<typeof sandboxWorld>[0] = {}) {
  const time = { passed: 0 }
  const now = (): number => systemHost.now() + time.passed
  const world = await sandboxWorld(
    { ...ca, clock: { ...systemClock, now } },
    { host: { ...hurried, now } },
  )
  return { ...world, time, now }
}

async function shown({ run }: SandboxWorld, id = 'a.example.test'): Promise<CertificateDocument> {
  const { stdout } = await run(['show', id, '--json'])
  return (JSON.parse(stdout) as { certificate: CertificateDocument }).certificate
}

/** Makes the CA want all its certificates renewed since an hour ago. */
function wantRenewal({ sandbox }: SandboxWorld, now: number, explanationUrl = page): void {
  for (const { serial } of sandbox.ca.certificates()) {
    sandbox.ca.suggestRenewal(serial, { start: now - hour, end: now - 1000, explanationUrl })
  }
}

const askedFor = ({ sandbox }: SandboxWorld): number =>
  sandbox.ca.requests.filter(({ endpoint }) => endpoint === 'renewalInfo').length

describe('what the issuer suggests', () => {
  it('is asked for once after issuing, and shown', async () => {
    const world = await aheadWorld()
    await world.issue(['a.example.test'])
    expect(askedFor(world)).toBe(1)
    const { renewal, dueAt } = await shown(world)
    const { start = '', end = '' } = renewal?.suggestedWindow ?? {}
    const { renewAt = '' } = renewal ?? {}
    expect(start < renewAt && renewAt < end).toBe(true)
    expect(dueAt <= renewAt).toBe(true)
    expect(renewal).toMatchObject({ failures: 0, nextPollAt: expect.any(String) as string })
    const { stdout } = await world.run(['show', 'a.example.test'])
    expect(stdout).toMatch(
      /^SUGGESTED +20\d\d-\d\d-\d\d \d\d:\d\dZ to 20\d\d-\d\d-\d\d \d\d:\d\dZ$/m,
    )
    expect(stdout).toMatch(/^ASKED AGAIN +20\d\d/m)
    const chinese = await world.run(['show', 'a.example.test', '--lang', 'zh'])
    expect(chinese.stdout).toMatch(/^建议续期 +20\d\d.* 至 20\d\d/m)
    expect(askedFor(world)).toBe(1)
  })

  it('is asked for again when its time has come, and never by what only shows', async () => {
    const world = await aheadWorld()
    await world.issue(['a.example.test'])
    await world.run(['renew'])
    world.time.passed = 7 * hour
    await world.run(['list'])
    await world.run(['show', 'a.example.test'])
    expect(askedFor(world)).toBe(1)
    await world.run(['renew', '--check'])
    expect(askedFor(world)).toBe(2)
    await world.run(['renew'])
    expect(askedFor(world)).toBe(2)
  })

  it('renews long before two thirds of the lifetime are gone, and says why', async () => {
    const world = await aheadWorld()
    await world.issue(['a.example.test'])
    const [first] = world.sandbox.ca.certificates()
    world.time.passed = 7 * hour
    wantRenewal(world, world.now())
    const check = await world.run(['renew', '--check'])
    expect(check.stdout).toMatch(/^a\.example\.test: due since .*\n/)
    expect(check.stdout).toContain(`a.example.test: the issuer explains: ${page}\n`)
    expect(check.code).toBe(2)
    expect((await world.run(['list'])).stdout).toMatch(
      new RegExp(`due, 89 days left\n\na\\.example\\.test: the issuer explains: ${page}\n$`),
    )
    expect((await world.run(['show', 'a.example.test'])).stdout).toMatch(
      new RegExp(`^WHY +${page}$`, 'm'),
    )
    const { stdout, code } = await world.run(['renew', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      renewals: [{ outcome: 'renewed', explanationUrl: page, certificate: { state: 'valid' } }],
    })
    expect(world.sandbox.ca.orders().at(-1)?.replaces).toBe(first?.certificateId)
    // Of the new version the CA says something else.
    expect((await shown(world)).renewal).not.toHaveProperty('explanationUrl')
    expect((await world.run(['renew'])).stdout).toBe('Nothing is due\n')
  })

  it('is documented by renew --check', async () => {
    const world = await aheadWorld()
    await world.issue(['a.example.test'])
    const { stdout } = await world.run(['renew', '--check', '--json'])
    const { renewals } = JSON.parse(stdout) as {
      renewals: readonly { outcome: string; certificate: CertificateDocument }[]
    }
    expect(renewals).toHaveLength(1)
    expect(renewals[0]).toMatchObject({
      outcome: 'not-due',
      certificate: {
        renewal: {
          suggestedWindow: {
            start: expect.any(String) as string,
            end: expect.any(String) as string,
          },
          renewAt: expect.any(String) as string,
          nextPollAt: expect.any(String) as string,
          failures: 0,
        },
      },
    })
  })

  it('is of no use to a certificate that has expired: it is renewed without asking', async () => {
    const world = await aheadWorld()
    await world.issue(['a.example.test'])
    world.time.passed = 91 * day
    expect((await world.run(['renew'])).stdout).toMatch(/^a\.example\.test: renewed/)
    // The other time is for the new version.
    expect(askedFor(world)).toBe(2)
  })

  it('cannot be had: the certificate is issued and renewed all the same', async () => {
    const broken: Faults = ({ endpoint }) =>
      endpoint === 'renewalInfo' ? { status: 404, html: 'gone' } : undefined
    const world = await aheadWorld({ ca: { faults: broken } })
    const { code, stderr } = await world.issue(['a.example.test'])
    expect(code).toBe(0)
    expect(stderr).toMatch(/^certwright: a\.example\.test: its issuer could not be asked when/m)
    expect((await shown(world)).renewal).toMatchObject({
      failures: 1,
      lastError: { code: 'ACME_PROBLEM' },
    })
    const { stdout: shows } = await world.run(['show', 'a.example.test'])
    expect(shows).toMatch(/^NOT KNOWN +.*404.*\(failures in a row: 1\)$/m)
    world.time.passed = 61 * day
    const { stdout, code: renewed } = await world.run(['renew'])
    expect(stdout).toMatch(/^a\.example\.test: renewed/)
    expect(renewed).toBe(0)
  })

  it('is not told by a CA without renewal information, which is asked no more often than once a day', async () => {
    const world = await aheadWorld({ ca: { renewalInfo: false } })
    const { stderr } = await world.issue(['a.example.test'])
    expect(stderr).not.toContain('could not be asked')
    expect((await shown(world)).renewal).toMatchObject({ failures: 0 })
    world.time.passed = 61 * day
    const { stderr: told, code } = await world.run(['renew'])
    expect(told).not.toContain('version 1')
    expect(code).toBe(0)
  })
})

describe('a renewal names what it replaces', () => {
  it('to the CA and account that issued it, and says what the CA made of that', async () => {
    const world = await sandboxWorld()
    await world.issue(['a.example.test'])
    const { stderr } = await world.run(['renew', 'a.example.test', '--force'])
    expect(stderr).toContain('The CA takes it as the replacement of version 1\n')
    const [first, second] = world.sandbox.ca.certificates()
    await world.run(['renew', 'a.example.test', '--force'])
    expect(world.sandbox.ca.orders().map(({ replaces }) => replaces)).toStrictEqual([
      undefined,
      first?.certificateId,
      second?.certificateId,
    ])
  })

  it('where one name of several stays', async () => {
    const world = await sandboxWorld()
    await world.issue(['a.example.test', 'b.example.test'], ['--cert', 'one'])
    await world.issue(['b.example.test', 'c.example.test'], ['--cert', 'one'])
    const [first] = world.sandbox.ca.certificates()
    expect(world.sandbox.ca.orders().at(-1)?.replaces).toBe(first?.certificateId)
  })

  it('but not where no name stays, or the account or the CA is another', async () => {
    const world = await sandboxWorld()
    await world.issue(['a.example.test'], ['--cert', 'one'])
    await world.issue(['b.example.test'], ['--cert', 'one'])
    await world.run(['account', 'deactivate', '--yes'])
    await world.issue(['b.example.test'], ['--cert', 'one', '--force'])
    const other = await sandboxWorld()
    const port = ['--http-port', String(other.sandbox.httpPort)]
    await world.run(['issue', 'b.example.test', '--cert', 'one', ...other.ca, ...port])
    const orders = [...world.sandbox.ca.orders(), ...other.sandbox.ca.orders()]
    expect(orders.map(({ replaces }) => replaces)).toStrictEqual(Array(4).fill(undefined))
    expect(world.sandbox.ca.certificates()).toHaveLength(3)
    expect(other.sandbox.ca.certificates()).toHaveLength(1)
  })

  it.each([
    [409, 'alreadyReplaced'],
    [409, 'conflict'],
    [403, 'unauthorized'],
    [404, 'malformed'],
    [400, 'malformed'],
    [500, 'serverInternal'],
  ])('and orders once more without, where the CA answers %i %s', async (status, name) => {
    const problem = { type: `urn:ietf:params:acme:error:${name}`, detail: 'no', status }
    let refused = 0
    const faults: Faults = ({ endpoint, count }) => {
      if (endpoint !== 'newOrder' || count !== 2) return undefined
      refused += 1
      return { status, problem }
    }
    const world = await sandboxWorld({ ca: { faults, nonceRejectPercent: 0 } })
    await world.issue(['a.example.test'])
    const { stdout, stderr, code } = await world.run(['renew', 'a.example.test', '--force'])
    expect(stderr).toContain('does not take it as the replacement of version 1')
    expect(stdout).toMatch(/^a\.example\.test: renewed/)
    expect(code).toBe(0)
    expect(refused).toBe(1)
    const { requests } = world.sandbox.ca
    expect(requests.filter(({ endpoint }) => endpoint === 'newOrder')).toHaveLength(3)
    expect(world.sandbox.ca.orders().map(({ replaces }) => replaces)).toStrictEqual([
      undefined,
      undefined,
    ])
  })
})
