import type { Identifier } from './identifier.ts'

/**
 * Certificates that a name's owner lets another get (RFC 9115). These are the wire's types alone: no call of this package
 * delegates, and no public CA is known to offer it.
 */
export interface Delegation {
  /** What the CSR must look like (RFC 9115 §2.3.1, §4). */
  readonly 'csr-template': Readonly<Record<string, unknown>>
  /** Which CNAME records the other side has to be given, by name. */
  readonly 'cname-map'?: Readonly<Record<string, string>>
}

/** The list at the account's `delegations` (RFC 9115 §2.3.1.2). */
export interface Delegations {
  /** URLs. */
  readonly delegations: readonly string[]
}

/** A request for a delegated certificate (RFC 9115 §2.3.2). */
export interface DelegatedOrder {
  readonly identifiers: readonly Identifier[]
  /** The URL of the delegation. */
  readonly delegation: string
  readonly 'allow-certificate-get'?: boolean
}
