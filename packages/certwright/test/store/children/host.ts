import { setTimeout as sleep } from 'node:timers/promises'
import type { Host } from '../../../src/runtime/host.ts'

/** The machine's own, without loading the protocol. */
export const host: Pick<Host, 'now' | 'sleep' | 'random'> = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (ms) => sleep(ms),
}
