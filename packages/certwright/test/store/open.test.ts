import type { Kysely } from 'kysely'
import { createHash, randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, vi } from 'vitest'
import { CertwrightError, type ErrorCode } from '../../src/runtime/error.ts'
import { Secret } from '../../src/runtime/secret.ts'
import * as first from '../../src/store/migrations/0001-first.ts'
import { openStore, sealingOf } from '../../src/store/open.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import type { SqliteHandle } from '../../src/store/sqlite-database.ts'
import {
  certificate,
  installation,
  issuer,
  journaledChallenge,
  pendingOrder,
  renewal,
  revealed,
  version,
} from './samples.ts'
import { runChild } from './child.ts'
import { lentDatabase } from './lent-database.ts'
import { host, opened, scratchDirectory } from './state-directory.ts'

const databaseName = 'certwright.db'

async function refusal(opening: Promise<unknown>): Promise<CertwrightError> {
  const error = await opening.then(
    () => new Error('was not refused'),
    (error: unknown) => error,
  )
  if (!(error instanceof CertwrightError)) throw error
  return error
}

function code(expected: ErrorCode): unknown {
  return expect.objectContaining({ code: expected })
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777
}

/** Every file of a directory with its content's digest and its time of change. */
function fingerprintOf(directory: string): unknown {
  return readdirSync(directory).map((name) => {
    const path = join(directory, name)
    const digest = createHash('sha256').update(readFileSync(path)).digest('hex')
    return [name, digest, statSync(path).mtimeMs]
  })
}

/** A state directory in which a store has been used and closed. */
async function usedDirectory(sealing = sealingOf({})): Promise<string> {
  const directory = join(scratchDirectory(), 'state')
  const store = await openStore({ directory, sealing, host })
  await store.saveCertificate(certificate())
  await store.close()
  return directory
}

function changeDatabase(directory: string, sql: string): void {
  const database = new DatabaseSync(join(directory, databaseName))
  database.exec(sql)
  database.close()
}

/** A state directory as the first migration left it, with a certificate and a version. */
async function oldDirectory(): Promise<string> {
  const directory = await usedDirectory()
  const used = await opened(directory)
  await used.addVersion(version())
  await used.close()
  const path = join(directory, databaseName)
  renameSync(path, `${path}.newer`)
  const old = openSqlite({ path, host })
  await first.up(old.db as unknown as Kysely<unknown>)
  old.close()
  const database = new DatabaseSync(path)
  database.exec(`
    create table kysely_migration (name text primary key not null, timestamp text not null);
    insert into kysely_migration values ('0001-first', '2026-11-01T00:00:00.000Z');
    attach '${path}.newer' as newer;
  `)
  for (const table of ['seal', 'certificates', 'versions']) {
    const columns = `select group_concat(name) as names from pragma_table_info('${table}')`
    const names = String(database.prepare(columns).get()?.['names'])
    database.exec(`insert into ${table} (${names}) select ${names} from newer.${table}`)
  }
  database.close()
  rmSync(`${path}.newer`)
  return directory
}

const key = randomBytes(32).toString('base64')
const byKey = sealingOf({ CERTWRIGHT_KEY: key })

describe('the state directory', () => {
  it('is made, and everything in it, for its owner alone', async () => {
    const directory = join(scratchDirectory(), 'a', 'state')
    const store = await opened(directory)
    await store.saveCertificate(certificate())
    expect(modeOf(directory)).toBe(0o700)
    const names = readdirSync(directory)
    expect(names.sort()).toStrictEqual([
      databaseName,
      `${databaseName}-shm`,
      `${databaseName}-wal`,
      'seal.key',
    ])
    for (const name of names) expect(modeOf(join(directory, name))).toBe(0o600)
  })

  it('gives everything back when it is opened again', async () => {
    const directory = await usedDirectory()
    const before = readdirSync(directory)
    const store = await opened(directory)
    expect(await store.certificate('example.com')).toStrictEqual(certificate())
    expect(before).toStrictEqual([databaseName, 'seal.key'])
  })

  it('is refused with its path where a file stands in its place', async () => {
    const path = join(scratchDirectory(), 'file')
    writeFileSync(path, '')
    const error = await refusal(opened(path))
    expect(error.code).toBe('STORE_UNUSABLE')
    expect(error.message).toContain(path)
  })

  it('is refused where the database is a directory', async () => {
    const directory = scratchDirectory()
    mkdirSync(join(directory, databaseName))
    expect(await refusal(opened(directory))).toMatchObject({ code: 'STORE_UNUSABLE' })
  })

  it('is refused, untouched, where the database is something else', async () => {
    const directory = scratchDirectory()
    writeFileSync(join(directory, databaseName), 'certainly not a database '.repeat(100))
    const before = fingerprintOf(directory)
    await expect(opened(directory)).rejects.toThrow(code('STORE_DAMAGED'))
    expect(fingerprintOf(directory)).toStrictEqual(before)
  })
})

