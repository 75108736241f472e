import { createHash, type KeyObject, X509Certificate } from 'node:crypto'
import { type CertificateContents, readCertificate, readChain } from '@certwright/acme'
import { CertwrightError } from '../runtime/error.ts'
import { keyTypeOf } from './public-key.ts'

/** One certificate of a chain, as people and the store name it. */
export interface DescribedCertificate {
  /** Hex in lower case, two digits an octet, as encoded: a leading `00` stays. */
  readonly serial: string
  /** SHA-256 of the DER, hex in lower case. */
  readonly fingerprint: string
  /** Absent where it is empty, as in many certificates. E.g. `C=US, O=Example, CN=example.com`. */
  readonly subject?: string
  readonly issuer: string
  /** Milliseconds since the epoch. */
  readonly notBefore: number
  readonly notAfter: number
  /** `ec256`, `ec384`, `ec521`, `rsa2048` and so on; OpenSSL's name for other kinds, `unknown` where it has none. */
  readonly keyType: string
}

/** A leaf and the chain that it came with. */
export interface DescribedChain extends DescribedCertificate {
  /** DNS names, then IP addresses in canonical text, as the certificate has them. */
  readonly names: readonly string[]
  /** All certificates, the leaf first. */
  readonly chain: readonly DescribedCertificate[]
}

/** One certificate in the two forms that it is asked in. */
export interface ReadCertificate {
  readonly x509: X509Certificate
  readonly contents: CertificateContents
}

/** What the leaf of a PEM chain says. Nothing is verified. `CHAIN_EMPTY` or `CHAIN_NOT_READABLE` where it says nothing. */
export function describe(chainPem: string): DescribedChain {
  const [leaf, ...rest] = certificatesIn(chainPem)
  const { dnsNames, ipAddresses } = leaf.contents
  const described = describedCertificate(leaf)
  return {
    ...described,
    names: [...dnsNames, ...ipAddresses],
    chain: [described, ...rest.map(describedCertificate)],
  }
}

/** The certificates of a PEM chain, in their order. Throws as `describe` does. */
export function certificatesIn(chainPem: string): [ReadCertificate, ...ReadCertificate[]] {
  if (!chainPem.includes('-----BEGIN ')) throw new CertwrightError('CHAIN_EMPTY')
  try {
    const [leaf, ...rest] = readChain(chainPem).map((der) => ({
      x509: new X509Certificate(der),
      contents: readCertificate(der),
    }))
    if (leaf !== undefined) return [leaf, ...rest]
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new CertwrightError('CHAIN_NOT_READABLE', { reason }, { cause })
  }
  throw new CertwrightError('CHAIN_EMPTY')
}

function describedCertificate({ x509, contents }: ReadCertificate): DescribedCertificate {
  const subject = nameText(x509.subject)
  return {
    // node:crypto drops a leading zero octet, and with it what RFC 9773 §4.1 makes the certificate's id from.
    serial: Buffer.from(contents.serial).toString('hex'),
    fingerprint: createHash('sha256').update(x509.raw).digest('hex'),
    ...(subject !== '' && { subject }),
    issuer: nameText(x509.issuer),
    notBefore: contents.notBefore,
    notAfter: contents.notAfter,
    keyType: keyTypeOf(publicKeyOf(x509)),
  }
}

/** A name as node:crypto gives it, which is one attribute a line; nothing at all where it is empty. */
function nameText(lines: string | undefined): string {
  return (lines ?? '').trim().replaceAll('\n', ', ')
}

/** `undefined` for a kind of key that this OpenSSL cannot load. */
function publicKeyOf(x509: X509Certificate): KeyObject | undefined {
  try {
    return x509.publicKey
  } catch {
    return undefined
  }
}
