import type * as fc from 'fast-check'

/** One parser under fuzz. */
export interface FuzzTarget {
  readonly name: string
  /** What share of the inputs it gets, against the others'. */
  readonly weight: number
  readonly inputs: fc.Arbitrary<Uint8Array>
  /** Reads one input. What it may throw, `refusal` says; anything else is a crash. */
  readonly read: (input: Uint8Array) => unknown
  /** Whether this is how the parser says that it will not have the input. */
  readonly refusal: (error: unknown) => boolean
}
