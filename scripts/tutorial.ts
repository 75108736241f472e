// Writes the code blocks of docs/tutorial from the programs of examples/series; `--check` only compares.
// A block stands after a line `<!-- code: FILE -->`, or `<!-- code: FILE 5-9 -->` for some of its lines.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const tutorial = `${root}docs/tutorial/`
const examples = `${root}examples/series/`

const blocks = /^<!-- code: ([\w.-]+)(?: (\d+)-(\d+))? -->\n\n```\w+\n[^]*?^```$/gm

/** The page with every block as the programs now are. */
export function withCode(page: string): string {
  return page.replace(blocks, (_block, file: string, from?: string, to?: string) => {
    const lines = readFileSync(examples + file, 'utf8')
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

/** The programs and pages that are shown or linked nowhere, and blocks of code that come from no program. */
function complaints(pages: ReadonlyMap<string, string>): string[] {
  const english = [...pages].filter(([name]) => !name.endsWith('.zh.md'))
  const shown = new Set(
    english.flatMap(([, page]) => [...page.matchAll(blocks)].map(([, file]) => file)),
  )
  return [
    ...readdirSync(examples)
      .filter((file) => !shown.has(file))
      .map((file) => `no page shows examples/series/${file}`),
    ...english
      .filter(([name]) => !pages.has(name.replace(/\.md$/, '.zh.md')))
      .map(([name]) => `docs/tutorial/${name} has no Chinese page`),
    ...[...pages].flatMap(([name, page]) => {
      const loose = page.replace(blocks, '').match(/^```ts$/gm) ?? []
      return loose.length === 0 ? [] : [`docs/tutorial/${name} has code that no program is`]
    }),
  ]
}

if (import.meta.main) {
  const names = readdirSync(tutorial).filter((name) => name.endsWith('.md'))
  const pages = new Map(names.map((name) => [name, readFileSync(tutorial + name, 'utf8')]))
  const check = process.argv.includes('--check')
  const wrong = complaints(pages)
  for (const [name, page] of pages) {
    const current = withCode(page)
    if (current === page) continue
    if (check)
      wrong.push(`docs/tutorial/${name} is not what the programs are: node scripts/tutorial.ts`)
    else writeFileSync(tutorial + name, current)
  }
  for (const complaint of wrong) console.error(complaint)
  process.exitCode = wrong.length > 0 ? 1 : 0
}
