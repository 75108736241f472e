import type { AcmeError, FailedAuthorization, Identifier } from '@certwright/acme'
import type { OpenAccount } from '../issuance/issuance.ts'
import { canLook, namesContext, namesRequest, type Attempt, type LookContext } from './attempt.ts'
import { DiagnosedError } from './diagnosed-error.ts'
import { explainError } from './explain.ts'
import type { Finding } from './finding.ts'
import { inTurns } from './in-turns.ts'
import { checkNames, type NamesContext, type NamesRequest } from './names.ts'
import { recordName } from './record-name.ts'
import { placeFindings, txtFindings } from './zone.ts'

/** How many names are looked into: one cause mostly has many victims. */
const mostNames = 5

/** The failure of an order, with what can be found out about it now, in bounded time. */
export async function diagnose(
  failure: AcmeError,
  { challenge }: Pick<Attempt, 'challenge'>,
  open: OpenAccount,
  context: LookContext,
  signal?: AbortSignal,
): Promise<DiagnosedError> {
  const failed = (failure.authorizations ?? []).slice(0, mostNames)
  const attempt = { identifiers: failed.map(identifierOf), challenge }
  const request = await namesRequest(attempt, open, signal)
  if (failed.length === 0 || !canLook(request)) {
    return new DiagnosedError(failure, explainError(failure))
  }
  const names = namesContext(attempt, context)
  const [{ findings }, answers] = await Promise.all([
    checkNames(request, names, signal),
    answersOf(failed, { ...names, accountUrl: request.accountUrl }, signal),
  ])
  return new DiagnosedError(failure, explainError(failure, [...findings, ...answers]))
}

function identifierOf({ identifier, wildcard }: FailedAuthorization): Identifier {
  return wildcard ? { ...identifier, value: `*.${identifier.value}` } : identifier
}

/** What the authoritative servers answer for the records of the challenges that failed. */
async function answersOf(
  failed: readonly FailedAuthorization[],
  { lookup, accountUrl }: NamesContext & Pick<NamesRequest, 'accountUrl'>,
  signal: AbortSignal | undefined,
): Promise<readonly Finding[]> {
  const records = await Promise.all(
    failed.map(async ({ challenge = '', identifier: { value: name } }) => ({
      name,
      own: await recordName(challenge, name, accountUrl),
    })),
  )
  const known = new Map(
    records.flatMap(({ name, own }) => (own === undefined ? [] : [[own, name] as const])),
  )
  const answers = await inTurns([...known], async ([own, name]) => {
    const { place } = await placeFindings({ name, own }, lookup, signal)
    return place ? txtFindings(place, name, lookup, signal) : []
  })
  return answers.flat()
}
