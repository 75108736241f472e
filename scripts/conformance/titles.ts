import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'oxc-parser'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** One test as its file names it. */
export interface TestTitle {
  /** Relative to the workspace, with forward slashes. */
  readonly file: string
  /** As it is written: `%s` of a table and `${…}` of a template stand as they are. */
  readonly title: string
  /** The titles of the groups around it, then its own, joined by ` › `. */
  readonly path: string
}

/** Every test of the self-contained tier, and those of the suites that contracts come with. */
export async function testTitles(): Promise<readonly TestTitle[]> {
  const patterns = [
    'packages/*/test/**/*.test.ts',
    'packages/certwright/test/store/store-suite.ts',
    'packages/certwright/src/testing/*-suite.ts',
    'scripts/test/**/*.test.ts',
  ]
  const files: string[] = []
  for (const pattern of patterns) {
    for await (const file of glob(pattern, { cwd: root })) files.push(file.replaceAll('\\', '/'))
  }
  return files.sort().flatMap((file) => titlesIn(file, readFileSync(`${root}${file}`, 'utf8')))
}

/** The tests that one file's text names. */
export function titlesIn(file: string, text: string): readonly TestTitle[] {
  const titles: TestTitle[] = []
  const visit = (node: unknown, groups: readonly string[]): void => {
    if (Array.isArray(node)) {
      for (const child of node) visit(child, groups)
      return
    }
    if (typeof node !== 'object' || node === null) return
    const inner = isCall(node) ? named(node, groups) : groups
    for (const child of Object.values(node)) visit(child, inner)
  }
  /** Notes the test that a call makes; the groups that hold for what stands within. */
  const named = ({ callee, arguments: [first] }: CallNode, groups: readonly string[]) => {
    const title = first && textOf(first, text)
    if (title === undefined) return groups
    const path = [...groups, title]
    if (begins(callee, tests)) {
      for (const own of [title, ...rowTitles(callee, title)]) {
        titles.push({ file, title: own, path: [...groups, own].join(' › ') })
      }
    }
    return begins(callee, ['describe']) ? path : groups
  }
  visit(parseSync(file, text).program.body, [])
  return titles
}

const tests = ['it', 'test']

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
}

interface CallNode extends Node {
  readonly type: 'CallExpression'
  readonly callee: Node
  readonly arguments: readonly Node[]
}

function isCall(value: object): value is CallNode {
  return 'type' in value && value.type === 'CallExpression'
}

/** `it`, `it.each(…)`, `it.skipIf(…)` and the like, for the name `it`. */
function begins(callee: Node, names: readonly string[]): boolean {
  const { name, object, callee: inner } = callee as Node & Record<string, unknown>
  if (callee.type === 'Identifier') return names.includes(String(name))
  if (callee.type === 'MemberExpression') return begins(object as Node, names)
  return callee.type === 'CallExpression' && begins(inner as Node, names)
}

/** The titles of a table's rows whose first text claims a check by its number, as in `4.1 #30 three contacts`. */
function rowTitles(callee: Node, title: string): readonly string[] {
  const [table] = isCall(callee) ? callee.arguments : []
  return elementsOf(table).flatMap((row) => {
    const value = valueOf(elementsOf(row)[0])
    return value !== undefined && /^\d\.\d #\d/.test(value) ? [title.replace('%s', value)] : []
  })
}

function elementsOf(node: Node | undefined): readonly Node[] {
  const { elements = [] } = (node ?? {}) as { readonly elements?: readonly Node[] }
  return elements
}

function valueOf(node: Node | undefined): string | undefined {
  const { value } = (node ?? {}) as { readonly value?: unknown }
  return typeof value === 'string' ? value : undefined
}

function textOf({ type, start, end, ...rest }: Node, text: string): string | undefined {
  if (type === 'Literal') {
    const { value } = rest as { readonly value?: unknown }
    return typeof value === 'string' ? value : undefined
  }
  return type === 'TemplateLiteral' ? text.slice(start + 1, end - 1) : undefined
}
