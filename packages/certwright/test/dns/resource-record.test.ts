import { encode } from 'dns-packet'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { labelCount, nameText, readSignedReply } from '../../src/dns/resource-record.ts'

const question = { name: 'www.example.test', type: 'A' } as const

const reply = (answers: Parameters<typeof encode>[0]['answers'] = []): Buffer =>
  encode({ id: 7, type: 'response', questions: [question], answers })

const header = (counts: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt16BE(0x8000, 2)
  for (const [index, count] of counts.entries()) bytes.writeUInt16BE(count, 4 + 2 * index)
  return bytes
}

describe('what is no reply is not read', () => {
  it.each([
    ['empty', Buffer.alloc(0)],
    ['shorter than a header', Buffer.alloc(11)],
    ['a question', encode({ id: 7, questions: [question] })],
    ['a header that promises more', header([1, 1])],
    ['a pointer to itself', Buffer.concat([header([1]), Buffer.of(0xc0, 12, 0, 1, 0, 1)])],
    ['a pointer forwards', Buffer.concat([header([1]), Buffer.of(0xc0, 20, 0, 1, 0, 1)])],
    ['two names in a ring', Buffer.concat([header([1]), Buffer.of(1, 97, 0xc0, 12, 0, 1, 0, 1)])],
    ['a label of a reserved kind', Buffer.concat([header([1]), Buffer.of(0x41, 0, 0, 1, 0, 1)])],
  ])('%s', (_, bytes) => {
    expect(readSignedReply(bytes)).toBeUndefined()
  })

  it('and a record that ends too early', () => {
    const whole = reply([{ name: question.name, type: 'A', data: '127.0.0.1' }])
    for (let length = 12; length < whole.length; length += 1) {
      expect(readSignedReply(whole.subarray(0, length))).toBeUndefined()
    }
  })

  it('whatever the bytes are, nothing is thrown', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const message = Buffer.from(bytes)
        if (message.length > 2) message.writeUInt8((message[2] ?? 0) | 0x80, 2)
        readSignedReply(message)
      }),
      { numRuns: 2000 },
    )
  })

  it('nor where a good reply is damaged', () => {
    const whole = reply([
      { name: question.name, type: 'CNAME', data: 'a.example.test' },
      { name: 'a.example.test', type: 'SOA', data: { mname: 'ns1.test', rname: 'host.test' } },
    ])
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
        const message = Buffer.from(whole)
        message.writeUInt8(value, at)
        readSignedReply(message)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a record is read', () => {
  it('with its names written out and in lower case, and its data else as they came', () => {
    const bytes = reply([
      { name: 'WWW.Example.TEST', type: 'CNAME', ttl: 60, data: 'Target.Example.TEST' },
      { name: 'www.example.test', type: 'TXT', ttl: 60, data: ['Text As It Is'] },
    ])
    const [alias, text] = readSignedReply(bytes)?.answers ?? []
    expect(alias?.name).toBe('www.example.test')
    expect(nameText(alias?.data ?? Buffer.alloc(0))).toBe('target.example.test')
    expect(text?.data.toString('latin1')).toContain('Text As It Is')
  })

  it('through pointers', () => {
    const owner = Buffer.of(0xc0, 12)
    const fixed = Buffer.from('000500010000003c0006', 'hex')
    const target = Buffer.concat([Buffer.of(3), Buffer.from('cdn'), Buffer.of(0xc0, 16)])
    const message = Buffer.concat([reply(), owner, fixed, target])
    message.writeUInt16BE(1, 6)
    const [record] = readSignedReply(message)?.answers ?? []
    expect(record?.name).toBe('www.example.test')
    expect(nameText(record?.data ?? Buffer.alloc(0))).toBe('cdn.example.test')
  })

  it('and a dot inside a label is no separator', () => {
    const wire = Buffer.concat([Buffer.of(3), Buffer.from('a.b'), Buffer.of(1, 99, 0)])
    expect(nameText(wire)).toBe(String.raw`a\.b.c`)
    expect(labelCount(wire)).toBe(2)
  })

  it('but for its truncation, of which only the question is', () => {
    const bytes = encode({ id: 7, type: 'response', flags: 0x0200, questions: [question] })
    bytes.writeUInt16BE(3, 6)
    expect(readSignedReply(bytes)).toMatchObject({ id: 7, question: { type: 1 }, answers: [] })
  })
})
