import { createHmac } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeName } from '../../src/dns/domain-name.ts'
import { signMessage, verifyReply, type TsigKey } from '../../src/dns/tsig.ts'
import { updateMessage } from '../../src/dns/update.ts'
import { Secret } from '../../src/runtime/secret.ts'

const key: TsigKey = {
  name: 'Key.Example.',
  algorithm: 'hmac-sha256',
  secret: new Secret(Buffer.alloc(32, 7).toString('base64')),
}
const now = 1_700_000_000_000
const message = updateMessage({
  change: 'add',
  zone: 'example.test',
  name: '_acme-challenge.example.test',
  value: 'value',
  ttlSeconds: 60,
})

const none: Buffer = Buffer.alloc(0)

/** What a server appends to a reply, written anew from RFC 8945 §4.2. */
function signedReply({
  requestMac = none,
  time = now / 1000,
  error = 0,
  other = none,
  withMac = true,
  keyName = 'key.example',
  algorithm = 'hmac-sha256',
} = {}): Buffer {
  const reply = Buffer.from(message.subarray(0, 12))
  reply.writeUInt16BE(0xa800, 2)
  reply.fill(0, 4)
  const number = (value: number, bytes: number): Buffer => {
    const buffer = Buffer.alloc(bytes)
    buffer.writeUIntBE(value, 0, bytes)
    return buffer
  }
  const stamp = Buffer.concat([number(time, 6), number(300, 2)])
  const end = Buffer.concat([number(error, 2), number(other.length, 2), other])
  const [name, hmacName] = [encodeName(keyName), encodeName(algorithm)]
  const classAndTtl = Buffer.of(0, 255, 0, 0, 0, 0)
  const mac = withMac
    ? createHmac('sha256', Buffer.alloc(32, 7))
        .update(Buffer.concat([number(requestMac.length, 2), requestMac, reply]))
        .update(Buffer.concat([name, classAndTtl, hmacName, stamp, end]))
        .digest()
    : Buffer.alloc(0)
  const rdata = [hmacName, stamp, number(mac.length, 2), mac, reply.subarray(0, 2), end]
  const length = rdata.reduce((sum, part) => sum + part.length, 0)
  const whole = Buffer.concat([
    reply,
    name,
    number(250, 2),
    classAndTtl,
    number(length, 2),
    ...rdata,
  ])
  whole.writeUInt16BE(1, 10)
  return whole
}

describe('the judge of a reply', () => {
  const { mac } = signMessage(message, key, now)

  it('finds a reply without a signature unsigned, whatever it says', () => {
    const bare = Buffer.from(message)
    expect(verifyReply(bare, key, mac, now)).toEqual({ status: 'unsigned', error: 0 })
    const reply = signedReply({ error: 17, withMac: false })
    expect(verifyReply(reply, key, mac, now)).toEqual({ status: 'unsigned', error: 17 })
  })

  it.each([
    ['to another request', signedReply({ requestMac: Buffer.alloc(32, 1) })],
    ['by another key', signedReply({ requestMac: mac, keyName: 'other.example' })],
    ['by another algorithm', signedReply({ requestMac: mac, algorithm: 'hmac-sha512' })],
  ])('finds a signature %s wrong', (_, reply) => {
    expect(verifyReply(reply, key, mac, now)).toEqual({ status: 'wrong' })
  })

  it('finds a reply that was changed on the way wrong', () => {
    const reply = signedReply({ requestMac: mac })
    reply.writeUInt8((reply[3] ?? 0) ^ 1, 3)
    expect(verifyReply(reply, key, mac, now)).toEqual({ status: 'wrong' })
  })

  it('says how far the clocks are apart, by the reply or by what the server says of ours', () => {
    const late = signedReply({ requestMac: mac, time: now / 1000 - 301 })
    expect(verifyReply(late, key, mac, now)).toEqual({ status: 'clock', skewSeconds: 301 })
    const other = Buffer.alloc(6)
    other.writeUIntBE(now / 1000 + 3600, 0, 6)
    const told = signedReply({ requestMac: mac, error: 18, other })
    expect(verifyReply(told, key, mac, now)).toEqual({ status: 'clock', skewSeconds: -3600 })
  })

  it('finds a right signature right, to the last second of its time', () => {
    const reply = signedReply({ requestMac: mac, time: now / 1000 - 300 })
    expect(verifyReply(reply, key, mac, now)).toEqual({ status: 'verified', error: 0 })
  })

  it('takes the id that was signed, where a forwarder has given the reply another (RFC 8945 §5.4.1)', () => {
    const reply = signedReply({ requestMac: mac })
    reply.writeUInt16BE(reply.readUInt16BE(0) ^ 0xffff, 0)
    expect(verifyReply(reply, key, mac, now)).toEqual({ status: 'verified', error: 0 })
  })

  it('ends in a verdict or a RangeError, whatever bytes it is given', () => {
    const reply = signedReply({ requestMac: mac })
    const changes = fc.array(fc.tuple(fc.nat(reply.length - 1), fc.nat(255)), { maxLength: 6 })
    fc.assert(
      fc.property(changes, fc.integer({ min: 12, max: reply.length }), (changed, length) => {
        const bytes = Buffer.from(reply)
        for (const [at, octet] of changed) bytes[at] = octet
        try {
          verifyReply(bytes.subarray(0, length), key, mac, now)
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
        }
      }),
    )
  })

  it('finds no reply right after one bit of its header or its signature has changed', () => {
    const reply = signedReply({ requestMac: mac })
    const macAt = reply.length - 2 - 2 - 2 - 32
    // The id is not signed: a forwarder may change it, and the record holds the original.
    const signed = fc.oneof(
      fc.integer({ min: 2, max: 11 }),
      fc.integer({ min: macAt, max: macAt + 31 }),
    )
    fc.assert(
      fc.property(signed, fc.nat(7), (at, bit) => {
        const bytes = Buffer.from(reply)
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit)
        let status = 'unreadable'
        try {
          status = verifyReply(bytes, key, mac, now).status
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
        }
        expect(status).not.toBe('verified')
      }),
    )
  })
})

it('signs with an HMAC over the message and the fields of its TSIG record (RFC 8945 §4.3)', () => {
  const { bytes, mac } = signMessage(message, key, now)
  const variables =
    '036b6579076578616d706c6500' + // key.example, in lower case
    '00ff00000000' + // class ANY, TTL 0
    '0b686d61632d73686132353600' + // hmac-sha256
    '00006553f100012c' + // 1,700,000,000 s, fudge 300
    '00000000' // no error, no other data
  const expected = createHmac('sha256', Buffer.alloc(32, 7))
    .update(Buffer.concat([message, Buffer.from(variables, 'hex')]))
    .digest()
  expect(mac).toEqual(expected)
  expect(bytes.readUInt16BE(10)).toBe(message.readUInt16BE(10) + 1)
  expect(bytes.includes(mac)).toBe(true)
})
