import { dirname, join } from 'node:path'
import { Secret } from '../../../runtime/secret.ts'
import { keyFromPem } from '../account-key.ts'
import { filesNamed, namesIn, textAt } from '../disk.ts'
import { notes, type Notes } from '../reading.ts'
import type {
  TakenAccount,
  TakenCertificate,
  TakenChallenge,
  TakenInstall,
  TakeoverSource,
} from '../taken.ts'

/** acme.sh: `NAME[_ecc]/NAME.conf` beside key and chain, `ca/HOST/PATH/account.key`, `account.conf`. */
export const source: TakeoverSource = {
  name: 'acme.sh',
  paths: (home) => [join(home, '.acme.sh')],

  async read(path) {
    const told = notes()
    const settings = shellSettings((await textAt(join(path, 'account.conf'))) ?? '')
    const certificates: TakenCertificate[] = []
    for (const folder of await namesIn(path)) {
      const name = folder.replace(/_ecc$/, '')
      const file = join(path, folder, `${name}.conf`)
      const one = await told.trying(file, async () =>
        certificateIn({ folder, name, path, settings }, told),
      )
      if (one) certificates.push(one)
    }
    if (certificates.some(({ reuseKey }) => reuseKey !== false)) told.add('key-was-reused')
    if (certificates.length > 0) told.add('still-running', { stop: 'acme.sh --uninstall-cronjob' })
    const { CA_BUNDLE: caFile } = settings
    return {
      accounts: await accountsIn(join(path, 'ca'), certificates, told),
      certificates,
      remarks: told.all,
      ...(caFile && { caFile }),
    }
  },
}

type Settings = Readonly<Record<string, string>>

/** Lines of `NAME='value'`; values that were wrapped in base64 are unwrapped. */
function shellSettings(text: string): Settings {
  const lines = [...text.matchAll(/^(\w+)=(?:'(.*)'|"(.*)"|(.*))$/gm)]
  return Object.fromEntries(
    lines.map(
      ([, name = '', single, double, plain]) =>
        [name, unwrapped(single ?? double ?? plain ?? '')] as const,
    ),
  )
}

function unwrapped(value: string): string {
  const [, wrapped] = /^__ACME_BASE64__START_(.*)__ACME_BASE64__END_$/.exec(value) ?? []
  return wrapped === undefined ? value : Buffer.from(wrapped, 'base64').toString('utf8')
}

async function accountsIn(
  directory: string,
  certificates: readonly TakenCertificate[],
  told: Notes,
): Promise<readonly TakenAccount[]> {
  const accounts: TakenAccount[] = []
  for (const file of await filesNamed(directory, 'account.key')) {
    const path = join(directory, dirname(file))
    const account = await told.trying(path, async () => {
      const { ACCOUNT_URL: accountUrl, CA_EMAIL: email } = shellSettings(
        (await textAt(join(path, 'ca.conf'))) ?? '',
      )
      const server = dirname(file)
      // The folder is the directory URL without scheme and port; a certificate has it whole.
      const whole = certificates.find(({ directoryUrl = '' }) => serverOf(directoryUrl) === server)
      return {
        directoryUrl: whole?.directoryUrl ?? `https://${server}`,
        server,
        key: keyFromPem((await textAt(join(directory, file))) ?? ''),
        ...(accountUrl && { accountUrl }),
        contact: email ? [`mailto:${email}`] : [],
        path,
      }
    })
    if (account) accounts.push(account)
  }
  return accounts
}

function serverOf(directoryUrl: string): string | undefined {
  const url = URL.parse(directoryUrl)
  return url ? `${url.hostname}${url.pathname}` : undefined
}

interface Folder {
  readonly folder: string
  readonly name: string
  readonly path: string
  /** Of `account.conf`. */
  readonly settings: Settings
}

