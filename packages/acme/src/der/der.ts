import { AcmeError } from '../error.ts'
import { instantOf, momentOf } from '../host.ts'
import { oidContents, oidText } from './oid.ts'

/** Identifier octets of the types that keys and certificates are made of (X.690 §8.1.2). */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

/** The tag `[number]`: primitive by default, constructed where it wraps whole elements. */
export function contextTag(
  number: number,
  form: 'primitive' | 'constructed' = 'primitive',
): number {
  return (form === 'constructed' ? 0xa0 : 0x80) | number
}

/** Octets end to end. */
export function concatenate(...parts: ReadonlyArray<ArrayLike<number>>): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}

/** One element: tag, length, and the parts end to end as contents. */
export function der(
  tag: number,
  ...parts: ReadonlyArray<ArrayLike<number>>
): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  return concatenate([tag, ...lengthOctets(length)], ...parts)
}

function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length]
  const octets: number[] = []
  for (let left = length; left > 0; left >>>= 8) octets.unshift(left & 0xff)
  return [0x80 | octets.length, ...octets]
}

/** A SEQUENCE of whole elements. */
export function sequence(...elements: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return der(tags.sequence, ...elements)
}

/** An INTEGER from an unsigned big-endian number of any width; leading zeros are dropped or added as DER asks. */
export function unsignedInteger(magnitude: Uint8Array): Uint8Array<ArrayBuffer> {
  const digits = withoutLeadingZeros(magnitude)
  return der(tags.integer, (digits[0] ?? 0x80) >= 0x80 ? [0] : [], digits)
}

/** The same number in as few octets as it takes: none for zero. */
export function withoutLeadingZeros(magnitude: Uint8Array): Uint8Array {
  const start = magnitude.findIndex((octet) => octet !== 0)
  return start === -1 ? new Uint8Array() : magnitude.subarray(start)
}

/** By dotted text: few are ever written, and each of them often. */
const writtenOids = new Map<string, Uint8Array<ArrayBuffer>>()

/** An OBJECT IDENTIFIER from dotted text. The octets are shared: not to be written to. */
export function oid(text: string): Uint8Array<ArrayBuffer> {
  const written = writtenOids.get(text) ?? der(tags.oid, oidContents(text))
  writtenOids.set(text, written)
  return written
}

/** A BIT STRING of whole octets. */
export function bitString(octets: Uint8Array): Uint8Array<ArrayBuffer> {
  return der(tags.bitString, [0], octets)
}

/** A Time as certificates write it. `ms` since the Unix epoch; fractions of a second are cut off. */
export function time(ms: number): Uint8Array<ArrayBuffer> {
  const text = instantOf(ms).replace(/\.\d+/, '').replaceAll(/[-:T]/g, '')
  if (!/^\d{14}Z$/.test(text)) throw new TypeError('a certificate names years 0000 to 9999 only')
  // RFC 5280 §4.1.2.5: "dates through the year 2049 as UTCTime; ... in 2050 or later ... GeneralizedTime".
  const short = text >= '1950' && text < '2050'
  const encoded = new TextEncoder().encode(short ? text.slice(2) : text)
  return der(short ? tags.utcTime : tags.generalizedTime, encoded)
}

/** One element as it was read. Both views share the input's memory. */
interface DerElement {
  readonly tag: number
  readonly contents: Uint8Array
  /** Tag and length included. */
  readonly encoded: Uint8Array
}

/**
 * Reads elements one after another. Only DER is taken: one-octet tags, definite and shortest lengths, nothing beyond
 * the end. Whatever differs throws `ACME_DER_NOT_CONFORM`.
 */
export interface DerCursor {
  /** The next element, which must bear this tag. */
  take(tag: number): DerElement
  /** The next element where it bears this tag; otherwise nothing is consumed. */
  takeOptional(tag: number): DerElement | undefined
  /** The next element, whatever it is. */
  takeAny(): DerElement
  /** Whether all was read. */
  done(): boolean
  /** Throws unless all was read. */
  end(): void
}

/** A cursor over the elements in `octets`. `what` names the whole in errors. */
export function derCursor(octets: Uint8Array, what: string): DerCursor {
  let offset = 0
  const takeAny = (): DerElement => {
    const element = elementAt(octets, offset, what)
    offset += element.encoded.length
    return element
  }
  const takeOptional = (tag: number): DerElement | undefined =>
    octets[offset] === tag ? takeAny() : undefined
  return {
    takeAny,
    takeOptional,
    take(tag) {
      const element = takeOptional(tag)
      if (element === undefined) {
        throw derNotConform(what, `tag 0x${tag.toString(16)} was expected at octet ${offset}`)
      }
      return element
    },
    done: () => offset === octets.length,
    end() {
      if (offset !== octets.length) throw derNotConform(what, `octets are left over at ${offset}`)
    },
  }
}

