import type { Kysely } from 'kysely'

/** When CAs would like versions to be renewed, and which account ordered each. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('versions').addColumn('account_url', 'text').execute()

  await db.schema
    .createTable('renewals')
    .addColumn('certificate_id', 'text', (column) => column.notNull().references('certificates.id'))
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('window_start', 'bigint')
    .addColumn('window_end', 'bigint')
    .addColumn('renew_at', 'bigint')
    .addColumn('explanation_url', 'text')
    .addColumn('next_poll_at', 'bigint', (column) => column.notNull())
    .addColumn('failures', 'integer', (column) => column.notNull())
    .addColumn('last_error', 'text')
    .addPrimaryKeyConstraint('renewals_key', ['certificate_id', 'number'])
    .execute()
}
