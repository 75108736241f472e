import { describe, expect, it } from 'vitest'
import {
  delegationSigners,
  hasSigned,
  isCheckable,
  isSignedFor,
  keyTag,
  zoneKeys,
} from '../../src/dns/dnssec-key.ts'
import { typeNumbers, type ResourceRecord } from '../../src/dns/resource-record.ts'
import { rootAnchors } from '../../src/dns/trust-anchor.ts'

/** The root's key-signing key of 2017, as every validating resolver carries it. */
const rootKey = Buffer.from(
  'AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3+/4RgWOq7HrxRixHlFlExOLAJr5emLvN7SWX' +
    'gnLh4+B5xQlNVz8Og8kvArMtNROxVQuCaSnIDdD5LKyWbRd2n9WGe2R8PzgCmr3EgVLrjyBxWezF0jLHwVN8efS3rCj/' +
    'EWgvIWgb9tarpVUDK/b58Da+sqqls3eNbuv7pr+eoZG+SrDK6nWeL3c6H5Apxz7LjVc1uTIdsIXxuOLYA4/ilBmSVIzu' +
    'DWfdRUfhHdY6+cn8HFRm+2hM8AnXGXws9555KrUB5qihylGa8subX2Nn6UwNR1AkUTV74bU=',
  'base64',
)

const record = (data: Buffer, type: keyof typeof typeNumbers = 'DNSKEY'): ResourceRecord => ({
  name: '',
  owner: Buffer.of(0),
  type: typeNumbers[type],
  class: 1,
  ttl: 60,
  data,
})

const dnskey = (flags: number, algorithm: number, key: Buffer, protocol = 3): ResourceRecord =>
  record(Buffer.concat([Buffer.of(flags >> 8, flags & 0xff, protocol, algorithm), key]))

describe('a key', () => {
  it('of the root is the one that the trust anchor names', () => {
    const [key] = zoneKeys([dnskey(257, 8, rootKey)])
    expect(key?.tag).toBe(20326)
    expect(rootAnchors.map((anchor) => key && isSignedFor(key, anchor))).toEqual([true, false])
  })

  it.each([
    ['is of no zone', dnskey(1, 8, rootKey)],
    ['is revoked', dnskey(257 | 0x80, 8, rootKey)],
    ['has another protocol', dnskey(257, 8, rootKey, 2)],
    ['is cut short', record(Buffer.of(1, 1, 3, 8))],
  ])('signs nothing where it %s', (_, one) => {
    expect(zoneKeys([one])).toEqual([])
  })

  it('that cannot be read has signed nothing', () => {
    for (const algorithm of [5, 8, 13, 14, 15, 16]) {
      const [key] = zoneKeys([dnskey(256, algorithm, Buffer.of(0, 1))])
      expect(key && hasSigned(key, Buffer.of(1), Buffer.of(2))).toBe(false)
    }
  })

  it('has the tag that RFC 4034 §5.4 shows', () => {
    const key =
      'AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmAph' +
      'XdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw=='
    const data = dnskey(256, 5, Buffer.from(key, 'base64')).data
    expect(keyTag(data)).toBe(60485)
  })
})

describe('a DS record', () => {
  it('is left out where it is cut short', () => {
    expect(delegationSigners([record(Buffer.of(0, 1, 8), 'DS')])).toEqual([])
  })

  it('is checked only where its algorithm and digest are known', () => {
    const [anchor] = rootAnchors
    expect(anchor && isCheckable(anchor)).toBe(true)
    expect(anchor && isCheckable({ ...anchor, algorithm: 5 })).toBe(false)
    expect(anchor && isCheckable({ ...anchor, digestType: 3 })).toBe(false)
  })
})
