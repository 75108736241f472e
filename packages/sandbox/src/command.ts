import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { allowNonLoopback } from './ca/options.ts'
import { loopbackAddress } from './loopback.ts'
import { startSandbox } from './sandbox.ts'
import type { Sandbox, SandboxOptions } from './sandbox.ts'
import type { SandboxCa, SandboxCaOptions } from './sandbox-ca.ts'

export interface SandboxCommandOptions {
  /** Gets `root.pem` and `sandbox.json`. Default a temporary folder that is removed at the end. */
  readonly dir?: string
  /** All that can be said of a sandbox; what is given beside it goes before. */
  readonly settings?: SandboxOptions
  readonly zones?: readonly string[]
  /** A loopback address for the CA. Default `127.0.0.1`. */
  readonly host?: string
  /** Lets `host` be any address. Whoever reaches it is certified as whatever the sandbox's DNS has. */
  readonly beyondLoopback?: boolean
  /** Port of the CA; the default 0 takes a free one. So for the others. */
  readonly port?: number
  readonly dnsPort?: number
  readonly httpPort?: number
  readonly tlsPort?: number
  readonly controlPort?: number
  /** Percentage of good nonces that are refused. */
  readonly nonceReject?: number
  /** Percentage of valid authorizations that a new order takes over. */
  readonly authzReuse?: number
  /** Milliseconds that a certificate is valid for. */
  readonly validity?: number
  /** Prints one JSON document on one line instead of text. */
  readonly json?: boolean
  readonly stdout: { write(text: string): unknown }
  /** Ends the command, which then resolves. */
  readonly signal: AbortSignal
}

/** What `sandbox.json` holds and `json` prints. What belongs to a CA is that of the first one. */
export interface SandboxDescription {
  readonly directoryUrl: string
  /** Absolute path of the root certificate, PEM. */
  readonly rootFile: string
  readonly zones: readonly string[]
  readonly tsig: Sandbox['tsig']
  readonly resolver: string
  readonly httpPort: number
  readonly tlsPort: number
  readonly controlUrl?: string
  readonly cas: readonly CaDescription[]
}

export interface CaDescription {
  readonly name: string
  readonly directoryUrl: string
  readonly rootFile: string
  readonly crlUrl: string
}

/**
 * Runs a sandbox until the signal aborts, and says how to reach it. Throws a `TypeError` for options
 * that cannot be honoured, among them an address that is not a loopback address.
 */
export async function runSandboxCommand(options: SandboxCommandOptions): Promise<void> {
  const { dir, json = false, stdout, signal } = options
  if (signal.aborted) return
  const settings = sandboxOptions(options)
  const { host } = settings.ca ?? {}
  if (host !== undefined && options.beyondLoopback !== true) loopbackAddress(host)
  const folder = await openFolder(dir)
  try {
    const sandbox = await startSandbox(settings)
    try {
      const description = await writeFiles(sandbox, folder)
      stdout.write(json ? `${JSON.stringify(description)}\n` : asText(description))
      if (!signal.aborted) await once(signal, 'abort')
    } finally {
      await sandbox.close()
    }
  } finally {
    if (dir === undefined) await rm(folder, { recursive: true, force: true })
  }
}

async function openFolder(dir: string | undefined): Promise<string> {
  if (dir === undefined) return mkdtemp(join(tmpdir(), 'certwright-sandbox-'))
  await mkdir(dir, { recursive: true })
  return resolve(dir)
}

function sandboxOptions(options: SandboxCommandOptions): SandboxOptions {
  const { settings = {}, beyondLoopback = false } = options
  const { zones, dnsPort, httpPort, tlsPort, host, port, controlPort } = options
  const ca: SandboxCaOptions = {
    ...settings.ca,
    ...given({
      host,
      port,
      nonceRejectPercent: options.nonceReject,
      authorizationReusePercent: options.authzReuse,
      certificateLifetimeMs: options.validity,
    }),
    ...(beyondLoopback ? { [allowNonLoopback]: true } : {}),
  }
  const control = controlPort === undefined ? (settings.control ?? true) : { port: controlPort }
  return { ...settings, ...given({ zones, dnsPort, httpPort, tlsPort }), ca, control }
}

/** The entries that have a value. */
function given<T extends object>(entries: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}

async function writeFiles(sandbox: Sandbox, folder: string): Promise<SandboxDescription> {
  const { zones, tsig, resolver, httpPort, tlsPort, controlUrl } = sandbox
  const cas: CaDescription[] = []
  for (const [index, one] of Object.values(sandbox.cas).entries()) {
    cas.push(await writeRoot(one, join(folder, index === 0 ? 'root.pem' : `root-${one.name}.pem`)))
  }
  const [{ directoryUrl, rootFile }] = cas as [CaDescription, ...CaDescription[]]
  const description = {
    directoryUrl,
    rootFile,
    zones,
    tsig,
    resolver,
    httpPort,
    tlsPort,
    ...(controlUrl === undefined ? {} : { controlUrl }),
    cas,
  }
  // It holds the TSIG secret.
  await place(join(folder, 'sandbox.json'), `${JSON.stringify(description, null, 2)}\n`, 0o600)
  return description
}

async function writeRoot(one: SandboxCa, rootFile: string): Promise<CaDescription> {
  const { name, directoryUrl, rootPem, ca } = one
  await place(rootFile, rootPem, 0o644)
  return { name, directoryUrl, rootFile, crlUrl: ca.crlUrl }
}

/** Writes a file with exactly these permissions, whatever stood there and whatever the umask. */
async function place(path: string, text: string, mode: number): Promise<void> {
  await rm(path, { force: true })
  await writeFile(path, text, { mode, flag: 'wx' })
  await chmod(path, mode)
}

function asText(description: SandboxDescription): string {
  const { cas, zones, tsig, resolver, httpPort, tlsPort, controlUrl } = description
  const ofCa = (what: string, name: string): string =>
    cas.length === 1 ? what : `${what}, ${name}`
  const rows = [
    ...cas.flatMap(({ name, directoryUrl, rootFile }) => [
      [ofCa('directory', name), directoryUrl],
      [ofCa('root certificate', name), rootFile],
    ]),
    ['zones', zones.join(', ')],
    ['resolver', resolver],
    ['TSIG key', tsig.name],
    ['TSIG algorithm', tsig.algorithm],
    ['TSIG secret', tsig.secret],
    ['http-01 port', String(httpPort)],
    ['tls-alpn-01 port', String(tlsPort)],
    ...(controlUrl === undefined ? [] : [['control', `${controlUrl}/openapi.json`]]),
  ]
  const width = Math.max(...rows.map(([label = '']) => label.length)) + 2
  const lines = rows.map(([label = '', value = '']) => `${label.padEnd(width)}${value}`)
  return `${lines.join('\n')}\n\nNothing that this CA issues is trusted anywhere else. Press Ctrl-C to stop.\n`
}
