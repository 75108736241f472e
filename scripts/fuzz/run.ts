import { Worker } from 'node:worker_threads'
import type { FuzzTarget } from './target.ts'
import type { TargetReport, WorkerJob, WorkerReport } from './worker.ts'

export interface FuzzOptions {
  /** For all targets together. */
  readonly inputs: number
  /** Repeats a run; by default another one each time. */
  readonly seed?: number
  /** Of the target's name. */
  readonly only?: string
  /** How long one input may take before it counts as a hang. Default 20 seconds. */
  readonly hangMs?: number
  /** How long one input may take, time and again, before it counts as slow. Default 500 milliseconds. */
  readonly slowMs?: number
  /** Where `targets` are exported from; by default those of this project. */
  readonly module?: URL
}

export interface FuzzReport {
  readonly seed: number
  readonly targets: readonly TargetReport[]
  /** Bytes in use after a collection: once everything was warm, and at the end. */
  readonly heapBefore: number
  readonly heapAfter: number
  /** What went wrong, each with what is needed to repeat it. */
  readonly failures: readonly string[]
}

/** What parsers may keep: caches, compiled code. A leak of twenty octets an input is more in the nightly form. */
const growthAllowed = 16 * 1_048_576

/** Fuzzes every target in a thread of its own, which is ended where an input never comes back. */
export async function fuzz({
  inputs,
  seed = Math.trunc(Math.random() * 0x7fff_ffff),
  only = '',
  hangMs = 20_000,
  slowMs = 500,
  module = new URL('targets.ts', import.meta.url),
}: FuzzOptions): Promise<FuzzReport> {
  // What is being read, and how many inputs have been.
  const progress = new Int32Array(new SharedArrayBuffer(8))
  const job: WorkerJob = { inputs, seed, only, slowMs, progress, module: module.href }
  const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: job })
  const ended = new Promise<WorkerReport>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`the thread ended by itself with ${code}`)))
  })
  const watch = watchdog(progress, hangMs)
  try {
    const report = await Promise.race([ended, watch.hung])
    if (report !== undefined) return { seed, ...report, failures: failuresIn(report) }
    const { targets } = (await import(module.href)) as { readonly targets: readonly FuzzTarget[] }
    const name = targets.filter(({ name }) => name.includes(only))[progress[0] ?? 0]?.name ?? ''
    const failures = [`${name}: no end (seed ${seed}, input ${progress[1]} of all)`]
    return { seed, targets: [], heapBefore: 0, heapAfter: 0, failures }
  } finally {
    watch.stop()
    worker.removeAllListeners('exit')
    await worker.terminate()
  }
}

function failuresIn({ failures, heapBefore, heapAfter }: WorkerReport): readonly string[] {
  const growth = heapAfter - heapBefore
  if (growth <= growthAllowed) return failures
  return [...failures, `the heap has grown by ${(growth / 1_048_576).toFixed(1)} MiB`]
}

function watchdog(
  progress: Int32Array,
  hangMs: number,
): { readonly hung: Promise<undefined>; readonly stop: () => void } {
  let seen = -1
  let stop = (): void => undefined
  const hung = new Promise<undefined>((resolve) => {
    const timer = setInterval(() => {
      const now = Atomics.load(progress, 1)
      if (now === seen && now > 0) resolve(undefined)
      seen = now
    }, hangMs)
    stop = () => clearInterval(timer)
  })
  return { hung, stop }
}
