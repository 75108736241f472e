import { isIP, isIPv6 } from 'node:net'
import { domainToASCII, domainToUnicode } from 'node:url'
import { AcmeProblem, malformed, problemUrn } from './problem.ts'

/** What a certificate can be about (RFC 8555 §9.7.7, RFC 8738 §3). */
export interface Identifier {
  readonly type: 'dns' | 'ip'
  /** Lower case; a wildcard with its `*.`; an address in the form of RFC 5952. */
  readonly value: string
}

/** An identifier as it was sent, before its value is looked at. */
export interface IdentifierEntry {
  readonly type: Identifier['type']
  readonly value: string
}

/** The identifiers of a newOrder request as they were sent; refuses what is none of any kind. */
export function readEntries(value: unknown): readonly IdentifierEntry[] {
  if (!Array.isArray(value) || value.length === 0) throw malformed('the order names no identifiers')
  return value.map((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null)
      throw malformed('an identifier is not an object')
    const { type, value } = entry as Readonly<Record<string, unknown>>
    if (typeof type !== 'string') throw malformed('an identifier has no type')
    if (type !== 'dns' && type !== 'ip') {
      throw new AcmeProblem('unsupportedIdentifier', 'an identifier is neither dns nor ip')
    }
    if (typeof value !== 'string' || value === '') throw malformed('an identifier has no value')
    return { type, value }
  })
}

/** The identifier in its one form; refuses a value that is none. */
export function readIdentifier({ type, value }: IdentifierEntry): Identifier {
  return type === 'dns' ? { type, value: dnsName(value) } : { type, value: address(value) }
}

/** Two identifiers are the same exactly when their keys are. */
export function identifierKey({
  type,
  value,
}: {
  readonly type: string
  readonly value: string
}): string {
  return `${type}:${value.toLowerCase()}`
}

/** What the authorization for an identifier is about: the name without `*.` (RFC 8555 §7.1.3). */
export function withoutWildcard(identifier: Identifier): { base: Identifier; wildcard: boolean } {
  const wildcard = identifier.type === 'dns' && identifier.value.startsWith('*.')
  return {
    base: wildcard ? { type: 'dns', value: identifier.value.slice(2) } : identifier,
    wildcard,
  }
}

/** Refuses the names that are on the list or below one that is, each in its own subproblem (§6.7.1). */
export function refuseBlocked(
  identifiers: readonly Identifier[],
  blocklist: readonly string[],
): void {
  const blocked = identifiers.filter((identifier) => {
    const { value } = withoutWildcard(identifier).base
    return blocklist.some((name) => value === name || value.endsWith(`.${name}`))
  })
  if (blocked.length === 0) return
  throw new AcmeProblem('rejectedIdentifier', 'the CA does not issue for some of the identifiers', {
    extra: {
      subproblems: blocked.map((identifier) => ({
        type: problemUrn('rejectedIdentifier'),
        detail: `the CA does not issue for ${identifier.value}`,
        status: 400,
        identifier,
      })),
    },
  })
}

function dnsName(text: string): string {
  const name = text.toLowerCase()
  const refuse = (why: string): AcmeProblem => malformed(`a dns identifier ${why}`)
  if (isIP(name) !== 0) throw refuse('is an IP address')
  if (name.endsWith('.')) throw refuse('ends with a dot')
  if (name.length > 253) throw refuse('is longer than 253 characters')
  const bare = name.startsWith('*.') ? name.slice(2) : name
  if (bare.includes('*')) throw refuse('has a * that is not its whole leftmost label')
  if (/[^a-z0-9.-]/.test(bare)) throw refuse('has a character other than letters, digits, - and .')
  // RFC 1123 §2.1, RFC 1035 §2.3.4: labels of 1 to 63 octets with no hyphen at either end.
  const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
  if (!bare.split('.').every((part) => label.test(part))) throw refuse('has an ill-formed label')
  // RFC 8555 §7.1.4: names with the prefix "xn--" are to be "properly encoded". What cannot be
  // decoded keeps its prefix.
  const unicode = domainToUnicode(bare)
  if (/(?:^|\.)xn--/.test(unicode) || domainToASCII(unicode) !== bare) {
    throw refuse('has a label that is not well-formed Punycode')
  }
  return name
}

function address(text: string): string {
  if (isIP(text) === 0 || text.includes('%')) throw malformed('an ip identifier is not an address')
  // RFC 8738 §3: IPv6 addresses in the form of RFC 5952 §4, which is also how URLs write them.
  return isIPv6(text) ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text
}
