import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { isCertificate } from '../../../src/deploy/installed.ts'
import { create } from '../../../src/deploy/targets/ssh.ts'
import { systemHost } from '../../../src/runtime/host.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { bundleOf, issue } from '../../x509/issued.ts'
import { fingerprintOf, renewals } from './account.ts'
import { folderWorld, heldIn, serverFolder, type ServerFolder } from './folder.ts'
import { ownIds } from './presets.ts'

const bundles = renewals(['www.example.com'])
const sftp = fileURLToPath(new URL('./children/sftp.ts', import.meta.url))

/**
 * A folder whose ssh and sftp lead to this machine: they take the words that the real ones would be given, write them
 * down, and leave out the network. Real ones are met in the peers tier.
 */
function farFolder(): ServerFolder & { readonly logins: () => readonly string[] } {
  const folder = serverFolder()
  const programs = join(folder.path, 'programs')
  mkdirSync(programs)
  const log = join(folder.path, 'logins')
  const program = (name: string, body: string): void => {
    const path = join(programs, name)
    writeFileSync(path, `#!/bin/sh\nprintf '%s\\n' "${name} $*" >> '${log}'\n${body}\n`)
    chmodSync(path, 0o755)
  }
  const unreachable = `case "$*" in *unreachable*) echo 'Host key verification failed.' >&2; exit 255;; esac`
  program('ssh', `${unreachable}\nfor last; do :; done\nexec $last`)
  program('sftp', `${unreachable}\nexec '${process.execPath}' '${sftp}'`)
  const PATH = [programs, process.env['PATH']].join(delimiter)
  return {
    ...folder,
    context: { host: systemHost, env: { ...folder.context.env, PATH } },
    logins: () => readFileSync(log, 'utf8').trim().split('\n'),
  }
}

/** The same target at the folder's own ssh. */
function at(folder: Pick<ServerFolder, 'context'>) {
  return (values: Readonly<Record<string, string>>) =>
    create({ host: 'far.example', ...values }, folder.context)
}

describe.each([
  ['two files', (tls: string) => ({ directory: tls, fullchain: 'c', key: 'k' }), 'c', 'k'],
  [
    'versions and a symlink',
    (tls: string) => ({ versions: tls }),
    'current/fullchain.pem',
    'current/privkey.pem',
  ],
])('ssh: %s', (_, files, chain, key) => {
  deployTargetSuite({
    test: it,
    world: () => {
      const far = farFolder()
      const world = folderWorld({
        create: at(far),
        directory: 'tls',
        held: ({ path }) => heldIn(join(path, 'tls', chain), join(path, 'tls', key)),
        values: ({ path, command }) => ({
          ...ownIds,
          ...files(join(path, 'tls')),
          check: command('check'),
          reload: command('reload'),
        }),
      })
      return {
        ...world,
        close: async () => {
          far.close()
          await world.close()
        },
      }
    },
  })
})

interface Far extends ReturnType<typeof farFolder> {
  readonly tls: string
  readonly make: (values?: Readonly<Record<string, string>>) => ReturnType<typeof create>
}

function far(): Far {
  const folder = farFolder()
  onTestFinished(() => folder.close())
  const tls = join(folder.path, `a "quoted" \\ 'dir' [x]*`)
  return {
    ...folder,
    tls,
    make: (values = {}) => at(folder)({ directory: tls, fullchain: 'c', key: 'k', ...values }),
  }
}

describe('ssh: options that are none', () => {
  it.each([
    ['host', '-oProxyCommand=id'],
    ['host', 'a b'],
    ['user', '-l'],
    ['user', 'a b'],
    ['port', '0'],
    ['jump', '-oProxyCommand=id'],
    ['identity', 'a"b'],
    ['known-hosts', 'a\nb'],
    ['config', 'a\nb'],
    ['preset', 'iis'],
  ])('are refused: %s=%j', (option, value) => {
    const values = { host: 'h', fullchain: '/c', key: '/k', [option]: value }
    expect(() => create(values, { host: systemHost, env: {} })).toThrow(
      expect.objectContaining({
        code: 'TARGET_OPTION_NOT_CONFORM',
        params: expect.objectContaining({ option }) as unknown,
      }),
    )
  })
})

