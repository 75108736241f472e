import { instantOf } from '@certwright/acme'
import type { Renewal } from '../store/store.ts'

/** What an issuer says of a version's renewal (RFC 9773), as `--json` shows it. Members are only added. */
export interface RenewalDocument {
  readonly suggestedWindow?: { readonly start: string; readonly end: string }
  /** The moment drawn from it. */
  readonly renewAt?: string
  readonly explanationUrl?: string
  readonly nextPollAt: string
  /** How often in a row the issuer could not be asked, and why not the last time. */
  readonly failures: number
  readonly lastError?: { readonly code: string; readonly reason: string; readonly at: string }
}

export function renewalDocument(renewal: Renewal): RenewalDocument {
  const { suggestion, nextPollAt, failures, lastError } = renewal
  return {
    ...(suggestion && {
      suggestedWindow: { start: instantOf(suggestion.start), end: instantOf(suggestion.end) },
      renewAt: instantOf(suggestion.renewAt),
    }),
    ...explanationOf(renewal),
    nextPollAt: instantOf(nextPollAt),
    failures,
    ...(lastError && { lastError: { ...lastError, at: instantOf(lastError.at) } }),
  }
}

/** The issuer's own explanation, where it gives one. */
export function explanationOf(renewal: Renewal | undefined): { readonly explanationUrl?: string } {
  const explanationUrl = renewal?.suggestion?.explanationUrl
  return explanationUrl === undefined ? {} : { explanationUrl }
}
