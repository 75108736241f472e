import { spawn } from 'node:child_process'
import { X509Certificate, createPrivateKey } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { startSandbox, systemClock, type CaKnobs, type Sandbox } from '@certwright/sandbox'
import { afterAll, expect } from 'vitest'
import { runCertwright } from '../../src/cli/main.ts'
import { recorder } from '../cli/terminal.ts'
import { hurried } from '../cli/sandbox-world.ts'
import { lentFiles } from '../store/lent-files.ts'
import type { Fate } from './mortal.ts'

const mortal = fileURLToPath(new URL('mortal.ts', import.meta.url))

const folder = mkdtempSync(join(tmpdir(), 'certwright-crash-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A command line that lived in a process of its own. */
export interface Life {
  readonly signal: NodeJS.Signals | null
  readonly output: string
  readonly fate: Fate
}

/** A CA that answers at once and reuses nothing, so that every run takes the same steps; a state of its own. */
export class MortalWorld {
  aheadMs = 0
  readonly home = mkdtempSync(join(folder, 'world-'))
  readonly out = join(this.home, 'out')
  sandbox: Sandbox | undefined

  async open(knobs: CaKnobs = {}): Promise<this> {
    this.sandbox = await startSandbox({
      zones: ['example.test'],
      clock: { ...systemClock, now: () => systemClock.now() + this.aheadMs },
      ca: {
        nonceRejectPercent: 0,
        authorizationReusePercent: 0,
        validationDelayMs: { min: 0, max: 0 },
        issuanceDelayMs: { min: 0, max: 0 },
        retryAfterForm: 'absent',
        ...knobs,
      },
    })
    writeFileSync(join(this.home, 'root.pem'), this.sandbox.rootPem)
    return this
  }

  get running(): Sandbox {
    if (!this.sandbox) throw new TypeError('not open')
    return this.sandbox
  }

  /** Runs a command line in a process of its own that dies at the given point. */
  async mortal(deathAt: number, argv: readonly string[]): Promise<Life> {
    const args = [
      '--no-warnings',
      '--max-semi-space-size=32',
      mortal,
      String(deathAt),
      String(this.aheadMs),
      ...argv,
    ]
    const child = spawn(process.execPath, [...args, '--state', join(this.home, 'state')], {
      cwd: this.home,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') },
    })
    let output = ''
    child.stdout.on('data', (chunk) => (output += String(chunk)))
    child.stderr.on('data', (chunk) => (output += String(chunk)))
    const signal = await new Promise<NodeJS.Signals | null>((resolve) =>
      child.once('close', (_code, end) => resolve(end)),
    )
    const line = output.split('\n').findLast((text) => text.startsWith('{"points"'))
    return { signal, output, fate: JSON.parse(line ?? 'null') as Fate }
  }

  /** Runs a command line to its end, in this process: it has nothing to lose. Resolves with its standard output. */
  async run(argv: readonly string[]): Promise<string> {
    const [stdout, stderr] = [recorder(), recorder()]
    const code = await runCertwright([...argv, '--state', join(this.home, 'state')], {
      host: { ...hurried, now: () => systemClock.now() + this.aheadMs },
      env: {},
      stdin: new PassThrough(),
      stdout,
      stderr,
      cwd: this.home,
      home: this.home,
      isRoot: false,
      fs: lentFiles({}),
    })
    expect(code, stdout.text() + stderr.text()).toBe(0)
    return stdout.text()
  }

  get issue(): readonly string[] {
    const { directoryUrl, tsig, resolver } = this.running
    const dns = [`server=${resolver}`, `key-name=${tsig.name}`, `key-secret=${tsig.secret}`]
    return [
      ...['issue', 'example.test', '--agree-tos', '--out', this.out],
      ...['--issuer', directoryUrl, '--ca-file', 'root.pem'],
      ...['--dns', 'rfc2136', '--resolver', resolver],
      ...dns.flatMap((option) => ['--dns-option', option]),
    ]
  }

  /** What a server would read now; `undefined` where nothing is there. Throws where the pair is not a pair. */
  pair(): X509Certificate | undefined {
    const current = join(this.out, 'current')
    if (!existsSync(current)) return undefined
    const version = realpathSync(current)
    const leaf = new X509Certificate(readFileSync(join(version, 'fullchain.pem')))
    expect(leaf.checkPrivateKey(createPrivateKey(readFileSync(join(version, 'privkey.pem'))))).toBe(
      true,
    )
    expect(leaf.validToDate.getTime()).toBeGreaterThan(systemClock.now() + this.aheadMs)
    return leaf
  }

  /** What the CA has made. An account whose key was lost would be there beside its successor. */
  made(): { accounts: number; orders: number } {
    const { ca } = this.running
    const made = ca.requests.filter(({ status }) => status === 201)
    const accounts = made.filter(({ endpoint }) => endpoint === 'newAccount').length
    return { accounts, orders: ca.orders().length }
  }

  leftInDns(): number {
    return this.running.dns.records('_acme-challenge.example.test', 'TXT').length
  }

  async close(): Promise<void> {
    await this.sandbox?.close()
    rmSync(this.home, { recursive: true, force: true })
  }
}

/** Does `trial` for every point of a command line's life, a few at a time: each waits now and then. */
export async function atEvery(
  points: number,
  trial: (point: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < points) await trial((next += 1))
  }
  await Promise.all(Array.from({ length: 4 }, worker))
}

/** Does `task` in a world of its own. */
export async function inWorld<T>(
  task: (world: MortalWorld) => Promise<T>,
  knobs: CaKnobs = {},
): Promise<T> {
  const world = await new MortalWorld().open(knobs)
  try {
    return await task(world)
  } finally {
    await world.close()
  }
}

/** At how many points a command line can die that lives on. */
export async function pointsOf(
  argv: (world: MortalWorld) => Promise<readonly string[]>,
  knobs: CaKnobs = {},
): Promise<number> {
  return inWorld(async (world) => {
    const { fate, output, signal } = await world.mortal(0, await argv(world))
    expect([signal, fate], output).toEqual([null, expect.anything()])
    return fate.points
  }, knobs)
}
