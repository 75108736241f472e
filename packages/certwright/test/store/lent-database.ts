import { DatabaseSync } from 'node:sqlite'
import type { SqliteHandle } from '../../src/store/sqlite-database.ts'

/** The machine's SQLite, with something done before each statement runs. */
export function lentDatabase(
  path: string,
  before: (sql: string, database: DatabaseSync) => void,
): SqliteHandle {
  const database = new DatabaseSync(path)
  return {
    get isTransaction() {
      return database.isTransaction
    },
    exec(sql) {
      before(sql, database)
      database.exec(sql)
    },
    prepare(sql) {
      const statement = database.prepare(sql)
      return {
        columns: () => statement.columns(),
        all(...parameters) {
          before(sql, database)
          return statement.all(...parameters)
        },
        run(...parameters) {
          before(sql, database)
          return statement.run(...parameters)
        },
        iterate: (...parameters) => statement.iterate(...parameters),
      }
    },
    close() {
      database.close()
    },
  }
}
