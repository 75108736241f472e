import { accounts } from './accounts.ts'
import type { Behaviour, BehaviourList } from './behaviour.ts'
import { clientBugs, type ClientBug } from './client-bugs.ts'
import { errors } from './errors.ts'
import { extensions } from './extensions.ts'
import { http } from './http.ts'
import { finalize, renewalInformation, revocation } from './issuance.ts'
import { jws } from './jws.ts'
import { orders } from './orders.ts'
import { pebbleChecks, strictChecks, type ServerChecks } from './server-checks.ts'
import type { TestTitle } from './titles.ts'

/** Everything that the protocol library must do. */
export const behaviours: readonly BehaviourList[] = [
  http,
  jws,
  errors,
  accounts,
  orders,
  finalize,
  revocation,
  renewalInformation,
  extensions,
]

/** What the document says, and what is missing before it may. */
export interface Conformance {
  readonly document: string
  readonly faults: readonly string[]
}

/** Writes the document from the lists and the tests that there are. */
export function conformance(titles: readonly TestTitle[]): Conformance {
  const faults: string[] = []
  const sections = [
    ...behaviours.map((list) => behaviourSection(list, titles, faults)),
    ...[pebbleChecks, strictChecks].map((checks) => checkSection(checks, titles, faults)),
    bugSection(titles, faults),
  ]
  return { document: [preface, ...sections].join('\n'), faults }
}

const preface = `# Conformance

What a client of ACME must do, what a test CA must check, and the mistakes that others have made: each with the tests
that show it. Written by \`npm run conformance\`, which refuses to where anything has no test, or names one that is gone.
`

function behaviourSection(
  { number, title, behaviours }: BehaviourList,
  titles: readonly TestTitle[],
  faults: string[],
): string {
  const rows = behaviours.map((behaviour) => {
    const shown = testsOf(behaviour, titles, faults).map(testText)
    return `| ${behaviour.number} | ${behaviour.does} | ${behaviour.source} | ${shown.join('<br>')} |`
  })
  return table(`${number} ${title}`, ['', 'our client', 'source', 'tests'], rows)
}

function testsOf(
  { number, tests }: Behaviour,
  titles: readonly TestTitle[],
  faults: string[],
): readonly TestTitle[] {
  if (tests.length === 0) faults.push(`${number} has no test`)
  return tests.flatMap((reference) => {
    const [, list, check] = /^(4\.\d) #(\d+)$/.exec(reference) ?? []
    const found = titles.filter((one) =>
      list === undefined
        ? isNamed(one, reference)
        : checkNumbers(list, one.title).includes(Number(check)),
    )
    if (found.length === 1 || (found.length > 1 && list !== undefined)) return found
    faults.push(`${number}: ${found.length === 0 ? 'no test' : 'several tests'}: ${reference}`)
    return []
  })
}

/** `acme/order › …` is a test of packages/acme/test/order.test.ts. */
function isNamed({ file, path }: TestTitle, reference: string): boolean {
  const [name = '', ...rest] = reference.split(' › ')
  const title = rest.join(' › ')
  return fileName(file) === name && (path === title || path.endsWith(` › ${title}`))
}

/** `packages/acme/test/order.test.ts` as `acme/order`. */
function fileName(file: string): string {
  return file
    .replace(/^packages\//, '')
    .replace(/\/(?:test|src)\//, '/')
    .replace(/(?:\.test)?\.ts$/, '')
}

function checkSection(
  { number, title, checks }: ServerChecks,
  titles: readonly TestTitle[],
  faults: string[],
): string {
  const rows = checks.map((check, at) => {
    const own = titles.filter(({ title }) => checkNumbers(number, title).includes(at + 1))
    if (own.length === 0) faults.push(`${number} #${at + 1} has no test: ${check}`)
    return `| ${at + 1} | ${check} | ${own.map(testText).join('<br>')} |`
  })
  return table(`${number} ${title}`, ['#', 'check', 'tests'], rows)
}

/** The checks that a title claims: `4.1 #49, #50: …`, for the list 4.1. */
export function checkNumbers(list: string, title: string): readonly number[] {
  const claims = title.matchAll(/(\d\.\d) ((?:#\d+,? ?)+)/g)
  return [...claims].flatMap(([, named, numbers = '']) =>
    named === list ? [...numbers.matchAll(/#(\d+)/g)].map(([, number]) => Number(number)) : [],
  )
}

/** Whether a test's title says that it is about this bug. */
export function isAboutBug(title: string, { number, threads }: ClientBug): boolean {
  if (number !== 'more') return title.startsWith(`bug ${number}: `)
  return title.startsWith('more: ') && threads.some((one) => title.includes(one))
}

function bugSection(titles: readonly TestTitle[], faults: string[]): string {
  const rows = clientBugs.map((bug) => {
    const own = titles.filter(({ file, title }) => isBugTest(file) && isAboutBug(title, bug))
    if (own.length === 0) faults.push(`bug ${bug.number} has no test: ${bug.symptom}`)
    const files = [
      ...new Set(own.map(({ file }) => `\`${fileName(file)}\` × ${inFile(own, file)}`)),
    ]
    return `| ${bug.number} | ${bug.symptom} | ${bug.threads.map(threadLink).join('<br>')} | ${files.join('<br>')} |`
  })
  return table('5 Bugs that other clients had', ['', 'symptom', 'reported', 'tests'], rows)
}

/** Whether a file is one of those that hold a test for each bug. */
export function isBugTest(file: string): boolean {
  return /^packages\/[^/]+\/test\/bugs\//.test(file)
}

function inFile(tests: readonly TestTitle[], file: string): number {
  return tests.filter((one) => one.file === file).length
}

function threadLink(thread: string): string {
  return `[${thread}](https://github.com/${thread.replace('#', '/issues/')})`
}

function testText({ file, title }: TestTitle): string {
  return `\`${fileName(file)}\` ${cell(title)}`
}

/** Text as a table's cell can hold it: nothing of it is taken for a column or for markup. */
function cell(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|]/g, (character) => `&#${character.codePointAt(0)};`)
}

function table(heading: string, columns: readonly string[], rows: readonly string[]): string {
  const head = [`| ${columns.join(' | ')} |`, `|${columns.map(() => '---|').join('')}`]
  return [`## ${heading}`, '', ...head, ...rows, ''].join('\n')
}
