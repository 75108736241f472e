import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { referenceOf, sectionsOf, undocumented, type Section } from '../acme-reference.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reference-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function sections(porch: string, module: string): readonly Section[] {
  writeFileSync(join(folder, 'index.ts'), porch)
  writeFileSync(join(folder, 'x.ts'), module)
  return sectionsOf(join(folder, 'index.ts'), 'Other')
}

describe('the reference', () => {
  it.each([
    ['nothing before it', 'export function f(): void {}'],
    ['a line comment', '// Not this.\nexport function f(): void {}'],
    ['an ordinary block', '/* Not this. */\nexport function f(): void {}'],
    ['an empty one', '/** */\nexport function f(): void {}'],
    ['the comment of another', '/** Of g. */\nexport const g = 1\nexport function f(): void {}'],
  ])('names an export with %s', (_what, module) => {
    expect(undocumented(sections(`export { f } from './x.ts'`, module))).toEqual(['f'])
  })

  it('shows declarations without bodies, with the comments of their members', () => {
    const module = [
      '/** Adds. */\nexport function f({ a = 1 }: F = {}): number {\n  return a\n}',
      '/** Of f. */\nexport interface F {\n  /** By default 1. */\n  readonly a?: number\n}',
      '/** Fails. */\nexport class E extends Error {\n  readonly code = 1\n  get text(): string {\n    return "x"\n  }\n}',
      '/** One. */\nexport const v: number = 1',
    ].join('\n\n')
    const found = sections(`export { f, type F, E, v } from './x.ts'`, module)
    expect(found[0]?.entries.map(({ doc, code }) => [doc, code])).toEqual([
      ['Adds.', 'function f({ a = 1 }: F = {}): number'],
      ['Of f.', 'interface F {\n  /** By default 1. */\n  readonly a?: number\n}'],
      ['Fails.', 'class E extends Error {\n  readonly code = 1\n  get text(): string\n}'],
      ['One.', 'const v: number'],
    ])
  })

  it('has a section for each titled group, and an anchor of its own for each name', () => {
    const porch = `// The calls.\nexport { f } from './x.ts'\n\n// The shapes.\nexport type { F } from './x.ts'`
    const module = '/** A. */\nexport function f(): void {}\n/** B. */\nexport interface F {}'
    const page = referenceOf(sections(porch, module))
    expect(page).toContain('- [The calls](#the-calls): [`f`](#f)')
    expect(page).toContain('- [The shapes](#the-shapes): [`F`](#f-1)')
  })
})
