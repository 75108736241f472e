import { fileURLToPath } from 'node:url'
import { peer, run } from '../peer.ts'
import { versionSaid } from '../version.ts'
import {
  challengeHook,
  hookEnvironment,
  type ClientWorld,
  type ForeignClient,
  type Wish,
} from './client.ts'

/** What a program of ours on another's library is told to do. */
function jobOf(wish: Wish, { sandbox, root }: ClientWorld): string {
  const { directoryUrl: directory, httpPort, resolver } = sandbox
  return JSON.stringify({
    ...wish,
    ...{ directory, root, resolver, httpPort: String(httpPort), hook: challengeHook },
  })
}

/** lego 5, whose program is ours. */
export const lego5: ForeignClient = {
  name: 'lego (library)',
  programs: ['lego5-peer'],
  version: () => versionSaid(peer('lego5-peer'), /^v(\d\S*)/),
  cannot: {},
  async carryOut(wish, world) {
    const { sandbox, root } = world
    const { dns, tsig } = sandbox
    const env = {
      LEGO_CA_CERTIFICATES: root,
      DNSUPDATE_NAMESERVER: `127.0.0.1:${dns.port}`,
      DNSUPDATE_TSIG_ALGORITHM: `${tsig.algorithm}.`,
      DNSUPDATE_TSIG_KEY: tsig.name,
      DNSUPDATE_TSIG_SECRET: tsig.secret,
      DNSUPDATE_POLLING_INTERVAL: '1',
      DNSUPDATE_SEQUENCE_INTERVAL: '0',
    }
    const ran = await run(peer('lego5-peer'), [jobOf(wish, world)], { env })
    return { ran, chain: ran.stdout }
  },
}

/** acmez, whose program is ours. */
export const acmez: ForeignClient = {
  name: 'acmez',
  programs: ['acmez-peer', 'nsupdate'],
  version: () => versionSaid(peer('acmez-peer'), /^v(\d\S*)/),
  cannot: {},
  async carryOut(wish, world) {
    const env = hookEnvironment(wish, world)
    const ran = await run(peer('acmez-peer'), [jobOf(wish, world)], { env })
    return { ran, chain: ran.stdout }
  },
}

const script = fileURLToPath(new URL('../acme-client-run.ts', import.meta.url))

/** npm's acme-client, whose program is ours. */
export const acmeClient: ForeignClient = {
  name: 'acme-client (npm)',
  programs: ['nsupdate'],
  version: () => versionSaid(process.execPath, /^(\d\S*)/, [script, '--version']),
  cannot: {
    renewalInfo: 'does not ask for renewal information',
    replaces: 'sends no `replaces`',
  },
  async carryOut(wish, world) {
    const env = { NODE_EXTRA_CA_CERTS: world.root, ...hookEnvironment(wish, world) }
    const ran = await run(process.execPath, [script, jobOf(wish, world)], { env })
    return { ran, chain: ran.stdout }
  },
}
