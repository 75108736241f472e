import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { withCertificateLock } from '../../src/cli/certificate-lock.ts'
import { sandboxWorld } from '../cli/sandbox-world.ts'
import { temporaryDirectory } from '../cli/terminal.ts'
import { leapingHost } from '../dns/world.ts'

const certificateId = 'a'

describe('a lock', () => {
  it.each([
    ['zeros', '\0'.repeat(4096)],
    ['a few zeros', '\0'.repeat(17)],
    ['JSON that breaks off', '{"created":"2026-'],
    ['the beginning of a database', `SQLite format 3\0${'\0'.repeat(4080)}`],
  ])(
    'bug 33: whose file holds %s after a power cut is free (caddyserver/caddy#4448)',
    async (_, text) => {
      const stateDirectory = await temporaryDirectory()
      const host = leapingHost()
      mkdirSync(join(stateDirectory, 'locks'))
      writeFileSync(join(stateDirectory, 'locks', `${certificateId}.lock`), text)
      const options = { stateDirectory, certificateId, host }
      const heard: string[] = []
      await withCertificateLock({ ...options, onWait: () => heard.push('waits') }, async () => {
        // It locks all the same.
        await expect(
          withCertificateLock({ ...options, patienceMs: 0 }, async () => 'both'),
        ).rejects.toMatchObject({ code: 'CERTIFICATE_BUSY' })
      })
      expect(heard.length).toBeLessThanOrEqual(1)
      await expect(withCertificateLock(options, async () => 'free')).resolves.toBe('free')
    },
  )

  it('bug 33: lets two runs at once issue once (certbot/certbot#933)', async () => {
    const { issue, sandbox } = await sandboxWorld()
    const names = ['a.example.test']
    const outcomes = await Promise.all([issue(names), issue(names), issue(names)])
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0])
    expect(sandbox.ca.certificates()).toHaveLength(1)
  })
})
