// Writes docs/reference/acme.md from the doc comments of @certwright/acme; `--check` only compares.
// An export without a doc comment fails either way.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync, type Class, type Comment, type Declaration, type Program } from 'oxc-parser'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = join(root, 'docs/reference/acme.md')

/** One name that a package offers: how it is declared, and what its doc comment says. */
export interface Entry {
  readonly name: string
  /** Its declaration without bodies, comments of members kept. */
  readonly code: string
  readonly doc: string | undefined
}

export interface Section {
  readonly title: string
  readonly entries: readonly Entry[]
}

interface Source {
  readonly text: string
  readonly program: Program
  readonly comments: readonly Comment[]
}

function sourceOf(path: string): Source {
  const text = readFileSync(path, 'utf8')
  const { program, comments } = parseSync(path, text)
  return { text, program, comments }
}

/** The names that a porch exports, in its order; a line comment before some of them is their title. */
export function sectionsOf(porch: string, standard: string): readonly Section[] {
  const { program, comments } = sourceOf(porch)
  const sections: { title: string; entries: Entry[] }[] = []
  for (const statement of program.body) {
    if (statement.type !== 'ExportNamedDeclaration' || statement.source === null) continue
    const before = comments.findLast(({ type, end }) => type === 'Line' && end < statement.start)
    const title = before?.value.trim().replace(/\.$/, '') ?? standard
    if (sections.at(-1)?.title !== title) sections.push({ title, entries: [] })
    const module = join(dirname(porch), statement.source.value)
    for (const { local } of statement.specifiers) {
      if (local.type === 'Identifier') sections.at(-1)?.entries.push(entryOf(local.name, module))
    }
  }
  return sections
}

/** How a module declares a name, with the doc comment that ends right before it. */
function entryOf(name: string, path: string): Entry {
  const source = sourceOf(path)
  for (const statement of source.program.body) {
    if (statement.type !== 'ExportNamedDeclaration' || !statement.declaration) continue
    const { declaration } = statement
    if (!namesOf(declaration).includes(name)) continue
    const code = shown(declaration, source.text)
    return { name, code, doc: docBefore(statement.start, source) }
  }
  throw new Error(`${path} declares no ${name}`)
}

function namesOf(declaration: Declaration): readonly string[] {
  if (declaration.type === 'VariableDeclaration') {
    return declaration.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []))
  }
  return 'id' in declaration && declaration.id?.type === 'Identifier' ? [declaration.id.name] : []
}

function shown(declaration: Declaration, text: string): string {
  const whole = text.slice(declaration.start, declaration.end)
  if (declaration.type === 'ClassDeclaration') return withoutBodies(declaration, text)
  if (declaration.type === 'FunctionDeclaration') {
    return text.slice(declaration.start, declaration.body?.start ?? declaration.end).trim()
  }
  if (declaration.type !== 'VariableDeclaration') return whole
  const typed = declaration.declarations[0]?.id.typeAnnotation?.end
  return typed === undefined ? whole : text.slice(declaration.start, typed)
}

/** What a class is from outside: what it has and takes, not what it does. */
function withoutBodies({ start, end, body }: Class, text: string): string {
  let code = text.slice(start, end)
  for (const member of body.body.toReversed()) {
    if (member.type !== 'MethodDefinition' || !member.value.body) continue
    const { start: from, end: to } = member.value.body
    code = `${code.slice(0, from - start).trimEnd()}${code.slice(to - start)}`
  }
  return code
}

function docBefore(at: number, { text, comments }: Source): string | undefined {
  const comment = comments.findLast(({ end }) => end <= at)
  if (comment?.type !== 'Block' || !comment.value.startsWith('*')) return undefined
  if (text.slice(comment.end, at).trim() !== '') return undefined
  const lines = comment.value.slice(1).split('\n')
  return lines
    .map((line) => line.replace(/^\s*\* ?/, '').trim())
    .join('\n')
    .trim()
}

/** The exports that say nothing of themselves. */
export function undocumented(sections: readonly Section[]): readonly string[] {
  return sections.flatMap(({ entries }) =>
    entries.filter(({ doc }) => doc === undefined || doc === '').map(({ name }) => name),
  )
}

/** GitHub's anchors: lower case, without signs, and numbered where a heading comes again. */
function anchors(): (heading: string) => string {
  const used = new Map<string, number>()
  return (heading) => {
    const base = heading
      .toLowerCase()
      .replace(/[^a-z0-9 _-]/g, '')
      .replaceAll(' ', '-')
    const times = used.get(base) ?? 0
    used.set(base, times + 1)
    return times === 0 ? base : `${base}-${times}`
  }
}

/** The whole page. */
export function referenceOf(sections: readonly Section[]): string {
  const anchor = anchors()
  const contents = sections.map(({ title, entries }) => {
    const heading = `[${title}](#${anchor(title)})`
    const names = entries.map(({ name }) => `[\`${name}\`](#${anchor(name)})`)
    return `- ${heading}: ${names.join(', ')}`
  })
  return [
    '# @certwright/acme',
    '',
    '<!-- Written by scripts/acme-reference.ts from the doc comments. -->',
    '',
    'Everything that the package exports. Names of the wire are spelled as in the RFCs; durations end in `Ms`, instants',
    'are milliseconds since the epoch or RFC 3339 texts. What fails in the protocol is an `AcmeError`, whose `code` is',
    "told by; a caller's mistake is a `TypeError`. A default stands in the signature or in the comment of its option.",
    '',
    ...contents,
    ...sections.flatMap(({ title, entries }) => [
      '',
      `## ${title}`,
      ...entries.flatMap(({ name, code, doc = '' }) => [
        '',
        `### ${name}`,
        '',
        doc,
        '',
        '```ts',
        code,
        '```',
      ]),
    ]),
    '',
  ].join('\n')
}

if (import.meta.main) {
  const sections = [
    ...sectionsOf(join(root, 'packages/acme/src/index.ts'), 'Other'),
    ...sectionsOf(join(root, 'packages/acme/src/node/index.ts'), 'On Node: @certwright/acme/node'),
  ]
  const wrong = undocumented(sections).map((name) => `@certwright/acme: ${name} has no doc comment`)
  const text = referenceOf(sections)
  if (!process.argv.includes('--check')) writeFileSync(page, text)
  else if (readFileSync(page, 'utf8') !== text) {
    wrong.push('docs/reference/acme.md is old: node scripts/acme-reference.ts')
  }
  for (const complaint of wrong) console.error(complaint)
  process.exitCode = wrong.length > 0 ? 1 : 0
}
