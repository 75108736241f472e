import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { CertwrightError } from '../../runtime/error.ts'
import { Secret } from '../../runtime/secret.ts'

/** Where a cluster's API is, whom it is trusted by, and who we are there. */
export interface Cluster {
  /** Without a final slash. */
  readonly server: string
  /** PEM roots; the system's where absent. */
  readonly ca?: string | undefined
  /** The name on its certificate, where that is not the host of `server`. */
  readonly servername?: string | undefined
  /** Said in the kubeconfig: anybody may answer for the cluster. */
  readonly insecure: boolean
  readonly user: ClusterUser
  readonly namespace: string
}

export interface ClusterUser {
  readonly token?: Secret
  /** Read anew for each call: what is in it is replaced within the hour. */
  readonly tokenFile?: string
  readonly certificate?: ClientCertificate
  readonly exec?: ExecCredentialPlugin
}

export interface ClientCertificate {
  readonly certPem: string
  readonly keyPem: Secret
}

/** A program that prints credentials (client.authentication.k8s.io). */
export interface ExecCredentialPlugin {
  readonly apiVersion: string
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly installHint?: string | undefined
}

export interface KubeconfigOptions {
  /** A file; else `KUBECONFIG`, else `~/.kube/config`, else what a pod is given. */
  readonly path?: string | undefined
  /** A context of it; else the current one. */
  readonly context?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What a pod is given, as "Accessing the Kubernetes API from a Pod" has it. */
export const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount'

/** The cluster that a kubeconfig, or the pod that this runs in, leads to. Throws `KUBECONFIG_*`. */
export async function clusterFrom(options: KubeconfigOptions): Promise<Cluster> {
  const { path, context, env } = options
  const listed = path ?? env['KUBECONFIG']
  const home = join(env['HOME'] ?? homedir(), '.kube', 'config')
  const paths = listed ? listed.split(delimiter).filter(Boolean) : [home]
  const files = await Promise.all(paths.map(async (one) => kubeconfigIn(one)))
  const found = files.filter((file) => file !== undefined)
  if (found.length > 0) return chosen(merged(found), context)
  if (!listed && env['KUBERNETES_SERVICE_HOST']) return inCluster(env)
  throw new CertwrightError('KUBECONFIG_NOT_FOUND', { path: paths.join(', ') })
}

async function inCluster(env: KubeconfigOptions['env']): Promise<Cluster> {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = env
  const folder = env['CERTWRIGHT_SERVICE_ACCOUNT'] ?? serviceAccountFolder
  const read = async (name: string): Promise<string> => {
    const path = join(folder, name)
    return readFile(path, 'utf8').catch((cause: unknown) => {
      throw notConform(path, '', cause)
    })
  }
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    ca: await read('ca.crt'),
    insecure: false,
    user: { tokenFile: join(folder, 'token') },
    namespace: (await read('namespace')).trim(),
  }
}

type Fields = Readonly<Record<string, unknown>>

/** Entries by name, each with the folder that its relative paths are in. */
interface Kubeconfig {
  readonly path: string
  readonly currentContext?: string | undefined
  readonly clusters: Entries
  readonly users: Entries
  readonly contexts: Entries
}

type Entries = ReadonlyMap<string, { readonly fields: Fields; readonly folder: string }>

/** `undefined` where there is no such file. */
async function kubeconfigIn(path: string): Promise<Kubeconfig | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw notConform(path, '', cause)
  }
  const { parse } = await import('yaml')
  let document: unknown
  try {
    document = parse(text)
  } catch (cause) {
    // A parser's message shows the line, which may hold a token.
    throw notConform(path, 'YAML', new Error((cause as { readonly code?: string }).code ?? 'YAML'))
  }
  const root = fieldsOf(document)
  if (!root) throw notConform(path, 'kind: Config')
  const folder = dirname(resolve(path))
  const current = root['current-context']
  return {
    path,
    currentContext: typeof current === 'string' && current !== '' ? current : undefined,
    clusters: entriesIn(root, 'clusters', 'cluster', folder),
    users: entriesIn(root, 'users', 'user', folder),
    contexts: entriesIn(root, 'contexts', 'context', folder),
  }
}

function entriesIn(root: Fields, list: string, member: string, folder: string): Entries {
  const items = Array.isArray(root[list]) ? (root[list] as readonly unknown[]) : []
  return new Map(
    items.flatMap((item) => {
      const entry = fieldsOf(item)
      const fields = fieldsOf(entry?.[member])
      const name = entry?.['name']
      return fields && typeof name === 'string' ? [[name, { fields, folder }] as const] : []
    }),
  )
}

/** "The first file to set a particular value or map key wins", as with `KUBECONFIG` of several files. */
function merged(files: readonly Kubeconfig[]): Kubeconfig {
  const all = (list: 'clusters' | 'users' | 'contexts'): Entries =>
    new Map([...files].reverse().flatMap((file) => [...file[list]]))
  return {
    path: files.map(({ path }) => path).join(', '),
    currentContext: files.find(({ currentContext }) => currentContext)?.currentContext,
    clusters: all('clusters'),
    users: all('users'),
    contexts: all('contexts'),
  }
}

