import { dirname, join, resolve } from 'node:path'
import { textAt, textOf } from '../../disk.ts'
import type { Notes } from '../../reading.ts'
import type { TakenCertificate, TakenChallenge } from '../../taken.ts'

/** What `.lego.yml` says of one certificate. */
export type LegoSettings = Pick<
  TakenCertificate,
  'directoryUrl' | 'challenge' | 'profile' | 'preferredChain' | 'reuseKey'
>

export interface LegoFile {
  certificate(
    id: string,
    env: Readonly<Record<string, string | undefined>>,
    told: Notes,
  ): Promise<LegoSettings | undefined>
}

const names = ['.lego.yml', '.lego.yaml']

/** The first configuration file in these directories; `undefined` where there is none, as before 5.0. */
export async function readLegoFile(
  directories: readonly string[],
  told: Notes,
): Promise<LegoFile | undefined> {
  for (const path of directories.flatMap((directory) =>
    names.map((name) => join(directory, name)),
  )) {
    const text = await textAt(path)
    if (text === undefined) continue
    const { parse } = await import('yaml')
    const value = await told.trying(path, async () => Promise.resolve(parse(text) as unknown))
    return value === undefined ? undefined : legoFile(value, path)
  }
  return undefined
}

function legoFile(value: unknown, path: string): LegoFile {
  return {
    async certificate(id, env, told) {
      const set = memberOf(memberOf(value, 'certificates'), id)
      if (set === undefined) return undefined
      const account = memberOf(memberOf(value, 'accounts'), textOf(set, 'account') ?? '')
      const server = textOf(account, 'server')
      const directoryUrl =
        textOf(memberOf(memberOf(value, 'servers'), server ?? ''), 'url') ?? server
      const challenge = memberOf(memberOf(value, 'challenges'), textOf(set, 'challenge') ?? '')
      const taken = await challengeFrom(challenge, { path, env })
      const [profile, preferredChain] = [textOf(set, 'profile'), textOf(set, 'preferredChain')]
      const hook = textOf(memberOf(memberOf(value, 'hooks'), 'deploy'), 'command')
      if (hook !== undefined) told.add('hook', { hook: 'deploy', command: hook }, id)
      return {
        ...(directoryUrl?.startsWith('https://') && { directoryUrl }),
        ...(taken && { challenge: taken }),
        ...(profile !== undefined && { profile }),
        ...(preferredChain !== undefined && { preferredChain }),
        ...(memberOf(memberOf(set, 'renew'), 'reuseKey') === true && { reuseKey: true }),
      }
    },
  }
}

function memberOf(value: unknown, member: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[member]
    : undefined
}

async function challengeFrom(
  challenge: unknown,
  {
    path,
    env,
  }: { readonly path: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<TakenChallenge | undefined> {
  const [http, tls, dns] = ['http', 'tls', 'dns'].map((kind) => memberOf(challenge, kind))
  if (dns !== undefined) {
    const file = textOf(dns, 'envFile')
    const text = file === undefined ? undefined : await textAt(resolve(dirname(path), file))
    const resolvers = memberOf(dns, 'resolvers')
    return {
      type: 'dns-01',
      service: textOf(dns, 'provider') ?? '',
      settings: { ...present(env), ...envFile(text ?? '') },
      ...(Array.isArray(resolvers) && { resolvers: resolvers.map(String) }),
    }
  }
  if (tls !== undefined) return { type: 'tls-alpn-01', ...portOf(tls, 443) }
  if (http === undefined) return undefined
  const webroot = textOf(http, 'webroot')
  return { type: 'http-01', ...(webroot === undefined ? portOf(http, 80) : { webroot }) }
}

function portOf(challenge: unknown, usual: number): { readonly port?: number } {
  const [, digits] = /:(\d+)$/.exec(textOf(challenge, 'address') ?? '') ?? []
  const port = Number(digits ?? usual)
  return port === usual ? {} : { port }
}

function present(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  )
}

/** Lines of `NAME=value`. */
function envFile(text: string): Record<string, string> {
  const lines = [...text.matchAll(/^\s*(?:export\s+)?(\w+)\s*=\s*(["']?)(.*?)\2\s*$/gm)]
  return Object.fromEntries(lines.map(([, name = '', , value = '']) => [name, value] as const))
}
