import { X509Certificate } from 'node:crypto'
import { dirname, join } from 'node:path'
import { CertwrightError } from '../runtime/error.ts'
import { Secret } from '../runtime/secret.ts'
import type { IssuedBundle } from '../x509/bundle.ts'
import { currentVersion, linkCurrent, linkOverCopy } from './current-link.ts'
import {
  type FileSystem,
  readIfThere,
  syncDirectory,
  systemErrorCode,
  systemFiles,
  writeDurably,
} from './file-system.ts'
import { claimDirectory, removeLeftovers, temporaryPath } from './output-directory.ts'
import type { Certificate, Store } from './store.ts'

export type { FileSystem } from './file-system.ts'

export interface VersionFiles {
  /** The certificate's `out`. Made where it is not there. */
  readonly directory: string
  readonly certificateId: string
  /** The version's. */
  readonly number: number
  readonly bundle: IssuedBundle
  readonly fs?: FileSystem
}

/** What `DIR/current` shows. */
export interface CurrentFiles {
  /** Of the version, e.g. `DIR/versions/0001`. */
  readonly directory: string
  readonly number: number
  readonly bundle: IssuedBundle
}

/**
 * Puts a version's PEM files at `DIR/versions/NNNN` and makes `DIR/current` point there; resolves with the
 * version's directory when all of it would survive a power cut. Key and chain change together in one rename, so that
 * a reader who resolves `DIR/current` once always has a pair. Doing it twice is the same as once, after a crash and
 * from two processes too. A newer version that is current already stays so.
 *
 * `FILES_FOREIGN` and `FILES_OF_ANOTHER` where the directory is not ours to write; nothing is touched then.
 */
export async function writeVersionFiles({
  directory,
  certificateId,
  number,
  bundle,
  fs = systemFiles,
}: VersionFiles): Promise<string> {
  const files = pemFiles(bundle)
  const versions = join(directory, 'versions')
  return patiently(directory, async (first) => {
    await claimDirectory(directory, certificateId, fs)
    await currentVersion(directory, fs)
    if (first) await removeLeftovers([directory, versions], fs)
    const name = await placeVersion({ versions, number, files, fs })
    await makeCurrent({ directory, name, bundle, fs })
    return join(versions, name)
  })
}

/** Makes a certificate's files what the store says; resolves with their directory. `undefined` before the first version. */
export async function syncFiles(
  certificate: Pick<Certificate, 'id'>,
  store: Pick<Store, 'certificate' | 'version'>,
  fs: FileSystem = systemFiles,
): Promise<string | undefined> {
  const { id, out, current } = (await store.certificate(certificate.id)) ?? {}
  if (id === undefined || out === undefined || current === undefined) return undefined
  const version = await store.version(id, current)
  return (
    version &&
    (await writeVersionFiles({
      directory: out,
      certificateId: id,
      number: current,
      bundle: version,
      fs,
    }))
  )
}

/** The pair that `DIR/current` shows, read through one resolved path; without its key where that is not there. */
export async function readCurrent(
  directory: string,
  fs: FileSystem = systemFiles,
): Promise<CurrentFiles | undefined> {
  const current = await currentVersion(directory, fs)
  return current && readVersion(join(directory, 'versions'), current.name, fs)
}

async function readVersion(
  versions: string,
  name: string,
  fs: FileSystem,
): Promise<CurrentFiles | undefined> {
  const directory = join(versions, name)
  const key = await readIfThere(join(directory, keyName), fs)
  const chainPem = await readIfThere(join(directory, 'fullchain.pem'), fs)
  if (chainPem === undefined) return undefined
  const bundle = { chainPem, ...(key !== undefined && { privateKey: new Secret(key) }) }
  return { directory, number: numberOf(name), bundle }
}

interface PemFile {
  readonly name: string
  readonly text: string
  readonly mode: number
}

const keyName = 'privkey.pem'
const endOfCertificate = '-----END CERTIFICATE-----\n'

function pemFiles({ privateKey, chainPem }: IssuedBundle): readonly PemFile[] {
  const end = chainPem.indexOf(endOfCertificate)
  if (end === -1) throw new TypeError('The chain holds no certificate in PEM')
  const leafLength = end + endOfCertificate.length
  return [
    ...(privateKey ? [{ name: keyName, text: privateKey.reveal(), mode: 0o600 }] : []),
    { name: 'cert.pem', text: chainPem.slice(0, leafLength), mode: 0o644 },
    { name: 'chain.pem', text: chainPem.slice(leafLength), mode: 0o644 },
    { name: 'fullchain.pem', text: chainPem, mode: 0o644 },
  ]
}

