import {
  AcmeError,
  getOrder,
  momentOf,
  orders,
  sameIdentifiers,
  type Identifier,
  type Order,
} from '@certwright/acme'
import { withAccount } from './account.ts'
import type { IssuanceContext, OpenAccount } from './issuance.ts'

export interface AccountOrders {
  /** In the order of the CA's list. */
  readonly orders: readonly Order[]
  /** Whether the list goes on. */
  readonly more: boolean
}

/**
 * The account's orders, `limit` at most (RFC 8555 §7.1.2.1). A CA that keeps no list is `ACME_NOT_SUPPORTED`. An order
 * that is in the list and gone is left out.
 */
export async function accountOrders(
  open: OpenAccount,
  { limit, signal }: { readonly limit: number; readonly signal?: AbortSignal | undefined },
  context: IssuanceContext,
): Promise<AccountOrders> {
  return withAccount(
    open,
    context,
    async ({ client, account }) => {
      const urls: string[] = []
      for await (const url of orders(client, account, { signal })) {
        urls.push(url)
        if (urls.length > limit) break
      }
      const shown = await ordersAt(urls.slice(0, limit), { client, account }, signal)
      return { orders: shown, more: urls.length > limit }
    },
    signal,
  )
}

/** As many as the client has nonces for. */
const atOnce = 8

async function ordersAt(
  urls: readonly string[],
  { client, account }: Pick<OpenAccount, 'client' | 'account'>,
  signal: AbortSignal | undefined,
): Promise<readonly Order[]> {
  const read: Order[] = []
  for (let start = 0; start < urls.length; start += atOnce) {
    const batch = urls.slice(start, start + atOnce).map(async (url) => {
      try {
        return await getOrder(client, account, url, { signal })
      } catch (error) {
        if (error instanceof AcmeError && error.status === 404) return []
        throw error
      }
    })
    read.push(...(await Promise.all(batch)).flat())
  }
  return read
}

export interface LostOrder {
  readonly identifiers: readonly Identifier[]
  /** Where one was asked for; an order of another profile is another order. */
  readonly profile?: string | undefined
  /** Orders that others are at work on. */
  readonly known: ReadonlySet<string>
}

/** How many of an account's newest orders are looked through: the lost one was made a moment ago. */
const newest = 30
/** A longer list is not read through: that costs more than an order that nobody finishes. */
const longest = 1000

/**
 * The URL of the order that the CA made although its reply was lost: the newest one for the same identifiers that can
 * still be used. `undefined` where there is none, the CA keeps no list, or its list cannot be read: an order that nobody
 * finishes must not cost the certificate.
 */
export async function findOrder(
  open: Pick<OpenAccount, 'client' | 'account'>,
  lost: LostOrder,
  { host }: Pick<IssuanceContext, 'host'>,
  signal?: AbortSignal,
): Promise<string | undefined> {
  try {
    const found = await newestOrders(open, lost.known, signal)
    return found.findLast((order) => isThat(order, lost, host.now()))?.url
  } catch (error) {
    if (error instanceof AcmeError) return undefined
    throw error
  }
}

async function newestOrders(
  { client, account }: Pick<OpenAccount, 'client' | 'account'>,
  known: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<readonly Order[]> {
  const urls: string[] = []
  for await (const url of orders(client, account, { signal })) {
    if (urls.push(url) > longest) return []
  }
  // RFC 8555 gives the list no order; CAs add at its end.
  const candidates = urls.filter((url) => !known.has(url)).slice(-newest)
  return ordersAt(candidates, { client, account }, signal)
}

function isThat(order: Order, { identifiers, profile }: LostOrder, now: number): boolean {
  const { status, expires = '' } = order
  return (
    (status === 'pending' || status === 'ready') &&
    sameIdentifiers(order.identifiers, identifiers) &&
    (profile === undefined || order.profile === profile) &&
    (momentOf(expires) ?? Number.POSITIVE_INFINITY) > now
  )
}
