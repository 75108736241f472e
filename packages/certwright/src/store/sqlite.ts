import { Kysely, SqliteAdapter, SqliteDialect, type Dialect, type DialectAdapter } from 'kysely'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { CertwrightError } from '../runtime/error.ts'
import type { Host } from '../runtime/host.ts'
import type { Attempt } from './kysely-store.ts'
import type { Schema } from './schema.ts'
import { formerKey } from './sealed-columns.ts'
import { sqliteDatabase, type SqliteHandle } from './sqlite-database.ts'

/** How long SQLite itself waits for another process. Short, since the whole process stands still meanwhile. */
const busyTimeoutMs = 50
/** With the waits between them, about fifteen seconds. */
const maxAttempts = 200

export interface SqliteOptions {
  readonly path: string
  readonly host: Pick<Host, 'sleep' | 'random'>
  readonly openDatabase?: ((path: string) => SqliteHandle) | undefined
}

export interface Sqlite {
  readonly db: Kysely<Schema>
  readonly attempt: Attempt
  /** Makes commits durable and readers independent of writers. Writes to the file when it is new. */
  useWriteAheadLog(): void
  /** Without Kysely's queue: for a store that was never handed out. */
  close(): void
}

/** Opens or makes the database file and its directory, for their owner alone. Nothing is written to one that exists. */
export function openSqlite({
  path,
  host,
  openDatabase = (path) => new DatabaseSync(path),
}: SqliteOptions): Sqlite {
  const handle = judged(path, () => {
    createPrivately(path)
    return openDatabase(path)
  })
  judged(path, () => {
    handle.exec(`pragma busy_timeout = ${busyTimeoutMs}`)
    handle.exec('pragma foreign_keys = on')
    handle.exec('pragma synchronous = full')
  })
  return {
    db: new Kysely<Schema>({ dialect: dialectOf(handle) }),
    attempt: patiently(path, host),
    useWriteAheadLog() {
      const [mode] = handle.prepare('pragma journal_mode = wal').all()
      // In a directory without shared memory (most network file systems) SQLite keeps the old mode and says so.
      if (mode?.['journal_mode'] !== 'wal') throw unusable(path, 'no write-ahead log')
    },
    close() {
      handle.close()
    },
  }
}

/** SQLite can change tables in a transaction, which Kysely's own dialect does not make use of. */
function dialectOf(handle: SqliteHandle): Dialect {
  const dialect = new SqliteDialect({ database: sqliteDatabase(handle) })
  return {
    createDriver: () => dialect.createDriver(),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createAdapter: (): DialectAdapter => {
      const adapter = new SqliteAdapter()
      return {
        supportsCreateIfNotExists: true,
        supportsMultipleConnections: false,
        supportsReturning: true,
        supportsTransactionalDdl: true,
        acquireMigrationLock: (db, options) => adapter.acquireMigrationLock(db, options),
        releaseMigrationLock: (db, options) => adapter.releaseMigrationLock(db, options),
      }
    },
  }
}

/**
 * Only ever opens a file that did not exist: closing a second descriptor of a database would drop the locks that
 * this process holds on it (SQLite, "How To Corrupt", §2.2). The log beside it takes its mode from it.
 */
function createPrivately(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** Waits for other processes without standing still, and says what went wrong in our words. */
function patiently(path: string, host: SqliteOptions['host']): Attempt {
  return async (task) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await task()
      } catch (error) {
        if (!isBusy(error) || attempt === maxAttempts) throw judge(path, error)
      }
      await host.sleep(5 + host.random() * 40)
    }
  }
}

function judged<T>(path: string, task: () => T): T {
  try {
    return task()
  } catch (error) {
    throw judge(path, error)
  }
}

/** SQLite's primary result codes (sqlite.org/rescode.html). */
const resultCode = { busy: 5, locked: 6, corrupt: 11, constraint: 19, notADatabase: 26 } as const
/** Permission, read-only, input and output, full, cannot open, not authorised. */
const environmental: ReadonlySet<number> = new Set([3, 8, 10, 13, 14, 23])

function isBusy(error: unknown): boolean {
  const code = resultCodeOf(error)
  return code === resultCode.busy || code === resultCode.locked
}

function judge(path: string, error: unknown): Error {
  const cause = error as NodeJS.ErrnoException & { readonly errstr?: string }
  const code = resultCodeOf(error)
  if (isBusy(error)) return new CertwrightError('STORE_BUSY', { path }, { cause })
  if (code === resultCode.corrupt || code === resultCode.notADatabase)
    return new CertwrightError('STORE_DAMAGED', { path }, { cause })
  if (code === resultCode.constraint && cause.message.includes(formerKey))
    return new CertwrightError('STORE_REKEYED', { path }, { cause })
  if (code !== undefined && environmental.has(code))
    return unusable(path, cause.errstr ?? `SQLite ${code}`, cause)
  if (cause.syscall !== undefined)
    return unusable(cause.path ?? path, cause.code ?? cause.syscall, cause)
  return cause
}

function unusable(path: string, reason: string, cause?: unknown): CertwrightError {
  return new CertwrightError('STORE_UNUSABLE', { path, reason }, { cause })
}

/** The primary code: the low byte of an extended one. */
function resultCodeOf(error: unknown): number | undefined {
  const { code, errcode } = error as { readonly code?: unknown; readonly errcode?: unknown }
  return code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number' ? errcode & 0xff : undefined
}
