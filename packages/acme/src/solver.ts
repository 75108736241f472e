import type { Identifier } from './identifier.ts'
import type { JsonObject } from './reply.ts'

/** One challenge to be fulfilled (RFC 8555 §8). Plain JSON, so that a journal can keep it. */
export interface ChallengeWork {
  /** `http-01`, `dns-01`, `tls-alpn-01`. */
  readonly type: string
  /** As in the authorization: without `*.` even where the order names a wildcard. */
  readonly identifier: Identifier
  readonly wildcard: boolean
  /** Empty for a solver without tokens, and the key authorization too. */
  readonly token: string
  /** `token.thumbprint` (RFC 8555 §8.1). */
  readonly keyAuthorization: string
  /** The challenge's URL. */
  readonly url: string
  /** The account's URL, which some types of challenges need. `obtain` always gives it. */
  readonly accountUrl?: string
  /** The challenge as the CA sent it, where it has no token: other members say what is wanted. */
  readonly raw?: JsonObject
}

/** What `cleanUp` needs, in plain JSON, so that another process can clean up after this one has died. */
export type ChallengeReceipt = Readonly<Record<string, string>>

/** Fulfils one type of challenge. One solver is called concurrently for all challenges of an order. */
export interface Solver {
  readonly type: string
  /** What it presents dies with its process, so that nothing is left to clean up after a crash. */
  readonly ephemeral?: true
  /** Its challenges have no token, as those of dns-persist-01 have none. */
  readonly tokenless?: true
  /** Whether it can fulfil this work; `true` where absent. */
  accepts?(identifier: Identifier, wildcard: boolean): boolean
  /** Publishes the answer and returns at once; waiting is `settle`'s. Doing it twice is the same as once. */
  present(work: ChallengeWork, signal?: AbortSignal): Promise<ChallengeReceipt>
  /** Resolves when the CA can see every answer of `works`. Rejects when that will not happen in time. */
  settle?(works: readonly ChallengeWork[], signal?: AbortSignal): Promise<void>
  /** Withdraws exactly what the receipt names. Gone already is success. */
  cleanUp(receipt: ChallengeReceipt, signal?: AbortSignal): Promise<void>
}
