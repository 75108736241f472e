import type { KeyObject } from 'node:crypto'
import { writeChain } from '@certwright/acme'
import { CertwrightError } from '../runtime/error.ts'
import type { Secret } from '../runtime/secret.ts'
import { type IssuedBundle, withKey } from './bundle.ts'
import { certificatesIn } from './certificate.ts'
import { writeJks } from './jks.ts'
import { writePkcs12 } from './pkcs12.ts'
import { type KeyPair, keyPairOf } from './verify-bundle.ts'

export type ExportFormat = 'pem' | 'der' | 'pkcs12' | 'pkcs12-legacy' | 'jks'

export interface ExportOptions {
  readonly format: ExportFormat
  /** Required for `pkcs12`, `pkcs12-legacy` and `jks`; encrypts the key of `pem` and `der` where it is given. */
  readonly password?: Secret
  /** What the entry is called in PKCS#12 and JKS. Default: the first name of the certificate. */
  readonly alias?: string
  /** Of the key in `pem` and `der`. `traditional` is PKCS#1 or SEC 1, which has no password. Default `pkcs8`. */
  readonly keyFormat?: 'pkcs8' | 'traditional'
}

/** One file of an export. */
export interface ExportedFile {
  /** What its name should end in, without the dot. */
  readonly extension: 'pem' | 'der' | 'key.der' | 'pfx' | 'jks'
  readonly bytes: Uint8Array
  /** Whether it holds the key, so that only its owner may read it. */
  readonly secret: boolean
}

/**
 * The bundle in a format that other software takes: `pem` is the key and then the chain, `der` the leaf and the key in
 * two files, the others one file with both. Where the key is elsewhere, `pem` and `der` hold none, and the others are
 * `KEY_ELSEWHERE`. `EXPORT_PASSWORD_MISSING` and `EXPORT_PASSWORD_SHORT` where the
 * format asks for more; `keyPairOf`'s errors where the bundle is none.
 */
export function exportBundle(
  bundle: IssuedBundle,
  options: ExportOptions,
): readonly [ExportedFile, ...ExportedFile[]] {
  if (options.password && options.keyFormat === 'traditional') {
    throw new TypeError('a traditional key has no password: leave either out')
  }
  const { format } = options
  if (!bundle.privateKey && (format === 'pem' || format === 'der')) {
    return [certificatesAlone(bundle.chainPem, format)]
  }
  return writers[format](keyPairOf(withKey(bundle)), options)
}

function certificatesAlone(chainPem: string, format: 'pem' | 'der'): ExportedFile {
  const certificates = certificatesIn(chainPem)
  const bytes = format === 'pem' ? Buffer.from(chainPem) : certificates[0].x509.raw
  return { extension: format, bytes, secret: false }
}

type Writer = (pair: KeyPair, options: ExportOptions) => readonly [ExportedFile, ...ExportedFile[]]

const writers: Readonly<Record<ExportFormat, Writer>> = {
  pem: (pair, options) => {
    const chain = writeChain(certificatesOf(pair))
    const bytes = Buffer.concat([
      Buffer.from(keyOctets(pair.key, 'pem', options)),
      Buffer.from(chain),
    ])
    return [{ extension: 'pem', bytes, secret: true }]
  },
  der: (pair, options) => [
    { extension: 'der', bytes: certificatesOf(pair)[0], secret: false },
    { extension: 'key.der', bytes: keyOctets(pair.key, 'der', options), secret: true },
  ],
  pkcs12: (pair, options) => [pkcs12File(pair, options, 'modern')],
  'pkcs12-legacy': (pair, options) => [pkcs12File(pair, options, 'legacy')],
  jks: (pair, options) => {
    const bytes = writeJks({
      privateKey: pkcs8(pair.key),
      certificates: certificatesOf(pair),
      // keytool neither makes nor opens a key store with a shorter one.
      password: passwordOf(options, 6),
      alias: aliasOf(pair, options),
      createdAt: pair.certificates[0].contents.notBefore,
    })
    return [{ extension: 'jks', bytes, secret: true }]
  },
}

function pkcs12File(
  pair: KeyPair,
  options: ExportOptions,
  encryption: 'modern' | 'legacy',
): ExportedFile {
  const bytes = writePkcs12({
    privateKey: pkcs8(pair.key),
    certificates: certificatesOf(pair),
    password: passwordOf(options, 1),
    friendlyName: aliasOf(pair, options),
    encryption,
  })
  return { extension: 'pfx', bytes, secret: true }
}

/** The password, with at least so many characters. */
function passwordOf({ format, password }: ExportOptions, minimum: number): Secret {
  const length = password?.reveal().length ?? 0
  if (password === undefined || length === 0) {
    throw new CertwrightError('EXPORT_PASSWORD_MISSING', { format })
  }
  if (length < minimum) throw new CertwrightError('EXPORT_PASSWORD_SHORT', { format, minimum })
  return password
}

function aliasOf({ certificates: [{ contents }] }: KeyPair, { alias }: ExportOptions): string {
  return alias ?? contents.dnsNames[0] ?? contents.ipAddresses[0] ?? 'certificate'
}

function certificatesOf({
  certificates: [leaf, ...issuers],
}: KeyPair): [Uint8Array, ...Uint8Array[]] {
  return [leaf.x509.raw, ...issuers.map(({ x509 }) => x509.raw)]
}

function pkcs8(key: KeyObject): Uint8Array {
  return key.export({ type: 'pkcs8', format: 'der' })
}

function keyOctets(key: KeyObject, format: 'pem' | 'der', options: ExportOptions): Uint8Array {
  const { password, keyFormat = 'pkcs8' } = options
  const type = keyFormat === 'pkcs8' ? 'pkcs8' : key.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'sec1'
  const lock = password && { cipher: 'aes-256-cbc', passphrase: passwordOf(options, 1).reveal() }
  return Buffer.from(
    format === 'pem'
      ? key.export({ ...lock, type, format })
      : key.export({ ...lock, type, format }),
  )
}
