import { mkdirSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { CertwrightError } from '../runtime/error.ts'
import type { Host } from '../runtime/host.ts'

export interface LockOptions {
  readonly stateDirectory: string
  readonly certificateId: string
  readonly host: Pick<Host, 'sleep' | 'now'>
  readonly signal?: AbortSignal | undefined
  /** Told once, when the lock is another's. */
  readonly onWait?: () => void
  /** How long to wait for it; 15 minutes where absent. */
  readonly patienceMs?: number
}

const pauseMs = 250
const sqliteBusy = 5
const sqliteNotADatabase = 26

/**
 * Does `task` while no other process works on the same certificate; waits for one that does. The lock is the
 * system's own on a file (SQLite's exclusive transaction), so it ends with the process however that dies.
 * `CERTIFICATE_BUSY` where the wait was in vain.
 */
export async function withCertificateLock<T>(
  { stateDirectory, certificateId, host, signal, onWait, patienceMs = 900_000 }: LockOptions,
  task: () => Promise<T>,
): Promise<T> {
  const { DatabaseSync } = await import('node:sqlite')
  const directory = join(stateDirectory, 'locks')
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, `${certificateId}.lock`)
  const database = new DatabaseSync(path)
  try {
    database.exec('pragma busy_timeout = 0')
    const deadline = host.now() + patienceMs
    for (let waits = 0; !taken(database, path); waits += 1) {
      if (host.now() >= deadline)
        throw new CertwrightError('CERTIFICATE_BUSY', { id: certificateId })
      if (waits === 0) onWait?.()
      await host.sleep(pauseMs, signal)
    }
    return await task()
  } finally {
    database.close()
  }
}

/** Nobody holds a lock on what is no database, so that nothing is lost where a power cut has left one behind. */
function taken(database: { exec(sql: string): void }, path: string): boolean {
  try {
    database.exec('begin exclusive')
    return true
  } catch (error) {
    const { errcode } = error as { readonly errcode?: unknown }
    if (errcode === sqliteNotADatabase) truncateSync(path)
    else if (errcode !== sqliteBusy) throw error
    return false
  }
}
