import { createPrivateKey, type KeyObject } from 'node:crypto'
import { type Identifier, identifierSet, instantOf } from '@certwright/acme'
import { CertwrightError } from '../runtime/error.ts'
import type { Secret } from '../runtime/secret.ts'
import { type CertificateBundle, type IssuedBundle, withKey } from './bundle.ts'
import { certificatesIn, type ReadCertificate } from './certificate.ts'
import { publicKeyDigest } from './public-key.ts'

export interface VerifyBundleOptions extends IssuedBundle {
  /** Where the private key is elsewhere: the digest of the public one that was asked to be certified. */
  readonly publicKey?: string | undefined
  /** What was ordered. */
  readonly identifiers: readonly Identifier[]
  /** Milliseconds since the epoch. */
  readonly now: number
  /** How far this machine's clock may be behind the CA's. Default one hour. */
  readonly skewMs?: number
}

/** A key with the certificate that was issued for it, and the chain. */
export interface KeyPair {
  readonly key: KeyObject
  readonly certificates: readonly [leaf: ReadCertificate, ...issuers: ReadCertificate[]]
}

const hourMs = 3_600_000
const serverAuth = '1.3.6.1.5.5.7.3.1'

/**
 * Proves that a bundle is what was ordered and can be installed: our key, exactly these names, valid now, for servers,
 * and each certificate issued by the next. Whether anybody trusts the last one is not asked. Each fault has its own
 * `CertwrightError`.
 */
export function verifyBundle({
  identifiers,
  now,
  skewMs = hourMs,
  publicKey,
  ...bundle
}: VerifyBundleOptions): void {
  const certificates = bundle.privateKey
    ? keyPairOf(withKey(bundle)).certificates
    : certificatesOfKey(bundle.chainPem, publicKey)
  const [{ contents }] = certificates
  checkNames(contents, identifiers)
  checkDates(contents, now, skewMs)
  // RFC 5280 §4.2.1.12: "If the extension is present, then the certificate MUST only be used for one of the purposes".
  if (contents.extendedKeyUsages?.includes(serverAuth) === false) {
    throw new CertwrightError('CERTIFICATE_NOT_FOR_SERVERS')
  }
  checkLinks(certificates)
}

/**
 * Reads a bundle and proves that the key is the leaf's: `KEY_NOT_OF_CERTIFICATE` where it is not, `KEY_NOT_READABLE`,
 * `CHAIN_EMPTY` or `CHAIN_NOT_READABLE` where that cannot be told.
 */
export function keyPairOf({ privateKey, chainPem }: CertificateBundle): KeyPair {
  const certificates = certificatesIn(chainPem)
  const key = privateKeyFrom(privateKey)
  if (!certificates[0].x509.checkPrivateKey(key)) {
    throw new CertwrightError('KEY_NOT_OF_CERTIFICATE')
  }
  return { key, certificates }
}

function certificatesOfKey(
  chainPem: string,
  publicKey: string | undefined,
): KeyPair['certificates'] {
  const certificates = certificatesIn(chainPem)
  if (publicKeyDigest(certificates[0].x509.publicKey) !== publicKey) {
    throw new CertwrightError('KEY_NOT_OF_CERTIFICATE')
  }
  return certificates
}

function privateKeyFrom(privateKey: Secret): KeyObject {
  try {
    return createPrivateKey(privateKey.reveal())
  } catch (cause) {
    throw new CertwrightError('KEY_NOT_READABLE', {}, { cause })
  }
}

function checkNames(
  { dnsNames, ipAddresses }: ReadCertificate['contents'],
  identifiers: readonly Identifier[],
): void {
  const named = [
    ...dnsNames.map((value) => ({ type: 'dns', value })),
    ...ipAddresses.map((value) => ({ type: 'ip', value })),
  ]
  const [has, ordered] = [identifierSet(named), identifierSet(identifiers)]
  if (has !== ordered) throw new CertwrightError('NAMES_NOT_AS_ORDERED', { has, ordered })
}

function checkDates(
  { notBefore, notAfter }: ReadCertificate['contents'],
  now: number,
  skewMs: number,
): void {
  const moments = {
    now: instantOf(now),
    notBefore: instantOf(notBefore),
    notAfter: instantOf(notAfter),
  }
  if (notBefore > now + skewMs) throw new CertwrightError('CERTIFICATE_NOT_YET_VALID', moments)
  if (notAfter <= now) throw new CertwrightError('CERTIFICATE_EXPIRED', moments)
}

/** RFC 8555 §9.1: "Each following certificate SHOULD directly certify the one preceding it." */
function checkLinks(certificates: KeyPair['certificates']): void {
  for (const [i, { x509: issuer }] of certificates.slice(1).entries()) {
    const issued = certificates[i]?.x509
    if (issued === undefined || !issued.checkIssued(issuer) || !issued.verify(issuer.publicKey)) {
      throw new CertwrightError('CHAIN_NOT_LINKED', { position: i + 1, next: i + 2 })
    }
  }
}
