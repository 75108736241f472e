import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commandLineFrom, commandText, posixQuoted } from '../../src/deploy/command-line.ts'

describe('a command as it is typed', () => {
  it.each(['', '  ', '"nginx', `nginx 'a`, '"" x'])('is none: %j', (text) => {
    expect(commandLineFrom(text)).toBeUndefined()
  })

  it.each([
    ['nginx -t', ['nginx', '-t']],
    ['  nginx\t-t ', ['nginx', '-t']],
    [`sh -c 'a "b" c'`, ['sh', '-c', 'a "b" c']],
    [`a --x="b c"d ""`, ['a', '--x=b cd', '']],
    ['a $HOME `b` \\ ; c', ['a', '$HOME', '`b`', '\\', ';', 'c']],
  ])('is split at spaces, and quotes keep together: %j', (text, words) => {
    expect(commandLineFrom(text)).toEqual(words)
  })

  it('is read again as it was printed, where no word has both quotes', () => {
    const word = fc.string().filter((text) => !(text.includes('"') && text.includes("'")))
    const program = word.filter((text) => text !== '')
    fc.assert(
      fc.property(program, fc.array(word), (first, rest) => {
        expect(commandLineFrom(commandText([first, ...rest]))).toEqual([first, ...rest])
      }),
    )
  })
})

it('quotes a word so that a POSIX shell gives it back', () => {
  const words = fc
    .sample(fc.string({ unit: 'binary' }), 50)
    .map((word) => word.replaceAll('\0', ''))
  const all = [...words, `it's`, '$(id)', '`id`', 'a\nb', '-n', '~', '*', '']
  const script = all.map((word) => `printf '%s\\0' ${posixQuoted(word)}`).join('\n')
  expect(spawnSync('sh', ['-c', script]).stdout.toString().split('\0').slice(0, -1)).toEqual(all)
})
