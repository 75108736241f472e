import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { withCode } from '../page-code.ts'

const program = readFileSync(new URL('../../examples/series/get-nonce.ts', import.meta.url), 'utf8')

describe('the code of a page', () => {
  it('is the program that a block names', () => {
    const page = 'Text.\n\n<!-- code: get-nonce.ts -->\n\n```ts\nold\n```\n\nMore.\n'
    const block = `<!-- code: get-nonce.ts -->\n\n\`\`\`ts\n${program.trimEnd()}\n\`\`\``
    expect(withCode(page)).toBe(`Text.\n\n${block}\n\nMore.\n`)
  })

  it('can be some lines of it', () => {
    const page = '<!-- code: get-nonce.ts 1-2 -->\n\n```ts\n```\n'
    const lines = program.split('\n').slice(0, 2).join('\n')
    expect(withCode(page)).toBe(`<!-- code: get-nonce.ts 1-2 -->\n\n\`\`\`ts\n${lines}\n\`\`\`\n`)
  })

  it('leaves other blocks alone', () => {
    const page = '```sh\nls\n```\n\n```json\n{}\n```\n'
    expect(withCode(page)).toBe(page)
  })

  it('fails where a program is gone', () => {
    expect(() => withCode('<!-- code: gone.ts -->\n\n```ts\n```\n')).toThrow('ENOENT')
  })
})
