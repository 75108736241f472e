import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parentPort, workerData } from 'node:worker_threads'
import * as fc from 'fast-check'
import type { FuzzTarget } from './target.ts'

export interface WorkerJob {
  readonly inputs: number
  readonly seed: number
  readonly only: string
  readonly slowMs: number
  /** URL of the module that exports `targets`. */
  readonly module: string
  /** The number of the target, and of the inputs that it and those before it have read. */
  readonly progress: Int32Array
}

export interface TargetReport {
  readonly name: string
  readonly inputs: number
  readonly refused: number
  readonly slowestMs: number
  /** In hex, its beginning. */
  readonly slowest: string
}

export interface WorkerReport {
  readonly targets: readonly TargetReport[]
  readonly heapBefore: number
  readonly heapAfter: number
  readonly failures: readonly string[]
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function heapInUse(): number {
  collect()
  collect()
  return process.memoryUsage().heapUsed
}

const { inputs, seed, only, slowMs, module, progress } = workerData as WorkerJob
const { targets: all } = (await import(module)) as { readonly targets: readonly FuzzTarget[] }
const targets = all.filter(({ name }) => name.includes(only))
const weights = targets.reduce((sum, { weight }) => sum + weight, 0)
const failures: string[] = []

/** Reads one target's share; what it finds goes to `failures`. */
async function run(target: FuzzTarget, numRuns: number): Promise<TargetReport> {
  let refused = 0
  let slowestMs = 0
  let slowest: Uint8Array = new Uint8Array()
  const once = async (input: Uint8Array): Promise<number> => {
    const started = performance.now()
    try {
      await target.read(input)
    } catch (error) {
      if (!target.refusal(error)) throw error
      refused += 1
    }
    return performance.now() - started
  }
  const property = fc.asyncProperty(target.inputs, async (input) => {
    Atomics.add(progress, 1, 1)
    let ms = await once(input)
    // Others may have had the processor meanwhile: slow is what stays slow.
    for (let again = 0; again < 3 && ms > slowMs; again += 1) {
      ms = Math.min(ms, await once(input))
    }
    if (ms > slowestMs) [slowestMs, slowest] = [ms, input]
    if (ms > slowMs) throw new Error(`took ${Math.round(ms)} ms`)
  })
  const details = await fc.check(property, { numRuns, seed })
  if (details.failed) {
    const [input = new Uint8Array()] = details.counterexample ?? []
    const { message, stack } =
      details.errorInstance instanceof Error ? details.errorInstance : new Error('?')
    const at =
      stack
        ?.split('\n')
        .find((line) => line.includes('/packages/'))
        ?.trim() ?? ''
    const hex = Buffer.from(input).toString('hex')
    failures.push(`${target.name}: ${message} ${at} (seed ${seed})\n  input: ${hex}`)
  }
  const beginning = Buffer.from(slowest.subarray(0, 64)).toString('hex')
  return { name: target.name, inputs: numRuns, refused, slowestMs, slowest: beginning }
}

async function runAll(mostInputs: number): Promise<TargetReport[]> {
  const reports: TargetReport[] = []
  for (const [number, target] of targets.entries()) {
    Atomics.store(progress, 0, number)
    reports.push(await run(target, Math.min(share(target), mostInputs)))
  }
  return reports
}

const share = ({ weight }: FuzzTarget): number => Math.ceil((inputs * weight) / weights)
// Everything is compiled and cached before memory is looked at.
await runAll(200)
failures.length = 0
const heapBefore = heapInUse()
const reports = await runAll(Number.POSITIVE_INFINITY)
const heapAfter = heapInUse()
const report: WorkerReport = { targets: reports, heapBefore, heapAfter, failures }
parentPort?.postMessage(report, [])
