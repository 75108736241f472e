import { randomUUID } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { CertwrightError } from '../../runtime/error.ts'
import type { Host } from '../../runtime/host.ts'
import { Secret } from '../../runtime/secret.ts'
import {
  missingOption,
  optionValues,
  renamed,
  wrongOption,
  type Elsewhere,
  type OptionValues,
  type ProviderContext,
} from '../provider-options.ts'
import type { DnsProvider, ProviderOption } from '../provider.ts'
import { takingTurns } from '../turn.ts'

export const options = [
  {
    key: 'server',
    summary: { en: 'URL of the acme-dns server', zh: 'acme-dns 服务器的 URL' },
    required: true,
    env: ['ACME_DNS_API_BASE', 'ACMEDNS_BASE_URL'],
  },
  {
    key: 'username',
    summary: { en: 'User name of the registration', zh: '注册所得的用户名' },
    env: ['ACMEDNS_USERNAME'],
  },
  {
    key: 'password',
    summary: { en: 'Password of the registration', zh: '注册所得的密码' },
    secret: true,
    env: ['ACMEDNS_PASSWORD'],
  },
  {
    key: 'subdomain',
    summary: { en: 'Subdomain of the registration', zh: '注册所得的子域' },
    env: ['ACMEDNS_SUBDOMAIN'],
  },
  {
    key: 'account-file',
    summary: {
      en: 'JSON file with the registration, instead of the three above',
      zh: '保存注册信息的 JSON 文件，可代替以上三项',
    },
  },
  {
    key: 'allow-registration',
    summary: {
      en: 'true: where the account file does not exist, register and write it',
      zh: 'true：若账户文件不存在，则注册并写入该文件',
    },
  },
] as const satisfies readonly ProviderOption[]

export const elsewhere: readonly Elsewhere[] = [
  {
    client: 'acme.sh',
    name: 'dns_acmedns',
    optionsFrom: renamed({
      ACMEDNS_BASE_URL: 'server',
      ACMEDNS_USERNAME: 'username',
      ACMEDNS_PASSWORD: 'password',
      ACMEDNS_SUBDOMAIN: 'subdomain',
    }),
  },
  {
    client: 'lego',
    name: 'acme-dns',
    optionsFrom: renamed({ ACME_DNS_API_BASE: 'server', ACME_DNS_STORAGE_PATH: 'account-file' }),
  },
  {
    client: 'certbot',
    name: 'dns-acmedns',
    optionsFrom: renamed({
      dns_acmedns_api_url: 'server',
      dns_acmedns_registration_file: 'account-file',
    }),
  },
]

/** What POST /register answers, and what the account file holds. */
interface Registration {
  readonly username: string
  readonly password: Secret
  readonly subdomain: string
}

/** The server keeps the last two values of a subdomain, and forgets the older with each new one. */
const limit = 2

/**
 * Publishes through an acme-dns server, which `_acme-challenge.NAME` is an alias into. Values are never withdrawn:
 * the server has no call for it, and rolls them over by itself.
 */
export function provider(
  values: Readonly<Record<string, string>>,
  { host, env }: ProviderContext,
): DnsProvider {
  const set = optionValues('acme-dns', options, values, env)
  const server = serverFrom(set.server)
  const registered = registrationOf(set)
  const inTurn = takingTurns()
  const standing = new Set<string>()

  return {
    ownsName: true,

    async addTxt({ name, value }, signal) {
      await inTurn(async () => {
        // Sent once more, a value would push out the other one.
        if (standing.has(value)) return
        if (standing.size >= limit) {
          throw new CertwrightError('DNS_PROVIDER_FULL', { provider: 'acme-dns', name, limit })
        }
        const account = await registered({ name, server, host }, signal)
        await post({ server, path: '/update', host, account }, { txt: value }, signal)
        standing.add(value)
      })
      return { value }
    },

    async removeTxt({ value = '' }) {
      standing.delete(value)
    },
  }
}

function serverFrom(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (!url || !isHttp || url.username !== '' || url.password !== '' || url.search !== '') {
    throw wrongOption('acme-dns', 'server', 'https://HOST')
  }
  return text.replace(/\/+$/, '')
}

interface Asker {
  readonly name: string
  readonly server: string
  readonly host: Host
}

type Registered = (asker: Asker, signal: AbortSignal | undefined) => Promise<Registration>

