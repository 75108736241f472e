import { AcmeError } from '../error.ts'
import type { Identifier } from '../identifier.ts'
import { ipAddressOctets, ipAddressText } from '../ip-address.ts'
import {
  contextTag,
  der,
  derCursor,
  derNotConform,
  objectIdentifier,
  oid,
  sequence,
  sequenceCursor,
  tags,
} from './der.ts'
import { oids } from './oid.ts'

/** GeneralName's tags (RFC 5280 §4.2.1.6). */
const dnsNameTag = contextTag(2)
const ipAddressTag = contextTag(7)

/** One Extension (RFC 5280 §4.1.2.9). `critical` is written only where it is true, as DER asks. */
export function extension(
  id: string,
  value: Uint8Array,
  { critical = false }: { readonly critical?: boolean } = {},
): Uint8Array<ArrayBuffer> {
  return sequence(
    oid(id),
    critical ? der(tags.boolean, [0xff]) : new Uint8Array(),
    der(tags.octetString, value),
  )
}

/** One Extension as it was read. */
interface ReadExtension {
  readonly id: string
  readonly critical: boolean
  /** The octets that the OCTET STRING wraps. */
  readonly value: Uint8Array
}

/** The Extensions in this DER, in their order (RFC 5280 §4.1.2.9). `what` names the whole in errors. */
export function extensionsFrom(octets: Uint8Array, what: string): ReadExtension[] {
  const read: ReadExtension[] = []
  const extensions = sequenceCursor(octets, what)
  while (!extensions.done()) {
    const fields = derCursor(extensions.take(tags.sequence).contents, what)
    const id = objectIdentifier(fields.take(tags.oid))
    const critical = fields.takeOptional(tags.boolean)
    read.push({
      id,
      // X.690 §11.1 wants FF; what is not zero is true all the same.
      critical: (critical?.contents[0] ?? 0) !== 0,
      value: fields.take(tags.octetString).contents,
    })
    fields.end()
  }
  return read
}

/** The subjectAltName extension for these identifiers, in their order. Only `dns` and `ip` have a place in it. */
export function subjectAltName(identifiers: readonly Identifier[]): Uint8Array<ArrayBuffer> {
  return extension(oids.subjectAltName, sequence(...identifiers.map(generalName)))
}

function generalName({ type, value }: Identifier): Uint8Array {
  if (type === 'dns' && /^[!-~]+$/.test(value)) {
    return der(dnsNameTag, new TextEncoder().encode(value))
  }
  const octets = type === 'ip' ? ipAddressOctets(value) : undefined
  if (octets !== undefined) return der(ipAddressTag, octets)
  throw new AcmeError(
    'ACME_IDENTIFIER_NOT_CONFORM',
    `an identifier of type "${type}" with this value has no place in a certificate request: ${value.slice(0, 80)}`,
    { hint: 'Make it with identifierFrom.' },
  )
}

/** The names and addresses in the contents of subjectAltName; of other kinds only whether there are any. */
export function subjectAltNames(value: Uint8Array): {
  readonly dnsNames: readonly string[]
  readonly ipAddresses: readonly string[]
  readonly hasOthers: boolean
} {
  const what = 'the subject alternative name'
  const dnsNames: string[] = []
  const ipAddresses: string[] = []
  let hasOthers = false
  const outer = derCursor(value, what)
  const names = derCursor(outer.take(tags.sequence).contents, what)
  outer.end()
  while (!names.done()) {
    const { tag, contents } = names.takeAny()
    hasOthers ||= tag !== dnsNameTag && tag !== ipAddressTag
    if (tag === dnsNameTag) dnsNames.push(ia5Text(contents, what))
    if (tag === ipAddressTag) {
      if (contents.length !== 4 && contents.length !== 16) {
        throw derNotConform(what, 'an IP address has neither 4 nor 16 octets')
      }
      ipAddresses.push(ipAddressText(contents))
    }
  }
  return { dnsNames, ipAddresses, hasOthers }
}

function ia5Text(octets: Uint8Array, what: string): string {
  if (octets.some((octet) => octet < 0x20 || octet > 0x7e)) {
    throw derNotConform(what, 'a name is not in printable ASCII')
  }
  return new TextDecoder().decode(octets)
}
