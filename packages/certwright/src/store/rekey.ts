import { randomBytes } from 'node:crypto'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sql, type Kysely, type Transaction } from 'kysely'
import { CertwrightError } from '../runtime/error.ts'
import type { Host } from '../runtime/host.ts'
import { syncDirectory, systemErrorCode, systemFiles, writeDurably } from './file-system.ts'
import { keyMissing, sealOf, sealRow, knownPlace } from './key-check.ts'
import type { Schema } from './schema.ts'
import { sealWith, type Place, type Seal } from './seal.ts'
import { keySource, nextKeyFile, type KeySource, type Sealing } from './sealing.ts'
import { formerKey, sealedColumns, type SealedColumn } from './sealed-columns.ts'
import { openSqlite } from './sqlite.ts'
import { Secret } from '../runtime/secret.ts'

export interface RekeyOptions {
  readonly directory: string
  readonly from: Sealing
  /** `file`: a new key, made here. */
  readonly to: Sealing
  readonly host: Pick<Host, 'now' | 'sleep' | 'random'>
}

/**
 * Seals everything under another key, in one transaction; resolves with how much that was. A process that still has the
 * former key can write nothing after that. After a crash one of the two keys opens the store.
 */
export async function rekeyStore({ directory, from, to, host }: RekeyOptions): Promise<number> {
  const path = join(directory, 'certwright.db')
  const sqlite = openSqlite({ path, host })
  const { db, attempt } = sqlite
  try {
    const row = await attempt(() => sealRow(db))
    if (!row) throw new CertwrightError('STATE_NOT_FOUND', { directory })
    const former = await sealOf(row, keySource(from, directory))
    const salt = randomBytes(16).toString('base64url')
    const source = await newSource(to, directory)
    const key = await source.find(salt)
    if (!key) throw keyMissing(source, source.name)
    const seal = sealWith(key)
    const count = await attempt(() =>
      db.transaction().execute(async (tx) => {
        await guard(tx, seal)
        const sealed = await resealed(tx, former, seal)
        await tx
          .updateTable('seal')
          .set({
            key_id: seal.keyId,
            source: to.by === 'file' ? 'seal.key' : source.name,
            salt,
            known: seal.seal(new Secret('certwright'), knownPlace),
            created_at: host.now(),
          })
          .execute()
        return sealed
      }),
    )
    await settle(from, to, directory)
    return count
  } finally {
    sqlite.close()
  }
}

/** A new key file stands beside the former one until everything is sealed under it. */
async function newSource(to: Sealing, directory: string): Promise<KeySource> {
  if (to.by !== 'file') return keySource(to, directory)
  const next = nextKeyFile(directory)
  await rm(next.path, { force: true })
  const text = `${randomBytes(32).toString('base64')}\n`
  await writeDurably({ path: next.path, text, mode: 0o600 }, systemFiles)
  await syncDirectory(directory, systemFiles)
  return next.source
}

/** What opens the store now takes its place; what opens it no longer goes. */
async function settle(from: Sealing, to: Sealing, directory: string): Promise<void> {
  const current = join(directory, 'seal.key')
  if (to.by === 'file') {
    // Whoever has opened the store meanwhile has put it there already.
    await rename(nextKeyFile(directory).path, current).catch((error: unknown) => {
      if (systemErrorCode(error) !== 'ENOENT') throw error
    })
  }
  if (to.by !== 'file' && from.by === 'file') await rm(current, { force: true })
  await syncDirectory(directory, systemFiles)
}

async function resealed(tx: Transaction<Schema>, former: Seal, seal: Seal): Promise<number> {
  let count = 0
  for (const column of sealedColumns) {
    for (const row of await rowsOf(tx, column)) {
      const text = row[column.column]
      if (typeof text !== 'string') continue
      const place = placeOf(column, row)
      const fresh = seal.seal(former.unseal(text, place), place)
      await update(tx, column, row, fresh)
      count += 1
    }
  }
  return count
}

type Row = Readonly<Record<string, unknown>>

async function rowsOf(
  tx: Kysely<Schema>,
  { table, column, record }: SealedColumn,
): Promise<readonly Row[]> {
  const names = [column, ...record].map((name) => sql.ref(name))
  const { rows } = await sql<Row>`select ${sql.join(names)} from ${sql.table(table)}`.execute(tx)
  return rows
}

function placeOf({ table, column, record }: SealedColumn, row: Row): Place {
  return { table, column, record: record.map((name) => String(row[name])).join('#') }
}

async function update(
  tx: Kysely<Schema>,
  { table, column, record }: SealedColumn,
  row: Row,
  text: string,
): Promise<void> {
  const where = record.map((name) => sql`${sql.ref(name)} = ${row[name]}`)
  await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${text} where ${sql.join(where, sql` and `)}`.execute(
    tx,
  )
}

/** The database itself refuses what a process seals that was started before. */
async function guard(tx: Kysely<Schema>, { keyId }: Seal): Promise<void> {
  for (const { table, column } of sealedColumns) {
    for (const event of ['insert', 'update'] as const) {
      const name = sql.table(`sealed_${table}_${column}_${event}`)
      const value = sql.ref(`new.${column}`)
      await sql`drop trigger if exists ${name}`.execute(tx)
      // A row of several sealed columns is written one column after the other.
      const when = event === 'insert' ? sql`insert` : sql`update of ${sql.ref(column)}`
      await sql`create trigger ${name} before ${when} on ${sql.table(table)}
        when ${value} is not null and ${value} not like ${sql.lit(`v1.${keyId}.%`)}
        begin select raise(abort, ${sql.lit(formerKey)}); end`.execute(tx)
    }
  }
}
