import { randomUUID } from 'node:crypto'
import { chmod, mkdir, open, readFile, rename, rm, rmdir, stat, unlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Solver } from '@certwright/acme'
import { CertwrightError } from '../runtime/error.ts'
import { checkedToken } from './token.ts'

export interface WebrootOptions {
  /** What a web server that listens on port 80 serves as `/`. */
  readonly directory: string
}

/**
 * Answers http-01 (RFC 8555 §8.3) through a web server that runs already: writes each answer as a file under its root,
 * in one step and readable by everybody, and takes away no file but its own.
 */
export function webroot({ directory }: WebrootOptions): Solver {
  const root = resolve(directory)
  const wellKnown = join(root, '.well-known')
  const folder = join(wellKnown, 'acme-challenge')
  const made = new Set<string>()

  async function makeFolders(): Promise<void> {
    for (const path of [wellKnown, folder]) if (await makeFolder(path)) made.add(path)
  }

  return {
    type: 'http-01',
    accepts: ({ type }, wildcard) => !wildcard && (type === 'dns' || type === 'ip'),

    async present({ token, keyAuthorization }, signal) {
      signal?.throwIfAborted()
      const path = join(folder, checkedToken(token))
      await requireDirectory(root)
      await writing(path, async () => {
        await makeFolders()
        try {
          await writeWhole(path, keyAuthorization)
        } catch (error) {
          if (!isMissing(error)) throw error
          // Another run took away the folder, empty as it was, right after we had seen it.
          await makeFolders()
          await writeWhole(path, keyAuthorization)
        }
      })
      return { path, keyAuthorization, made: [...made].sort().reverse().join('\n') }
    },

    async cleanUp({ path = '', keyAuthorization = '', made: folders = '' }) {
      if (path === '') return
      await writing(path, async () => {
        if ((await textOf(path)) === keyAuthorization) await unlink(path)
        for (const made of folders.split('\n').filter(Boolean)) await removeIfEmpty(made)
      })
    },
  }
}

async function requireDirectory(directory: string): Promise<void> {
  const found = await stat(directory).catch(() => undefined)
  if (!found?.isDirectory()) throw new CertwrightError('WEBROOT_NOT_FOUND', { directory })
}

/** Says whether it was made just now. */
async function makeFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path)
    // The umask may have taken away what the web server needs to read it.
    await chmod(path, 0o755)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** The file is there whole or not at all: it is written beside its place and renamed into it. */
async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}`
  try {
    const file = await open(temporary, 'wx', 0o644)
    try {
      await file.chmod(0o644)
      await file.writeFile(text)
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** A folder that others have put something into stays; so does one that is gone. */
async function removeIfEmpty(path: string): Promise<void> {
  try {
    await rmdir(path)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(code)) throw error
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ENOTDIR'
}

async function writing(path: string, task: () => Promise<void>): Promise<void> {
  try {
    await task()
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === undefined) throw cause
    throw new CertwrightError('WEBROOT_NOT_WRITABLE', { path, reason: code }, { cause })
  }
}
