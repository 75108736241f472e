import type { Kysely } from 'kysely'

/** Where certificates are installed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('installations')
    .addColumn('certificate_id', 'text', (column) => column.notNull().references('certificates.id'))
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('options', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('last_written', 'text')
    .addColumn('last_seen', 'text')
    .addColumn('last_error', 'text')
    .addPrimaryKeyConstraint('installations_key', ['certificate_id', 'target'])
    .execute()
}
