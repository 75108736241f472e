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
  const faults = (await lookup.texts(name))
    .filter((text) => caaIdentities.includes(issuerOf(text)))
    .map((text) => faultOf(readIssueValue(text), attempt, reach.clock.now()))
  if (faults.includes(undefined)) return
  const at = `TXT record at ${name}`
  // A record that was meant for this CA and cannot be read says more than one that was not.
  const unread = faults.find((fault) => fault?.isSyntax)
  if (unread) throw new ValidationFailure('malformed', `${at}: ${unread.says}`)
  const why = faults[0]?.says ?? 'no record names this CA'
  throw new ValidationFailure('unauthorized', `${at}: ${why}`)
}

interface Fault {
  readonly says: string
  /** Whether the record cannot be read, rather than says something else. */
  readonly isSyntax?: true
}

/** Whom the record is for, whether the rest of it can be read or not. */
function issuerOf(text: string): string {
  return (text.split(';', 1)[0] ?? '').trim().toLowerCase()
}

function faultOf(
  value: IssueValue | undefined,
  { accountUrl, accountUris = [accountUrl], wildcard }: Attempt,
  now: number,
): Fault | undefined {
  if (!value) return { says: 'it is no issue-value', isSyntax: true }
  const { parameters } = value
  const account = parameters.get('accounturi') ?? ''
  if (account === '') return { says: 'it has no accounturi', isSyntax: true }
  const until = parameters.get('persistuntil')
  if (until !== undefined && !/^\d+$/.test(until)) {
    return { says: 'persistUntil is not a Unix time', isSyntax: true }
  }
  if (!accountUris.includes(account)) return { says: 'accounturi is not the account' }
  if (until !== undefined && Number(until) * 1000 < now) {
    return { says: 'persistUntil has passed' }
  }
  if (wildcard && parameters.get('policy')?.toLowerCase() !== 'wildcard') {
    return { says: 'policy does not allow wildcards' }
  }
  return undefined
}
