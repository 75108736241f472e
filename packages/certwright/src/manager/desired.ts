import type { Identifier } from '@certwright/acme'
import type { Secret } from '../runtime/secret.ts'
import type { ChallengeSettings } from '../solvers/challenge-settings.ts'
import type { KeyType } from '../store/store.ts'

/**
 * What an operator wants to hold, whole: every default has been applied and every name followed. Plain data; no secret
 * has been fetched yet.
 */
export interface Desired {
  /** In order of preference. Never empty. */
  readonly issuers: readonly DesiredIssuer[]
  /** In the order of the file. */
  readonly certificates: readonly DesiredCertificate[]
  readonly notifications: readonly DesiredNotification[]
}

/** Where a secret comes from. It is fetched when it is needed, by `secretReader`. */
export type SecretReference =
  | { readonly env: string }
  /** Absolute. */
  | { readonly file: string }
  /** A program and its arguments; its standard output is the secret. */
  | { readonly command: readonly string[] }
  /** Written in the file itself, which is warned about. */
  | { readonly inline: Secret }

/** The value of an option of a DNS provider, a target or a channel: text, or where a secret comes from. */
export type OptionValue = string | SecretReference

export type OptionValues = Readonly<Record<string, OptionValue>>

export interface DesiredIssuer {
  /** What certificates call it: a known issuer's name, or one of the operator's own. */
  readonly name: string
  readonly directoryUrl: string
  /** Absolute: a file of PEM roots that this directory is trusted by, beside the system's. */
  readonly caFile?: string
  /** `mailto:` URLs. */
  readonly contact: readonly string[]
  /** Whether the operator agrees to the issuer's terms of service. */
  readonly agreeTerms: boolean
  readonly eab?: DesiredExternalAccount
  /** What this operator is granted, where it is not what the issuer documents. */
  readonly limits: DesiredLimits
}

/** External account binding, RFC 8555 §7.3.4. */
export interface DesiredExternalAccount {
  readonly kid: string
  /** base64url. */
  readonly key: SecretReference
  readonly algorithm: 'HS256' | 'HS384' | 'HS512'
}

/** The limits that an issuer can be given. */
export type LimitName =
  | 'orders'
  | 'certificates-per-domain'
  | 'certificates-per-set'
  | 'failures-per-name'

/** So many in any period of this length. */
export interface DesiredLimit {
  readonly count: number
  readonly periodMs: number
}

export type DesiredLimits = Readonly<Partial<Record<LimitName, DesiredLimit>>>

export interface DesiredCertificate {
  readonly id: string
  /** Each once; the first is the first in the file. */
  readonly identifiers: readonly Identifier[]
  /** Names of `Desired.issuers`, in order of preference. Never empty. */
  readonly issuers: readonly string[]
  /** One that every target of `installs` takes. */
  readonly keyType: KeyType
  /** Name of a profile of the issuer. */
  readonly profile?: string
  /** Common name of the root that the chain should lead to. */
  readonly preferredChain?: string
  /** Whether the next version keeps the private key. */
  readonly reuseKey: boolean
  readonly challenge: DesiredChallenge
  readonly renewal: DesiredRenewal
  /** Absolute: where its PEM files are written. Absent: where they would be anyway. */
  readonly out?: string
  readonly installs: readonly DesiredInstall[]
  /** That it is to be revoked and no longer renewed, and why: a reason of RFC 5280 §5.3.1. */
  readonly revoke?: 'unspecified' | 'keyCompromise' | 'superseded' | 'cessationOfOperation'
}

/** `ChallengeSettings` whose secrets have not been fetched; `resolvedChallenge` makes them that. */
export interface DesiredChallenge extends Omit<ChallengeSettings, 'dnsOptions'> {
  readonly dnsOptions?: OptionValues
}

export interface DesiredRenewal {
  /**
   * The part of its lifetime, between 0 and 1, after which a version is renewed at the latest; where absent what fits
   * its lifetime.
   */
  readonly fraction?: number
  /** `false`: its CA's lists of what is revoked are not fetched for it. */
  readonly revocationLists?: boolean
  /** When versions may be replaced; at any time where there are none. */
  readonly windows: readonly MaintenanceWindow[]
}

/** 1 is Monday, 7 is Sunday (ISO 8601). */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7

/** A part of these days. One that ends before it begins goes on into the next day. */
export interface MaintenanceWindow {
  readonly days: readonly Weekday[]
  /** Minutes since midnight, 0 to 1439. */
  readonly fromMinute: number
  /** Minutes since midnight, 1 to 1440; what begins here is outside. */
  readonly toMinute: number
  /** IANA name. */
  readonly timeZone: string
}

export interface DesiredInstall {
  /** The target's name. */
  readonly target: string
  /** What was set on it, with what its credentials hold; `resolvedOptions` fetches the secrets. */
  readonly options: OptionValues
  /** One place, one text: the same as `Installation.target` in the store. */
  readonly text: string
}

export interface DesiredNotification {
  /** The kind of channel, e.g. `slack`. */
  readonly channel: string
  /** What people call this one; the channel's own name where nothing else was said. */
  readonly name: string
  /** `resolvedOptions` fetches the secrets. */
  readonly options: OptionValues
  /** The events it is told of; all that the channel tells by default where absent. */
  readonly events?: readonly string[]
}

/** By preference, those of the file that a certificate names. */
export function issuersOf({ issuers }: Desired, certificate: DesiredCertificate): DesiredIssuer[] {
  return certificate.issuers.flatMap((name) => issuers.find((issuer) => issuer.name === name) ?? [])
}
