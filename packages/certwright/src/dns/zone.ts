import { CertwrightError } from '../runtime/error.ts'
import { ancestors, isWithin, plainName } from './domain-name.ts'
import type { DnsReply } from './query.ts'
import type { Resolver } from './resolver.ts'

/**
 * The apex of the zone that `name` is in, found by asking for SOA from the name upwards, never by a list of public
 * suffixes: a zone can begin at any label. Throws `DNS_ZONE_NOT_FOUND`.
 */
export async function findZone(
  name: string,
  resolver: Resolver,
  signal?: AbortSignal,
): Promise<string> {
  for (const candidate of ancestors(name)) {
    const apex = apexFrom(await resolver.ask({ name: candidate, type: 'SOA' }, signal), candidate)
    if (apex !== undefined) return apex
  }
  throw new CertwrightError('DNS_ZONE_NOT_FOUND', { name: plainName(name) })
}

/** The zone that a reply about `name` shows it to be in: an SOA at the name, or beside a negative answer. */
export function apexFrom({ answers, authorities }: DnsReply, name: string): string | undefined {
  // RFC 1034 §3.6.2: where a CNAME is, no other data may be. So an alias is no apex, and any SOA in the reply is
  // about the zone of its target.
  if (answers.some((record) => record.type === 'CNAME')) return undefined
  return [...answers, ...authorities]
    .filter((record) => record.type === 'SOA')
    .map((record) => plainName(record.name))
    .find((apex) => apex !== '' && isWithin(plainName(name), apex))
}
