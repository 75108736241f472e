import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import {
  bitStringOctets,
  contextTag,
  der,
  derCursor,
  integerContents,
  objectIdentifier,
  oid,
  sequence,
  sequenceCursor,
  smallInteger,
  tags,
  time,
  timeMs,
  unsignedInteger,
  withoutLeadingZeros,
} from '../../src/der/der.ts'
import { oidText } from '../../src/der/oid.ts'
import { AcmeError } from '../../src/error.ts'
import { failure } from '../failure.ts'

const octets = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex')
const notConform = failure('ACME_DER_NOT_CONFORM')
/** The error for octets of the test that are wrong in this way. */
const wrong = (problem: string): unknown =>
  failure('ACME_DER_NOT_CONFORM', { message: `the test is not in DER as it should be: ${problem}` })
const only = (encoded: Uint8Array) => derCursor(encoded, 'the test').takeAny()

describe('the DER reader', () => {
  it.each([
    ['nothing', '', 'tag 0x30 was expected at octet 0'],
    ['a tag alone', '30', 'it ends early'],
    ['contents cut off', '3003020100'.slice(0, 8), 'it ends early'],
    ['an indefinite length', '30800000', 'a length is indefinite or too long'],
    ['a length of five octets', '30850000000001ff', 'a length is indefinite or too long'],
    ['a length that could be short', '30810100', 'a length is not in its shortest form'],
    [
      'a length with a leading zero',
      `30820080${'00'.repeat(128)}`,
      'a length is not in its shortest form',
    ],
    ['a length beyond the end', '3084ffffffff00', 'it ends early'],
    ['another type', '0400', 'tag 0x30 was expected at octet 0'],
    ['octets behind the end', '300000', 'octets are left over at 2'],
  ])('refuses %s', (_name, text, problem) => {
    expect(() => sequenceCursor(octets(text), 'the test')).toThrow(wrong(problem))
  })

  it('refuses a tag of several octets', () => {
    expect(() => only(octets('3f8100'))).toThrow(wrong('a tag has several octets'))
  })

  it('reads elements one by one and leaves an optional one that is not there', () => {
    const cursor = sequenceCursor(sequence(oid('1.2.3'), der(tags.null)), 'the test')
    expect(cursor.takeOptional(tags.integer)).toBeUndefined()
    expect(objectIdentifier(cursor.take(tags.oid))).toBe('1.2.3')
    expect(() => cursor.end()).toThrow(notConform)
    expect(() => cursor.take(tags.integer)).toThrow(notConform)
    expect(hex(cursor.take(tags.null).encoded)).toBe('0500')
    expect(cursor.done()).toBe(true)
    expect(() => cursor.end()).not.toThrow()
    expect(() => cursor.takeAny()).toThrow(notConform)
  })

  it('reads back what the writer writes, whatever the length', () => {
    for (const length of [0, 1, 127, 128, 255, 256, 65_535, 65_536]) {
      const encoded = der(contextTag(3), new Uint8Array(length).fill(7))
      const element = only(encoded)
      expect([element.tag, element.contents.length, element.encoded.length]).toEqual([
        0x83,
        length,
        encoded.length,
      ])
    }
  })

  it('gives whole elements or a typed error for any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => {
        const cursor = derCursor(noise, 'noise')
        const read: number[] = []
        try {
          while (!cursor.done()) read.push(...cursor.takeAny().encoded)
          expect(read).toEqual([...noise])
        } catch (error) {
          expect(error).toBeInstanceOf(AcmeError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('an INTEGER', () => {
  it.each([
    ['', '020100'],
    ['00', '020100'],
    ['01', '020101'],
    ['7f', '02017f'],
    ['80', '02020080'],
    ['000080', '02020080'],
    ['0087654321', '02050087654321'],
  ])('of the magnitude %j is %s', (magnitude, encoded) => {
    expect(hex(unsignedInteger(octets(magnitude)))).toBe(encoded)
  })

  it.each(['0200', '02020001', '0202ff80'])(
    'refuses %s, which is not the shortest form',
    (text) => {
      expect(() => integerContents(only(octets(text)), 'the test')).toThrow(
        wrong('an INTEGER is not in its shortest form'),
      )
    },
  )

  it('of zero has no digits', () => {
    expect(withoutLeadingZeros(octets('0000'))).toHaveLength(0)
    expect(hex(withoutLeadingZeros(octets('000100')))).toBe('0100')
  })

  it('keeps a leading 00 that the sign needs', () => {
    expect(hex(integerContents(only(octets('02050087654321')), 'the test'))).toBe('0087654321')
  })

  it('is refused as small where it is negative or large', () => {
    expect(smallInteger(only(octets('02047fffffff')), 'the test')).toBe(2 ** 31 - 1)
    expect(smallInteger(only(octets('020400ffffff')), 'the test')).toBe(2 ** 24 - 1)
    for (const text of ['0201ff', '020180', '02050080000000', '020480000000']) {
      expect(() => smallInteger(only(octets(text)), 'the test')).toThrow(
        wrong('an INTEGER is negative or too large'),
      )
    }
  })
})

describe('an OBJECT IDENTIFIER', () => {
  it.each([
    ['1.3.6.1.5.5.7.1.31', '06082b0601050507011f'],
    ['2.16.840.1.101.3.4.1.42', '060960864801650304012a'],
    ['2.5.4.3', '0603550403'],
    ['1.2.840.113549.1.1.11', '06092a864886f70d01010b'],
    ['0.39', '060127'],
    ['2.999.1', '0603883701'],
  ])('%s is %s', (text, encoded) => {
    expect(hex(oid(text))).toBe(encoded)
    expect(objectIdentifier(only(octets(encoded)))).toBe(text)
  })

  it('longer than a number holds is read whole', () => {
    const uuid = octets(`69${'ff'.repeat(18)}7f`)
    expect(oidText(uuid)).toBe(`2.25.${2n ** 133n - 1n}`)
  })

  it.each(['', '80', '8001', '2a8001', '2a86', `${'81'.repeat(128)}01`])(
    'refuses contents of %j',
    (text) => {
      expect(() => oidText(octets(text))).toThrow(
        failure('ACME_DER_NOT_CONFORM', { message: 'an object identifier is not in DER' }),
      )
    },
  )

  it('of 128 octets is read, and no longer one', () => {
    expect(oidText(octets(`${'81'.repeat(127)}01`))).toMatch(/^2\.\d{200,}$/)
  })
})

describe('a time', () => {
  it.each([
    ['1950-01-01T00:00:00Z', '170d3530303130313030303030305a'],
    ['2026-11-24T03:24:48.999Z', '170d3236313132343033323434385a'],
    ['2049-12-31T23:59:59Z', '170d3439313233313233353935395a'],
    ['2050-01-01T00:00:00Z', '180f32303530303130313030303030305a'],
    ['1949-12-31T23:59:59Z', '180f31393439313233313233353935395a'],
  ])('%s is written %s and read back', (text, encoded) => {
    const ms = Date.parse(text)
    expect(hex(time(ms))).toBe(encoded)
    expect(timeMs(only(octets(encoded)), 'the test')).toBe(ms - (ms % 1000))
  })

  it('in year 1 is read as year 1', () => {
    const element = only(der(tags.generalizedTime, Buffer.from('00010101000000Z')))
    expect(timeMs(element, 'the test')).toBe(Date.parse('0001-01-01T00:00:00Z'))
  })

  it.each(['20260230000000Z', '20261324000000Z', '20260101240000Z', '20260101000060Z'])(
    'refuses %j, which does not exist',
    (text) => {
      const element = only(der(tags.generalizedTime, Buffer.from(text)))
      expect(() => timeMs(element, 'the test')).toThrow(wrong('a time does not exist'))
    },
  )

  it.each([
    '20260101000000',
    '202601010000Z',
    '20260101000000.5Z',
    '20260101000000+0100',
    'x20260101000000Z',
    '20260101000000Zx',
    '',
  ])('refuses %j', (text) => {
    const element = only(der(tags.generalizedTime, Buffer.from(text)))
    expect(() => timeMs(element, 'the test')).toThrow(
      wrong('a time has not the form that certificates use'),
    )
  })

  it('of two digits is of this century before 50', () => {
    const year = (text: string): number =>
      new Date(timeMs(only(der(tags.utcTime, Buffer.from(text))), 'the test')).getUTCFullYear()
    expect(['490101000000Z', '500101000000Z', '000101000000Z'].map(year)).toEqual([
      2049, 1950, 2000,
    ])
  })

  it('outside of four-digit years is the caller’s mistake', () => {
    for (const text of ['+010000-01-01T00:00:00Z', '-000001-01-01T00:00:00Z']) {
      expect(() => time(Date.parse(text))).toThrow(
        new TypeError('a certificate names years 0000 to 9999 only'),
      )
    }
  })
})

describe('a BIT STRING', () => {
  it('is refused with unused bits or without their count', () => {
    expect(hex(bitStringOctets(only(octets('03020080')), 'the test'))).toBe('80')
    for (const text of ['03020780', '0300']) {
      expect(() => bitStringOctets(only(octets(text)), 'the test')).toThrow(
        wrong('a BIT STRING is not of whole octets'),
      )
    }
  })
})
