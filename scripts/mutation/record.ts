import { createHash } from 'node:crypto'
import { survivors, type Survivor } from './survivors.ts'

/** What became of a mutant. Its row on the page says what each means. */
export const outcomes = [
  'killed',
  'endless',
  'hung',
  'timed out',
  'lived',
  'not reached',
  'left out',
] as const
export type Outcome = (typeof outcomes)[number]

/** A mutant that no test noticed, or whose run took too long: all that is told of one by one. */
export interface Told {
  readonly outcome: Outcome
  /** The line that it begins in, without its indent. */
  readonly within: string
  /** The code that was changed, and what it was changed to; both may have several lines. */
  readonly code: string
  readonly to: string
}

/** What one run found in one file. */
export interface Found {
  /** Of the source that was mutated, in hex. */
  readonly sha256: string
  readonly counts: Readonly<Record<Outcome, number>>
  readonly mutants: readonly Told[]
}

/** What was found in each file of `packages/acme/src`, by its path there: `found.json`. */
export type Findings = Readonly<Record<string, Found>>

/** The sources as they stand now, by their paths in `packages/acme/src`. */
export type Sources = Readonly<Record<string, string>>

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** With what a run has found in some of the files. Files that are gone are forgotten. */
export function merged(known: Findings, found: Findings, sources: Sources): Findings {
  return Object.fromEntries(
    Object.entries({ ...known, ...found })
      .filter(([file]) => file in sources)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

/** The files whose source is no longer the one that was mutated. */
export function changedSince(findings: Findings, sources: Sources): readonly string[] {
  return Object.entries(findings)
    .filter(([file, found]) => sha256(sources[file] ?? '') !== found.sha256)
    .map(([file]) => file)
}

/** JSON with a line for each mutant, so that a difference of two records can be read. */
export function recordText(findings: Findings): string {
  const files = Object.entries(findings).map(([file, { sha256, counts, mutants }]) => {
    const told = mutants.map((one) => `      ${JSON.stringify(one)}`)
    return `  ${JSON.stringify(file)}: {
    "sha256": "${sha256}",
    "counts": ${JSON.stringify(counts)},
    "mutants": [${told.length === 0 ? '' : `\n${told.join(',\n')}\n    `}]
  }`
  })
  return `{\n${files.join(',\n')}\n}\n`
}

const isSurvivor = ({ outcome }: Told): boolean => outcome === 'lived' || outcome === 'not reached'

/** A mutant that lives, and why, where that is known. */
export interface Living extends Told {
  readonly file: string
  readonly why: string | undefined
}

/** Those that no test noticed. */
export function livingIn(
  findings: Findings,
  explanations: readonly Survivor[] = survivors,
): readonly Living[] {
  return Object.entries(findings).flatMap(([file, { mutants }]) =>
    mutants.filter(isSurvivor).map((one) => {
      const why = explanations.find((survivor) => explains(survivor, file, one))?.why
      return { ...one, file, why }
    }),
  )
}

/** The explanations of nothing that is told of a file, which is gone or was run as it stands. */
export function staleIn(
  findings: Findings,
  sources: Sources,
  explanations: readonly Survivor[] = survivors,
): readonly Survivor[] {
  const changed = changedSince(findings, sources)
  return explanations.filter((survivor) => {
    const { file } = survivor
    const isSettled = file in findings ? !changed.includes(file) : !(file in sources)
    return isSettled && !findings[file]?.mutants.some((one) => explains(survivor, file, one))
  })
}

function explains(survivor: Survivor, file: string, { code, within, to }: Told): boolean {
  if (survivor.file !== file || survivor.code !== firstLineOf(code)) return false
  return (survivor.within ?? within) === within && (survivor.to ?? to) === to
}

const firstLineOf = (text: string): string => text.split('\n', 1).join('')
