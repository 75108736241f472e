import stringWidth from 'fast-string-width'
import { describe, expect, it } from 'vitest'
import { systemHost } from '../../src/runtime/host.ts'
import type { Host } from '../../src/runtime/host.ts'
import { definition, keptState, version } from './kept.ts'
import { terminal, type Outcome } from './terminal.ts'

/** Three weeks before the first of the test's versions expires. */
const now = Date.UTC(2026, 11, 9)
const host: Host = { ...systemHost, now: () => now }

async function looked(state: string, argv: readonly string[]): Promise<Outcome> {
  const { run } = await terminal({ host })
  return run([...argv, '--state', state])
}

/** One certificate of each kind. */
async function allKinds(): Promise<string> {
  return keptState(async (store) => {
    await store.saveCertificate(
      definition('valid.example', {
        identifiers: ['例え.example', 'www.xn--r8jz45g.example', 'third.example'].map((name) => ({
          type: 'dns',
          value: name.replace('例え', 'xn--r8jz45g'),
        })),
        challenge: { type: 'dns-01', dns: 'rfc2136', dnsOptions: { 'key-secret': 'hunter2' } },
      }),
    )
    await store.addVersion(version('valid.example', { notAfter: Date.UTC(2027, 5, 1) }))
    await store.saveCertificate(definition('due.example'))
    await store.addVersion(version('due.example'))
    await store.saveCertificate(definition('expired.example'))
    await store.addVersion(version('expired.example', { notAfter: Date.UTC(2026, 11, 8) }))
    await store.saveCertificate(definition('revoked.example'))
    await store.addVersion(version('revoked.example', { notAfter: Date.UTC(2027, 5, 1) }))
    await store.markRevoked('revoked.example', 1, Date.UTC(2026, 11, 1), 4)
    await store.saveCertificate(
      definition('new.example', { directoryUrl: 'https://ca.example/directory' }),
    )
  })
}

describe('list', () => {
  it('says so where there is nothing, and makes no state directory', async () => {
    const { run, directory } = await terminal()
    const { code, stdout } = await run(['list', '--state', 'nowhere'])
    expect(stdout).toBe(`There are no certificates in ${directory}/nowhere\n`)
    expect(code).toBe(0)
    const { readdir } = await import('node:fs/promises')
    expect(await readdir(directory)).toEqual([])
  })

  it('shows one line for each, with its names as people write them', async () => {
    const { code, stdout, stderr } = await looked(await allKinds(), ['list'])
    expect(stdout).toBe(
      [
        'ID               NAMES                  ISSUER                        VALID UNTIL  STATE',
        'due.example      due.example            letsencrypt                   2026-12-30   due, 21 days left',
        'expired.example  expired.example        letsencrypt                   2026-12-08   expired',
        'new.example      new.example            https://ca.example/directory  -            not issued yet',
        'revoked.example  revoked.example        letsencrypt                   2027-06-01   revoked',
        'valid.example    例え.example + 2 more  letsencrypt                   2027-06-01   valid, 174 days left',
        '',
      ].join('\n'),
    )
    expect(stderr).toBe('')
    expect(code).toBe(0)
  })

  it('aligns columns by the cells that a terminal shows, in Chinese too', async () => {
    const { stdout } = await looked(await allKinds(), ['list', '--lang', 'zh'])
    const lines = stdout.trimEnd().split('\n')
    const column = (line: string, text: string): number =>
      stringWidth(line.slice(0, line.indexOf(text)))
    expect(lines[0]).toMatch(/^ID +名称 +签发机构 +有效期至 +状态$/)
    expect(column(lines[0] ?? '', '签发机构')).toBe(column(lines[5] ?? '', 'letsencrypt'))
    expect(column(lines[0] ?? '', '签发机构')).toBe(column(lines[3] ?? '', 'https://ca'))
    expect(lines[5]).toContain('例え.example 及另外 2 个')
    expect(lines[1]).toContain('待续期，剩余 21 天')
  })

  it('shows with --due those alone that are due, and ends with 2', async () => {
    const { code, stdout } = await looked(await allKinds(), ['list', '--due'])
    expect(code).toBe(2)
    expect(stdout).not.toContain('valid.example')
    for (const id of ['due', 'expired', 'revoked', 'new']) expect(stdout).toContain(`${id}.example`)
  })

  it('ends --due with 0 where nothing is', async () => {
    const state = await keptState(async (store) => {
      await store.saveCertificate(definition('valid.example'))
      await store.addVersion(version('valid.example', { notAfter: Date.UTC(2027, 5, 1) }))
    })
    expect(await looked(state, ['list', '--due'])).toEqual({
      code: 0,
      stdout: 'Nothing is due\n',
      stderr: '',
    })
  })

  it('is one JSON document with --json', async () => {
    const { stdout, stderr } = await looked(await allKinds(), ['list', '--json'])
    const { certificates } = JSON.parse(stdout) as { certificates: readonly object[] }
    expect(stderr).toBe('')
    expect(certificates).toHaveLength(5)
    expect(certificates[3]).toEqual({
      id: 'revoked.example',
      names: ['revoked.example'],
      issuer: 'https://acme-v02.api.letsencrypt.org/directory',
      keyType: 'ec256',
      challenge: { type: 'http-01' },
      state: 'revoked',
      dueAt: '2027-03-12T00:00:00.000Z',
      version: {
        number: 1,
        current: true,
        serial: '0123456789abcdef',
        fingerprint: 'ab'.repeat(32),
        notBefore: '2026-10-01T00:00:00.000Z',
        notAfter: '2027-06-01T00:00:00.000Z',
        issuedAt: '2026-10-01T00:00:00.000Z',
        revokedAt: '2026-12-01T00:00:00.000Z',
        revocationReason: 4,
      },
      files: {
        directory: '/srv/live/revoked.example/current',
        privateKey: '/srv/live/revoked.example/current/privkey.pem',
        certificate: '/srv/live/revoked.example/current/cert.pem',
        chain: '/srv/live/revoked.example/current/chain.pem',
        fullChain: '/srv/live/revoked.example/current/fullchain.pem',
      },
    })
    expect(stdout).not.toContain('hunter2')
  })
})

