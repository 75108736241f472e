/** What a CA counts together. */
export type LimitScope =
  /** New accounts from one IP address. */
  | 'registrations-ip'
  /** New accounts from one IPv6 network of 48 bits. */
  | 'registrations-ipv6-48'
  /** New orders of one account. */
  | 'account-orders'
  /** Certificates for one registered domain, IPv4 address, or IPv6 network of 64 bits. */
  | 'registered-domain'
  /** Certificates for exactly the same identifiers. */
  | 'identifier-set'
  /** Failed authorizations of one account for one identifier. */
  | 'authorization-failures'
  /** The same, in a row: a success resets it. Beyond it the account is paused for the identifier. */
  | 'consecutive-authorization-failures'
  /** Requests from one IP address, to one endpoint or to those that have no limit of their own. */
  | 'requests-ip'

/** What does not count. */
export type LimitExemption =
  /** An order whose `replaces` the CA has taken, inside the suggested window (RFC 9773 §5). */
  | 'ari-renewal'
  /** An order for the same identifiers as an earlier certificate. */
  | 'same-identifiers'

/** A token bucket: `capacity` at once, and one more each `refillMs`. Revocation gives nothing back. */
export interface IssuerLimit {
  readonly scope: LimitScope
  readonly capacity: number
  readonly refillMs: number
  /** With `requests-ip`: the directory's name of the endpoint; absent for all others together. */
  readonly endpoint?: string
  readonly exemptions: readonly LimitExemption[]
}

/** As CAs write it: so many in a period, given back evenly over it. */
export function perPeriod(
  scope: LimitScope,
  capacity: number,
  periodMs: number,
  exemptions: readonly LimitExemption[] = [],
): IssuerLimit {
  return { scope, capacity, refillMs: periodMs / capacity, exemptions }
}

/** As load balancers have it: a steady rate, and a burst above it. */
export function perSecond(rate: number, burst: number, endpoint?: string): IssuerLimit {
  return {
    scope: 'requests-ip',
    capacity: burst,
    refillMs: 1000 / rate,
    ...(endpoint !== undefined && { endpoint }),
    exemptions: [],
  }
}
