import type { ChallengeReceipt, ChallengeWork, Identifier, RenewalWindow } from '@certwright/acme'
import type { Secret } from '../runtime/secret.ts'
import type { ChallengeSettings } from '../solvers/challenge-settings.ts'

/** Where the key of an account is: sealed in the store, or with a program that signs by it and never shows it. */
export type AccountKey =
  /** PKCS#8 PEM. */
  | { readonly held: 'here'; readonly pem: Secret }
  /** An absolute path. */
  | { readonly held: 'by-program'; readonly program: string }

/** The key that an account is to have next. Until the CA is known to take it, the account's own stands beside it. */
export interface StagedKey {
  readonly key: AccountKey
  /** RFC 7638. */
  readonly thumbprint: string
}

/** A CA's directory URL and our account there. One account per directory URL is in use; deactivated ones are kept. */
export interface Issuer {
  readonly id: string
  readonly directoryUrl: string
  readonly accountKey: AccountKey
  /** RFC 7638 thumbprint of the account key. */
  readonly thumbprint: string
  /** Present while a key rollover is under way: the CA may take this key or the other. */
  readonly nextKey?: StagedKey
  /** Absent until the CA has answered newAccount: the key is kept before it is first used. */
  readonly accountUrl?: string
  readonly contact: readonly string[]
  /** The key identifier of the external account that this one was bound to (RFC 8555 §7.3.4). Its key is not kept. */
  readonly externalAccountId?: string
  /** URL of the terms that a person agreed to. */
  readonly termsOfService?: string
  /** When they did, where that was noted. */
  readonly termsAgreedAt?: number
  /** A file of PEM roots that this directory is trusted by, beside the system's. */
  readonly caFile?: string
  readonly status: 'new' | 'valid' | 'deactivated'
  /** Milliseconds since the epoch, as every time in the store. */
  readonly createdAt: number
}

/** The types of key that are made here. */
export type KeyType = 'ec256' | 'ec384' | 'rsa2048' | 'rsa3072' | 'rsa4096'

/** Where the private keys of a certificate come from, if not a new one is made for each version. */
export type KeySource =
  /** The current version's key is kept for the next one, as long as it is of the certificate's `keyType`. */
  | { readonly from: 'reuse' }
  /** A file of the operator's own, in PEM, read for each version. Absolute. */
  | ({ readonly from: 'file'; readonly path: string } & GivenKey)
  /** Elsewhere, with whoever made this certificate request: DER in base64, handed in for each version. */
  | ({ readonly from: 'csr'; readonly request: string } & GivenKey)

/** A key that was not made here, as it was when it was named. */
export interface GivenKey {
  /** As `describe` names them, e.g. `ec256`. */
  readonly keyType: string
  /** SHA-256 of its SubjectPublicKeyInfo, hex in lower case. */
  readonly publicKey: string
}

/** The desired thing: a name we chose for identifiers that should always be valid. */
export interface Certificate {
  /** Chosen by a person or from the first name, e.g. `example.com`. */
  readonly id: string
  readonly identifiers: readonly Identifier[]
  readonly directoryUrl: string
  /** Of the keys that are made here. */
  readonly keyType: KeyType
  readonly keySource?: KeySource
  /** One of the profiles that the CA's directory lists; the CA's own choice where absent. */
  readonly profile?: string
  /** The chain that is wanted: who issued its topmost certificate, or that one's fingerprint. */
  readonly preferredChain?: string
  readonly challenge: ChallengeSettings
  /** Where its PEM files are written. Absolute. */
  readonly out: string
  /** Number of the version in use; absent before the first. */
  readonly current?: number
  readonly createdAt: number
}

/** One issued key and chain. Immutable but for its revocation. */
export interface Version {
  readonly certificateId: string
  /** 1, 2, 3 … */
  readonly number: number
  /** PKCS#8 PEM. Absent where the key is elsewhere. */
  readonly privateKey?: Secret
  /** Leaf first, LF, no blank lines, one final newline. */
  readonly chainPem: string
  /** Hex in lower case, two digits a byte, as in the certificate (a leading `00` stays). */
  readonly serial: string
  /** SHA-256 of the leaf's DER, hex in lower case. */
  readonly fingerprint: string
  readonly notBefore: number
  readonly notAfter: number
  readonly directoryUrl: string
  /** The account that ordered it. */
  readonly accountUrl?: string
  /** As the CA gave it back, else as it was asked for. */
  readonly profile?: string
  readonly orderUrl: string
  readonly certificateUrl: string
  readonly createdAt: number
  readonly revokedAt?: number
  /** CRLReason, RFC 5280 §5.3.1. */
  readonly revocationReason?: number
  /** Its CA, as its list of what is revoked says; absent where it was revoked from here. */
  readonly revokedBy?: 'issuer'
}

