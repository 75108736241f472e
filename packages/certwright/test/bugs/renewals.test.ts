import { systemClock, type Faults } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import { dueAt, isDue } from '../../src/manager/renewal.ts'
import { systemHost } from '../../src/runtime/host.ts'
import { hurried, sandboxWorld } from '../cli/sandbox-world.ts'
import { dayMs, interfered } from './world.ts'

const hourMs = 3_600_000

/** A CA and a client whose clocks go together, and can be put forward. */
async function aheadWorld(options: Parameters<typeof sandboxWorld>[0] = {}) {
  const time = { passed: 0 }
  const now = (): number => systemHost.now() + time.passed
  const world = await sandboxWorld(
    { ...options, clock: { ...systemClock, now } },
    { host: { ...hurried, now } },
  )
  const asked = (): number =>
    world.sandbox.ca.requests.filter(({ endpoint }) => endpoint === 'renewalInfo').length
  return { ...world, time, asked }
}

const trouble: Faults = ({ endpoint }) =>
  endpoint === 'renewalInfo' ? { status: 503, html: 'busy' } : undefined

describe('a renewal', () => {
  it.each<[string, Faults | undefined]>([
    ['is well', undefined],
    ['is in trouble', trouble],
  ])(
    'bug 9: is not asked about again and again, where the CA %s (caddyserver/certmagic#297)',
    async (_, faults) => {
      const { issue, run, asked } = await aheadWorld({ ca: { ...(faults && { faults }) } })
      await issue(['a.example.test'])
      const first = asked()
      for (let n = 0; n < 10; n += 1) await run(['renew'])
      expect(asked()).toBe(first)
    },
  )

  it('bug 10: of a certificate that has expired does not wait for the CA’s opinion (certbot/certbot#10308, certbot/certbot#10317)', async () => {
    const { issue, run, time, sandbox } = await aheadWorld()
    await issue(['a.example.test'])
    const [first] = sandbox.ca.certificates()
    time.passed = 100 * dayMs
    sandbox.ca.forgetRequests()
    expect((await run(['renew'])).stdout).toMatch(/renewed/)
    const paths = sandbox.ca.requests.map(({ path }) => path)
    expect(paths.filter((path) => path.includes(first?.certificateId ?? '?'))).toEqual([])
  })

  it('bug 11: does not fail with renewal information, nor before its time (certbot/certbot#10374)', async () => {
    const { issue, run, time, sandbox } = await aheadWorld({ ca: { faults: trouble } })
    expect((await issue(['a.example.test'])).code).toBe(0)
    time.passed = 30 * dayMs
    expect((await run(['renew'])).code).toBe(0)
    expect(sandbox.ca.certificates()).toHaveLength(1)
    time.passed = 61 * dayMs
    expect((await run(['renew'])).code).toBe(0)
    expect(sandbox.ca.certificates()).toHaveLength(2)
  })

  it('more: is made at once where another profile is asked for, and not where it is the same (go-acme/lego#3205)', async () => {
    const profiles = { classic: { description: '' }, short: { description: '' } }
    const { issue, sandbox } = await sandboxWorld({ ca: { profiles } })
    for (const profile of ['classic', 'classic', 'short', 'short']) {
      expect((await issue(['a.example.test'], ['--profile', profile])).code).toBe(0)
    }
    expect(sandbox.ca.orders().map(({ profile }) => profile)).toEqual(['classic', 'short'])
  })

  it('bug 34: is not made of a start, however the names are written (acme-dns/acme-dns#249, foomo/simplecert#19, yusing/godoxy#124)', async () => {
    const { issue, sandbox } = await sandboxWorld()
    const spellings = [
      ['a.example.test', 'b.example.test'],
      ['b.example.test', 'a.example.test', 'A.example.test'],
      ['B.EXAMPLE.TEST.', 'a.example.test', 'a.example.test'],
    ]
    for (const names of spellings) {
      expect((await issue(names, ['--cert', 'pair'])).code).toBe(0)
    }
    expect(sandbox.ca.certificates()).toHaveLength(1)
    expect(sandbox.ca.orders()).toHaveLength(1)
  })

  it.each([90, 47, 10, 7, 6, 1, 6 / 24])(
    'bug 35: of a certificate that lives for %d days comes late in its life and once (hlandau/acmetool#354, opnsense/plugins#3479)',
    (days) => {
      const version = { notBefore: 0, notAfter: days * dayMs }
      expect(isDue(version, 0)).toBe(false)
      expect(dueAt(version)).toBeGreaterThanOrEqual((days * dayMs) / 2)
      expect(dueAt(version)).toBeLessThan(days * dayMs)
    },
  )

  it('bug 35: is not begun again by every run (cert-manager/cert-manager#3603, cert-manager/cert-manager#3990)', async () => {
    const { issue, run, sandbox, time } = await aheadWorld({
      ca: { backdateMs: 0, certificateLifetimeMs: 6 * hourMs },
    })
    await issue(['a.example.test'])
    for (let hour = 1; hour <= 12; hour += 1) {
      time.passed = hour * hourMs
      expect((await run(['renew'])).code).toBe(0)
      expect((await run(['renew'])).stdout).toBe('Nothing is due\n')
    }
    // Every three hours, at half of its life.
    expect(sandbox.ca.certificates().length).toBeLessThanOrEqual(5)
  })

  it('more: of many certificates after a long pause goes to the CA one after the other (auto-ssl/lua-resty-auto-ssl#217)', async () => {
    const { issue, run, sandbox, time } = await aheadWorld({ ca: { authorizationReusePercent: 0 } })
    for (const name of ['a', 'b', 'c', 'd']) await issue([`${name}.example.test`])
    time.passed = 80 * dayMs
    const open: number[] = []
    const asked = (): void => {
      open.push(sandbox.ca.orders().filter(({ status }) => status !== 'valid').length)
    }
    expect((await run(['renew'], interfered(sandbox, { asked }))).code).toBe(0)
    expect(sandbox.ca.orders()).toHaveLength(8)
    expect(Math.max(...open)).toBe(1)
  })
})
