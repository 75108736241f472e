import {
  bitString,
  contextTag,
  der,
  oid,
  sequence,
  tags,
  time,
  unsignedInteger,
} from '../../src/der/der.ts'
import { nameOf } from '../../src/der/name.ts'

/** One line of a CRL. */
export interface Line {
  readonly serial: Uint8Array
  readonly at?: number
  /** CRLReason; left out where absent. */
  readonly reason?: number
  readonly extensions?: readonly Uint8Array[]
}

export interface CrlParts {
  readonly lines?: readonly Line[]
  /** `never`: there is none. */
  readonly thisUpdate?: number | 'never'
  readonly nextUpdate?: number | 'never'
  readonly extensions?: readonly Uint8Array[]
  /** Of `signatureAlgorithm`, where it is another than that inside. */
  readonly outerAlgorithm?: string
  /** `none`: it is of the first version, which does not say so. */
  readonly version?: number | 'none'
  /** Behind the extensions, and behind the signature. */
  readonly more?: Uint8Array
  readonly afterSignature?: Uint8Array
}

export const begin = Date.UTC(2026, 10, 24)

export function extension(id: string, value: Uint8Array, critical = false): Uint8Array {
  const flag = critical ? der(tags.boolean, [0xff]) : new Uint8Array()
  return sequence(oid(id), flag, der(tags.octetString, value))
}

export function reasonExtension(reason: number): Uint8Array {
  return extension('2.5.29.21', der(tags.enumerated, [reason]))
}

export function line({ serial, at = begin, reason, extensions = [] }: Line): Uint8Array {
  const all = [...(reason === undefined ? [] : [reasonExtension(reason)]), ...extensions]
  return sequence(unsignedInteger(serial), time(at), ...(all.length > 0 ? [sequence(...all)] : []))
}

/** A CRL that nobody has signed. */
export function crl({
  lines = [],
  thisUpdate = begin,
  nextUpdate = begin + 86_400_000,
  extensions = [],
  outerAlgorithm = '1.2.840.10045.4.3.2',
  version = 1,
  more = new Uint8Array(),
  afterSignature = new Uint8Array(),
}: CrlParts = {}): Uint8Array<ArrayBuffer> {
  const tbs = sequence(
    ...(version === 'none' ? [] : [unsignedInteger(new Uint8Array([version]))]),
    sequence(oid('1.2.840.10045.4.3.2')),
    nameOf('Issuer'),
    ...(thisUpdate === 'never' ? [] : [time(thisUpdate)]),
    ...(nextUpdate === 'never' ? [] : [time(nextUpdate)]),
    ...(lines.length > 0 ? [der(tags.sequence, Buffer.concat(lines.map(line)))] : []),
    ...(extensions.length > 0 ? [der(contextTag(0, 'constructed'), sequence(...extensions))] : []),
    more,
  )
  const signature = bitString(new Uint8Array([1, 2, 3]))
  return sequence(tbs, sequence(oid(outerAlgorithm)), signature, afterSignature)
}

/** A DistributionPointName of these URLs. */
export function pointName(...urls: readonly string[]): Uint8Array {
  const uris = urls.map((url) => der(contextTag(6), new TextEncoder().encode(url)))
  return der(contextTag(0, 'constructed'), der(contextTag(0, 'constructed'), ...uris))
}
