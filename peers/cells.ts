import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** One thing that a program of ours and another's did together, as it was measured. */
export interface Cell {
  /** The other's program, and its version in its own words. */
  readonly peer: string
  readonly version: string
  readonly row: string
  /** What the server was told, by its own names. */
  readonly knobs: Readonly<Record<string, string | number | boolean>>
  /** `cannot` where it was measured that the peer does not do this. */
  readonly outcome: 'passed' | 'cannot'
  /** Why it cannot. */
  readonly reason?: string
}

/** The files of tests that measure, each with its cells. */
export const parts = ['pebble', 'step-ca', 'clients'] as const
export type Part = (typeof parts)[number]
export type Cells = Readonly<Record<Part, readonly Cell[]>>

export const cellsFile = fileURLToPath(new URL('matrix.json', import.meta.url))

/** What was measured last, and committed. */
export function committedCells(): Cells {
  return JSON.parse(readFileSync(cellsFile, 'utf8')) as Cells
}

/** The environment variable that names a folder, into which the tests write what they measure. */
export const measuring = 'CERTWRIGHT_MATRIX'
