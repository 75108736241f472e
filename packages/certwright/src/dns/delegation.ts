import { CertwrightError, type ErrorCode } from '../runtime/error.ts'
import { ancestors, isWithin, plainName } from './domain-name.ts'
import { askZone, type NameServerOptions } from './name-server.ts'
import { recordTexts, type DnsReply } from './query.ts'
import { apexFrom, findZone } from './zone.ts'

/** Where a record really has to be. */
export interface Place {
  /** The name after all aliases. */
  readonly name: string
  /** The apex of the zone it is in; absent where no server answers with an SOA record. */
  readonly zone?: string
}

/** How many aliases may follow each other. */
const limit = 8

/**
 * Follows CNAMEs from a name to where its records have to be, through zones delegated by NS as well.
 *
 * The name is asked for at the servers of the zone above it, never at the resolver, which would remember that there
 * was nothing at this name (RFC 2308) and tell a CA that shares it. Only where those servers cannot be reached is
 * the resolver asked after all. Throws `DNS_DELEGATION_LOOP` and `DNS_DELEGATION_TOO_DEEP`.
 */
export async function followDelegation(
  name: string,
  options: NameServerOptions,
  signal?: AbortSignal,
): Promise<Place> {
  const path = [plainName(name)]
  for (;;) {
    const current = path.at(-1) ?? ''
    const { zone, target } = await lookAt(current, options, signal)
    if (target === undefined) return { name: current, ...(zone !== undefined && { zone }) }
    const params = { name: plainName(name), path: [...path, target].join(' → '), limit }
    if (path.includes(target)) throw new CertwrightError('DNS_DELEGATION_LOOP', params)
    if (path.length > limit) throw new CertwrightError('DNS_DELEGATION_TOO_DEEP', params)
    path.push(target)
  }
}

interface Sight {
  readonly zone: string | undefined
  readonly target: string | undefined
}

async function lookAt(
  name: string,
  options: NameServerOptions,
  signal: AbortSignal | undefined,
): Promise<Sight> {
  const question = { name, type: 'CNAME' } as const
  let zone = await zoneAbove(name, options, signal)
  // Each referral leads to a zone further down, so there are at most as many as the name has labels.
  for (let steps = ancestors(name).length; zone !== undefined && steps > 0; steps -= 1) {
    const reply = await askZone(zone, question, options, signal)
    if (reply === undefined) break
    if (reply.authoritative) return sightOf(reply, name, zone)
    const cut = referralFrom(reply, name, zone)
    if (cut === undefined) break
    zone = cut
  }
  return sightOf(await options.resolver.ask(question, signal), name, zone)
}

function sightOf(reply: DnsReply, name: string, zone: string | undefined): Sight {
  const [target] = recordTexts(reply.answers, 'CNAME', name)
  // One server can hold a zone and the zone below it: its SOA then shows which one has answered.
  return { target, zone: (target === undefined ? apexFrom(reply, name) : undefined) ?? zone }
}

/** The zone, further down, that a reply which is not authoritative refers to. */
function referralFrom({ authorities }: DnsReply, name: string, zone: string): string | undefined {
  return authorities
    .filter((record) => record.type === 'NS')
    .map((record) => plainName(record.name))
    .find((cut) => cut !== zone && isWithin(cut, zone) && isWithin(name, cut))
}

const notFound = new Set<ErrorCode>(['DNS_ZONE_NOT_FOUND', 'DNS_RESOLVER_FAILED'])

/** The zone of the name's parent: the name itself must not be asked for at the resolver. */
async function zoneAbove(
  name: string,
  { resolver }: NameServerOptions,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const [, parent] = ancestors(name)
  try {
    return await findZone(parent ?? name, resolver, signal)
  } catch (error) {
    // A name right below the root, or a resolver that knows one zone only: the name itself will tell.
    if (error instanceof CertwrightError && notFound.has(error.code)) return undefined
    throw error
  }
}
