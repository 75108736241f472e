import { verify } from 'node:crypto'
import {
  type DistributionPoint,
  distributionPoints,
  instantOf,
  type IssuingDistributionPoint,
  readRevocationList,
  type RevocationListContents,
} from '@certwright/acme'
import { CertwrightError } from '../runtime/error.ts'
import { certificatesIn, type ReadCertificate } from './certificate.ts'

/** A certificate whose standing is asked, and who may say of it that it is revoked. */
export interface RevocationSubject {
  readonly leaf: ReadCertificate
  readonly issuer: ReadCertificate
  readonly points: readonly DistributionPoint[]
}

/**
 * Where the lists of a PEM chain's leaf are, and who signs them. Undefined where it names none over HTTP, where its
 * issuer is not in the chain, or where it cannot be read: then lists say nothing of it.
 */
export function revocationSubject(chainPem: string): RevocationSubject | undefined {
  try {
    const [leaf, issuer] = certificatesIn(chainPem)
    const { crlDistributionPoints: extension } = leaf.contents
    if (!issuer || !extension) return undefined
    const points = distributionPoints(extension)
      .map(({ urls }) => ({ urls: urls.filter(isFetchable) }))
      .filter(({ urls }) => urls.length > 0)
    return points.length > 0 ? { leaf, issuer, points } : undefined
  } catch {
    return undefined
  }
}

function isFetchable(url: string): boolean {
  return /^https?:\/\//i.test(url) && URL.canParse(url)
}

/** Reads a CRL that was fetched. `REVOCATION_LIST_NOT_READABLE` where it is none. */
export function revocationListFrom(bytes: Uint8Array, url: string): RevocationListContents {
  try {
    return readRevocationList(bytes)
  } catch (cause) {
    throw notReadable(url, cause)
  }
}

/** The error for what is not a CRL. */
export function notReadable(url: string, cause: unknown): CertwrightError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new CertwrightError('REVOCATION_LIST_NOT_READABLE', { url, reason }, { cause })
}

export interface TrustOptions {
  /** Where the list was fetched. */
  readonly url: string
  /** Milliseconds since the epoch. */
  readonly now: number
  /** How far this machine's clock may be behind the CA's. Default one hour. */
  readonly skewMs?: number
}

const hourMs = 3_600_000

/**
 * Proves that a list may say of a certificate that it is revoked (RFC 5280 §6.3.3): signed by its issuer, of now, for
 * certificates such as it, from where it says, whole, and with nothing critical that is not understood. Anything else
 * is an error, for whatever such a list says is nothing.
 */
export function requireTrusted(
  list: RevocationListContents,
  { leaf, issuer, points }: RevocationSubject,
  { url, now, skewMs = hourMs }: TrustOptions,
): void {
  const { thisUpdate, nextUpdate, issuingDistributionPoint: scope } = list
  if (list.unknownCritical.length > 0) {
    const what = list.unknownCritical.join(' ')
    throw new CertwrightError('REVOCATION_LIST_NOT_UNDERSTOOD', { url, what })
  }
  const point = points.find(({ urls }) => urls.includes(url))
  if (list.isDelta || (scope && !covers(scope, point?.urls ?? []))) {
    throw new CertwrightError('REVOCATION_LIST_OF_OTHERS', { url })
  }
  const at = {
    url,
    now: instantOf(now),
    thisUpdate: instantOf(thisUpdate),
    nextUpdate: nextUpdate === undefined ? '-' : instantOf(nextUpdate),
  }
  if (thisUpdate > now + skewMs || nextUpdate === undefined || nextUpdate <= now) {
    throw new CertwrightError('REVOCATION_LIST_STALE', at)
  }
  const named = Buffer.compare(list.issuer, leaf.contents.issuer) === 0
  const signs = named && issuer.contents.signsRevocationLists !== false && isSignedBy(list, issuer)
  if (!signs) throw new CertwrightError('REVOCATION_LIST_NOT_SIGNED', { url })
}

/** RFC 5280 §6.3.3 (b)(2): one of its names is one of the certificate's, and certificates of servers are among it. */
function covers(scope: IssuingDistributionPoint, urls: readonly string[]): boolean {
  if (scope.onlyCaCerts || scope.onlyAttributeCerts || scope.isIndirect) return false
  return scope.urls === undefined || scope.urls.some((one) => urls.includes(one))
}

interface SignatureAlgorithm {
  /** As node:crypto names it. */
  readonly keyType: string
  /** None where the algorithm has its own. */
  readonly hash: string | null
}

/** The algorithms by which CAs sign. */
const algorithms: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  ['1.2.840.113549.1.1.11', { keyType: 'rsa', hash: 'sha256' }],
  ['1.2.840.113549.1.1.12', { keyType: 'rsa', hash: 'sha384' }],
  ['1.2.840.113549.1.1.13', { keyType: 'rsa', hash: 'sha512' }],
  ['1.2.840.10045.4.3.2', { keyType: 'ec', hash: 'sha256' }],
  ['1.2.840.10045.4.3.3', { keyType: 'ec', hash: 'sha384' }],
  ['1.2.840.10045.4.3.4', { keyType: 'ec', hash: 'sha512' }],
  ['1.3.101.112', { keyType: 'ed25519', hash: null }],
])

function isSignedBy(
  { signatureAlgorithm, tbsCertList, signature }: RevocationListContents,
  { x509 }: ReadCertificate,
): boolean {
  const algorithm = algorithms.get(signatureAlgorithm)
  try {
    const { publicKey } = x509
    if (algorithm?.keyType !== publicKey.asymmetricKeyType) return false
    return verify(algorithm?.hash, tbsCertList, publicKey, signature)
  } catch {
    // A kind of key that this OpenSSL cannot load.
    return false
  }
}
