import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { AcmeError, type CsrContents, pemDecode, readCsr } from '@certwright/acme'
import { CertwrightError } from '../runtime/error.ts'
import { keyTypeOf, publicKeyDigest } from './public-key.ts'

/** A certificate request that was made elsewhere (RFC 2986). */
export interface CertificateRequest {
  readonly der: Uint8Array
  /** Each once, as written: the alternative names, and the common name where it is not among them. Never empty. */
  readonly names: readonly string[]
  readonly key: KeyObject
  readonly keyType: string
  /** SHA-256 of its SubjectPublicKeyInfo, hex in lower case. */
  readonly publicKey: string
}

/**
 * Reads a request from PEM or DER and checks that its own key has signed it. What cannot be ordered by ACME is
 * `CSR_NOT_READABLE`, `CSR_NOT_SIGNED`, `CSR_WITHOUT_NAMES` or `CSR_WITH_OTHER_NAMES`.
 *
 * @param path What the errors call it.
 */
export function certificateRequestFrom(octets: Uint8Array, path: string): CertificateRequest {
  const { der, contents, key } = readable(octets, path)
  if (!isSigned(contents, key)) throw new CertwrightError('CSR_NOT_SIGNED', { path })
  if (contents.hasOtherNames) throw new CertwrightError('CSR_WITH_OTHER_NAMES', { path })
  const names = namesIn(contents)
  if (names.length === 0) throw new CertwrightError('CSR_WITHOUT_NAMES', { path })
  return { der, names, key, keyType: keyTypeOf(key), publicKey: publicKeyDigest(key) }
}

interface Readable {
  readonly der: Uint8Array
  readonly contents: CsrContents
  readonly key: KeyObject
}

function readable(octets: Uint8Array, path: string): Readable {
  try {
    const der = derOf(octets)
    const contents = readCsr(der)
    const spki = Buffer.from(contents.subjectPublicKeyInfo)
    return { der, contents, key: createPublicKey({ key: spki, format: 'der', type: 'spki' }) }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new CertwrightError('CSR_NOT_READABLE', { path, reason }, { cause })
  }
}

const labels = new Set(['CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST'])

function derOf(octets: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(octets)
  if (!text.includes('-----BEGIN ')) return octets
  const [request, ...more] = pemDecode(text).filter(({ label }) => labels.has(label))
  if (request && more.length === 0) return request.der
  throw new AcmeError('ACME_PEM_NOT_CONFORM', `the file holds ${request ? 'several' : 'none'}`)
}

/** By its object identifier: what the key signs a digest of. */
const digests: Readonly<Record<string, string | null>> = {
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
  '1.3.101.112': null,
}

/** A signature of another kind, e.g. RSASSA-PSS, is left to the CA to judge. */
function isSigned(contents: CsrContents, key: KeyObject): boolean {
  const { certificationRequestInfo, signatureAlgorithm, signature } = contents
  const digest = digests[signatureAlgorithm]
  return digest === undefined || verify(digest, certificationRequestInfo, key, signature)
}

/** RFC 8555 §7.4: the CSR names the order's identifiers "either in the commonName … or subjectAltName, or both". */
function namesIn({ commonName, dnsNames, ipAddresses }: CsrContents): readonly string[] {
  const names = [...dnsNames, ...ipAddresses]
  const isAmong = names.some((name) => name.toLowerCase() === commonName?.toLowerCase())
  return commonName === undefined || isAmong ? names : [commonName, ...names]
}
