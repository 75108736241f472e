/** A name as we compare and print it: lower case, without a final dot. The root is the empty text. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '')
}

/** Whether `name` is `zone` or lies under it. Both plain. */
export function isWithin(name: string, zone: string): boolean {
  return name === zone || zone === '' || name.endsWith(`.${zone}`)
}

/** The name itself, then each name above it, without the root. */
export function ancestors(name: string): readonly string[] {
  const labels = plainName(name).split('.')
  return labels.map((_, i) => labels.slice(i).join('.')).filter((ancestor) => ancestor !== '')
}

/** RFC 1035 §2.3.4: "labels 63 octets or less, names 255 octets or less", the latter with a length for each label. */
export function isDomainName(name: string): boolean {
  const plain = plainName(name)
  const lengths = plain.split('.').map((label) => Buffer.byteLength(label))
  return plain === '' || (lengths.every((l) => l > 0 && l <= 63) && Buffer.byteLength(plain) <= 253)
}

/** A name on the wire: labels, each after its length, uncompressed, in lower case (RFC 1035 §3.1, RFC 4034 §6.2). */
export function encodeName(name: string): Buffer {
  if (!isDomainName(name)) throw new TypeError(`not a domain name: ${JSON.stringify(name)}`)
  const labels = plainName(name).split('.').filter(Boolean)
  return Buffer.concat([
    ...labels.map((label) =>
      Buffer.concat([Buffer.of(Buffer.byteLength(label)), Buffer.from(label)]),
    ),
    Buffer.of(0),
  ])
}
