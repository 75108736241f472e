import { expect, it } from 'vitest'
import { ancestors, encodeName, isWithin, plainName } from '../../src/dns/domain-name.ts'

it.each(['a..b', `${'x'.repeat(64)}.test`, `${'x.'.repeat(127)}xx`])(
  'refuses to write %j, which is no domain name',
  (name) => {
    expect(() => encodeName(name)).toThrow(TypeError)
  },
)

it('writes a name in lower case, the final dot or not', () => {
  const bytes = Buffer.from('\u0003www\u0007example\u0000', 'latin1')
  expect(encodeName('WWW.Example.')).toEqual(bytes)
  expect(encodeName('www.example')).toEqual(bytes)
  expect(encodeName('.')).toEqual(Buffer.of(0))
})

it('lists a name and all above it, without the root', () => {
  expect(ancestors('A.b.example.')).toEqual(['a.b.example', 'b.example', 'example'])
  expect(ancestors('.')).toEqual([])
})

it('takes whole labels only when it compares a name with a zone', () => {
  expect(isWithin('badexample.test', 'example.test')).toBe(false)
  expect(isWithin('www.example.test', 'example.test')).toBe(true)
  expect(isWithin(plainName('Example.TEST.'), 'example.test')).toBe(true)
})
