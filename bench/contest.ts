import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startPebble, type Pebble } from '../peers/pebble.ts'
import { find } from '../peers/process.ts'
import type { Task, Used } from './contestant.ts'
import { delayProxy } from './delay-proxy.ts'

/** Programs that stay warm; what follows the name is told to them. */
export const libraries = ['floor', 'ours node', 'ours fetch', 'acme-client'] as const
/** Programs that end with each certificate. */
export const commands = ['lego', 'certbot'] as const

export type Contestant = (typeof libraries)[number] | (typeof commands)[number]

/** One situation in which all are measured. */
export interface Cell {
  readonly rttMs: number
  readonly names: number
  readonly concurrency: number
  /** Certificates after the first one. */
  readonly count: number
  /** The longest that the CA takes to look at an answer, in seconds; it draws each time. */
  readonly validationS: number
}

/** What one run measured. For commands all is of one certificate of a new account, their start included. */
export interface Run {
  readonly coldMs: number
  readonly certificatesPerSecond: number
  readonly cpuMs: number
  /** At its peak; `null` of commands. */
  readonly rssMb: number | null
  /** For each certificate. */
  readonly requests: number
  /** In all. */
  readonly connections: number
}

/** A Pebble that is replaced when it hangs, as it does now and then where an order is read while it is completed. */
export interface Arena {
  run(contestant: Contestant, cell: Cell): Promise<Run>
  /** How often Pebble was replaced. */
  readonly restarts: () => number
}

const longestMs = 120_000

/** The arena, without a CA yet. */
export function arena(): Arena {
  const pebbles = new Map<number, Pebble>()
  let restarts = 0
  const pebbleFor = async (validationS: number): Promise<Pebble> => {
    const kept = pebbles.get(validationS)
    if (kept !== undefined) return kept
    const sleep: Record<string, string> =
      validationS > 0
        ? { PEBBLE_VA_NOSLEEP: '0', PEBBLE_VA_SLEEPTIME: String(validationS) }
        : { PEBBLE_VA_NOSLEEP: '1' }
    const env = { PEBBLE_VA_ALWAYS_VALID: '1', ...sleep }
    const pebble = await startPebble({ env, retryAfter: 0 })
    pebbles.set(validationS, pebble)
    return pebble
  }
  const run: Arena['run'] = async (contestant, cell) => {
    for (let attempt = 1; ; attempt += 1) {
      const pebble = await pebbleFor(cell.validationS)
      try {
        return await contest(contestant, cell, pebble)
      } catch (error) {
        if (attempt === 3) throw error
        restarts += 1
        pebbles.delete(cell.validationS)
        await pebble.stop()
      }
    }
  }
  return { run, restarts: () => restarts }
}

async function contest(contestant: Contestant, cell: Cell, pebble: Pebble): Promise<Run> {
  const url = new URL(pebble.directoryUrl)
  const proxy = await delayProxy(Number(url.port), cell.rttMs)
  url.port = String(proxy.port)
  const at = { directoryUrl: url.href, caFile: pebble.caFile }
  try {
    const before = pebble.requests()
    if (contestant === 'lego' || contestant === 'certbot') {
      const ran = await command(contestant, cell, { ...at, httpPort: pebble.httpPort })
      return { ...ran, requests: pebble.requests() - before, connections: proxy.connections() }
    }
    const { used, warmRequests } = await library(contestant, { ...at, ...cell }, pebble)
    return {
      coldMs: used.coldMs,
      certificatesPerSecond: (1000 * cell.count) / used.wallMs,
      cpuMs: used.cpuMs / cell.count,
      rssMb: used.rssMb,
      requests: (pebble.requests() - warmRequests) / cell.count,
      connections: proxy.connections(),
    }
  } finally {
    proxy.close()
  }
}

async function library(
  contestant: string,
  task: Task,
  pebble: Pebble,
): Promise<{ used: Used; warmRequests: number }> {
  const [file = '', ...args] = contestant.split(' ')
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL(`${file}.ts`, import.meta.url)), ...args],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: longestMs,
      env: { ...process.env, NODE_EXTRA_CA_CERTS: task.caFile },
    },
  )
  child.stdin.end(JSON.stringify(task))
  let [output, said, warmRequests] = ['', '', 0]
  child.stderr.on('data', (chunk) => (said += String(chunk)))
  child.stdout.on('data', (chunk) => {
    output += String(chunk)
    if (warmRequests === 0) warmRequests = pebble.requests()
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`${contestant} failed: ${output}${said}`)
  return { used: JSON.parse(output.split('\n')[1] ?? '') as Used, warmRequests }
}

interface Place {
  readonly directoryUrl: string
  readonly caFile: string
  readonly httpPort: number
}

/** One certificate of a command, by the time that the shell takes of it. */
async function command(
  program: 'lego' | 'certbot',
  { names }: Cell,
  { directoryUrl, caFile, httpPort }: Place,
): Promise<Omit<Run, 'requests' | 'connections'>> {
  const folder = mkdtempSync(join(tmpdir(), 'certwright-bench-'))
  const domains = Array.from({ length: names }, (_, i) => [
    program === 'lego' ? '--domains' : '-d',
    `n${i}.command.test`,
  ]).flat()
  const args =
    program === 'lego'
      ? [
          ...['--server', directoryUrl, '--accept-tos', '--email', 'bench@example.test'],
          ...[
            '--path',
            folder,
            '--http',
            '--http.port',
            `127.0.0.1:${httpPort}`,
            ...domains,
            'run',
          ],
        ]
      : [
          ...['certonly', '--standalone', '--non-interactive', '--agree-tos', '--server'],
          ...[directoryUrl, '--register-unsafely-without-email', '--http-01-port', `${httpPort}`],
          ...['--config-dir', folder, '--work-dir', folder, '--logs-dir', folder, ...domains],
        ]
  const path = find(program)
  if (path === undefined) throw new Error(`${program} is missing: run scripts/peers`)
  const timed = `TIMEFORMAT='%R %U %S'; time "$@" >"$0/out" 2>&1`
  const child = spawn('bash', ['-c', timed, folder, path, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: longestMs,
    env: {
      ...process.env,
      LC_ALL: 'C',
      LEGO_CA_CERTIFICATES: caFile,
      REQUESTS_CA_BUNDLE: caFile,
    },
  })
  let said = ''
  child.stderr.on('data', (chunk) => (said += String(chunk)))
  const code = await new Promise((resolve) => child.once('close', resolve))
  rmSync(folder, { recursive: true })
  if (code !== 0) throw new Error(`${program} failed: ${said}`)
  const [wall = 0, user = 0, system = 0] = said.trim().split(' ').map(Number)
  return {
    coldMs: wall * 1000,
    certificatesPerSecond: 1 / wall,
    cpuMs: (user + system) * 1000,
    rssMb: null,
  }
}
