import { readFileSync } from 'node:fs'

/** What `run.ts` tells a contestant: where the CA is, and how many certificates to get after one warm-up. */
export interface Task {
  readonly directoryUrl: string
  readonly caFile: string
  readonly count: number
}

/** What a contestant used for `count` certificates, its start and its warm-up left out. */
export interface Used {
  readonly cpuMs: number
  readonly wallMs: number
  readonly rssMb: number
}

/** Gets one certificate to warm up, says so, gets `count` more, and prints what they used. */
export async function compete(
  prepare: (task: Task) => Promise<(name: string) => Promise<void>>,
): Promise<void> {
  const task = JSON.parse(readFileSync(0, 'utf8')) as Task
  const obtain = await prepare(task)
  await obtain('warm-up.test')
  process.stdout.write('warm\n')
  const [cpu, wall] = [process.cpuUsage(), performance.now()]
  for (let i = 0; i < task.count; i += 1) await obtain(`n${i}.test`)
  const { user, system } = process.cpuUsage(cpu)
  const used: Used = {
    cpuMs: (user + system) / 1000,
    wallMs: performance.now() - wall,
    rssMb: process.resourceUsage().maxRSS / 1024,
  }
  process.stdout.write(`${JSON.stringify(used)}\n`)
}
