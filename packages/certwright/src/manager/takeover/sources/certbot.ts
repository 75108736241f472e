import { basename, dirname, join } from 'node:path'
import { keyFromJwk } from '../account-key.ts'
import { filesNamed, jsonAt, namesIn, textAt, textOf, textsOf } from '../disk.ts'
import { notes, type Notes } from '../reading.ts'
import { Secret } from '../../../runtime/secret.ts'
import type { TakenAccount, TakenCertificate, TakenChallenge, TakeoverSource } from '../taken.ts'

/** certbot: `renewal/NAME.conf`, `live/NAME/*.pem`, `accounts/HOST/PATH/ID/`. */
export const source: TakeoverSource = {
  name: 'certbot',
  paths: () => ['/etc/letsencrypt'],

  async read(path) {
    const told = notes()
    const accounts = await accountsIn(join(path, 'accounts'), told)
    const certificates: TakenCertificate[] = []
    for (const name of await namesIn(join(path, 'renewal'))) {
      if (!name.endsWith('.conf')) continue
      const file = join(path, 'renewal', name)
      const one = await told.trying(file, async () => certificateIn(file, path, told))
      if (one) certificates.push(one)
    }
    await tellOfScripts(path, told)
    if (certificates.length > 0)
      told.add('still-running', { stop: 'systemctl disable --now certbot.timer' })
    return { accounts, certificates, remarks: told.all }
  },
}

async function accountsIn(directory: string, told: Notes): Promise<readonly TakenAccount[]> {
  const accounts: TakenAccount[] = []
  for (const file of await filesNamed(directory, 'private_key.json')) {
    const path = join(directory, dirname(file))
    const account = await told.trying(path, async () => {
      const jwk = await jsonAt(join(path, 'private_key.json'))
      const registration = await jsonAt(join(path, 'regr.json'))
      const accountUrl = textOf(registration, 'uri')
      // The path below `accounts` is the directory URL without its scheme, then the account's id.
      const server = dirname(dirname(file))
      return {
        directoryUrl: `https://${server}`,
        server,
        key: keyFromJwk(jwk ?? {}),
        ...(accountUrl !== undefined && { accountUrl }),
        contact: textsOf(registration?.['body'], 'contact'),
        path,
      }
    })
    if (account) accounts.push(account)
  }
  return accounts
}

/** Keys of the file itself, of `[renewalparams]`, and of `[[webroot_map]]`. */
interface RenewalFile {
  readonly paths: Settings
  readonly params: Settings
  readonly webroots: Settings
}

type Settings = Readonly<Record<string, string>>

function renewalFile(text: string): RenewalFile {
  const sections: Record<string, Record<string, string>> = {}
  let section = ''
  for (const line of text.split('\n')) {
    const [, heading] = /^\s*\[+\s*([\w.-]+)\s*\]+\s*$/.exec(line) ?? []
    if (heading !== undefined) section = heading
    const [, key, value] = /^\s*([^#[=\s]+)\s*=\s*(.*?)\s*$/.exec(line) ?? []
    if (key !== undefined && value !== undefined) (sections[section] ??= {})[key] = unquoted(value)
  }
  return {
    paths: sections[''] ?? {},
    params: sections['renewalparams'] ?? {},
    webroots: sections['webroot_map'] ?? {},
  }
}

function unquoted(value: string): string {
  const [, , inner] = /^(["'])(.*)\1$/s.exec(value) ?? []
  const text = inner ?? value
  return text === 'None' ? '' : text
}

async function certificateIn(file: string, path: string, told: Notes): Promise<TakenCertificate> {
  const name = basename(file, '.conf')
  const { paths, params, webroots } = renewalFile((await textAt(file)) ?? '')
  // A tree that was copied elsewhere still names the place it came from.
  const pem = async (kind: string): Promise<string | undefined> =>
    (await textAt(join(path, 'live', name, `${kind}.pem`))) ?? textAt(paths[kind] ?? '')
  const [chainPem, privateKey] = [await pem('fullchain'), await pem('privkey')]
  const challenge = await challengeOf(name, { params, webroots }, told)
  const profile = params['required_profile'] || params['preferred_profile']
  tellOfHooks(name, params, told)
  told.add('reads-files', { path: join(path, 'live', name) }, name)
  return {
    name,
    path: join(path, 'live', name),
    ...(chainPem !== undefined && { chainPem }),
    ...(privateKey !== undefined && { privateKey: new Secret(privateKey) }),
    ...(params['server'] && { directoryUrl: params['server'] }),
    ...(challenge && { challenge }),
    ...(profile && { profile }),
    ...(params['preferred_chain'] && { preferredChain: params['preferred_chain'] }),
    ...(params['reuse_key'] === 'True' && { reuseKey: true }),
    installs: [],
  }
}

/** Scripts that are run with every certificate. */
async function tellOfScripts(path: string, told: Notes): Promise<void> {
  for (const kind of ['pre', 'deploy', 'post']) {
    const hook = `renewal-hooks/${kind}`
    for (const command of await namesIn(join(path, hook))) told.add('hook', { hook, command })
  }
}

const hooks = ['pre_hook', 'post_hook', 'renew_hook'] as const

function tellOfHooks(name: string, params: Settings, told: Notes): void {
  for (const hook of hooks) {
    if (params[hook]) told.add('hook', { hook, command: params[hook] }, name)
  }
  if (params['installer'])
    told.add('hook', { hook: 'installer', command: params['installer'] }, name)
}

async function challengeOf(
  name: string,
  { params, webroots }: Pick<RenewalFile, 'params' | 'webroots'>,
  told: Notes,
): Promise<TakenChallenge | undefined> {
  const authenticator = params['authenticator'] ?? ''
  if (authenticator === 'standalone') {
    const port = Number(params['http01_port'] ?? 80)
    return { type: 'http-01', ...(port !== 80 && { port }) }
  }
  if (authenticator === 'webroot') return webrootOf(name, { params, webroots }, told)
  if (authenticator.startsWith('dns-')) {
    return {
      type: 'dns-01',
      service: authenticator,
      settings: await pluginSettings(authenticator, params),
    }
  }
  told.add('challenge-server', { how: authenticator || '-' }, name)
  return undefined
}

function webrootOf(
  name: string,
  { params, webroots }: Pick<RenewalFile, 'params' | 'webroots'>,
  told: Notes,
): TakenChallenge {
  const named = (params['webroot_path'] ?? '').split(',').map((path) => path.trim())
  const all = [...new Set([...Object.values(webroots), ...named])].filter((path) => path !== '')
  if (all.length > 1) told.add('several-webroots', { paths: all.join(', ') }, name)
  return { type: 'http-01', ...(all[0] !== undefined && { webroot: all[0] }) }
}

/** What the plugin's own file of credentials says, and what the renewal file does. */
async function pluginSettings(authenticator: string, params: Settings): Promise<Settings> {
  const prefix = authenticator.replaceAll('-', '_')
  const file = params[`${prefix}_credentials`]
  const text = file === undefined ? undefined : await textAt(file)
  const own = Object.entries(params).filter(([key]) => key.startsWith(prefix))
  return { ...(text !== undefined && renewalFile(text).paths), ...Object.fromEntries(own) }
}
