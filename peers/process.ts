import { spawn, type ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { accessSync, constants, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
const programFolders = [
  join(root, '.peers', 'bin'),
  ...(process.env['PATH'] ?? '').split(delimiter),
  '/usr/sbin',
  '/usr/lib/openssh',
  '/usr/lib/postfix/sbin',
  ...postgresFolders(),
]

/** Debian keeps the programs of each version of PostgreSQL by themselves. */
function postgresFolders(): readonly string[] {
  const versions = '/usr/lib/postgresql'
  if (!existsSync(versions)) return []
  return readdirSync(versions).map((version) => join(versions, version, 'bin'))
}

/** The path of a program, where it is installed. */
export function find(program: string): string | undefined {
  return programFolders
    .map((folder) => join(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

/** The path of an installed peer. */
export function peer(program: string): string {
  const path = find(program)
  if (path === undefined) throw new Error(`${program} is missing: run scripts/peers`)
  return path
}

/**
 * A TCP and UDP port that was free a moment ago. None of those from which systems connect to others: such a port could be
 * taken before the peer listens.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000)
    const server = createServer().listen(port)
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('listening', () => server.close(() => resolve(true)))
      server.once('error', () => resolve(false))
    })
    if (isFree) return port
  }
}

const running: ChildProcess[] = []
const temporaryFolders: string[] = []

/** A folder that lives until `removeFolders`. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'certwright-peer-'))
  temporaryFolders.push(folder)
  return folder
}

export interface RunningPeer {
  readonly output: () => string
  stop(): Promise<void>
}

/** Starts a peer and waits until it takes connections at `port`. It lives until `endPeers`. */
export async function start(
  program: string,
  args: readonly string[],
  { port, env = {}, cwd }: { port: number; env?: Record<string, string>; cwd?: string },
): Promise<RunningPeer> {
  const child = spawn(peer(program), args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd !== undefined && { cwd }),
  })
  running.push(child)
  let output = ''
  child.stdout.on('data', (chunk) => (output += String(chunk)))
  child.stderr.on('data', (chunk) => (output += String(chunk)))
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`${program} ended at once:\n${output}`)
  }
  return {
    output: () => output,
    stop: async () => {
      child.kill()
      await ended
    },
  }
}

/** Whether something takes connections at this port; a refusal takes a moment to come, so that loops do not spin. */
async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => setTimeout(() => resolve(false), 20))
  })
}

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end. */
export async function run(
  program: string,
  args: readonly string[],
  {
    env = {},
    input = '',
    cwd,
  }: { env?: Record<string, string>; input?: string; cwd?: string } = {},
): Promise<Ran> {
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    ...(cwd !== undefined && { cwd }),
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => (stdout += String(chunk)))
  child.stderr.on('data', (chunk) => (stderr += String(chunk)))
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
}

/** Ends every peer that `start` started. */
export function endPeers(): void {
  for (const child of running.splice(0)) child.kill()
}

/** Removes every folder that `temporaryFolder` made. */
export function removeFolders(): void {
  for (const folder of temporaryFolders.splice(0)) rmSync(folder, { recursive: true, force: true })
}
