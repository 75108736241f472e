import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A test that is named after something that has a number, e.g. `pitfall 7: products are particular about PEM`. */
export interface NamedTest {
  readonly number: number
  readonly title: string
  /** In its folder. */
  readonly file: string
}

/** The tests in these files that are named after a kind of thing, by number. Words for a table are left out of titles. */
export function namedTests(kind: string, files: Readonly<Record<string, string>>): NamedTest[] {
  const named = new RegExp(`['"\`]${kind} (\\d+): ((?:[^'"\`\\\\]|\\\\.)+)['"\`]`, 'g')
  return Object.entries(files)
    .flatMap(([file, text]) =>
      [...text.matchAll(named)].map(([, number, title = '']) => ({
        number: Number(number),
        title: title.replace(/ \((?:\$\w+|%\w)\)$/, ''),
        file,
      })),
    )
    .toSorted((a, b) => a.number - b.number || (a.file < b.file ? -1 : 1))
}

/** The numbers from 1 that none of these is named after. */
export function missingNumbers(tests: readonly NamedTest[], count: number): number[] {
  const named = new Set(tests.map(({ number }) => number))
  return Array.from({ length: count }, (_, i) => i + 1).filter((number) => !named.has(number))
}

/** The test files of a folder and their text. */
export function testFilesIn(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.test.ts'))
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}
