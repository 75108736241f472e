import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contextTag, der, sequence, tags } from '../../src/der/der.ts'
import { distributionPoints } from '../../src/der/distribution-point.ts'
import { nameOf } from '../../src/der/name.ts'
import { readRevocationList, revokedAmong } from '../../src/der/revocation-list.ts'
import { failure, matching } from '../failure.ts'
import { begin, crl, extension, pointName, reasonExtension, type CrlParts } from './crl.ts'
import { CertificateRevocationList } from './pkijs.ts'

const hour = 3_600_000
const notConform = failure('ACME_DER_NOT_CONFORM')
const crlIsNot = (problem: string): unknown =>
  failure('ACME_DER_NOT_CONFORM', {
    message: `the CRL is not in DER as it should be: ${problem}`,
  })
const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')
const serial = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))
const yes = [0xff]
/** The value of an extension that is not looked into. */
const anything = der(tags.null)
const dateText = (text: string): Uint8Array => der(tags.utcTime, new TextEncoder().encode(text))
const date = dateText('261124000000Z')
const datedLine = (text: string): Uint8Array => sequence(der(tags.integer, [1]), dateText(text))

/** Sixteen octets, the first below 0x80, that a number makes. */
function serialOf(number: number): Uint8Array {
  const octets = new Uint8Array(16).fill(0x5a)
  new DataView(octets.buffer).setUint32(8, number)
  new DataView(octets.buffer).setUint32(12, Math.imul(number, 0x9e3779b1))
  return octets
}

function foundIn(parts: CrlParts, ...serials: readonly Uint8Array[]) {
  return revokedAmong(readRevocationList(crl(parts)), serials)
}

describe('readRevocationList', () => {
  const whole = crl({ lines: [{ serial: serial('0badcafe'), reason: 1 }] })
  it.each([
    ['nothing', new Uint8Array()],
    ['an empty sequence', sequence()],
    ['a list cut off', whole.subarray(0, 60)],
    ['octets behind it', new Uint8Array([...whole, 0])],
    ['something behind its signature', crl({ afterSignature: anything })],
    ['something behind its extensions', crl({ more: anything })],
    [
      'a distribution point that is none',
      crl({ extensions: [extension('2.5.29.28', anything, true)] }),
    ],
    [
      'a distribution point with something behind it',
      crl({ extensions: [extension('2.5.29.28', sequence(anything), true)] }),
    ],
  ])('refuses %s', (_name, list) => {
    expect(() => readRevocationList(list)).toThrow(notConform)
  })

  const number = extension('2.5.29.20', anything)
  it.each([
    ['it names two algorithms', crl({ outerAlgorithm: '1.2.840.10045.4.3.3' })],
    ['its version is unknown', crl({ version: 2 })],
    ['it has no date', crl({ thisUpdate: 'never', nextUpdate: 'never' })],
    ['an extension occurs twice', crl({ extensions: [number, number] })],
  ])('says so when %s', (problem, list) => {
    expect(() => readRevocationList(list)).toThrow(crlIsNot(problem))
  })

  it('reads one of the first version', () => {
    expect(readRevocationList(crl({ version: 'none' })).thisUpdate).toBe(begin)
  })

  it('says who made it, when, until when, and what is signed', () => {
    const list = readRevocationList(whole)
    expect(hex(list.issuer)).toBe(hex(nameOf('Issuer')))
    expect([list.thisUpdate, list.nextUpdate]).toStrictEqual([begin, begin + 24 * hour])
    expect([list.isDelta, list.unknownCritical]).toStrictEqual([false, []])
    expect(list.signatureAlgorithm).toBe('1.2.840.10045.4.3.2')
    expect(hex(list.signature)).toBe('010203')
    expect(Buffer.from(whole).includes(Buffer.from(list.tbsCertList))).toBe(true)
    expect(list.tbsCertList.buffer).toBe(whole.buffer)
  })

  it('has no end and no lines where there are none', () => {
    const list = readRevocationList(crl({ nextUpdate: 'never' }))
    expect(list).not.toHaveProperty('nextUpdate')
    expect(list).not.toHaveProperty('revokedCertificates')
    expect(revokedAmong(list, [serial('01')])).toStrictEqual({
      entries: [],
      hasUnknownCritical: false,
    })
  })

  it('names critical extensions that are not understood, and passes over others', () => {
    const [critical, other] = [extension('1.2.3.4', anything, true), extension('1.2.3.5', anything)]
    const list = readRevocationList(crl({ extensions: [critical, other] }))
    expect([list.isDelta, list.unknownCritical]).toStrictEqual([false, ['1.2.3.4']])
  })

  it('tells a delta CRL', () => {
    const delta = extension('2.5.29.27', der(tags.integer, [1]), true)
    const list = readRevocationList(crl({ extensions: [delta] }))
    expect([list.isDelta, list.unknownCritical]).toStrictEqual([true, []])
  })

  it('says which part of what is revoked it has', () => {
    const flag = (number: number): Uint8Array => der(contextTag(number), yes)
    const pointOf = (...fields: readonly Uint8Array[]) => {
      const scope = extension('2.5.29.28', sequence(...fields), true)
      return readRevocationList(crl({ extensions: [scope] })).issuingDistributionPoint
    }
    const none = {
      onlyUserCerts: false,
      onlyCaCerts: false,
      onlySomeReasons: false,
      isIndirect: false,
      onlyAttributeCerts: false,
    }
    const url = 'http://e7.c.lencr.org/47.crl'
    expect(pointOf(pointName(url), flag(1))).toStrictEqual({
      ...none,
      urls: [url],
      onlyUserCerts: true,
    })
    expect(pointOf(flag(2))).toStrictEqual({ ...none, onlyCaCerts: true })
    expect(pointOf(der(contextTag(3), [1, 6]))).toStrictEqual({ ...none, onlySomeReasons: true })
    expect(pointOf(flag(4))).toStrictEqual({ ...none, isIndirect: true })
    expect(pointOf(flag(5))).toStrictEqual({ ...none, onlyAttributeCerts: true })
    // RFC 5280 §4.2.1.13: nameRelativeToCRLIssuer, which names no URL.
    const relative = der(contextTag(0, 'constructed'), der(contextTag(1, 'constructed')))
    expect(pointOf(relative)).toStrictEqual({ ...none, urls: [] })
  })
})

