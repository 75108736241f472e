import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it, onTestFinished } from 'vitest'
import { sqliteDatabase } from '../../src/store/sqlite-database.ts'
import { scratchDirectory } from './state-directory.ts'

function handleOf(directory: string): DatabaseSync {
  const handle = new DatabaseSync(join(directory, 'test.db'))
  onTestFinished(() => handle.close())
  return handle
}

it('tells statements that give rows from those that do not', () => {
  const database = sqliteDatabase(handleOf(scratchDirectory()))
  database.prepare('create table t (a integer)').run([])
  expect(database.prepare('insert into t values (?)').reader).toBe(false)
  expect(database.prepare('insert into t values (?) returning a').reader).toBe(true)
  expect(database.prepare('select a from t').reader).toBe(true)
})

it('binds parameters in their order and gives rows, all or one by one', () => {
  const database = sqliteDatabase(handleOf(scratchDirectory()))
  database.prepare('create table t (a bigint, b text)').run([])
  const insert = database.prepare('insert into t values (?, ?)')
  expect(insert.run([1_795_000_000_000, null])).toMatchObject({ changes: 1 })
  insert.run([2, 'two'])
  const select = database.prepare('select a, b from t where a > ?')
  const rows = [
    { a: 1_795_000_000_000, b: null },
    { a: 2, b: 'two' },
  ]
  expect(select.all([0])).toMatchObject(rows)
  expect([...select.iterate([0])]).toMatchObject(rows)
})

it('prepares each text once', () => {
  const database = sqliteDatabase(handleOf(scratchDirectory()))
  expect(database.prepare('select 1')).toBe(database.prepare('select 1'))
})

it('begins with the write lock, so that what was read cannot have changed when it is written', () => {
  const directory = scratchDirectory()
  const [one, other] = [sqliteDatabase(handleOf(directory)), sqliteDatabase(handleOf(directory))]
  one.prepare('begin').run([])
  expect(() => other.prepare('begin').run([])).toThrow('database is locked')
  one.prepare('rollback').run([])
  other.prepare('begin').run([])
})

it('takes rolling back what SQLite has rolled back itself as done', () => {
  const handle = handleOf(scratchDirectory())
  const database = sqliteDatabase(handle)
  database.prepare('begin').run([])
  handle.exec('rollback')
  database.prepare('rollback').run([])
  expect(handle.isTransaction).toBe(false)
})
