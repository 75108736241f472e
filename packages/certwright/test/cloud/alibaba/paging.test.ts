import { describe, expect, it } from 'vitest'
import { numberedPages, tokenPages } from '../../../src/cloud/alibaba/paging.ts'

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

describe('numbered pages', () => {
  it.each([
    [[[1, 2], [3, 4], [5]], 5, 3],
    [
      [
        [1, 2],
        [3, 4],
      ],
      4,
      2,
    ],
    [[[]], 0, 1],
    [[[1, 2], [3], []], undefined, 3],
    [[[1, 2], []], 9, 2],
  ])('%j of %s in all are read to the end, with %i questions', async (pages, total, questions) => {
    const asked: number[] = []
    const found = await all(
      numberedPages(async (page) => {
        asked.push(page)
        return { items: pages[page - 1] ?? [], total }
      }),
    )
    expect(found).toEqual(pages.flat())
    expect(asked).toEqual(Array.from({ length: questions }, (_, i) => i + 1))
  })

  it('that nobody wants are not asked for', async () => {
    const asked: number[] = []
    for await (const item of numberedPages(async (page) => {
      asked.push(page)
      return { items: [1, 2], total: 4 }
    })) {
      if (item === 2) break
    }
    expect(asked).toEqual([1])
  })
})

describe('pages by token', () => {
  it.each([['' as const], [null], [undefined]])('end with %j', async (last) => {
    const asked: (string | undefined)[] = []
    const found = await all(
      tokenPages(async (token) => {
        asked.push(token)
        return token === undefined
          ? { items: [1], nextToken: 'second' }
          : { items: [2], nextToken: last }
      }),
    )
    expect(found).toEqual([1, 2])
    expect(asked).toEqual([undefined, 'second'])
  })

  it('end where a token comes back', async () => {
    expect(await all(tokenPages(async () => ({ items: [1], nextToken: 'same' })))).toEqual([1, 1])
  })
})
