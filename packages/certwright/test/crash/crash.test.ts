import { spawn } from 'node:child_process'
import { X509Certificate, createPrivateKey } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startSandbox, systemClock, type Sandbox } from '@certwright/sandbox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Fate } from './mortal.ts'

const mortal = fileURLToPath(new URL('mortal.ts', import.meta.url))
const dayMs = 86_400_000

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'certwright-crash-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Life {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly output: string
  readonly fate: Fate
}

/** A CA that answers at once and reuses nothing, so that every run takes the same steps; a state of its own. */
class World {
  aheadMs = 0
  readonly home = mkdtempSync(join(folder, 'world-'))
  readonly out = join(this.home, 'out')
  sandbox: Sandbox | undefined

  async open(): Promise<this> {
    this.sandbox = await startSandbox({
      zones: ['example.test'],
      clock: { ...systemClock, now: () => systemClock.now() + this.aheadMs },
      ca: {
        nonceRejectPercent: 0,
        authorizationReusePercent: 0,
        validationDelayMs: { min: 0, max: 0 },
        issuanceDelayMs: { min: 0, max: 0 },
        retryAfterForm: 'absent',
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
  async run(deathAt: number, ...argv: string[]): Promise<Life> {
    const args = [mortal, String(deathAt), String(this.aheadMs), ...argv]
    const child = spawn(
      process.execPath,
      ['--no-warnings', ...args, '--state', join(this.home, 'state')],
      {
        cwd: this.home,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') },
      },
    )
    let output = ''
    child.stdout.on('data', (chunk) => (output += String(chunk)))
    child.stderr.on('data', (chunk) => (output += String(chunk)))
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
      child.once('close', (...end) => resolve(end)),
    )
    const line = output.split('\n').findLast((text) => text.startsWith('{"points"'))
    return { code, signal, output, fate: JSON.parse(line ?? 'null') as Fate }
  }

  issue(deathAt: number): Promise<Life> {
    const { directoryUrl, tsig, resolver } = this.running
    const dns = [`server=${resolver}`, `key-name=${tsig.name}`, `key-secret=${tsig.secret}`]
    return this.run(
      deathAt,
      ...[
        'issue',
        'example.test',
        '--issuer',
        directoryUrl,
        '--ca-file',
        'root.pem',
        '--agree-tos',
      ],
      ...['--dns', 'rfc2136', '--resolver', resolver, '--out', this.out],
      ...dns.flatMap((option) => ['--dns-option', option]),
    )
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

  /** What the CA has seen: accounts by their keys, and orders. */
  census(): { accounts: number; orders: number } {
    const orders = this.running.ca.orders()
    return {
      accounts: new Set(orders.map(({ accountUrl }) => accountUrl)).size,
      orders: orders.length,
    }
  }

  leftInDns(): number {
    return this.running.dns.records('_acme-challenge.example.test', 'TXT').length
  }

  async close(): Promise<void> {
    await this.sandbox?.close()
    rmSync(this.home, { recursive: true, force: true })
  }
}

/** Does `trial` for every point, two at a time. */
async function atEvery(points: number, trial: (point: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < points) await trial((next += 1))
  }
  await Promise.all([worker(), worker()])
}

async function inWorld<T>(task: (world: World) => Promise<T>): Promise<T> {
  const world = await new World().open()
  try {
    return await task(world)
  } finally {
    await world.close()
  }
}

function died(life: Life): void {
  expect(life.signal, life.output).toBe('SIGKILL')
}

function succeeded(life: Life): void {
  expect(life.code, life.output).toBe(0)
}

describe('a run that is killed before any write, or before or after any exchange with the CA', () => {
  it('is resumed, when it was the first issue', { timeout: 600_000 }, async () => {
    const points = await inWorld(async (world) => {
      const life = await world.issue(0)
      succeeded(life)
      return life.fate.points
    })
    expect(points).toBeGreaterThan(50)
    await atEvery(points, (point) =>
      inWorld(async (world) => {
        const killed = await world.issue(point)
        died(killed)
        world.pair()
        succeeded(await world.issue(0))
        const at = `killed ${killed.fate.last}`
        expect(world.pair(), at).toBeDefined()
        expect(world.census(), at).toEqual({ accounts: 1, orders: killed.fate.orderLost ? 2 : 1 })
        expect(world.leftInDns(), at).toBe(0)
      }),
    )
  })

  it(
    'is resumed, when it was a renewal; the old pair or the new one always stands',
    { timeout: 600_000 },
    async () => {
      const due = async (world: World): Promise<void> => {
        succeeded(await world.issue(0))
        world.aheadMs = 65 * dayMs
      }
      const points = await inWorld(async (world) => {
        await due(world)
        const life = await world.run(0, 'renew')
        succeeded(life)
        return life.fate.points
      })
      expect(points).toBeGreaterThan(40)
      await atEvery(points, (point) =>
        inWorld(async (world) => {
          await due(world)
          const first = world.pair()?.serialNumber
          const killed = await world.run(point, 'renew')
          died(killed)
          const at = `killed ${killed.fate.last}`
          expect(world.pair(), at).toBeDefined()
          succeeded(await world.run(0, 'renew'))
          expect(world.pair()?.serialNumber, at).not.toBe(first)
          expect(world.census(), at).toEqual({ accounts: 1, orders: killed.fate.orderLost ? 3 : 2 })
          expect(world.leftInDns(), at).toBe(0)
        }),
      )
    },
  )
})
