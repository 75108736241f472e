/** A mutant that no test kills, and why that is as it should be. */
export interface Survivor {
  /** In `packages/acme/src`. */
  readonly file: string
  /** The code that was changed, as it stands in the file; its first line. */
  readonly code: string
  /** What it was changed to, where other changes of the same code are killed. */
  readonly to?: string
  readonly why: string
}

/** Read one by one. What is not here is to be killed by a test. */
export const survivors: readonly Survivor[] = []
