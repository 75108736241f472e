import { describe, expect, it } from 'vitest'
import type { Installation } from '../../src/store/store.ts'
import { bundleOf, day, issue as leafOf } from '../x509/issued.ts'
import { fakeService, type FakeService } from './fake-targets.ts'
import { definition, keptState, version } from './kept.ts'
import { sandboxWorld, type SandboxWorld } from './sandbox-world.ts'
import { terminal, type Terminal } from './terminal.ts'

interface Installed {
  readonly target: string
  readonly written: boolean
  readonly says?: string
  readonly served: boolean
  readonly proven: boolean
  readonly fingerprint: string
  readonly endpoints: readonly { readonly servername: string; readonly verdict: string }[]
  readonly error?: { readonly code: string }
}

/** A terminal that would tell if a CA were asked anything. */
async function offline(): Promise<Terminal> {
  const { registry: targets } = await fakeService()
  return terminal({
    targets,
    transport: () => {
      throw new Error('a CA was asked')
    },
  })
}

/** An installation of `a.example.test` as it is kept. */
function keptAt(target: string, options: Readonly<Record<string, string>> = {}): Installation {
  const [name = ''] = target.split(':')
  return { certificateId: 'a.example.test', target, name, options, createdAt: 0 }
}

interface FakeWorld extends SandboxWorld {
  readonly fake: FakeService
}

async function fakeWorld(): Promise<FakeWorld> {
  const fake = await fakeService()
  return { ...(await sandboxWorld({}, { targets: fake.registry })), fake }
}

const parsed = (stdout: string): unknown => JSON.parse(stdout)
const installedIn = (stdout: string): readonly Installed[] =>
  (parsed(stdout) as { installed: readonly Installed[] }).installed

/** A certificate that nobody here has issued. */
function stranger(site: string) {
  const now = Date.now()
  return bundleOf([leafOf({ names: [site], notBefore: now - day, notAfter: now + day })])
}

