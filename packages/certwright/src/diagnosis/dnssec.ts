import type { DnssecReport } from '../dns/dnssec.ts'
import type { QuestionType } from '../dns/query.ts'
import type { Finding, Level } from './finding.ts'
import type { Lookup } from './lookup.ts'

const levelOf: Readonly<Record<DnssecReport['state'], Level>> = {
  secure: 'ok',
  // Most zones are not signed, and no CA minds.
  insecure: 'ok',
  bogus: 'fault',
  unknown: 'skipped',
}

/** Whether a validating resolver, as every CA has to use since March 2026, would get these answers about a name. */
export async function dnssecFinding(
  name: string,
  types: readonly QuestionType[],
  { dnssec }: Pick<Lookup, 'dnssec'>,
  signal?: AbortSignal,
): Promise<Finding> {
  const { state, fault, params } = await dnssec.check(name, types, signal)
  return {
    area: 'dnssec',
    level: levelOf[state],
    code: fault ? `dnssec-${fault}` : 'dnssec-secure',
    params: { ...params, about: name },
  }
}