describe('the database', () => {
  it('is durable, checks references and does not wait long inside SQLite', async () => {
    let handle: DatabaseSync | undefined
    await opened(scratchDirectory(), {
      openDatabase: (path) => (handle = new DatabaseSync(path)),
    })
    const pragma = (name: string): unknown => handle?.prepare(`pragma ${name}`).get()?.[name]
    expect(pragma('journal_mode')).toBe('wal')
    expect(pragma('synchronous')).toBe(2)
    expect(pragma('foreign_keys')).toBe(1)
    expect(handle?.prepare('pragma busy_timeout').get()).toStrictEqual(
      expect.objectContaining({ timeout: 50 }),
    )
  })

  it('of a newer program is refused and left as it is', async () => {
    const directory = await usedDirectory()
    changeDatabase(
      directory,
      `insert into kysely_migration values ('9999-later', '2099-01-01T00:00:00.000Z')`,
    )
    const before = fingerprintOf(directory)
    const error = await refusal(opened(directory))
    expect(error.code).toBe('STORE_NEWER')
    expect(error.message).toContain('9999-later')
    expect(error.hint).toBeDefined()
    expect(fingerprintOf(directory)).toStrictEqual(before)
  })

  it('whose migration was interrupted is migrated when it is opened again', async () => {
    const directory = scratchDirectory()
    const openDatabase = (path: string): SqliteHandle =>
      lentDatabase(path, (sql) => {
        if (sql.startsWith('create table "versions"')) throw new Error('the power went out')
      })
    await expect(opened(directory, { openDatabase })).rejects.toThrow('the power went out')
    const store = await opened(directory)
    await store.saveCertificate(certificate())
    expect((await store.addVersion(version())).number).toBe(1)
  })

  it('of an older program is brought up to this one, and keeps what it has', async () => {
    const directory = await oldDirectory()
    const store = await opened(directory)
    expect(await store.certificates()).toStrictEqual([certificate({ current: 1 })])
    expect(revealed(await store.versions('example.com'))).toStrictEqual([
      revealed({ ...version(), number: 1 }),
    ])
    expect(await store.installations()).toStrictEqual([])
    await store.saveInstallation(installation())
    expect(await store.installations()).toStrictEqual([installation()])
    expect((await store.addVersion(version())).number).toBe(2)
    await store.saveRenewal(renewal())
    expect(await store.renewal('example.com', 1)).toStrictEqual(renewal())
  })

  it('that stays locked is reported, after waiting for it', async () => {
    const directory = await usedDirectory()
    const sleep = vi.fn<() => Promise<void>>(() => Promise.resolve())
    let handle: DatabaseSync | undefined
    const store = await opened(directory, {
      host: { ...host, sleep },
      openDatabase: (path) => (handle = new DatabaseSync(path)),
    })
    // Without SQLite's own wait, so that the test does not stand still either.
    handle?.exec('pragma busy_timeout = 0')
    const locker = new DatabaseSync(join(directory, databaseName))
    locker.exec('begin immediate')
    await expect(store.saveCertificate(certificate())).rejects.toThrow(code('STORE_BUSY'))
    expect(sleep).toHaveBeenCalledTimes(199)
    locker.close()
    await store.saveCertificate(certificate())
  })

  it('that runs full inside a transaction says so, and is as it was', async () => {
    const directory = await usedDirectory()
    let full = false
    const store = await opened(directory, {
      openDatabase: (path) =>
        lentDatabase(path, (sql, database) => {
          if (!full || !sql.startsWith('insert into "versions"')) return
          // As SQLite does it: the transaction is already rolled back when the error comes.
          database.exec('rollback')
          throw Object.assign(new Error('full'), {
            code: 'ERR_SQLITE_ERROR',
            errcode: 13,
            errstr: 'database or disk is full',
          })
        }),
    })
    full = true
    const error = await refusal(store.addVersion(version()))
    expect(error.code).toBe('STORE_UNUSABLE')
    expect(error.message).toContain('database or disk is full')
    full = false
    expect((await store.addVersion(version())).number).toBe(1)
  })

  it('on a file system without a write-ahead log is refused', async () => {
    const openDatabase = (): DatabaseSync => new DatabaseSync(':memory:')
    await expect(opened(scratchDirectory(), { openDatabase })).rejects.toThrow(
      code('STORE_UNUSABLE'),
    )
  })
})

