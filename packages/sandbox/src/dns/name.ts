/** A name as zones keep it: lower case, without the final dot. The root is the empty string. */
export function plainName(name: string): string {
  const lower = name.toLowerCase()
  return lower.endsWith('.') ? lower.slice(0, -1) : lower
}

/** The name one label up; `undefined` above the root. */
export function parentOf(name: string): string | undefined {
  if (name === '') return undefined
  const dot = name.indexOf('.')
  return dot === -1 ? '' : name.slice(dot + 1)
}

/** Whether a plain name is the ancestor itself or lies below it. */
export function isWithin(name: string, ancestor: string): boolean {
  return ancestor === '' || name === ancestor || name.endsWith(`.${ancestor}`)
}

/** RFC 1035 §3.1: length-prefixed labels, uncompressed. Throws a `TypeError` where a label does not fit. */
export function encodeName(name: string): Buffer {
  const parts: Buffer[] = []
  for (const label of name.split('.').filter((label) => label !== '')) {
    const bytes = Buffer.from(label, 'latin1')
    if (bytes.length > 63) throw new TypeError('a DNS label is longer than 63 bytes')
    parts.push(Buffer.of(bytes.length), bytes)
  }
  const whole = Buffer.concat([...parts, Buffer.of(0)])
  if (whole.length > 255) throw new TypeError('a DNS name is longer than 255 bytes')
  return whole
}

/** A message that cannot be read: the reply is FORMERR. */
export class FormatError extends Error {
  override readonly name = 'FormatError'
}

/** Reads a name at an offset and follows its compression pointers, which may only point back. */
export function readName(bytes: Buffer, offset: number): { name: string; end: number } {
  const labels: string[] = []
  let end: number | undefined
  let at = offset
  let limit = offset
  let size = 1
  for (;;) {
    const length = byteAt(bytes, at)
    if (length === 0) return { name: labels.join('.'), end: end ?? at + 1 }
    if (length >= 0xc0) {
      const target = ((length & 0x3f) << 8) | byteAt(bytes, at + 1)
      if (target >= limit) throw new FormatError('a compression pointer does not point back')
      end ??= at + 2
      limit = target
      at = target
      continue
    }
    if (length > 63 || at + 1 + length > bytes.length) throw new FormatError('a label is cut short')
    size += length + 1
    if (size > 255) throw new FormatError('a name is longer than 255 bytes')
    labels.push(labelAt(bytes, at + 1, length))
    at += length + 1
  }
}

function labelAt(bytes: Buffer, start: number, length: number): string {
  const label = bytes.toString('latin1', start, start + length)
  // A dot inside a label is legal, yet no text form of ours could tell it from a separator.
  if (label.includes('.')) throw new FormatError('a label contains a dot')
  return label
}

function byteAt(bytes: Buffer, offset: number): number {
  const byte = bytes[offset]
  if (byte === undefined) throw new FormatError('the message ends inside a name')
  return byte
}
