import { describe, expect, it, onTestFinished } from 'vitest'
import { createTsigKey, startDns } from '../../src/dns/dns.ts'
import type { RunningDns } from '../../src/dns/dns.ts'
import type { TsigKey } from '../../src/dns/tsig.ts'
import { createZone } from '../../src/dns/zone.ts'
import {
  decoded,
  klass,
  overTcp,
  overUdp,
  replySignature,
  signed,
  txt,
  type,
  uint,
  wireMessage,
  wireName,
  wireRecord,
  wireUpdate,
} from './wire.ts'
import type { Signing } from './wire.ts'

const nowMs = 1_700_000_000_000
const nowS = nowMs / 1000
const clock = { now: () => nowMs, random: () => 0, sleep: async () => {} }

async function newWorld(algorithm: TsigKey['algorithm'] = 'hmac-sha256') {
  const key = createTsigKey('Update.Key', algorithm)
  const dns = await startDns({ zones: [createZone({ name: 'example.test' })], keys: [key], clock })
  onTestFinished(async () => dns.close())
  return { dns, key, signing: { ...key, timeSigned: nowS } satisfies Signing }
}

const record = { name: 'a.example.test', type: type.TXT, ttl: 60, rdata: txt('v') }
const update = wireUpdate('example.test', [record])

async function sent(dns: RunningDns, signing: Signing) {
  const request = signed(update, signing)
  const reply = await overUdp(dns, request.message)
  const signature = replySignature(reply, signing, request.mac)
  return { rcode: decoded(reply).rcode, ...signature, changed: dns.records(record.name).length > 0 }
}

describe('a signature that does not hold', () => {
  it('is BADKEY for an unknown key and for another algorithm, without a MAC', async () => {
    const { dns, signing } = await newWorld()
    for (const wrong of [{ name: 'other.key' }, { algorithm: 'hmac-sha512' }]) {
      const reply = await sent(dns, { ...signing, ...wrong })
      expect(reply).toMatchObject({ rcode: 9, error: 17, macLength: 0, changed: false })
    }
  })

  it('is BADSIG for a wrong secret and for a changed message, without a MAC', async () => {
    const { dns, signing } = await newWorld()
    const forged = await sent(dns, { ...signing, secret: Buffer.from('guess').toString('base64') })
    expect(forged).toMatchObject({ rcode: 9, error: 16, macLength: 0, changed: false })
    const { message, mac } = signed(update, signing)
    message.write('w', message.indexOf('\u0001v') + 1)
    const reply = await overUdp(dns, message)
    expect(decoded(reply).rcode).toBe(9)
    expect(replySignature(reply, signing, mac).error).toBe(16)
    expect(dns.log.at(-1)).not.toHaveProperty('signedBy')
  })

  it.each([301, -301, 86_400])(
    'is BADTIME when %i s off, signed and with the time of the server',
    async (off) => {
      const { dns, signing } = await newWorld()
      const reply = await sent(dns, { ...signing, timeSigned: nowS + off })
      expect(reply).toMatchObject({ rcode: 9, error: 18, holds: true, changed: false })
      expect(reply.timeSigned).toBe(nowS + off)
      expect(reply.other).toEqual(uint(nowS, 6))
    },
  )

  it('is BADTRUNC for half a MAC, and FORMERR for less or more than a MAC can be', async () => {
    const { dns, signing } = await newWorld()
    const cut = await sent(dns, { ...signing, alterMac: (mac) => mac.subarray(0, 16) })
    expect(cut).toMatchObject({ rcode: 9, error: 22, holds: true, changed: false })
    for (const alterMac of [
      (mac: Buffer) => mac.subarray(0, 15),
      (mac: Buffer) => Buffer.concat([mac, mac]),
    ]) {
      const { message } = signed(update, { ...signing, alterMac })
      expect(decoded(await overUdp(dns, message)).rcode).toBe(1)
    }
  })

  it('is FORMERR where the TSIG record is not the last, stands twice or is cut short', async () => {
    const { dns, signing } = await newWorld()
    const once = signed(update, signing).message
    const twice = signed(once, signing).message
    const followed = Buffer.concat([once, wireRecord(record)])
    followed.writeUInt16BE(2, 10)
    const rdata = Buffer.concat([wireName('hmac-sha256'), uint(nowS, 6), uint(300, 2), uint(32, 2)])
    const short = wireMessage({
      opcode: 5,
      questions: [{ name: 'example.test', type: type.SOA }],
      additionals: [{ name: signing.name, type: type.TSIG, class: klass.ANY, rdata }],
    })
    for (const message of [twice, followed, short]) {
      expect((await overUdp(dns, message)).readUInt8(3) & 0xf).toBe(1)
    }
    expect(dns.records(record.name)).toEqual([])
  })
})

describe('a signature that holds', () => {
  it.each(['hmac-sha256', 'hmac-sha384', 'hmac-sha512'] as const)(
    'is accepted and answered by one, with %s',
    async (algorithm) => {
      const { dns, signing } = await newWorld(algorithm)
      expect(await sent(dns, signing)).toMatchObject({
        rcode: 0,
        error: 0,
        holds: true,
        changed: true,
      })
      expect(dns.log[0]).toMatchObject({
        operation: 'update',
        rcode: 'NOERROR',
        signedBy: 'update.key',
      })
    },
  )

  it.each([300, -300, 0])('may be %i s off', async (off) => {
    const { dns, signing } = await newWorld()
    expect(await sent(dns, { ...signing, timeSigned: nowS + off })).toMatchObject({
      rcode: 0,
      changed: true,
    })
  })

  it('takes the fudge from the request', async () => {
    const { dns, signing } = await newWorld()
    expect(await sent(dns, { ...signing, fudge: 10, timeSigned: nowS - 11 })).toMatchObject({
      error: 18,
    })
  })

  it('signs what it refuses, too', async () => {
    const { dns, signing } = await newWorld()
    const request = signed(wireUpdate('other.test', []), signing)
    const reply = await overUdp(dns, request.message)
    expect(decoded(reply).rcode).toBe(9)
    expect(replySignature(reply, signing, request.mac)).toMatchObject({ error: 0, holds: true })
  })

  it('does not mind the case of the names, nor an id that a forwarder has changed', async () => {
    const { dns, signing } = await newWorld()
    const { message, mac } = signed(update, { ...signing, name: 'UPDATE.key' })
    message.writeUInt16BE(815, 0)
    const reply = await overUdp(dns, message)
    expect(reply.readUInt16BE(0)).toBe(815)
    expect(decoded(reply).rcode).toBe(0)
    expect(mac).toHaveLength(32)
  })

  it('covers a question and its answer, over TCP as over UDP', async () => {
    const { dns, signing } = await newWorld()
    const question = wireMessage({ questions: [{ name: 'example.test', type: type.SOA }] })
    const request = signed(question, signing)
    for (const reply of [
      await overUdp(dns, request.message),
      ...(await overTcp(dns, [request.message])),
    ]) {
      expect(decoded(reply).answers).toHaveLength(1)
      expect(replySignature(reply, signing, request.mac).holds).toBe(true)
    }
  })
})