async function chosen(config: Kubeconfig, asked: string | undefined): Promise<Cluster> {
  const { path } = config
  const name = asked ?? config.currentContext
  const context = name === undefined ? undefined : config.contexts.get(name)
  if (!context) {
    const known = [...config.contexts.keys()].join(', ') || '-'
    throw new CertwrightError('KUBECONFIG_CONTEXT_UNKNOWN', { path, context: name ?? '-', known })
  }
  const of = (list: Entries, key: string) => {
    const entry = list.get(textIn(context.fields, key) ?? '')
    if (!entry) throw notConform(path, `contexts[${name}].context.${key}`)
    return entry
  }
  const { fields: cluster, folder } = of(config.clusters, 'cluster')
  const user = of(config.users, 'user')
  const server = textIn(cluster, 'server')
  if (server === undefined || !URL.canParse(server)) throw notConform(path, 'cluster.server')
  if (textIn(cluster, 'proxy-url') !== undefined) throw notSupported(path, 'cluster.proxy-url')
  return {
    server: server.replace(/\/+$/, ''),
    ca: await dataOrFile(path, cluster, 'certificate-authority', folder),
    servername: textIn(cluster, 'tls-server-name'),
    insecure: cluster['insecure-skip-tls-verify'] === true,
    user: await userFrom(path, user.fields, user.folder),
    namespace: textIn(context.fields, 'namespace') ?? 'default',
  }
}

async function userFrom(path: string, user: Fields, folder: string): Promise<ClusterUser> {
  if (user['auth-provider'] !== undefined) throw notSupported(path, 'user.auth-provider')
  if (user['username'] !== undefined) throw notSupported(path, 'user.username')
  const certPem = await dataOrFile(path, user, 'client-certificate', folder)
  const keyPem = await dataOrFile(path, user, 'client-key', folder)
  const [token, tokenFile] = [textIn(user, 'token'), textIn(user, 'tokenFile')]
  const exec = fieldsOf(user['exec'])
  return {
    // "If both Token and TokenFile are specified, Token takes precedence" but for a file that can be read anew.
    ...(token !== undefined && { token: new Secret(token) }),
    ...(tokenFile !== undefined && { tokenFile: resolve(folder, tokenFile) }),
    ...(certPem !== undefined &&
      keyPem !== undefined && { certificate: { certPem, keyPem: new Secret(keyPem) } }),
    ...(exec && { exec: pluginFrom(path, exec, folder) }),
  }
}

function pluginFrom(path: string, exec: Fields, folder: string): ExecCredentialPlugin {
  const command = textIn(exec, 'command')
  const apiVersion = textIn(exec, 'apiVersion') ?? ''
  if (command === undefined) throw notConform(path, 'user.exec.command')
  if (!/^client\.authentication\.k8s\.io\/v1(beta1)?$/.test(apiVersion)) {
    throw notSupported(path, `user.exec.apiVersion: ${apiVersion}`)
  }
  const args = Array.isArray(exec['args']) ? (exec['args'] as readonly unknown[]) : []
  const env = Array.isArray(exec['env']) ? (exec['env'] as readonly unknown[]) : []
  const pairs = env.flatMap((item) => {
    const fields = fieldsOf(item) ?? {}
    const name = textIn(fields, 'name')
    return name === undefined ? [] : [[name, textIn(fields, 'value') ?? ''] as const]
  })
  return {
    apiVersion,
    // "If the command is a relative path with a separator, it is relative to the directory of the kubeconfig."
    command: /[/\\]/.test(command) ? resolve(folder, command) : command,
    args: args.map(String),
    env: Object.fromEntries(pairs),
    installHint: textIn(exec, 'installHint'),
  }
}

/** PEM in base64 where `KEY-data` has it, else what the file of `KEY` holds. */
async function dataOrFile(
  path: string,
  fields: Fields,
  key: string,
  folder: string,
): Promise<string | undefined> {
  const data = textIn(fields, `${key}-data`)
  if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8')
  const file = textIn(fields, key)
  if (file === undefined) return undefined
  return readFile(resolve(folder, file), 'utf8').catch((cause: unknown) => {
    throw notConform(path, `${key}: ${file}`, cause)
  })
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : undefined
}

function textIn(fields: Fields, key: string): string | undefined {
  const value = fields[key]
  return typeof value === 'string' && value !== '' ? value : undefined
}

function notConform(path: string, field: string, cause?: unknown): CertwrightError {
  const { code } = (cause ?? {}) as { readonly code?: string }
  const reason = [field, code].filter(Boolean).join(': ') || '-'
  return new CertwrightError('KUBECONFIG_NOT_CONFORM', { path, reason }, { cause })
}

function notSupported(path: string, field: string): CertwrightError {
  return new CertwrightError('KUBECONFIG_NOT_SUPPORTED', { path, field })
}
