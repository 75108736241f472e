import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { peer, run, type Ran } from '../peer.ts'
import { packagedVersion } from '../version.ts'
import { got, servedFolder, type ForeignClient } from './client.ts'

/** acme-tiny, which leaves keys and the certificate request to OpenSSL. */
export const acmeTiny: ForeignClient = {
  name: 'acme-tiny',
  programs: ['acme-tiny', 'openssl'],
  version: () => packagedVersion('acme-tiny'),
  cannot: {
    revoke: 'only gets certificates',
    'dns-01': 'knows http-01 alone',
    externalAccount: 'binds no external accounts',
    renewalInfo: 'does not ask for renewal information',
    replaces: 'sends no `replaces`',
  },
  async carryOut({ names, key, next }, world) {
    const { sandbox, folder, root } = world
    const webroot = await servedFolder(world)
    const file = (name: string): string => join(folder, name)
    const openssl = (...args: readonly string[]) => {
      return () => run(peer('openssl'), args)
    }
    const algorithm =
      key === 'ec' ? ['ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'] : ['rsa:2048']
    const alternatives = names.map((name) => `DNS:${name}`).join(',')
    const request = openssl(
      ...['req', '-new', '-nodes', '-newkey', ...algorithm, '-keyout', file('domain.key')],
      ...['-subj', '/', '-addext', `subjectAltName=${alternatives}`, '-out', file('domain.csr')],
    )
    const command = (...args: readonly string[]) => {
      const shared = ['--account-key', file('account.key'), '--csr', file('domain.csr')]
      // Its own look goes to port 80.
      shared.push('--acme-dir', webroot, '--disable-check', '--directory-url', sandbox.directoryUrl)
      return () => run(peer('acme-tiny'), [...shared, ...args], { env: { SSL_CERT_FILE: root } })
    }
    const revoke = async (chain: string): Promise<Ran> => {
      writeFileSync(file('cert.pem'), chain)
      return command('--revoke', file('cert.pem'))()
    }
    const again = command()
    const after = { revoke: revoke, renew: again, 'renew anyway': again }
    const account = openssl('genrsa', '-traditional', '-out', file('account.key'), '2048')
    return got([account, request, command()], ({ stdout }) => stdout, next && after[next])
  },
}
