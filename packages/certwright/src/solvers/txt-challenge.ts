import { dns01Value, type ChallengeWork, type Solver } from '@certwright/acme'
import { followDelegation } from '../dns/delegation.ts'
import type { NameServer } from '../dns/name-server.ts'
import { awaitPropagation, type ExpectedTxt } from '../dns/propagation.ts'
import type { DnsProvider } from '../dns/provider.ts'
import { zoneFinder } from '../dns/provider-zone.ts'
import { remembering } from '../dns/remembering.ts'
import { resolver } from '../dns/resolver.ts'
import { CertwrightError } from '../runtime/error.ts'
import type { Host } from '../runtime/host.ts'

/** Which challenge it is, and at which name its value belongs. */
export interface TxtChallenge {
  readonly type: Solver['type']
  readonly nameOf: (work: ChallengeWork) => Promise<string> | string
}

export interface TxtChallengeOptions {
  readonly provider: DnsProvider
  readonly host: Host
  /** `ADDRESS[:PORT]` of recursive resolvers; the system's where absent. */
  readonly resolvers?: readonly string[] | undefined
  /** Whether `settle` waits for every authoritative server; by default it does. */
  readonly propagationCheck?: boolean | undefined
  /** How long a value may be cached; by default 60. Short, for it changes with every order. */
  readonly ttlSeconds?: number | undefined
  /** How long `settle` waits; by default 10 minutes. */
  readonly deadlineMs?: number | undefined
  /** Where authoritative servers listen; by default 53, and in a test world where its resolver does. */
  readonly authoritativePort?: number | undefined
  /** Called once after `settle` where servers had no IPv6 route and were not asked. */
  readonly onLeftOut?: ((servers: readonly NameServer[]) => void) | undefined
}

/**
 * Answers a challenge whose value is that of dns-01 (RFC 8555 §8.4) through a DNS provider. Follows the name to where it
 * is delegated to, finds the zone there, and adds its value beside those that stand: a name and its wildcard need two
 * at once.
 */
export function txtChallenge(
  { type, nameOf }: TxtChallenge,
  {
    provider,
    host,
    resolvers,
    propagationCheck = true,
    ttlSeconds = 60,
    deadlineMs,
    authoritativePort,
    onLeftOut,
  }: TxtChallengeOptions,
): Solver {
  const lookup = { resolver: resolver({ servers: resolvers }), authoritativePort }
  // A run asks for each name once, though it has two values there and comes back to wait for them.
  const placeOf = remembering(async (name) => followDelegation(name, lookup))
  const zoneOf = zoneFinder(provider)

  async function expectedOf(work: ChallengeWork): Promise<ExpectedTxt> {
    const own = await nameOf(work)
    const { name, zone } = await placeOf(own)
    if (provider.ownsName && name === own) {
      throw new CertwrightError('DNS_DELEGATION_MISSING', { name })
    }
    if (zone === undefined) throw new CertwrightError('DNS_ZONE_NOT_FOUND', { name })
    return { zone, name, values: [await dns01Value(work.keyAuthorization)] }
  }

  return {
    type,
    // RFC 8738 §7: "The "dns-01" challenge MUST NOT be used to validate IP identifiers."
    accepts: (identifier) => identifier.type === 'dns',

    async present(work, signal) {
      signal?.throwIfAborted()
      const value = await dns01Value(work.keyAuthorization)
      const own = await nameOf(work)
      const place = provider.ownsName ? { name: own, zone: own } : await placeOf(own)
      const zone = provider.ownsName ? own : await zoneOf(place)
      return provider.addTxt({ zone, name: place.name, value, ttlSeconds }, signal)
    },

    async settle(works, signal) {
      if (!propagationCheck) return
      const expected = byName(await Promise.all(works.map(expectedOf)))
      const { leftOut } = await awaitPropagation(expected, { ...lookup, host, deadlineMs }, signal)
      if (leftOut.length > 0) onLeftOut?.(leftOut)
    },

    async cleanUp(receipt, signal) {
      await provider.removeTxt(receipt, signal)
    },
  }
}

/** All values of a name together, so that each server is asked once for them. */
function byName(expected: readonly ExpectedTxt[]): readonly ExpectedTxt[] {
  const groups = Map.groupBy(expected, ({ name }) => name)
  return [...groups.values()].flatMap(([first, ...more]) =>
    first ? [{ ...first, values: [first, ...more].flatMap(({ values }) => values) }] : [],
  )
}