describe('the key that seals', () => {
  it('is taken from CERTWRIGHT_KEY, then the passphrase, then the file', () => {
    const env = { CERTWRIGHT_KEY: 'k', CERTWRIGHT_PASSPHRASE: 'p' }
    expect(revealed(sealingOf(env))).toStrictEqual({ by: 'key', key: { secret: 'k' } })
    expect(revealed(sealingOf({ CERTWRIGHT_PASSPHRASE: 'p' }))).toStrictEqual({
      by: 'passphrase',
      passphrase: { secret: 'p' },
    })
    expect(revealed(sealingOf({ CERTWRIGHT_PASSPHRASE: 'p' }, new Secret('given')))).toStrictEqual({
      by: 'passphrase',
      passphrase: { secret: 'given' },
    })
    expect(sealingOf({ PATH: '/bin' })).toStrictEqual({ by: 'file' })
  })

  it.each([
    ['empty', ''],
    ['too short', randomBytes(31).toString('base64')],
    ['too long', randomBytes(33).toString('base64')],
    ['hex', randomBytes(32).toString('hex')],
    ['no base64', `${key.slice(0, 42)}!=`],
  ])('is refused before anything is touched where it is %s', async (_, text) => {
    const directory = join(scratchDirectory(), 'state')
    const error = await refusal(opened(directory, { sealing: sealingOf({ CERTWRIGHT_KEY: text }) }))
    expect(error.code).toBe('STORE_KEY_INVALID')
    expect(error.message).toContain('CERTWRIGHT_KEY')
    if (text) expect(error.message + error.hint).not.toContain(text)
    expect(existsSync(directory)).toBe(false)
  })

  it('is refused before anything is touched where the passphrase is empty', async () => {
    const directory = join(scratchDirectory(), 'state')
    const sealing = sealingOf({ CERTWRIGHT_PASSPHRASE: '' })
    await expect(opened(directory, { sealing })).rejects.toThrow(code('STORE_PASSPHRASE_EMPTY'))
    expect(existsSync(directory)).toBe(false)
  })

  it('may be given in either alphabet of base64, with white space around it', async () => {
    const directory = await usedDirectory(byKey)
    const bytes = Buffer.from(key, 'base64')
    const sealing = sealingOf({ CERTWRIGHT_KEY: ` ${bytes.toString('base64url')}\n` })
    expect(await (await opened(directory, { sealing })).certificates()).toHaveLength(1)
    expect(existsSync(join(directory, 'seal.key'))).toBe(false)
  })

  it('is refused where it is another one, with nothing touched, and both sources named', async () => {
    const directory = await usedDirectory(byKey)
    const before = fingerprintOf(directory)
    const other = randomBytes(32).toString('base64')
    const error = await refusal(
      opened(directory, { sealing: sealingOf({ CERTWRIGHT_KEY: other }) }),
    )
    expect(error.code).toBe('STORE_KEY_WRONG')
    expect(error.params).toStrictEqual({ source: 'CERTWRIGHT_KEY', expected: 'CERTWRIGHT_KEY' })
    expect(error.hint).toBeDefined()
    for (const secret of [key, other]) expect(error.message + error.stack).not.toContain(secret)
    expect(fingerprintOf(directory)).toStrictEqual(before)
  })

  it('is judged before anything but reading is done', async () => {
    const directory = await usedDirectory(byKey)
    const statements: string[] = []
    const opening = opened(directory, {
      sealing: sealingOf({ CERTWRIGHT_KEY: randomBytes(32).toString('base64') }),
      openDatabase: (path) => lentDatabase(path, (sql) => statements.push(sql)),
    })
    await expect(opening).rejects.toThrow(code('STORE_KEY_WRONG'))
    const writing = statements.filter((sql) => !/^(select|with|pragma (?!journal))/.test(sql))
    expect(writing).toStrictEqual([])
    expect(statements.length).toBeGreaterThan(5)
  })

  it('can come from a passphrase, however its letters are composed', async () => {
    const directory = await usedDirectory(
      sealingOf({ CERTWRIGHT_PASSPHRASE: 'caf\u00e9 \u5bc6\u7801' }),
    )
    const decomposed = sealingOf({}, new Secret('cafe\u0301 \u5bc6\u7801'))
    const store = await opened(directory, { sealing: decomposed })
    expect(await store.certificate('example.com')).toStrictEqual(certificate())
    const wrong = sealingOf({ CERTWRIGHT_PASSPHRASE: 'coffee' })
    const error = await refusal(opened(directory, { sealing: wrong }))
    expect(error.code).toBe('STORE_KEY_WRONG')
    expect(error.message).not.toContain('coffee')
    expect(existsSync(join(directory, 'seal.key'))).toBe(false)
  })

  it('is never made anew where the key file is missing', async () => {
    const directory = await usedDirectory()
    rmSync(join(directory, 'seal.key'))
    const before = fingerprintOf(directory)
    const error = await refusal(opened(directory))
    expect(error.code).toBe('STORE_KEY_MISSING')
    expect(error.message).toContain(join(directory, 'seal.key'))
    expect(fingerprintOf(directory)).toStrictEqual(before)
  })

  it('is asked for by its source where no key was given', async () => {
    const directory = await usedDirectory(byKey)
    const error = await refusal(opened(directory))
    expect(error.code).toBe('STORE_KEY_MISSING')
    expect(error.hint).toContain('CERTWRIGHT_KEY')
    expect(existsSync(join(directory, 'seal.key'))).toBe(false)
  })

  it('may move from the file to the environment', async () => {
    const directory = await usedDirectory()
    const path = join(directory, 'seal.key')
    const sealing = sealingOf({ CERTWRIGHT_KEY: readFileSync(path, 'utf8') })
    rmSync(path)
    expect(await (await opened(directory, { sealing })).certificates()).toHaveLength(1)
  })

  it('may lie in its file before the first use', async () => {
    const directory = scratchDirectory()
    writeFileSync(join(directory, 'seal.key'), `${key}\n`, { mode: 0o600 })
    await (await opened(directory)).saveCertificate(certificate())
    expect(await (await opened(directory, { sealing: byKey })).certificates()).toHaveLength(1)
  })

  it.each([0o640, 0o604, 0o660])('is refused where its file has mode %o', async (mode) => {
    const directory = await usedDirectory()
    const path = join(directory, 'seal.key')
    chmodSync(path, mode)
    const error = await refusal(opened(directory))
    expect(error.code).toBe('STORE_KEY_FILE_OPEN')
    expect(error.message).toContain(mode.toString(8))
    expect(error.hint).toContain(`chmod 600 ${path}`)
    expect(modeOf(path)).toBe(mode)
  })

  it('is refused where its file is cut short', async () => {
    const directory = await usedDirectory()
    const path = join(directory, 'seal.key')
    const text = readFileSync(path, 'utf8')
    writeFileSync(path, text.slice(0, 20))
    const error = await refusal(opened(directory))
    expect(error.code).toBe('STORE_KEY_INVALID')
    expect(error.message).toContain(path)
    expect(error.message).not.toContain(text.slice(0, 20))
  })
})

