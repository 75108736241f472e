import { stripTypeScriptTypes } from 'node:module'
import {
  changedSince,
  type Findings,
  type Found,
  type Living,
  livingIn,
  type Outcome,
  outcomes,
  type Sources,
} from './record.ts'

/** docs/reference/mutation.md. */
export function mutationPage(findings: Findings, sources: Sources): string {
  const living = livingIn(findings)
  const total = tallyOf(Object.values(findings), living)
  return [
    preface(total),
    ...unsettled(findings, sources),
    '| file | mutants | killed | endless | hung | timed out | lived | not reached | explained | score | left out |',
    '|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
    ...Object.entries(findings).map(([file, found]) => {
      const here = living.filter((one) => one.file === file)
      return rowText(inCode(file), tallyOf([found], here))
    }),
    rowText('all', total),
    '',
    '## What timed out',
    '',
    'A loop that goes on without reaching the changed place, or whose every round takes long.',
    '',
    ...Object.entries(findings).flatMap(([file, { mutants }]) =>
      mutants
        .filter(({ outcome }) => outcome === 'timed out')
        .map(({ code, to }) => `- ${lineOf({ file, code, to })}`),
    ),
    '',
    '## What lives, and why',
    '',
    ...[...Map.groupBy(living, ({ why }) => why)].flatMap(([why, ones]) => [
      `- ${why ?? 'Not explained yet.'}`,
      ...ones.map((one) => `  - ${lineOf(one)}`),
    ]),
    '',
  ].join('\n')
}

const preface = (total: Tally): string => `# Mutation testing

\`npm run mutation\` changes \`packages/acme/src\` in thousands of places, one at a time, and runs the tests that reach the
place: a change that no test notices is a hole in the tests, or changes nothing. **${percent(...noticedOf(total))} %** were noticed. Written
from what the last run of each file has found (\`scripts/mutation/found.json\`).

- *killed*: an assertion failed, or the code threw.
- *endless*: the place was reached a hundred times as often as without the change; counted, not timed.
- *hung*: a test of milliseconds was not over after three seconds.
- *timed out*: the run as a whole took longer than Stryker waits, which may be the machine's doing: ${total['timed out']} in all.
- *explained*: of those that lived or were not reached, how many have their reason below.
- *left out*: what a module computes once, when it is loaded (tables, patterns): each would take all the tests; and what
  broke the run itself instead of a test. Not in the score.
`

/** What the numbers do not say, where it is anything. */
function unsettled(findings: Findings, sources: Sources): string[] {
  const missing = Object.keys(sources)
    .filter((file) => !(file in findings))
    .sort()
  const bare = missing.filter((file) => isBare(sources[file] ?? ''))
  const notRun = missing.filter((file) => !bare.includes(file))
  const line = (words: string, list: readonly string[]): string[] =>
    list.length === 0 ? [] : [`${words}: ${list.map(inCode).join(', ')}.`, '']
  return [
    ...line('**Not run**', notRun),
    ...line('**Changed since they were run**', changedSince(findings, sources)),
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

/** The numbers of a row. */
type Tally = Found['counts'] & { readonly explained: number }

function tallyOf(found: readonly Found[], living: readonly Living[]): Tally {
  const count = (outcome: Outcome): number =>
    found.reduce((total, { counts }) => total + counts[outcome], 0)
  const counts = Object.fromEntries(outcomes.map((outcome) => [outcome, count(outcome)]))
  const explained = living.filter(({ why }) => why !== undefined).length
  return { ...(counts as Found['counts']), explained }
}

function rowText(name: string, tally: Tally): string {
  const [noticed, all] = noticedOf(tally)
  const tried = [tally.killed, tally.endless, tally.hung, tally['timed out'], tally.lived]
  const numbers = [all, ...tried, tally['not reached'], tally.explained]
  return `| ${[name, ...numbers, all === 0 ? '' : percent(noticed, all), tally['left out']].join(' | ')} |`
}

/** How many mutants were noticed, of how many that were tried. */
function noticedOf(tally: Tally): readonly [noticed: number, all: number] {
  const noticed = tally.killed + tally.endless + tally.hung + tally['timed out']
  return [noticed, noticed + tally.lived + tally['not reached']]
}

const percent = (part: number, all: number): string => ((100 * part) / all).toFixed(1)

/** A mutant in Markdown. */
export function lineOf({ file, code, to }: Pick<Living, 'file' | 'code' | 'to'>): string {
  return `\`${file}\`: ${inCode(code)} → ${inCode(to)}`
}

/** One line of code, also where it has backticks itself. */
export function inCode(text: string): string {
  const [first = ''] = text.split('\n')
  const fence = first.includes('`') ? '``' : '`'
  return `${fence}${first === text ? first : `${first} …`}${fence}`
}
