import type { Params } from '../runtime/catalogue.ts'
import { CertwrightError } from '../runtime/error.ts'
import type { SignatureFault } from './dnssec-signature.ts'

/** How the answers about a name stand with DNSSEC (RFC 4033 §5). */
export type DnssecState = 'secure' | 'insecure' | 'bogus' | 'unknown'

export type DnssecFault =
  | SignatureFault['fault']
  /** Insecure: the zone above says of this one that it is not signed. */
  | 'not-signed'
  /** The zone above names keys, and this one has none. */
  | 'keys-missing'
  /** None of the zone's keys is one that the zone above names. */
  | 'keys-differ'
  /** That there is nothing is not proven. */
  | 'absence-unproven'
  /** No answer came. */
  | 'unanswered'
  /** The resolver keeps signatures back, or has a root of its own. */
  | 'anchor-unproven'

/** What a validating resolver, such as a CA's, would make of the answers about a name, and why. */
export interface DnssecReport {
  readonly state: DnssecState
  /** The zone at which it was decided; empty for the root. */
  readonly zone: string
  /** Absent where all is secure. */
  readonly fault?: DnssecFault
  /** What the words about the fault are filled from. */
  readonly params: Params
}

const gravity: readonly DnssecState[] = ['bogus', 'unknown', 'insecure', 'secure']

export function gravest(reports: readonly DnssecReport[]): DnssecReport {
  const [first] = [...reports].sort((a, b) => gravity.indexOf(a.state) - gravity.indexOf(b.state))
  return first ?? { state: 'unknown', zone: '', params: {} }
}

/** A fault of the zone's own; one that cannot be judged here proves nothing. */
export function faulty(
  zone: string,
  { fault, params }: { readonly fault: DnssecFault; readonly params: Params },
): DnssecReport {
  const state = fault === 'algorithm' ? 'unknown' : 'bogus'
  return { state, zone, fault, params: { ...params, zone: zone || '.' } }
}

/** Where no resolver gives an answer, even without its own judgement, nothing is known. */
export async function reporting<T>(
  name: string,
  task: () => Promise<T | DnssecReport>,
): Promise<T | DnssecReport> {
  try {
    return await task()
  } catch (error) {
    if (!(error instanceof CertwrightError) || error.code !== 'DNS_RESOLVER_FAILED') throw error
    const { type = '', reason = '' } = error.params
    const asked = String(error.params['name'] ?? name)
    return {
      state: 'unknown',
      zone: asked,
      fault: 'unanswered',
      params: { zone: asked || '.', name: asked || '.', type, reason },
    }
  }
}
