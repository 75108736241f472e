import type { SqliteDatabase, SqliteStatement } from 'kysely'
import type { SQLInputValue, SQLOutputValue, StatementResultingChanges } from 'node:sqlite'

/** The part of `node:sqlite`'s `DatabaseSync` that the store works with. */
export interface SqliteHandle {
  readonly isTransaction: boolean
  exec(sql: string): void
  prepare(sql: string): SqliteHandleStatement
  close(): void
}

export interface SqliteHandleStatement {
  columns(): readonly unknown[]
  all(...parameters: SQLInputValue[]): Record<string, SQLOutputValue>[]
  run(...parameters: SQLInputValue[]): StatementResultingChanges
  iterate(...parameters: SQLInputValue[]): IterableIterator<unknown>
}

/** Shows a handle of `node:sqlite` as the database that Kysely's SQLite dialect expects. Each text is prepared once. */
export function sqliteDatabase(handle: SqliteHandle): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>([
    ['begin', begin(handle)],
    ['rollback', rollback(handle)],
  ])
  return {
    prepare(sql) {
      const known = prepared.get(sql)
      if (known) return known
      const statement = sqliteStatement(handle, sql)
      prepared.set(sql, statement)
      return statement
    },
    close() {
      handle.close()
    },
  }
}

function sqliteStatement(handle: SqliteHandle, sql: string): SqliteStatement {
  const statement = handle.prepare(sql)
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...bound(parameters)),
    run: (parameters) => statement.run(...bound(parameters)),
    iterate: (parameters) => statement.iterate(...bound(parameters)),
  }
}

/**
 * Takes the write lock at once. A transaction that first reads and then writes would be refused, however long it
 * waited, when another process has written in between.
 */
function begin(handle: SqliteHandle): SqliteStatement {
  return command(() => handle.exec('begin immediate'))
}

/** SQLite has rolled back by itself after some errors (a full disk); rolling back again would hide the first error. */
function rollback(handle: SqliteHandle): SqliteStatement {
  return command(() => {
    if (handle.isTransaction) handle.exec('rollback')
  })
}

function command(execute: () => void): SqliteStatement {
  return {
    reader: false,
    all: () => [],
    run() {
      execute()
      return { changes: 0, lastInsertRowid: 0 }
    },
    iterate: () => [].values(),
  }
}

function bound(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters as SQLInputValue[]
}
