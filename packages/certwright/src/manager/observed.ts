import type { Identifier } from '@certwright/acme'
import type { VerifiedInstallation } from '../deploy/verify-installation.ts'
import type { Certificate, Installation, Schedule, Version } from '../store/store.ts'

/** What is there: the store, what targets say, what endpoints serve. No secret is in it. */
export interface Observed {
  /** Of the store, by id. */
  readonly certificates: readonly ObservedCertificate[]
}

export interface ObservedCertificate {
  readonly certificate: Omit<Certificate, 'challenge'>
  /** Whether its challenge settings are those that are wanted; absent where nothing is wanted. */
  readonly challengeFits?: boolean
  readonly schedule?: Schedule
  /** The current one; absent before the first. */
  readonly version?: ObservedVersion
  /** Whether an order is under way that the next run would go on with. */
  readonly ordered: boolean
  /** Whether its PEM files are those of the current version. */
  readonly files: boolean
  readonly installations: readonly ObservedInstallation[]
}

export interface ObservedVersion extends Pick<
  Version,
  'number' | 'fingerprint' | 'notBefore' | 'notAfter' | 'directoryUrl' | 'revokedAt' | 'revokedBy'
> {
  /** As the certificate itself has them. */
  readonly identifiers: readonly Identifier[]
  readonly keyType: string
  /** As the issuer echoed it. */
  readonly profile?: string
  /** The moment within the window that its issuer suggests, drawn once; absent where it suggests none. */
  readonly renewAt?: number
}

export interface ObservedInstallation {
  readonly installation: Omit<Installation, 'options'>
  /** Whether its options are those that are wanted; absent where nothing is wanted. */
  readonly optionsFit?: boolean
  /** What a look has shown. */
  readonly verified?: VerifiedInstallation
  /** Why it could not be looked at: a code. */
  readonly error?: string
  /** Whether its target can remove what newer uploads have replaced. */
  readonly collects: boolean
}
