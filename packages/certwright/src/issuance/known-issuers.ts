import { CertwrightError } from '../runtime/error.ts'
import type { IssuerLimit } from './issuer-limit.ts'
import { issuerTable } from './issuer-table.ts'

/** The kinds of key that a CA takes. */
export type KeyKind = 'RSA' | 'P-256' | 'P-384' | 'P-521' | 'Ed25519'

/** A lifetime, and the day from which it holds; one without a day held before. */
export interface DatedSpan {
  /** UTC, e.g. `2027-02-10`. */
  readonly from?: string
  readonly ms: number
}

/** A kind of certificate that a CA offers by name (draft-ietf-acme-profiles). */
export interface IssuerProfile {
  readonly name: string
  /** Of certificates, oldest first. */
  readonly lifetimes: readonly DatedSpan[]
  readonly maxNames: number
  readonly identifierTypes: readonly ('dns' | 'ip')[]
  /** Whether the subject may have a common name. */
  readonly commonName: boolean
  readonly pendingAuthorizationMs: number
  /** For how long a valid authorization serves later orders. */
  readonly authorizationReuse: readonly DatedSpan[]
  readonly orderMs: number
}

/** How a CA binds accounts to those of its customers (RFC 8555 §7.3.4). */
export interface ExternalAccountRule {
  /** Whether a key identifier binds one account and no second one. */
  readonly singleUse?: true
  /** How long the values are good for before they are used. */
  readonly validMs?: number
  /** Where a customer gets the values, where that is known: a page, a menu or a command. */
  readonly from?: string
}

/**
 * What is known of a CA beforehand. What differs between CAs is a property here, and nobody asks for a CA by name. A
 * property that is absent is not known; what the CA's own directory says goes before all of it.
 */
export interface KnownIssuer {
  /** The word that `--issuer` takes. */
  readonly name: string
  readonly title: string
  /** Absent where each customer has a URL of their own, which then lies at one of `hosts`. */
  readonly directoryUrl?: string
  readonly hosts?: readonly string[]
  /** Its certificates are trusted by nobody. */
  readonly staging?: true
  /** Absent where accounts are open to everybody. */
  readonly externalAccount?: ExternalAccountRule
  /** Certificates are only issued to accounts with a contact, whatever newAccount says. */
  readonly contactRequired?: true
  /** Orders may stay `processing` for longer than is usual. */
  readonly slowProcessing?: true
  /** Orders may be `ready` at once: names are approved outside ACME. */
  readonly preapproved?: true
  /** Challenges that failed are tried again by the CA. */
  readonly retriesChallenges?: true
  /** A certificate may be charged for, where the customer's account has funds. */
  readonly mayBill?: true
  readonly maxNames?: number
  readonly wildcards?: boolean
  readonly identifierTypes?: readonly ('dns' | 'ip')[]
  readonly lifetimes?: readonly DatedSpan[]
  /** `notAfter` of the order chooses a shorter lifetime, down to this one. */
  readonly shortestByNotAfterMs?: number
  /** The first is the default. */
  readonly profiles?: readonly IssuerProfile[]
  readonly accountKeys?: readonly KeyKind[]
  readonly certificateKeys?: readonly KeyKind[]
  readonly challenges?: readonly string[]
  /** Renewal information and `replaces` (RFC 9773). */
  readonly renewalInfo?: boolean
  /** Key rollover (RFC 8555 §7.3.5). */
  readonly keyChange?: boolean
  /** The list of an account's orders (RFC 8555 §7.1.2.1). */
  readonly ordersList?: boolean
  /** CRLReasons that are taken (RFC 5280 §5.3.1). */
  readonly revocationReasons?: readonly number[]
  /** How CAA records name it. */
  readonly caaIdentities?: readonly string[]
  readonly limits?: readonly IssuerLimit[]
  /** The day on which it ended its service. */
  readonly endedOn?: string
  /** The day up to which all of this is known. */
  readonly asOf: string
}

/** Every CA that is known, in the order in which they are shown. */
export const knownIssuers: readonly KnownIssuer[] = issuerTable

/** The words that `--issuer` takes, for completion and help. */
export const issuerNames: readonly string[] = knownIssuers
  .filter(({ directoryUrl, endedOn }) => directoryUrl !== undefined && endedOn === undefined)
  .map(({ name }) => name)

/**
 * The directory URL that a word or a URL names; `undefined` where it is neither. A CA that has ended its service is
 * `ISSUER_ENDED`, and one that gives each customer another URL is `ISSUER_URL_NEEDED`.
 */
export function issuerUrl(nameOrUrl: string): string | undefined {
  const named = knownIssuers.find(({ name }) => name === nameOrUrl)
  const issuer = named ?? knownIssuer(nameOrUrl)
  if (issuer?.endedOn !== undefined) {
    throw new CertwrightError('ISSUER_ENDED', { issuer: issuer.title, date: issuer.endedOn })
  }
  if (named) {
    if (named.directoryUrl !== undefined) return named.directoryUrl
    const { title, hosts = [] } = named
    throw new CertwrightError('ISSUER_URL_NEEDED', {
      issuer: title,
      example: `https://${hosts[0] ?? '…'}/…`,
    })
  }
  // A server's URLs are used exactly as given (RFC 8555 §6.4), so parsing only judges.
  const url = URL.parse(nameOrUrl)
  return url?.protocol === 'https:' && url.username === '' ? nameOrUrl : undefined
}

/** What is known of the CA at a directory URL. */
export function knownIssuer(directoryUrl: string): KnownIssuer | undefined {
  const host = URL.parse(directoryUrl)?.hostname
  return (
    knownIssuers.find((issuer) => issuer.directoryUrl === directoryUrl) ??
    knownIssuers.find(({ hosts = [] }) => host !== undefined && hosts.includes(host))
  )
}

/** The word for a directory URL where there is one, else the URL. */
export function issuerName(directoryUrl: string): string {
  const issuer = knownIssuers.find((known) => known.directoryUrl === directoryUrl)
  return issuer?.name ?? directoryUrl
}
