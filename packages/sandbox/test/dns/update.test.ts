import { describe, expect, it, onTestFinished } from 'vitest'
import { startDns } from '../../src/dns/dns.ts'
import type { RunningDns } from '../../src/dns/dns.ts'
import { createZone } from '../../src/dns/zone.ts'
import type { Zone } from '../../src/dns/zone.ts'
import {
  decoded,
  klass,
  overUdp,
  signed,
  soa,
  txt,
  type,
  wireMessage,
  wireName,
  wireUpdate,
} from './wire.ts'
import type { Rr } from './wire.ts'

const key = { name: 'key.example', algorithm: 'hmac-sha256', secret: 'c2VjcmV0c2VjcmV0' } as const
const name = '_acme-challenge.example.test'
const rcodes = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
  'YXDOMAIN',
  'YXRRSET',
  'NXRRSET',
  'NOTAUTH',
  'NOTZONE',
]

interface World {
  readonly dns: RunningDns
  readonly zone: Zone
  /** Sends a signed message and says what came back. */
  readonly send: (message: Buffer) => Promise<string>
  readonly update: (records: readonly Rr[], prerequisites?: readonly Rr[]) => Promise<string>
  readonly values: (at?: string) => unknown[]
}

async function newWorld(): Promise<World> {
  const zone = createZone({ name: 'example.test' })
  const dns = await startDns({ zones: [zone], keys: [key] })
  onTestFinished(async () => dns.close())
  const send = async (message: Buffer): Promise<string> => {
    const reply = await overUdp(dns, signed(message, key).message)
    return rcodes[reply.readUInt8(3) & 0xf] ?? 'other'
  }
  return {
    dns,
    zone,
    send,
    update: async (records, prerequisites) =>
      send(wireUpdate('example.test', records, prerequisites)),
    values: (at = name) => dns.records(at, 'TXT').map(({ data }) => data),
  }
}

const added = (value: string, at = name): Rr => ({
  name: at,
  type: type.TXT,
  ttl: 60,
  rdata: txt(value),
})
const removed = (value: string): Rr => ({
  name,
  type: type.TXT,
  class: klass.NONE,
  rdata: txt(value),
})
const set = (kind: number, at = name): Rr => ({ name: at, type: kind, class: klass.ANY })

describe('what is no update of ours', () => {
  it('refuses an update without a signature, and changes nothing', async () => {
    const { dns, values } = await newWorld()
    const reply = await overUdp(dns, wireUpdate('example.test', [added('v')]))
    expect(decoded(reply).rcode).toBe(5)
    expect(values()).toEqual([])
    expect(dns.log[0]).toMatchObject({
      operation: 'update',
      name: 'example.test',
      rcode: 'REFUSED',
    })
  })

  it('is NOTAUTH for a zone of others, for a name inside its zone and for another class', async () => {
    const { send } = await newWorld()
    expect(await send(wireUpdate('other.test', []))).toBe('NOTAUTH')
    expect(await send(wireUpdate('a.example.test', []))).toBe('NOTAUTH')
    const questions = [{ name: 'example.test', type: type.SOA, class: 3 }]
    expect(await send(wireMessage({ opcode: 5, questions }))).toBe('NOTAUTH')
  })

  it('is FORMERR for no zone, two zones, or a zone not asked for by its SOA', async () => {
    const { send } = await newWorld()
    const zone = { name: 'example.test', type: type.SOA }
    expect(await send(wireMessage({ opcode: 5 }))).toBe('FORMERR')
    expect(await send(wireMessage({ opcode: 5, questions: [zone, zone] }))).toBe('FORMERR')
    const questions = [{ name: 'example.test', type: type.A }]
    expect(await send(wireMessage({ opcode: 5, questions }))).toBe('FORMERR')
  })

  it('is NOTZONE for a record or a prerequisite outside the zone, with nothing of the rest done', async () => {
    const { update, values } = await newWorld()
    const outside = added('v', 'a.other.test')
    expect(await update([added('v'), outside])).toBe('NOTZONE')
    expect(await update([added('v')], [{ ...set(type.ANY), name: 'a.other.test' }])).toBe('NOTZONE')
    expect(values()).toEqual([])
  })

  it.each([
    ['adding a record of type ANY', { ...added('v'), type: type.ANY }],
    ['deleting a set with a TTL', { ...set(type.TXT), ttl: 1 }],
    ['deleting a set with data', { ...set(type.TXT), rdata: txt('v') }],
    ['deleting a record with a TTL', { ...removed('v'), ttl: 1 }],
    ['deleting a record of type ANY', { ...removed('v'), type: type.ANY }],
    ['deleting the set AXFR', set(252)],
    ['a class that RFC 2136 does not know', { ...added('v'), class: 3 }],
    ['an address of three bytes', { name, type: type.A, rdata: Buffer.of(127, 0, 0) }],
    ['an address of five bytes', { name, type: type.A, rdata: Buffer.of(127, 0, 0, 1, 1) }],
    ['a string longer than its data', { name, type: type.TXT, rdata: Buffer.of(9, 65) }],
  ])('is FORMERR for %s', async (_what, record: Rr) => {
    const { update, values } = await newWorld()
    expect(await update([added('before'), record])).toBe('FORMERR')
    expect(values()).toEqual([])
  })

  it.each([
    ['a TTL', { ...set(type.TXT), ttl: 1 }],
    ['data with class ANY', { ...set(type.TXT), rdata: txt('v') }],
    ['data with class NONE', removed('v')],
    ['another class', { ...set(type.TXT), class: 3 }],
  ])('is FORMERR for a prerequisite with %s', async (_what, prerequisite: Rr) => {
    const { update } = await newWorld()
    expect(await update([], [prerequisite])).toBe('FORMERR')
  })

  it('is SERVFAIL for a zone that was told to fail', async () => {
    const { dns, update, values } = await newWorld()
    dns.setServfail('example.test')
    expect(await update([added('v')])).toBe('SERVFAIL')
    expect(values()).toEqual([])
  })
})

