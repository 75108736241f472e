import { isIPv6 } from 'node:net'
import type { Finding } from './finding.ts'

/** What came of connecting to one address. */
export type Reach =
  | { readonly address: string; readonly outcome: 'answers' }
  | { readonly address: string; readonly outcome: 'refused'; readonly reason: string }
  | { readonly address: string; readonly outcome: 'silent'; readonly seconds: number }
  /** This machine has no way there, which says nothing about the CA. */
  | { readonly address: string; readonly outcome: 'no-route' }
  /** Something else answered. */
  | { readonly address: string; readonly outcome: 'other'; readonly finding: Finding }

/** How long one connection with its answer may take. */
const defaultPatienceMs = 5000

/** What the system says at once where this machine has no IPv6. */
const noRoute = new Set(['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'])

/** Tries one address; what goes wrong with the connection is an outcome. */
export async function reaching(
  address: string,
  attempt: (signal: AbortSignal) => Promise<Reach>,
  {
    signal,
    patienceMs = defaultPatienceMs,
  }: { readonly signal?: AbortSignal | undefined; readonly patienceMs?: number | undefined },
): Promise<Reach> {
  // Real time, even where a lent clock leaps: a socket waits in no other.
  const patience = AbortSignal.timeout(patienceMs)
  try {
    return await attempt(signal ? AbortSignal.any([signal, patience]) : patience)
  } catch (error) {
    signal?.throwIfAborted()
    if (patience.aborted) return { address, outcome: 'silent', seconds: patienceMs / 1000 }
    const reason = (error as NodeJS.ErrnoException).code ?? String(error)
    const unrouted = isIPv6(address) && noRoute.has(reason)
    return unrouted ? { address, outcome: 'no-route' } : { address, outcome: 'refused', reason }
  }
}

export interface ReachedPort {
  readonly about: string
  readonly port: number
  /** The challenge that was tried. */
  readonly challenge: string
}

/** What is to be said of a name's addresses: where one family works, it is a fault that the other does not. */
export function reachFindings(
  reaches: readonly Reach[],
  { about, port, challenge }: ReachedPort,
): readonly Finding[] {
  const answering = new Set(
    reaches
      .filter(({ outcome }) => outcome === 'answers')
      .map(({ address }) => (isIPv6(address) ? 6 : 4)),
  )
  return reaches.map((reach): Finding => {
    const { address, outcome } = reach
    const params = { about, address, port, challenge }
    if (outcome === 'other') return reach.finding
    if (outcome === 'answers') return { area: 'port', level: 'ok', code: 'port-answers', params }
    if (outcome === 'no-route') {
      return { area: 'port', level: 'skipped', code: 'port-no-route', params }
    }
    const why =
      outcome === 'silent'
        ? { reason: 'ETIMEDOUT', seconds: reach.seconds }
        : { reason: reach.reason }
    const told = { ...params, ...why }
    const [own, other] = isIPv6(address) ? ([6, 4] as const) : ([4, 6] as const)
    if (answering.has(other) && !answering.has(own)) {
      return { area: 'port', level: 'fault', code: `port-ipv${own}-dead`, params: told }
    }
    const code = outcome === 'silent' ? 'port-silent' : 'port-refused'
    return { area: 'port', level: 'warning', code, params: told }
  })
}