describe('revokedAmong', () => {
  it('finds what is listed, since when and why, and nothing else', () => {
    const lines = [
      { serial: serial('01'), at: begin - hour },
      { serial: serial('00c0ffee'), reason: 4 },
      { serial: serial('7f'), reason: 1, extensions: [extension('2.5.29.24', anything)] },
    ]
    const wanted = ['7f', '00c0ffee', '01', 'ee', '00ff'].map(serial)
    const { entries } = foundIn({ lines }, ...wanted)
    expect(entries.map((one) => [hex(one.serial), one.revokedAt, one.reason])).toStrictEqual([
      ['01', begin - hour, 0],
      ['00c0ffee', begin, 4],
      ['7f', begin, 1],
    ])
  })

  it('has no reason where other things are said of a line, if in as many octets', () => {
    const enumerated = der(tags.enumerated, [1])
    const lines = ['2.5.29.24', '2.5.29.29'].map((id, at) => ({
      serial: serial(`0${at + 1}`),
      extensions: [extension(id, enumerated)],
    }))
    const { entries } = foundIn({ lines }, serial('01'), serial('02'))
    expect(entries.map(({ reason }) => reason)).toStrictEqual([0, 0])
  })

  it('does not read the reason of a line that nobody asks for', () => {
    const extensions = [extension('2.5.29.21', sequence(anything))]
    const lines = [{ serial: serial('01'), extensions }]
    expect(foundIn({ lines }, serial('02')).entries).toStrictEqual([])
    expect(() => foundIn({ lines }, serial('01'))).toThrow(notConform)
  })

  it('refuses a reason with something behind it', () => {
    const two = new Uint8Array([...der(tags.enumerated, [1]), ...anything])
    const lines = [{ serial: serial('01'), extensions: [extension('2.5.29.21', two)] }]
    expect(() => foundIn({ lines }, serial('01'))).toThrow(notConform)
  })

  it('tells two apart that end alike', () => {
    const lines = [{ serial: serial('0112345678') }, { serial: serial('0101010101') }]
    expect(foundIn({ lines }, serial('0212345678'), serial('01010101')).entries).toStrictEqual([])
    const { entries } = foundIn({ lines }, serial('0212345678'), serial('0112345678'))
    expect(entries.map((one) => hex(one.serial))).toStrictEqual(['0112345678'])
  })

  it('tells of a line with something critical that is not understood, whoever’s it is', () => {
    const extensions = [extension('2.5.29.29', anything, true)]
    const lines = [{ serial: serial('01') }, { serial: serial('02'), extensions }]
    expect(foundIn({ lines }, serial('01')).hasUnknownCritical).toBe(true)
    const withReason = [{ serial: serial('02'), reason: 1, extensions }]
    expect(foundIn({ lines: withReason }, serial('01')).hasUnknownCritical).toBe(true)
    const harmless = [
      { serial: serial('02'), extensions: [extension('2.5.29.29', anything)] },
      { serial: serial('03'), reason: 1 },
    ]
    expect(foundIn({ lines: harmless }, serial('01')).hasUnknownCritical).toBe(false)
  })

  it.each([
    ['ends early', new Uint8Array([0x30, 9, 2, 1, 1])],
    ['has nothing but a number', sequence(der(tags.integer, [1]))],
    ['has a date that does not exist', datedLine('261399000000Z')],
    [
      'has more than its extensions',
      sequence(der(tags.integer, [1]), date, sequence(), der(tags.null)),
    ],
    [
      'has more than its reason',
      sequence(der(tags.integer, [1]), date, sequence(reasonExtension(1)), der(tags.null)),
    ],
  ])('refuses a line that %s', (_name, bad) => {
    expect(() => revokedAmong({ revokedCertificates: bad }, [serial('01')])).toThrow(notConform)
  })

  const one = der(tags.integer, [1])
  it.each([
    ['a line is none at octet 0', der(tags.octetString, one, date)],
    ['a line is none at octet 0', sequence(der(tags.octetString, [1]), date)],
    ['a line is none at octet 0', new Uint8Array([...sequence(one), ...date])],
    ['a line has no date', sequence(one, der(tags.null))],
  ])('says so when %s', (problem, bad) => {
    expect(() => revokedAmong({ revokedCertificates: bad }, [serial('01')])).toThrow(
      crlIsNot(problem),
    )
  })

  it('reads any list as another library does', () => {
    const lineOf = fc.record({
      serial: fc.uint8Array({ minLength: 1, maxLength: 20 }).filter(([first = 0]) => first > 0),
      at: fc.integer({ min: 0, max: 3_000_000_000 }).map((seconds) => seconds * 1000),
      reason: fc.option(fc.constantFrom(1, 3, 4, 5, 9), { nil: undefined }),
    })
    fc.assert(
      fc.property(fc.uniqueArray(lineOf, { selector: (one) => hex(one.serial) }), (drawn) => {
        const lines = drawn.map(({ reason, ...one }) =>
          reason === undefined ? one : { ...one, reason },
        )
        const bytes = crl({ lines, extensions: [reasonExtension(1)] })
        const theirs = CertificateRevocationList.fromBER(bytes).revokedCertificates ?? []
        const numbers = theirs.map(
          ({ userCertificate }) => new Uint8Array(userCertificate.valueBlock.valueHexView),
        )
        const { entries } = revokedAmong(readRevocationList(bytes), numbers)
        expect(entries.map((one) => [hex(one.serial), one.revokedAt])).toStrictEqual(
          theirs.map((one, at) => [
            hex(numbers[at] ?? new Uint8Array()),
            one.revocationDate.value.getTime(),
          ]),
        )
        expect(entries.map(({ reason }) => reason)).toStrictEqual(
          lines.map((one) => ('reason' in one ? one.reason : 0)),
        )
      }),
      { numRuns: 50 },
    )
  })

  it('finds a thousand among 100,000, and copies none of them', () => {
    const lines = Array.from({ length: 100_000 }, (_, i) => ({
      serial: serialOf(i),
      ...(i % 3 > 0 && { reason: (i % 3) * 2 }),
    }))
    const bytes = crl({ lines })
    const wanted = Array.from({ length: 1000 }, (_, i) => serialOf(i * 200))
    const { entries } = revokedAmong(readRevocationList(bytes), wanted)
    expect(entries).toHaveLength(500)
    expect(entries.map(({ serial }) => hex(serial))).toStrictEqual(wanted.slice(0, 500).map(hex))
    expect(entries.every((one) => one.serial.buffer === bytes.buffer)).toBe(true)
  })
})

