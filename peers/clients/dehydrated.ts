import { writeFileSync } from 'node:fs'
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

export const dehydrated: ForeignClient = {
  name: 'dehydrated',
  programs: ['dehydrated', 'curl', 'openssl', 'nsupdate'],
  version: () => versionSaid(peer('dehydrated'), /^Dehydrated version: (\d\S*)/m),
  cannot: {
    refusedNonces: 'gives up at the first `badNonce`',
    renewalInfo: 'does not ask for renewal information',
    replaces: 'sends no `replaces`',
  },
  async carryOut(wish, world) {
    const { names, challenge, key, externalAccount } = wish
    const { sandbox, folder, root } = world
    const algorithms = { rsa: 'rsa', ec: 'prime256v1' }
    const settings = {
      CA: sandbox.directoryUrl,
      BASEDIR: folder,
      WELLKNOWN: await servedFolder(world),
      CHALLENGETYPE: challenge,
      HOOK: challengeHook,
      CURL_OPTS: `--cacert ${root}`,
      KEYSIZE: '2048',
      ...(key !== undefined && { KEY_ALGO: algorithms[key] }),
      ...(externalAccount !== undefined && {
        EAB_KID: externalAccount.keyId,
        EAB_HMAC_KEY: externalAccount.macKey,
      }),
    }
    const config = join(folder, 'config')
    const lines = Object.entries(settings).map(([name, value]) => `${name}='${value}'\n`)
    writeFileSync(config, lines.join(''))
    const env = hookEnvironment(wish, world)
    const command = (...args: readonly string[]) => {
      return () => run(peer('dehydrated'), ['--config', config, ...args], { env })
    }
    const sign = ['--cron', ...names.flatMap((name) => ['--domain', name])]
    const certificate = join(folder, 'certs', names[0])
    const after = {
      revoke: ['--revoke', join(certificate, 'cert.pem')],
      renew: sign,
      'renew anyway': [...sign, '--force'],
    }
    const next = wish.next && command(...after[wish.next])
    const commands = [command('--register', '--accept-terms'), command(...sign)]
    return got(commands, chainIn(certificate, 'fullchain.pem'), next)
  },
}
