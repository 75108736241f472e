import { refuse } from './errors.ts'
import type { Reply } from './product.ts'
import type { Call } from './request.ts'

interface PageOptions {
  /** Counts from 1. */
  readonly number: number | undefined
  readonly size: number | undefined
  /** The size where none was asked for. */
  readonly usual: number
  readonly largest: number
}

interface Page<Item> {
  readonly items: readonly Item[]
  readonly number: number
  readonly size: number
  readonly total: number
}

/** Pages by number. A size beyond the largest is refused, a page beyond the last is empty. */
export function pageOf<Item>(all: readonly Item[], options: PageOptions): Page<Item> {
  const { number = 1, size = options.usual, largest } = options
  if (number < 1) throw invalid('PageNumber')
  if (size < 1 || size > largest) throw invalid('PageSize')
  const start = (number - 1) * size
  return { items: all.slice(start, start + size), number, size, total: all.length }
}

/** The page that a call asks for with `PageNumber` and `PageSize`, and what its reply says of it. */
export function askedPage<Item>(
  call: Call,
  all: readonly Item[],
  sizes: Pick<PageOptions, 'usual' | 'largest'>,
): { readonly items: readonly Item[]; readonly counts: Reply } {
  const [number, size] = [call.number('PageNumber'), call.number('PageSize')]
  const page = pageOf(all, { number, size, ...sizes })
  const counts = { PageNumber: page.number, PageSize: page.size, TotalCount: page.total }
  return { items: page.items, counts }
}

interface TokenPage<Item> {
  readonly items: readonly Item[]
  /** What to ask the next page with; absent on the last. */
  readonly next?: string
  readonly max: number
  readonly total: number
}

/** Pages by token. */
export function tokenPageOf<Item>(
  all: readonly Item[],
  options: { token: string; max: number | undefined; usual: number; largest: number },
): TokenPage<Item> {
  const { token, max = options.usual, largest } = options
  if (max < 1 || max > largest) throw invalid('MaxResults')
  const start = token === '' ? 0 : startOf(token)
  const end = start + max
  return {
    items: all.slice(start, end),
    ...(end < all.length ? { next: Buffer.from(`from ${end}`).toString('base64url') } : {}),
    max,
    total: all.length,
  }
}

function startOf(token: string): number {
  const match = /^from (\d+)$/.exec(Buffer.from(token, 'base64url').toString())
  if (!match) throw invalid('NextToken')
  return Number(match[1])
}

function invalid(name: string): Error {
  return refuse('InvalidParameter', { message: `The specified parameter "${name}" is not valid.` })
}
