import { base64urlDecode, base64urlEncode } from '@certwright/acme'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

describe('base64url', () => {
  it.each(['=', 'AA=', 'AAA=', 'AA==', '+AAA', '/AAA', 'AA A', 'AAA\n', 'ä', 'A', 'AAAAA'])(
    'is not %j',
    (text) => {
      expect(() => base64urlDecode(text)).toThrow(new TypeError('not base64url without padding'))
    },
  )

  it.each(['AB', 'AAB', 'AP', 'A_', '-_-'])('does not end in bits that say nothing: %j', (text) => {
    expect(() => base64urlDecode(text)).toThrow(
      new TypeError('base64url with stray bits at its end'),
    )
  })

  it('is what Node writes and reads, for any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (octets) => {
        const text = base64urlEncode(octets)
        expect(text).toBe(Buffer.from(octets).toString('base64url'))
        expect(base64urlDecode(text)).toEqual(octets)
      }),
    )
  })

  it('has text in UTF-8, as Node has it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
        expect(base64urlEncode(text)).toBe(Buffer.from(text).toString('base64url'))
      }),
    )
    for (const text of ['', '?>', '??>', '\0\x7F', '\x80', 'ÿ', 'ä€']) {
      expect(base64urlEncode(text)).toBe(Buffer.from(text).toString('base64url'))
    }
  })
})
