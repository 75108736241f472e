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
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const child of node) visit(child)
      return
    }
    if (typeof node !== 'object' || node === null) return
    if (isNode(node) && node.type === 'CallExpression' && isTest(node.callee)) {
      const [first] = node.arguments
      const title = first && textOf(first, text)
      if (title !== undefined) titles.push({ file, title })
    }
    for (const child of Object.values(node)) visit(child)
  }
  visit(parseSync(file, text).program.body)
  return titles
}

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

function isNode(value: object): value is CallNode {
  return 'type' in value && typeof value.type === 'string'
}

/** `it`, `test`, `it.each(…)`, `test.skipIf(…)` and the like, but nothing that `describe` begins. */
function isTest(callee: Node): boolean {
  const { name, object, callee: inner } = callee as Node & Record<string, unknown>
  if (callee.type === 'Identifier') return name === 'it' || name === 'test'
  if (callee.type === 'MemberExpression') return isTest(object as Node)
  return callee.type === 'CallExpression' && isTest(inner as Node)
}

function textOf({ type, start, end, ...rest }: Node, text: string): string | undefined {
  if (type === 'Literal') {
    const { value } = rest as { readonly value?: unknown }
    return typeof value === 'string' ? value : undefined
  }
  return type === 'TemplateLiteral' ? text.slice(start + 1, end - 1) : undefined
}
