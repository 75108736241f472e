import type { Schema } from './schema.ts'

/** A column whose texts are sealed, and how the record of one is named: see `Place`. */
export interface SealedColumn {
  readonly table: keyof Schema
  readonly column: string
  /** Columns that name the record, joined by `#`. They are the table's key. */
  readonly record: readonly string[]
}

/** Every one of them, but for the check of the key itself. Part of what the seal authenticates: names never change. */
export const sealedColumns: readonly SealedColumn[] = [
  { table: 'issuers', column: 'account_key', record: ['id'] },
  { table: 'issuers', column: 'next_key', record: ['id'] },
  { table: 'certificates', column: 'challenge', record: ['id'] },
  { table: 'versions', column: 'private_key', record: ['certificate_id', 'number'] },
  { table: 'pending_orders', column: 'staged_key', record: ['certificate_id'] },
  { table: 'journal', column: 'settings', record: ['id'] },
  { table: 'installations', column: 'options', record: ['certificate_id', 'target'] },
]

/** What the database says to a process that writes under a key that is no longer the store's. */
export const formerKey = 'sealed under a former key'
