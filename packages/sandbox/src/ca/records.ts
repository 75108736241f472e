import type { SigningKey } from './account-key.ts'
import type { IssuedLeaf } from './authority.ts'
import type { Identifier } from './identifiers.ts'
import type { ProblemDocument } from './problem.ts'
import type { Exemption } from './rate-limits.ts'
import type { RenewalOverride } from './renewal-info.ts'

/** RFC 8555 §7.1.2 */
export interface Account {
  readonly id: string
  readonly orders: Order[]
  /** As the client sent it (RFC 8555 §7.3.4). */
  readonly externalAccountBinding?: object
  /** Changes with keyChange. */
  signingKey: SigningKey
  readonly termsOfServiceAgreed: boolean
  /** Whether the terms have changed since a person agreed. */
  mustAgree: boolean
  status: 'valid' | 'deactivated'
  contact: readonly string[]
  /** The values of identifiers that it may not order until a person steps in. */
  readonly paused: Set<string>
}

/** RFC 8555 §8 */
export interface Challenge {
  readonly id: string
  readonly type: string
  readonly token: string
  status: 'pending' | 'processing' | 'valid' | 'invalid'
  validated?: number
  error?: ProblemDocument
  record?: Readonly<Record<string, unknown>>
}

/** RFC 8555 §7.1.4 */
export interface Authorization {
  readonly id: string
  readonly account: Account
  /** Without `*.`. */
  readonly identifier: Identifier
  readonly wildcard: boolean
  /** Whether it is for all names below, too (RFC 9444). */
  readonly subdomains?: boolean
  /** Whether it was asked for without an order (RFC 8555 §7.4.1). */
  readonly isPreAuthorization?: boolean
  /** That of the order for which it was made. */
  readonly profile: string | undefined
  readonly challenges: readonly Challenge[]
  /** As last decided; time may have changed it since. */
  decided: 'pending' | 'valid' | 'invalid' | 'deactivated'
  expires: number
}

/** The identifier as it was ordered, with its `*.`. */
export function identifierOf({ identifier, wildcard }: Authorization): Identifier {
  return wildcard ? { ...identifier, value: `*.${identifier.value}` } : identifier
}

/** RFC 8555 §7.1.3 */
export interface Order {
  readonly id: string
  readonly account: Account
  readonly identifiers: readonly Identifier[]
  readonly authorizations: readonly Authorization[]
  readonly expires: number
  readonly notBefore: number | undefined
  readonly notAfter: number | undefined
  readonly profile: string | undefined
  /** The certificate that this one is to replace (RFC 9773 §5). */
  readonly replaces: string | undefined
  /** What the order was exempt from when it was made. */
  readonly exemption: Exemption
  /** `open` until finalize; whether that is pending or ready depends on the authorizations. */
  stage: 'open' | 'processing' | 'valid' | 'invalid'
  error?: ProblemDocument
  certificate?: Certificate
}

/** RFC 8555 §7.4.2 */
export interface Certificate {
  readonly id: string
  readonly account: Account
  readonly identifiers: readonly Identifier[]
  readonly leaf: IssuedLeaf
  readonly issuedAt: number
  /** How many more downloads have an empty body. */
  emptyDownloads: number
  revoked?: Revocation
  /** In place of the window that the CA would suggest. */
  renewal?: RenewalOverride
}

export interface Revocation {
  readonly at: number
  /** RFC 5280 §5.3.1; 0 where the request gave none. */
  readonly reason: number
}

/** All that the CA remembers. It forgets it when the process ends. */
export interface Records {
  readonly accounts: Map<string, Account>
  readonly authorizations: Map<string, Authorization>
  readonly orders: Map<string, Order>
  readonly certificates: Map<string, Certificate>
  /** The external accounts that have been bound. */
  readonly boundKeyIds: Set<string>
  /** The thumbprints of keys that were proven to be in wrong hands. */
  readonly blockedKeys: Set<string>
  termsOfService: string | false
}

export function emptyRecords(termsOfService: string | false): Records {
  return {
    accounts: new Map(),
    authorizations: new Map(),
    orders: new Map(),
    certificates: new Map(),
    boundKeyIds: new Set(),
    blockedKeys: new Set(),
    termsOfService,
  }
}

/** RFC 7638 thumbprints make keys comparable. */
export function accountByKey({ accounts }: Records, thumbprint: string): Account | undefined {
  return [...accounts.values()].find(({ signingKey }) => signingKey.thumbprint === thumbprint)
}
