import { followDelegation, type Place } from '../dns/delegation.ts'
import { isWithin, plainName } from '../dns/domain-name.ts'
import { nameServersOf, type NameServer } from '../dns/name-server.ts'
import type { DnsProvider } from '../dns/provider.ts'
import { ask, txtValues } from '../dns/query.ts'
import { serverAddressText } from '../dns/server-address.ts'
import { CertwrightError } from '../runtime/error.ts'
import { errorFinding, type Finding } from './finding.ts'
import type { Lookup } from './lookup.ts'

/** Where a name's challenge record belongs; absent where that cannot be found. */
export interface PlaceFindings {
  readonly place?: Place
  readonly findings: readonly Finding[]
}

/** Follows the name of a challenge's record, e.g. `_acme-challenge.example.com`, to its zone. */
export async function placeFindings(
  { name, own }: { readonly name: string; readonly own: string },
  lookup: Lookup,
  signal?: AbortSignal,
): Promise<PlaceFindings> {
  try {
    const place = await followDelegation(own, lookup, signal)
    const { zone } = place
    if (zone === undefined) throw new CertwrightError('DNS_ZONE_NOT_FOUND', { name: place.name })
    const params = { about: name, own, name: place.name, zone }
    const code = place.name === plainName(own) ? 'dns-place' : 'dns-delegated'
    return { place, findings: [{ area: 'dns', level: 'ok', code, params }] }
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error
    return { findings: [errorFinding('dns', error, name)] }
  }
}

/** Whether every authoritative server of a zone answers for it, over IPv4 and IPv6. */
export async function zoneFindings(
  zone: string,
  lookup: Lookup,
  signal?: AbortSignal,
): Promise<readonly Finding[]> {
  return ofServers(zone, lookup, signal, async (server) => {
    const { rcode, authoritative, answers } = await askServer(server, zone, 'SOA', signal)
    const knows = authoritative && answers.some(({ type }) => type === 'SOA')
    const params = { about: zone, server: serverText(server) }
    if (knows) return { area: 'dns', level: 'ok', code: 'dns-server', params }
    const answer = authoritative || rcode !== 'NOERROR' ? rcode : `${rcode}, no AA`
    return { area: 'dns', level: 'fault', code: 'dns-server-lame', params: { ...params, answer } }
  })
}

/** What each authoritative server answers for the TXT records of a name, right now. */
export async function txtFindings(
  { name, zone }: Place,
  about: string,
  lookup: Lookup,
  signal?: AbortSignal,
): Promise<readonly Finding[]> {
  if (zone === undefined) return []
  return ofServers(zone, lookup, signal, async (server) => {
    const reply = await askServer(server, name, 'TXT', signal)
    const values = txtValues(reply, name).map((value) => `"${value.slice(0, 64)}"`)
    const answer = reply.rcode === 'NOERROR' ? values.join(', ') || '0 × TXT' : reply.rcode
    const params = { about, server: serverText(server), name, answer }
    return { area: 'dns', level: 'ok', code: 'txt-answer', params }
  })
}

async function ofServers(
  zone: string,
  lookup: Lookup,
  signal: AbortSignal | undefined,
  look: (server: NameServer) => Promise<Finding>,
): Promise<readonly Finding[]> {
  try {
    const servers = await nameServersOf(zone, lookup, signal)
    return await Promise.all(
      servers.map(async (server): Promise<Finding> => {
        try {
          return await look(server)
        } catch (error) {
          signal?.throwIfAborted()
          if (!(error instanceof CertwrightError)) throw error
          return unasked(zone, server, error)
        }
      }),
    )
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error
    return [errorFinding('dns', error, zone)]
  }
}

async function askServer(
  { server }: NameServer,
  name: string,
  type: 'SOA' | 'TXT',
  signal: AbortSignal | undefined,
): ReturnType<typeof ask> {
  return ask({ name, type }, server, { recursive: false, signal })
}

function unasked(about: string, server: NameServer, { code, params }: CertwrightError): Finding {
  const text = serverText(server)
  if (code === 'DNS_NO_ROUTE') {
    const about0 = { about, server: text }
    return { area: 'dns', level: 'skipped', code: 'dns-server-no-route', params: about0 }
  }
  const reason = String(params['reason'] ?? 'timeout')
  const told = { about, server: text, reason }
  return { area: 'dns', level: 'warning', code: 'dns-server-silent', params: told }
}

function serverText({ name, server }: NameServer): string {
  return `${name} (${serverAddressText(server)})`
}

/** Whether the DNS provider's account may edit where the records belong. Reads only. */
export async function providerFindings(
  provider: DnsProvider,
  { name: providerName, places }: { readonly name: string; readonly places: readonly Place[] },
  signal?: AbortSignal,
): Promise<readonly Finding[]> {
  const untried: Finding = {
    area: 'dns',
    level: 'skipped',
    code: 'dns-provider-untried',
    params: { about: places.map(({ name }) => name).join(', '), provider: providerName },
  }
  if (!provider.zones) return [untried]
  try {
    const zones: string[] = []
    for await (const zone of provider.zones(signal)) zones.push(plainName(zone))
    return places.map(({ name }) => editable(name, zones, providerName))
  } catch (error) {
    signal?.throwIfAborted()
    if (!(error instanceof CertwrightError)) throw error
    return [errorFinding('dns', error, providerName)]
  }
}

function editable(name: string, zones: readonly string[], provider: string): Finding {
  const [zone] = zones.filter((one) => isWithin(name, one)).sort((a, b) => b.length - a.length)
  if (zone !== undefined) {
    const params = { about: name, provider, zone }
    return { area: 'dns', level: 'ok', code: 'dns-provider', params }
  }
  const params = { name, zones: zones.join(', ') || '-' }
  return errorFinding('dns', new CertwrightError('DNS_ZONE_NOT_EDITABLE', params), name)
}