describe('issue --install', () => {
  it.each([
    ['fake-wep:site=a.example.test', /no target "fake-wep".*\n.*--install fake-web/],
    ['fake-web', /needs the option site/],
    ['fake-web:site=a,sight=b', /no option "sight".*serve-at, trust/],
    ['fake-web:site=a,region=nowhere', /region of the target fake-web must be: REGION/],
    ['fake-web:site=a,serve-at=a', /serve-at of the target fake-web must be: HOST:PORT \| .*none/],
    ['fake-web:site=a,serve-at=[::1]', /serve-at/],
    ['fake-web:site=a,serve-at=a:70000', /serve-at/],
    ['fake-web:site="a', /what begins at character 15/],
    ['fake-web:site=a,site=b', /option site twice/],
    ['fake-strict:site=a --install fake-vault', /No type of key suits every target: fake-vault/],
    ['fake-vault --key ec256', /fake-vault is not documented to take keys of type ec256.*rsa2048/],
  ])('refuses %s before anything is ordered', async (given, message) => {
    const { run } = await offline()
    const words = ['issue', 'a.example.test', '--agree-tos', '--install', ...given.split(' ')]
    const { code, stdout, stderr } = await run(words)
    expect(stderr).toMatch(message)
    expect(stdout).toBe('')
    expect(code).toBe(64)
  })

  it('refuses roots that are none before anything is ordered, and repeats no secret', async () => {
    const { run, directory } = await offline()
    const target = 'fake-web:token=hush,site=a.example.test,trust=none.pem'
    const { code, stderr } = await run(['issue', 'a.example.test', '--install', target])
    expect(stderr).toContain(`option trust cannot be used: ${directory}/none.pem: ENOENT`)
    expect(stderr).not.toContain('hush')
    expect(code).toBe(1)
  })

  it('installs at every place, proves it by handshakes, and says so', async () => {
    const { issue, run, fake } = await fakeWorld()
    const places = ['a', 'b'].map((site) => `fake-web:token=hush,site=${site}.example.test`)
    const { code, stdout, stderr } = await issue(
      ['a.example.test', 'b.example.test'],
      ['--install', places[0] ?? '', '--install', places[1] ?? '', '--trace'],
    )
    for (const site of ['a.example.test', 'b.example.test']) {
      expect(stdout).toContain(`  installed: fake-web:site=${site}, served as ${site}\n`)
    }
    expect(fake.writes.toSorted()).toEqual(['a.example.test', 'b.example.test'])
    expect(stdout + stderr).not.toContain('hush')
    expect(code).toBe(0)
    const shown = await run(['show', 'a.example.test'])
    expect(shown.stdout).toContain('\n  fake-web:site=a.example.test\n')
    expect((await run(['verify'])).code).toBe(0)
  })

  it('adds what came of it to the document', async () => {
    const { issue } = await fakeWorld()
    const target = 'fake-web:site=a.example.test'
    const { stdout } = await issue(['a.example.test'], ['--install', target, '--json'])
    const { certificate } = parsed(stdout) as { certificate: { version: { fingerprint: string } } }
    expect(installedIn(stdout)).toMatchObject([
      {
        target,
        written: true,
        says: 'current',
        served: true,
        proven: true,
        fingerprint: certificate.version.fingerprint,
        endpoints: [{ servername: 'a.example.test', verdict: 'current' }],
      },
    ])
  })

  it('takes the best key that all targets take, and the one that is asked for where it fits', async () => {
    const { issue } = await fakeWorld()
    const keyOf = async (name: string, ...more: readonly string[]) => {
      const { stdout } = await issue([name], [...more, '--json'])
      return (parsed(stdout) as { certificate: { keyType: string } }).certificate.keyType
    }
    const at = (name: string) => ['--install', `fake-web:site=${name}`]
    expect(await keyOf('a.example.test', '--install', 'fake-strict:site=a.example.test')).toBe(
      'ec384',
    )
    expect(await keyOf('b.example.test', ...at('b.example.test'), '--key', 'rsa2048')).toBe(
      'rsa2048',
    )
    expect(await keyOf('c.example.test')).toBe('ec256')
    // What there is already does for a target that takes it, and is issued anew for one that does not.
    expect(await keyOf('c.example.test', ...at('c.example.test'))).toBe('ec256')
    expect(await keyOf('c.example.test', '--install', 'fake-vault')).toBe('rsa2048')
    const { code, stderr } = await issue(['c.example.test'], ['--key', 'ec256'])
    expect(stderr).toContain('fake-vault is not documented to take keys of type ec256')
    expect(code).toBe(64)
  })

  it('lets one target that fails stop no other, names it, ends with 1, and renew tries it again', async () => {
    const { issue, run, fake } = await fakeWorld()
    fake.refusing.set('bad.example.test', 'write')
    const targets = ['bad', 'good'].map((site) => `fake-web:site=${site}.example.test`)
    const first = await issue(
      ['good.example.test', 'bad.example.test'],
      targets.flatMap((target) => ['--install', target]),
    )
    expect(first.stdout).toContain('  installed: fake-web:site=good.example.test')
    expect(first.stdout).not.toContain('bad.example.test\n')
    expect(first.stderr).toMatch(
      /^certwright: fake-web:site=bad\.example\.test: not installed\ncertwright: fake-web: this account has no bad\.example\.test here\ncertwright: hint: /m,
    )
    expect(first.code).toBe(1)
    const check = await run(['renew', '--check'])
    expect(check.stdout).toContain('to be installed on fake-web:site=bad.example.test\n')
    expect(check.code).toBe(2)
    expect((await run(['renew', '--quiet'])).code).toBe(1)
    fake.refusing.clear()
    const second = await run(['renew'])
    expect(second.stdout).toContain('  installed: fake-web:site=bad.example.test, served as')
    expect(second.code).toBe(0)
    expect(fake.writes).toEqual(['good.example.test', 'bad.example.test'])
    expect((await run(['renew'])).stdout).toBe('Nothing is due\n')
  })

  it('keeps no place of a change that failed, and all places of a first issue that failed', async () => {
    const { issue, run, sandbox, fake } = await fakeWorld()
    sandbox.dns.setServfail('a.example.test')
    const at = (site: string) => ['--install', `fake-web:site=${site}`]
    expect((await issue(['a.example.test'], at('a.example.test'))).code).toBe(1)
    expect(fake.writes).toEqual([])
    const installations = async (id: string) => {
      const { stdout } = await run(['show', id, '--json'])
      const { certificate } = parsed(stdout) as {
        certificate: { installations: { target: string }[] }
      }
      return certificate.installations.map(({ target }) => target)
    }
    expect(await installations('a.example.test')).toEqual(['fake-web:site=a.example.test'])
    await issue(['b.example.test'], at('b.example.test'))
    const wider = await issue(['b.example.test', 'a.example.test'], at('c.example.test'))
    expect(wider.code).toBe(1)
    expect(await installations('b.example.test')).toEqual(['fake-web:site=b.example.test'])
  })

  it('says what is served instead where nothing arrives in time', async () => {
    const { issue, fake } = await fakeWorld()
    fake.serving.set('a.example.test', stranger('a.example.test'))
    const { code, stderr } = await issue(
      ['a.example.test'],
      ['--install', 'fake-web:site=a.example.test', '--wait', '1s'],
    )
    expect(stderr).toContain('not seen to serve it: a.example.test:')
    expect(stderr).toContain(': other-certificate')
    expect(code).toBe(1)
  })

  it('shakes hands elsewhere, with other roots, or not at all, as it is told', async () => {
    const { issue, fake, run } = await fakeWorld()
    const at = (more: string) => ['--install', `fake-web:site=a.example.test,${more}`]
    const json = async (more: string) => {
      const { stdout } = await issue(['a.example.test'], [...at(more), '--wait', '1s', '--json'])
      return installedIn(stdout)[0]
    }
    expect(await json('serve-at=none')).toMatchObject({
      served: false,
      proven: true,
      endpoints: [],
    })
    expect(await json('serve-at=127.0.0.1:1')).toMatchObject({
      proven: false,
      endpoints: [{ endpoint: '127.0.0.1:1', verdict: 'not-served', reason: 'ENDPOINT_REFUSED' }],
      error: { code: 'INSTALLATION_NOT_PROVEN' },
    })
    expect(await json(`serve-at=localhost:${fake.port},trust=root.pem`)).toMatchObject({
      served: true,
      endpoints: [{ endpoint: `localhost:${fake.port}`, servername: 'a.example.test' }],
    })
    // How it is looked at is not what it is.
    const { stdout } = await run(['verify', '--json'])
    expect(parsed(stdout) as { certificates: [{ installations: unknown[] }] }).toMatchObject({
      certificates: [{ installations: [{ target: 'fake-web:site=a.example.test' }] }],
    })
  })

  it('by a place without endpoints of its own, shakes hands for the names of the certificate', async () => {
    const { issue, fake } = await fakeWorld()
    const names = ['a.example.test', 'b.example.test']
    const { stdout } = await issue(names, [
      ...['--install', `fake-vault:serve-at=127.0.0.1:${fake.port}`, '--wait', '1s', '--json'],
    ])
    const [{ endpoints } = { endpoints: [] }] = installedIn(stdout)
    expect(endpoints.map(({ servername }) => servername)).toEqual(names)
  })
})

