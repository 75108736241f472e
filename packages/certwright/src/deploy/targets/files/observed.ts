import { createHash, type X509Certificate } from 'node:crypto'
import { CertwrightError } from '../../../runtime/error.ts'
import { certificatesIn, describe } from '../../../x509/certificate.ts'
import type { Installed, InstalledPart, Wanted } from '../../target.ts'
import type { FileLayout, FileRole } from './layout.ts'
import type { FileReading } from './place.ts'

/** One file with its place and what it was seen to hold. */
export interface ReadFile {
  readonly role: FileRole
  readonly path: string
  /** Absent where there is none. */
  readonly reading?: FileReading | undefined
}

export interface FilesState {
  /** Whether the server has still to be told of them. */
  readonly isUntold: boolean
  readonly layout: Pick<FileLayout, 'format' | 'order'>
}

/**
 * What files say together. `undefined` where none of them holds a certificate. Where they do not belong together, the
 * chain is not the wanted one's, or the server has not been told, each is a part of its own.
 */
export function installedIn(
  files: readonly ReadFile[],
  wanted: Wanted | undefined,
  { isUntold, layout }: FilesState,
): Installed | undefined {
  const found = files.map((file) => ({ ...file, chain: chainOf(file, wanted, layout.format) }))
  const leaf = found.find(({ role, chain }) => role !== 'chain' && chain)?.chain?.[0]
  if (leaf === undefined) return undefined
  const installed = { fingerprint: leaf.fingerprint, notAfter: leaf.notAfter }
  const parts = [
    ...found.map((file): InstalledPart => {
      const own = file.chain?.[0]
      const fits = belongs(file, leaf, wanted, layout.order)
      if (!fits) return { resource: file.path }
      const holdsLeaf = file.role !== 'key' && file.role !== 'chain' && own
      const of = holdsLeaf ? { fingerprint: own.fingerprint, notAfter: own.notAfter } : installed
      return { resource: file.path, installed: of }
    }),
    ...(isUntold ? [{ resource: 'reload' }] : []),
  ]
  const whole = parts.every((part) => part.installed?.fingerprint === leaf.fingerprint)
  return whole ? installed : { parts }
}

/** A certificate as it was found. */
interface Found {
  readonly fingerprint: string
  readonly notAfter: number
  readonly keyId: string
}

type FoundFile = ReadFile & { readonly chain: readonly Found[] | undefined }

/** The certificates of a file; `undefined` where it holds none that can be read. */
function chainOf(
  { role, reading }: ReadFile,
  wanted: Wanted | undefined,
  format: FileLayout['format'],
): readonly Found[] | undefined {
  if (!reading || role === 'key') return undefined
  // A fingerprint is the SHA-256 of the DER, which is all that such a file holds.
  if (role === 'cert' && format === 'der') {
    const [leaf] = wanted ? foundIn(wanted.chainPem) : []
    return leaf?.fingerprint === reading.sha256
      ? [leaf]
      : [{ fingerprint: reading.sha256, notAfter: 0, keyId: '' }]
  }
  try {
    return foundIn(reading.certificatesPem)
  } catch (error) {
    if (error instanceof CertwrightError) return undefined
    throw error
  }
}

function foundIn(chainPem: string): readonly Found[] {
  const { chain } = describe(chainPem)
  return certificatesIn(chainPem).map(({ x509 }, index) => ({
    fingerprint: chain[index]?.fingerprint ?? '',
    notAfter: chain[index]?.notAfter ?? 0,
    keyId: keyIdOf(x509),
  }))
}

function keyIdOf({ publicKey }: X509Certificate): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
}

/** Whether a file belongs to this leaf: its key, its chain, or the leaf itself with both. */
function belongs(
  { role, reading, chain }: FoundFile,
  leaf: Found,
  wanted: Wanted | undefined,
  order: FileLayout['order'],
): boolean {
  if (!reading) return false
  const ours = wanted ? foundIn(wanted.chainPem) : []
  const isOurs = ours[0]?.fingerprint === leaf.fingerprint
  const hasKey = reading.keyIsHidden ?? reading.keyId === leaf.keyId
  const hasChain = order.includes('fullchain') || order.includes('chain')
  const fits: Readonly<Record<FileRole, boolean>> = {
    key: hasKey,
    chain: !isOurs || isSame(chain ?? [], ours.slice(1)),
    cert: chain !== undefined,
    fullchain: chain !== undefined && (!isOurs || isSame(chain, ours)),
    combined:
      chain !== undefined &&
      hasKey &&
      (!isOurs || isSame(chain, ours.slice(0, hasChain ? ours.length : 1))),
  }
  return fits[role]
}

function isSame(some: readonly Found[], others: readonly Found[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ fingerprint }, index) => fingerprint === others[index]?.fingerprint)
  )
}
