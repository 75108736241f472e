import type {
  Account,
  ChainEnding,
  Client,
  Exchange,
  ReplacesOutcome,
  Transport,
} from '@certwright/acme'
import type { Host } from '../runtime/host.ts'
import type { SolverContext } from '../solvers/registry.ts'
import type { FileSystem } from '../store/files.ts'
import type { Issuer, Lease, Store, Version } from '../store/store.ts'
import type { ExternalAccountSource } from './external-account.ts'

/** What happened, as it happens: for a progress line, a log, a test. Data only; the words are the command's. */
export type Progress =
  | { readonly type: 'account-created'; readonly accountUrl: string }
  /** The CA had taken the new key of a rollover that was interrupted: it is the account's now. */
  | { readonly type: 'key-changed'; readonly accountUrl: string }
  /** A rollover was interrupted, and the CA goes on with the old key. */
  | { readonly type: 'key-not-changed'; readonly accountUrl: string }
  | { readonly type: 'order'; readonly orderUrl: string; readonly resumed: boolean }
  /** No chain ends as preferred, so the CA's default was taken. */
  | {
      readonly type: 'chain-not-offered'
      readonly id: string
      readonly preferred: string
      readonly offered: readonly ChainEnding[]
    }
  /** What the CA made of the order's saying that it replaces a version. */
  | { readonly type: 'replaces'; readonly number: number; readonly outcome: ToldOutcome }
  | { readonly type: 'presented'; readonly challenge: string; readonly names: readonly string[] }
  | { readonly type: 'settled'; readonly challenge: string; readonly names: readonly string[] }
  | { readonly type: 'validated'; readonly names: readonly string[] }
  | { readonly type: 'finalizing'; readonly orderUrl: string }
  | { readonly type: 'issued'; readonly version: Version }
  | { readonly type: 'written'; readonly directory: string }
  | { readonly type: 'cleaned-up'; readonly name: string }
  /** An answer could not be withdrawn; the journal keeps it and the next run tries again. */
  | { readonly type: 'clean-up-failed'; readonly name: string; readonly error: unknown }

/** Of a CA that was told. One without renewal information is not. */
export type ToldOutcome = ReplacesOutcome & { readonly type: 'accepted' | 'not-shown' | 'refused' }

/** What one issuance works with: everything from outside is lent. */
export interface IssuanceContext extends SolverContext {
  readonly store: Store
  readonly host: Host
  /** How a directory is reached; its own CA file is trusted beside the system's roots. */
  readonly transport: (issuer: Pick<Issuer, 'directoryUrl' | 'caFile'>) => Transport
  /** Where PEM files are written; the machine's own files where absent. */
  readonly fs?: FileSystem
  /** Without it a version is added whoever else is at work. */
  readonly lease?: Lease
  readonly onProgress?: (progress: Progress) => void
  /** Every ACME exchange, decoded and redacted. */
  readonly onExchange?: (exchange: Exchange) => void
}

/** An account at a CA, opened: its key is in the store and the CA knows it. */
export interface OpenAccount {
  readonly client: Client
  readonly account: Account
  readonly issuer: Issuer
  /** Whether the CA made the account just now. */
  readonly created: boolean
  /** For the case that the CA has lost the account and it has to be registered again. */
  readonly externalAccount?: ExternalAccountSource
}
