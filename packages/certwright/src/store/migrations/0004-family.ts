import { sql, type Kysely } from 'kysely'

/**
 * What a certificate can be asked for beside its names, versions whose key is elsewhere, when CAs would like versions to
 * be renewed, and records that prove names until further notice.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [table, ...columns] of [
    ['certificates', 'key_source', 'profile', 'preferred_chain'],
    ['pending_orders', 'public_key', 'profile'],
  ] as const) {
    for (const column of columns) {
      await db.schema.alterTable(table).addColumn(column, 'text').execute()
    }
  }
  await remakeVersions(db)

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

  await db.schema
    .createTable('persist_records')
    .addColumn('certificate_id', 'text', (column) => column.notNull().references('certificates.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('persist_until', 'bigint')
    .addColumn('seen_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('persist_records_key', ['certificate_id', 'name'])
    .execute()
}

/** SQLite cannot take back that a column is never null, so the table is made anew. */
async function remakeVersions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('versions_next')
    .addColumn('certificate_id', 'text', (column) => column.notNull().references('certificates.id'))
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('private_key', 'text')
    .addColumn('chain_pem', 'text', (column) => column.notNull())
    .addColumn('serial', 'text', (column) => column.notNull())
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('not_before', 'bigint', (column) => column.notNull())
    .addColumn('not_after', 'bigint', (column) => column.notNull())
    .addColumn('directory_url', 'text', (column) => column.notNull())
    .addColumn('account_url', 'text')
    .addColumn('profile', 'text')
    .addColumn('order_url', 'text', (column) => column.notNull())
    .addColumn('certificate_url', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('revoked_at', 'bigint')
    .addColumn('revocation_reason', 'integer')
    .addPrimaryKeyConstraint('versions_by_number', ['certificate_id', 'number'])
    .execute()
  const kept = [
    'certificate_id',
    'number',
    'private_key',
    'chain_pem',
    'serial',
    'fingerprint',
    'not_before',
    'not_after',
    'directory_url',
    'order_url',
    'certificate_url',
    'created_at',
    'revoked_at',
    'revocation_reason',
  ].map((column) => sql.ref(column))
  const columns = sql.join(kept)
  await sql`insert into versions_next (${columns}) select ${columns} from versions`.execute(db)
  await db.schema.dropTable('versions').execute()
  await db.schema.alterTable('versions_next').renameTo('versions').execute()
}
