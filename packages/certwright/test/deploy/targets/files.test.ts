import { spawnSync } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isCertificate } from '../../../src/deploy/installed.ts'
import { create } from '../../../src/deploy/targets/files.ts'
import type { DeployTarget } from '../../../src/deploy/target.ts'
import { systemHost } from '../../../src/runtime/host.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { bundleOf, ecKey, issue, rsaKey } from '../../x509/issued.ts'
import { fingerprintOf, renewals } from './account.ts'
import { folderWorld, heldIn, serverFolder, type ServerFolder } from './folder.ts'
import { ownIds } from './presets.ts'

const bundles = renewals(['www.example.com'])

interface Place extends ServerFolder {
  readonly chain: string
  readonly key: string
  /** The target with these options beside the two files. */
  readonly target: (more?: Readonly<Record<string, string>>) => DeployTarget
  readonly held: () => string | undefined
}

function place(): Place {
  const folder = serverFolder()
  onTestFinished(() => folder.close())
  const [chain, key] = [join(folder.path, 'site.crt'), join(folder.path, 'site.key')]
  return {
    ...folder,
    chain,
    key,
    target: (more = {}) => create({ fullchain: chain, key, ...more }, folder.context),
    held: () => heldIn(chain, key),
  }
}

/** What there is beside the two files: leftovers, notes. */
function leftoversIn({ path }: ServerFolder): readonly string[] {
  return readdirSync(path).filter((name) => name.startsWith('.'))
}

const layouts = {
  'two files': { values: () => ({}), chain: 'fullchain.pem', key: 'privkey.pem' },
  'one file': {
    values: ({ path }: ServerFolder) => ({ combined: join(path, 'tls/all.pem') }),
    chain: 'all.pem',
    key: 'all.pem',
  },
  'versions and a symlink': {
    values: ({ path }: ServerFolder) => ({ versions: join(path, 'tls') }),
    chain: 'current/fullchain.pem',
    key: 'current/privkey.pem',
  },
}

describe.each(Object.entries(layouts))('files: %s', (name, { values, chain, key }) => {
  deployTargetSuite({
    test: it,
    world: () => {
      const world = folderWorld({
        create,
        directory: 'tls',
        held: ({ path }) => heldIn(join(path, 'tls', chain), join(path, 'tls', key)),
        values: (folder) => ({
          ...ownIds,
          ...(name === 'two files' && {
            fullchain: join(folder.path, 'tls', chain),
            key: join(folder.path, 'tls', key),
          }),
          ...values(folder),
          check: folder.command('check'),
          reload: folder.command('reload'),
        }),
      })
      return world
    },
  })
})

describe('options that are none', () => {
  it.each([
    [{}, 'TARGET_OPTION_MISSING', 'fullchain'],
    [{ key: '/a' }, 'TARGET_OPTION_MISSING', 'fullchain'],
    [{ fullchain: 'a', key: '/b' }, 'TARGET_OPTION_NOT_CONFORM', 'fullchain'],
    [{ fullchain: 'a', directory: 'b' }, 'TARGET_OPTION_NOT_CONFORM', 'directory'],
    [{ fullchain: '/a\nrm /b' }, 'TARGET_OPTION_NOT_CONFORM', 'fullchain'],
    [{ fullchain: '/a', key: '/a' }, 'TARGET_OPTION_NOT_CONFORM', 'key'],
    [{ fullchain: '/a', versions: '/v' }, 'TARGET_OPTION_NOT_CONFORM', 'fullchain'],
    [{ versions: 'v' }, 'TARGET_OPTION_NOT_CONFORM', 'versions'],
    [{ combined: '/a', order: 'key+chain' }, 'TARGET_OPTION_NOT_CONFORM', 'order'],
    [{ combined: '/a', order: 'key+key+cert' }, 'TARGET_OPTION_NOT_CONFORM', 'order'],
    [{ combined: '/a', order: 'key,cert' }, 'TARGET_OPTION_NOT_CONFORM', 'order'],
    [{ fullchain: '/a', mode: '999' }, 'TARGET_OPTION_NOT_CONFORM', 'mode'],
    [{ fullchain: '/a', 'key-mode': 'u=rw' }, 'TARGET_OPTION_NOT_CONFORM', 'key-mode'],
    [{ fullchain: '/a', format: 'pfx' }, 'TARGET_OPTION_NOT_CONFORM', 'format'],
    [{ fullchain: '/a', timeout: '0' }, 'TARGET_OPTION_NOT_CONFORM', 'timeout'],
    [{ fullchain: '/a', check: 'a "b' }, 'TARGET_OPTION_NOT_CONFORM', 'check'],
    [{ fullchain: '/a', 'unsafe-shell': 'yes' }, 'TARGET_OPTION_NOT_CONFORM', 'unsafe-shell'],
  ])('are refused: %j', (values: Readonly<Record<string, string>>, code, option) => {
    expect(() => create(values, { host: systemHost, env: {} })).toThrow(
      expect.objectContaining({ code, params: expect.objectContaining({ option }) as unknown }),
    )
  })
})