/** When the CA would like a version to be renewed (RFC 9773), and when to ask it again. */
export interface Renewal {
  readonly certificateId: string
  /** The version's. */
  readonly number: number
  /** What the CA last suggested; absent where it suggests nothing. */
  readonly suggestion?: RenewalSuggestion
  /** When to ask again: no sooner, and as soon as possible after. */
  readonly nextPollAt: number
  /** How often in a row the CA could not be asked. */
  readonly failures: number
  /** Why not, the last time; absent since it has answered. */
  readonly lastError?: { readonly code: string; readonly reason: string; readonly at: number }
}

export interface RenewalSuggestion extends RenewalWindow {
  /** The moment that was drawn from the window, once for each window (RFC 9773 §4.2). */
  readonly renewAt: number
  /** A page of the CA that says why the window is as it is. */
  readonly explanationUrl?: string
}

/** What is known of a CA's list of what it has revoked (RFC 5280 §5). Versions that it lists are marked, and it is not kept. */
export interface RevocationList {
  readonly url: string
  /** Of the list that was looked at last; absent before the first. */
  readonly thisUpdate?: number
  readonly nextUpdate?: number
  /** When to fetch it again: no sooner. */
  readonly nextFetchAt: number
  /** How often in a row it could not be had, or not be trusted. */
  readonly failures: number
  /** Why not, the last time; absent since it could. */
  readonly lastError?: { readonly code: string; readonly reason: string; readonly at: number }
}

/** Which certificate a version's is. */
export type VersionSerial = Pick<Version, 'certificateId' | 'number' | 'serial'>

/** An order that is under way: persisted before each step, so that a crash resumes it. At most one a certificate. */
export interface PendingOrder {
  readonly certificateId: string
  readonly directoryUrl: string
  readonly accountUrl: string
  /** Sorted `type:value` of the identifiers, comma-separated: an order is resumed only for the same set. */
  readonly identifierSet: string
  readonly keyType: KeyType
  /** SHA-256 of the public key's SubjectPublicKeyInfo, where the key is not made for this order. */
  readonly publicKey?: string
  readonly profile?: string
  /** Absent between the intent and the CA's answer. */
  readonly orderUrl?: string
  /** PKCS#8 PEM of the key that was staged before finalize; the order's certificate belongs to it. */
  readonly stagedKey?: Secret
  readonly createdAt: number
}

/** A challenge answer that was put somewhere, or was about to be (`receipt` absent), and is not yet withdrawn. */
export interface JournaledChallenge {
  readonly id: string
  readonly certificateId: string
  readonly settings: ChallengeSettings
  readonly work: ChallengeWork
  readonly receipt?: ChallengeReceipt
}

/** A dns-persist-01 record of a certificate, as it last stood at every authoritative server. */
export interface PersistRecord {
  readonly certificateId: string
  /** Where it is, e.g. `_validation-persist.example.com`. */
  readonly name: string
  /** After this it proves nothing more; absent where it has no end. */
  readonly persistUntil?: number
  readonly seenAt: number
}

/** One certificate bound to one target: what should be there, what was written last, what was seen last. */
export interface Installation {
  readonly certificateId: string
  /** The target as a person writes it, without secrets, e.g. `files:directory=/etc/nginx/tls`: one a certificate. */
  readonly target: string
  /** The target's name: the word before the colon. */
  readonly name: string
  /** Every option that was set; sealed at rest, for some are secrets. */
  readonly options: Readonly<Record<string, string>>
  readonly createdAt: number
  /** The certificate that the target was last known to hold, and since when. */
  readonly lastWritten?: { readonly fingerprint: string; readonly at: number }
  readonly lastSeen?: SeenInstallation
  /** Why the last attempt to install failed; absent since one has succeeded. */
  readonly lastError?: { readonly code: string; readonly at: number }
}

/** What a look at a target and its endpoints has shown. */
export interface SeenInstallation {
  readonly at: number
  /** Whether everything showed the certificate that was current then. */
  readonly proven: boolean
  /** SHA-256 of the certificate that was seen, hex in lower case, where one was. */
  readonly fingerprint?: string
}

