import * as fc from 'fast-check'

/** One change to an input. The numbers are taken modulo what is there. */
interface Edit {
  readonly kind: number
  readonly at: number
  readonly length: number
  readonly value: number
}

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.nat(8),
  at: fc.nat(0xffff),
  length: fc.nat(32),
  value: fc.nat(255),
})

/** Bytes that parsers stumble over: ends of ranges, lengths, separators. */
const telling = [0, 1, 0x7f, 0x80, 0xff, 0x30, 0x81, 0x82, 0xc0, 0x22, 0x5c, 0x2e, 0x3b, 0x2c, 0x0a]

/** An input of the corpus with a few bytes changed, added, repeated, swapped or cut off. */
export function mutated(corpus: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.nat(corpus.length - 1), fc.nat(corpus.length - 1), fc.array(edit, { maxLength: 5 }))
    .map(([first, second, edits]) => {
      const other = corpus[second] ?? new Uint8Array()
      return edits.reduce((bytes, one) => edited(bytes, one, other), corpus[first] ?? other)
    })
}

function edited(bytes: Uint8Array, edit: Edit, other: Uint8Array): Uint8Array {
  const { kind, length, value } = edit
  const at = bytes.length === 0 ? 0 : edit.at % bytes.length
  const end = Math.min(at + length, bytes.length)
  const parts = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts)
  const [before, within, after] = [
    bytes.subarray(0, at),
    bytes.subarray(at, end),
    bytes.subarray(end),
  ]
  switch (kind) {
    case 0:
      return changed(bytes, at, (octet) => octet ^ (1 << (value % 8)))
    case 1:
      return changed(bytes, at, () => value)
    case 2:
      return changed(bytes, at, () => telling[value % telling.length] ?? 0)
    case 3:
      return parts(before, after)
    case 4:
      return parts(before, new Uint8Array(length).fill(value), bytes.subarray(at))
    case 5:
      return parts(before, within, within, within, after)
    case 6:
      return before
    case 7:
      return parts(before, other.subarray(other.length === 0 ? 0 : edit.at % other.length))
    default:
      return parts(before, within.toReversed(), after)
  }
}

function changed(bytes: Uint8Array, at: number, change: (octet: number) => number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  if (copy.length > 0) copy[at] = change(copy[at] ?? 0)
  return copy
}

const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, '', [], {}, -1, 1e308, [null], [[]], { type: null }),
  fc.constantFrom('\0', '\u202e', 'https://', 'data:,', '..', '%', '"', '\ud800', 'x'.repeat(5000)),
  fc.jsonValue({ maxDepth: 2 }),
)

/** A JSON document of the corpus in which one value, at any depth, is odd, gone or there twice. */
export function mutatedJson(corpus: readonly unknown[]): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.constantFrom(...corpus), fc.nat(0xffff), fc.nat(3), oddValue)
    .map(([document, at, kind, odd]) => {
      const places = placesIn(document)
      const changed = withChange(document, places[at % places.length] ?? [], kind, odd)
      return Buffer.from(JSON.stringify(changed) ?? 'null')
    })
}

type Path = readonly (string | number)[]

function placesIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const below = Object.entries(value).flatMap(([key, member]) => placesIn(member, [...path, key]))
  return [path, ...below]
}

function withChange(value: unknown, [key, ...rest]: Path, kind: number, odd: unknown): unknown {
  if (key === undefined) return kind === 1 ? undefined : kind === 2 ? [value, value] : odd
  if (Array.isArray(value)) {
    return value.map((member: unknown, at) =>
      String(at) === String(key) ? withChange(member, rest, kind, odd) : member,
    )
  }
  const members = value as Readonly<Record<string, unknown>>
  return { ...members, [key]: withChange(members[key], rest, kind, odd) }
}
