import { Ajv2020 } from 'ajv/dist/2020.js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { knobsShape } from '../../src/ca/knob-shapes.ts'
import { closestWord } from '../../src/shape/closest-word.ts'
import { jsonSchema } from '../../src/shape/json-schema.ts'
import {
  anything,
  choice,
  complaints,
  count,
  described,
  either,
  flag,
  list,
  object,
  pathText,
  text,
  type Shape,
} from '../../src/shape/shape.ts'

const saidOf = (shape: Shape, value: unknown): string[] =>
  complaints(shape, value).map(({ path, says }) => `${pathText(path)} ${says}`.trim())

describe('complaints', () => {
  it.each<[Shape, unknown, string[]]>([
    [flag, 'true', ['is not true or false']],
    [text, 7, ['is not a string']],
    [{ is: 'text', pattern: /^a/, example: 'abc' }, 'b', ['is not a string such as abc']],
    [count, -1, ['is not a whole number from 0']],
    [count, 1.5, ['is not a whole number from 0']],
    [{ is: 'number', most: 9 }, 10, ['is not a number up to 9']],
    [{ is: 'number' }, Number.NaN, ['is not a number']],
    [choice('a', 'b'), 'c', ['is not one of "a", "b"']],
    [choice(null), 0, ['is not null']],
    [list(flag), {}, ['is not a list of: true or false']],
    [list(flag, { least: 1 }), [], ['has fewer than 1 entries']],
    [list(flag, { most: 1 }), [true, false], ['has more than 1 entries']],
    [list(list(count)), [[0], ['x']], ['[1][0] is not a whole number from 0']],
    [{ is: 'map', of: count }, { a: 1, b: 'x' }, ['b is not a whole number from 0']],
    [{ is: 'map', of: count, names: /^[a-z]+$/ }, { A: 1 }, ['A is not a name like ^[a-z]+$']],
    [{ is: 'map', of: count }, [], ['is not an object that has, by name: a whole number from 0']],
    [object({ a: { shape: flag, required: true } }), {}, ['has no a']],
    [object({ a: { shape: flag } }), null, ['is not an object with a']],
    [either(flag, count), 'x', ['is neither true or false nor a whole number from 0']],
    [
      either(choice('all'), object({ of: { shape: count } })),
      { of: 'x' },
      ['of is not a whole number from 0'],
    ],
  ])('%j of %j', (shape, value, expected) => {
    expect(saidOf(shape, value)).toEqual(expected)
  })

  it.each<[Shape, unknown]>([
    [anything, undefined],
    [object({ a: { shape: flag } }), { a: undefined }],
    [either(flag, count), 3],
    [list(choice(1, 'x')), [1, 'x', 1]],
  ])('%j has none of %j', (shape, value) => {
    expect(saidOf(shape, value)).toEqual([])
  })

  it('come all at once, and name the word that was meant', () => {
    const shape = object({ certificate: { shape: text }, order: { shape: count } })
    expect(saidOf(shape, { certifcate: 'x', Order: 1, nonsense: 2, order: -1 })).toEqual([
      'certifcate is not known here; did you mean certificate?',
      'Order is not known here; did you mean order?',
      'nonsense is not known here',
      'order is not a whole number from 0',
    ])
  })

  it('know no member that every object has', () => {
    expect(saidOf(object({}), JSON.parse('{"__proto__":1,"toString":2}'))).toHaveLength(2)
  })
})

describe('a word that was meant', () => {
  it.each([
    ['nonceRejectPercnt', 'nonceRejectPercent'],
    ['PROFILES', 'profiles'],
    ['zone', 'zones'],
    ['xyz', undefined],
    ['', undefined],
  ])('%j is %j', (word, expected) => {
    expect(closestWord(word, ['zones', 'profiles', 'nonceRejectPercent'])).toBe(expected)
  })
})

describe('JSON Schema', () => {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true })

  it('finds fault with the same values as the shape', () => {
    const validate = ajv.compile(jsonSchema(knobsShape))
    const names = Object.keys(knobsShape.members)
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom('letsencrypt', 5, true, []),
    )
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 3 }), (knobs) => {
        const given = JSON.parse(JSON.stringify(knobs)) as unknown
        expect(validate(given)).toBe(complaints(knobsShape, given).length === 0)
      }),
    )
  })

  it('is told in words too', () => {
    expect(described(knobsShape.members.strict.shape)).toBe('one of true, false, "letsencrypt"')
  })
})
