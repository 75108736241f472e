import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { peer, run } from '../peer.ts'
import { versionSaid } from '../version.ts'
import { chainIn, got, type ClientWorld, type ForeignClient, type Wish } from './client.ts'

/** A certbot with its plug-in for RFC 2136. */
export function certbot(
  name: string,
  program: string,
  cannot: ForeignClient['cannot'],
): ForeignClient {
  return {
    name,
    programs: [program],
    version: () => versionSaid(peer(program), /^certbot (\d\S*)/m),
    cannot,
    async carryOut(wish, world) {
      const { sandbox, folder, root } = world
      const shared = ['--server', sandbox.directoryUrl, '--non-interactive', '--config-dir', folder]
      shared.push('--work-dir', folder, '--logs-dir', folder)
      const command = (...args: readonly string[]) => {
        const env = { REQUESTS_CA_BUNDLE: root }
        return () => run(peer(program), [...args, ...shared], { env })
      }
      const [first] = wish.names
      const live = join(folder, 'live', first)
      const obtain = command('certonly', ...asked(wish), ...answering(wish, world))
      const after = {
        revoke: ['revoke', '--cert-path', join(live, 'cert.pem'), '--no-delete-after-revoke'],
        renew: ['renew', '--no-random-sleep-on-renew'],
        'renew anyway': ['renew', '--no-random-sleep-on-renew', '--force-renewal'],
      }
      const next = wish.next && command(...after[wish.next])
      return got([obtain], chainIn(live, 'fullchain.pem'), next)
    },
  }
}

function asked({ names, key, externalAccount }: Wish): readonly string[] {
  const types = { rsa: 'rsa', ec: 'ecdsa' }
  return [
    ...['--agree-tos', '--register-unsafely-without-email'],
    ...names.flatMap((name) => ['-d', name]),
    ...(key === undefined ? [] : ['--key-type', types[key]]),
    ...(externalAccount === undefined
      ? []
      : ['--eab-kid', externalAccount.keyId, '--eab-hmac-key', externalAccount.macKey]),
  ]
}

function answering(
  { challenge }: Wish,
  { sandbox: { httpPort, dns, tsig }, folder }: ClientWorld,
): readonly string[] {
  if (challenge === 'http-01') {
    const port = ['--http-01-address', '127.0.0.1', '--http-01-port', String(httpPort)]
    return ['--standalone', ...port]
  }
  const credentials = join(folder, 'rfc2136.ini')
  const settings = {
    server: '127.0.0.1',
    port: dns.port,
    name: tsig.name,
    secret: tsig.secret,
    algorithm: tsig.algorithm.toUpperCase(),
  }
  const lines = Object.entries(settings).map(([key, value]) => `dns_rfc2136_${key} = ${value}\n`)
  writeFileSync(credentials, lines.join(''), { mode: 0o600 })
  const plugIn = ['--dns-rfc2136', '--dns-rfc2136-credentials', credentials]
  return [...plugIn, '--dns-rfc2136-propagation-seconds', '0']
}
