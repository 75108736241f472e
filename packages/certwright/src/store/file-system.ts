import * as machine from 'node:fs/promises'

/** The part of `node:fs/promises` that files are written through. Lent, so that a test can stop it anywhere. */
export interface FileSystem {
  mkdir(path: string, options: { readonly recursive: true }): Promise<string | undefined>
  open(path: string, flags: string, mode?: number): Promise<OpenFile>
  readFile(path: string, encoding: 'utf8'): Promise<string>
  readdir(path: string): Promise<string[]>
  readlink(path: string): Promise<string>
  symlink(target: string, path: string): Promise<void>
  link(path: string, newPath: string): Promise<void>
  rename(path: string, newPath: string): Promise<void>
  rm(path: string, options: { readonly recursive: true; readonly force: true }): Promise<void>
}

export interface OpenFile {
  writeFile(text: string): Promise<void>
  chmod(mode: number): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
}

/** The machine's own files. */
export const systemFiles: FileSystem = machine

/** Makes a new file that has its mode from its first byte on, and returns when it would survive a power cut. */
export async function writeDurably(
  { path, text, mode }: { readonly path: string; readonly text: string; readonly mode: number },
  fs: FileSystem,
): Promise<void> {
  const file = await fs.open(path, 'wx', mode)
  try {
    // The process's umask may have taken from `mode`.
    await file.chmod(mode)
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Returns when the names in a directory would survive a power cut. */
export async function syncDirectory(path: string, fs: FileSystem): Promise<void> {
  const directory = await fs.open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/** A file's text; `undefined` where there is no such file. */
export async function readIfThere(path: string, fs: FileSystem): Promise<string | undefined> {
  try {
    return await fs.readFile(path, 'utf8')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** The system's name of what went wrong, e.g. `ENOENT`; `undefined` where it is not the system's. */
export function systemErrorCode(error: unknown): string | undefined {
  const { code, syscall } = error as { readonly code?: unknown; readonly syscall?: unknown }
  return typeof code === 'string' && syscall !== undefined ? code : undefined
}
