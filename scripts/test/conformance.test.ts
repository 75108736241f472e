import { describe, expect, it } from 'vitest'
import { behaviours, checkNumbers, conformance } from '../conformance/conformance.ts'
import { pebbleChecks, strictChecks } from '../conformance/server-checks.ts'
import { testTitles, titlesIn } from '../conformance/titles.ts'

const titles = await testTitles()

describe('the conformance document', () => {
  it('is refused where a behaviour, a check or a bug has no test', () => {
    const { faults } = conformance([])
    expect(faults).toContainEqual(expect.stringMatching(/^1\.1\.1: no test: acme\/request › /))
    expect(faults).toContainEqual(expect.stringMatching(/^4\.1 #79 has no test: /))
    expect(faults).toContainEqual(expect.stringMatching(/^4\.2 #22 has no test: /))
    expect(faults).toContainEqual(expect.stringMatching(/^bug 40 has no test: /))
  })

  it('is refused where a test could be meant twice', () => {
    // The first file of tests need not have one that the document names.
    const { faults } = conformance([...titles, ...titles])
    const twice = faults.filter((fault) => fault.includes('several tests'))
    expect(twice).not.toEqual([])
  })

  it('has every number of the lists', () => {
    const counts = behaviours.map(({ number, behaviours }) => [number, behaviours.length])
    expect(Object.fromEntries(counts)).toMatchObject({
      ...{ '1.1': 23, '1.2': 15, '1.3': 6, '1.4': 14 },
      ...{ '1.5': 25, '1.6': 15, '1.7': 5, '1.8': 11 },
    })
    expect([pebbleChecks.checks.length, strictChecks.checks.length]).toEqual([79, 22])
    const numbers = behaviours.flatMap(({ behaviours }) => behaviours.map(({ number }) => number))
    const { document } = conformance(titles)
    expect(numbers.filter((number) => !document.includes(`\n| ${number} | `))).toEqual([])
  })

  it('takes the number of a check from the title alone', () => {
    expect(checkNumbers('4.1', '4.1 #49, #50: another account')).toEqual([49, 50])
    expect(checkNumbers('4.2', 'exemptions › 4.2 #7 #16 a replacement')).toEqual([7, 16])
    expect(checkNumbers('4.1', '4.1 #7: EdDSA; 4.2 #20: the list')).toEqual([7])
    expect(checkNumbers('4.2', '4.1 #7: EdDSA; 4.2 #20: the list')).toEqual([20])
    expect(checkNumbers('4.1', 'is #12 of 4.1')).toEqual([])
  })
})

describe('the titles of a file', () => {
  it('are those of its tests, with the groups around them', () => {
    const text = [
      "describe('a', () => {",
      "  describe.each([1])('b %s', () => {",
      "    it('c', () => {})",
      '    it.each([[2]])(`d ${1}`, () => {})',
      '  })',
      "  it.skipIf(true)('e', () => {})",
      "  it.each([['4.1 #30 h', 1], ['i', 2]])('%s is refused', () => {})",
      '})',
      "test('f', () => { it(name, () => {}) })",
      "other('g', () => {})",
    ]
    const paths = titlesIn('x.test.ts', text.join('\n')).map(({ path }) => path)
    expect(paths).toEqual([
      ...['a › b %s › c', 'a › b %s › d ${1}', 'a › e'],
      ...['a › %s is refused', 'a › 4.1 #30 h is refused', 'f'],
    ])
  })
})
