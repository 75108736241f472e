import { isIP } from 'node:net'

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { AcmeError } from '../src/error.ts'
import { identifierFrom, identifierSet, sameIdentifiers } from '../src/identifier.ts'
import { failure, matching } from './failure.ts'

const label63 = 'a'.repeat(63)

describe('identifierFrom', () => {
  it.each([
    ['', 'empty'],
    ['.', 'empty'],
    ['*.', 'empty'],
    ['example.com:443', 'character'],
    ['example.com/path', 'character'],
    ['https://example.com', 'character'],
    ['user@example.com', 'character'],
    ['ex%61mple.com', 'character'],
    ['example.com?x', 'character'],
    ['example.com#x', 'character'],
    ['example .com', 'character'],
    [' example.com', 'character'],
    ['example.com\n', 'character'],
    ['a,b.example', 'character'],
    ['[2001:db8::1]', 'character'],
    ['fe80::1%eth0', 'character'],
    ['2001:db8::1::2', 'character'],
    ['1::2:3:4:5:6:7:8:9', 'character'],
    ['_acme-challenge.example.com', 'underscore'],
    ['a＿b.例え.jp', 'underscore'],
    ['a！b.例え.jp', 'character'],
    ['例え％41.jp', 'not-convertible'],
    ['例え／x.jp', 'not-convertible'],
    ['例え：80.jp', 'not-convertible'],
    ['例え\ufffd.jp', 'not-convertible'],
    ['\u200d', 'not-convertible'],
    ['example..com', 'empty-label'],
    ['.example.com', 'empty-label'],
    ['example.com..', 'empty-label'],
    [`${label63}a.com`, 'label-too-long'],
    [`${'ü'.repeat(60)}.com`, 'label-too-long'],
    [`${label63}.${label63}.${label63}.${label63}`, 'name-too-long'],
    [`*.${label63}.${label63}.${label63}.${'a'.repeat(60)}`, 'name-too-long'],
    ['-a.example', 'hyphen-at-edge'],
    ['a-.example', 'hyphen-at-edge'],
    ['*', 'wildcard'],
    ['*.*.example.com', 'wildcard'],
    ['www.*.example.com', 'wildcard'],
    ['w*.example.com', 'wildcard'],
    ['0x7f.1', 'number-at-end'],
    ['127.1', 'number-at-end'],
    ['2130706433', 'number-at-end'],
    ['0x7f000001', 'number-at-end'],
    ['192.0.2.256', 'number-at-end'],
    ['192.0.02.1', 'number-at-end'],
    ['192.0.2.1.', 'number-at-end'],
    ['*.192.0.2.1', 'number-at-end'],
    ['１９２.0.2.1', 'number-at-end'],
    ['0x７f.1', 'number-at-end'],
  ])('refuses %j because of %s', (text, reason) => {
    expect(() => identifierFrom(text)).toThrow(failure('ACME_IDENTIFIER_NOT_CONFORM', { reason }))
  })

  it.each([
    ['example.com', 'example.com'],
    ['EXAMPLE.com', 'example.com'],
    ['example.com.', 'example.com'],
    ['*.Example.com.', '*.example.com'],
    ['localhost', 'localhost'],
    ['a--b.example', 'a--b.example'],
    ['1.example', '1.example'],
    ['example.1st', 'example.1st'],
    ['example.c0m1', 'example.c0m1'],
    ['example.0x1g', 'example.0x1g'],
    ['0x7f.example', '0x7f.example'],
    ['xn--nicode-example-9jb.com', 'xn--nicode-example-9jb.com'],
    ['énicode-example.com.', 'xn--nicode-example-9jb.com'],
    ['ÜNICODE-example.com.', 'xn--nicode-example-fsb.com'],
    ['üÑICODE-example.com.', 'xn--icode-example-hkb8n.com'],
    ['u\u0308.example', 'xn--tda.example'],
    ['例え。jp', 'xn--r8jz45g.jp'],
    ['*.例え.jp', '*.xn--r8jz45g.jp'],
    ['faß.de', 'xn--fa-hia.de'],
    [
      `${label63}.${label63}.${label63}.${'a'.repeat(61)}`,
      `${label63}.${label63}.${label63}.${'a'.repeat(61)}`,
    ],
  ])('reads %j as the name %j', (text, value) => {
    expect(identifierFrom(text)).toEqual({ type: 'dns', value })
  })

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['2001:DB8:0::1', '2001:db8::1'],
    ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['0001:0002:0003:0004:0005:0006:0007:0008', '1:2:3:4:5:6:7:8'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ['::ffff:c000:201', '::ffff:192.0.2.1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ])('reads %j as the address %j', (text, value) => {
    expect(identifierFrom(text)).toEqual({ type: 'ip', value })
  })

  it('takes as addresses what Node takes, but for zones', () => {
    const piece = fc.constantFrom(
      ':',
      '::',
      '.',
      '0',
      '1',
      'ff',
      '255',
      '256',
      'db8',
      'g',
      '10',
      '01',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 16 }), (pieces) => {
        const text = pieces.join('')
        let type: string | undefined
        try {
          type = identifierFrom(text).type
        } catch (error) {
          expect(error).toBeInstanceOf(AcmeError)
        }
        expect(type === 'ip').toBe(isIP(text) > 0)
      }),
      { numRuns: 3000 },
    )
  })

  it('writes every IPv6 address as the URL parser does, but for those with IPv4 inside', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const { value } = identifierFrom(text)
        expect(new URL(`http://[${value}]`).hostname).toBe(new URL(`http://[${text}]`).hostname)
        expect(value.includes('.') || new URL(`http://[${text}]`).hostname === `[${value}]`).toBe(
          true,
        )
      }),
    )
  })

  it('gives for any text an identifier that it gives again, or a typed error', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.domain(), fc.string({ unit: 'grapheme' })),
        (text) => {
          let value = ''
          try {
            value = identifierFrom(text).value
          } catch (error) {
            expect(error).toBeInstanceOf(AcmeError)
            return
          }
          expect(value).toMatch(/^(?:\*\.)?[a-z0-9.:-]{1,253}$/)
          expect(identifierFrom(value).value).toBe(value)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('shows no more than the beginning of a long text in its error', () => {
    const words =
      'is neither a domain name nor an IP address: a wildcard is only "*." once, at the beginning'
    const shown = (text: string): string => `"${text}" ${words}`
    const most = `${'x'.repeat(79)}*`
    expect(() => identifierFrom(most)).toThrow(shown(most))
    expect(() => identifierFrom(`${most}*`)).toThrow(shown(`${most}…`))
    expect(() => identifierFrom('x/'.repeat(10_000))).toThrow(
      failure('ACME_IDENTIFIER_NOT_CONFORM', { message: matching(/^.{1,300}$/) }),
    )
  })
})

