import { orders } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { failure } from './failure.ts'
import { fakeCa, knownAccount, type FakeCa } from './fake-ca.ts'

const page = (name: string): string => `https://ca.test/orders/${name}`

interface Page {
  readonly orders?: unknown
  readonly next?: string
}

/** A CA with these pages; the account's list begins at `first`. */
async function world(
  pages: Readonly<Record<string, Page>>,
  list: unknown = page('first'),
): Promise<{ readonly ca: FakeCa; readonly urls: () => Promise<string[]> }> {
  const ca = fakeCa({
    before: ({ path }) => {
      if (path.startsWith('/account/')) return { body: { status: 'valid', orders: list } }
      if (!path.startsWith('/orders/')) return undefined
      const { next, ...body } = pages[path.slice('/orders/'.length)] ?? {}
      return { body, headers: next === undefined ? {} : { link: `<${next}>;rel="next"` } }
    },
  })
  const account = await knownAccount(ca)
  return { ca, urls: async () => all(orders(ca.client(), account)) }
}

async function all(urls: AsyncIterable<string>): Promise<string[]> {
  const list: string[] = []
  for await (const url of urls) list.push(url)
  return list
}

const order = (id: number): string => `https://ca.test/order/${id}`

describe('orders', () => {
  it('says where a CA keeps no list', async () => {
    for (const none of [null, '', 7]) {
      const { urls } = await world({}, none)
      const url: unknown = expect.stringMatching(/^https:\/\/ca\.test\/account\//)
      await expect(urls()).rejects.toThrow(failure('ACME_NOT_SUPPORTED', { url }))
      await expect(urls()).rejects.toThrow(
        /^the CA keeps no list of the orders of https:\/\/ca\.test\/account\//,
      )
    }
  })

  it('lists what is on all pages, each once, relative or not', async () => {
    const { urls } = await world({
      first: { orders: [order(1), '/order/2'], next: page('second') },
      second: { orders: null, next: '/orders/third' },
      third: { orders: [order(2), order(3)] },
    })
    await expect(urls()).resolves.toEqual([order(1), order(2), order(3)])
  })

  it('ends where pages lead back to one another', async () => {
    const { ca, urls } = await world({
      first: { orders: [order(1)], next: page('second') },
      second: { orders: [order(2)], next: page('first') },
    })
    await expect(urls()).resolves.toEqual([order(1), order(2)])
    expect(ca.calls().filter((call) => call.includes('/orders/'))).toHaveLength(2)
    const { urls: own } = await world({ first: { orders: [], next: page('first') } })
    await expect(own()).resolves.toEqual([])
  })

  it('asks for a page only when it is wanted', async () => {
    const { ca } = await world({
      first: { orders: [order(1)], next: page('second') },
      second: { orders: [order(2)] },
    })
    for await (const url of orders(ca.client(), await knownAccount(ca))) {
      expect(url).toBe(order(1))
      break
    }
    expect(ca.calls()).not.toContain('POST /orders/second')
  })

  it.each([
    [{ orders: 'all' }, 'orders of the list is not a list'],
    [{ orders: [7] }, 'an order of the list is missing'],
    [{ orders: [''] }, 'an order of the list is missing'],
  ])('refuses %j', async (first, why) => {
    const { urls } = await world({ first })
    await expect(urls()).rejects.toThrow(
      failure('ACME_RESPONSE_NOT_CONFORM', { message: `${page('first')} replied wrongly: ${why}` }),
    )
  })

  it('refuses a page that is no JSON', async () => {
    const list = 'https://ca.test/list'
    const ca = fakeCa({
      before: ({ path }) => {
        if (path === '/list') return { body: '<html>' }
        return path.startsWith('/account/') ? { body: { orders: list } } : undefined
      },
    })
    await expect(all(orders(ca.client(), await knownAccount(ca)))).rejects.toThrow(
      `${list} replied wrongly: the list of orders is not JSON`,
    )
  })
})