describe('ssh', () => {
  it('asks nothing, takes no unknown host key, forwards nothing, and has no key in its arguments', async () => {
    const made = far()
    await make().write(bundles(0))
    await make().read(undefined, bundles(0))
    const lines = made.logins()
    expect(new Set(lines.map((line) => line.split(' ')[0]))).toEqual(new Set(['ssh', 'sftp']))
    for (const line of lines) {
      for (const word of [
        'BatchMode=yes',
        'StrictHostKeyChecking=yes',
        'ForwardAgent=no',
        'ClearAllForwardings=yes',
        'User=deploy',
        'Port=2222',
        'IdentityFile="/id"',
        'IdentitiesOnly=yes',
        'UserKnownHostsFile="/known"',
        'ProxyJump=jump.example',
        '-F /config',
        '-- far.example',
      ]) {
        expect(line).toContain(word)
      }
      expect(line).not.toContain('PRIVATE KEY')
    }
    function make() {
      return made.make({
        user: 'deploy',
        port: '2222',
        identity: '/id',
        'known-hosts': '/known',
        jump: 'jump.example',
        config: '/config',
      })
    }
  })

  it('puts files where a person said, whatever signs are in the name, and leaves no key behind here or there', async () => {
    const made = far()
    const temporary = join(made.path, 'temporary')
    mkdirSync(temporary)
    vi.stubEnv('TMPDIR', temporary)
    onTestFinished(() => void vi.unstubAllEnvs())
    await made.make({ 'key-mode': '0640' }).write(bundles(0))
    expect(heldIn(join(made.tls, 'c'), join(made.tls, 'k'))).toBe(fingerprintOf(bundles(0)))
    expect(statSync(join(made.tls, 'k')).mode & 0o777).toBe(0o640)
    expect(readdirSync(made.tls).sort()).toEqual(['c', 'k'])
    expect(readdirSync(temporary)).toEqual([])
  })

  it('tells a key of another certificate by its public half', async () => {
    const made = far()
    const target = made.make()
    await target.write(bundles(0))
    writeFileSync(join(made.tls, 'k'), bundleOf([issue({})]).privateKey.reveal())
    const installed = await target.read(undefined, bundles(0))
    expect(installed && isCertificate(installed, bundles(0))).toBe(false)
  })

  it('runs check and reload there, without a shell in between, and puts back what was there', async () => {
    const made = far()
    const target = made.make({
      check: `${made.command('check')} '$HOME' "it's" ;`,
      reload: made.command('reload'),
    })
    await target.write(bundles(0))
    expect(made.calls()).toEqual([`check $HOME it's ;`, 'reload'])
    made.fails('reload', 1)
    await expect(target.write(bundles(1))).rejects.toMatchObject({
      code: 'TARGET_RELOAD_FAILED',
      params: { target: 'ssh', exit: 3, output: 'reload: no' },
    })
    expect(heldIn(join(made.tls, 'c'), join(made.tls, 'k'))).toBe(fingerprintOf(bundles(0)))
    expect(readdirSync(made.tls).sort()).toEqual(['c', 'k'])
  })

  it('has the files and commands of a server that is known', async () => {
    const made = far()
    const target = create(
      {
        host: 'far.example',
        preset: 'haproxy',
        directory: made.tls,
        check: 'none',
        reload: 'none',
      },
      made.context,
    )
    await target.write(bundles(0))
    expect(existsSync(join(made.tls, 'certificate.pem'))).toBe(true)
  })

  it('says that a host cannot be reached, and what ssh says of it', async () => {
    const made = far()
    const target = made.make({ host: 'unreachable.example' })
    const error = {
      code: 'TARGET_HOST_UNREACHABLE',
      params: { host: 'unreachable.example', reason: 'Host key verification failed.' },
    }
    await expect(target.read(undefined, bundles(0))).rejects.toMatchObject(error)
    await expect(target.write(bundles(0))).rejects.toMatchObject(error)
  })

  it('says what the far end refuses', async () => {
    const made = far()
    writeFileSync(made.tls, 'a file where the directory should be')
    await expect(made.make().write(bundles(0))).rejects.toMatchObject({
      code: 'TARGET_FILES_NOT_WRITTEN',
    })
  })

  it('is none where there is no ssh', async () => {
    const made = far()
    const context = { host: systemHost, env: { PATH: made.path } }
    const target = create({ host: 'h', fullchain: '/c', key: '/k' }, context)
    await expect(target.read(undefined, bundles(0))).rejects.toMatchObject({
      code: 'TARGET_HOST_UNREACHABLE',
      params: { reason: 'ENOENT' },
    })
  })
})