describe('what is put in the files', () => {
  it('is each part by itself, with the modes that are asked for', async () => {
    const made = place()
    const file = (name: string): string => join(made.path, name)
    await create(
      { directory: made.path, cert: 'c', chain: 'ca', key: 'k', 'key-mode': '0640', mode: '444' },
      made.context,
    ).write(bundles(0))
    const whole = bundles(0).chainPem
    expect(readFileSync(file('c'), 'utf8') + readFileSync(file('ca'), 'utf8')).toBe(whole)
    expect(readFileSync(file('k'), 'utf8')).toBe(bundles(0).privateKey.reveal())
    expect(['c', 'ca', 'k'].map((name) => statSync(file(name)).mode & 0o777)).toEqual([
      0o444, 0o444, 0o640,
    ])
  })

  it.each([
    ['ec', ecKey(), 'EC PRIVATE KEY'],
    ['rsa', rsaKey(), 'RSA PRIVATE KEY'],
  ])('is a traditional %s key, in PEM and in DER, and is told apart', async (_, key, label) => {
    const made = place()
    const [bundle, other] = [1, 2].map((serial) =>
      bundleOf([
        issue({ names: ['a.example'], key: serial === 1 ? key : ecKey(), serial: [serial] }),
      ]),
    )
    if (!bundle || !other) return
    for (const format of ['pem', 'der']) {
      const [cert, keyFile] = [join(made.path, `c.${format}`), join(made.path, `k.${format}`)]
      const values = { cert, key: keyFile, format, 'key-format': 'traditional' }
      const target = create(values, made.context)
      await target.write(bundle)
      if (format === 'pem') expect(readFileSync(keyFile, 'utf8')).toContain(`BEGIN ${label}`)
      expect(new X509Certificate(readFileSync(cert)).checkPrivateKey(keyIn(keyFile, format))).toBe(
        true,
      )
      const installed = await target.read(undefined, bundle)
      expect(installed && isCertificate(installed, bundle)).toBe(true)
      expect(installed && isCertificate(installed, other)).toBe(false)
    }
  })

  it('is a combined file in the order that is asked for', async () => {
    const made = place()
    const combined = join(made.path, 'all.pem')
    await create({ combined, order: 'key+cert+chain' }, made.context).write(bundles(0))
    const { privateKey, chainPem } = bundles(0)
    expect(readFileSync(combined, 'utf8')).toBe(privateKey.reveal() + chainPem)
  })

  it('replaces a symlink by a file, and leaves what it led to', async () => {
    const made = place()
    const theirs = join(made.path, 'theirs')
    writeFileSync(theirs, 'theirs')
    symlinkSync(theirs, made.chain)
    await made.target().write(bundles(0))
    expect(made.held()).toBe(fingerprintOf(bundles(0)))
    expect(readFileSync(theirs, 'utf8')).toBe('theirs')
  })

  it('makes the directories that are missing', async () => {
    const made = place()
    const directory = join(made.path, 'deep', 'down')
    await create({ directory, fullchain: 'c', key: 'k' }, made.context).write(bundles(0))
    expect(heldIn(join(directory, 'c'), join(directory, 'k'))).toBe(fingerprintOf(bundles(0)))
  })
})

function keyIn(path: string, format: string) {
  const octets = readFileSync(path)
  if (format === 'pem') return createPrivateKey(octets)
  for (const type of ['sec1', 'pkcs1'] as const) {
    try {
      return createPrivateKey({ key: octets, format: 'der', type })
    } catch {
      continue
    }
  }
  throw new Error('no key')
}

