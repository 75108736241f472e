import { getAccount, type Account } from './account.ts'
import type { Client } from './client.ts'
import { AcmeError } from './error.ts'
import type { CallOptions } from './exchange.ts'
import { optionalList, replyLinks, replyObject, usableUrl } from './reply.ts'
import { postAs } from './request.ts'

/** No list of orders that anybody reads is longer. */
const pagesAtMost = 10_000

/**
 * The URLs of an account's orders, page by page as they are asked for (RFC 8555 §7.1.2.1), each once. A CA that keeps
 * no list is `ACME_NOT_SUPPORTED`; pages that lead back to one another end.
 */
export async function* orders(
  client: Client,
  account: Account,
  options: CallOptions = {},
): AsyncGenerator<string, void, void> {
  let page = (await getAccount(client, account, options)).orders
  if (page === undefined) {
    throw new AcmeError(
      'ACME_NOT_SUPPORTED',
      `the CA keeps no list of the orders of ${account.url}`,
      {
        url: account.url,
      },
    )
  }
  const pages = new Set<string>()
  const known = new Set<string>()
  while (page !== undefined && !pages.has(page) && pages.size < pagesAtMost) {
    pages.add(page)
    const reply = await postAs(client, account, { url: page }, options)
    const { orders: entries } = replyObject(reply, 'the list of orders')
    for (const entry of optionalList(entries, reply, 'orders of the list')) {
      const url = usableUrl(entry, reply, 'an order of the list')
      if (!known.has(url)) yield url
      known.add(url)
    }
    // "... a Link header field with a 'next' link relation indicating where further entries can be acquired."
    page = replyLinks(reply, 'next')[0]
  }
}
