import { judgeRelevantCaa, relevantCaa, type CaaRequest } from '../dns/caa.ts'
import type { Finding, Level } from './finding.ts'
import type { Lookup } from './lookup.ts'

const levelOf: Readonly<Record<'permitted' | 'uncertain' | 'forbidden', Level>> = {
  permitted: 'ok',
  uncertain: 'warning',
  forbidden: 'fault',
}

/** Whether the CA may issue for a name, which may begin with `*.` (RFC 8659). */
export async function caaFinding(
  name: string,
  request: Omit<CaaRequest, 'wildcard'>,
  { resolver }: Pick<Lookup, 'resolver'>,
  signal?: AbortSignal,
): Promise<Finding> {
  const wildcard = name.startsWith('*.')
  const relevant = await relevantCaa(name, resolver, signal)
  const { verdict, reason, params } = judgeRelevantCaa(relevant, { ...request, wildcard })
  const onlyWild = relevant.records.some(({ tag }) => tag === 'issuewild')
  return {
    area: 'caa',
    level: levelOf[verdict],
    code: `caa-${reason}`,
    params: {
      about: name,
      at: relevant.name,
      identities: request.caaIdentities.join(', ') || '?',
      // What a person can copy into the zone.
      identity: request.caaIdentities[0] ?? '…',
      property: wildcard && onlyWild ? 'issuewild' : 'issue',
      ...params,
    },
  }
}
