import { type FileSystem, type OpenFile, systemFiles } from '../../src/store/file-system.ts'

interface Hooks {
  readonly before?: (call: string, path: string) => void | Promise<void>
  readonly after?: (call: string, path: string) => void
}

/** The machine's files, with something done before and after each call. `path` is the one that the call changes. */
export function lentFiles({ before, after }: Hooks): FileSystem {
  async function around<T>(call: string, path: string, run: () => Promise<T>): Promise<T> {
    await before?.(call, path)
    const result = await run()
    after?.(call, path)
    return result
  }
  const files = systemFiles
  const lent = (file: OpenFile, path: string): OpenFile => ({
    writeFile: (text) => around('writeFile', path, () => file.writeFile(text)),
    chmod: (mode) => around('chmod', path, () => file.chmod(mode)),
    // No test can cut the power, so none has to wait for the disk.
    sync: () => around('sync', path, () => Promise.resolve()),
    async close() {
      try {
        await around('close', path, () => Promise.resolve())
      } finally {
        // A process that dies closes its files too.
        await file.close()
      }
    },
  })
  return {
    mkdir: (path, options) => around('mkdir', path, () => files.mkdir(path, options)),
    open: (path, flags, mode) =>
      around('open', path, async () => lent(await files.open(path, flags, mode), path)),
    readFile: (path, encoding) => around('readFile', path, () => files.readFile(path, encoding)),
    readdir: (path) => around('readdir', path, () => files.readdir(path)),
    readlink: (path) => around('readlink', path, () => files.readlink(path)),
    symlink: (target, path) => around('symlink', path, () => files.symlink(target, path)),
    link: (from, path) => around('link', path, () => files.link(from, path)),
    rename: (from, path) => around('rename', path, () => files.rename(from, path)),
    rm: (path, options) => around('rm', path, () => files.rm(path, options)),
  }
}