describe('renew', () => {
  it('installs the new version wherever the former was, then removes what it has replaced', async () => {
    const { issue, run, fake } = await fakeWorld()
    const targets = ['a', 'b'].map((site) => `fake-web:site=${site}.example.test`)
    await issue(
      ['a.example.test', 'b.example.test'],
      targets.flatMap((target) => ['--install', target]),
    )
    const { code, stdout, stderr } = await run(['renew', 'a.example.test', '--force'])
    expect(stdout).toMatch(/^a\.example\.test: renewed.*\n {2}installed: .*\n {2}installed: /)
    expect(fake.writes).toHaveLength(4)
    expect(stderr).toContain('fake-web:site=b.example.test: removed old-b.example.test\n')
    expect(code).toBe(0)
    const again = await run(['renew', 'a.example.test', '--force', '--json'])
    expect(parsed(again.stdout)).toMatchObject({
      renewals: [
        {
          outcome: 'renewed',
          installed: targets.map((target) => ({ target, served: true })),
          pruned: targets.map((target) => ({ target, removed: [expect.stringMatching(/^old-/)] })),
        },
      ],
    })
  })

  it('removes nothing while a place still has the former version, or another certificate the same names', async () => {
    const { issue, run, fake } = await fakeWorld()
    const at = (site: string) => ['--install', `fake-web:site=${site}.example.test`]
    await issue(['a.example.test', 'b.example.test'], [...at('a'), ...at('b')])
    const before = fake.prunes.length
    fake.refusing.set('b.example.test', 'write')
    expect((await run(['renew', 'a.example.test', '--force'])).code).toBe(1)
    expect(fake.prunes).toHaveLength(before)
    fake.refusing.clear()
    await run(['renew'])
    expect(fake.prunes).toHaveLength(before + 2)
    const twin = ['b.example.test', 'a.example.test', '--cert', 'twin']
    await issue(twin, at('c'))
    await run(['renew', 'a.example.test', '--force'])
    expect(fake.prunes).toHaveLength(before + 2)
  })

  it('sets right what verify has found changed', async () => {
    const { issue, run, fake } = await fakeWorld()
    await issue(['a.example.test'], ['--install', 'fake-web:site=a.example.test'])
    fake.sites.set('a.example.test', stranger('a.example.test'))
    expect((await run(['renew'])).stdout).toBe('Nothing is due\n')
    expect((await run(['verify'])).code).toBe(2)
    const { code, stdout } = await run(['renew'])
    expect(stdout).toContain('  installed: fake-web:site=a.example.test')
    expect(code).toBe(0)
    expect((await run(['verify'])).code).toBe(0)
  })
})

