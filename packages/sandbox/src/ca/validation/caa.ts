import { parentOf } from '../../dns/name.ts'
import { ValidationFailure } from './failure.ts'
import { readIssueValue } from './issue-value.ts'
import type { CaaProperty } from './lookup.ts'
import type { Attempt, Reach } from './validation.ts'

const KNOWN_TAGS = new Set([
  'issue',
  'issuewild',
  'iodef',
  'issuemail',
  'issuevmc',
  'contactemail',
  'contactphone',
])

/** RFC 8659: may this CA issue for the name? Throws a `caa` failure where it may not. */
export async function checkCaa(attempt: Attempt, reach: Reach): Promise<void> {
  if (attempt.identifier.type !== 'dns' || reach.caaIdentities.length === 0) return
  const { name, properties } = await relevantSet(attempt.identifier.value, reach)
  if (permits(properties, attempt, reach.caaIdentities)) return
  const what = `${attempt.wildcard ? '*.' : ''}${attempt.identifier.value}`
  throw new ValidationFailure('caa', `CAA record for ${name} prevents issuance for ${what}`)
}

/** RFC 8659 §3: the first set that is not empty, from the name up to the root. */
async function relevantSet(
  name: string,
  { lookup }: Reach,
): Promise<{ name: string; properties: readonly CaaProperty[] }> {
  for (let at: string | undefined = name; at !== undefined && at !== ''; at = parentOf(at)) {
    const properties = await lookup.caa(at)
    if (properties.length > 0) return { name: at, properties }
  }
  return { name, properties: [] }
}

function permits(
  properties: readonly CaaProperty[],
  attempt: Attempt,
  identities: readonly string[],
): boolean {
  // RFC 8659 §4.5: a critical property that is not understood forbids issuing.
  if (properties.some(({ critical, tag }) => critical && !KNOWN_TAGS.has(tag))) return false
  const wild = properties.filter(({ tag }) => attempt.wildcard && tag === 'issuewild')
  const relevant = wild.length > 0 ? wild : properties.filter(({ tag }) => tag === 'issue')
  return relevant.length === 0 || relevant.some(({ value }) => names(value, attempt, identities))
}

/** RFC 8659 §4.2, with the parameters of RFC 8657. What cannot be read names nobody. */
function names(text: string, attempt: Attempt, identities: readonly string[]): boolean {
  const value = readIssueValue(text)
  if (!value || !identities.includes(value.issuer)) return false
  const account = value.parameters.get('accounturi')
  const methods = value.parameters.get('validationmethods')?.split(',')
  if (account !== undefined && account !== attempt.accountUrl) return false
  return methods === undefined || methods.includes(attempt.type)
}