/** Where the registration comes from. What a person said wrongly is said at once, before anything is read. */
function registrationOf(set: OptionValues<typeof options>): Registered {
  const { username, password, subdomain, 'account-file': file } = set
  const register = set['allow-registration'] ?? 'false'
  if (register !== 'true' && register !== 'false') {
    throw wrongOption('acme-dns', 'allow-registration', 'true | false')
  }
  if (file === undefined) {
    if (register === 'true') throw missingOption('acme-dns', 'account-file')
    if (username === undefined) throw missingOption('acme-dns', 'username')
    if (password === undefined) throw missingOption('acme-dns', 'password')
    if (subdomain === undefined) throw missingOption('acme-dns', 'subdomain')
    const account = { username, password: new Secret(password), subdomain }
    return async () => account
  }
  return async (asker, signal) => {
    const kept = await readAccount(file, register === 'true')
    return kept ?? (await registerAccount(file, asker, signal))
  }
}

/** `undefined` where there is no file and there need not be one. */
async function readAccount(file: string, mayBeAbsent: boolean): Promise<Registration | undefined> {
  let reason = 'JSON'
  try {
    const account = registrationFrom(JSON.parse(await readFile(file, 'utf8')))
    if (account) return account
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (mayBeAbsent && code === 'ENOENT') return undefined
    // Not kept as the cause: a complaint about JSON quotes it, and there is a password in it.
    reason = code ?? reason
  }
  throw new CertwrightError('DNS_ACCOUNT_FILE_NOT_READABLE', { file, reason })
}

/** Registers and keeps the registration, then stops: until a person has set the alias there is nothing to go on with. */
async function registerAccount(
  file: string,
  { name, server, host }: Asker,
  signal: AbortSignal | undefined,
): Promise<never> {
  const answer = await post({ server, path: '/register', host }, {}, signal)
  const target = (answer as { fulldomain?: unknown } | null)?.fulldomain
  if (!registrationFrom(answer) || typeof target !== 'string') {
    throw new CertwrightError('DNS_PROVIDER_REFUSED', {
      provider: 'acme-dns',
      server,
      status: 201,
      detail: 'username, password, subdomain, fulldomain?',
    })
  }
  const temporary = `${file}.${randomUUID()}`
  await writeFile(temporary, `${JSON.stringify(answer, undefined, 2)}\n`, {
    mode: 0o600,
    flush: true,
  })
  await rename(temporary, file)
  throw new CertwrightError('DNS_ACCOUNT_REGISTERED', { provider: 'acme-dns', name, target, file })
}

function registrationFrom(json: unknown): Registration | undefined {
  const { username, password, subdomain } = (json ?? {}) as Record<string, unknown>
  return typeof username === 'string' &&
    typeof password === 'string' &&
    typeof subdomain === 'string'
    ? { username, password: new Secret(password), subdomain }
    : undefined
}

interface Call {
  readonly server: string
  readonly path: '/register' | '/update'
  readonly host: Host
  readonly account?: Registration
}

const patienceMs = 30_000

async function post(
  { server, path, host, account }: Call,
  body: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  signal?.throwIfAborted()
  const patience = AbortSignal.timeout(patienceMs)
  let response: Response
  let text: string
  try {
    response = await host.fetch(`${server}${path}`, {
      method: 'POST',
      redirect: 'error',
      headers: {
        'content-type': 'application/json',
        ...(account && { 'x-api-user': account.username, 'x-api-key': account.password.reveal() }),
      },
      body: JSON.stringify({ ...(account && { subdomain: account.subdomain }), ...body }),
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    })
    text = await response.text()
  } catch (cause) {
    signal?.throwIfAborted()
    const params = { provider: 'acme-dns', server, reason: reasonOf(cause) }
    throw new CertwrightError('DNS_PROVIDER_UNREACHABLE', params, { cause })
  }
  const answer = jsonFrom(text)
  if (response.ok) return answer
  const { error } = (answer ?? {}) as { error?: unknown }
  const detail = (typeof error === 'string' ? error : text).slice(0, 200)
  const params = { provider: 'acme-dns', server, status: response.status, detail }
  throw new CertwrightError('DNS_PROVIDER_REFUSED', params)
}

function jsonFrom(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `fetch` hides what happened in its error's cause. */
function reasonOf(error: unknown): string {
  const { cause, name } = error as { cause?: { code?: string }; name: string }
  return cause?.code ?? name
}
