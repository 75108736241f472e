import { sign } from 'node:crypto'
import { contextTag, der, oid, sequence, tags, unsignedInteger } from '@certwright/acme'
import {
  day,
  extension,
  type Issued,
  name,
  now,
  pointName,
  signatureAlgorithm,
  utcTime,
} from './issued.ts'

export interface CrlOptions {
  readonly by: Issued
  readonly serials?: ReadonlyArray<readonly number[]>
  /** CRLReason of each of them. */
  readonly reason?: number
  readonly thisUpdate?: number
  /** `never`: there is none. */
  readonly nextUpdate?: number | 'never'
  /** Its issuingDistributionPoint: URLs, and the flags that are set, by their tags. */
  readonly scope?: { readonly urls?: readonly string[]; readonly flags?: readonly number[] }
  readonly extensions?: readonly Uint8Array[]
  readonly lineExtensions?: readonly Uint8Array[]
  /** Of its signature, as it says. */
  readonly algorithm?: string
}

/** Signs any CRL, the wrong ones too. */
export function crl({
  by,
  serials = [],
  reason,
  thisUpdate = now - 3_600_000,
  nextUpdate = now + 7 * day,
  scope,
  extensions = [],
  lineExtensions = [],
  algorithm,
}: CrlOptions): Uint8Array {
  const names = algorithm === undefined ? signatureAlgorithm(by.key) : sequence(oid(algorithm))
  const code = reason === undefined ? [] : [extension('2.5.29.21', der(0x0a, [reason]))]
  const onEach = [...code, ...lineExtensions]
  const lines = serials.map((serial) =>
    sequence(
      unsignedInteger(new Uint8Array(serial)),
      utcTime(now - day),
      ...(onEach.length > 0 ? [sequence(...onEach)] : []),
    ),
  )
  const all = [...(scope ? [scopeOf(scope)] : []), ...extensions]
  const tbs = sequence(
    unsignedInteger(new Uint8Array([1])),
    names,
    name(by.subject),
    utcTime(thisUpdate),
    ...(nextUpdate === 'never' ? [] : [utcTime(nextUpdate)]),
    ...(lines.length > 0 ? [sequence(...lines)] : []),
    ...(all.length > 0 ? [der(contextTag(0, 'constructed'), sequence(...all))] : []),
  )
  return sequence(tbs, names, der(tags.bitString, [0], sign('sha256', tbs, by.key)))
}

function scopeOf({ urls, flags = [] }: NonNullable<CrlOptions['scope']>): Uint8Array {
  const fields = [
    ...(urls ? [pointName(urls)] : []),
    ...flags.map((flag) => der(contextTag(flag), [0xff])),
  ]
  return extension('2.5.29.28', sequence(...fields), true)
}