interface Placing {
  readonly versions: string
  readonly number: number
  readonly files: readonly PemFile[]
  readonly fs: FileSystem
}

/**
 * Names the version's directory, made whole in one rename where it was not there. A directory of this number that
 * holds something else (a state that was begun anew, a damaged disk) may be in use and stays; ours is `NNNN-2` then.
 */
async function placeVersion({ versions, number, files, fs }: Placing): Promise<string> {
  const taken = new Set(await fs.readdir(versions))
  const base = String(number).padStart(4, '0')
  for (let copy = 1; ; copy++) {
    const name = copy === 1 ? base : `${base}-${copy}`
    const path = join(versions, name)
    if (!taken.has(name)) {
      await makeVersion(path, files, fs)
      return name
    }
    if (await holds(path, files, fs)) return name
  }
}

async function makeVersion(path: string, files: readonly PemFile[], fs: FileSystem): Promise<void> {
  const unfinished = temporaryPath(dirname(path))
  try {
    await fs.mkdir(unfinished, { recursive: true })
    for (const { name, text, mode } of files)
      await writeDurably({ path: join(unfinished, name), text, mode }, fs)
    await syncDirectory(unfinished, fs)
    await fs.rename(unfinished, path)
  } catch (error) {
    await fs.rm(unfinished, { recursive: true, force: true })
    throw error
  }
  await syncDirectory(dirname(path), fs)
}

async function holds(path: string, files: readonly PemFile[], fs: FileSystem): Promise<boolean> {
  for (const { name, text } of files)
    if ((await readIfThere(join(path, name), fs)) !== text) return false
  // A key that stands there where there should be none is that of something else.
  return (
    files.some(({ name }) => name === keyName) ||
    (await readIfThere(join(path, keyName), fs)) === undefined
  )
}

interface Swap {
  readonly directory: string
  readonly name: string
  readonly bundle: IssuedBundle
  readonly fs: FileSystem
}

async function makeCurrent({ directory, name, bundle, fs }: Swap): Promise<void> {
  const standing = await currentVersion(directory, fs)
  if (standing === undefined) return linkCurrent(directory, name, fs)
  const wanted = (await outranks(standing.name, { directory, name, bundle, fs }))
    ? standing.name
    : name
  if (standing.isCopy) return linkOverCopy(directory, wanted, fs)
  if (standing.name !== wanted) await linkCurrent(directory, wanted, fs)
}

/** Whether what stands stays: another process has written a later version meanwhile. */
async function outranks(standing: string, { directory, name, bundle, fs }: Swap): Promise<boolean> {
  if (numberOf(standing) <= numberOf(name)) return false
  const files = await readVersion(join(directory, 'versions'), standing, fs)
  return files !== undefined && isPair(files.bundle, bundle) && !isNewer(bundle, files.bundle)
}

/** A chain alone is a pair to a certificate whose key is elsewhere, and half of one to any other. */
function isPair(standing: IssuedBundle, bundle: IssuedBundle): boolean {
  return standing.privateKey !== undefined || bundle.privateKey === undefined
}

/**
 * Whether a lower number is nevertheless the newer certificate: the state was begun anew. Otherwise another process
 * has written a later version meanwhile, and a valid pair is never replaced by an older one.
 */
function isNewer(bundle: IssuedBundle, standing: IssuedBundle): boolean {
  const ours = notBeforeOf(bundle)
  const theirs = notBeforeOf(standing)
  return ours === undefined || theirs === undefined || ours > theirs
}

function notBeforeOf({ chainPem }: IssuedBundle): number | undefined {
  try {
    return new X509Certificate(chainPem).validFromDate.getTime()
  } catch {
    return undefined
  }
}

function numberOf(name: string): number {
  return Number.parseInt(name, 10)
}

/** More than the processes that could start on one directory at once: each disturbs the others once at most. */
const maxAttempts = 10
const raced: ReadonlySet<string | undefined> = new Set(['ENOENT', 'EEXIST', 'ENOTEMPTY'])

/** Begins again where another process came between. */
async function patiently<T>(directory: string, task: (first: boolean) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await task(attempt === 1)
    } catch (error) {
      const reason = systemErrorCode(error)
      if (reason === undefined) throw error
      if (!raced.has(reason) || attempt === maxAttempts)
        throw new CertwrightError('FILES_UNWRITABLE', { directory, reason }, { cause: error })
    }
  }
}
