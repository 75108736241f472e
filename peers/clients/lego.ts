import { peer, run } from '../peer.ts'
import { packagedVersion } from '../version.ts'
import { chainIn, got, type ClientWorld, type ForeignClient, type Wish } from './client.ts'

/** lego's command, as Debian has it. */
export const lego: ForeignClient = {
  name: 'lego (Debian)',
  programs: ['lego'],
  // Debian's says `dev`.
  version: () => packagedVersion('lego'),
  cannot: {
    renewalInfo: 'does not ask for renewal information',
    replaces: 'sends no `replaces`',
  },
  async carryOut(wish, world) {
    const { folder } = world
    const shared = options(wish, world)
    const env = environment(world)
    const command = (...args: readonly string[]) => {
      return () => run(peer('lego'), [...shared, ...args], { env })
    }
    const after = {
      revoke: ['revoke'],
      renew: ['renew', '--no-random-sleep'],
      'renew anyway': ['renew', '--no-random-sleep', '--days', '365'],
    }
    const next = wish.next && command(...after[wish.next])
    return got([command('run')], chainIn(folder, 'certificates', `${wish.names[0]}.crt`), next)
  },
}

function options(
  { names, challenge, key, externalAccount }: Wish,
  { sandbox: { directoryUrl, httpPort, resolver }, folder }: ClientWorld,
): readonly string[] {
  const types = { rsa: 'rsa2048', ec: 'ec256' }
  const answering = {
    'http-01': ['--http', '--http.port', `127.0.0.1:${httpPort}`],
    'dns-01': ['--dns', 'rfc2136', '--dns.resolvers', resolver, '--dns.disable-cp'],
  }
  return [
    ...['--server', directoryUrl, '--accept-tos', '--email', 'a@matrix.test', '--path', folder],
    ...names.flatMap((name) => ['--domains', name]),
    ...answering[challenge],
    ...(key === undefined ? [] : ['--key-type', types[key]]),
    ...(externalAccount === undefined
      ? []
      : ['--eab', '--kid', externalAccount.keyId, '--hmac', externalAccount.macKey]),
  ]
}

function environment({ sandbox: { dns, tsig }, root }: ClientWorld): Record<string, string> {
  return {
    LEGO_CA_CERTIFICATES: root,
    RFC2136_NAMESERVER: `127.0.0.1:${dns.port}`,
    RFC2136_TSIG_ALGORITHM: `${tsig.algorithm}.`,
    RFC2136_TSIG_KEY: tsig.name,
    RFC2136_TSIG_SECRET: tsig.secret,
    RFC2136_POLLING_INTERVAL: '1',
    RFC2136_SEQUENCE_INTERVAL: '0',
  }
}
