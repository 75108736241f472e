import {
  bitStringOctets,
  contextTag,
  derCursor,
  type DerCursor,
  derNotConform,
  integerContents,
  objectIdentifier,
  sequenceCursor,
  smallInteger,
  spanAt,
  tags,
  timeMs,
} from './der.ts'
import { pointName } from './distribution-point.ts'
import { extensionsFrom } from './extension.ts'
import { oids } from './oid.ts'

/** What a CRL says of itself (RFC 5280 §5.1). Nothing is verified: no signature, no date, no name. */
export interface RevocationListContents {
  /** DER of the whole Name, to be compared octet by octet. */
  readonly issuer: Uint8Array
  /** When it was made, in milliseconds since the Unix epoch. */
  readonly thisUpdate: number
  /** When the next one is there at the latest. RFC 5280 §5.1.2.5 demands it; not every CA has read that. */
  readonly nextUpdate?: number
  /** Which part of what the issuer revokes it has; absent where it has all. */
  readonly issuingDistributionPoint?: IssuingDistributionPoint
  /** Whether it has only what has changed since another one. */
  readonly isDelta: boolean
  /** Dotted identifiers of critical extensions that are not understood here: then it decides nothing. */
  readonly unknownCritical: readonly string[]
  /** Contents of the SEQUENCE of what is revoked, for `revokedAmong` to search. Absent where nothing is. */
  readonly revokedCertificates?: Uint8Array
  /** The octets that are signed, the algorithm's object identifier, and the signature. */
  readonly tbsCertList: Uint8Array
  readonly signatureAlgorithm: string
  readonly signature: Uint8Array
}

/** RFC 5280 §5.2.5. */
export interface IssuingDistributionPoint {
  /** Where it is published; absent where it names no place. */
  readonly urls?: readonly string[]
  readonly onlyUserCerts: boolean
  readonly onlyCaCerts: boolean
  /** Whether it has some reasons only. */
  readonly onlySomeReasons: boolean
  /** Whether it has certificates of other issuers too. */
  readonly isIndirect: boolean
  readonly onlyAttributeCerts: boolean
}

/** One line of a CRL (RFC 5280 §5.1.2.6). */
export interface RevokedEntry {
  /** Contents octets of the INTEGER as they stand. */
  readonly serial: Uint8Array
  readonly revokedAt: number
  /** CRLReason, RFC 5280 §5.3.1; 0 where none is given. */
  readonly reason: number
}

const what = 'the CRL'

const understood: ReadonlySet<string> = new Set([
  oids.crlNumber,
  oids.authorityKeyIdentifier,
  oids.issuingDistributionPoint,
  oids.deltaCrlIndicator,
])

/**
 * Reads one CRL from DER, and nothing after it; what it lists is left for `revokedAmong`. Anything malformed is
 * `ACME_DER_NOT_CONFORM`. The octets share the input's memory.
 */
export function readRevocationList(list: Uint8Array): RevocationListContents {
  const outer = sequenceCursor(list, what)
  const tbs = outer.take(tags.sequence)
  const algorithm = outer.take(tags.sequence)
  const signature = bitStringOctets(outer.take(tags.bitString), what)
  outer.end()
  const fields = derCursor(tbs.contents, what)
  const version = fields.takeOptional(tags.integer)
  if (version !== undefined && smallInteger(version, what) !== 1) {
    throw derNotConform(what, 'its version is unknown')
  }
  // RFC 5280 §5.1.2.2: it "MUST contain the same algorithm identifier as the signatureAlgorithm field".
  if (!sameOctets(fields.take(tags.sequence).encoded, algorithm.encoded)) {
    throw derNotConform(what, 'it names two algorithms')
  }
  const issuer = fields.take(tags.sequence).encoded
  const thisUpdate = takeTime(fields)
  if (thisUpdate === undefined) throw derNotConform(what, 'it has no date')
  const nextUpdate = takeTime(fields)
  const revoked = fields.takeOptional(tags.sequence)
  const extensions = fields.takeOptional(contextTag(0, 'constructed'))
  fields.end()
  return {
    issuer,
    thisUpdate,
    ...(nextUpdate !== undefined && { nextUpdate }),
    ...extensionFacts(extensions?.contents),
    ...(revoked && { revokedCertificates: revoked.contents }),
    tbsCertList: tbs.encoded,
    signatureAlgorithm: objectIdentifier(derCursor(algorithm.contents, what).take(tags.oid)),
    signature,
  }
}

function takeTime(fields: DerCursor): number | undefined {
  const element = fields.takeOptional(tags.utcTime) ?? fields.takeOptional(tags.generalizedTime)
  return element && timeMs(element, what)
}

type ExtensionFacts = Pick<
  RevocationListContents,
  'issuingDistributionPoint' | 'isDelta' | 'unknownCritical'
>

