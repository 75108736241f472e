import { type Findings, type Outcome, outcomes, sha256, type Told } from './record.ts'

/** The part of Stryker's report that is read (mutation-testing-report-schema 2). */
export interface MutationReport {
  readonly files: Readonly<
    Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>
  >
}

interface Mutant {
  readonly replacement?: string
  readonly status: string
  readonly statusReason?: string
  readonly location: { readonly start: Position; readonly end: Position }
}

/** Both count from 1. */
interface Position {
  readonly line: number
  readonly column: number
}

/** Files in `packages/acme/src` are named by their paths there. */
export const folder = 'packages/acme/src/'

/** What is kept of a report. Files in which there was nothing to change are left out. */
export function foundIn({ files }: MutationReport): Findings {
  return Object.fromEntries(
    Object.entries(files)
      .filter(([, { mutants }]) => mutants.length > 0)
      .map(([path, { source, mutants }]) => {
        const found = { sha256: sha256(source), counts: countsOf(mutants) }
        return [path.replace(folder, ''), { ...found, mutants: toldOf(source, mutants) }]
      }),
  )
}

function countsOf(mutants: readonly Mutant[]): Record<Outcome, number> {
  const counts = Object.fromEntries(outcomes.map((outcome) => [outcome, 0]))
  for (const mutant of mutants) {
    const outcome = outcomeOf(mutant)
    counts[outcome] = (counts[outcome] ?? 0) + 1
  }
  return counts as Record<Outcome, number>
}

const told: ReadonlySet<Outcome> = new Set(['timed out', 'lived', 'not reached'])

/** In the order of the source. */
function toldOf(source: string, mutants: readonly Mutant[]): readonly Told[] {
  const lines = source.split('\n')
  return mutants
    .filter((mutant) => told.has(outcomeOf(mutant)))
    .sort(byPlace)
    .map((mutant) => {
      const { location, replacement: to = '' } = mutant
      const within = (lines[location.start.line - 1] ?? '').trim()
      return { outcome: outcomeOf(mutant), within, code: codeAt(lines, location), to }
    })
}

function byPlace({ location: a, replacement: x = '' }: Mutant, second: Mutant): number {
  const { location: b, replacement: y = '' } = second
  return (
    a.start.line - b.start.line ||
    a.start.column - b.start.column ||
    a.end.line - b.end.line ||
    a.end.column - b.end.column ||
    (x < y ? -1 : 1)
  )
}

function codeAt(lines: readonly string[], { start, end }: Mutant['location']): string {
  const code = lines.slice(start.line - 1, end.line)
  code.push((code.pop() ?? '').slice(0, end.column - 1))
  return code.join('\n').slice(start.column - 1)
}

function outcomeOf({ status, statusReason = '' }: Mutant): Outcome {
  switch (status) {
    case 'Killed':
      return statusReason.startsWith('Test timed out in ') ? 'hung' : 'killed'
    case 'Timeout':
      return statusReason.startsWith('Hit limit reached') ? 'endless' : 'timed out'
    case 'Survived':
      return 'lived'
    case 'NoCoverage':
      return 'not reached'
    case 'Ignored':
    case 'RuntimeError':
      return 'left out'
    default:
      throw new Error(`a mutant is ${status}: ${statusReason}`)
  }
}