describe('install', () => {
  it('needs a certificate, a version that is not revoked, a key that fits, and a place', async () => {
    const { issue, run } = await fakeWorld()
    await issue(['a.example.test'])
    for (const [argv, message, expected] of [
      [['b.example.test'], /There is no certificate b\.example\.test/, 1],
      [['a.example.test'], /a\.example\.test is installed nowhere/, 1],
      [
        ['a.example.test', '--target', 'fake-vault'],
        /not documented to take keys of type ec256/,
        64,
      ],
      [['a.example.test', '--wait', 'soon'], /soon is not a duration/, 64],
    ] as const) {
      const { code, stderr } = await run(['install', ...argv])
      expect(stderr).toMatch(message)
      expect(code).toBe(expected)
    }
    await run(['revoke', 'a.example.test'])
    const revoked = await run(['install', 'a.example.test', '--target', 'fake-web:site=a'])
    expect(revoked.stderr).toMatch(/version 1 is revoked.*\n.*`certwright renew a\.example\.test`/)
  })

  it('installs at one more place, then everywhere again, and writes nothing twice', async () => {
    const { issue, run, fake } = await fakeWorld()
    await issue(['a.example.test', 'b.example.test'])
    const target = (site: string) => ['--target', `fake-web:site=${site}.example.test`]
    const one = await run(['install', 'a.example.test', ...target('a')])
    expect(one.stdout).toBe(
      'a.example.test: version 1\n  installed: fake-web:site=a.example.test, served as a.example.test\n',
    )
    await run(['install', 'a.example.test', ...target('b')])
    const all = await run(['install', 'a.example.test'])
    expect(all.stdout).toMatch(/(\n {2}installed already: .*){2}\n$/)
    expect(fake.writes).toEqual(['a.example.test', 'b.example.test'])
    expect(all.code).toBe(0)
  })

  it('takes new options for a place that it knows, whatever their order', async () => {
    const { issue, run, fake } = await fakeWorld()
    const first = 'fake-web:token=old,region=x,site=a.example.test'
    await issue(['a.example.test'], ['--install', first])
    await run([
      'install',
      'a.example.test',
      '--target',
      'fake-web:site=a.example.test,region=x,token=new',
    ])
    await run(['install', 'a.example.test'])
    expect(fake.given['token']).toBe('new')
    const { stdout } = await run(['show', 'a.example.test', '--json'])
    expect(parsed(stdout)).toMatchObject({
      certificate: { installations: [{ target: 'fake-web:site=a.example.test,region=x' }] },
    })
    expect(stdout).not.toContain('token')
  })
})