describe('secrets at rest', () => {
  it('appear neither in the database nor in its log', async () => {
    const directory = scratchDirectory()
    const store = await opened(directory)
    const named = (what: string): string => `${what} secret ${randomBytes(8).toString('hex')}`
    const [account, next] = [named('account'), named('next')]
    const [issued, staged] = [named('version'), named('staged')]
    const [options, journal, target] = [named('dns options'), named('journal'), named('target')]
    const secrets = [account, next, issued, staged, options, journal, target]
    const pem = (text: string): Secret => new Secret(`-----BEGIN PRIVATE KEY-----\n${text}\n`)
    const challenge = (secret: string) => ({ type: 'dns-01', dnsOptions: { secret } }) as const
    const kept = issuer({ accountKey: { held: 'here', pem: pem(account) } })
    await store.saveIssuer(kept)
    await store.stageAccountKey(kept.id, {
      key: { held: 'here', pem: pem(next) },
      thumbprint: 'next',
    })
    await store.saveCertificate(certificate({ challenge: challenge(options) }))
    await store.addVersion(version({ privateKey: pem(issued) }))
    await store.savePendingOrder(pendingOrder({ stagedKey: pem(staged) }))
    await store.journalChallenge(journaledChallenge({ settings: challenge(journal) }))
    await store.saveInstallation(installation({ options: { token: target } }))

    // Read by another process: closing the file here would drop this one's locks on it.
    const logged = await runChild('dump.ts', [join(directory, `${databaseName}-wal`)])
    await store.close()
    const stored = readFileSync(join(directory, databaseName), 'latin1')
    for (const bytes of [logged.stdout, stored]) {
      expect(bytes).toContain('BEGIN CERTIFICATE')
      expect(bytes).not.toContain('PRIVATE KEY')
      for (const secret of secrets) expect(bytes).not.toContain(secret)
    }
  })

  it('are refused where a sealed text was moved to another record', async () => {
    const directory = await usedDirectory()
    const before = await opened(directory)
    await before.saveCertificate(certificate({ id: 'other' }))
    await before.addVersion(version())
    await before.addVersion(version({ certificateId: 'other' }))
    await before.close()
    changeDatabase(
      directory,
      `update versions set private_key =
         (select private_key from versions where certificate_id = 'example.com')`,
    )
    const store = await opened(directory)
    expect((await store.version('example.com', 1))?.privateKey?.reveal()).toContain('version')
    const error = await refusal(store.version('other', 1))
    expect(error.code).toBe('STORE_RECORD_UNREADABLE')
    expect(error.message).toContain('other#1')
  })
})
