import type { Generated, Selectable } from 'kysely'
import type { Issuer, KeyType } from './store.ts'

/** Sealed text: see `seal.ts`. */
type Sealed = string
/** JSON text. */
type Json = string
/** Milliseconds since the epoch. */
type Moment = number

export interface IssuerRow {
  readonly id: string
  readonly directory_url: string
  readonly account_key: Sealed
  readonly thumbprint: string
  /** The key of a rollover that is under way, and its thumbprint: both or neither. */
  readonly next_key: Sealed | null
  readonly next_thumbprint: string | null
  readonly external_account_id: string | null
  readonly account_url: string | null
  readonly contact: Json
  readonly terms_of_service: string | null
  readonly terms_agreed_at: Moment | null
  readonly ca_file: string | null
  readonly status: Issuer['status']
  readonly created_at: Moment
}

export interface CertificateRow {
  readonly id: string
  readonly identifiers: Json
  readonly directory_url: string
  readonly key_type: KeyType
  readonly key_source: Json | null
  readonly profile: string | null
  readonly preferred_chain: string | null
  readonly challenge: Sealed
  readonly out: string
  /** Always the greatest number among the certificate's versions. */
  readonly current: number | null
  readonly created_at: Moment
}

export interface VersionRow {
  readonly certificate_id: string
  readonly number: number
  readonly private_key: Sealed | null
  readonly chain_pem: string
  readonly serial: string
  readonly fingerprint: string
  readonly not_before: Moment
  readonly not_after: Moment
  readonly directory_url: string
  readonly account_url: string | null
  readonly profile: string | null
  readonly order_url: string
  readonly certificate_url: string
  readonly created_at: Moment
  readonly revoked_at: Moment | null
  readonly revocation_reason: number | null
  readonly revoked_by: 'issuer' | null
}

export interface RenewalRow {
  readonly certificate_id: string
  readonly number: number
  readonly window_start: Moment | null
  readonly window_end: Moment | null
  readonly renew_at: Moment | null
  readonly explanation_url: string | null
  readonly next_poll_at: Moment
  readonly failures: number
  readonly last_error: Json | null
}

export interface RevocationListRow {
  readonly url: string
  readonly this_update: Moment | null
  readonly next_update: Moment | null
  readonly next_fetch_at: Moment
  readonly failures: number
  readonly last_error: Json | null
}

export interface PendingOrderRow {
  readonly certificate_id: string
  readonly directory_url: string
  readonly account_url: string
  readonly identifier_set: string
  readonly key_type: KeyType
  readonly public_key: string | null
  readonly profile: string | null
  readonly order_url: string | null
  readonly staged_key: Sealed | null
  readonly created_at: Moment
}

export interface JournalRow {
  readonly id: string
  readonly certificate_id: string
  readonly settings: Sealed
  readonly work: Json
  readonly receipt: Json | null
}

export interface PersistRecordRow {
  readonly certificate_id: string
  readonly name: string
  readonly persist_until: Moment | null
  readonly seen_at: Moment
}

export interface InstallationRow {
  readonly certificate_id: string
  readonly target: string
  readonly name: string
  readonly options: Sealed
  readonly created_at: Moment
  readonly last_written: Json | null
  readonly last_seen: Json | null
  readonly last_error: Json | null
}

export interface ScheduleRow {
  readonly certificate_id: string
  readonly managed_by: string | null
  readonly digest: string | null
  readonly next_check_at: Moment
  readonly lease_epoch: number
  readonly failures: number
  readonly last_failure: Json | null
}

export interface BucketRow {
  readonly key: string
  readonly theoretical_arrival: Moment
  readonly blocked_until: Moment
  readonly reason: string | null
}

export interface NoticeRow {
  readonly channel: string
  readonly subject: string
  readonly last_event: number
  readonly told: number
  readonly told_at: Moment
}

export interface EventTable {
  readonly id: Generated<number>
  readonly at: Moment
  readonly type: string
  readonly certificate_id: string | null
  readonly target: string | null
  readonly details: Json
}

export type EventRow = Selectable<EventTable>

/** The one row that tells whether a key is the one that seals this store. */
export interface SealRow {
  readonly id: 'current'
  readonly key_id: string
  /** Where the key came from when the store was made, e.g. `CERTWRIGHT_KEY`. */
  readonly source: string
  /** In base64url, for a key that is stretched from a passphrase. */
  readonly salt: string
  /** Something known, sealed. */
  readonly known: Sealed
  readonly created_at: Moment
}

/** The tables, as the newest migration leaves them. */
export interface Schema {
  readonly issuers: IssuerRow
  readonly certificates: CertificateRow
  readonly versions: VersionRow
  readonly renewals: RenewalRow
  readonly revocation_lists: RevocationListRow
  readonly pending_orders: PendingOrderRow
  readonly journal: JournalRow
  readonly persist_records: PersistRecordRow
  readonly installations: InstallationRow
  readonly schedules: ScheduleRow
  readonly buckets: BucketRow
  readonly events: EventTable
  readonly notices: NoticeRow
  readonly seal: SealRow
  /** Kysely's own record of what was migrated. */
  readonly kysely_migration: { readonly name: string; readonly timestamp: string }
}