/** When a certificate is looked at next, and how its upkeep has gone. One a certificate. */
export interface Schedule {
  readonly certificateId: string
  /** The file that says what it should be, as an absolute path; absent where a command did. */
  readonly managedBy?: string
  /** Of what that file said when it was last looked at. */
  readonly digest?: string
  /** While it is worked on, when its lease ends. */
  readonly nextCheckAt: number
  /** Greater by one with every lease: what an older one writes is refused. */
  readonly leaseEpoch: number
  /** Failed attempts to get a version, in a row. */
  readonly failures: number
  readonly lastFailure?: { readonly code: string; readonly at: number }
}

/** The right to work on one certificate, until another takes it. */
export interface Lease {
  readonly certificateId: string
  readonly epoch: number
}

/** One token of a bucket that holds `capacity` and gets one back every `emissionMs`. */
export interface TokenRequest {
  readonly key: string
  readonly emissionMs: number
  readonly capacity: number
}

export type TokensTaken =
  | { readonly granted: true }
  /** Nothing was taken from any. `key` had none, and will have one at `retryAt`. */
  | { readonly granted: false; readonly key: string; readonly retryAt: number }

export interface Bucket {
  readonly key: string
  /** When it is full again. */
  readonly theoreticalArrival: number
  /** Nothing is taken before, whatever it holds. */
  readonly blockedUntil: number
  /** Why it is blocked: a code. */
  readonly reason?: string
}

/** Something that has happened, as data. */
export interface RecordedEvent {
  /** Grows with time, with gaps. */
  readonly id: number
  readonly at: number
  /** A word of the closed set in `manager/events`. */
  readonly type: string
  readonly certificateId?: string
  readonly target?: string
  /** Never a secret. */
  readonly details: Readonly<Record<string, string | number | boolean>>
}

/** What one channel was told of one subject. */
export interface ToldNotice {
  /** What it is about, e.g. a certificate's issuance; empty for how far the channel has read. */
  readonly subject: string
  /** Id of the newest event of it that was seen. */
  readonly lastEvent: number
  /** How often in a row trouble was told; 0 when it is over. */
  readonly told: number
  readonly toldAt: number
}

/**
 * The truth, on disk. Every method is one transaction: after a crash it has happened or it has not. Secrets are
 * sealed at rest. Safe to use from several processes at once.
 */
export interface Store {
  issuers(): Promise<readonly Issuer[]>
  /** The account in use at this directory, newest first; deactivated ones only through `issuers`. */
  issuer(directoryUrl: string): Promise<Issuer | undefined>
  /**
   * Adds or replaces by `id`. The keys of one that is there are left as they stand: a process that read it before a
   * rollover must not bring the old key back.
   */
  saveIssuer(issuer: Issuer): Promise<void>
  /** Keeps the key that an account is to have next; `undefined` forgets it. */
  stageAccountKey(issuerId: string, next: StagedKey | undefined): Promise<void>
  /** Makes the staged key the account's and forgets the one before. The account's already is success. */
  adoptAccountKey(issuerId: string, thumbprint: string): Promise<void>

  certificates(): Promise<readonly Certificate[]>
  certificate(id: string): Promise<Certificate | undefined>
  /** Adds or replaces by `id`; `current` is left as it stands (only `addVersion` moves it). */
  saveCertificate(certificate: Certificate): Promise<void>
  /** Forgets it with its versions and all else that belongs to it. Of one that is gone it is success. */
  forgetCertificate(id: string): Promise<void>

  /** All versions, oldest first. */
  versions(certificateId: string): Promise<readonly Version[]>
  version(certificateId: string, number: number): Promise<Version | undefined>
  /**
   * Makes a version with the next number, makes it current, and forgets the pending order, in one transaction.
   * `LEASE_LOST` where a lease is named that is no longer the newest.
   */
  addVersion(version: Omit<Version, 'number'>, lease?: Lease): Promise<Version>
  markRevoked(certificateId: string, number: number, at: number, reason: number): Promise<void>

  renewal(certificateId: string, number: number): Promise<Renewal | undefined>
  /** Adds or replaces by `certificateId` and `number`. */
  saveRenewal(renewal: Renewal): Promise<void>