describe('show', () => {
  it('shows names, dates, files and versions, and never a secret', async () => {
    const state = await allKinds()
    const { code, stdout } = await looked(state, ['show', 'valid.example'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^NAMES +例え\.example \(xn--r8jz45g\.example\)$/m)
    expect(stdout).toMatch(/^ +www\.例え\.example \(www\.xn--r8jz45g\.example\)$/m)
    expect(stdout).toMatch(/^VALID UNTIL +2027-06-01 00:00Z$/m)
    expect(stdout).toMatch(/^CHALLENGE +dns-01 rfc2136$/m)
    expect(stdout).toMatch(/^FILES +\/srv\/live\/valid\.example\/current$/m)
    expect(stdout).toMatch(/^1 +2026-10-01 +2027-06-01 +0123456789abcdef +current$/m)
    expect(stdout).not.toMatch(/hunter2|not a key/)
    const json = await looked(state, ['show', 'valid.example', '--json'])
    expect(json.stdout).not.toMatch(/hunter2|not a key/)
    expect(JSON.parse(json.stdout)).toMatchObject({
      certificate: { id: 'valid.example', versions: [{ number: 1, current: true }] },
    })
  })

  it('says when and why a version was revoked', async () => {
    const { stdout } = await looked(await allKinds(), ['show', 'revoked.example'])
    expect(stdout).toMatch(/current, revoked on 2026-12-01 \(superseded\)$/m)
  })

  it('suggests the ID that was meant', async () => {
    const state = await allKinds()
    const { code, stderr } = await looked(state, ['show', 'valid.exmaple'])
    expect(stderr).toBe(
      `certwright: There is no certificate valid.exmaple in ${state}\n` +
        'certwright: hint: Did you mean valid.example?\n',
    )
    expect(code).toBe(1)
  })
})

describe('renew --check', () => {
  it('only looks, and ends with 2 where something is due', async () => {
    const state = await keptState(async (store) => {
      await store.saveCertificate(definition('due.example'))
      const { number } = await store.addVersion(version('due.example'))
      // Asked a moment ago, so that nobody is asked now.
      const asked = { nextPollAt: now + 1, failures: 0 }
      await store.saveRenewal({ certificateId: 'due.example', number, ...asked })
      await store.saveCertificate(definition('new.example'))
    })
    const { code, stdout, stderr } = await looked(state, ['renew', '--check'])
    expect(stdout).toBe('due.example: due since 2026-11-30 00:00Z\nnew.example: not issued yet\n')
    expect(stderr).toBe('')
    expect(code).toBe(2)
  })

  it('ends with 0 where nothing is kept', async () => {
    const { run, directory } = await terminal()
    expect(await run(['renew', '--check'])).toEqual({
      code: 0,
      stdout: `There are no certificates in ${directory}/state\n`,
      stderr: '',
    })
  })
})

describe('the state directory', () => {
  it.each([
    [{ CERTWRIGHT_STATE: '/tmp/certwright-none' }, false, '/tmp/certwright-none'],
    [{ CERTWRIGHT_STATE: 'relative' }, true, '/cwd/relative'],
    [{ XDG_STATE_HOME: '/xdg' }, false, '/xdg/certwright'],
    [{ XDG_STATE_HOME: 'xdg' }, false, '/home/me/.local/state/certwright'],
    [{}, false, '/home/me/.local/state/certwright'],
    [{ XDG_STATE_HOME: '/xdg' }, true, '/var/lib/certwright'],
  ])('with %o and root %s is %s', async (env, isRoot, expected) => {
    const { stateDirectory } = await import('../../src/cli/state-directory.ts')
    const world = { env, isRoot, cwd: '/cwd', home: '/home/me' }
    expect(stateDirectory(undefined, world)).toBe(expected)
    expect(stateDirectory('asked', world)).toBe('/cwd/asked')
  })

  it('is named in the error where it cannot be used', async () => {
    const { run, directory } = await terminal()
    const { writeFile } = await import('node:fs/promises')
    await writeFile(`${directory}/file`, '')
    const { code, stderr } = await run(['list', '--state', 'file'])
    expect(stderr).toContain(`${directory}/file`)
    expect(stderr).toMatch(/\ncertwright: hint: /)
    expect(stderr).not.toMatch(/\n +at /)
    expect(code).toBe(1)
  })
})