describe('uninstall', () => {
  it.each([
    [[], /uninstall needs --target/, 64],
    [['--all', '--target', 'fake-web'], /--all and --target exclude each other/, 64],
    [['--target', 'fake-vault'], /not installed on fake-vault; it is on: fake-web:site=a/, 1],
    [['--target', 'fake-web:site=x,token=hush'], /not installed on fake-web; /, 1],
    [['--target', 'fake-web'], /fake-web could be any of: fake-web:site=a.*, fake-web:site=b/, 1],
  ])('with %j says what is wrong and forgets nothing', async (argv, message, expected) => {
    const state = await keptState(async (store) => {
      await store.saveCertificate(definition('a.example.test'))
      for (const site of ['a', 'b']) {
        await store.saveInstallation(keptAt(`fake-web:site=${site}`, { site }))
      }
    })
    const { run } = await offline()
    const there = ['--state', state]
    const { code, stderr } = await run(['uninstall', 'a.example.test', ...argv, ...there])
    expect(stderr).toMatch(message)
    expect(stderr).not.toContain('hush')
    expect(code).toBe(expected)
    const { stdout } = await run(['show', 'a.example.test', ...there])
    expect(stdout).toMatch(/\n {2}fake-web:site=a .*\n {2}fake-web:site=b /)
  })

  it('forgets the place and leaves what is there, or removes it with --unbind', async () => {
    const { issue, run, fake } = await fakeWorld()
    const at = (site: string) => ['--install', `fake-web:site=${site}.example.test`]
    await issue(['a.example.test', 'b.example.test'], [...at('a'), ...at('b')])
    const left = await run([
      'uninstall',
      'a.example.test',
      '--target',
      'fake-web:site=a.example.test',
    ])
    expect(left.stdout).toBe(
      'a.example.test: no longer installed on fake-web:site=a.example.test\n',
    )
    expect(left.stderr).toContain('--unbind')
    expect(fake.sites.has('a.example.test')).toBe(true)
    const gone = await run(['uninstall', 'a.example.test', '--all', '--unbind', '--json'])
    expect(parsed(gone.stdout)).toEqual({
      id: 'a.example.test',
      uninstalled: [{ target: 'fake-web:site=b.example.test', unbound: 'unbound' }],
    })
    expect(fake.sites.has('b.example.test')).toBe(false)
    expect((await run(['uninstall', 'a.example.test', '--all'])).code).toBe(1)
  })

  it('never removes the certificate of somebody else', async () => {
    const { issue, run, fake } = await fakeWorld()
    await issue(['a.example.test'], ['--install', 'fake-web:site=a.example.test'])
    fake.sites.set('a.example.test', stranger('a.example.test'))
    const { code, stderr } = await run(['uninstall', 'a.example.test', '--all', '--unbind'])
    expect(stderr).toContain('holds a certificate that is not of a.example.test; it was left there')
    expect(code).toBe(0)
    expect(fake.sites.has('a.example.test')).toBe(true)
  })

  it('keeps what could not be removed, and removes one of an earlier version', async () => {
    const { issue, run, fake } = await fakeWorld()
    await issue(
      ['a.example.test'],
      ['--install', 'fake-web:site=a.example.test', '--install', 'fake-vault'],
    )
    fake.refusing.set('a.example.test', 'write')
    await run(['renew', 'a.example.test', '--force'])
    const { code, stdout, stderr } = await run(['uninstall', 'a.example.test', '--all', '--unbind'])
    expect(stdout).toBe(
      'a.example.test: removed from fake-web:site=a.example.test, and no longer installed there\n',
    )
    expect(stderr).toMatch(/fake-vault: not removed\ncertwright: fake-vault knows no way to unbind/)
    expect(code).toBe(1)
    expect((await run(['uninstall', 'a.example.test', '--all'])).stdout).toContain('fake-vault')
  })
})

