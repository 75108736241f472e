import type { Place } from '../dns/delegation.ts'
import { isWithin } from '../dns/domain-name.ts'
import { dnsProvider } from '../dns/providers/registry.ts'
import { CertwrightError } from '../runtime/error.ts'
import type { ChallengeSettings } from '../solvers/challenge-settings.ts'
import type { SolverContext } from '../solvers/registry.ts'
import { dnssecFinding } from './dnssec.ts'
import { errorFinding, type Finding } from './finding.ts'
import { inTurns } from './in-turns.ts'
import type { NamesContext, NamesRequest } from './names.ts'
import { persistFindings } from './persist.ts'
import { recordName } from './record-name.ts'
import { placeFindings, providerFindings, zoneFindings, type PlaceFindings } from './zone.ts'

/** Where the dns-01 records of names belong, whether the servers there answer, and whether we may write there. */
export async function recordFindings(
  names: readonly string[],
  { challenge, accountUrl, persistRecords = [] }: NamesRequest,
  { lookup, solvers }: NamesContext,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const looks = await inTurns(names, async (name): Promise<PlaceFindings> => {
    const own = await recordName(challenge.type, name, accountUrl)
    return own === undefined
      ? {
          findings: [
            { area: 'dns', level: 'skipped', code: 'dns-account', params: { about: name } },
          ],
        }
      : placeFindings({ name, own }, lookup, signal)
  })
  const places = looks.flatMap(({ place }) => place ?? [])
  const zones = [...new Set(places.flatMap(({ zone }) => zone ?? []))]
  const servers = await inTurns(zones, async (zone) => zoneFindings(zone, lookup, signal))
  // A zone that a name is delegated to is signed on its own. Its apex is asked for, never the record's own name,
  // whose absence the resolver would remember.
  const delegated = zones.filter((zone) => !names.some((name) => isWithin(name, zone)))
  const security = await inTurns(delegated, async (zone) =>
    dnssecFinding(zone, ['SOA'], lookup, signal),
  )
  const access = await accessFindings(places, challenge, solvers, signal)
  const now = solvers.host.now()
  const standing = await persistFindings(persistRecords, { lookup, now }, signal)
  return [
    ...looks.flatMap(({ findings }) => findings),
    ...servers.flat(),
    ...security,
    ...access,
    ...standing,
  ]
}

async function accessFindings(
  places: readonly Place[],
  { dns, dnsOptions = {} }: ChallengeSettings,
  context: SolverContext,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  if (dns === undefined || places.length === 0) return []
  const provider = await dnsProvider(dns, dnsOptions, context)
  if (!provider.ownsName) return providerFindings(provider, { name: dns, places }, signal)
  // Such a service takes records at a name of its own alone, which ours has to be an alias of.
  return places
    .filter(({ name }) => name.startsWith('_acme-challenge.'))
    .map(({ name }) =>
      errorFinding('dns', new CertwrightError('DNS_DELEGATION_MISSING', { name }), name),
    )
}
