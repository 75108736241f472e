import {
  bitStringOctets,
  contextTag,
  derCursor,
  derNotConform,
  objectIdentifier,
  sequenceCursor,
  smallInteger,
  tags,
} from './der.ts'
import { subjectAltNames } from './extension.ts'
import { commonNameOf } from './name.ts'
import { oids } from './oid.ts'

/** What a PKCS #10 certificate request asks for (RFC 2986 §4). Nothing is verified, no signature either. */
export interface CsrContents {
  /** The subject's common name, which CAs take for one more name. */
  readonly commonName?: string
  /** As written, wildcards included. */
  readonly dnsNames: readonly string[]
  /** In canonical text (RFC 5952). */
  readonly ipAddresses: readonly string[]
  /** Whether it names anything else, e.g. an e-mail address, which no ACME order can. */
  readonly hasOtherNames: boolean
  /** DER, as `subjectPublicKeyInfo` makes it for a JWK. */
  readonly subjectPublicKeyInfo: Uint8Array
  /** The octets that are signed, the algorithm's object identifier, and the signature. */
  readonly certificationRequestInfo: Uint8Array
  readonly signatureAlgorithm: string
  readonly signature: Uint8Array
}

const what = 'the certificate request'

/**
 * Reads one certificate request from DER, and nothing after it. Anything malformed is `ACME_DER_NOT_CONFORM`. The octets
 * share the input's memory.
 */
export function readCsr(csr: Uint8Array): CsrContents {
  const outer = sequenceCursor(csr, what)
  const info = outer.take(tags.sequence)
  const algorithm = derCursor(outer.take(tags.sequence).contents, what)
  const signature = bitStringOctets(outer.take(tags.bitString), what)
  outer.end()
  const fields = derCursor(info.contents, what)
  if (smallInteger(fields.take(tags.integer), what) !== 0) {
    throw derNotConform(what, 'its version is unknown')
  }
  const subject = fields.take(tags.sequence).encoded
  const subjectPublicKeyInfo = fields.take(tags.sequence).encoded
  // RFC 2986 §4.1 has them always; some programs leave out what is empty.
  const attributes = fields.takeOptional(contextTag(0, 'constructed'))?.contents
  fields.end()
  const altName = attributes && altNameIn(attributes)
  const { dnsNames, ipAddresses, hasOthers } = altName
    ? subjectAltNames(altName)
    : { dnsNames: [], ipAddresses: [], hasOthers: false }
  const commonName = commonNameOf(subject)
  return {
    ...(commonName !== undefined && { commonName }),
    dnsNames,
    ipAddresses,
    hasOtherNames: hasOthers,
    subjectPublicKeyInfo,
    certificationRequestInfo: info.encoded,
    signatureAlgorithm: objectIdentifier(algorithm.take(tags.oid)),
    signature,
  }
}

/** The contents of subjectAltName among the extensions asked for (RFC 2985 §5.4.2). */
function altNameIn(attributes: Uint8Array): Uint8Array | undefined {
  const each = derCursor(attributes, what)
  let altName: Uint8Array | undefined
  while (!each.done()) {
    const attribute = derCursor(each.take(tags.sequence).contents, what)
    const type = objectIdentifier(attribute.take(tags.oid))
    const values = attribute.take(tags.set).contents
    attribute.end()
    if (type !== oids.extensionRequest) continue
    const extensions = sequenceCursor(values, what)
    while (!extensions.done()) {
      const fields = derCursor(extensions.take(tags.sequence).contents, what)
      const id = objectIdentifier(fields.take(tags.oid))
      fields.takeOptional(tags.boolean)
      const value = fields.take(tags.octetString).contents
      fields.end()
      if (id !== oids.subjectAltName) continue
      if (altName !== undefined) throw derNotConform(what, 'it has the subjectAltName twice')
      altName = value
    }
  }
  return altName
}
