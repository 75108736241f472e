import { isIP } from 'node:net'
import { describe, expect, it } from 'vitest'
import { ipAddressOctets, ipAddressText } from '../src/ip-address.ts'

describe('an IP address', () => {
  it.each(['1.2.3.4::1', '::1.2.3.4:5', '1.2.3.4::', '1:2:3:4:5:6:7:8::', '1::2::3', '::1::'])(
    'is not %j',
    (text) => {
      expect(isIP(text)).toBe(0)
      expect(ipAddressOctets(text)).toBeUndefined()
    },
  )

  it.each([0, 3, 5, 15, 17])('has not %i octets', (length) => {
    expect(() => ipAddressText(new Uint8Array(length))).toThrow(
      new TypeError('an IP address has 4 or 16 octets'),
    )
  })
})
