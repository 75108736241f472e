import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import * as first from './migrations/0001-first.ts'
import * as installations from './migrations/0002-installations.ts'
import * as accounts from './migrations/0003-accounts.ts'
import * as family from './migrations/0004-family.ts'
import * as schedule from './migrations/0005-schedule.ts'
import * as notices from './migrations/0006-notices.ts'
import * as revocationLists from './migrations/0007-revocation-lists.ts'
import type { Schema } from './schema.ts'

/** In the order of their names. A name never changes once it was shipped. */
const migrations: Readonly<Record<string, Migration>> = {
  '0001-first': first,
  '0002-installations': installations,
  '0003-accounts': accounts,
  '0004-family': family,
  '0005-schedule': schedule,
  '0006-notices': notices,
  '0007-revocation-lists': revocationLists,
}

/** What stands between a database and this program. */
export interface MigrationState {
  /** The database has the tables of the first migration at least. */
  readonly begun: boolean
  readonly pending: readonly string[]
  /** Migrations that this program does not know: a newer one has been here. */
  readonly unknown: readonly string[]
}

/** Reads only. */
export async function migrationState(db: Kysely<Schema>): Promise<MigrationState> {
  const applied = await appliedMigrations(db)
  return {
    begun: applied.length > 0,
    pending: Object.keys(migrations).filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !(name in migrations)),
  }
}

/** Brings the tables up to this program, all or nothing. Of several processes at once, one does it and the others wait. */
export async function migrate(db: Kysely<Schema>): Promise<void> {
  const { Migrator } = await import('kysely/migration')
  const provider = { getMigrations: () => Promise.resolve({ ...migrations }) }
  const { error } = await new Migrator({ db, provider }).migrateToLatest()
  if (error instanceof Error) throw error
}

async function appliedMigrations(db: Kysely<Schema>): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some(({ name }) => name === 'kysely_migration')) return []
  const rows = await db.selectFrom('kysely_migration').select('name').execute()
  return rows.map(({ name }) => name)
}
