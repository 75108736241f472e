import { survivors, type Survivor } from './survivors.ts'

/** The part of Stryker's report that is read (mutation-testing-report-schema 2). */
export interface MutationReport {
  readonly files: Readonly<
    Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>
  >
}

interface Mutant {
  readonly mutatorName: string
  readonly replacement?: string
  readonly status: string
  readonly location: { readonly start: Position; readonly end: Position }
}

interface Position {
  readonly line: number
  readonly column: number
}

/** A mutant that lives, by the code that it changes. */
interface Living {
  readonly file: string
  readonly line: number
  readonly code: string
  readonly to: string
}

/** The document, and the survivors that nobody has explained. */
export interface MutationDocument {
  readonly document: string
  readonly unexplained: readonly string[]
}

const folder = 'packages/acme/src/'

export function mutationDocument({ files }: MutationReport): MutationDocument {
  const rows = Object.entries(files)
    .filter(([, { mutants }]) => mutants.some(({ status }) => countsFor(status)))
    .sort(([a], [b]) => a.localeCompare(b))
  const counts = rows.map(([file, { mutants }]) => ({ file, ...countsOf(mutants) }))
  const total = { file: 'all', ...countsOf(rows.flatMap(([, { mutants }]) => mutants)) }
  const living = rows.flatMap(([file, { source, mutants }]) => livingIn(file, source, mutants))
  const unexplained = living.filter((one) => whyOf(one) === undefined)
  return {
    document: [
      preface(total.score),
      '| file | mutants | killed | timed out | lived | not reached | score |',
      '|---|---:|---:|---:|---:|---:|---:|',
      ...[...counts, total].map(rowText),
      '',
      '## What lives, and why',
      '',
      ...explanations(living),
      '',
    ].join('\n'),
    unexplained: unexplained.map(({ file, line, code, to }) => `${file}:${line} ${code} → ${to}`),
  }
}

const preface = (score: number): string => `# Mutation testing

\`npm run mutation\` changes \`packages/acme/src\` in thousands of places, one at a time, and runs the tests that reach the
place: a change that no test notices is a hole in the tests, or changes nothing. ${score.toFixed(1)} % were noticed. Changes to what a
module computes once, when it is loaded, are left out: each would take all the tests. Written from Stryker's report.
`

interface Counts {
  readonly killed: number
  readonly timedOut: number
  readonly lived: number
  readonly notReached: number
  readonly score: number
}

function countsOf(mutants: readonly Mutant[]): Counts {
  const count = (status: string): number => mutants.filter((one) => one.status === status).length
  const [killed, timedOut] = [count('Killed'), count('Timeout')]
  const [lived, notReached] = [count('Survived'), count('NoCoverage')]
  const all = killed + timedOut + lived + notReached
  return { killed, timedOut, lived, notReached, score: (100 * (killed + timedOut)) / all }
}

function countsFor(status: string): boolean {
  return ['Killed', 'Timeout', 'Survived', 'NoCoverage'].includes(status)
}

function rowText({ file, score, ...counts }: Counts & { readonly file: string }): string {
  const { killed, timedOut, lived, notReached } = counts
  const all = killed + timedOut + lived + notReached
  const cells = [all, killed, timedOut, lived, notReached, score.toFixed(1)]
  return `| ${file.replace(folder, '')} | ${cells.join(' | ')} |`
}

function livingIn(path: string, source: string, mutants: readonly Mutant[]): Living[] {
  const lines = source.split('\n')
  return mutants
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .map(({ location: { start, end }, replacement = '' }) => {
      const text = lines[start.line - 1] ?? ''
      const code = text.slice(
        start.column - 1,
        start.line === end.line ? end.column - 1 : undefined,
      )
      return { file: path.replace(folder, ''), line: start.line, code, to: replacement }
    })
}

function whyOf(living: Living): string | undefined {
  return survivors.find((survivor) => isIt(survivor, living))?.why
}

function isIt({ file, code, to }: Survivor, living: Living): boolean {
  return file === living.file && code === living.code && (to === undefined || to === living.to)
}

function explanations(living: readonly Living[]): string[] {
  const reasons = Map.groupBy(living, whyOf)
  return [...reasons].flatMap(([why, ones]) => [
    `- ${why ?? 'Not explained yet.'}`,
    ...ones.map(({ file, code, to }) => `  - \`${file}\`: ${inCode(code)} → ${inCode(to)}`),
  ])
}

/** One line of code, also where it has backticks itself. */
function inCode(text: string): string {
  const [first = ''] = text.split('\n')
  const fence = first.includes('`') ? '``' : '`'
  return `${fence}${first === text ? first : `${first} …`}${fence}`
}
