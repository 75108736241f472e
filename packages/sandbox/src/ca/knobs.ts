import { complaints, pathText } from '../shape/shape.ts'
import { decodeBase64url } from './base64url.ts'
import type { Span } from './chance.ts'
import { knobsShape } from './knob-shapes.ts'
import { letsEncryptKnobs, letsEncryptLimits, letsEncryptStagingLimits } from './lets-encrypt.ts'
import type { CaKnobs } from './options.ts'
import type { RateLimits } from './rate-limits.ts'
import { rulesFrom, type Rules } from './rules.ts'

type Resolved = 'website' | 'defaultProfile' | 'strict' | 'rules' | 'rateLimits' | 'faults'

/** The knobs with every default in its place. Faults are not among them: they change by themselves. */
export type Knobs = Required<Omit<CaKnobs, Resolved>> &
  Pick<CaKnobs, 'website' | 'defaultProfile'> & {
    readonly strict: boolean
    readonly rules: Rules
    readonly rateLimits: RateLimits
  }

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const quickly: Span = { min: 0, max: 300 }

const defaults: Omit<Knobs, 'termsOfService' | Resolved> = {
  nonceRejectPercent: 5,
  nonceTtlMs: hourMs,
  authorizationReusePercent: 50,
  shuffle: true,
  validationDelayMs: quickly,
  issuanceDelayMs: quickly,
  stuckOrders: false,
  issueAtOnce: false,
  preApproved: 'no',
  preAuthorization: 'missing',
  retryAfterForm: 'either',
  retryAfterSeconds: 1,
  caaIdentities: [],
  caaRecheckAfterMs: Number.POSITIVE_INFINITY,
  perspectives: [],
  orderLifetimeMs: dayMs,
  pendingAuthorizationLifetimeMs: hourMs,
  validAuthorizationLifetimeMs: hourMs,
  certificateLifetimeMs: 90 * dayMs,
  backdateMs: hourMs,
  crlLifetimeMs: 7 * dayMs,
  locationOnFinalize: 'random',
  emptyDownloads: 0,
  maxContacts: 2,
  maxIdentifiers: 100,
  ordersList: true,
  ordersPerPage: 3,
  externalAccounts: [],
  externalAccountRequired: false,
  keyChange: 'offered',
  revocation: 'offered',
  revocationReasons: [0, 1, 2, 3, 4, 5, 6, 8, 9, 10],
  revocationBy: ['account', 'authorized-account', 'key'],
  renewalInfo: true,
  renewalInfoRetryAfter: '21600',
  renewalWindow: 'usual',
  replacesRefusal: 'none',
  profiles: {},
  challengeTypes: ['http-01', 'tls-alpn-01', 'dns-01'],
  dnsPersistDialect: 'account-url',
  blocklist: [],
  blockedKeys: [],
  forwardedFor: false,
  acceptEdDsa: true,
  alwaysValid: false,
  validationConcurrency: 3,
  validationTimeoutMs: 15_000,
  charset: true,
  quirks: {},
}

/**
 * Puts the defaults in; `termsUrl` is where this CA shows its own terms. Throws a `TypeError` that
 * says what is wrong and where.
 */
export function knobsFrom(options: CaKnobs, termsUrl: string): Knobs {
  const given = onlyKnobs(options)
  const [wrong] = complaints(knobsShape, given)
  if (wrong) throw new TypeError(`${pathText(wrong.path)} ${wrong.says}`)
  const isLetsEncrypt = given.strict === 'letsencrypt'
  const preset = isLetsEncrypt ? letsEncryptKnobs : {}
  const profiles = given.profiles ?? preset.profiles ?? {}
  const knobs: Knobs = {
    ...defaults,
    termsOfService: termsUrl,
    ...firstProfile(profiles),
    ...preset,
    ...given,
    strict: given.strict !== false,
    rules: rulesFrom(isLetsEncrypt, given.rules),
    rateLimits: limitsFrom(given.rateLimits, isLetsEncrypt),
  }
  checkTogether(knobs)
  return knobs
}

/** Without what a CA is started with beside its knobs, and without functions, which have no shape. */
export function onlyKnobs(options: CaKnobs): CaKnobs {
  const names = Object.keys(knobsShape.members)
  const entries = Object.entries(options).filter(
    ([name, value]) => names.includes(name) && value !== undefined && typeof value !== 'function',
  )
  return Object.fromEntries(entries)
}

function firstProfile(profiles: NonNullable<CaKnobs['profiles']>): Pick<CaKnobs, 'defaultProfile'> {
  const [defaultProfile] = Object.keys(profiles)
  return defaultProfile === undefined ? {} : { defaultProfile }
}

function limitsFrom(given: CaKnobs['rateLimits'] = {}, isLetsEncrypt: boolean): RateLimits {
  if (given === 'letsencrypt') return letsEncryptLimits
  if (given === 'letsencrypt-staging') return letsEncryptStagingLimits
  return isLetsEncrypt ? { ...letsEncryptLimits, ...given } : given
}

/** What no knob can be said to be wrong in alone. */
function checkTogether(knobs: Knobs): void {
  for (const { keyId, macKey } of knobs.externalAccounts) {
    const octets = decodeBase64url(macKey)
    if (octets === undefined || octets.length === 0) {
      throw new TypeError(`the macKey of ${keyId} is not unpadded base64url`)
    }
  }
  for (const name of ['validationDelayMs', 'issuanceDelayMs'] as const) {
    const { min, max } = knobs[name]
    if (min > max) throw new TypeError(`${name} is not a span with min ≤ max`)
  }
  const { caaIdentities, challengeTypes } = knobs
  const isOneToTen = caaIdentities.length >= 1 && caaIdentities.length <= 10
  if (challengeTypes.includes('dns-persist-01') && !isOneToTen) {
    throw new TypeError('dns-persist-01 needs one to ten caaIdentities')
  }
}