describe('what is there', () => {
  it('is nothing before the first, and no certificate in a file of something else', async () => {
    const made = place()
    expect(await made.target().read(undefined, bundles(0))).toBeUndefined()
    writeFileSync(made.chain, 'not a certificate')
    expect(await made.target().read(undefined, bundles(0))).toBeUndefined()
  })

  it('is not the wanted one where the key is of another, or is missing, though the certificate is there', async () => {
    const made = place()
    const target = made.target()
    await target.write(bundles(0))
    for (const text of [bundleOf([issue({})]).privateKey.reveal(), 'no key', undefined]) {
      if (text === undefined) rmSync(made.key)
      else writeFileSync(made.key, text)
      const installed = await target.read(undefined, bundles(0))
      expect(installed && isCertificate(installed, bundles(0))).toBe(false)
      expect(installed?.parts).toMatchObject([{ resource: made.chain }, { resource: made.key }])
      expect(installed?.parts?.[1]).not.toHaveProperty('installed')
    }
  })

  it.each(['fullchain', 'chain', 'combined'])(
    'is not the wanted one where the %s has other intermediates',
    async (role) => {
      const made = place()
      const all = role === 'chain' ? { cert: made.chain, chain: join(made.path, 'ca') } : {}
      const files =
        role === 'combined'
          ? { combined: made.chain }
          : { key: made.key, ...(role === 'fullchain' && { fullchain: made.chain }), ...all }
      const target = create(files, made.context)
      const stranger = issue({ subject: 'Stranger', ca: true })
      const [leaf = ''] = /^[^]*?END CERTIFICATE-----\n/.exec(bundles(0).chainPem) ?? []
      await target.write({ ...bundles(0), chainPem: leaf + stranger.pem })
      const installed = await target.read(undefined, bundles(0))
      expect(installed && isCertificate(installed, bundles(0))).toBe(false)
      await target.write(bundles(0))
      const repaired = await target.read(undefined, bundles(0))
      expect(repaired && isCertificate(repaired, bundles(0))).toBe(true)
    },
  )
})

