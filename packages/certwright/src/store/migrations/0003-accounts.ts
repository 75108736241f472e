import type { Kysely } from 'kysely'

/** What accounts need beside their key: the next one, the external account, and when the terms were agreed to. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // One column a statement: SQLite adds no more at once.
  await db.schema.alterTable('issuers').addColumn('next_key', 'text').execute()
  await db.schema.alterTable('issuers').addColumn('next_thumbprint', 'text').execute()
  await db.schema.alterTable('issuers').addColumn('external_account_id', 'text').execute()
  await db.schema.alterTable('issuers').addColumn('terms_agreed_at', 'bigint').execute()
}
