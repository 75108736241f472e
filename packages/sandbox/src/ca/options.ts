import type { Clock } from '../clock.ts'
import type { Authority } from './authority.ts'
import type { ChallengeType, DnsPersistDialect } from './challenge-types.ts'
import type { Span } from './chance.ts'
import type { ExternalAccountKey } from './external-account-binding.ts'
import type { FaultRule, Faults } from './faults.ts'
import type { KeyChangeOffer } from './key-change.ts'
import type { PreAuthorizationOffer } from './pre-authorization.ts'
import type { Profile } from './profiles.ts'
import type { Quirks } from './quirks.ts'
import type { RateLimits } from './rate-limits.ts'
import type { ReplacementRefusal } from './replacement.ts'
import type { WindowForm } from './renewal-info.ts'
import type { RetryAfterForm } from './retry-after.ts'
import type { RevocationOffer, Revoker } from './revocation.ts'
import type { Rules } from './rules.ts'
import type { Perspective } from './validation/perspectives.ts'
import type { Validate } from './validation/validation.ts'

/** What can be set about the CA's behaviour. */
export interface CaKnobs {
  /** Share of good nonces answered with `badNonce`. A nonce from such an answer is never refused. Default 5. */
  readonly nonceRejectPercent?: number
  /** Milliseconds that a nonce is good for. Default 1 h. */
  readonly nonceTtlMs?: number
  /** Share of valid authorizations that a new order of the same account takes over. Default 50. */
  readonly authorizationReusePercent?: number
  /** Arrays in another order at each reply. Default true. */
  readonly shuffle?: boolean
  /** Wait before a validation. Default 0–300 ms. */
  readonly validationDelayMs?: Span
  /** Wait between finalize and the certificate. Default 0–300 ms. */
  readonly issuanceDelayMs?: Span
  /** Leaves every order that is finalized from now on in `processing` for good. Default false. */
  readonly stuckOrders?: boolean
  /** Finalize answers when the certificate is there, so that the order is `valid` at once. Default false. */
  readonly issueAtOnce?: boolean
  /**
   * Whether a new order finds its authorizations valid without a challenge, or is answered with an
   * order of the account for the same names that is valid already. Default `no`.
   */
  readonly preApproved?: 'no' | 'authorizations' | 'orders'
  /** Authorizations before any order (RFC 8555 §7.4.1), and for all names below one (RFC 9444). Default `missing`. */
  readonly preAuthorization?: PreAuthorizationOffer
  /** Form of `Retry-After` on what is `processing`. Default `either`. */
  readonly retryAfterForm?: RetryAfterForm
  /** Default 1. A negative number gives a date in the past. */
  readonly retryAfterSeconds?: number
  /** URL of the terms in `meta`; `false` where none must be agreed to. Default a page of this CA. */
  readonly termsOfService?: string | false
  /** `meta.website`. Default none. */
  readonly website?: string
  /** `meta.caaIdentities`. Default none. */
  readonly caaIdentities?: readonly string[]
  /** Looks at CAA again at finalize for what was validated longer ago. Default never. */
  readonly caaRecheckAfterMs?: number
  /** The remote places from which validation is repeated (Baseline Requirements §3.2.2.9). Default none. */
  readonly perspectives?: readonly Perspective[]
  /** Default 24 h. */
  readonly orderLifetimeMs?: number
  /** Default 1 h. */
  readonly pendingAuthorizationLifetimeMs?: number
  /** Counted from the validation. Default 1 h. */
  readonly validAuthorizationLifetimeMs?: number
  /** Default 90 days. */
  readonly certificateLifetimeMs?: number
  /** How far `notBefore` lies in the past. Default 1 h. */
  readonly backdateMs?: number
  /** From `thisUpdate` to `nextUpdate` of a CRL; a negative number gives one that is stale. Default 7 days. */
  readonly crlLifetimeMs?: number
  /** `Location` in the reply to finalize, which the RFC shows and some CAs leave out. Default `random`. */
  readonly locationOnFinalize?: 'always' | 'never' | 'random'
  /** How many downloads of each certificate have an empty body first. Default 0. */
  readonly emptyDownloads?: number
  /** Default 2. */
  readonly maxContacts?: number
  /** Default 100. */
  readonly maxIdentifiers?: number
  /** Whether accounts list their orders. Default true. */
  readonly ordersList?: boolean
  /** Orders on one page of an account's list. Default 3. */
  readonly ordersPerPage?: number
  /** The external accounts that accounts can be bound to (RFC 8555 §7.3.4). Default none: bindings are ignored. */
  readonly externalAccounts?: readonly ExternalAccountKey[]
  /** Refuses accounts that are bound to none. Default false. */
  readonly externalAccountRequired?: boolean
  /** Default `offered`. */
  readonly keyChange?: KeyChangeOffer
  /** Default `offered`. */
  readonly revocation?: RevocationOffer
  /** Reasons that a request may give (RFC 5280 §5.3.1). Default all but 7. */
  readonly revocationReasons?: readonly number[]
  /** Who may revoke a certificate. Default all of RFC 8555 §7.6. */
  readonly revocationBy?: readonly Revoker[]
  /** Renewal information and `replaces` (RFC 9773). Default true. */
  readonly renewalInfo?: boolean
  /** `Retry-After` of renewal information, word for word. Default `21600`, six hours. */
  readonly renewalInfoRetryAfter?: string
  /** What renewal information says of certificates for which no window was set. Default `usual`. */
  readonly renewalWindow?: WindowForm
  /** Refuses every order that replaces a certificate, and how. Default `none`. */
  readonly replacesRefusal?: ReplacementRefusal
  /** By name (draft ietf-acme-profiles). Default none, and then none can be asked for. */
  readonly profiles?: Readonly<Record<string, Profile>>
  /** For orders that ask for none; may be one that is not listed. Default the first that is. */
  readonly defaultProfile?: string
  /** Default http-01, tls-alpn-01 and dns-01. The dns-persist-01 ones name the CA by `caaIdentities`. */
  readonly challengeTypes?: readonly ChallengeType[]
  /** How dns-persist-01 records name the account: by its URL (drafts -00, -01), the default, or by a hash (-02). */
  readonly dnsPersistDialect?: DnsPersistDialect
  /** Names that are refused with `rejectedIdentifier`, with all names below them. Default none. */
  readonly blocklist?: readonly string[]
  /** RFC 7638 thumbprints of keys that nobody may use under the rule `keyPolicy`. Default none. */
  readonly blockedKeys?: readonly string[]
  /**
   * `true`, the default, refuses what only ACME before the RFC had: `resource`, a challenge response
   * other than `{}`. `letsencrypt` also puts all `rules`, Let's Encrypt's `rateLimits` and its other
   * ways in force, but for what is given here.
   */
  readonly strict?: boolean | 'letsencrypt'
  /** What a public CA checks beyond the RFC. Default none of it. */
  readonly rules?: Partial<Rules>
  /** Limits by name, or those of an environment of Let's Encrypt. Default none. */
  readonly rateLimits?: RateLimits | 'letsencrypt' | 'letsencrypt-staging'
  /** Takes the last address in `X-Forwarded-For` for that of the client, so that limits can be tried. Default false. */
  readonly forwardedFor?: boolean
  /** Takes Ed25519 account keys, as RFC 8555 §6.2 says a server should. Default true. */
  readonly acceptEdDsa?: boolean
  /** Believes every challenge without looking, and says so in `meta.alwaysValid`. Default false. */
  readonly alwaysValid?: boolean
  /** Validations at the same time. Default 3. */
  readonly validationConcurrency?: number
  /** Milliseconds of the network's own time for one validation. Default 15 s. */
  readonly validationTimeoutMs?: number
  /** `; charset=utf-8` behind every media type. Default true. */
  readonly charset?: boolean
  readonly quirks?: Quirks
  /** Makes requests go wrong: a function, or rules to begin with. Default none does. */
  readonly faults?: Faults | readonly FaultRule[]
}

/** Lets the CA listen where other machines reach it. It signs for anyone who passes its checks. */
export const allowNonLoopback: unique symbol = Symbol('allowNonLoopback')

/** What a CA is started with. */
export interface CaOptions extends CaKnobs {
  readonly authority: Authority
  readonly validate: Validate
  /** Looks at CAA alone, for `caaRecheckAfterMs`. Default nothing is looked at. */
  readonly recheckCaa?: Validate
  /** Default the machine's own. With a seeded `random`, everything the CA draws is drawn again. */
  readonly clock?: Clock
  /** Address to listen on. Default `127.0.0.1`; anything but loopback needs `[allowNonLoopback]`. */
  readonly host?: string
  /** Default 0: any free port. */
  readonly port?: number
  /** Port of the plain HTTP server for CRLs and issuers. Default 0: any free port. */
  readonly repositoryPort?: number
  /** Names and addresses in the server's certificate. Default `localhost`, `127.0.0.1`, `::1`. */
  readonly names?: readonly string[]
  readonly [allowNonLoopback]?: boolean
}