describe('the check and the reload', () => {
  it('run in this order, see the new files, and are told of', async () => {
    const made = place()
    const target = made.target({
      check: `${made.command('check')} -t "two words"`,
      reload: made.command('reload', `echo loaded; cat '${made.chain}' > '${made.path}/loaded'`),
    })
    const outcomes = await target.write(bundles(0))
    expect(made.calls()).toEqual(['check -t two words', 'reload'])
    expect(outcomes).toMatchObject([
      { exit: 0, command: expect.stringContaining(`-t 'two words'`) as string, output: '' },
      { exit: 0, output: 'loaded' },
    ])
    expect(readFileSync(join(made.path, 'loaded'), 'utf8')).toBe(bundles(0).chainPem)
    expect(leftoversIn(made)).toEqual([])
  })

  it('put the former files back when the check refuses, and reload nothing', async () => {
    const made = place()
    const target = made.target({ check: made.command('check'), reload: made.command('reload') })
    await target.write(bundles(0))
    const before = [made.chain, made.key].map((path) => [
      readFileSync(path, 'utf8'),
      statSync(path).ino,
    ])
    made.fails('check', 1)
    await expect(target.write(bundles(1))).rejects.toMatchObject({
      code: 'TARGET_CHECK_FAILED',
      params: { exit: 3, output: 'check: no' },
    })
    expect(
      [made.chain, made.key].map((path) => [readFileSync(path, 'utf8'), statSync(path).ino]),
    ).toEqual(before)
    expect(made.calls()).toEqual(['check', 'reload', 'check'])
    expect(leftoversIn(made)).toEqual([])
    await target.write(bundles(1))
    expect(made.held()).toBe(fingerprintOf(bundles(1)))
  })

  it('put the former files back when the reload fails, and reload those', async () => {
    const made = place()
    const reload = made.command('reload', `cat '${made.chain}' > '${made.path}/loaded'`)
    const target = made.target({ reload })
    await target.write(bundles(0))
    made.fails('reload', 1)
    await expect(target.write(bundles(1))).rejects.toMatchObject({
      code: 'TARGET_RELOAD_FAILED',
      params: { exit: 3, output: 'reload: no' },
    })
    expect(made.held()).toBe(fingerprintOf(bundles(0)))
    expect(readFileSync(join(made.path, 'loaded'), 'utf8')).toBe(bundles(0).chainPem)
    expect(made.calls()).toHaveLength(3)
    expect(leftoversIn(made)).toEqual([])
  })

  it.each(['flat', 'versions'])(
    'leave nothing behind when the first install of all fails: %s',
    async (layout) => {
      const made = place()
      const tls = join(made.path, 'tls')
      mkdirSync(tls)
      const files =
        layout === 'flat' ? { directory: tls, fullchain: 'c', key: 'k' } : { versions: tls }
      made.fails('check', 1)
      const target = create({ ...files, check: made.command('check') }, made.context)
      await expect(target.write(bundles(0))).rejects.toMatchObject({ code: 'TARGET_CHECK_FAILED' })
      expect(readdirSync(tls).filter((name) => name !== 'versions')).toEqual([])
      expect(await target.read(undefined, bundles(0))).toBeUndefined()
    },
  )

  it('are killed with all that they have begun when they take too long', async () => {
    const made = place()
    const pidFile = join(made.path, 'pid')
    const reload = made.command('reload', `sleep 1000 & echo $! > '${pidFile}'; wait`)
    const target = made.target({ reload, timeout: '1' })
    await expect(target.write(bundles(0))).rejects.toMatchObject({
      code: 'TARGET_RELOAD_FAILED_TWICE',
      params: { exit: 'ETIMEDOUT', again: 'ETIMEDOUT' },
    })
    const pid = Number(readFileSync(pidFile, 'utf8'))
    await expect.poll(() => isRunning(pid)).toBe(false)
  })

  it('are not waited for longer than they run, though what they begin goes on', async () => {
    const made = place()
    const pidFile = join(made.path, 'pid')
    const reload = made.command('reload', `sleep 1000 & echo $! > '${pidFile}'`)
    await made.target({ reload, timeout: '20' }).write(bundles(0))
    const pid = Number(readFileSync(pidFile, 'utf8'))
    expect(isRunning(pid)).toBe(true)
    process.kill(pid)
  })

  it('are none where the program is missing, which is a failure of its own word', async () => {
    const made = place()
    const check = join(made.path, 'absent')
    await expect(made.target({ check }).write(bundles(0))).rejects.toMatchObject({
      code: 'TARGET_CHECK_FAILED',
      params: { exit: 'ENOENT' },
    })
    expect(made.held()).toBeUndefined()
  })

  it('go through no shell, but where that is asked for by its dangerous name', async () => {
    const made = place()
    const touched = join(made.path, 'touched')
    const check = `${made.command('check')} ; touch ${JSON.stringify(touched)}`
    await made.target({ check }).write(bundles(0))
    expect(existsSync(touched)).toBe(false)
    expect(made.calls()).toEqual([`check ; touch ${touched}`])
    await made.target({ check, 'unsafe-shell': 'true' }).write(bundles(0))
    expect(existsSync(touched)).toBe(true)
  })

  it('are not told the secrets in our environment', async () => {
    const made = place()
    const [outcome] =
      (await made.target({ check: made.command('check', 'env') }).write(bundles(0))) ?? []
    expect(outcome?.output).not.toContain('hunter2')
    expect(outcome?.output).not.toBe('')
  })

  it('print no key into what is told of them', async () => {
    const made = place()
    const check = made.command('check', `cat '${made.key}'`)
    const [outcome] = (await made.target({ check }).write(bundles(0))) ?? []
    expect(outcome?.output).toBe('[redacted]')
  })

  it('put the former files back when they are aborted, and reload those', async () => {
    const made = place()
    const started = join(made.path, 'started')
    await made.target().write(bundles(0))
    const target = made.target({
      reload: made.command('reload', `[ -e '${started}' ] || { touch '${started}'; sleep 1000; }`),
    })
    const abort = new AbortController()
    const reason = new Error('enough')
    const writing = target.write(bundles(1), abort.signal)
    const done = expect(writing).rejects.toBe(reason)
    await expect.poll(() => existsSync(started)).toBe(true)
    abort.abort(reason)
    await done
    expect(made.held()).toBe(fingerprintOf(bundles(0)))
    expect(made.calls()).toEqual(['reload', 'reload'])
  })

  it('can be run by themselves for a server that has not listened', async () => {
    const made = place()
    const target = made.target({ check: made.command('check'), reload: made.command('reload') })
    await target.write(bundles(0))
    expect(await target.reload?.()).toMatchObject([{ exit: 0 }])
    made.fails('reload', 1)
    await expect(target.reload?.()).rejects.toMatchObject({ code: 'TARGET_RELOAD_FAILED' })
    expect(made.held()).toBe(fingerprintOf(bundles(0)))
    expect(Object.keys(made.target())).not.toContain('reload')
  })
})

