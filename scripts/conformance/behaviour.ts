/** One thing that a client must do, in one line of our own, and the tests that show that ours does. */
export interface Behaviour {
  /** As in the list that it is part of, e.g. `1.4.8`. */
  readonly number: string
  readonly does: string
  /** Where it is asked for, or comes from. */
  readonly source: string
  /**
   * Each `package/file › title`, the file without `test/` and `.test.ts`; the groups around the title may be named
   * before it where the file has it twice. `4.1 #16` stands for the tests of a check of the sandbox's.
   */
  readonly tests: readonly string[]
}

export interface BehaviourList {
  /** What the numbers begin with, e.g. `1.4`. */
  readonly number: string
  readonly title: string
  readonly behaviours: readonly Behaviour[]
}

type Row = readonly [does: string, source: string, ...tests: readonly string[]]

/** A list whose numbers are counted from one. */
export function behaviourList(number: string, title: string, rows: readonly Row[]): BehaviourList {
  return {
    number,
    title,
    behaviours: rows.map(([does, source, ...tests], at) => ({
      number: `${number}.${at + 1}`,
      does,
      source,
      tests,
    })),
  }
}
