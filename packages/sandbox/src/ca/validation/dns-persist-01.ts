import { ValidationFailure } from './failure.ts'
import { readIssueValue } from './issue-value.ts'
import type { IssueValue } from './issue-value.ts'
import type { Attempt, Reach } from './validation.ts'

/** draft-ietf-acme-dns-persist: a record that stays, and names the CA and the account. */
export async function dnsPersist01(attempt: Attempt, reach: Reach): Promise<void> {
  const { lookup, record, caaIdentities } = reach
  if (attempt.identifier.type !== 'dns') {
    throw new ValidationFailure('malformed', 'a DNS challenge cannot prove an IP address')
  }
  const name = `_validation-persist.${attempt.identifier.value}`
  record['name'] = name
  const values = (await lookup.texts(name))
    .map(readIssueValue)
    .filter((value) => value !== undefined)
    .filter(({ issuer }) => caaIdentities.includes(issuer))
  const faults = values.map((value) => faultOf(value, attempt, reach.clock.now()))
  if (faults.includes(undefined)) return
  const why = faults[0] ?? 'no record names this CA'
  throw new ValidationFailure('unauthorized', `TXT record at ${name}: ${why}`)
}

function faultOf(
  { parameters }: IssueValue,
  { accountUrl, accountUris = [accountUrl], wildcard }: Attempt,
  now: number,
): string | undefined {
  const account = parameters.get('accounturi') ?? ''
  if (!accountUris.includes(account)) return 'accounturi is not the account'
  const until = parameters.get('persistuntil')
  if (until !== undefined && !/^\d+$/.test(until)) return 'persistUntil is not a Unix time'
  if (until !== undefined && Number(until) * 1000 < now) return 'persistUntil has passed'
  if (wildcard && parameters.get('policy')?.toLowerCase() !== 'wildcard') {
    return 'policy does not allow wildcards'
  }
  return undefined
}
