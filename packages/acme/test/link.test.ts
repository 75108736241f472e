import { linksFrom } from '@certwright/acme'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const base = 'https://ca.test/acme/cert/1'
const links = (field: string): [string, ...string[]][] =>
  linksFrom(field, base).map(({ url, relations }) => [url, ...relations])

describe('linksFrom', () => {
  it.each([
    '',
    'garbage',
    '<https://a.test/',
    '<https://a.test/>',
    '<http://[>; rel=x',
    '; rel="up"',
  ])('finds nothing in %j', (field) => {
    expect(links(field)).toEqual([])
  })

  it('reads several links, quoted and bare, in any case, with other parameters', () => {
    expect(
      links(
        '<https://ca.test/dir>;rel="index", <https://ca.test/c/2>; title="a, <b>; \\"c"; REL=Alternate , <https://ca.test/h>;rel="help up"',
      ),
    ).toEqual([
      ['https://ca.test/dir', 'index'],
      ['https://ca.test/c/2', 'alternate'],
      ['https://ca.test/h', 'help', 'up'],
    ])
  })

  it('keeps absolute targets as they are and resolves relative ones', () => {
    expect(links('<HTTPS://CA.test:443/a>;rel=up, <../2?x=1>;rel=alternate')).toEqual([
      ['HTTPS://CA.test:443/a', 'up'],
      ['https://ca.test/acme/2?x=1', 'alternate'],
    ])
  })

  it('passes over what stands before a link, and over white space in its target and relations', () => {
    expect(links(' , < https://a.test/ >; rel="  help \tup "')).toEqual([
      ['https://a.test/', 'help', 'up'],
    ])
  })

  it('reads a link whose rel has no value as one of no relation', () => {
    expect(links('<https://a.test/>; rel, <https://b.test/>; rel=; title=x')).toEqual([
      ['https://a.test/'],
      ['https://b.test/'],
    ])
  })

  it('takes the first of several rel parameters', () => {
    expect(links('<https://a.test/>; rel=first; rel=second')).toEqual([
      ['https://a.test/', 'first'],
    ])
  })

  it('ends, whatever the field', () => {
    const pieces = fc.constantFrom(
      '<',
      '>',
      ';',
      ',',
      'rel',
      '=',
      '"',
      '\\',
      ' ',
      'a',
      'https://x.test',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((p) => p.join('')),
        ),
        (field) => linksFrom(field, base).every(({ url }) => URL.canParse(url)),
      ),
    )
    expect(linksFrom('<a>;'.repeat(100_000), base)).toEqual([])
  })
})
