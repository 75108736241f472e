import { createSecretKey, type KeyObject, randomBytes, scrypt } from 'node:crypto'
import { link, open, rename, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CertwrightError } from '../runtime/error.ts'
import { Secret } from '../runtime/secret.ts'
import { sealWith } from './seal.ts'
import { syncDirectory, systemErrorCode, systemFiles, writeDurably } from './file-system.ts'

/** Where the key comes from that seals secrets at rest. */
export type Sealing =
  /** 32 bytes in base64. */
  | { readonly by: 'key'; readonly key: Secret }
  | { readonly by: 'passphrase'; readonly passphrase: Secret }
  /** `seal.key` in the state directory, made on first use. */
  | { readonly by: 'file' }

/** `CERTWRIGHT_KEY`, else the given passphrase or `CERTWRIGHT_PASSPHRASE`, else the key file. Set but empty is set. */
export function sealingOf(
  env: Readonly<Record<string, string | undefined>>,
  given?: Secret,
): Sealing {
  const { CERTWRIGHT_KEY: key, CERTWRIGHT_PASSPHRASE: passphrase } = env
  if (key !== undefined) return { by: 'key', key: new Secret(key) }
  if (given) return { by: 'passphrase', passphrase: given }
  if (passphrase !== undefined) return { by: 'passphrase', passphrase: new Secret(passphrase) }
  return { by: 'file' }
}

/** A way to the key-encryption key of one store. */
export interface KeySource {
  /** `CERTWRIGHT_KEY`, `CERTWRIGHT_PASSPHRASE` or `seal.key`; kept with the store. */
  readonly name: string
  /** As it is shown: the key file's whole path. */
  readonly shown: string
  /** For a store that nothing is sealed in yet: makes the key where it is ours to make. */
  prepare?(): Promise<void>
  /** `salt` and the id of its key are the store's own. `undefined` where there is no key to be found. */
  find(salt: string, keyId?: string): Promise<KeyObject | undefined>
}

/** Judges what it is given before anything is touched: `STORE_KEY_INVALID`. */
export function keySource(sealing: Sealing, directory: string): KeySource {
  if (sealing.by === 'key') return givenKey(sealing.key)
  if (sealing.by === 'passphrase') return givenPassphrase(sealing.passphrase)
  return keyFile(join(directory, 'seal.key'))
}

function givenKey(text: Secret): KeySource {
  const name = 'CERTWRIGHT_KEY'
  const key = keyFrom(text, name)
  return { name, shown: name, find: () => Promise.resolve(key) }
}

function givenPassphrase(passphrase: Secret): KeySource {
  if (passphrase.reveal() === '') throw new CertwrightError('STORE_PASSPHRASE_EMPTY')
  const name = 'CERTWRIGHT_PASSPHRASE'
  return { name, shown: name, find: (salt) => stretched(passphrase, salt) }
}

function keyFile(path: string): KeySource {
  return {
    name: 'seal.key',
    shown: path,
    async prepare() {
      if (!(await readKeyFile(path))) await makeKeyFile(path)
    },
    async find(_salt, keyId) {
      const key = await readKeyFile(path)
      if (keyId === undefined || (key && sealWith(key).keyId === keyId)) return key
      // Everything was sealed under the next key, and the run that did so died before it could put it here.
      const next = `${path}.next`
      const waiting = await readKeyFile(next)
      if (!waiting || sealWith(waiting).keyId !== keyId) return key
      await rename(next, path)
      return waiting
    },
  }
}

/** The key file that is to take the other's place once everything is sealed under it. */
export function nextKeyFile(directory: string): {
  readonly path: string
  readonly source: KeySource
} {
  const path = join(directory, 'seal.key.next')
  return { path, source: keyFile(path) }
}

/** scrypt (RFC 7914) with N = 2^17, r = 8, p = 1: 128 MiB and a third of a second for each guess. */
export async function stretched(passphrase: Secret, salt: string): Promise<KeyObject> {
  const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 2 ** 28 }
  // The same passphrase typed on two keyboards can be two sequences of code points.
  const text = passphrase.reveal().normalize('NFKC')
  const bytes = await new Promise<Buffer>((resolve, reject) => {
    scrypt(text, Buffer.from(salt, 'base64url'), 32, cost, (error, derived) => {
      if (error) reject(error)
      else resolve(derived)
    })
  })
  return createSecretKey(bytes)
}

async function readKeyFile(path: string): Promise<KeyObject | undefined> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw error
  })
  if (!file) return undefined
  try {
    const mode = (await file.stat()).mode & 0o777
    // Windows keeps no such bits and reports them all as set.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new CertwrightError('STORE_KEY_FILE_OPEN', { path, mode: mode.toString(8) })
    return keyFrom(new Secret(await file.readFile('utf8')), path)
  } finally {
    await file.close()
  }
}

/** Appears whole or not at all, and never over another one: of two processes, both read the same key afterwards. */
async function makeKeyFile(path: string): Promise<void> {
  const unfinished = `${path}.${randomBytes(8).toString('hex')}`
  const text = `${randomBytes(32).toString('base64')}\n`
  await writeDurably({ path: unfinished, text, mode: 0o600 }, systemFiles)
  try {
    await link(unfinished, path)
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error
  } finally {
    await unlink(unfinished)
  }
  await syncDirectory(dirname(path), systemFiles)
}

/** Exactly 32 bytes, in either alphabet of base64. The text itself never reaches the message. */
function keyFrom(text: Secret, name: string): KeyObject {
  if (!/^[\w+/-]{43}=?$/.test(text.reveal().trim()))
    throw new CertwrightError('STORE_KEY_INVALID', { source: name })
  return createSecretKey(Buffer.from(text.reveal(), 'base64'))
}
