import { decode } from 'dns-packet'
import { describe, expect, it } from 'vitest'
import { updateMessage } from '../../src/dns/update.ts'

const change = {
  zone: 'Example.test.',
  name: '_acme-challenge.example.test',
  value: 'value',
  ttlSeconds: 60,
} as const

describe('an update message', () => {
  it('adds one record of class IN to one zone, without a prerequisite', () => {
    const message = updateMessage({ change: 'add', ...change })
    const packet = decode(message)
    expect(packet).toMatchObject({
      opcode: 'UPDATE',
      questions: [{ name: 'example.test', type: 'SOA', class: 'IN' }],
      answers: [],
      additionals: [],
      authorities: [{ name: change.name, type: 'TXT', class: 'IN', ttl: 60 }],
    })
    expect(packet.authorities?.[0]).toHaveProperty('data', [Buffer.from('value')])
  })

  it('deletes the one record whose data are equal: class NONE, which is 254, and TTL 0', () => {
    const message = updateMessage({ change: 'delete', ...change })
    expect(decode(message)).toMatchObject({
      authorities: [{ name: change.name, type: 'TXT', class: 'UNKNOWN_254', ttl: 0 }],
    })
    const classAt = message.length - 'value'.length - 1 - 2 - 4 - 2
    expect(message.readUInt16BE(classAt)).toBe(254)
  })

  it('cuts a long value into strings of at most 255 octets', () => {
    const [record] =
      decode(updateMessage({ change: 'add', ...change, value: 'x'.repeat(300) })).authorities ?? []
    expect(record).toHaveProperty('data', [
      Buffer.from('x'.repeat(255)),
      Buffer.from('x'.repeat(45)),
    ])
  })
})