/** `undefined` for a folder that is no certificate's. */
async function certificateIn(
  { folder, name, path, settings }: Folder,
  told: Notes,
): Promise<TakenCertificate | undefined> {
  const directory = join(path, folder)
  const text = await textAt(join(directory, `${name}.conf`))
  const set = shellSettings(text ?? '')
  const { Le_Domain: domain, Le_Alt: alternatives = 'no', Le_API: directoryUrl } = set
  if (!domain) return undefined
  const names = [domain, ...(alternatives === 'no' ? [] : alternatives.split(','))]
  const chainPem = await textAt(join(directory, 'fullchain.cer'))
  const privateKey = await textAt(join(directory, `${name}.key`))
  const challenge = challengeOf(folder, set, settings, told)
  tellOf(folder, set, told)
  return {
    name: folder,
    id: domain,
    path: directory,
    names: names.filter((one) => one !== ''),
    ...(chainPem !== undefined && { chainPem }),
    ...(privateKey !== undefined && { privateKey: new Secret(privateKey) }),
    ...(directoryUrl && { directoryUrl }),
    ...(set['Le_LinkCert'] && { certificateUrl: set['Le_LinkCert'] }),
    ...(set['Le_LinkOrder'] && { orderUrl: set['Le_LinkOrder'] }),
    ...(challenge && { challenge }),
    ...(set['Le_Certificate_Profile'] && { profile: set['Le_Certificate_Profile'] }),
    ...(set['Le_Preferred_Chain'] && { preferredChain: set['Le_Preferred_Chain'] }),
    ...(set['Le_ForceNewDomainKey'] === '1' && { reuseKey: false }),
    installs: installsOf(set),
  }
}

function challengeOf(
  name: string,
  set: Settings,
  settings: Settings,
  told: Notes,
): TakenChallenge | undefined {
  const ways = [...new Set((set['Le_Webroot'] ?? '').split(','))].filter((way) => way !== '')
  const way = ways[0] ?? ''
  const [http, tls] = [Number(set['Le_HTTPPort'] ?? 80), Number(set['Le_TLSPort'] ?? 443)]
  if (way === 'no') return { type: 'http-01', ...(http !== 80 && { port: http }) }
  if (way === 'alpn') return { type: 'tls-alpn-01', ...(tls !== 443 && { port: tls }) }
  if (/^dns(?:_|$)/.test(way)) return { type: 'dns-01', service: way, settings: saved(settings) }
  if (way.startsWith('/')) {
    if (ways.length > 1) told.add('several-webroots', { paths: ways.join(', ') }, name)
    return { type: 'http-01', webroot: way }
  }
  told.add('challenge-server', { how: way || '-' }, name)
  return undefined
}

/** What DNS scripts were given is kept for the next time under this prefix. */
function saved(settings: Settings): Settings {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [key.replace(/^SAVED_/, ''), value] as const),
  )
}

const hooks = ['Le_PreHook', 'Le_PostHook', 'Le_RenewHook', 'Le_DeployHook'] as const

function tellOf(name: string, set: Settings, told: Notes): void {
  for (const hook of hooks) {
    if (set[hook]) told.add('hook', { hook, command: set[hook] }, name)
  }
  if (set['Le_ChallengeAlias'])
    told.add('challenge-alias', { alias: set['Le_ChallengeAlias'] }, name)
}

/** Where `--install-cert` has copied it, and what it has run then. */
function installsOf(set: Settings): readonly TakenInstall[] {
  const options = {
    ...(set['Le_RealFullChainPath'] && { fullchain: set['Le_RealFullChainPath'] }),
    ...(set['Le_RealKeyPath'] && { key: set['Le_RealKeyPath'] }),
    ...(set['Le_RealCertPath'] && { cert: set['Le_RealCertPath'] }),
    ...(set['Le_RealCACertPath'] && { chain: set['Le_RealCACertPath'] }),
  }
  if (Object.keys(options).length === 0) return []
  const reload = set['Le_ReloadCmd']
  // It was given to a shell; a plain command needs none.
  const plain = reload !== undefined && /^[\w./@:=+ -]+$/.test(reload)
  return [
    {
      target: 'files',
      options: {
        ...options,
        ...(reload && { reload }),
        ...(reload && !plain && { 'unsafe-shell': 'true' }),
      },
    },
  ]
}
