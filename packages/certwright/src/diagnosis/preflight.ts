import type { OpenAccount } from '../issuance/issuance.ts'
import { canLook, namesContext, namesRequest, type Attempt, type LookContext } from './attempt.ts'
import { RefusedBeforehand } from './diagnosed-error.ts'
import type { Finding } from './finding.ts'
import { checkNames } from './names.ts'

/**
 * Looks, before a CA is asked for anything, at what it will look at. What is found is advice, for a CA sees the world
 * from elsewhere; but where CAA records forbid it throws `RefusedBeforehand`, and where the solver cannot do its part,
 * the solver's own error.
 */
export async function preflight(
  attempt: Attempt,
  open: OpenAccount,
  context: LookContext,
  signal?: AbortSignal,
): Promise<readonly Finding[]> {
  const request = await namesRequest(attempt, open, signal)
  if (!canLook(request)) return []
  const { findings, hindrance } = await checkNames(request, namesContext(attempt, context), signal)
  const forbidden = findings.filter(({ area, level }) => area === 'caa' && level === 'fault')
  if (forbidden.length > 0) throw new RefusedBeforehand(forbidden)
  if (hindrance) throw hindrance
  return findings
}
