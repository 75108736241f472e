import type { ChallengeWork, Identifier } from '@certwright/acme'
import { CertwrightError } from '../runtime/error.ts'
import type { ChallengeSettings } from '../solvers/challenge-settings.ts'
import { solverFor } from '../solvers/registry.ts'
import { addressesOf, type Addresses } from './address.ts'
import { withAnswers } from './answers.ts'
import { errorFinding, type Finding } from './finding.ts'
import { probeHttp } from './http-probe.ts'
import { inTurns } from './in-turns.ts'
import type { NamesContext, NamesRequest } from './names.ts'
import { reachFindings, type Reach } from './reach.ts'
import { probeTls } from './tls-probe.ts'

export interface PortsChecked {
  readonly findings: readonly Finding[]
  /** What the solver could not do: it would fail in the same way with the order made. */
  readonly hindrance?: CertwrightError
}

/** Whether what answers at the names' addresses is this machine, on every address of IPv4 and IPv6. */
export async function portsChecked(
  hosts: readonly Identifier[],
  { challenge, reach }: NamesRequest,
  { lookup, solvers }: NamesContext,
  signal: AbortSignal,
): Promise<PortsChecked> {
  const looks = await inTurns(hosts, async ({ type, value }) =>
    type === 'ip'
      ? { addresses: [value], findings: [] }
      : addressesOf(value, reach === 'internet', lookup, signal),
  )
  const addressed = looks.flatMap(({ findings }) => findings)
  const port = portOf(challenge, reach)
  if (port === undefined) return { findings: addressed }
  try {
    const solver = await solverFor(challenge, solvers)
    const probe = async (work: ChallengeWork, address: string): Promise<Reach> =>
      challenge.type === 'tls-alpn-01'
        ? probeTls(work, address, port, signal)
        : probeHttp(work, address, { ...lookup, port }, signal)
    const reached = await withAnswers(
      hosts,
      solver,
      async (works) =>
        inTurns([...works.entries()], async ([index, work]) =>
          findingsOf(work, looks[index], { port, challenge: challenge.type, probe }),
        ),
      signal,
    )
    return { findings: [...addressed, ...reached.flat()] }
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error
    const about = hosts.map(({ value }) => value).join(', ')
    return { findings: [...addressed, errorFinding('port', error, about)], hindrance: error }
  }
}

interface Probing {
  readonly port: number
  readonly challenge: string
  readonly probe: (work: ChallengeWork, address: string) => Promise<Reach>
}

async function findingsOf(
  work: ChallengeWork,
  { addresses }: Addresses = { addresses: [], findings: [] },
  { port, challenge, probe }: Probing,
): Promise<readonly Finding[]> {
  const reaches = await Promise.all(addresses.map(async (address) => probe(work, address)))
  return reachFindings(reaches, { about: work.identifier.value, port, challenge })
}

/** Where the CA connects to. One on this machine asks where we listen, unless it is a web server that does. */
function portOf(
  { type, httpPort = 80, tlsPort = 443, webroot }: ChallengeSettings,
  reach: NamesRequest['reach'],
): number | undefined {
  const isHere = reach === 'machine'
  if (type === 'tls-alpn-01') return isHere ? tlsPort : 443
  if (webroot !== undefined && isHere) return undefined
  return isHere ? httpPort : 80
}
