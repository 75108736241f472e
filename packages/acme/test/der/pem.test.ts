import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { pemDecode, pemEncode } from '../../src/der/pem.ts'
import { AcmeError } from '../../src/error.ts'
import { failure } from '../failure.ts'

const begin = '-----BEGIN X-----'
const end = '-----END X-----'

describe('pemDecode', () => {
  it.each([
    ['an END that is missing', `${begin}\nAAAA\n`, 'END X is missing'],
    [
      'an END of another label',
      `${begin}\nAAAA\n-----END Y-----\n`,
      'END Y stands where it should not',
    ],
    ['an END alone', `${end}\n`, 'END X stands where it should not'],
    [
      'a BEGIN inside of a block',
      `${begin}\n${begin}\n${end}\n`,
      'BEGIN X stands where it should not',
    ],
    ['too few hyphens', `-----BEGIN X----\nAAAA\n${end}`, 'a BEGIN or END line is broken'],
    ['text before BEGIN', `x ${begin}\nAAAA\n${end}`, 'a BEGIN or END line is broken'],
    ['text behind END', `${begin}\nAAAA\n${end} x`, 'a BEGIN or END line is broken'],
    [
      'a label in lower case',
      '-----BEGIN x-----\nAAAA\n-----END x-----',
      'a BEGIN or END line is broken',
    ],
    ['an empty label', '-----BEGIN -----\nAAAA\n-----END -----', 'a BEGIN or END line is broken'],
    ['a body that is not base64', `${begin}\nAA*A\n${end}`, 'a body is not base64'],
    ['a body in base64url', `${begin}\nAA-_\n${end}`, 'a body is not base64'],
    ['a body cut off', `${begin}\nAAAAA\n${end}`, 'a body is not base64'],
    ['padding in the middle', `${begin}\nAA==AAAA\n${end}`, 'a body is not base64'],
    ['a header that begins with no letter', `${begin}\n+A: b\n${end}`, 'a body is not base64'],
    ['a header of two lines', `${begin}\nA: b\u2028c\n${end}`, 'a body is not base64'],
    ['padding of three', `${begin}\nA===\n${end}`, 'a body is not base64'],
  ])('refuses %s', (_name, text, problem) => {
    expect(() => pemDecode(text)).toThrow(
      failure('ACME_PEM_NOT_CONFORM', {
        message: `the text is not PEM as it should be: ${problem}`,
      }),
    )
  })

  it('reads a body with white space within its lines, and headers of any spacing', () => {
    const text = `${begin}\nA-1:x\nEmpty:\nB:  y z\n\nAQ \t ID\n${end}`
    expect(pemDecode(text)).toEqual([
      {
        label: 'X',
        headers: { 'A-1': 'x', Empty: '', B: 'y z' },
        der: new Uint8Array([1, 2, 3]),
      },
    ])
  })

  it('finds nothing where there is no block', () => {
    expect(pemDecode('')).toEqual([])
    expect(pemDecode('just text\n')).toEqual([])
  })

  it.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('reads blocks with text and blank lines around them and %s', (_name, newline) => {
    const text = [
      '\ufeffsubject=x',
      '',
      begin,
      'AQID',
      'BA==',
      end,
      '',
      'between: y',
      `  ${begin} `,
      '',
      ' AQ== ',
      '',
      `  ${end}`,
    ].join(newline)
    expect(pemDecode(text)).toEqual([
      { label: 'X', headers: {}, der: new Uint8Array([1, 2, 3, 4]) },
      { label: 'X', headers: {}, der: new Uint8Array([1]) },
    ])
  })

  it('keeps encapsulated headers apart from the body', () => {
    const headers = { 'Proc-Type': '4,ENCRYPTED', 'DEK-Info': 'AES-128-CBC,00' }
    const [block] = pemDecode(pemEncode('RSA PRIVATE KEY', new Uint8Array([1]), headers))
    expect(block).toEqual({ label: 'RSA PRIVATE KEY', headers, der: new Uint8Array([1]) })
  })

  it('reads back what pemEncode writes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (der) => {
        const text = pemEncode('X', der)
        expect(text.split('\n').every((line) => line.length <= 64)).toBe(true)
        expect(text).toBe(
          `${begin}\n${Buffer.from(der)
            .toString('base64')
            .replaceAll(/.{64}(?=.)/g, '$&\n')}${der.length > 0 ? '\n' : ''}${end}\n`,
        )
        expect(pemDecode(text)).toEqual([{ label: 'X', headers: {}, der }])
      }),
    )
  })

  it('gives blocks or a typed error for any text', () => {
    const pieces = fc.constantFrom(
      begin,
      end,
      '-----',
      'BEGIN ',
      'AAAA',
      '=',
      '\n',
      ' ',
      'A: b',
      '\u0000',
      'ü',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        try {
          expect(pemDecode(parts.join(''))).toBeInstanceOf(Array)
        } catch (error) {
          expect(error).toBeInstanceOf(AcmeError)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('takes a megabyte of one long line in its stride', () => {
    const long = `${begin}\n${' '.repeat(500_000)}${'-'.repeat(500_000)}\n${end}`
    expect(() => pemDecode(long)).toThrow(AcmeError)
  })
})
