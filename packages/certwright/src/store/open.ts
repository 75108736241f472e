import type { Kysely } from 'kysely'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { CertwrightError } from '../runtime/error.ts'
import type { Host } from '../runtime/host.ts'
import { Secret } from '../runtime/secret.ts'
import { keyMissing, knownPlace, sealOf, sealRow } from './key-check.ts'
import type { Schema, SealRow } from './schema.ts'
import { type Seal, sealWith } from './seal.ts'
import { type KeySource, keySource, type Sealing } from './sealing.ts'
import type { SqliteHandle } from './sqlite-database.ts'
import type { Sqlite } from './sqlite.ts'
import type { Store } from './store.ts'

export { type Sealing, sealingOf } from './sealing.ts'

export interface OpenStoreOptions {
  /** The state directory; made, for its owner alone, where it is not there. */
  readonly directory: string
  readonly sealing: Sealing
  readonly host: Pick<Host, 'now' | 'sleep' | 'random'>
  /** Opens the database file; `node:sqlite` where absent. */
  readonly openDatabase?: (path: string) => SqliteHandle
}

/**
 * Opens the state directory's store, and makes or migrates it first where that is needed. Several processes may do
 * so at once. With a wrong key or a newer program's database it throws and has changed nothing.
 */
export async function openStore({
  directory,
  sealing,
  host,
  openDatabase,
}: OpenStoreOptions): Promise<Store> {
  const source = keySource(sealing, directory)
  // Commands that never open a store start without the SQL builder.
  const [{ openSqlite }, { kyselyStore }] = await Promise.all([
    import('./sqlite.ts'),
    import('./kysely-store.ts'),
  ])
  const path = join(directory, 'certwright.db')
  const sqlite = openSqlite({ path, host, openDatabase })
  try {
    const seal = await sqlite.attempt(() => readied({ sqlite, path, source, host }))
    return kyselyStore({ ...sqlite, seal })
  } catch (error) {
    sqlite.close()
    throw error
  }
}

interface Opening {
  readonly sqlite: Sqlite
  readonly path: string
  readonly source: KeySource
  readonly host: Pick<Host, 'now'>
}

/** Judges before it touches: first the program's age, then the key, and only then writes. */
async function readied({ sqlite, path, source, host }: Opening): Promise<Seal> {
  const { migrate, migrationState } = await import('./migrate.ts')
  const { db } = sqlite
  const { begun, pending, unknown } = await migrationState(db)
  if (unknown.length > 0)
    throw new CertwrightError('STORE_NEWER', { path, migration: unknown.join(', ') })

  const row = begun ? await sealRow(db) : undefined
  const seal = row && (await sealOf(row, source))
  if (!seal) await source.prepare?.()
  sqlite.useWriteAheadLog()
  if (pending.length > 0) await migrate(db)
  return seal ?? (await firstSeal(db, source, host))
}

/** Keeps a check of the key. Where another process was first, its check counts. */
async function firstSeal(
  db: Kysely<Schema>,
  source: KeySource,
  host: Pick<Host, 'now'>,
): Promise<Seal> {
  const salt = randomBytes(16).toString('base64url')
  const key = await source.find(salt)
  if (!key) throw keyMissing(source, source.name)
  const seal = sealWith(key)
  const row: SealRow = {
    id: 'current',
    key_id: seal.keyId,
    source: source.name,
    salt,
    known: seal.seal(new Secret('certwright'), knownPlace),
    created_at: host.now(),
  }
  await db
    .insertInto('seal')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
  const kept = (await sealRow(db)) ?? row
  return kept.key_id === seal.keyId ? seal : sealOf(kept, source)
}