/** The elements of the one SEQUENCE that `octets` are, and nothing after it. */
export function sequenceCursor(octets: Uint8Array, what: string): DerCursor {
  const outer = derCursor(octets, what)
  const { contents } = outer.take(tags.sequence)
  outer.end()
  return derCursor(contents, what)
}

function elementAt(octets: Uint8Array, offset: number, what: string): DerElement {
  const { tag, start, end } = spanAt(octets, offset, what)
  return { tag, contents: octets.subarray(start, end), encoded: octets.subarray(offset, end) }
}

/** Where an element's contents begin and end: for what has too many elements to make an object of each. */
interface DerSpan {
  readonly tag: number
  readonly start: number
  readonly end: number
}

/** The element at `offset`, as strict as a cursor. */
export function spanAt(octets: Uint8Array, offset: number, what: string): DerSpan {
  const tag = octets[offset]
  const first = octets[offset + 1]
  if (tag === undefined || first === undefined) throw derNotConform(what, 'it ends early')
  if ((tag & 0x1f) === 0x1f) throw derNotConform(what, 'a tag has several octets')
  let start = offset + 2
  let length = first
  if (first >= 0x80) {
    const width = first & 0x7f
    // X.690 §10.1: "The definite form of length encoding shall be used, encoded in the minimum number of octets."
    if (width === 0 || width > 4) throw derNotConform(what, 'a length is indefinite or too long')
    length = 0
    for (const octet of octets.subarray(start, start + width)) length = length * 256 + octet
    start += width
    if (length < 0x80 || length < 256 ** (width - 1)) {
      throw derNotConform(what, 'a length is not in its shortest form')
    }
  }
  const end = start + length
  if (end > octets.length) throw derNotConform(what, 'it ends early')
  return { tag, start, end }
}

/** Contents of an INTEGER as they stand: two's complement, a leading 00 kept. */
export function integerContents(element: DerElement, what: string): Uint8Array {
  const [first, second] = element.contents
  const padded =
    (first === 0 && (second ?? 0x80) < 0x80) || (first === 0xff && (second ?? 0) >= 0x80)
  if (first === undefined || padded) {
    throw derNotConform(what, 'an INTEGER is not in its shortest form')
  }
  return element.contents
}

/** A small unsigned INTEGER, at most 2^31 - 1. */
export function smallInteger(element: DerElement, what: string): number {
  const contents = integerContents(element, what)
  if (contents.length > 4 || (contents[0] ?? 0) >= 0x80) {
    throw derNotConform(what, 'an INTEGER is negative or too large')
  }
  return contents.reduce((value, octet) => value * 256 + octet, 0)
}

/** Dotted text of an OBJECT IDENTIFIER. */
export function objectIdentifier(element: DerElement): string {
  return oidText(element.contents)
}

/** The octets of a BIT STRING that has no unused bits. */
export function bitStringOctets(element: DerElement, what: string): Uint8Array {
  if (element.contents[0] !== 0) throw derNotConform(what, 'a BIT STRING is not of whole octets')
  return element.contents.subarray(1)
}

/** The moment that UTCTime or GeneralizedTime names, in milliseconds since the Unix epoch. */
export function timeMs(element: DerElement, what: string): number {
  const text = String.fromCharCode(...element.contents.subarray(0, 16))
  const short = element.tag === tags.utcTime
  // RFC 5280 §4.1.2.5.1: "Where YY is greater than or equal to 50, the year SHALL be interpreted as 19YY".
  const full = short ? `${text < '50' ? '20' : '19'}${text}` : text
  const fields = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full)
  if (fields === null) throw derNotConform(what, 'a time has not the form that certificates use')
  const [, year, month, day, hour, minute, second] = fields
  const instant = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`
  const ms = momentOf(instant)
  // A day that its month lacks is carried over by the parser instead of being refused.
  if (ms !== undefined && instantOf(ms) === instant) return ms
  throw derNotConform(what, 'a time does not exist')
}

/** The error for octets that are not the DER of `what`. */
export function derNotConform(what: string, problem: string): AcmeError {
  return new AcmeError('ACME_DER_NOT_CONFORM', `${what} is not in DER as it should be: ${problem}`)
}