describe('verify', () => {
  it('has nothing to say where nothing is installed', async () => {
    const { issue, run } = await fakeWorld()
    await issue(['a.example.test'])
    expect(await run(['verify'])).toEqual({
      code: 0,
      stdout: 'Nothing is installed anywhere\n',
      stderr: '',
    })
    const named = await run(['verify', 'a.example.test'])
    expect(named.stdout).toBe('a.example.test is installed nowhere\n')
    expect((await run(['verify', 'other'])).code).toBe(1)
  })

  it('shows what each target says and each endpoint serves, and ends with 0 where all is current', async () => {
    const { issue, run, fake } = await fakeWorld()
    await issue(
      ['a.example.test'],
      ['--install', 'fake-web:site=a.example.test', '--install', 'fake-vault'],
    )
    const { code, stdout } = await run(['verify'])
    expect(stdout).toMatch(/^ID +TARGET +TARGET SAYS +ENDPOINT +SERVES +VALID UNTIL\n/)
    expect(stdout).toMatch(/^a\.example\.test +fake-vault +current version +- +- +-$/m)
    const endpoint = `a\\.example\\.test \\(127\\.0\\.0\\.1:${fake.port}\\)`
    expect(stdout).toMatch(
      new RegExp(
        `fake-web:site=a\\.example\\.test +current version +${endpoint} +current version +20`,
      ),
    )
    expect(code).toBe(0)
    const chinese = await run(['verify', '--lang', 'zh'])
    expect(chinese.stdout).toContain('当前版本')
  })

  it('ends with 2 where another certificate or none is served, and says which', async () => {
    const { issue, run, fake } = await fakeWorld()
    await issue(['a.example.test'], ['--install', 'fake-web:site=a.example.test'])
    fake.sites.set('a.example.test', stranger('a.example.test'))
    const other = await run(['verify', '--json'])
    expect(other.code).toBe(2)
    expect(parsed(other.stdout)).toMatchObject({
      certificates: [
        {
          id: 'a.example.test',
          state: 'valid',
          version: 1,
          installations: [
            {
              says: 'other-certificate',
              proven: false,
              endpoints: [{ verdict: 'other-certificate', notAfter: expect.any(String) as string }],
            },
          ],
        },
      ],
    })
    fake.sites.clear()
    const none = await run(['verify'])
    expect(none.stdout).toMatch(/ none +a\.example\.test \(.*\) +none \(ENDPOINT_\w+\) +-\n/)
    expect(none.code).toBe(2)
  })

  it('ends with 1 where a target cannot be looked at, and with 2 where the version is revoked', async () => {
    const { issue, run, fake } = await fakeWorld()
    await issue(['a.example.test'], ['--install', 'fake-web:site=a.example.test'])
    fake.refusing.set('a.example.test', 'read')
    const { code, stdout, stderr } = await run(['verify'])
    expect(stdout).toContain('cannot be looked at')
    expect(stderr).toMatch(/^certwright: a\.example\.test on fake-web:.*: could not be looked at\n/)
    expect(code).toBe(1)
    fake.refusing.clear()
    await run(['revoke', 'a.example.test'])
    expect((await run(['verify'])).code).toBe(2)
  })

  it('ends with 2 where the certificate was never issued', async () => {
    const state = await keptState(async (store) => {
      await store.saveCertificate(definition('a.example.test'))
      await store.saveInstallation(keptAt('fake-vault'))
    })
    const { run } = await terminal({ targets: (await fakeService()).registry })
    const { code, stdout } = await run(['verify', '--json', '--state', state])
    expect(parsed(stdout)).toEqual({
      certificates: [{ id: 'a.example.test', state: 'not-issued', installations: [] }],
    })
    expect(code).toBe(2)
  })

  it('names a target that is known no more', async () => {
    const state = await keptState(async (store) => {
      await store.saveCertificate(definition('a.example.test'))
      await store.addVersion(version('a.example.test'))
      await store.saveInstallation(keptAt('gone:x=1', { x: '1' }))
    })
    const { run } = await terminal({ targets: (await fakeService()).registry })
    const { code, stderr } = await run(['verify', '--state', state])
    expect(stderr).toMatch(
      /a\.example\.test on gone:x=1: could not be looked at\n.*no target "gone"/,
    )
    expect(code).toBe(1)
  })
})

describe('revoke', () => {
  it('says first where the version is still installed, and where it may be', async () => {
    const { issue, run, fake } = await fakeWorld()
    const at = (site: string) => ['--install', `fake-web:site=${site}.example.test`]
    await issue(
      ['a.example.test', 'b.example.test', 'c.example.test'],
      [...at('a'), ...at('b'), ...at('c')],
    )
    fake.refusing.set('b.example.test', 'read')
    fake.sites.set('c.example.test', stranger('c.example.test'))
    const { code, stdout, stderr } = await run(['revoke', 'a.example.test'])
    expect(stderr).toMatch(
      /^certwright: a\.example\.test: version 1 is still installed on fake-web:site=a\.example\.test\ncertwright: a\.example\.test: version 1 was installed on fake-web:site=b\.example\.test, which cannot be looked at now: .*\n/,
    )
    expect(stderr).not.toContain('c.example.test')
    expect(stdout).toMatch(/version 1 revoked/)
    expect(code).toBe(0)
    const again = await run(['revoke', 'a.example.test', '--json'])
    expect(installedIn(again.stdout)).toMatchObject([
      { target: 'fake-web:site=a.example.test', says: 'current', served: true },
      { target: 'fake-web:site=b.example.test', error: { code: 'TARGET_RESOURCE_NOT_FOUND' } },
    ])
  })

  it('of a version that was replaced everywhere names no place', async () => {
    const { issue, run } = await fakeWorld()
    await issue(['a.example.test'], ['--install', 'fake-web:site=a.example.test'])
    await run(['renew', 'a.example.test', '--force'])
    const { stdout } = await run(['revoke', 'a.example.test', '--version', '1', '--json'])
    expect(installedIn(stdout)).toEqual([])
  })
})
