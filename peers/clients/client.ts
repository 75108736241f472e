import { createServer } from 'node:http'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Sandbox } from '@certwright/sandbox'
import type { Ran } from '../peer.ts'

export interface ClientWorld {
  readonly sandbox: Sandbox
  /** What the client may write into, empty at first. */
  readonly folder: string
  /** The file of the root. */
  readonly root: string
  /** Has this done when the test ends. */
  readonly atEnd: (close: () => void) => void
}

/** What not every client does. */
export type Ability =
  | 'refusedNonces'
  | 'revoke'
  | 'dns-01'
  | 'externalAccount'
  | 'renewalInfo'
  | 'replaces'

export interface Wish {
  readonly names: readonly [string, ...string[]]
  readonly challenge: 'http-01' | 'dns-01'
  /** Default the client's own choice. */
  readonly key?: 'rsa' | 'ec'
  readonly externalAccount?: { readonly keyId: string; readonly macKey: string }
  /** What is done with the certificate; `renew` where the client finds it due, `renew anyway` in any case. */
  readonly next?: 'revoke' | 'renew' | 'renew anyway'
}

export interface Done {
  /** The last command: the first that failed, or the one that completed the wish. */
  readonly ran: Ran
  /** The chain that the client got first, as PEM; empty where it got none. */
  readonly chain: string
}

/** An ACME client of others. */
export interface ForeignClient {
  readonly name: string
  /** The programs that it needs. */
  readonly programs: readonly string[]
  version(): Promise<string>
  /** What it does not do, each with the reason. */
  readonly cannot: Readonly<Partial<Record<Ability, string>>>
  carryOut(wish: Wish, world: ClientWorld): Promise<Done>
}

type Command = () => Promise<Ran>

/** Runs commands one after another until one fails; what that, or the last one, came to. */
async function inTurn(...commands: readonly Command[]): Promise<Ran> {
  let ran: Ran = { code: 0, stdout: '', stderr: '' }
  for (const command of commands) {
    ran = await command()
    if (ran.code !== 0) break
  }
  return ran
}

/** Runs the commands that get a certificate, reads the chain, and runs what is to be done next. */
export async function got(
  commands: readonly Command[],
  chain: (ran: Ran) => string,
  next?: (chain: string) => Promise<Ran>,
): Promise<Done> {
  const ran = await inTurn(...commands)
  if (ran.code !== 0) return { ran, chain: '' }
  // Some clients put what they revoke out of the way.
  const first = chain(ran)
  return { ran: next === undefined ? ran : await next(first), chain: first }
}

export function chainIn(...path: readonly [string, ...string[]]): () => string {
  return () => readFileSync(join(...path), 'utf8')
}

export const challengeHook = fileURLToPath(new URL('challenge-hook.sh', import.meta.url))

/** Where the hook publishes. */
export function hookEnvironment(
  { challenge }: Pick<Wish, 'challenge'>,
  { sandbox: { dns, tsig, zone } }: ClientWorld,
): Record<string, string> {
  return {
    CHALLENGE: challenge,
    DNS_PORT: String(dns.port),
    DNS_KEY: `${tsig.algorithm}:${tsig.name}:${tsig.secret}`,
    DNS_ZONE: zone,
  }
}

/** Makes a folder and serves what is put into it where http-01 is looked for, until the test ends. */
export async function servedFolder({
  sandbox: { httpPort },
  folder,
  atEnd,
}: ClientWorld): Promise<string> {
  const webroot = join(folder, 'www')
  mkdirSync(webroot)
  const server = createServer(({ url = '' }, response) => {
    const token = /^\/\.well-known\/acme-challenge\/([\w-]+)$/.exec(url)?.[1]
    try {
      response.end(readFileSync(join(webroot, token ?? 'none')))
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(httpPort, '127.0.0.1', resolve))
  atEnd(() => {
    server.closeAllConnections()
    server.close()
  })
  return webroot
}
