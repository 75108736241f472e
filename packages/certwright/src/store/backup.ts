import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { gunzipSync, gzipSync } from 'node:zlib'
import { CertwrightError } from '../runtime/error.ts'
import type { Secret } from '../runtime/secret.ts'
import { stretched } from './sealing.ts'

/** What a backup holds: the whole state, and the key that its secrets are sealed with where that is a file of ours. */
interface BackupContents {
  /** The database file, in base64. */
  readonly database: string
  /** Text of `seal.key`; absent where the key comes from elsewhere, and is needed to use what is restored. */
  readonly sealKey?: string
}

export interface BackupSummary {
  readonly certificates: number
  readonly versions: number
  readonly issuers: number
  /** Whether the sealing key is in it; otherwise it must be kept beside it. */
  readonly holdsKey: boolean
}

/** First line of the file, so that people and programs know what it is. */
const magic = 'certwright-backup 1'
const saltBytes = 16
const nonceBytes = 12
const tagBytes = 16
/**
 * The state as it is at one moment, while others go on writing, encrypted with AES-256-GCM under a key that scrypt
 * makes of the passphrase.
 */
export async function makeBackup(
  directory: string,
  passphrase: Secret,
): Promise<{ readonly bytes: Uint8Array; readonly summary: BackupSummary }> {
  const scratch = mkdtempSync(join(directory, 'backup-'))
  try {
    const copy = join(scratch, 'certwright.db')
    const source = new DatabaseSync(join(directory, 'certwright.db'))
    try {
      source.exec('pragma busy_timeout = 15000')
      source.prepare('vacuum into ?').run(copy)
    } finally {
      source.close()
    }
    const keyFile = join(directory, 'seal.key')
    const contents: BackupContents = {
      database: readFileSync(copy).toString('base64'),
      ...(existsSync(keyFile) && { sealKey: readFileSync(keyFile, 'utf8') }),
    }
    const summary = { ...counts(copy), holdsKey: contents.sealKey !== undefined }
    return { bytes: await sealed(contents, passphrase), summary }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** Puts a backup where no state is. `BACKUP_STATE_THERE`, `BACKUP_NOT_READABLE`, `BACKUP_PASSPHRASE_WRONG`. */
export async function restoreBackup(
  bytes: Uint8Array,
  directory: string,
  passphrase: Secret,
): Promise<BackupSummary> {
  const path = join(directory, 'certwright.db')
  if (existsSync(path)) throw new CertwrightError('BACKUP_STATE_THERE', { directory })
  const { database, sealKey } = await opened(bytes, passphrase)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  // The key first: a database without it could be taken for one whose key is lost.
  if (sealKey !== undefined) writeWhole(join(directory, 'seal.key'), Buffer.from(sealKey))
  writeWhole(path, Buffer.from(database, 'base64'))
  return { ...counts(path), holdsKey: sealKey !== undefined }
}

/** Appears whole or not at all, for its owner alone. */
function writeWhole(path: string, content: Uint8Array): void {
  const unfinished = `${path}.${randomBytes(8).toString('hex')}`
  const file = openSync(unfinished, 'wx', 0o600)
  try {
    writeFileSync(file, content)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(unfinished, path)
}

function counts(path: string): Omit<BackupSummary, 'holdsKey'> {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    const count = (table: string): number =>
      Number(database.prepare(`select count(*) as n from ${table}`).get()?.['n'])
    return {
      certificates: count('certificates'),
      versions: count('versions'),
      issuers: count('issuers'),
    }
  } finally {
    database.close()
  }
}

async function sealed(contents: BackupContents, passphrase: Secret): Promise<Uint8Array> {
  const [salt, nonce] = [randomBytes(saltBytes), randomBytes(nonceBytes)]
  const cipher = createCipheriv(
    'aes-256-gcm',
    await stretched(passphrase, salt.toString('base64url')),
    nonce,
    {
      authTagLength: tagBytes,
    },
  )
  cipher.setAAD(Buffer.from(magic))
  const plain = gzipSync(JSON.stringify(contents))
  const body = [salt, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]
  return Buffer.from(`${magic}\n${Buffer.concat(body).toString('base64')}\n`)
}

async function opened(bytes: Uint8Array, passphrase: Secret): Promise<BackupContents> {
  const [head, text = ''] = Buffer.from(bytes).toString('latin1').split('\n')
  if (head !== magic) throw new CertwrightError('BACKUP_NOT_READABLE')
  const body = Buffer.from(text, 'base64')
  if (body.length < saltBytes + nonceBytes + tagBytes) {
    throw new CertwrightError('BACKUP_NOT_READABLE')
  }
  const salt = body.subarray(0, saltBytes)
  const nonce = body.subarray(saltBytes, saltBytes + nonceBytes)
  const decipher = createDecipheriv(
    'aes-256-gcm',
    await stretched(passphrase, salt.toString('base64url')),
    nonce,
    {
      authTagLength: tagBytes,
    },
  )
  decipher.setAAD(Buffer.from(magic))
  decipher.setAuthTag(body.subarray(-tagBytes))
  const sealedText = body.subarray(saltBytes + nonceBytes, -tagBytes)
  try {
    const plain = Buffer.concat([decipher.update(sealedText), decipher.final()])
    return JSON.parse(gunzipSync(plain).toString('utf8')) as BackupContents
  } catch (cause) {
    throw new CertwrightError('BACKUP_PASSPHRASE_WRONG', {}, { cause })
  }
}