  revocationList(url: string): Promise<RevocationList | undefined>
  /** Puts its next fetch off to `until` where that is due, so that one process alone fetches it. False where it is not. */
  claimRevocationList(
    url: string,
    moments: { readonly now: number; readonly until: number },
  ): Promise<boolean>
  /** Adds or replaces by `url`. */
  saveRevocationList(list: RevocationList): Promise<void>
  /** Of every certificate's current version that is not known to be revoked. */
  currentSerials(): Promise<readonly VersionSerial[]>
  /** Notes that its CA has revoked a version. False, and nothing changed, where it is known to be revoked already. */
  markRevokedByIssuer(
    certificateId: string,
    number: number,
    revocation: { readonly at: number; readonly reason: number },
  ): Promise<boolean>

  pendingOrder(certificateId: string): Promise<PendingOrder | undefined>
  /** Every order that is under way at a directory. */
  pendingOrders(directoryUrl: string): Promise<readonly PendingOrder[]>
  /** Adds or replaces by `certificateId`. */
  savePendingOrder(order: PendingOrder): Promise<void>
  forgetPendingOrder(certificateId: string): Promise<void>

  journaledChallenges(certificateId?: string): Promise<readonly JournaledChallenge[]>
  /** Adds or replaces by `id`. */
  journalChallenge(challenge: JournaledChallenge): Promise<void>
  forgetChallenge(id: string): Promise<void>

  /** By name. */
  persistRecords(certificateId: string): Promise<readonly PersistRecord[]>
  /** Replaces all of the certificate's. */
  savePersistRecords(certificateId: string, records: readonly PersistRecord[]): Promise<void>

  /** Of one certificate or of all, by certificate and target. */
  installations(certificateId?: string): Promise<readonly Installation[]>
  /** Adds or replaces by `certificateId` and `target`. */
  saveInstallation(installation: Installation): Promise<void>
  /** Notes a look alone, beside what another process may be writing. Of an installation that is gone it is success. */
  markSeen(certificateId: string, target: string, seen: SeenInstallation): Promise<void>
  forgetInstallation(certificateId: string, target: string): Promise<void>

  schedules(): Promise<readonly Schedule[]>
  schedule(certificateId: string): Promise<Schedule | undefined>
  /** Adds one, or moves the check, the owner and the digest of the one there is; its lease and failures stay. */
  saveSchedule(
    schedule: Pick<Schedule, 'certificateId' | 'managedBy' | 'digest' | 'nextCheckAt'>,
  ): Promise<void>
  /** Leases what is due of a file, longest due first. What is leased is not due again before the lease has ended. */
  claimDue(options: {
    readonly managedBy: string
    readonly now: number
    readonly limit: number
    readonly leaseMs: number
  }): Promise<readonly Lease[]>
  /** Leases one certificate, whoever had it: for who holds its lock. */
  takeLease(
    certificateId: string,
    options: { readonly now: number; readonly leaseMs: number },
  ): Promise<Lease>
  /** Ends a lease. False, and nothing changed, where another has taken it since. */
  finish(
    lease: Lease,
    outcome: Pick<Schedule, 'nextCheckAt' | 'failures' | 'lastFailure'>,
  ): Promise<boolean>
  /** Looks at a certificate no later than `at`. */
  wake(certificateId: string, at: number): Promise<void>
  /** When the first of a file is due; absent where nothing of it is scheduled. */
  nextCheckAt(managedBy: string): Promise<number | undefined>

  /** Takes one token of each bucket, or of none. */
  takeTokens(requests: readonly TokenRequest[], now: number): Promise<TokensTaken>
  /** Closes a bucket until then, for every process. */
  block(key: string, until: number, reason?: string): Promise<void>
  /** Those that were ever used, by key: all, those with these keys, or those whose key begins so. */
  buckets(of?: {
    readonly keys?: readonly string[]
    readonly prefix?: string
  }): Promise<readonly Bucket[]>

  addEvent(event: Omit<RecordedEvent, 'id'>): Promise<RecordedEvent>
  /** Oldest first, those after the event with this id; by default 1000 at most. */
  events(options?: {
    readonly after?: number
    readonly limit?: number
    readonly certificateId?: string
  }): Promise<readonly RecordedEvent[]>
  /** Forgets what happened before then. */
  forgetEvents(before: number): Promise<void>

  toldNotices(channel: string): Promise<readonly ToldNotice[]>
  /** Adds or replaces by `subject`, all of them or none. */
  saveTold(channel: string, notices: readonly ToldNotice[]): Promise<void>

  close(): Promise<void>
}
