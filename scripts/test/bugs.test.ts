import { describe, expect, it } from 'vitest'
import { clientBugs } from '../conformance/client-bugs.ts'
import { isAboutBug, isBugTest } from '../conformance/conformance.ts'
import { testTitles } from '../conformance/titles.ts'

const titles = (await testTitles()).filter(({ file }) => isBugTest(file)).map(({ title }) => title)

const thread = /[\w.-]+\/[\w.-]+#\d+/g

describe('a bug that other clients had', () => {
  it('is one of forty, or of those that came to the list later', () => {
    const numbers = clientBugs.flatMap(({ number }) => (number === 'more' ? [] : [number]))
    expect(numbers).toEqual(Array.from({ length: 40 }, (_, at) => at + 1))
    expect(clientBugs.length - numbers.length).toBeGreaterThanOrEqual(11)
  })

  it.each(clientBugs)('has a test of ours: $number, $symptom', (bug) => {
    const own = titles.filter((title) => isAboutBug(title, bug))
    expect(own).not.toEqual([])
    // Where somebody can read of it: in at least one title, and no thread of another bug in any.
    const named = own.flatMap((title) => title.match(thread) ?? [])
    expect(named).not.toEqual([])
    if (bug.number !== 'more') expect(bug.threads).toEqual(expect.arrayContaining(named))
  })

  it('is what every test in these folders is about', () => {
    expect(titles.filter((title) => !clientBugs.some((bug) => isAboutBug(title, bug)))).toEqual([])
  })
})
