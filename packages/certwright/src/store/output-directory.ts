import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import { CertwrightError } from '../runtime/error.ts'
import { type FileSystem, syncDirectory, systemErrorCode, writeDurably } from './file-system.ts'

/** Tells whose files a directory holds. There before anything else of ours is. */
const markerName = '.certwright.json'

/** Makes a certificate's output directory where it is not there, and makes sure that it is this certificate's. */
export async function claimDirectory(
  directory: string,
  certificateId: string,
  fs: FileSystem,
): Promise<void> {
  const made = await fs.mkdir(directory, { recursive: true })
  if (made !== undefined) await syncDirectory(dirname(directory), fs)
  // In this order: whoever made `versions` had made the marker before.
  const foreign = (await fs.readdir(directory)).find((name) => ourNames.has(name))
  const owner = await readMarker(directory, fs)
  if (owner === undefined) {
    if (foreign !== undefined)
      throw new CertwrightError('FILES_FOREIGN', { path: join(directory, foreign) })
    await makeMarker(directory, certificateId, fs)
    return claimDirectory(directory, certificateId, fs)
  }
  if (owner !== certificateId) throw new CertwrightError('FILES_OF_ANOTHER', { directory, owner })
  await fs.mkdir(join(directory, 'versions'), { recursive: true })
}

const ourNames: ReadonlySet<string> = new Set(['versions', 'current'])

async function readMarker(directory: string, fs: FileSystem): Promise<string | undefined> {
  const path = join(directory, markerName)
  let text: string
  try {
    text = await fs.readFile(path, 'utf8')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw error
  }
  const owner = ownerIn(text)
  if (owner === undefined) throw new CertwrightError('FILES_FOREIGN', { path })
  return owner
}

function ownerIn(text: string): string | undefined {
  try {
    const { certificate } = JSON.parse(text) as { readonly certificate?: unknown }
    return typeof certificate === 'string' ? certificate : undefined
  } catch {
    return undefined
  }
}

/** Appears whole, and never over another certificate's. */
async function makeMarker(directory: string, certificateId: string, fs: FileSystem): Promise<void> {
  const unfinished = temporaryPath(directory)
  const text = `${JSON.stringify({ certificate: certificateId })}\n`
  await writeDurably({ path: unfinished, text, mode: 0o644 }, fs)
  try {
    await fs.link(unfinished, join(directory, markerName))
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error
  }
  await fs.rm(unfinished, { recursive: true, force: true })
  await syncDirectory(directory, fs)
}

const leftover = /^\.certwright-(new|old)-[0-9a-f]{16}$/

/** A path for something unfinished, which a later run recognises as ours. */
export function temporaryPath(directory: string, kind: 'new' | 'old' = 'new'): string {
  return join(directory, `.certwright-${kind}-${randomBytes(8).toString('hex')}`)
}

/**
 * Removes what runs that died left unfinished. A run that is alive loses its work whole, by a rename, and begins
 * again: it can never move into place what was half removed.
 */
export async function removeLeftovers(
  directories: readonly string[],
  fs: FileSystem,
): Promise<void> {
  for (const directory of directories)
    for (const name of await fs.readdir(directory)) {
      const kind = leftover.exec(name)?.[1]
      if (kind === undefined) continue
      const path = join(directory, name)
      await fs.rm(kind === 'new' ? await takenAway(path, fs) : path, {
        recursive: true,
        force: true,
      })
    }
}

async function takenAway(path: string, fs: FileSystem): Promise<string> {
  const taken = temporaryPath(dirname(path), 'old')
  await fs.rename(path, taken)
  return taken
}
