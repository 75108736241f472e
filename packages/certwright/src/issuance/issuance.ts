import type { Account, Client, Exchange } from '@certwright/acme'
import type { Host } from '../runtime/host.ts'
import type { Store, Version } from '../store/store.ts'

/** What happened, as it happens: for a progress line, a log, a test. Data only; the words are the command's. */
export type Progress =
  | { readonly type: 'account-created'; readonly accountUrl: string }
  | { readonly type: 'order'; readonly orderUrl: string; readonly resumed: boolean }
  | { readonly type: 'presented'; readonly challenge: string; readonly names: readonly string[] }
  | { readonly type: 'settled'; readonly challenge: string; readonly names: readonly string[] }
  | { readonly type: 'validated'; readonly names: readonly string[] }
  | { readonly type: 'finalizing'; readonly orderUrl: string }
  | { readonly type: 'issued'; readonly version: Version }
  | { readonly type: 'written'; readonly directory: string }
  | { readonly type: 'cleaned-up'; readonly name: string }

/** What one issuance works with. */
export interface IssuanceContext {
  readonly store: Store
  readonly host: Host
  readonly onProgress?: (progress: Progress) => void
  /** Every ACME exchange, decoded and redacted. */
  readonly onExchange?: (exchange: Exchange) => void
}

/** An account at a CA, opened: its key is in the store and the CA knows it. */
export interface OpenAccount {
  readonly client: Client
  readonly account: Account
}
