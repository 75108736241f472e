import { contextTag, derCursor, type DerCursor, sequenceCursor, tags } from './der.ts'

/** A place where a CA publishes what it has revoked: the URLs that lead to the same list. */
export interface DistributionPoint {
  readonly urls: readonly string[]
}

const nameTag = contextTag(0, 'constructed')
const fullNameTag = contextTag(0, 'constructed')
const reasonsTag = contextTag(1)
const crlIssuerTag = contextTag(2, 'constructed')
const uriTag = contextTag(6)

/**
 * The places that a certificate names (RFC 5280 §4.2.1.13), given the value of its extension. Only those are given
 * whose list is the issuer's own and has all reasons. Anything malformed is `ACME_DER_NOT_CONFORM`.
 */
export function distributionPoints(extension: Uint8Array): readonly DistributionPoint[] {
  const what = 'the CRL distribution points'
  const found: DistributionPoint[] = []
  const points = sequenceCursor(extension, what)
  while (!points.done()) {
    const fields = derCursor(points.take(tags.sequence).contents, what)
    const urls = pointName(fields, what)
    const isPartial = fields.takeOptional(reasonsTag) !== undefined
    const isOfAnother = fields.takeOptional(crlIssuerTag) !== undefined
    fields.end()
    if (urls && urls.length > 0 && !isPartial && !isOfAnother) found.push({ urls })
  }
  return found
}

/**
 * The URLs of a DistributionPointName where there is one: none where it is said otherwise than by URLs (RFC 5280
 * §4.2.1.13).
 */
export function pointName(fields: DerCursor, what: string): readonly string[] | undefined {
  const name = fields.takeOptional(nameTag)
  if (name === undefined) return undefined
  const choice = derCursor(name.contents, what)
  const fullName = choice.takeOptional(fullNameTag)
  if (fullName === undefined) return []
  choice.end()
  const urls: string[] = []
  const names = derCursor(fullName.contents, what)
  while (!names.done()) {
    const { tag, contents } = names.takeAny()
    if (tag === uriTag) urls.push(new TextDecoder('latin1').decode(contents))
  }
  return urls
}
