import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

/** A certificate as an API reads it out of the PEM text that it is given. */
export interface Certificate {
  /** The whole text, chain and all, as it was given. */
  readonly pem: string
  readonly commonName: string
  /** The DNS names and addresses of the subjectAltName; the common name where there are none. */
  readonly names: readonly string[]
  readonly issuer: string
  /** Upper-case hex. */
  readonly serial: string
  /** SHA-1, upper-case hex. */
  readonly fingerprint: string
  /** SHA-256, lower-case hex. */
  readonly sha256: string
  /** Milliseconds. */
  readonly notBefore: number
  readonly notAfter: number
  readonly algorithm: 'RSA' | 'ECC'
  readonly keySize: number
  /** How many certificates the text holds. */
  readonly length: number
  readonly x509: X509Certificate
}

const block = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

/** Reads a chain whose leaf stands first; `undefined` where the text holds no certificate. */
export function readCertificate(pem: string): Certificate | undefined {
  const blocks = pem.match(block) ?? []
  try {
    const chain = blocks.map((text) => new X509Certificate(text))
    const [x509] = chain
    return x509 && certificateOf(x509, pem, chain.length)
  } catch {
    return undefined
  }
}

function certificateOf(x509: X509Certificate, pem: string, length: number): Certificate {
  const commonName = /^CN=(.+)$/m.exec(x509.subject ?? '')?.[1] ?? ''
  const alternative = [...(x509.subjectAltName ?? '').matchAll(/(?:DNS|IP Address):([^,\s]+)/g)]
  const names = alternative.map(([, name = '']) => name.toLowerCase())
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = x509.publicKey
  return {
    pem,
    commonName: commonName === '' ? (names[0] ?? '') : commonName,
    names: names.length > 0 ? names : [commonName.toLowerCase()],
    issuer: /^CN=(.+)$/m.exec(x509.issuer)?.[1] ?? x509.issuer.replaceAll('\n', ', '),
    serial: x509.serialNumber,
    fingerprint: x509.fingerprint.replaceAll(':', ''),
    sha256: createHash('sha256').update(x509.raw).digest('hex'),
    notBefore: x509.validFromDate.getTime(),
    notAfter: x509.validToDate.getTime(),
    algorithm: type === 'rsa' ? 'RSA' : 'ECC',
    keySize: details?.modulusLength ?? curveSizes[details?.namedCurve ?? ''] ?? 0,
    length,
    x509,
  }
}

const curveSizes: Readonly<Record<string, number>> = {
  prime256v1: 256,
  secp384r1: 384,
  secp521r1: 521,
}

/** How a private key's text is wrapped: `BEGIN RSA PRIVATE KEY`, `BEGIN EC PRIVATE KEY`, `BEGIN PRIVATE KEY`. */
export type KeyForm = 'pkcs1' | 'sec1' | 'pkcs8'

export interface PrivateKey {
  readonly pem: string
  readonly form: KeyForm
  readonly key: KeyObject
}

const keyForms: Readonly<Record<string, KeyForm>> = {
  'RSA PRIVATE KEY': 'pkcs1',
  'EC PRIVATE KEY': 'sec1',
  'PRIVATE KEY': 'pkcs8',
}

/** Reads an unencrypted private key; `undefined` where the text holds none. */
export function readPrivateKey(pem: string): PrivateKey | undefined {
  const form = keyForms[/-----BEGIN ([A-Z ]+)-----/.exec(pem)?.[1] ?? '']
  if (!form) return undefined
  try {
    return { pem, form, key: createPrivateKey(pem) }
  } catch {
    return undefined
  }
}

export function belongsTo(key: PrivateKey, certificate: Certificate): boolean {
  return certificate.x509.checkPrivateKey(key.key)
}

/** Whether a blank line stands somewhere inside: several products refuse such PEM text. */
export function hasBlankLine(pem: string): boolean {
  return /\n[ \t\r]*\n/.test(pem.trim())
}

/** Whether one name of a certificate stands for a host: itself, or `*.` in place of one label. */
export function nameCovers(name: string, host: string): boolean {
  if (name === host) return true
  const dot = host.indexOf('.')
  return name.startsWith('*.') && dot > 0 && name.slice(1) === host.slice(dot)
}
