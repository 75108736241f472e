import { describe, expect, it } from 'vitest'
import { clientBugs, type ClientBug } from '../conformance/client-bugs.ts'
import { testTitles } from '../conformance/titles.ts'

const titles = (await testTitles())
  .filter(({ file }) => /^packages\/[^/]+\/test\/bugs\//.test(file))
  .map(({ title }) => title)

const thread = /[\w.-]+\/[\w.-]+#\d+/g

function isAbout(title: string, { number, threads }: ClientBug): boolean {
  if (number !== 'more') return title.startsWith(`bug ${number}: `)
  return title.startsWith('more: ') && threads.some((one) => title.includes(one))
}

describe('a bug that other clients had', () => {
  it('is one of forty, or of those that came to the list later', () => {
    const numbers = clientBugs.flatMap(({ number }) => (number === 'more' ? [] : [number]))
    expect(numbers).toEqual(Array.from({ length: 40 }, (_, at) => at + 1))
    expect(clientBugs.length - numbers.length).toBeGreaterThanOrEqual(11)
  })

  it.each(clientBugs)('has a test of ours: $number, $symptom', (bug) => {
    const own = titles.filter((title) => isAbout(title, bug))
    expect(own).not.toEqual([])
    // Where somebody can read of it: in at least one title, and no thread of another bug in any.
    const named = own.flatMap((title) => title.match(thread) ?? [])
    expect(named).not.toEqual([])
    if (bug.number !== 'more') expect(bug.threads).toEqual(expect.arrayContaining(named))
  })

  it('is what every test in these folders is about', () => {
    expect(titles.filter((title) => !clientBugs.some((bug) => isAbout(title, bug)))).toEqual([])
  })
})
