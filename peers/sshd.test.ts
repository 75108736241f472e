import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, test } from 'vitest'
import { create } from '../packages/certwright/src/deploy/targets/ssh.ts'
import { systemHost } from '../packages/certwright/src/runtime/host.ts'
import { deployTargetSuite } from '../packages/certwright/src/testing/index.ts'
import { fingerprintOf, renewals } from '../packages/certwright/test/deploy/targets/account.ts'
import { folderWorld, heldIn } from '../packages/certwright/test/deploy/targets/folder.ts'
import { describeWith, freePort, peer, run, start, temporaryFolder } from './peer.ts'

const isRoot = process.getuid?.() === 0
const bundles = renewals(['www.example.com'])

/** An sshd of this user at a free port of this machine, and the options that reach it. */
async function sshd() {
  const folder = temporaryFolder()
  const port = await freePort()
  const key = async (name: string): Promise<string> => {
    const path = join(folder, name)
    const made = await run(peer('ssh-keygen'), ['-q', '-t', 'ed25519', '-N', '', '-f', path])
    expect(made.code, made.stderr).toBe(0)
    return path
  }
  const [hostKey, identity] = [await key('host'), await key('login')]
  const authorized = join(folder, 'authorized')
  writeFileSync(authorized, readFileSync(`${identity}.pub`))
  chmodSync(authorized, 0o600)
  const config = join(folder, 'sshd_config')
  writeFileSync(
    config,
    `Port ${port}
ListenAddress 127.0.0.1
HostKey ${hostKey}
PidFile ${folder}/sshd.pid
AuthorizedKeysFile ${authorized}
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
MaxStartups 100
Subsystem sftp internal-sftp
SetEnv HOME=${folder}
`,
  )
  // Where root's sshd gives up its rights.
  if (isRoot) mkdirSync('/run/sshd', { recursive: true })
  await start('sshd', ['-D', '-e', '-f', config], { port })
  const knownHosts = join(folder, 'known hosts')
  const hostKeyLine = readFileSync(`${hostKey}.pub`, 'utf8').split(' ').slice(0, 2).join(' ')
  writeFileSync(knownHosts, `[127.0.0.1]:${port} ${hostKeyLine}\n`)
  return {
    folder,
    knownHosts,
    values: {
      host: '127.0.0.1',
      port: String(port),
      identity,
      'known-hosts': knownHosts,
      config: '/dev/null',
    },
  }
}

describeWith(['sshd', 'ssh', 'sftp', 'ssh-keygen', 'openssl'], 'a real sshd', () => {
  deployTargetSuite({
    test,
    async world() {
      const { values } = await sshd()
      return folderWorld({
        create,
        directory: 'tls',
        held: ({ path }) =>
          heldIn(
            join(path, 'tls', 'current', 'fullchain.pem'),
            join(path, 'tls', 'current', 'privkey.pem'),
          ),
        values: ({ path, command }) => ({
          ...values,
          versions: join(path, 'tls'),
          check: command('check'),
          reload: command('reload'),
        }),
      })
    },
  })

  it('is not talked to with a host key that is not the known one', async () => {
    const { values, knownHosts, folder } = await sshd()
    const context = { host: systemHost, env: process.env }
    const target = create(
      { ...values, fullchain: join(folder, 'c'), key: join(folder, 'k') },
      context,
    )
    writeFileSync(knownHosts, '')
    await expect(target.write(bundles(0))).rejects.toMatchObject({
      code: 'TARGET_HOST_UNREACHABLE',
      params: { reason: expect.stringContaining('Host key verification failed') as string },
    })
    expect(existsSync(join(folder, 'k'))).toBe(false)
  })

  it('takes names with every sign in them, and puts the former files back when the reload fails', async () => {
    const { values, folder } = await sshd()
    const context = { host: systemHost, env: process.env }
    const tls = join(folder, `a "quoted" \\ 'dir' [x]*`)
    const files = { ...values, directory: tls, fullchain: 'c', key: 'k' }
    await create(files, context).write(bundles(0))
    const held = (): string | undefined => heldIn(join(tls, 'c'), join(tls, 'k'))
    expect(held()).toBe(fingerprintOf(bundles(0)))
    const failing = create({ ...files, reload: 'sh -c "echo no luck >&2; exit 7"' }, context)
    await expect(failing.write(bundles(1))).rejects.toMatchObject({
      code: 'TARGET_RELOAD_FAILED_TWICE',
      params: { exit: 7, output: 'no luck' },
    })
    expect(held()).toBe(fingerprintOf(bundles(0)))
  })
})
