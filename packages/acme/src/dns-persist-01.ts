import { base64urlEncode } from './base64.ts'
import type { Challenge } from './challenge.ts'
import { concatenate } from './der/der.ts'
import { AcmeError } from './error.ts'
import { identifierFrom } from './identifier.ts'

/** What a CA wants to read in a dns-persist-01 record (draft ietf-acme-dns-persist). */
export interface DnsPersistOffer {
  /** The names of the CA; a record names one of them. Never empty. */
  readonly issuerDomainNames: readonly string[]
  /**
   * How the record names the account: by its URL (drafts -00 and -01), or by the hash that `dnsPersistAccountUri` makes
   * (from draft -02).
   */
  readonly dialect: 'account-url' | 'account-hash'
  /** The account as the CA says that a record must name it, where it says so. */
  readonly accountUri?: string
}

/** What a dns-persist-01 record says. */
export interface DnsPersistRecord {
  readonly issuerDomainName: string
  readonly accountUri: string
  /** Whether it is for wildcards and for names below, too. */
  readonly wildcard: boolean
  /** Seconds since the Unix epoch, after which it proves nothing more; for ever where absent. */
  readonly persistUntil?: number
}

/**
 * Reads what a CA wants out of its challenge, in either dialect. Without issuer names, or with more than ten,
 * or with one that is no domain name, it is `ACME_RESPONSE_NOT_CONFORM`, as the draft says that it must be refused.
 */
export function dnsPersistOffer({ type, url, raw }: Challenge): DnsPersistOffer {
  if (type !== 'dns-persist-01') throw new TypeError(`the challenge is ${type}, not dns-persist-01`)
  const hashed = raw['issuerDomainNames']
  const names = hashed ?? raw['issuer-domain-names']
  const isUsable = Array.isArray(names) && names.length >= 1 && names.length <= 10
  if (!isUsable || !names.every(isNormalName)) {
    throw new AcmeError(
      'ACME_RESPONSE_NOT_CONFORM',
      'the dns-persist-01 challenge does not name its issuer by one to ten domain names',
      { url },
    )
  }
  const { accounturi } = raw
  return {
    issuerDomainNames: names,
    dialect: hashed === undefined ? 'account-url' : 'account-hash',
    ...(typeof accounturi === 'string' && accounturi !== '' && { accountUri: accounturi }),
  }
}

/** "represented in A-label format", "lowercase", without "a trailing dot" */
function isNormalName(name: unknown): name is string {
  if (typeof name !== 'string') return false
  try {
    return !name.startsWith('*') && identifierFrom(name).value === name
  } catch {
    return false
  }
}

/** What the hash of an account in a dns-persist-01 record is made from. */
export interface DnsPersistAccount {
  /** `directory.meta.accountHashPrefix`. */
  readonly prefix: string
  readonly accountUrl: string
  /** Of the account's key (RFC 7638): with another key the record is another one. */
  readonly thumbprint: string
  /** The name that is proven, without `*.`, or `*` for a record that fits at every name. */
  readonly domain: string
}

/** How a record names the account from draft -02: by a hash that shows neither its URL nor its key. */
export async function dnsPersistAccountUri({
  prefix,
  accountUrl,
  thumbprint,
  domain,
}: DnsPersistAccount): Promise<string> {
  const encoder = new TextEncoder()
  const name = encoder.encode(domain === '*' ? domain : identifierFrom(domain).value)
  const data = concatenate([name.length], name, encoder.encode(thumbprint + accountUrl))
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data))
  return `${prefix}sha-256/${base64urlEncode(digest)}`
}

/** The TXT record's name; a wildcard's is that of the name below it. */
export function dnsPersist01Name(identifierValue: string): string {
  return `_validation-persist.${identifierValue.replace(/^\*\./, '')}`
}

/** The TXT record's value (draft ietf-acme-dns-persist §4; RFC 8659 §4.2). Zone files may need `txtStrings` of it. */
export function dnsPersist01Value(record: DnsPersistRecord): string {
  const { issuerDomainName, accountUri, wildcard, persistUntil } = record
  if (!isNormalName(issuerDomainName)) throw new TypeError('issuerDomainName is no domain name')
  // RFC 8659 §4.2: `value = *(%x21-3A / %x3C-7E)`, so that nothing can end the parameter.
  if (!/^[!-:<-~]+$/.test(accountUri)) throw new TypeError('accountUri is not a URI')
  if (persistUntil !== undefined && !(Number.isSafeInteger(persistUntil) && persistUntil >= 0)) {
    throw new TypeError('persistUntil is not a Unix time in whole seconds')
  }
  return [
    issuerDomainName,
    `accounturi=${accountUri}`,
    ...(wildcard ? ['policy=wildcard'] : []),
    ...(persistUntil === undefined ? [] : [`persistUntil=${persistUntil}`]),
  ].join('; ')
}

/**
 * What a TXT value says that stands at such a name; `undefined` where it is none of these records: not in the syntax of
 * RFC 8659 §4.2, a parameter twice, no account, or no time where one should be. Unknown parameters are passed over.
 */
export function readDnsPersist01Value(value: string): DnsPersistRecord | undefined {
  const [issuer = '', ...parts] = value.split(';').map((part) => part.trim())
  const issuerDomainName = issuer.toLowerCase()
  const parameters = new Map<string, string>()
  for (const part of parts.filter((part) => part !== '')) {
    const [, tag = '', content = ''] = /^([A-Za-z0-9]+)[ \t]*=[ \t]*([!-:<-~]*)$/.exec(part) ?? []
    const name = tag.toLowerCase()
    if (name === '' || parameters.has(name)) return undefined
    parameters.set(name, content)
  }
  const accountUri = parameters.get('accounturi') ?? ''
  const until = parameters.get('persistuntil')
  if (!isNormalName(issuerDomainName) || accountUri === '') return undefined
  if (until !== undefined && !/^\d{1,15}$/.test(until)) return undefined
  return {
    issuerDomainName,
    accountUri,
    wildcard: parameters.get('policy')?.toLowerCase() === 'wildcard',
    ...(until !== undefined && { persistUntil: Number(until) }),
  }
}

/** A TXT value as the character-strings of at most 255 octets that it is made of (RFC 1035 §3.3). ASCII alone. */
export function txtStrings(value: string): string[] {
  if (!/^[ -~]*$/.test(value)) throw new TypeError('the value is not printable ASCII')
  return value.match(/.{1,255}/g) ?? ['']
}
