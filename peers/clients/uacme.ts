import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { peer, run } from '../peer.ts'
import { versionSaid } from '../version.ts'
import {
  chainIn,
  challengeHook,
  got,
  hookEnvironment,
  servedFolder,
  type ForeignClient,
} from './client.ts'

// It trusts what stands here, and has no option for it.
const trusted = '/etc/ssl/certs'
// What this mounts, no other process sees.
const trusting = `mount --bind "$1" ${trusted} && shift && exec "$@"`

export const uacme: ForeignClient = {
  name: 'uacme',
  programs: ['uacme', 'unshare', 'nsupdate'],
  version: () => versionSaid(peer('uacme'), /version (\d\S*)/),
  cannot: {
    renewalInfo: 'does not ask for renewal information',
    replaces: 'sends no `replaces`',
  },
  async carryOut(wish, world) {
    const { names, key, externalAccount } = wish
    const { sandbox, folder, root } = world
    const env = { ...hookEnvironment(wish, world), WEBROOT: await servedFolder(world) }
    const anchors = join(folder, 'anchors')
    mkdirSync(anchors)
    copyFileSync(root, join(anchors, 'root.pem'))
    const command = (...args: readonly string[]) => {
      const uacmeItself = [peer('uacme'), '--acme-url', sandbox.directoryUrl, '--confdir', folder]
      const within = ['--map-root-user', '--mount', 'sh', '-c', trusting, 'sh', anchors]
      return () => run(peer('unshare'), [...within, ...uacmeItself, ...args], { env })
    }
    const bound =
      externalAccount === undefined
        ? []
        : ['--eab', `${externalAccount.keyId}:${externalAccount.macKey}`]
    const type = key === undefined ? [] : ['--type', key.toUpperCase()]
    const issue = ['--hook', challengeHook, ...type, 'issue', ...names]
    const certificate = join(folder, names[0], 'cert.pem')
    const after = {
      revoke: ['revoke', certificate],
      renew: issue,
      'renew anyway': ['--force', ...issue],
    }
    const next = wish.next && command(...after[wish.next])
    const commands = [command('--yes', ...bound, 'new'), command(...issue)]
    return got(commands, chainIn(certificate), next)
  },
}
