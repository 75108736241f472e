import { CertwrightError } from '../runtime/error.ts'
import type { Place } from './delegation.ts'
import { isWithin, plainName } from './domain-name.ts'
import type { DnsProvider } from './provider.ts'
import { remembering } from './remembering.ts'

/**
 * Finds the zone that a provider is to be told for a place: the longest of its own where it can say which it has, else
 * the one that was found in the DNS. Throws `DNS_ZONE_NOT_EDITABLE` and `DNS_ZONE_NOT_FOUND`.
 */
export function zoneFinder(provider: DnsProvider): (place: Place) => Promise<string> {
  const ownZones = remembering(async () => zonesOf(provider))
  return async ({ name, zone }) => {
    if (provider.zones) return editableZone(name, await ownZones(''))
    if (zone !== undefined) return zone
    if (provider.ignoresZone) return name
    throw new CertwrightError('DNS_ZONE_NOT_FOUND', { name })
  }
}

async function zonesOf(provider: DnsProvider): Promise<readonly string[]> {
  const zones: string[] = []
  for await (const zone of provider.zones?.() ?? []) zones.push(plainName(zone))
  return zones
}

/** The longest of the account's zones that the name lies in. */
function editableZone(name: string, zones: readonly string[]): string {
  const [longest] = zones.filter((zone) => isWithin(name, zone)).sort((a, b) => b.length - a.length)
  if (longest !== undefined) return longest
  throw new CertwrightError('DNS_ZONE_NOT_EDITABLE', { name, zones: zones.join(', ') || '-' })
}
