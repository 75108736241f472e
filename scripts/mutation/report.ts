import { stripTypeScriptTypes } from 'node:module'
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
  readonly statusReason?: string
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
  readonly within: string
  readonly code: string
  readonly to: string
}

/** The document, and the survivors that nobody has explained. */
export interface MutationDocument {
  readonly document: string
  readonly unexplained: readonly string[]
}

/** The sources as they stand now, by path. */
export type Sources = Readonly<Record<string, string>>

const folder = 'packages/acme/src/'
const named = (file: string): string => `\`${file.replace(folder, '')}\``

export function mutationDocument({ files }: MutationReport, sources: Sources): MutationDocument {
  const rows = Object.entries(files)
    .filter(([file, { mutants }]) => file in sources && mutants.length > 0)
    .sort(([a], [b]) => a.localeCompare(b))
  const judged = rows.map(([file, { source, mutants }]) => {
    const living = livingIn(file, source, mutants)
    return { file, living, counts: countsOf(mutants, living) }
  })
  const living = judged.flatMap((row) => row.living)
  const total = countsOf(
    rows.flatMap(([, { mutants }]) => mutants),
    living,
  )
  const unexplained = living.filter((one) => whyOf(one) === undefined)
  return {
    document: [
      preface(total),
      ...unsettled(files, sources),
      '| file | mutants | killed | endless | hung | timed out | lived | not reached | explained | score | left out |',
      '|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
      ...judged.map(({ file, counts }) => rowText(named(file), counts)),
      rowText('all', total),
      '',
      '## What timed out',
      '',
      'A loop that goes on without reaching the changed place, or whose every round takes long.',
      '',
      ...rows.flatMap(([file, { source, mutants }]) =>
        livingIn(file, source, mutants, 'timed out').map(lineOf),
      ),
      '',
      '## What lives, and why',
      '',
      ...explanations(living),
      '',
    ].join('\n'),
    unexplained: unexplained.map(({ file, line, code, to }) => `${file}:${line} ${code} → ${to}`),
  }
}

const preface = ({ score, timedOut }: Counts): string => `# Mutation testing

\`npm run mutation\` changes \`packages/acme/src\` in thousands of places, one at a time, and runs the tests that reach the
place: a change that no test notices is a hole in the tests, or changes nothing. **${score.toFixed(1)} %** were noticed. Written
from Stryker's report, of one run of every file or of those that changed since.

- *killed*: an assertion failed, or the code threw.
- *endless*: the place was reached a hundred times as often as without the change; counted, not timed.
- *hung*: a test of milliseconds was not over after three seconds.
- *timed out*: the run as a whole took longer than Stryker waits, which may be the machine's doing: ${timedOut} in all.
- *explained*: of those that lived or were not reached, how many have their reason below.
- *left out*: what a module computes once, when it is loaded (tables, patterns): each would take all the tests; and what
  broke the run itself instead of a test. Not in the score.
`

/** What the numbers do not say, where it is anything. */
function unsettled(files: MutationReport['files'], sources: Sources): string[] {
  const paths = Object.keys(sources).sort((a, b) => a.localeCompare(b))
  const missing = paths.filter((file) => !(file in files))
  const bare = missing.filter((file) => isBare(sources[file] ?? ''))
  const notRun = missing.filter((file) => !bare.includes(file))
  const changed = paths.filter((file) => file in files && files[file]?.source !== sources[file])
  const line = (words: string, list: readonly string[]): string[] =>
    list.length === 0 ? [] : [`${words}: ${list.map(named).join(', ')}.`, '']
  return [
    ...line('**Not run**', notRun),
    ...line('**Changed since they were run**', changed),
    ...line('Only types and names of others, so that there is nothing to change', bare),
  ]
}

/** Whether nothing is left once types, imports and exports are gone. */
function isBare(source: string): boolean {
  return (
    stripTypeScriptTypes(source)
      .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
      .replaceAll(/^\s*(?:import|export) (?:\{[^}]*\}|\*) from '[^']*'/gm, '')
      .replaceAll(/export \{\s*\}/g, '')
      .trim() === ''
  )
}

interface Counts {
  readonly killed: number
  readonly endless: number
  readonly hung: number
  readonly timedOut: number
  readonly lived: number
  readonly notReached: number
  readonly explained: number
  readonly leftOut: number
  readonly all: number
  readonly score: number
}

function countsOf(mutants: readonly Mutant[], living: readonly Living[]): Counts {
  const count = (outcome: Outcome): number =>
    mutants.filter((mutant) => outcomeOf(mutant) === outcome).length
  const [killed, endless, hung] = [count('killed'), count('endless'), count('hung')]
  const [timedOut, lived, notReached] = [count('timed out'), count('lived'), count('not reached')]
  const noticed = killed + endless + hung + timedOut
  const all = noticed + lived + notReached
  return {
    ...{ killed, endless, hung, timedOut, lived, notReached, all },
    explained: living.filter((one) => whyOf(one) !== undefined).length,
    leftOut: count('left out'),
    score: all === 0 ? 100 : (100 * noticed) / all,
  }
}

type Outcome = 'killed' | 'endless' | 'hung' | 'timed out' | 'lived' | 'not reached' | 'left out'

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

function rowText(name: string, { score, ...counts }: Counts): string {
  const { all, killed, endless, hung, timedOut, lived, notReached, explained, leftOut } = counts
  const tried = [all, killed, endless, hung, timedOut, lived, notReached, explained]
  return `| ${[name, ...tried, all === 0 ? '' : score.toFixed(1), leftOut].join(' | ')} |`
}

/** Those of the mutants that live, or that came to one other end. */
function livingIn(
  path: string,
  source: string,
  mutants: readonly Mutant[],
  ...wanted: readonly Outcome[]
): Living[] {
  const outcomes = wanted.length > 0 ? wanted : (['lived', 'not reached'] as const)
  const lines = source.split('\n')
  return mutants
    .filter((mutant) => outcomes.includes(outcomeOf(mutant)))
    .map(({ location: { start, end }, replacement = '' }) => {
      const text = lines[start.line - 1] ?? ''
      const code = text.slice(
        start.column - 1,
        start.line === end.line ? end.column - 1 : undefined,
      )
      const place = { line: start.line, within: text.trim() }
      return { file: path.replace(folder, ''), ...place, code, to: replacement }
    })
}

function whyOf(living: Living): string | undefined {
  return survivors.find((survivor) => isIt(survivor, living))?.why
}

function isIt({ file, code, within, to }: Survivor, living: Living): boolean {
  if (file !== living.file || code !== living.code) return false
  return (within ?? living.within) === living.within && (to ?? living.to) === living.to
}

function explanations(living: readonly Living[]): string[] {
  const reasons = Map.groupBy(living, whyOf)
  return [...reasons].flatMap(([why, ones]) => [
    `- ${why ?? 'Not explained yet.'}`,
    ...ones.map((one) => `  ${lineOf(one)}`),
  ])
}

function lineOf({ file, code, to }: Living): string {
  return `- \`${file}\`: ${inCode(code)} → ${inCode(to)}`
}

/** One line of code, also where it has backticks itself. */
function inCode(text: string): string {
  const [first = ''] = text.split('\n')
  const fence = first.includes('`') ? '``' : '`'
  return `${fence}${first === text ? first : `${first} …`}${fence}`
}
