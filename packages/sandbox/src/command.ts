import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { loopbackAddress } from './loopback.ts'
import { startSandbox } from './sandbox.ts'
import type { Sandbox, SandboxOptions } from './sandbox.ts'

export interface SandboxCommandOptions {
  /** Gets `root.pem` and `sandbox.json`. Default a temporary folder that is removed at the end. */
  readonly dir?: string
  readonly zones?: readonly string[]
  /** A loopback address for the CA. Default `127.0.0.1`. */
  readonly host?: string
  /** Port of the CA; the default 0 takes a free one. So for the others. */
  readonly port?: number
  readonly dnsPort?: number
  readonly httpPort?: number
  readonly tlsPort?: number
  /** Percentage of good nonces that are refused. */
  readonly nonceReject?: number
  /** Percentage of valid authorizations that a new order takes over. */
  readonly authzReuse?: number
  /** Milliseconds that a certificate is valid for. */
  readonly validity?: number
  /** Prints one JSON document instead of text. */
  readonly json?: boolean
  readonly stdout: { write(text: string): unknown }
  /** Ends the command, which then resolves. */
  readonly signal: AbortSignal
}

/** What `sandbox.json` holds and `json` prints. */
export interface SandboxDescription {
  readonly directoryUrl: string
  /** Absolute path of the root certificate, PEM. */
  readonly rootFile: string
  readonly zones: readonly string[]
  readonly tsig: Sandbox['tsig']
  readonly resolver: string
  readonly httpPort: number
  readonly tlsPort: number
}

/**
 * Runs a sandbox until the signal aborts, and says how to reach it. Throws a `TypeError` for an
 * address that is not a loopback address.
 */
export async function runSandboxCommand(options: SandboxCommandOptions): Promise<void> {
  const { dir, json = false, stdout, signal } = options
  if (signal.aborted) return
  if (options.host !== undefined) loopbackAddress(options.host)
  const folder = await openFolder(dir)
  try {
    const sandbox = await startSandbox(sandboxOptions(options))
    try {
      const description = await writeFiles(sandbox, folder)
      stdout.write(json ? `${JSON.stringify(description, null, 2)}\n` : asText(description))
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
  const { zones, dnsPort, httpPort, tlsPort, host, port } = options
  return given({
    zones,
    dnsPort,
    httpPort,
    tlsPort,
    ca: given({
      host,
      port,
      nonceRejectPercent: options.nonceReject,
      authorizationReusePercent: options.authzReuse,
      certificateLifetimeMs: options.validity,
    }),
  })
}

/** The entries that have a value. */
function given<T extends object>(entries: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}

async function writeFiles(sandbox: Sandbox, folder: string): Promise<SandboxDescription> {
  const { directoryUrl, rootPem, zones, tsig, resolver, httpPort, tlsPort } = sandbox
  const rootFile = join(folder, 'root.pem')
  const description = { directoryUrl, rootFile, zones, tsig, resolver, httpPort, tlsPort }
  await place(rootFile, rootPem, 0o644)
  // It holds the TSIG secret.
  await place(join(folder, 'sandbox.json'), `${JSON.stringify(description, null, 2)}\n`, 0o600)
  return description
}

/** Writes a file with exactly these permissions, whatever stood there and whatever the umask. */
async function place(path: string, text: string, mode: number): Promise<void> {
  await rm(path, { force: true })
  await writeFile(path, text, { mode, flag: 'wx' })
  await chmod(path, mode)
}

function asText(description: SandboxDescription): string {
  const { directoryUrl, rootFile, zones, tsig, resolver, httpPort, tlsPort } = description
  const rows = [
    ['directory', directoryUrl],
    ['root certificate', rootFile],
    ['zones', zones.join(', ')],
    ['resolver', resolver],
    ['TSIG key', tsig.name],
    ['TSIG algorithm', tsig.algorithm],
    ['TSIG secret', tsig.secret],
    ['http-01 port', String(httpPort)],
    ['tls-alpn-01 port', String(tlsPort)],
  ]
  const lines = rows.map(([label = '', value = '']) => `${label.padEnd(18)}${value}`)
  return `${lines.join('\n')}\n\nNothing that this CA issues is trusted anywhere else. Press Ctrl-C to stop.\n`
}
