import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { link, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CertwrightError } from '../runtime/error.ts'
import { Secret } from '../runtime/secret.ts'
import type { Session } from './session.ts'

/** What the system says of a file, e.g. `ENOENT`, as an error with a hint. */
export function fileError(
  code: 'FILE_NOT_READABLE' | 'FILE_NOT_WRITABLE',
  path: string,
  cause: unknown,
): CertwrightError {
  const { code: reason } = cause as { readonly code?: unknown }
  return new CertwrightError(
    code,
    { path, reason: typeof reason === 'string' ? reason : '?' },
    { cause },
  )
}

/** The text of a file that a person named. */
export function fileText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw fileError('FILE_NOT_READABLE', path, error)
  }
}

/** The text of a file that a person named, or of standard input where that is `-`. */
export async function inputText(
  path: string,
  session: Pick<Session, 'path' | 'world'>,
): Promise<string> {
  if (path !== '-') return fileText(session.path(path))
  const chunks: Buffer[] = []
  for await (const chunk of session.world.stdin) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks).toString('utf8')
}

/** The first line of a file that a person named: a password. */
export function passwordIn(path: string): Secret {
  return new Secret(fileText(path).split(/\r?\n/, 1)[0] ?? '')
}

/** The PEM roots in a file that a person named. */
export function rootsIn(path: string): string {
  const text = fileText(path)
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new CertwrightError('CA_FILE_NOT_CONFORM', { path })
  }
  return text
}

/** Writes a file whole or not at all, with its mode from the first byte on. `FILE_EXISTS` where there is one. */
export async function newFile(path: string, text: string, mode: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: mode | 0o100 | ((mode & 0o044) >> 2) })
  const unfinished = `${path}.${randomBytes(6).toString('hex')}`
  await replaceFile(unfinished, Buffer.from(text), mode)
  try {
    // A link is made only where there is nothing.
    await link(unfinished, path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw new CertwrightError('FILE_EXISTS', { path }, { cause: error })
    throw fileError('FILE_NOT_WRITABLE', path, error)
  } finally {
    await rm(unfinished, { force: true })
  }
}

/** Writes a file whole or not at all, with its mode from the first byte on. What stood there is replaced. */
export async function replaceFile(path: string, bytes: Uint8Array, mode: number): Promise<void> {
  const unfinished = `${path}.${randomBytes(6).toString('hex')}`
  try {
    const file = await open(unfinished, 'wx', mode)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw fileError('FILE_NOT_WRITABLE', path, error)
  }
}
