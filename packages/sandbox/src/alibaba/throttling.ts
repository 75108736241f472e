import type { Clock } from '../clock.ts'
import { refuse } from './errors.ts'

/** Refuses calls that come too fast, and those it was told to refuse. */
export interface Throttling {
  /** Refuses the next calls of an action. */
  throttle(action: string, calls: number): void
  /** Throws a `Throttling` refusal. */
  check(asked: {
    readonly accessKeyId: string
    readonly product: string
    readonly action: string
    readonly perSecond: number | undefined
  }): void
}

const second = 1000

export function createThrottling({
  clock,
  rateLimits,
}: {
  readonly clock: Clock
  readonly rateLimits: boolean
}): Throttling {
  const left = new Map<string, number>()
  const recent = new Map<string, readonly number[]>()
  return {
    throttle: (action, calls) => void left.set(action, calls),
    check({ accessKeyId, product, action, perSecond }) {
      const toRefuse = left.get(action) ?? 0
      if (toRefuse > 0) {
        left.set(action, toRefuse - 1)
        throw refuse('Throttling.User')
      }
      if (!rateLimits || perSecond === undefined) return
      const key = `${accessKeyId} ${product} ${action}`
      const now = clock.now()
      const inWindow = (recent.get(key) ?? []).filter((at) => at > now - second)
      if (inWindow.length >= perSecond) throw refuse('Throttling.User')
      recent.set(key, [...inWindow, now])
    },
  }
}
