import type { CaKnobs } from './options.ts'
import type { Profile } from './profiles.ts'
import type { RateLimits } from './rate-limits.ts'

const secondMs = 1000
const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** What Let's Encrypt allows, as its documentation of 2026-08-05 has it. */
export const letsEncryptLimits: RateLimits = {
  newAccountsPerAddress: { count: 10, periodMs: 3 * hourMs },
  newAccountsPerRange: { count: 500, periodMs: 3 * hourMs },
  newOrdersPerAccount: { count: 300, periodMs: 3 * hourMs },
  certificatesPerDomain: { count: 50, periodMs: 7 * dayMs },
  certificatesPerSet: { count: 5, periodMs: 7 * dayMs },
  failuresPerIdentifier: { count: 5, periodMs: hourMs },
  failuresInARow: { count: 1, periodMs: dayMs, burst: 1152 },
  requests: {
    newNonce: { count: 20, periodMs: secondMs, burst: 10 },
    newAccount: { count: 5, periodMs: secondMs, burst: 15 },
    newOrder: { count: 300, periodMs: secondMs, burst: 200 },
    revokeCert: { count: 10, periodMs: secondMs, burst: 100 },
    renewalInfo: { count: 1000, periodMs: secondMs, burst: 100 },
    directory: { count: 40, periodMs: secondMs, burst: 40 },
    other: { count: 250, periodMs: secondMs, burst: 125 },
  },
}

/** What its staging environment allows. */
export const letsEncryptStagingLimits: RateLimits = {
  newAccountsPerAddress: { count: 50, periodMs: 3 * hourMs },
  newAccountsPerRange: { count: 500, periodMs: 3 * hourMs },
  newOrdersPerAccount: { count: 1500, periodMs: 3 * hourMs },
  certificatesPerDomain: { count: 30_000, periodMs: secondMs },
  certificatesPerSet: { count: 30_000, periodMs: 7 * dayMs },
  failuresPerIdentifier: { count: 200, periodMs: hourMs },
  failuresInARow: { count: 1, periodMs: 6 * hourMs, burst: 3600 },
  requests: {
    ...letsEncryptLimits.requests,
    newOrder: { count: 20, periodMs: secondMs, burst: 40 },
    other: { count: 20, periodMs: secondMs, burst: 20 },
  },
}

const quickly = {
  pendingAuthorizationLifetimeMs: hourMs,
  validAuthorizationLifetimeMs: 7 * hourMs,
  orderLifetimeMs: 8 * hourMs,
  commonName: 'never',
  maxIdentifiers: 25,
} as const

/** Its profiles, as of 2026-07-14. */
const profiles: Readonly<Record<string, Profile>> = {
  classic: {
    description: 'the usual: 90 days, up to 100 DNS names, the first as common name',
    certificateLifetimeMs: 90 * dayMs,
    maxIdentifiers: 100,
    identifierTypes: ['dns'],
    pendingAuthorizationLifetimeMs: 7 * dayMs,
    validAuthorizationLifetimeMs: 30 * dayMs,
    orderLifetimeMs: 7 * dayMs,
    commonName: 'promoted',
  },
  tlsserver: {
    ...quickly,
    description: 'no common name, 45 days, up to 25 DNS names',
    certificateLifetimeMs: 45 * dayMs,
    identifierTypes: ['dns'],
  },
  shortlived: {
    ...quickly,
    description: 'no common name, 160 hours, up to 25 names and addresses',
    certificateLifetimeMs: 160 * hourMs,
    identifierTypes: ['dns', 'ip'],
  },
}

/** The other knobs as Let's Encrypt has them; those that are given go before them. */
export const letsEncryptKnobs: CaKnobs = {
  authorizationReusePercent: 100,
  retryAfterSeconds: 3,
  orderLifetimeMs: 7 * dayMs,
  pendingAuthorizationLifetimeMs: 7 * dayMs,
  validAuthorizationLifetimeMs: 30 * dayMs,
  profiles,
  acceptEdDsa: false,
  ordersList: false,
  charset: false,
  // RFC 8659 §2.2 and the Baseline Requirements §3.2.2.8: CAA no older than 8 hours; an hour is spare.
  caaRecheckAfterMs: 7 * hourMs,
  perspectives: [
    { name: 'remote-1' },
    { name: 'remote-2' },
    { name: 'remote-3' },
    { name: 'remote-4' },
  ],
  revocationReasons: [0, 1, 4, 5],
}
