import { nameCovers } from '../certificate.ts'
import type { Installations, Served } from '../installations.ts'

/** What a listener serves beside its default certificate. */
export interface Additional {
  /** Its own among those of the listener. */
  readonly id: string
  readonly served: Served
  /** The names for which it is served. Default: its own. */
  readonly names?: readonly string[]
}

interface Bindings {
  /** As `UsingProductList` spells it. */
  readonly product: string
  /** The listener. */
  readonly resource: string
  readonly fallback: Served | undefined
  readonly additional: readonly Additional[]
  readonly slowly?: boolean
}

/**
 * Puts the certificates of a listener in place. An additional one goes before the default where it stands for the name
 * that is asked, and the newest before older ones.
 */
export function bindListener(
  installations: Installations,
  { product, resource, fallback, additional, slowly = false }: Bindings,
): void {
  const put = (id: string, served: Served | undefined, names: readonly string[]): void => {
    const place = { product, resource: id, names }
    const now = installations.all.find(
      (one) => one.product === product && one.resource === id && one.wanted === served,
    )
    if (now && now.names?.join() === names.join()) return
    // Where it is served already, nothing changes but the names; and what goes leaves its names at once to others.
    installations.install(place, served, { slowly: slowly && !now && served !== undefined })
  }

  const claimed: string[] = []
  for (const { id, served, names = served.certificate.names } of additional.toReversed()) {
    const own = names.filter((name) => !claimed.includes(name))
    claimed.push(...own)
    put(`${resource}/${id}`, served, own)
  }
  const rest = (fallback?.certificate.names ?? []).filter(
    (name) => !claimed.some((other) => nameCovers(other, name)),
  )
  put(resource, fallback, rest)
  const present = new Set(additional.map(({ id }) => `${resource}/${id}`))
  for (const one of installations.all) {
    const isOurs = one.product === product && one.resource.startsWith(`${resource}/`)
    if (isOurs && one.wanted && !present.has(one.resource)) put(one.resource, undefined, [])
  }
}

/** Whether a change of the listener's certificates is on its way. Counts as a look at it. */
export function isBindingPending(
  installations: Installations,
  product: string,
  resource: string,
): boolean {
  return installations.all
    .filter((one) => one.product === product)
    .filter((one) => one.resource === resource || one.resource.startsWith(`${resource}/`))
    .map((one) => installations.look(product, one.resource)?.pending)
    .includes(true)
}
