export { startSandbox } from './sandbox.ts'
export type { Sandbox, SandboxOptions, SecondaryOptions } from './sandbox.ts'
export type { ChainOptions, SandboxCa, SandboxCaOptions } from './sandbox-ca.ts'
export { createClock } from './adjustable-clock.ts'
export type { AdjustableClock, ClockOptions } from './adjustable-clock.ts'
export { systemClock } from './clock.ts'
export type { Clock } from './clock.ts'

export { startAlibaba } from './alibaba/alibaba.ts'
export type { AlibabaOptions, RunningAlibaba } from './alibaba/alibaba.ts'
export type { Account, AccountOptions, Statement } from './alibaba/accounts.ts'
export type { LoggedCall } from './alibaba/call-log.ts'
export type { CertificateStore, StoredCertificate } from './alibaba/certificate-store.ts'
export type { Fault as AlibabaFault, Faults as AlibabaFaults } from './alibaba/faults.ts'
export type { Installation, Installations } from './alibaba/installations.ts'
export type { Delay, Job } from './alibaba/jobs.ts'
export type { AlibabaSeed, AlibabaState } from './alibaba/products/table.ts'

export { startCa } from './ca/ca.ts'
export type { KnobChanges, RunningCa } from './ca/ca.ts'
export type {
  AccountView,
  CertificateStatus,
  CertificateView,
  OrderView,
  Views,
} from './ca/views.ts'
export type { Incident } from './ca/incident.ts'
export { letsEncryptLimits, letsEncryptStagingLimits } from './ca/lets-encrypt.ts'
export { allowNonLoopback } from './ca/options.ts'
export type { CaKnobs, CaOptions } from './ca/options.ts'
export type { Quirks } from './ca/quirks.ts'
export type { RateLimit } from './ca/rate-limit.ts'
export type { RateLimits } from './ca/rate-limits.ts'
export type { ReplacementRefusal } from './ca/replacement.ts'
export type { RetryAfterForm } from './ca/retry-after.ts'
export type { RevocationOffer, Revoker } from './ca/revocation.ts'
export type { Rules } from './ca/rules.ts'
export type { ChallengeType, DnsPersistDialect } from './ca/challenge-types.ts'
export type { ExternalAccountKey } from './ca/external-account-binding.ts'
export type { KeyChangeOffer } from './ca/key-change.ts'
export type { Profile } from './ca/profiles.ts'
export type { RenewalOverride, WindowForm } from './ca/renewal-info.ts'
export type { Fault, FaultInForce, FaultRequest, FaultRule, Faults } from './ca/faults.ts'
export type { LoggedRequest } from './ca/exchange.ts'
export { createAuthority } from './ca/authority.ts'
export type { Authority, AuthorityOptions, IssuedLeaf, IssueRequest } from './ca/authority.ts'
export type { RevokedSerial } from './ca/revoked-serial.ts'
export { CertificateRequestError, readCertificateRequest } from './ca/certificate-request.ts'
export type { CertificateRequest, CertificateRequestFault } from './ca/certificate-request.ts'
export { createCaaCheck, createValidation } from './ca/validation/validation.ts'
export type { Perspective } from './ca/validation/perspectives.ts'
export type {
  Attempt,
  Validate,
  ValidationOptions,
  ValidationResult,
} from './ca/validation/validation.ts'

export { createTsigKey, startDns } from './dns/dns.ts'
export type { DnsOptions, RecordMatch, RunningDns } from './dns/dns.ts'
export type { DnsExchange } from './dns/respond.ts'
export { secondaryOf } from './dns/secondary.ts'
export { createZone } from './dns/zone.ts'
export type { Zone, ZoneOptions, ZoneSource } from './dns/zone.ts'
export type { DnsRecord, RecordType } from './dns/record.ts'
export type { TsigAlgorithm, TsigKey } from './dns/tsig.ts'
