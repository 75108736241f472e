import { CertwrightError } from '../runtime/error.ts'
import { followDelegation } from './delegation.ts'
import { nameServersOf, type NameServer, type NameServerOptions } from './name-server.ts'
import { ask, txtValues } from './query.ts'

/** What one address of one authoritative server says at a name. */
export interface TxtSight {
  readonly nameServer: NameServer
  /** The values of the TXT records there; absent where the server gave no answer of its own. */
  readonly values?: readonly string[]
  /** What it answered where there are none, e.g. `NXDOMAIN` or `timeout`. */
  readonly answer?: string
}

export interface TxtSights {
  /** Where the records really are, aliases followed, and the zone of that. */
  readonly name: string
  readonly zone: string
  readonly sights: readonly TxtSight[]
}

/**
 * Asks every authoritative server for the TXT records at a name, on every one of its IPv4 and IPv6 addresses, once.
 * Addresses that this machine has no way to are left out, unless it has a way to none.
 */
export async function txtAtAll(
  name: string,
  options: NameServerOptions,
  signal?: AbortSignal,
): Promise<TxtSights> {
  const place = await followDelegation(name, options, signal)
  const { zone } = place
  if (zone === undefined) throw new CertwrightError('DNS_ZONE_NOT_FOUND', { name: place.name })
  const servers = await nameServersOf(zone, options, signal)
  const looks = await Promise.all(
    servers.map(async (nameServer) => look(place.name, nameServer, options, signal)),
  )
  const reachable = looks.filter(({ noRoute }) => !noRoute)
  const sights = (reachable.length > 0 ? reachable : looks).map(({ sight }) => sight)
  return { name: place.name, zone, sights }
}

async function look(
  name: string,
  nameServer: NameServer,
  { timeoutMs = 3000, attempts = 2 }: NameServerOptions,
  signal: AbortSignal | undefined,
): Promise<{ readonly sight: TxtSight; readonly noRoute: boolean }> {
  try {
    const asked = { recursive: false, timeoutMs, attempts, signal }
    const reply = await ask({ name, type: 'TXT' }, nameServer.server, asked)
    const { authoritative, rcode } = reply
    if (!authoritative) return { sight: { nameServer, answer: `${rcode}, no AA` }, noRoute: false }
    const isAnswer = rcode === 'NOERROR' || rcode === 'NXDOMAIN'
    const values = isAnswer ? txtValues(reply, name) : undefined
    return { sight: { nameServer, answer: rcode, ...(values && { values }) }, noRoute: false }
  } catch (error) {
    signal?.throwIfAborted()
    if (!(error instanceof CertwrightError)) throw error
    const answer = String(error.params['reason'] ?? 'timeout')
    return { sight: { nameServer, answer }, noRoute: error.code === 'DNS_NO_ROUTE' }
  }
}
