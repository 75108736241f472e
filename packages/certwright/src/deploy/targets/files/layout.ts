import { createHash } from 'node:crypto'
import { pemDecode, pemEncode } from '@certwright/acme'
import { exportBundle } from '../../../x509/export.ts'
import type { CertificateBundle } from '../../../x509/bundle.ts'
import { certificatesIn } from '../../../x509/certificate.ts'

/** What a file can hold. `combined` is the key and the chain in one. */
export type FileRole = 'fullchain' | 'chain' | 'cert' | 'key' | 'combined'

export const fileRoles = ['fullchain', 'chain', 'cert', 'key', 'combined'] as const

/** What a combined file can be made of. */
export type CombinedPart = Exclude<FileRole, 'combined'>

export interface FileLayout {
  /** Where each file goes, relative to the directory of a version where there are versions. */
  readonly paths: Readonly<Partial<Record<FileRole, string>>>
  /** In what order a combined file has its parts. */
  readonly order: readonly CombinedPart[]
  /** Of the certificate and the key: `der` has no chain. */
  readonly format: 'pem' | 'der'
  readonly keyFormat: 'pkcs8' | 'traditional'
}

/** One file with what it should hold. */
export interface LaidFile {
  readonly role: FileRole
  readonly path: string
  readonly octets: Uint8Array
  /** Whether it holds the key. */
  readonly secret: boolean
}

/** The files that a bundle becomes. Pure: the same bundle is the same octets. */
export function laidFiles(
  { paths, order, format, keyFormat }: FileLayout,
  bundle: CertificateBundle,
): readonly LaidFile[] {
  const [leaf, ...issuers] = certificatesIn(bundle.chainPem).map(({ x509 }) =>
    pemEncode('CERTIFICATE', x509.raw),
  )
  const [{ bytes: keyAndChain }] = exportBundle(bundle, { format: 'pem', keyFormat })
  const [key = ''] =
    /^[^]*?-----END [A-Z ]*PRIVATE KEY-----\n/.exec(Buffer.from(keyAndChain).toString()) ?? []
  const texts: Readonly<Record<CombinedPart, string>> = {
    cert: leaf ?? '',
    chain: issuers.join(''),
    fullchain: bundle.chainPem,
    key,
  }
  const octetsOf = (role: FileRole): Uint8Array => {
    if (role === 'combined') return Buffer.from(order.map((part) => texts[part]).join(''))
    const inDer = format === 'der' && (role === 'cert' || role === 'key')
    return inDer ? (pemDecode(texts[role])[0]?.der ?? new Uint8Array()) : Buffer.from(texts[role])
  }
  return fileRoles.flatMap((role) => {
    const path = paths[role]
    if (path === undefined) return []
    return { role, path, octets: octetsOf(role), secret: role === 'key' || role === 'combined' }
  })
}

/** A name for what these files hold together: the same for the same octets at the same places. */
export function versionName(files: readonly LaidFile[]): string {
  const hash = createHash('sha256')
  for (const { path, octets } of files) hash.update(`${path}\0${octets.length}\0`).update(octets)
  return hash.digest('hex').slice(0, 16)
}
