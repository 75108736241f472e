import { readFileSync } from 'node:fs'
import { requireKeyType } from '../deploy/key-types.ts'
import type { TargetKind } from '../deploy/target.ts'
import { keyInFile } from '../issuance/version-key.ts'
import { CertwrightError } from '../runtime/error.ts'
import type { Certificate, KeySource, KeyType } from '../store/store.ts'
import { certificateRequestFrom } from '../x509/certificate-request.ts'
import { keyTypeOf, publicKeyDigest } from '../x509/public-key.ts'
import { keyTypeFor } from './deployment.ts'
import { fileError } from './files.ts'
import { flagOf, type Options } from './options.ts'

/** What the command line says of a certificate's keys. What it does not say is absent. */
export interface WantedKey {
  readonly keyType?: KeyType
  /** `new`: one is made for each version, whatever was kept. */
  readonly keySource?: KeySource | 'new'
  /** The names that a certificate request asks for. */
  readonly names?: readonly string[]
}

const exclusive = ['csr', 'keyFile', 'key', 'reuseKey'] as const

/** Reads the options that say where the keys come from. A file that they name is read and judged. */
export async function wantedKeyFrom(
  options: Options,
  keyType: KeyType | undefined,
  path: (text: string) => string,
): Promise<WantedKey> {
  const [csr, keyFile] = [options.text('csr'), options.text('keyFile')]
  const given = exclusive.filter((name) => options.text(name) !== undefined || options.flag(name))
  const [first, second] = given
  // A type of key is for keys that are made here, kept or not.
  if (second !== undefined && first !== 'key') {
    throw new CertwrightError('USAGE_OPTIONS_EXCLUDE', {
      option: flagOf(first ?? ''),
      other: flagOf(second),
    })
  }
  if (csr !== undefined) return requestedIn(path(csr))
  if (keyFile !== undefined) return { keySource: await ownKeyIn(path(keyFile)) }
  if (options.flag('reuseKey')) {
    return { ...(keyType && { keyType }), keySource: { from: 'reuse' } }
  }
  return {
    ...(keyType && { keyType }),
    ...(options.off('reuseKey') && { keySource: 'new' }),
  }
}

function requestedIn(path: string): WantedKey {
  const { der, names, keyType, publicKey } = certificateRequestFrom(octetsIn(path), path)
  const request = Buffer.from(der).toString('base64')
  return { names, keySource: { from: 'csr', request, keyType, publicKey } }
}

function octetsIn(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (error) {
    throw fileError('FILE_NOT_READABLE', path, error)
  }
}

async function ownKeyIn(path: string): Promise<KeySource> {
  const key = await keyInFile(path)
  return { from: 'file', path, keyType: keyTypeOf(key), publicKey: publicKeyDigest(key) }
}

/** Where the keys are to come from: as wanted, else as kept, as long as nothing that was said speaks against it. */
export function keySourceFrom(
  { keyType, keySource: wanted }: WantedKey,
  kept: KeySource | undefined,
): KeySource | undefined {
  if (wanted === 'new') return undefined
  if (wanted) return wanted
  return keyType === undefined || kept?.from === 'reuse' ? kept : undefined
}

/**
 * The type of the keys that are made here, so that every target takes them. A key that is not made here must be one
 * that they take, and not be elsewhere.
 */
export function suitedKeyType(
  kinds: readonly TargetKind[],
  wanted: WantedKey,
  kept: Certificate | undefined,
): KeyType | undefined {
  const source = keySourceFrom(wanted, kept?.keySource)
  const [first] = kinds
  if (source?.from === 'csr' && first) {
    throw new CertwrightError('TARGET_NEEDS_KEY', { target: first.name })
  }
  if (source?.from === 'file') {
    requireKeyType(source.keyType, kinds)
    return undefined
  }
  return keyTypeFor(kinds, wanted.keyType, kept?.keyType)
}

/** Whether a version's key does for both. */
export function sameKeys(a: Certificate, b: Certificate): boolean {
  const [one, other] = [a.keySource, b.keySource]
  if (one?.from === 'csr' || other?.from === 'csr') {
    return one?.from === other?.from && requestOf(one) === requestOf(other)
  }
  if (one?.from === 'file' || other?.from === 'file') return one?.from === other?.from
  return a.keyType === b.keyType
}

function requestOf(source: KeySource | undefined): string | undefined {
  return source?.from === 'csr' ? source.request : undefined
}

/** What the certificate's keys are, wherever they come from. */
export function effectiveKeyType({ keyType, keySource }: Certificate): string {
  return keySource && keySource.from !== 'reuse' ? keySource.keyType : keyType
}
