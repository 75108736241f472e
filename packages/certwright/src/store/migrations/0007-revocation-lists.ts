import type { Kysely } from 'kysely'

/** What CAs publish of what they have revoked, and who has said of a version that it is. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('versions').addColumn('revoked_by', 'text').execute()

  await db.schema
    .createTable('revocation_lists')
    .addColumn('url', 'text', (column) => column.primaryKey().notNull())
    .addColumn('this_update', 'bigint')
    .addColumn('next_update', 'bigint')
    .addColumn('next_fetch_at', 'bigint', (column) => column.notNull())
    .addColumn('failures', 'integer', (column) => column.notNull())
    .addColumn('last_error', 'text')
    .execute()
}
