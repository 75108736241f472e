import { CertwrightError } from '../runtime/error.ts'
import { ask, recordTexts, type DnsReply, type Question } from './query.ts'
import type { Resolver } from './resolver.ts'
import { isLoopback, type ServerAddress } from './server-address.ts'

/** One address of one of a zone's authoritative servers. */
export interface NameServer {
  readonly name: string
  readonly server: ServerAddress
}

export interface NameServerOptions {
  readonly resolver: Resolver
  /** Where authoritative servers listen. See `authoritativePortOf` for the default. */
  readonly authoritativePort?: number | undefined
  readonly timeoutMs?: number
  readonly attempts?: number
}

/** Every IPv4 and IPv6 address of every name server of a zone. */
export async function nameServersOf(
  zone: string,
  options: NameServerOptions,
  signal?: AbortSignal,
): Promise<readonly NameServer[]> {
  const { resolver } = options
  const reply = await resolver.ask({ name: zone, type: 'NS' }, signal)
  const names = [...new Set(recordTexts(reply.answers, 'NS', zone))].sort()
  const found = await Promise.all(
    names.map(async (name) =>
      (await addressesOf(name, resolver, signal)).map((address) => ({
        name,
        server: { address, port: authoritativePortOf(address, options) },
      })),
    ),
  )
  if (found.flat().length === 0) throw new CertwrightError('DNS_NAME_SERVERS_NOT_FOUND', { zone })
  return found.flat()
}

/**
 * Asks a zone's servers themselves, all at once, and takes the first answer that is theirs to give: an authoritative
 * one or a referral. `undefined` where none can be reached.
 */
export async function askZone(
  zone: string,
  question: Question,
  options: NameServerOptions,
  signal?: AbortSignal,
): Promise<DnsReply | undefined> {
  const { timeoutMs = 3000, attempts = 2 } = options
  const enough = new AbortController()
  const either = signal ? AbortSignal.any([signal, enough.signal]) : enough.signal
  try {
    const servers = await nameServersOf(zone, options, signal)
    return await Promise.any(
      servers.map(async ({ server }) => {
        const asked = { recursive: false, timeoutMs, attempts, signal: either }
        const reply = await ask(question, server, asked)
        if (reply.authoritative || recordTexts(reply.authorities, 'NS').length > 0) return reply
        throw new Error(`neither an authority for ${zone} nor a referral`)
      }),
    )
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof CertwrightError || error instanceof AggregateError) return undefined
    throw error
  } finally {
    enough.abort()
  }
}

/**
 * Authoritative servers listen on port 53, with one exception. A resolver that was named with another port is a
 * DNS of its own on this machine (a sandbox, a test server): there a name server with a loopback address is that
 * same DNS, and its port 53 would be somebody else's.
 */
function authoritativePortOf(
  address: string,
  { authoritativePort, resolver }: NameServerOptions,
): number {
  const own = resolver.servers.find(({ port }) => port !== 53)?.port
  return authoritativePort ?? (own !== undefined && isLoopback(address) ? own : 53)
}

async function addressesOf(
  name: string,
  resolver: Resolver,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const replies = await Promise.all(
    (['A', 'AAAA'] as const).map(async (type) =>
      // A server whose address is an alias breaks RFC 2181 §10.3, yet resolvers follow it: so every answer counts.
      recordTexts((await resolver.ask({ name, type }, signal)).answers, type),
    ),
  )
  return [...new Set(replies.flat())]
}
