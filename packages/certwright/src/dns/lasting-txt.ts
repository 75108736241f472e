import type { Place } from './delegation.ts'
import { awaitPropagation, type PropagationOptions } from './propagation.ts'
import type { DnsProvider } from './provider.ts'
import { zoneFinder } from './provider-zone.ts'

/** A TXT value that is to stay. */
export interface LastingTxt {
  /** Where it is written, CNAMEs already followed, with the zone that was found in the DNS. */
  readonly place: Place & { readonly zone: string }
  readonly value: string
}

/** How long such a value may be cached, in seconds. */
export const lastingTtl = 3600

/**
 * Adds values beside those that stand, and waits until every authoritative server shows them. There is no receipt: what
 * is written here nobody is to remove by himself.
 */
export async function addLastingTxt(
  values: readonly LastingTxt[],
  provider: DnsProvider,
  options: PropagationOptions,
  signal?: AbortSignal,
): Promise<void> {
  const zoneOf = zoneFinder(provider)
  for (const { place, value } of values) {
    const zone = await zoneOf(place)
    await provider.addTxt({ zone, name: place.name, value, ttlSeconds: lastingTtl }, signal)
  }
  const expected = values.map(({ place: { zone, name }, value }) => ({
    zone,
    name,
    values: [value],
  }))
  await awaitPropagation(expected, options, signal)
}