function extensionFacts(octets: Uint8Array | undefined): ExtensionFacts {
  const extensions = octets === undefined ? [] : extensionsFrom(octets, what)
  if (new Set(extensions.map(({ id }) => id)).size < extensions.length) {
    throw derNotConform(what, 'an extension occurs twice')
  }
  const point = extensions.find(({ id }) => id === oids.issuingDistributionPoint)
  return {
    isDelta: extensions.some(({ id }) => id === oids.deltaCrlIndicator),
    unknownCritical: extensions
      .filter(({ id, critical }) => critical && !understood.has(id))
      .map(({ id }) => id),
    ...(point && { issuingDistributionPoint: issuingPoint(point.value) }),
  }
}

function issuingPoint(value: Uint8Array): IssuingDistributionPoint {
  const fields = sequenceCursor(value, what)
  const urls = pointName(fields, what)
  const isSet = (number: number): boolean =>
    (fields.takeOptional(contextTag(number))?.contents[0] ?? 0) !== 0
  const point = {
    ...(urls && { urls }),
    onlyUserCerts: isSet(1),
    onlyCaCerts: isSet(2),
    onlySomeReasons: fields.takeOptional(contextTag(3)) !== undefined,
    isIndirect: isSet(4),
    onlyAttributeCerts: isSet(5),
  }
  fields.end()
  return point
}

/** What was found in a CRL, and what there is not understood. */
export interface RevokedAmong {
  readonly entries: readonly RevokedEntry[]
  /** Whether a line has a critical extension that is not understood here: then the whole CRL decides nothing. */
  readonly hasUnknownCritical: boolean
}

/**
 * Those of these certificates that a CRL lists, by their serials as `readCertificate` gives them. One pass over the
 * list, every line of which is looked at, and none of which is copied. Malformed lines are `ACME_DER_NOT_CONFORM`.
 */
export function revokedAmong(
  {
    revokedCertificates: octets = new Uint8Array(),
  }: Pick<RevocationListContents, 'revokedCertificates'>,
  serials: Iterable<Uint8Array>,
): RevokedAmong {
  const wanted = byLastOctets(serials)
  const entries: RevokedEntry[] = []
  let hasUnknownCritical = false
  for (let offset = 0; offset < octets.length;) {
    const line = spanAt(octets, offset, what)
    const serial = spanAt(octets, line.start, what)
    const date = spanAt(octets, serial.end, what)
    if (line.tag !== tags.sequence || serial.tag !== tags.integer || date.end > line.end) {
      throw derNotConform(what, `a line is none at octet ${offset}`)
    }
    const candidates = wanted.get(lastOctets(octets, serial.start, serial.end))
    const number = candidates && octets.subarray(serial.start, serial.end)
    const isWanted = candidates?.some((one) => number && sameOctets(one, number)) ?? false
    let reason = 0
    if (date.end < line.end) {
      const read = lineExtensions(octets.subarray(date.end, line.end), isWanted)
      reason = read.reason
      hasUnknownCritical ||= read.hasUnknownCritical
    }
    if (isWanted && number) {
      const revokedAt = takeTime(derCursor(octets.subarray(serial.end, date.end), what))
      if (revokedAt === undefined) throw derNotConform(what, 'a line has no date')
      entries.push({ serial: number, revokedAt, reason })
    }
    offset = line.end
  }
  return { entries, hasUnknownCritical }
}

/** By their last four octets, which are as good as random: a line is seldom looked at twice. */
function byLastOctets(serials: Iterable<Uint8Array>): ReadonlyMap<number, readonly Uint8Array[]> {
  const wanted = new Map<number, Uint8Array[]>()
  for (const serial of serials) {
    const key = lastOctets(serial, 0, serial.length)
    wanted.set(key, [...(wanted.get(key) ?? []), serial])
  }
  return wanted
}

function lastOctets(octets: Uint8Array, start: number, end: number): number {
  let key = 0
  for (let at = Math.max(start, end - 4); at < end; at += 1) key = key * 256 + (octets[at] ?? 0)
  return key
}

const understoodInLines: ReadonlySet<string> = new Set([oids.reasonCode, oids.invalidityDate])

/** What nearly every line of a large CRL has: a reason alone, in the twelve octets that DER leaves it. */
const reasonAlone = [0x30, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x55, 0x1d, 0x15, 0x04, 0x03, 0x0a, 0x01]

function lineExtensions(
  octets: Uint8Array,
  isWanted: boolean,
): { readonly reason: number; readonly hasUnknownCritical: boolean } {
  const isUsual = octets.length === 14 && reasonAlone.every((octet, at) => octets[at] === octet)
  if (isUsual) return { reason: octets[13] ?? 0, hasUnknownCritical: false }
  const extensions = extensionsFrom(octets, what)
  const unknown = extensions.some(({ id, critical }) => critical && !understoodInLines.has(id))
  const code = extensions.find(({ id }) => id === oids.reasonCode)
  const reason = isWanted && code ? reasonFrom(code.value) : 0
  return { reason, hasUnknownCritical: unknown }
}

function reasonFrom(value: Uint8Array): number {
  const cursor = derCursor(value, what)
  const contents = integerContents(cursor.take(tags.enumerated), what)
  cursor.end()
  return contents[0] ?? 0
}

function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, at) => octet === b[at])
}
