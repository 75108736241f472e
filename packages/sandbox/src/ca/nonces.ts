import type { Clock } from '../clock.ts'
import { happens, randomText } from './chance.ts'

export interface Nonces {
  /** A fresh value for `Replay-Nonce`. */
  mint(): string
  /**
   * A fresh value that will not be refused by chance. RFC 8555 §6.5: with `badNonce` comes "a fresh
   * nonce that the server will accept in a retry of the original query".
   */
  mintPromised(): string
  /** Takes the nonce out of circulation and says whether it was good. */
  spend(nonce: string): boolean
}

interface NoncesOptions {
  readonly clock: Clock
  /** Asked each time, since knobs can change. */
  readonly knobs: () => {
    readonly nonceTtlMs: number
    /** Share of good nonces that are refused all the same. */
    readonly nonceRejectPercent: number
  }
}

interface Minted {
  readonly until: number
  readonly promised: boolean
}

/** RFC 8555 §6.5: each nonce is accepted once, until it is too old. */
export function createNonces({ clock, knobs }: NoncesOptions): Nonces {
  /** Oldest first, since a Map keeps the order of insertion. */
  const minted = new Map<string, Minted>()

  const mint = (promised: boolean): string => {
    for (const [nonce, { until }] of minted) {
      if (until > clock.now()) break
      minted.delete(nonce)
    }
    const nonce = randomText(clock, 16)
    minted.set(nonce, { until: clock.now() + knobs().nonceTtlMs, promised })
    return nonce
  }

  return {
    mint: () => mint(false),
    mintPromised: () => mint(true),
    spend(nonce) {
      const found = minted.get(nonce)
      if (found === undefined) return false
      minted.delete(nonce)
      if (found.until <= clock.now()) return false
      return found.promised || !happens(clock, knobs().nonceRejectPercent)
    },
  }
}
