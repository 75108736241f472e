import type { Identifier } from './identifier.ts'
import type { Problem } from './problem.ts'

/** What went wrong. Match on this, never on the message. */
export type AcmeErrorCode =
  /** The CA refused: `problem` says why. */
  | 'ACME_PROBLEM'
  /** The CA's reply lacks what the protocol needs, or carries it in a shape that cannot be used. */
  | 'ACME_RESPONSE_NOT_CONFORM'
  /** No reply came: refused, reset, timed out, name not found. */
  | 'ACME_NETWORK'
  /** The TLS certificate of the CA's API is not trusted. */
  | 'ACME_SERVER_NOT_TRUSTED'
  /** A URL of the protocol is not `https:` (RFC 8555 §6.1). */
  | 'ACME_NOT_HTTPS'
  /** A signed request was redirected, or an unsigned one too often. */
  | 'ACME_REDIRECTED'
  /**
   * The caller's time is over, or the CA asks for more of it than there is: `retryAfterMs` says how
   * much.
   */
  | 'ACME_DEADLINE'
  /** The CA does not offer this part of the protocol. */
  | 'ACME_NOT_SUPPORTED'
  /** The order failed: `authorizations` says which names, and why. */
  | 'ACME_ORDER_INVALID'
  /** An authorization that was asked for beforehand failed: `authorizations` says which, and why. */
  | 'ACME_AUTHORIZATION_INVALID'
  /** No solver fits any challenge that the CA offers: `unsolved` lists them. */
  | 'ACME_NO_SOLVER'
  /** A private key that is none, or of an unknown kind. */
  | 'ACME_KEY_NOT_READABLE'
  /** The MAC key of an external account is not in any form that CAs hand them out in. */
  | 'ACME_MAC_KEY_NOT_READABLE'
  /**
   * The account still has its old key, or may have: `reason` is `in-use`, `no-effect` or `unknown`.
   */
  | 'ACME_KEY_NOT_CHANGED'
  /** The CA does not list this profile: `profiles` are those it does. */
  | 'ACME_PROFILE_NOT_OFFERED'
  /** The passphrase of a private key is missing or wrong. */
  | 'ACME_PASSPHRASE_WRONG'
  /** Text that should be PEM. */
  | 'ACME_PEM_NOT_CONFORM'
  /** Bytes that should be DER of a certain shape. */
  | 'ACME_DER_NOT_CONFORM'
  /** Neither a domain name nor an IP address that a certificate can be for. */
  | 'ACME_IDENTIFIER_NOT_CONFORM'

/** Why the CA could not validate one identifier. */
export interface FailedAuthorization {
  readonly identifier: Identifier
  readonly wildcard: boolean
  /** The authorization's URL. */
  readonly url: string
  /** The type of the challenge that failed, where the CA says which. */
  readonly challenge?: string
  readonly problem?: Problem
  /** What the CA tried: addresses, ports, redirects. Only some CAs say; in their own shape. */
  readonly validationRecord?: unknown
}

/** An authorization that no solver can fulfil. */
export interface UnsolvedAuthorization {
  readonly identifier: Identifier
  readonly wildcard: boolean
  /** The types of challenges that the CA offers for it. */
  readonly offered: readonly string[]
}

/** What an `AcmeError` carries beside its code and message. */
export interface AcmeErrorDetails {
  readonly problem?: Problem | undefined
  /** The HTTP status. */
  readonly status?: number | undefined
  /** How long the CA asks to wait. */
  readonly retryAfterMs?: number | undefined
  /**
   * What was asked for; with `ACME_ORDER_INVALID` and a missed deadline the order, for resuming.
   */
  readonly url?: string | undefined
  /** Where the CA explains the refusal (`Link; rel="help"`). */
  readonly helpUrl?: string | undefined
  /** The terms to be agreed to (`Link; rel="terms-of-service"`). */
  readonly termsUrl?: string | undefined
  /** The URL in `Location`: where another account has the key, that account's (RFC 8555 §7.3.5). */
  readonly location?: string | undefined
  /** What to do about it, in the imperative. */
  readonly hint?: string | undefined
  /**
   * Which rule of several was broken, as a stable word, e.g. `label-too-long`; with `ACME_NETWORK`
   * the runtime's own code, e.g. `ECONNREFUSED`.
   */
  readonly reason?: string | undefined
  readonly authorizations?: readonly FailedAuthorization[] | undefined
  readonly unsolved?: readonly UnsolvedAuthorization[] | undefined
  readonly profiles?: readonly string[] | undefined
  readonly cause?: unknown
}

/** Every failure of the protocol. A caller's programming mistake is a `TypeError` instead. */
export class AcmeError extends Error {
  override readonly name = 'AcmeError'
  readonly code: AcmeErrorCode
  readonly problem: Problem | undefined
  readonly status: number | undefined
  readonly retryAfterMs: number | undefined
  readonly url: string | undefined
  readonly helpUrl: string | undefined
  readonly termsUrl: string | undefined
  readonly location: string | undefined
  readonly hint: string | undefined
  readonly reason: string | undefined
  readonly authorizations: readonly FailedAuthorization[] | undefined
  readonly unsolved: readonly UnsolvedAuthorization[] | undefined
  readonly profiles: readonly string[] | undefined

  /** Control characters in `message` are shown as `\xNN`: a CA's words may reach a terminal. */
  constructor(code: AcmeErrorCode, message: string, details: AcmeErrorDetails = {}) {
    super(printable(message), 'cause' in details ? { cause: details.cause } : undefined)
    this.code = code
    this.problem = details.problem
    this.status = details.status
    this.retryAfterMs = details.retryAfterMs
    this.url = details.url
    this.helpUrl = details.helpUrl
    this.termsUrl = details.termsUrl
    this.location = details.location
    this.hint = details.hint && printable(details.hint)
    this.reason = details.reason
    this.authorizations = details.authorizations
    this.unsolved = details.unsolved
    this.profiles = details.profiles
  }
}

/** Control characters, those that reorder or hide text, and the line ends of Unicode. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    const hex = (character.codePointAt(0) ?? 0).toString(16)
    return hex.length <= 2 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`
  })
}
