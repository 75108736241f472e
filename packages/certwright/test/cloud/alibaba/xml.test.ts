import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { childrenOf, readXml, textOf, writeXml } from '../../../src/cloud/alibaba/xml.ts'
import { Secret } from '../../../src/runtime/secret.ts'

describe('reading', () => {
  it('gives elements and their text', () => {
    const root = readXml(
      `<?xml version="1.0" encoding="UTF-8"?>
<ListCnameResult xmlns="x">
  <!-- a comment -->
  <Bucket>b</Bucket>
  <Cname><Domain>a.example.com</Domain><Certificate><CertId>1-cn-hangzhou</CertId></Certificate></Cname>
  <Cname><Domain>&lt;&amp;&#228;&#xe4;</Domain><Empty/></Cname>
  <Data><![CDATA[<raw>]]></Data>
</ListCnameResult>`,
    )
    expect(root.name).toBe('ListCnameResult')
    expect(textOf(root, 'Bucket')).toBe('b')
    expect(childrenOf(root, 'Cname').map((cname) => textOf(cname, 'Domain'))).toEqual([
      'a.example.com',
      '<&ää',
    ])
    expect(textOf(childrenOf(root, 'Cname')[0], 'Certificate', 'CertId')).toBe('1-cn-hangzhou')
    expect(textOf(childrenOf(root, 'Cname')[1], 'Empty')).toBeUndefined()
    expect(textOf(root, 'Nothing', 'There')).toBeUndefined()
    expect(textOf(root, 'Data')).toBe('<raw>')
  })

  it.each([
    [''],
    ['text'],
    ['<a>'],
    ['</a>'],
    ['<a></b>'],
    ['<a/><b/>'],
    ['<a>&unknown;</a>'],
    ['<a>&amp</a>'],
    ['<a>& b</a>'],
    ['<a>&#x110000;</a>'],
    ['<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
    ['<a b=c></a>'],
    ['<a/>rest'],
    ['<a'],
    [`${'<a>'.repeat(40)}${'</a>'.repeat(40)}`],
    ['<a>&constructor;</a>'],
  ])('refuses %j', (text) => {
    expect(() => readXml(text)).toThrow(RangeError)
  })

  it('ends, with an element or a RangeError, whatever it is given', () => {
    const piece = fc.oneof(
      fc.constantFrom('<', '>', '</', '/>', '<a>', '</a>', '&', ';', '<!--', '-->', '<?', '"', '='),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        try {
          expect(readXml(pieces.join('')).name).not.toBe('')
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
        }
      }),
    )
  })
})

describe('writing', () => {
  it('leaves out what is undefined and reveals a secret', () => {
    const content = { Domain: 'a', Off: undefined, Force: true, Key: new Secret('<s>'), Count: 2 }
    expect(writeXml('Cname', content)).toBe(
      '<Cname><Domain>a</Domain><Force>true</Force><Key>&lt;s&gt;</Key><Count>2</Count></Cname>',
    )
  })

  it('gives what reading takes, whatever the text', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((value) => value === value.trim())
    fc.assert(
      fc.property(text, (value) => {
        const root = readXml(writeXml('A', { B: value, C: new Secret(value) }))
        expect(textOf(root, 'B') ?? '').toBe(value)
        expect(textOf(root, 'C') ?? '').toBe(value)
      }),
    )
  })
})
