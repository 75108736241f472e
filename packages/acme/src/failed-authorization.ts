import type { Authorization } from './authorization.ts'
import type { FailedAuthorization } from './error.ts'
import { problemText } from './problem.ts'

/** RFC 8555 §7.1.6: whether it is in a final state other than `valid`, with which an order fails. */
export function hasFailed(status: string): boolean {
  return ['invalid', 'deactivated', 'expired', 'revoked'].includes(status)
}

/** What went wrong with each of the authorizations, and one line for each. */
export function failuresOf(authorizations: readonly Authorization[]): {
  readonly failures: readonly FailedAuthorization[]
  readonly lines: string
} {
  const failures = authorizations.flatMap((authorization) => failureOf(authorization) ?? [])
  const lines = failures.map(({ identifier, wildcard, challenge, problem }) =>
    [
      `${wildcard ? '*.' : ''}${identifier.value}`,
      ...(challenge === undefined ? [] : [challenge]),
      ...(problem === undefined ? [] : [problemText(problem)]),
    ].join(': '),
  )
  return { failures, lines: lines.join('; ') }
}

function failureOf(authorization: Authorization): FailedAuthorization | undefined {
  const { identifier, wildcard, url, status, challenges } = authorization
  if (status === 'valid') return undefined
  const failed =
    challenges.find(({ status, error }) => status === 'invalid' && error !== undefined) ??
    challenges.find(({ error }) => error !== undefined)
  if (failed === undefined && !hasFailed(status)) return undefined
  const record = failed?.raw['validationRecord']
  return {
    identifier,
    wildcard,
    url,
    ...(failed && { challenge: failed.type }),
    ...(failed?.error && { problem: failed.error }),
    ...(record !== undefined && record !== null && { validationRecord: record }),
  }
}