describe('prerequisites (RFC 2136 §2.4)', () => {
  const inUse = set(type.ANY)
  const notInUse = { ...set(type.ANY), class: klass.NONE }
  const exists = set(type.TXT)
  const existsNot = { ...set(type.TXT), class: klass.NONE }

  it.each([
    ['RRset exists (value independent)', exists, 'NXRRSET', 'NOERROR'],
    ['RRset does not exist', existsNot, 'NOERROR', 'YXRRSET'],
    ['name is in use', inUse, 'NXDOMAIN', 'NOERROR'],
    ['name is not in use', notInUse, 'NOERROR', 'YXDOMAIN'],
  ])('%s', async (_what, prerequisite, without, standing) => {
    const { update } = await newWorld()
    expect(await update([], [prerequisite])).toBe(without)
    await update([added('v')])
    expect(await update([], [prerequisite])).toBe(standing)
  })

  it('RRset exists (value dependent): the same set in any order, neither more nor fewer', async () => {
    const { update } = await newWorld()
    await update([added('a'), added('b')])
    const wanted = (...values: string[]): Rr[] =>
      values.map((value) => ({ ...added(value), ttl: 0 }))
    expect(await update([], wanted('b', 'a'))).toBe('NOERROR')
    expect(await update([], wanted('a'))).toBe('NXRRSET')
    expect(await update([], wanted('a', 'b', 'c'))).toBe('NXRRSET')
    expect(await update([], wanted('a', 'c'))).toBe('NXRRSET')
  })

  it('sees no use of a name that is only on the way to another', async () => {
    const { update } = await newWorld()
    await update([added('v', 'a.b.example.test')])
    expect(await update([], [{ ...notInUse, name: 'b.example.test' }])).toBe('NOERROR')
  })

  it('changes nothing where one of them fails', async () => {
    const { update, values } = await newWorld()
    expect(await update([added('v')], [notInUse, exists])).toBe('NXRRSET')
    expect(values()).toEqual([])
  })
})

