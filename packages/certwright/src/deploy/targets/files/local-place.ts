import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { chmod, link, mkdir, open, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { systemErrorCode, systemFiles, syncDirectory } from '../../../store/file-system.ts'
import { runProgram } from '../../../runtime/program.ts'
import type { CommandLine } from '../../command-line.ts'
import type { CommandOutcome } from '../../target.ts'
import type { TargetContext } from '../../target-context.ts'
import { commandEnvironment, commandOutcome } from './command.ts'
import { identitiesIn, type Identities } from './identities.ts'
import { leftoverForm, type FilePlace, type FileReading, type FileStep } from './place.ts'

export interface LocalPlaceOptions {
  /** For each command. */
  readonly timeoutMs: number
}

/** This machine. */
export function localPlace(
  { env }: Pick<TargetContext, 'env'>,
  { timeoutMs }: LocalPlaceOptions,
): FilePlace {
  const run = async (line: CommandLine, signal?: AbortSignal): Promise<CommandOutcome> => {
    const end = await runProgram(line, { env: commandEnvironment(env), timeoutMs, signal })
    return commandOutcome(line, end)
  }
  return {
    run,
    read: readFiles,
    list: async (directory) => readdir(directory).catch(() => []),
    async perform(steps, signal) {
      const ids = await identitiesIn(steps, run)
      for (const step of steps) {
        signal?.throwIfAborted()
        await perform(step, ids)
      }
    },
  }
}

async function perform(step: FileStep, ids: Identities): Promise<void> {
  switch (step.do) {
    case 'directory':
      return makeDirectory(step.path)
    case 'put':
      return putFile(step, ids)
    case 'keep':
      return link(step.path, step.as)
    case 'symlink':
      return symlink(step.to, step.path)
    case 'rename':
      await rename(step.path, step.to)
      return sync(dirname(step.to))
    case 'remove':
      await rm(step.path, { recursive: true, force: true })
      return missingIsFine(sync(dirname(step.path)))
    case 'sweep':
      return sweep(step.directory)
  }
}

async function makeDirectory(path: string): Promise<void> {
  const made = await mkdir(path, { recursive: true })
  if (made === undefined) return
  // The umask of a daemon would leave the server outside.
  await chmod(path, 0o755)
  await sync(dirname(made))
}

async function putFile(
  { path, octets, mode, owner, group }: Extract<FileStep, { do: 'put' }>,
  ids: Identities,
): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    const { uid, gid } = await file.stat()
    const [newUid, newGid] = [ids.get(`owner ${owner}`) ?? uid, ids.get(`group ${group}`) ?? gid]
    if (newUid !== uid || newGid !== gid) await file.chown(newUid, newGid)
    // The process's umask may have taken from `mode`.
    await file.chmod(mode)
    await file.writeFile(octets)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function sweep(directory: string): Promise<void> {
  const names = await readdir(directory).catch(() => [])
  for (const name of names) {
    if (leftoverForm.test(name)) await rm(join(directory, name), { recursive: true, force: true })
  }
}

/** Windows opens no directory, and needs none of this. */
async function sync(directory: string): Promise<void> {
  if (process.platform !== 'win32') await syncDirectory(directory, systemFiles)
}

async function missingIsFine(change: Promise<void>): Promise<void> {
  try {
    await change
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error
  }
}

async function readFiles(paths: readonly string[]): Promise<ReadonlyMap<string, FileReading>> {
  const found = new Map<string, FileReading>()
  for (const path of paths) {
    const octets = await readFile(path).catch((error: unknown) => {
      if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) return undefined
      throw error
    })
    if (octets) found.set(path, readingOf(octets))
  }
  return found
}

function readingOf(octets: Buffer): FileReading {
  const text = octets.toString('latin1')
  const certificates =
    text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []
  const key = privateKeyIn(octets, text)
  const spki = key && createPublicKey(key).export({ type: 'spki', format: 'der' })
  return {
    certificatesPem: certificates.map((pem) => `${pem}\n`).join(''),
    sha256: sha256(octets),
    ...(spki && { keyId: sha256(spki) }),
  }
}

function privateKeyIn(octets: Buffer, text: string): KeyObject | undefined {
  const [pem] =
    /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/.exec(text) ?? []
  if (pem !== undefined) return keyFrom(() => createPrivateKey(pem))
  if (text.startsWith('-----')) return undefined
  const types = ['pkcs8', 'sec1', 'pkcs1'] as const
  return types
    .map((type) => keyFrom(() => createPrivateKey({ key: octets, format: 'der', type })))
    .find((key) => key !== undefined)
}

function keyFrom(read: () => KeyObject): KeyObject | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

function sha256(octets: Uint8Array): string {
  return createHash('sha256').update(octets).digest('hex')
}
