/** One page of a list that is numbered. */
export interface NumberedPage<T> {
  readonly items: readonly T[]
  /** How many there are on all pages, where the API says. */
  readonly total?: number | undefined
}

/** Every item of a list that is read by page number, from 1: `PageNumber`, `PageSize`, `TotalCount`. */
export async function* numberedPages<T>(
  read: (page: number) => Promise<NumberedPage<T>>,
): AsyncGenerator<T> {
  let seen = 0
  for (let page = 1; ; page += 1) {
    const { items, total = Number.POSITIVE_INFINITY } = await read(page)
    yield* items
    seen += items.length
    if (items.length === 0 || seen >= total) return
  }
}

/** One page of a list that is read by token. */
export interface TokenPage<T> {
  readonly items: readonly T[]
  /** Of the next page. Empty or absent on the last. */
  readonly nextToken?: string | null | undefined
}

/** Every item of a list that is read by token: `NextToken`, `MaxResults`. */
export async function* tokenPages<T>(
  read: (token: string | undefined) => Promise<TokenPage<T>>,
): AsyncGenerator<T> {
  let token: string | undefined
  for (;;) {
    const { items, nextToken } = await read(token)
    yield* items
    // A token that stays the same would never end.
    if (!nextToken || nextToken === token) return
    token = nextToken
  }
}
