import type { Kysely } from 'kysely'

/** When each certificate is looked at next, what a CA still allows, and what has happened. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('schedules')
    .addColumn('certificate_id', 'text', (column) =>
      column.primaryKey().notNull().references('certificates.id'),
    )
    .addColumn('managed_by', 'text')
    .addColumn('digest', 'text')
    .addColumn('next_check_at', 'bigint', (column) => column.notNull())
    .addColumn('lease_epoch', 'bigint', (column) => column.notNull())
    .addColumn('failures', 'integer', (column) => column.notNull())
    .addColumn('last_failure', 'text')
    .execute()

  await db.schema
    .createIndex('schedules_by_next_check')
    .on('schedules')
    .columns(['managed_by', 'next_check_at'])
    .execute()

  await db.schema
    .createTable('buckets')
    .addColumn('key', 'text', (column) => column.primaryKey().notNull())
    .addColumn('theoretical_arrival', 'bigint', (column) => column.notNull())
    .addColumn('blocked_until', 'bigint', (column) => column.notNull())
    .addColumn('reason', 'text')
    .execute()

  await db.schema
    .createTable('events')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('certificate_id', 'text')
    .addColumn('target', 'text')
    .addColumn('details', 'text', (column) => column.notNull())
    .execute()
}