describe('sameIdentifiers', () => {
  const www = { type: 'dns', value: 'www.example.com' }
  const apex = { type: 'dns', value: 'example.com' }

  it('tells different sets apart', () => {
    expect(sameIdentifiers([www], [apex])).toBe(false)
    expect(sameIdentifiers([www], [www, apex])).toBe(false)
    expect(
      sameIdentifiers([{ type: 'ip', value: '192.0.2.1' }], [{ type: 'dns', value: '192.0.2.1' }]),
    ).toBe(false)
    expect(sameIdentifiers([{ type: 'other', value: 'A' }], [{ type: 'other', value: 'a' }])).toBe(
      false,
    )
  })

  it('looks past order, repetition, case and the spelling of addresses', () => {
    expect(
      sameIdentifiers([www, apex], [apex, { type: 'dns', value: 'WWW.example.com' }, apex]),
    ).toBe(true)
    expect(
      sameIdentifiers(
        [{ type: 'ip', value: '2001:DB8:0::1' }],
        [{ type: 'ip', value: '2001:db8::1' }],
      ),
    ).toBe(true)
  })

  it('has one text for one set', () => {
    expect(identifierSet([www, { type: 'ip', value: '::1' }, apex, www])).toBe(
      'dns:example.com,dns:www.example.com,ip:::1',
    )
    expect(identifierSet([])).toBe('')
    expect(identifierSet([{ type: 'odd', value: '0::1' }])).toBe('odd:0::1')
  })
})
