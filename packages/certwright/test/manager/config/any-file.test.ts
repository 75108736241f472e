import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { parse, stringify } from 'yaml'
import { expect, test } from 'vitest'
import { ConfigError } from '../../../src/manager/config/complaint.ts'
import { parseConfig } from '../../../src/manager/config/load.ts'
import { context } from './written.ts'

const whole = readFileSync(new URL('whole.yaml', import.meta.url), 'utf8')

/** What is said about a text; anything but complaints fails the test. Each has a place that the text has. */
async function judged(text: string): Promise<number> {
  const lines = text.split('\n')
  try {
    await parseConfig(text, '/certwright.yaml', { ...context, env: { CLOUD_ID: 'id' } })
    return 0
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const { position, code } of error.complaints) {
      const { line = 0, column = 0 } = position
      expect(line, code).toBeGreaterThan(0)
      expect(line, code).toBeLessThanOrEqual(lines.length)
      expect(column, code).toBeGreaterThan(0)
      expect(column, code).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1)
    }
    return error.complaints.length
  }
}

/** The paths of all parts of a value. */
function paths(
  value: unknown,
  path: readonly (string | number)[] = [],
): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  const keys = Array.isArray(value) ? value.map((_, i) => i) : Object.keys(value)
  return [
    path,
    ...keys.flatMap((key) =>
      paths((value as Record<string | number, unknown>)[key], [...path, key]),
    ),
  ]
}

function replaced(
  value: unknown,
  [key, ...rest]: readonly (string | number)[],
  part: unknown,
): unknown {
  if (key === undefined) return part
  const inner = replaced((value as Record<string | number, unknown>)[key], rest, part)
  if (Array.isArray(value)) return value.map((one: unknown, i) => (i === key ? inner : one))
  return { ...(value as object), [key]: inner }
}

const everyPath = paths(parse(whole))
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(
    '',
    'x',
    '*.example.com',
    'cloud',
    'main',
    'http-01',
    'dns-01',
    0,
    -1,
    1e9,
    null,
    [],
    {},
  ),
)

test('whatever stands in a part of a file, it is judged and never falls over', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(everyPath.length - 1), anything), { minLength: 1, maxLength: 3 }),
      async (changes) => {
        let value: unknown = parse(whole)
        for (const [i, part] of changes) {
          // What an earlier change has taken away is not there to be changed.
          const path = everyPath[i] ?? []
          const isThere = paths(value).some((one) => JSON.stringify(one) === JSON.stringify(path))
          if (isThere) value = replaced(value, path, part)
        }
        await judged(stringify(value))
      },
    ),
    { numRuns: 200 },
  )
})

test('whatever text a file is, it is judged and never falls over', async () => {
  const cut = fc.tuple(fc.nat(whole.length), fc.nat(40), fc.string({ maxLength: 8 }))
  await fc.assert(
    fc.asyncProperty(cut, async ([at, length, text]) => {
      await judged(whole.slice(0, at) + text + whole.slice(at + length))
    }),
    { numRuns: 200 },
  )
})

test('whatever JSON a file is, it is judged and never falls over', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (value) => {
      await judged(JSON.stringify(value))
    }),
    { numRuns: 100 },
  )
})
