import type { Host } from '@certwright/acme'

/** A clock that jumps over every wait, and no chance at all. */
export interface FakeHost extends Host {
  /** Every wait that was asked for, in milliseconds. */
  readonly waits: number[]
  /** Lets time pass. */
  pass(ms: number): void
}

export function fakeHost(start = Date.UTC(2026, 0, 1)): FakeHost {
  let now = start
  const waits: number[] = []
  return {
    waits,
    now: () => now,
    random: () => 0.5,
    pass(ms) {
      now += ms
    },
    async sleep(ms, signal) {
      signal?.throwIfAborted()
      waits.push(ms)
      now += ms
      // Others shall have their turn, as in a real wait.
      await new Promise((resolve) => setImmediate(resolve))
      signal?.throwIfAborted()
    },
  }
}
