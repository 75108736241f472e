import { systemClock } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import { dueAt, isDue } from '../../src/manager/renewal.ts'
import { systemHost } from '../../src/runtime/host.ts'
import { hurried, sandboxWorld } from '../cli/sandbox-world.ts'
import { dayMs, interfered } from './world.ts'

const hourMs = 3_600_000

describe('a renewal', () => {
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
    const time = { passed: 0 }
    const now = (): number => systemHost.now() + time.passed
    const { issue, run, sandbox } = await sandboxWorld(
      {
        clock: { ...systemClock, now },
        ca: { backdateMs: 0, certificateLifetimeMs: 6 * hourMs },
      },
      { host: { ...hurried, now } },
    )
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
    const time = { passed: 0 }
    const now = (): number => systemHost.now() + time.passed
    const clock = { ...systemClock, now }
    const { issue, run, sandbox } = await sandboxWorld(
      { clock, ca: { authorizationReusePercent: 0 } },
      { host: { ...hurried, now } },
    )
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
