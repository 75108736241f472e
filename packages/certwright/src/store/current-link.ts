import { join } from 'node:path'
import { CertwrightError } from '../runtime/error.ts'
import { type FileSystem, readIfThere, syncDirectory, systemErrorCode } from './file-system.ts'
import { temporaryPath } from './output-directory.ts'

/** What `DIR/current` shows. */
export interface CurrentVersion {
  /** The directory's name in `DIR/versions`. */
  readonly name: string
  /** Whether it is not our link but a directory with the same files: copying and some backups follow links. */
  readonly isCopy: boolean
}

/** Which version `DIR/current` shows. Anything but our own symlink there, or a copy of a version, is left alone. */
export async function currentVersion(
  directory: string,
  fs: FileSystem,
): Promise<CurrentVersion | undefined> {
  const path = join(directory, 'current')
  let name: string | undefined
  try {
    const target = await fs.readlink(path)
    name = /^versions\/(\d{4,}(?:-\d+)?)$/.exec(target)?.[1]
    if (name !== undefined) return { name, isCopy: false }
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ENOENT') return undefined
    // Not a symlink.
    if (code !== 'EINVAL') throw error
    name = await copiedVersion(directory, fs)
    if (name !== undefined) return { name, isCopy: true }
  }
  throw new CertwrightError('FILES_FOREIGN', { path })
}

/** The version whose files the directory `DIR/current` holds, all of them, unchanged, and nothing else. */
async function copiedVersion(directory: string, fs: FileSystem): Promise<string | undefined> {
  const copy = await filesIn(join(directory, 'current'), fs)
  if (copy === undefined || copy.size === 0) return undefined
  const versions = join(directory, 'versions')
  for (const name of await fs.readdir(versions)) {
    if (!/^\d{4,}(?:-\d+)?$/.test(name)) continue
    const files = await filesIn(join(versions, name), fs)
    const same =
      files?.size === copy.size && [...copy].every(([at, text]) => files.get(at) === text)
    if (same) return name
  }
  return undefined
}

async function filesIn(path: string, fs: FileSystem): Promise<Map<string, string> | undefined> {
  const files = new Map<string, string>()
  try {
    for (const name of await fs.readdir(path)) {
      const text = await readIfThere(join(path, name), fs)
      if (text !== undefined) files.set(name, text)
    }
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ENOTDIR' || code === 'EISDIR') return undefined
    throw error
  }
  return files
}

/** Makes `DIR/current` show a version, in one rename. */
export async function linkCurrent(directory: string, name: string, fs: FileSystem): Promise<void> {
  const unfinished = temporaryPath(directory)
  await fs.symlink(join('versions', name), unfinished)
  await fs.rename(unfinished, join(directory, 'current'))
  await syncDirectory(directory, fs)
}

/** The same over a copy, which no link can replace in one step: a reader may find nothing there for a moment. */
export async function linkOverCopy(directory: string, name: string, fs: FileSystem): Promise<void> {
  const copy = temporaryPath(directory, 'old')
  await fs.rename(join(directory, 'current'), copy)
  await linkCurrent(directory, name, fs)
  await fs.rm(copy, { recursive: true, force: true })
}
