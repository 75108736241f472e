import { judgeRelevantCaa, relevantCaa, type CaaRequest } from '../dns/caa.ts'
import type { Finding, Level } from './finding.ts'
import type { Lookup } from './lookup.ts'

const levelOf: Readonly<Record<'permitted' | 'uncertain' | 'forbidden', Level>> = {
  permitted: 'ok',
  uncertain: 'warning',
  forbidden: 'fault',
}

/** Who wants to issue: `caaIdentities` is what the CA says of itself, and where it says nothing, what is known of it. */
export interface Issuing extends Omit<CaaRequest, 'wildcard'> {
  readonly knownIdentities?: readonly string[] | undefined
}

/** Whether the CA may issue for a name, which may begin with `*.` (RFC 8659). */
export async function caaFinding(
  name: string,
  { knownIdentities = [], ...request }: Issuing,
  { resolver }: Pick<Lookup, 'resolver'>,
  signal?: AbortSignal,
): Promise<Finding> {
  const wildcard = name.startsWith('*.')
  const relevant = await relevantCaa(name, resolver, signal)
  const says = request.caaIdentities.length > 0
  const caaIdentities = says ? request.caaIdentities : knownIdentities
  const judged = judgeRelevantCaa(relevant, { ...request, caaIdentities, wildcard })
  const { params } = judged
  // A CA can have more names than are known of it; that it has others forbids nothing.
  const { verdict, reason } =
    !says && judged.reason === 'others'
      ? ({ verdict: 'uncertain', reason: 'identity-unknown' } as const)
      : judged
  const onlyWild = relevant.records.some(({ tag }) => tag === 'issuewild')
  return {
    area: 'caa',
    level: levelOf[verdict],
    code: `caa-${reason}`,
    params: {
      about: name,
      at: relevant.name,
      identities: caaIdentities.join(', ') || '?',
      // What a person can copy into the zone.
      identity: caaIdentities[0] ?? '…',
      property: wildcard && onlyWild ? 'issuewild' : 'issue',
      ...params,
    },
  }
}
