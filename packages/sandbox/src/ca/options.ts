import type { Clock } from '../clock.ts'
import type { Authority } from './authority.ts'
import { decodeBase64url } from './base64url.ts'
import type { Span } from './chance.ts'
import type { ExternalAccountKey } from './external-account-binding.ts'
import type { Faults } from './faults.ts'
import type { ChallengeType, DnsPersistDialect } from './challenge-types.ts'
import type { KeyChangeOffer } from './key-change.ts'
import type { Profile } from './profiles.ts'
import type { Validate } from './validation/validation.ts'

/** How `Retry-After` is written (RFC 9110 §10.2.3); `either` draws lots each time. */
export type RetryAfterForm = 'seconds' | 'date' | 'either' | 'garbage' | 'absent'

/** Oddities that real CAs have shown in their bodies. All off by default. */
export interface Quirks {
  /** `"authorizations": null` once the order is no longer pending. */
  readonly nullAuthorizations?: boolean
  /** No `finalize` once the order is valid. */
  readonly missingFinalize?: boolean
  /** One more challenge in each authorization, of a type nobody knows, without a token. */
  readonly unknownChallenge?: boolean
  /** 404 with an empty body. */
  readonly bareNotFound?: boolean
  /** CRLF line ends in PEM. */
  readonly pemCrlf?: boolean
  /** Blank lines around each certificate in PEM. */
  readonly pemBlankLines?: boolean
  /** No newline after the last line of PEM. */
  readonly pemNoFinalNewline?: boolean
  /** A block with another label than CERTIFICATE in the chain, which RFC 8555 §9.1 tells clients to refuse. */
  readonly pemExtraLabel?: boolean
  /** The certificate is for a key that nobody asked to certify. */
  readonly wrongLeafKey?: boolean
}

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
  /** Wait between finalize and the certificate; a huge one keeps the order `processing`. Default 0–300 ms. */
  readonly issuanceDelayMs?: Span
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
  /** `Location` in the reply to finalize, which the RFC shows and some CAs leave out. Default `random`. */
  readonly locationOnFinalize?: 'always' | 'never' | 'random'
  /** Default 2. */
  readonly maxContacts?: number
  /** Default 100. */
  readonly maxIdentifiers?: number
  /** Orders on one page of an account's list. Default 3. */
  readonly ordersPerPage?: number
  /** The external accounts that accounts can be bound to (RFC 8555 §7.3.4). Default none: bindings are ignored. */
  readonly externalAccounts?: readonly ExternalAccountKey[]
  /** Refuses accounts that are bound to none. Default false. */
  readonly externalAccountRequired?: boolean
  /** Default `offered`. */
  readonly keyChange?: KeyChangeOffer
  /** Renewal information and `replaces` (RFC 9773). Default true. */
  readonly renewalInfo?: boolean
  /** `Retry-After` of renewal information, word for word. Default `21600`, six hours. */
  readonly renewalInfoRetryAfter?: string
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
  /** Refuses what only ACME before the RFC had: `resource`, a challenge response other than `{}`. Default true. */
  readonly strict?: boolean
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
  /** Makes requests go wrong. Default none does. */
  readonly faults?: Faults
}

/** Lets the CA listen where other machines reach it. It signs for anyone who passes its checks. */
export const allowNonLoopback: unique symbol = Symbol('allowNonLoopback')

/** What a CA is started with. */
export interface CaOptions extends CaKnobs {
  readonly authority: Authority
  readonly validate: Validate
  /** Default the machine's own. With a seeded `random`, everything the CA draws is drawn again. */
  readonly clock?: Clock
  /** Address to listen on. Default `127.0.0.1`; anything but loopback needs `[allowNonLoopback]`. */
  readonly host?: string
  /** Default 0: any free port. */
  readonly port?: number
  /** Names and addresses in the server's certificate. Default `localhost`, `127.0.0.1`, `::1`. */
  readonly names?: readonly string[]
  readonly [allowNonLoopback]?: boolean
}

/** The knobs with every default in its place. */
export type Knobs = Required<Omit<CaKnobs, 'website' | 'defaultProfile'>> &
  Pick<CaKnobs, 'website' | 'defaultProfile'>

const hourMs = 3_600_000
const quickly: Span = { min: 0, max: 300 }

/** Puts the defaults in; `termsUrl` is where this CA shows its own terms. */
export function knobsFrom(options: CaKnobs, termsUrl: string): Knobs {
  const knobs: Knobs = {
    nonceRejectPercent: 5,
    nonceTtlMs: hourMs,
    authorizationReusePercent: 50,
    shuffle: true,
    validationDelayMs: quickly,
    issuanceDelayMs: quickly,
    retryAfterForm: 'either',
    retryAfterSeconds: 1,
    termsOfService: termsUrl,
    caaIdentities: [],
    orderLifetimeMs: 24 * hourMs,
    pendingAuthorizationLifetimeMs: hourMs,
    validAuthorizationLifetimeMs: hourMs,
    certificateLifetimeMs: 90 * 24 * hourMs,
    backdateMs: hourMs,
    locationOnFinalize: 'random',
    maxContacts: 2,
    maxIdentifiers: 100,
    ordersPerPage: 3,
    externalAccounts: [],
    externalAccountRequired: false,
    keyChange: 'offered',
    renewalInfo: true,
    renewalInfoRetryAfter: '21600',
    profiles: {},
    ...firstProfile(options.profiles),
    challengeTypes: ['http-01', 'tls-alpn-01', 'dns-01'],
    dnsPersistDialect: 'account-url',
    blocklist: [],
    strict: true,
    acceptEdDsa: true,
    alwaysValid: false,
    validationConcurrency: 3,
    validationTimeoutMs: 15_000,
    charset: true,
    quirks: {},
    faults: () => undefined,
    ...options,
  }
  checkKnobs(knobs)
  return knobs
}

function firstProfile(profiles: CaKnobs['profiles'] = {}): Pick<CaKnobs, 'defaultProfile'> {
  const [defaultProfile] = Object.keys(profiles)
  return defaultProfile === undefined ? {} : { defaultProfile }
}

function checkKnobs(knobs: Knobs): void {
  for (const { keyId, macKey } of knobs.externalAccounts) {
    const octets = decodeBase64url(macKey)
    if (octets === undefined || octets.length === 0) {
      throw new TypeError(`the macKey of ${keyId} is not unpadded base64url`)
    }
  }
  for (const name of ['nonceRejectPercent', 'authorizationReusePercent'] as const) {
    if (!(knobs[name] >= 0 && knobs[name] <= 100))
      throw new TypeError(`${name} is not within 0–100`)
  }
  for (const name of ['validationDelayMs', 'issuanceDelayMs'] as const) {
    const { min, max } = knobs[name]
    if (!(min >= 0 && min <= max)) throw new TypeError(`${name} is not a span with 0 ≤ min ≤ max`)
  }
  for (const name of ['ordersPerPage', 'validationConcurrency'] as const) {
    if (!(knobs[name] >= 1)) throw new TypeError(`${name} is less than 1`)
  }
  const { caaIdentities, challengeTypes } = knobs
  if (challengeTypes.includes('dns-persist-01') && !isOneToTen(caaIdentities)) {
    throw new TypeError('dns-persist-01 needs one to ten caaIdentities')
  }
}

function isOneToTen({ length }: readonly string[]): boolean {
  return length >= 1 && length <= 10
}
