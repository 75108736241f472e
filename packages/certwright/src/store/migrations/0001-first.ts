import type { Kysely } from 'kysely'

/** The first tables. A shipped migration never changes; `seal` is read before any later one has run. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('seal')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('key_id', 'text', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('salt', 'text', (column) => column.notNull())
    .addColumn('known', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()

  await db.schema
    .createTable('issuers')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('directory_url', 'text', (column) => column.notNull())
    .addColumn('account_key', 'text', (column) => column.notNull())
    .addColumn('thumbprint', 'text', (column) => column.notNull())
    .addColumn('account_url', 'text')
    .addColumn('contact', 'text', (column) => column.notNull())
    .addColumn('terms_of_service', 'text')
    .addColumn('ca_file', 'text')
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()

  await db.schema
    .createTable('certificates')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('identifiers', 'text', (column) => column.notNull())
    .addColumn('directory_url', 'text', (column) => column.notNull())
    .addColumn('key_type', 'text', (column) => column.notNull())
    .addColumn('challenge', 'text', (column) => column.notNull())
    .addColumn('out', 'text', (column) => column.notNull())
    .addColumn('current', 'integer')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()

  await db.schema
    .createTable('versions')
    .addColumn('certificate_id', 'text', (column) => column.notNull().references('certificates.id'))
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('private_key', 'text', (column) => column.notNull())
    .addColumn('chain_pem', 'text', (column) => column.notNull())
    .addColumn('serial', 'text', (column) => column.notNull())
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('not_before', 'bigint', (column) => column.notNull())
    .addColumn('not_after', 'bigint', (column) => column.notNull())
    .addColumn('directory_url', 'text', (column) => column.notNull())
    .addColumn('order_url', 'text', (column) => column.notNull())
    .addColumn('certificate_url', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('revoked_at', 'bigint')
    .addColumn('revocation_reason', 'integer')
    .addPrimaryKeyConstraint('versions_key', ['certificate_id', 'number'])
    .execute()

  await db.schema
    .createTable('pending_orders')
    .addColumn('certificate_id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('directory_url', 'text', (column) => column.notNull())
    .addColumn('account_url', 'text', (column) => column.notNull())
    .addColumn('identifier_set', 'text', (column) => column.notNull())
    .addColumn('key_type', 'text', (column) => column.notNull())
    .addColumn('order_url', 'text')
    .addColumn('staged_key', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()

  await db.schema
    .createTable('journal')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('certificate_id', 'text', (column) => column.notNull())
    .addColumn('settings', 'text', (column) => column.notNull())
    .addColumn('work', 'text', (column) => column.notNull())
    .addColumn('receipt', 'text')
    .execute()

  await db.schema
    .createIndex('journal_by_certificate')
    .on('journal')
    .column('certificate_id')
    .execute()
}