it('knows after kill -9 that the server was never told, and tells it', async () => {
  const made = place()
  const values = { fullchain: made.chain, key: made.key, ...ownIds }
  const mortal = { ...values, reload: made.command('mortal', 'kill -9 $PPID') }
  const bundle = { chainPem: bundles(1).chainPem, key: bundles(1).privateKey.reveal() }
  const child = fileURLToPath(new URL('./children/die-in-reload.ts', import.meta.url))
  const args = [child, JSON.stringify(mortal), JSON.stringify(bundle)]
  await made.target().write(bundles(0))
  const { signal } = spawnSync(process.execPath, args)
  expect(signal).toBe('SIGKILL')
  expect(made.held()).toBe(fingerprintOf(bundles(1)))
  const target = made.target({ reload: made.command('reload') })
  const untold = await target.read(undefined, bundles(1))
  expect(untold && isCertificate(untold, bundles(1))).toBe(false)
  await target.write(bundles(1))
  const told = await target.read(undefined, bundles(1))
  expect(told && isCertificate(told, bundles(1))).toBe(true)
  expect(made.calls().at(-1)).toBe('reload')
  expect(leftoversIn(made)).toEqual([])
})

describe('versions', () => {
  it('are whole in one moment to whoever reads through the symlink', async () => {
    const made = place()
    const versions = join(made.path, 'tls')
    const target = create({ versions }, made.context)
    await target.write(bundles(0))
    const reader = readingPairs(join(versions, 'current'))
    for (let i = 1; i <= 20; i += 1) await target.write(bundles(i % 2 === 0 ? 0 : 1))
    const pairs = reader.stop()
    expect(pairs.size).toBeGreaterThan(0)
    for (const pair of pairs)
      expect([0, 1].map((n) => fingerprintOf(bundles(n as 0 | 1)))).toContain(pair)
  })

  it('are put back by their link, and pruned but for the one in use', async () => {
    const made = place()
    const versions = join(made.path, 'tls')
    const target = create({ versions, check: made.command('check') }, made.context)
    await target.write(bundles(0))
    const first = readlinkSync(join(versions, 'current'))
    made.fails('check', 1)
    await expect(target.write(bundles(1))).rejects.toMatchObject({ code: 'TARGET_CHECK_FAILED' })
    expect(readlinkSync(join(versions, 'current'))).toBe(first)
    await target.write(bundles(1))
    mkdirSync(join(versions, 'versions', 'theirs'))
    expect(await target.prune?.(bundles(1))).toEqual([join(versions, first)])
    expect(readdirSync(join(versions, 'versions'))).toHaveLength(2)
    expect(await target.prune?.(bundles(0))).toEqual([])
  })
})

/** Reads the pair through the link as fast as events allow. */
function readingPairs(current: string) {
  const seen = new Set<string | undefined>()
  let stopped = false
  const look = (): void => {
    if (stopped) return
    const directory = join(current, '..', readlinkSync(current))
    seen.add(heldIn(join(directory, 'fullchain.pem'), join(directory, 'privkey.pem')))
    setImmediate(look)
  }
  look()
  return {
    stop: () => {
      stopped = true
      return seen
    },
  }
}

it('says what the system refuses, and changes nothing', async () => {
  const made = place()
  await made.target().write(bundles(0))
  writeFileSync(join(made.path, 'file'), '')
  const key = join(made.path, 'file', 'key')
  await expect(
    create({ fullchain: made.chain, key }, made.context).write(bundles(1)),
  ).rejects.toMatchObject({
    code: 'TARGET_FILES_NOT_WRITTEN',
    params: { reason: expect.stringMatching(/^(ENOTDIR|EEXIST): /) as string },
  })
  await expect(made.target({ owner: 'no-such-user-here' }).write(bundles(1))).rejects.toMatchObject(
    {
      code: 'TARGET_FILES_NOT_WRITTEN',
    },
  )
  expect(made.held()).toBe(fingerprintOf(bundles(0)))
  expect(leftoversIn(made)).toEqual([])
})

it('sweeps up what a run that died has left', async () => {
  const made = place()
  const leftover = join(made.path, `.certwright-new-${'0'.repeat(16)}`)
  writeFileSync(leftover, 'a key, perhaps')
  await made.target().write(bundles(0))
  expect(existsSync(leftover)).toBe(false)
})

/** A process that has ended and that nobody has asked about is not running. */
function isRunning(pid: number): boolean {
  const [, state = ''] = /\) (\w)/.exec(statusOf(pid)) ?? []
  return state !== '' && state !== 'Z'
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return ''
  }
}
