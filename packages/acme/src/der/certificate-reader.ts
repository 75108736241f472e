import {
  bitStringOctets,
  contextTag,
  type DerCursor,
  derCursor,
  derNotConform,
  integerContents,
  objectIdentifier,
  sequenceCursor,
  smallInteger,
  tags,
  timeMs,
} from './der.ts'
import { extensionsFrom, subjectAltNames } from './extension.ts'
import { oids } from './oid.ts'

/** What an X.509 certificate says (RFC 5280 §4.1). Nothing is verified: no signature, no date, no name. */
export interface CertificateContents {
  /** Contents octets of the INTEGER as they stand: a leading 00 is kept (RFC 9773 §4.1 needs it). */
  readonly serial: Uint8Array
  /** DER of the whole Name, to be compared octet by octet. */
  readonly issuer: Uint8Array
  /** DER of the whole Name. Often an empty one. */
  readonly subject: Uint8Array
  /** The first moment of validity, in milliseconds since the Unix epoch. */
  readonly notBefore: number
  /** The last moment of validity: the whole second counts. */
  readonly notAfter: number
  /** DER, as `subjectPublicKeyInfo` makes it for a JWK. */
  readonly subjectPublicKeyInfo: Uint8Array
  /** As written, wildcards included. */
  readonly dnsNames: readonly string[]
  /** In canonical text (RFC 5952). */
  readonly ipAddresses: readonly string[]
  /** Which key signed it: the keyIdentifier alone (RFC 5280 §4.2.1.1). */
  readonly authorityKeyIdentifier?: Uint8Array
  readonly subjectKeyIdentifier?: Uint8Array
  /** Dotted object identifiers; absent where the certificate limits nothing. */
  readonly extendedKeyUsages?: readonly string[]
  /** Whether its key may sign lists of what is revoked (RFC 5280 §4.2.1.3); absent where nothing limits the key. */
  readonly signsRevocationLists?: boolean
  /** DER of the CRL distribution points, for `distributionPoints` to read (RFC 5280 §4.2.1.13). */
  readonly crlDistributionPoints?: Uint8Array
  /** The octets that are signed, the algorithm's object identifier, and the signature. */
  readonly tbsCertificate: Uint8Array
  readonly signatureAlgorithm: string
  readonly signature: Uint8Array
}

const what = 'the certificate'

/**
 * Reads one certificate from DER, and nothing after it. Extensions that are not named here are passed over, critical or
 * not. Anything malformed is `ACME_DER_NOT_CONFORM`. The octets share the input's memory.
 */
export function readCertificate(certificate: Uint8Array): CertificateContents {
  const outer = sequenceCursor(certificate, what)
  const tbs = outer.take(tags.sequence)
  const algorithm = derCursor(outer.take(tags.sequence).contents, what)
  const signature = bitStringOctets(outer.take(tags.bitString), what)
  outer.end()
  const fields = derCursor(tbs.contents, what)
  const version = fields.takeOptional(contextTag(0, 'constructed'))
  if (version !== undefined && versionOf(version.contents) > 2) {
    throw derNotConform(what, 'its version is unknown')
  }
  const serial = integerContents(fields.take(tags.integer), what)
  fields.take(tags.sequence)
  const issuer = fields.take(tags.sequence).encoded
  const validity = derCursor(fields.take(tags.sequence).contents, what)
  const [notBefore, notAfter] = [momentFrom(validity), momentFrom(validity)]
  validity.end()
  const subject = fields.take(tags.sequence).encoded
  const subjectPublicKeyInfo = fields.take(tags.sequence).encoded
  fields.takeOptional(contextTag(1))
  fields.takeOptional(contextTag(2))
  const extensions = fields.takeOptional(contextTag(3, 'constructed'))
  fields.end()
  return {
    serial,
    issuer,
    subject,
    notBefore,
    notAfter,
    subjectPublicKeyInfo,
    ...readExtensions(extensions ? extensionValues(extensions.contents) : new Map()),
    tbsCertificate: tbs.encoded,
    signatureAlgorithm: objectIdentifier(algorithm.take(tags.oid)),
    signature,
  }
}

function versionOf(contents: Uint8Array): number {
  const cursor = derCursor(contents, what)
  const version = smallInteger(cursor.take(tags.integer), what)
  cursor.end()
  return version
}

function momentFrom(validity: DerCursor): number {
  const element = validity.takeOptional(tags.utcTime) ?? validity.take(tags.generalizedTime)
  return timeMs(element, what)
}

function extensionValues(contents: Uint8Array): Map<string, Uint8Array> {
  const values = new Map<string, Uint8Array>()
  for (const { id, value } of extensionsFrom(contents, what)) {
    // RFC 5280 §4.2: "A certificate MUST NOT include more than one instance of a particular extension."
    if (values.has(id)) throw derNotConform(what, `the extension ${id} occurs twice`)
    values.set(id, value)
  }
  return values
}

type ExtensionContents = Pick<
  CertificateContents,
  | 'dnsNames'
  | 'ipAddresses'
  | 'authorityKeyIdentifier'
  | 'subjectKeyIdentifier'
  | 'extendedKeyUsages'
  | 'signsRevocationLists'
  | 'crlDistributionPoints'
>

function readExtensions(values: ReadonlyMap<string, Uint8Array>): ExtensionContents {
  const names = values.get(oids.subjectAltName)
  const authority = values.get(oids.authorityKeyIdentifier)
  const subject = values.get(oids.subjectKeyIdentifier)
  const usages = values.get(oids.extendedKeyUsage)
  const keyUsage = values.get(oids.keyUsage)
  const points = values.get(oids.crlDistributionPoints)
  const authorityKeyIdentifier = authority && keyIdentifierFrom(authority)
  const { dnsNames, ipAddresses } = names
    ? subjectAltNames(names)
    : { dnsNames: [], ipAddresses: [] }
  return {
    dnsNames,
    ipAddresses,
    ...(authorityKeyIdentifier && { authorityKeyIdentifier }),
    ...(subject && { subjectKeyIdentifier: wholeOctetString(subject) }),
    ...(usages && { extendedKeyUsages: usagesFrom(usages) }),
    ...(keyUsage && { signsRevocationLists: hasBit(keyUsage, crlSign) }),
    ...(points && { crlDistributionPoints: points }),
  }
}

/** KeyUsage's bit, counted from the left. */
const crlSign = 6

function hasBit(value: Uint8Array, bit: number): boolean {
  const cursor = derCursor(value, what)
  const { contents } = cursor.take(tags.bitString)
  cursor.end()
  // The first octet counts the bits that are not used.
  return ((contents[1] ?? 0) & (0x80 >> bit)) !== 0
}

function keyIdentifierFrom(value: Uint8Array): Uint8Array | undefined {
  return sequenceCursor(value, what).takeOptional(contextTag(0))?.contents
}

function wholeOctetString(value: Uint8Array): Uint8Array {
  const cursor = derCursor(value, what)
  const { contents } = cursor.take(tags.octetString)
  cursor.end()
  return contents
}

function usagesFrom(value: Uint8Array): string[] {
  const usages: string[] = []
  const cursor = sequenceCursor(value, what)
  while (!cursor.done()) usages.push(objectIdentifier(cursor.take(tags.oid)))
  return usages
}
