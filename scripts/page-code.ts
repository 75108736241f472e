// Writes the code blocks of docs/tutorial from the programs of examples/series, and those of the guide for users of
// acme-client from its own two programs; `--check` only compares.
// A block stands after a line `<!-- code: FILE -->`, or `<!-- code: FILE 5-9 -->` for some of its lines.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Pages whose code is that of programs, and where both are. */
interface Shelf {
  readonly folder: string
  /** Of pages, without `.md`; all of the folder where absent. */
  readonly pages?: readonly string[]
  readonly programs: string
}

const shelves: readonly Shelf[] = [
  { folder: 'docs/tutorial/', programs: 'examples/series/' },
  {
    folder: 'docs/guide/',
    pages: ['coming-from-acme-client', 'coming-from-acme-client.zh'],
    programs: 'examples/coming-from-acme-client/',
  },
]

const blocks = /^<!-- code: ([\w.-]+)(?: (\d+)-(\d+))? -->\n\n```\w+\n[^]*?^```$/gm

/** The page with every block as the programs now are. */
export function withCode(page: string, programs = 'examples/series/'): string {
  return page.replace(blocks, (_block, file: string, from?: string, to?: string) => {
    const lines = readFileSync(root + programs + file, 'utf8')
      .trimEnd()
      .split('\n')
    const first = from === undefined ? 1 : Number(from)
    const last = to === undefined ? lines.length : Number(to)
    const range = from === undefined ? '' : ` ${from}-${to}`
    const code = lines.slice(first - 1, last).join('\n')
    const language = file.endsWith('.ini') ? 'ini' : 'ts'
    return `<!-- code: ${file}${range} -->\n\n\`\`\`${language}\n${code}\n\`\`\``
  })
}

/** The programs that no page shows, pages without a translation, and blocks of code that no program is. */
function complaints({ folder, programs }: Shelf, pages: ReadonlyMap<string, string>): string[] {
  const english = [...pages].filter(([name]) => !name.endsWith('.zh.md'))
  const shown = new Set(
    english.flatMap(([, page]) => [...page.matchAll(blocks)].map(([, file]) => file)),
  )
  return [
    ...readdirSync(root + programs)
      .filter((file) => !shown.has(file))
      .map((file) => `no page shows ${programs}${file}`),
    ...english
      .filter(([name]) => !pages.has(name.replace(/\.md$/, '.zh.md')))
      .map(([name]) => `${folder}${name} has no Chinese page`),
    ...[...pages].flatMap(([name, page]) => {
      const loose = page.replace(blocks, '').match(/^```ts$/gm) ?? []
      return loose.length === 0 ? [] : [`${folder}${name} has code that no program is`]
    }),
  ]
}

/** Brings one shelf's pages up to date, or says which are not. */
function update(shelf: Shelf, check: boolean): string[] {
  const { folder, programs } = shelf
  const names =
    shelf.pages?.map((page) => `${page}.md`) ??
    readdirSync(root + folder).filter((name) => name.endsWith('.md'))
  const pages = new Map(names.map((name) => [name, readFileSync(root + folder + name, 'utf8')]))
  const wrong = complaints(shelf, pages)
  for (const [name, page] of pages) {
    const current = withCode(page, programs)
    if (current === page) continue
    if (check)
      wrong.push(`${folder}${name} is not what the programs are: node scripts/page-code.ts`)
    else writeFileSync(root + folder + name, current)
  }
  return wrong
}

if (import.meta.main) {
  const wrong = shelves.flatMap((shelf) => update(shelf, process.argv.includes('--check')))
  for (const complaint of wrong) console.error(complaint)
  process.exitCode = wrong.length > 0 ? 1 : 0
}
