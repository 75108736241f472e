import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { targetSpecifier, targetSpecifierFrom } from '../../src/deploy/target-specifier.ts'

describe('a target in one text', () => {
  it.each([
    ['', 1],
    ['Alibaba-cdn:domain=a', 1],
    ['alibaba cdn', 1],
    [':domain=a', 1],
    ['files:out', 7],
    ['files:=a', 7],
    ['files:out=a,', 12],
    ['files:out=a,,mode=b', 13],
    ['files:out="a', 11],
    ['files:out="a"b', 11],
    ['files:out=a,MODE=b', 13],
  ])('is refused as %j, with the place of the fault', (text, position) => {
    expect(() => targetSpecifierFrom(text)).toThrow(
      expect.objectContaining({ code: 'TARGET_SPECIFIER_NOT_CONFORM', params: { position } }),
    )
  })

  it('gives no option twice', () => {
    expect(() => targetSpecifierFrom('files:out=a,out=b')).toThrow(
      expect.objectContaining({
        code: 'TARGET_OPTION_REPEATED',
        params: { target: 'files', option: 'out' },
      }),
    )
  })

  it('repeats no value in an error', () => {
    expect(() => targetSpecifierFrom('files:secret=hunter2,secret=hunter3')).not.toThrow(/hunter/)
    expect(() => targetSpecifierFrom('files:secret="hunter2')).not.toThrow(/hunter/)
  })

  it.each([
    ['alibaba-cas', 'alibaba-cas', {}],
    ['alibaba-cas:', 'alibaba-cas', {}],
    [
      'alibaba-cdn:domain=*.example.com,upload=direct',
      'alibaba-cdn',
      { domain: '*.example.com', upload: 'direct' },
    ],
    ['files:out=', 'files', { out: '' }],
    ['files:out=,mode=', 'files', { out: '', mode: '' }],
    ['files:run="a, ""b"", c",out=C:\\certs', 'files', { run: 'a, "b", c', out: 'C:\\certs' }],
    ['files:run=say "hello"=x', 'files', { run: 'say "hello"=x' }],
  ])('reads %j', (text, name, values) => {
    expect(targetSpecifierFrom(text)).toEqual({ name, values })
  })

  it('is read again as what it was printed from', () => {
    const key = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/)
    fc.assert(
      fc.property(key, fc.dictionary(key, fc.string({ unit: 'binary' })), (name, values) => {
        expect(targetSpecifierFrom(targetSpecifier(name, values))).toEqual({
          name,
          values: { ...values },
        })
      }),
    )
  })

  it('is either read or refused in its own words, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          targetSpecifierFrom(text)
        } catch (error) {
          expect(error).toMatchObject({ name: 'CertwrightError' })
        }
      }),
    )
  })
})
