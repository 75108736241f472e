import { readFileSync } from 'node:fs'

/** What a contestant is told: where the CA is, and what to get after one certificate to warm up. */
export interface Task {
  readonly directoryUrl: string
  readonly caFile: string
  readonly count: number
  /** Certificates that are under way at once. */
  readonly concurrency: number
  /** Names in each certificate. */
  readonly names: number
}

/** What a contestant used. Loading its modules is left out. */
export interface Used {
  /** From nothing to the first certificate, its account's making included. */
  readonly coldMs: number
  /** For all `count` certificates after that. */
  readonly wallMs: number
  readonly cpuMs: number
  readonly rssMb: number
}

export type Obtain = (names: readonly string[]) => Promise<void>

/** Gets one certificate to warm up, says so, gets `count` more, and prints what they used. */
export async function compete(prepare: (task: Task) => Promise<Obtain>): Promise<void> {
  const task = JSON.parse(readFileSync(0, 'utf8')) as Task
  const began = performance.now()
  const namesOf = (certificate: string): readonly string[] =>
    Array.from({ length: task.names }, (_, i) => `n${i}.${certificate}.test`)
  const obtain = await prepare(task)
  await obtain(namesOf('warm-up'))
  const coldMs = performance.now() - began
  process.stdout.write('warm\n')
  const [cpu, wall] = [process.cpuUsage(), performance.now()]
  let next = 0
  const work = async (): Promise<void> => {
    while (next < task.count) {
      next += 1
      await obtain(namesOf(`c${next}`))
    }
  }
  await Promise.all(Array.from({ length: task.concurrency }, work))
  const { user, system } = process.cpuUsage(cpu)
  const used: Used = {
    coldMs,
    wallMs: performance.now() - wall,
    cpuMs: (user + system) / 1000,
    rssMb: process.resourceUsage().maxRSS / 1024,
  }
  process.stdout.write(`${JSON.stringify(used)}\n`)
}
