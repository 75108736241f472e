import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { missingNumbers, namedTests, testFilesIn } from '../named-tests.ts'

const folder = (kind: string): string =>
  fileURLToPath(new URL(`../../packages/certwright/test/alibaba/${kind}`, import.meta.url))

describe('tests that are named after numbers', () => {
  it('are found by their titles alone', () => {
    const files = {
      'b.test.ts': "it('pitfall 2: is one', async () => {})\n// pitfall 3: is only spoken of\n",
      'a.test.ts':
        "describe.each(all)(\n  'pitfall 10: has $several ($name)',\n  () => {})\nit.each([1])(`pitfall 2: is another (%s)`, () => {})\n",
    }
    expect(namedTests('pitfall', files)).toEqual([
      { number: 2, title: 'is another', file: 'a.test.ts' },
      { number: 2, title: 'is one', file: 'b.test.ts' },
      { number: 10, title: 'has $several', file: 'a.test.ts' },
    ])
    expect(missingNumbers(namedTests('pitfall', files), 4)).toEqual([1, 3, 4])
  })

  it.each([
    ['pitfall', 25],
    ['complaint', 20],
  ] as const)('every %s of Alibaba Cloud has one, of %i', (kind, count) => {
    const tests = namedTests(kind, testFilesIn(folder(`${kind}s`)))
    expect(missingNumbers(tests, count)).toEqual([])
    expect(tests.every(({ number }) => number >= 1 && number <= count)).toBe(true)
  })
})
