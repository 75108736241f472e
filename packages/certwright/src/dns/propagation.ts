import { poll } from '@certwright/acme'
import { CertwrightError } from '../runtime/error.ts'
import type { Host } from '../runtime/host.ts'
import { nameServersOf, type NameServer, type NameServerOptions } from './name-server.ts'
import { ask, txtValues } from './query.ts'
import { serverAddressText } from './server-address.ts'

/** What shall be seen at one name. */
export interface ExpectedTxt {
  readonly zone: string
  readonly name: string
  readonly values: readonly string[]
}

export interface PropagationOptions extends NameServerOptions {
  readonly host: Host
  /** How long to wait in all; by default 10 minutes. */
  readonly deadlineMs?: number | undefined
}

export interface Propagation {
  /** Servers that were not asked, because this machine has no way to IPv6. */
  readonly leftOut: readonly NameServer[]
}

/**
 * Waits until every authoritative server of each zone, on every one of its IPv4 and IPv6 addresses, answers with every
 * expected value. A CA may ask any of them. No resolver is asked for the values: it would remember their absence.
 *
 * A server that is silent or not authoritative counts as lacking the values. Throws `DNS_NOT_PROPAGATED`, which says
 * what each server lacks, once the deadline has passed.
 */
export async function awaitPropagation(
  expected: readonly ExpectedTxt[],
  { host, deadlineMs = 600_000, timeoutMs = 3000, ...options }: PropagationOptions,
  signal?: AbortSignal,
): Promise<Propagation> {
  const started = host.now()
  const zones = [...new Set(expected.map(({ zone }) => zone))]
  const serversOf = new Map(
    await Promise.all(
      zones.map(async (zone) => [zone, await nameServersOf(zone, options, signal)] as const),
    ),
  )
  let open: readonly Look[] = expected.flatMap(({ zone, name, values }) =>
    (serversOf.get(zone) ?? []).map((nameServer) => ({ zone, nameServer, name, lacking: values })),
  )
  const leftOut = new Set<NameServer>()
  // Were all servers of a zone beyond reach, leaving them all out would prove nothing.
  const isUnasked = (zone: string): boolean =>
    (serversOf.get(zone) ?? []).every((server) => leftOut.has(server))

  await poll(
    async () => {
      const looks = await Promise.all(open.map(async (look) => lookAgain(look, timeoutMs, signal)))
      for (const { nameServer } of looks.filter(({ noRoute }) => noRoute)) leftOut.add(nameServer)
      open = looks.filter(
        ({ zone, lacking, noRoute }) => lacking.length > 0 && (!noRoute || isUnasked(zone)),
      )
      return open
    },
    {
      host,
      firstMs: 0,
      deadlineMs,
      signal,
      until: (looks) => looks.length === 0,
      late: () =>
        new CertwrightError('DNS_NOT_PROPAGATED', {
          seconds: Math.round((host.now() - started) / 1000),
          lacking: lackingText(open),
        }),
    },
  )
  return { leftOut: [...leftOut] }
}

/** What one server was last seen to lack at one name. */
interface Look {
  readonly zone: string
  readonly nameServer: NameServer
  readonly name: string
  readonly lacking: readonly string[]
  readonly noRoute?: boolean
  /** What it answered instead, e.g. `NXDOMAIN`. */
  readonly answer?: string
}

async function lookAgain(
  { zone, nameServer, name, lacking }: Look,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Look> {
  const look = { zone, nameServer, name, lacking }
  try {
    const asked = { recursive: false, timeoutMs, signal }
    const reply = await ask({ name, type: 'TXT' }, nameServer.server, asked)
    if (!reply.authoritative) return { ...look, answer: `${reply.rcode}, no AA` }
    const seen = txtValues(reply, name)
    const rest = lacking.filter((value) => !seen.includes(value))
    return { ...look, lacking: rest, answer: answerText(reply.rcode, seen) }
  } catch (error) {
    signal?.throwIfAborted()
    if (!(error instanceof CertwrightError)) throw error
    const reason = error.params['reason'] ?? 'timeout'
    const noRoute = error.code === 'DNS_NO_ROUTE'
    return { ...look, noRoute, answer: String(reason) }
  }
}

function answerText(rcode: string, seen: readonly string[]): string {
  return rcode === 'NOERROR' ? `${seen.length} × TXT` : rcode
}

/** One line a server and name, in signs that need no translation: `ns1.example (192.0.2.1): _acme… ≠ "value" [NXDOMAIN]`. */
function lackingText(looks: readonly Look[]): string {
  return looks
    .map(({ nameServer, name, lacking, answer }) => {
      const server = `${nameServer.name} (${serverAddressText(nameServer.server)})`
      const values = lacking.map((value) => `"${value}"`).join(', ')
      return `\n  ${server}: ${name} TXT ≠ ${values} [${answer ?? '-'}]`
    })
    .join('')
}
