import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fileWorld, type FileWorld } from './file-world.ts'
import { terminal } from './terminal.ts'

async function applied(): Promise<FileWorld> {
  const world = await fileWorld()
  expect((await world.does('apply')).code).toBe(0)
  await writeFile(join(world.directory, 'phrase.txt'), 'correct horse battery staple\n')
  return world
}

describe('rollback', () => {
  it('makes the version before current again, in the files and wherever it is served', async () => {
    const { does, fake, directory } = await applied()
    const chain = join(directory, 'state/live/a.example.test/current/fullchain.pem')
    const first = await readFile(chain, 'utf8')
    await does('renew a.example.test --force')
    expect(await readFile(chain, 'utf8')).not.toBe(first)
    const { code, stdout } = await does('rollback a.example.test')
    expect(code).toBe(0)
    expect(stdout).toContain('version 1 is current again, as 3')
    expect(await readFile(chain, 'utf8')).toBe(first)
    expect(fake.sites.get('a.example.test')?.chainPem).toBe(first)
    expect((await does('verify a.example.test')).code).toBe(0)
  })

  it('refuses where there is nothing to go back to, or it is no longer good', async () => {
    const { does } = await applied()
    expect((await does('rollback a.example.test')).stderr).toContain('no version before')
    expect((await does('rollback a.example.test --to 9')).code).toBe(1)
    await does('renew a.example.test --force')
    await does('revoke a.example.test --version 1 --reason superseded')
    expect((await does('rollback a.example.test --to 1')).stderr).toContain('was revoked')
  })
})

describe('events', () => {
  it('shows what has happened, of all or of one', async () => {
    const { does } = await applied()
    const { stdout } = await does('events')
    expect(stdout).toMatch(/issued {2}a\.example\.test {2}reason=never-issued {2}number=1/)
    const lines = (await does('events --cert b.example.test --json')).stdout.trim().split('\n')
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { type: 'issued', certificate: 'b.example.test', number: 1 },
      { type: 'installed', target: 'fake-web:site=b.example.test' },
    ])
    expect((await does('events --since 1s --cert none')).stderr).toContain('Nothing has happened')
  })

  it('goes on until it is stopped', async () => {
    const { run, does } = await applied()
    const stopped = new AbortController()
    const following = run(['events', '--follow', '--json'], { signal: stopped.signal })
    await does('renew a.example.test --force')
    stopped.abort(new Error('enough'))
    expect((await following).code).toBe(0)
  })
})

describe('backup and restore', () => {
  it('bring everything to another place, for its owner alone', async () => {
    const { does, directory } = await applied()
    const kept = await does('backup all.backup --passphrase-file phrase.txt')
    expect(kept).toMatchObject({ code: 0 })
    expect(kept.stdout).toContain('certificates 2, versions 2, accounts 1')
    const file = join(directory, 'all.backup')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const text = await readFile(file, 'latin1')
    expect(text).toMatch(/^certwright-backup 1\n[A-Za-z0-9+/=]+\n$/)
    const restored = await does('restore all.backup --passphrase-file phrase.txt --state elsewhere')
    expect(restored).toMatchObject({ code: 0 })
    const list = (await does('list --json')).stdout
    expect((await does('list --json --state elsewhere')).stdout).toBe(list)
    expect((await does('renew a.example.test --state elsewhere')).code).toBe(0)
  })

  it('refuse a wrong passphrase, a state that is there, and what is no backup', async () => {
    const { does, directory } = await applied()
    await does('backup all.backup --passphrase-file phrase.txt')
    const there = await does('restore all.backup --passphrase-file phrase.txt')
    expect(there.stderr).toContain('is a state at')
    await writeFile(join(directory, 'wrong.txt'), 'wrong\n')
    const wrong = await does('restore all.backup --passphrase-file wrong.txt --state elsewhere')
    expect(wrong.stderr).toContain('not that of the backup')
    await writeFile(join(directory, 'no.backup'), 'text\n')
    const none = await does('restore no.backup --passphrase-file phrase.txt --state elsewhere')
    expect(none.stderr).toContain('no backup of Certwright')
    expect((await does('list --state elsewhere')).stdout).not.toContain('a.example.test')
    expect((await does('backup x')).stderr).toContain('--passphrase-file')
  })
})

describe('rekey', () => {
  it('seals the state anew, and everything goes on', async () => {
    const { does } = await applied()
    expect(await does('rekey')).toMatchObject({ code: 0 })
    expect((await does('plan')).code).toBe(0)
    expect((await does('renew a.example.test --force')).code).toBe(0)
  })

  it('says that there is nothing where there is nothing', async () => {
    const { run } = await terminal()
    expect((await run(['rekey'])).stderr).toContain('Nothing is kept')
  })
})

describe('service install', () => {
  it.each([
    ['systemd', ['/etc/systemd/system/certwright.service', 'ExecReload=/bin/kill -HUP $MAINPID']],
    ['launchd', ['/Library/LaunchDaemons/certwright.plist', '<string>serve</string>']],
    ['windows', ['Register-ScheduledTask', '-AtStartup']],
  ])('prints what %s needs, and changes nothing', async (manager, parts) => {
    const { does } = await fileWorld()
    const { code, stdout } = await does(`service install --manager ${manager} --print`)
    expect(code).toBe(0)
    for (const part of parts) expect(stdout).toContain(part)
    expect(stdout).toContain('certwright.yaml')
    const timer = await does(`service install --manager ${manager} --print --timer --user`)
    expect(timer.stdout).toContain('--once')
  })

  it('refuses to install for another system', async () => {
    const { does } = await fileWorld()
    const other = process.platform === 'win32' ? 'systemd' : 'windows'
    expect((await does(`service install --manager ${other}`)).stderr).toContain('--print')
  })
})