describe('distributionPoints', () => {
  it('gives the URLs of each place whose list is the issuer’s own and whole', () => {
    const [a, b] = ['http://ca.test/a.crl', 'http://ca.test/b.crl']
    const reasons = der(contextTag(1), [1, 6])
    const ofAnother = der(contextTag(2, 'constructed'), nameOf('Other'))
    const extension = sequence(
      sequence(pointName(a, b)),
      sequence(pointName(b), reasons),
      sequence(pointName(b), ofAnother),
      sequence(der(contextTag(0, 'constructed'), der(contextTag(1, 'constructed')))),
      sequence(ofAnother),
      sequence(pointName(b)),
    )
    expect(distributionPoints(extension)).toStrictEqual([{ urls: [a, b] }, { urls: [b] }])
  })

  it('passes over names that are no URLs', () => {
    const name = der(contextTag(4, 'constructed'), nameOf('Elsewhere'))
    const point = der(contextTag(0, 'constructed'), der(contextTag(0, 'constructed'), name))
    expect(distributionPoints(sequence(sequence(point)))).toStrictEqual([])
  })

  const twoNames = der(
    contextTag(0, 'constructed'),
    der(contextTag(0, 'constructed')),
    der(contextTag(1, 'constructed')),
  )
  it.each([
    ['nothing', new Uint8Array()],
    ['a point that is none', sequence(der(tags.null))],
    ['a point named in two ways', sequence(sequence(twoNames))],
    [
      'fields in another order',
      sequence(sequence(der(contextTag(1), [1, 6]), pointName('http://a/'))),
    ],
  ])('refuses %s', (_name, extension) => {
    const message = matching(/^the CRL distribution points is not in DER/)
    expect(() => distributionPoints(extension)).toThrow(
      failure('ACME_DER_NOT_CONFORM', { message }),
    )
  })
})
