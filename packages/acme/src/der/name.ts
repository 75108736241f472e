import { derCursor, der, objectIdentifier, oid, sequence, tags } from './der.ts'
import { oids } from './oid.ts'

/** A Name of one common name, or of nothing (RFC 5280 §4.1.2.4). */
export function nameOf(commonName?: string): Uint8Array<ArrayBuffer> {
  if (commonName === undefined) return sequence()
  const value = der(tags.utf8String, new TextEncoder().encode(commonName))
  return sequence(der(tags.set, sequence(oid(oids.commonName), value)))
}

/** The last common name in a Name; `undefined` where it has none, or one in an alphabet long out of use. */
export function commonNameOf(name: Uint8Array): string | undefined {
  const what = 'the name'
  let commonName: string | undefined
  const relativeNames = derCursor(derCursor(name, what).take(tags.sequence).contents, what)
  while (!relativeNames.done()) {
    const attributes = derCursor(relativeNames.take(tags.set).contents, what)
    while (!attributes.done()) {
      const attribute = derCursor(attributes.take(tags.sequence).contents, what)
      const type = objectIdentifier(attribute.take(tags.oid))
      const { tag, contents } = attribute.takeAny()
      const readable = [tags.utf8String, tags.printableString, tags.ia5String].some(
        (t) => t === tag,
      )
      if (type === oids.commonName && readable) commonName = new TextDecoder().decode(contents)
    }
  }
  return commonName
}
