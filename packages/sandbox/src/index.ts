export { startSandbox } from './sandbox.ts'
export type { Sandbox, SandboxOptions, SecondaryOptions } from './sandbox.ts'
export { systemClock } from './clock.ts'
export type { Clock } from './clock.ts'

export { startCa } from './ca/ca.ts'
export type { CertificateStatus, CertificateView, OrderView, RunningCa } from './ca/ca.ts'
export { allowNonLoopback } from './ca/options.ts'
export type { CaKnobs, CaOptions, Quirks, RetryAfterForm } from './ca/options.ts'
export type { Fault, Faults } from './ca/faults.ts'
export type { LoggedRequest } from './ca/exchange.ts'
export { createAuthority } from './ca/authority.ts'
export type { Authority, AuthorityOptions, IssuedLeaf, IssueRequest } from './ca/authority.ts'
export type { RevokedSerial } from './ca/revoked-serial.ts'
export { CertificateRequestError, readCertificateRequest } from './ca/certificate-request.ts'
export type { CertificateRequest, CertificateRequestFault } from './ca/certificate-request.ts'
export { createValidation } from './ca/validation/validation.ts'
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