describe('edits (RFC 2136 §3.4.2)', () => {
  it('adds beside what stands, once, and takes a new TTL', async () => {
    const { dns, update } = await newWorld()
    await update([added('a')])
    await update([added('b'), { ...added('a'), ttl: 300 }])
    const records = dns.records(name, 'TXT').map(({ data, ttl }) => [data, ttl])
    expect(records).toEqual([
      ['a', 300],
      ['b', 60],
    ])
  })

  it('deletes one record, one set, or all of a name', async () => {
    const { dns, update, values } = await newWorld()
    const address = { name, type: type.A, ttl: 60, rdata: Buffer.of(127, 0, 0, 1) }
    await update([added('a'), added('b'), added('c'), address])
    expect(await update([removed('b')])).toBe('NOERROR')
    expect(values()).toEqual(['a', 'c'])
    expect(await update([set(type.TXT)])).toBe('NOERROR')
    expect(dns.records(name).map((record) => record.type)).toEqual(['A'])
    expect(await update([set(type.ANY)])).toBe('NOERROR')
    expect(dns.records(name)).toEqual([])
    expect(await update([set(type.ANY), removed('a')])).toBe('NOERROR')
  })

  it('deletes and adds in the order of the message', async () => {
    const { update, values } = await newWorld()
    await update([added('old')])
    await update([set(type.TXT), added('new')])
    expect(values()).toEqual(['new'])
  })

  it('keeps the SOA and the name servers of the zone', async () => {
    const { dns, update } = await newWorld()
    const apex = (kind: number): Rr => set(kind, 'example.test')
    const ns = {
      name: 'example.test',
      type: type.NS,
      class: klass.NONE,
      rdata: wireName('NS1.example.test'),
    }
    for (const edit of [apex(type.ANY), apex(type.SOA), apex(type.NS), ns]) {
      expect(await update([edit])).toBe('NOERROR')
      expect(dns.records('example.test').map((record) => record.type)).toEqual(['SOA', 'NS'])
    }
    await update([
      { name: 'example.test', type: type.NS, ttl: 60, rdata: wireName('ns2.example.test') },
    ])
    await update([ns])
    expect(dns.records('example.test', 'NS')).toMatchObject([{ data: 'ns2.example.test' }])
  })

  it('passes over a CNAME beside other data and other data beside a CNAME', async () => {
    const { dns, update } = await newWorld()
    const alias = (to: string, at: string): Rr => ({
      name: at,
      type: type.CNAME,
      ttl: 60,
      rdata: wireName(to),
    })
    await update([added('v'), alias('x.example.test', name)])
    expect(dns.records(name).map((record) => record.type)).toEqual(['TXT'])
    await update([alias('x.example.test', 'a.example.test'), added('v', 'a.example.test')])
    await update([alias('y.example.test', 'a.example.test')])
    expect(dns.records('a.example.test')).toMatchObject([{ type: 'CNAME', data: 'y.example.test' }])
  })

  it('expands names that the message compressed', async () => {
    const { dns, send } = await newWorld()
    // The zone name stands at offset 12: `alias` then a pointer to it.
    const rdata = Buffer.concat([Buffer.of(5), Buffer.from('alias'), Buffer.of(0xc0, 12)])
    const record = { name: 'a.example.test', type: type.CNAME, ttl: 60, rdata }
    expect(await send(wireUpdate('example.test', [record]))).toBe('NOERROR')
    expect(dns.records('a.example.test')).toMatchObject([{ data: 'alias.example.test' }])
  })

  it('keeps the bytes of a type that it does not know', async () => {
    const { dns, update } = await newWorld()
    const rdata = Buffer.from('000100', 'hex')
    await update([{ name, type: 65, ttl: 60, rdata }])
    expect(dns.records(name)).toMatchObject([{ type: 'TYPE65', data: rdata }])
  })

  it('raises the serial once for an update that changed something', async () => {
    const { zone, update } = await newWorld()
    const before = zone.serial
    await update([added('a'), added('b')])
    expect(zone.serial).toBe(before + 1)
    await update([added('a'), removed('c')])
    expect(zone.serial).toBe(before + 1)
  })

  it('takes the serial of an SOA that is newer, and passes over one that is older', async () => {
    const { zone, update } = await newWorld()
    const apex = { name: 'example.test', type: type.SOA, ttl: 60 }
    await update([{ ...apex, rdata: soa(1000) }])
    expect(zone.serial).toBe(1000)
    await update([{ ...apex, rdata: soa(999) }])
    expect(zone.serial).toBe(1000)
    await update([{ ...apex, name: 'a.example.test', rdata: soa(2000) }])
    expect(zone.serial).toBe(1000)
  })
})
