import { Resolver } from 'node:dns/promises'
import { assert, asyncProperty, nat, oneof, tuple, uint8Array } from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startDns } from '../../src/dns/dns.ts'
import type { DnsOptions, RunningDns } from '../../src/dns/dns.ts'
import { createZone } from '../../src/dns/zone.ts'
import { ask, decoded, overTcp, overUdp, type, uint, wireMessage, wireName } from './wire.ts'

async function serverWith(options: DnsOptions = {}): Promise<RunningDns> {
  const dns = await startDns({ zones: [createZone({ name: 'example.test' })], ...options })
  onTestFinished(async () => dns.close())
  return dns
}

function resolverOf({ address, port }: RunningDns): Resolver {
  const resolver = new Resolver({ timeout: 2000, tries: 1 })
  resolver.setServers([address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`])
  return resolver
}

describe('what cannot be answered', () => {
  it('answers bytes that are no message with FORMERR, and fewer than a header with silence', async () => {
    const dns = await serverWith()
    const header = Buffer.concat([uint(99, 2), Buffer.alloc(2), uint(1, 2), Buffer.alloc(6)])
    const reply = await overUdp(dns, Buffer.concat([header, Buffer.of(63)]))
    expect(reply.readUInt16BE(0)).toBe(99)
    expect(reply.readUInt8(3) & 0xf).toBe(1)
    expect(reply).toHaveLength(12)
    const question = wireMessage({ id: 7, questions: [{ name: 'example.test', type: type.SOA }] })
    const [first] = await overTcp(dns, [Buffer.from('short'), question], { replies: 1 })
    expect(first?.readUInt16BE(0)).toBe(7)
  })

  it('lets no pointer lead forward or round in a circle', async () => {
    const dns = await serverWith()
    const header = wireMessage({}).fill(0, 4)
    header.writeUInt16BE(1, 4)
    for (const target of [12, 14, 200]) {
      const looping = Buffer.concat([header, uint(0xc000 | target, 2), uint(1, 2), uint(1, 2)])
      expect((await overUdp(dns, looping)).readUInt8(3) & 0xf).toBe(1)
    }
  })

  it('answers any bytes that claim to be a question', async () => {
    const dns = await serverWith()
    const good = wireMessage({ questions: [{ name: 'www.example.test', type: type.A }] })
    const spoilt = tuple(nat(good.length - 1), nat(255)).map(([at, byte]) => good.with(at, byte))
    const any = oneof(uint8Array({ minLength: 12, maxLength: 80 }), spoilt)
    await assert(
      asyncProperty(any, async (random) => {
        const bytes = Buffer.from(random)
        bytes.writeUInt8(bytes.readUInt8(2) & 0x7f, 2)
        const reply = await overUdp(dns, bytes)
        expect(reply.subarray(0, 2)).toEqual(bytes.subarray(0, 2))
        expect(reply.readUInt8(2) & 0x80).toBe(0x80)
      }),
      { numRuns: 300 },
    )
    expect((await ask(dns, 'example.test', type.SOA)).rcode).toBe(0)
  })

  it('refuses an unknown opcode, another class and a message with two questions', async () => {
    const dns = await serverWith()
    const questions = [{ name: 'example.test', type: type.SOA }]
    const rcodeOf = async (bytes: Buffer): Promise<number> =>
      decoded(await overUdp(dns, bytes)).rcode
    expect(await rcodeOf(wireMessage({ opcode: 2, questions }))).toBe(4)
    expect(
      await rcodeOf(wireMessage({ questions: questions.map((one) => ({ ...one, class: 3 })) })),
    ).toBe(5)
    expect(await rcodeOf(wireMessage({ questions: [...questions, ...questions] }))).toBe(1)
  })

  it('answers a name outside its zones with REFUSED, or NXDOMAIN where it is told to', async () => {
    expect((await ask(await serverWith(), 'elsewhere.invalid', type.A)).rcode).toBe(5)
    const whole = await serverWith({ outside: 'NXDOMAIN' })
    expect((await ask(whole, 'elsewhere.invalid', type.A)).rcode).toBe(3)
  })

  it('listens on loopback addresses only', async () => {
    await expect(startDns({ address: '0.0.0.0' })).rejects.toThrow(TypeError)
    await expect(startDns({ address: '192.0.2.1' })).rejects.toThrow('not a loopback address')
    await expect(startDns({ address: 'localhost' })).rejects.toThrow(TypeError)
  })
})

describe('answers', () => {
  it('gives every type of record as the system resolver reads it', async () => {
    const dns = await serverWith()
    const name = 'all.example.test'
    dns.add({ name, type: 'A', data: '127.0.0.9' })
    dns.add({ name, type: 'AAAA', data: '2001:db8::1' })
    dns.add({ name, type: 'TXT', data: 'one' })
    dns.add({ name, type: 'TXT', data: ['two', 'strings'] })
    dns.add({ name, type: 'MX', data: { preference: 10, exchange: 'mail.example.test' } })
    dns.add({ name, type: 'CAA', data: { critical: true, tag: 'issue', value: 'ca.example' } })
    dns.add({ name: 'sub.example.test', type: 'NS', data: 'ns9.example.test' })
    dns.add({ name: '9.example.test', type: 'PTR', data: 'all.example.test' })
    const resolver = resolverOf(dns)
    expect(await resolver.resolve4(name, { ttl: true })).toEqual([
      { address: '127.0.0.9', ttl: 60 },
    ])
    expect(await resolver.resolve6(name)).toEqual(['2001:db8::1'])
    expect(await resolver.resolveTxt(name)).toEqual([['one'], ['two', 'strings']])
    expect(await resolver.resolveMx(name)).toMatchObject([
      { priority: 10, exchange: 'mail.example.test' },
    ])
    expect(await resolver.resolveCaa(name)).toMatchObject([{ critical: 128, issue: 'ca.example' }])
    expect(await resolver.resolveNs('sub.example.test')).toEqual(['ns9.example.test'])
    expect(await resolver.resolveNs('example.test')).toEqual(['ns1.example.test'])
    expect(await resolver.resolve('9.example.test', 'PTR')).toEqual(['all.example.test'])
    const soa = await resolver.resolveSoa('example.test')
    expect(soa).toMatchObject({ nsname: 'ns1.example.test', hostmaster: 'hostmaster.example.test' })
  })

  it('answers an unknown type with the bytes it was given', async () => {
    const dns = await serverWith()
    dns.add({ name: 'https.example.test', type: 'TYPE65', data: Buffer.from('000100', 'hex') })
    const { answers } = await ask(dns, 'https.example.test', 65)
    expect(answers).toHaveLength(1)
    expect(answers[0]?.data).toEqual(Buffer.from('000100', 'hex'))
  })

  it('says that it is authoritative, that recursion is available, and repeats the question as spelt', async () => {
    const dns = await serverWith()
    dns.add({ name: 'www.example.test', type: 'A', data: '127.0.0.1' })
    const reply = await ask(dns, 'WwW.eXample.TEST', type.A)
    expect(reply).toMatchObject({ flag_aa: true, flag_ra: true, flag_rd: true, flag_tc: false })
    expect(reply.bytes.includes(wireName('WwW.eXample.TEST'))).toBe(true)
    expect(reply.answers.map(({ name }) => name.toLowerCase())).toEqual(['www.example.test'])
  })

  it('answers ANY with all that stands at the name', async () => {
    const dns = await serverWith()
    const { answers } = await ask(dns, 'example.test', type.ANY)
    expect(answers.map((answer) => answer.type).sort()).toEqual(['NS', 'SOA'])
  })

  it('takes the zone that is nearest to the name', async () => {
    const dns = await serverWith()
    dns.add({ name: 'www.deep.example.test', type: 'A', data: '127.0.0.1' })
    dns.addZone({ name: 'deep.example.test' })
    expect((await ask(dns, 'www.deep.example.test', type.A)).rcode).toBe(3)
    dns.add({ name: 'www.deep.example.test', type: 'A', data: '127.0.0.2' })
    expect((await ask(dns, 'www.deep.example.test', type.A)).answers[0]?.data).toBe('127.0.0.2')
  })

  it('refers to the name servers of a zone cut, with their addresses and without AA', async () => {
    const dns = await serverWith()
    dns.add({ name: 'sub.example.test', type: 'NS', data: 'ns.sub.example.test' })
    dns.add({ name: 'ns.sub.example.test', type: 'A', data: '127.0.0.5' })
    const reply = await ask(dns, 'www.sub.example.test', type.A)
    expect(reply).toMatchObject({ rcode: 0, flag_aa: false, answers: [] })
    expect(reply.authorities).toMatchObject([
      { name: 'sub.example.test', data: 'ns.sub.example.test' },
    ])
    expect(reply.additionals).toMatchObject([{ name: 'ns.sub.example.test', data: '127.0.0.5' }])
  })
})

describe('names that are not there', () => {
  it('tells NXDOMAIN from a name without such a record, both with the SOA', async () => {
    const dns = await serverWith()
    dns.add({ name: 'www.example.test', type: 'A', data: '127.0.0.1' })
    for (const [name, rcode] of [
      ['nope.example.test', 3],
      ['www.example.test', 0],
    ] as const) {
      const reply = await ask(dns, name, type.TXT)
      expect(reply).toMatchObject({ rcode, flag_aa: true, answers: [] })
      // RFC 2308 §3: the smaller of the SOA's TTL (60) and its minimum (5).
      expect(reply.authorities).toMatchObject([{ name: 'example.test', type: 'SOA', ttl: 5 }])
    }
  })

  it('has an empty non-terminal exist exactly as long as there is something below it', async () => {
    const dns = await serverWith()
    const record = { name: '_acme-challenge.a.b.example.test', type: 'TXT', data: 'v' } as const
    expect((await ask(dns, 'b.example.test', type.A)).rcode).toBe(3)
    dns.add(record)
    expect((await ask(dns, 'b.example.test', type.A)).rcode).toBe(0)
    dns.remove(record)
    expect((await ask(dns, 'b.example.test', type.A)).rcode).toBe(3)
  })

  it('synthesises from a wildcard, but not below a name that exists (RFC 4592 §3.3.1)', async () => {
    const dns = await serverWith()
    dns.add({ name: '*.example.test', type: 'A', data: '127.0.0.7' })
    const reply = await ask(dns, 'x.y.example.test', type.A)
    expect(reply.answers).toMatchObject([{ name: 'x.y.example.test', data: '127.0.0.7' }])
    expect(await ask(dns, 'x.example.test', type.TXT)).toMatchObject({ rcode: 0, answers: [] })
    dns.add({ name: '_acme-challenge.y.example.test', type: 'TXT', data: 'v' })
    expect(await ask(dns, 'y.example.test', type.A)).toMatchObject({ rcode: 0, answers: [] })
    expect((await ask(dns, 'x.y.example.test', type.A)).rcode).toBe(3)
  })
})

describe('aliases', () => {
  it('follows a chain across its zones', async () => {
    const dns = await serverWith()
    dns.addZone({ name: 'other.test' })
    dns.add({ name: '_acme-challenge.example.test', type: 'CNAME', data: 'a.other.test' })
    dns.add({ name: 'a.other.test', type: 'CNAME', data: 'b.other.test' })
    dns.add({ name: 'b.other.test', type: 'TXT', data: 'proof' })
    const { answers } = await ask(dns, '_acme-challenge.example.test', type.TXT)
    expect(answers.map((answer) => answer.type)).toEqual(['CNAME', 'CNAME', 'TXT'])
    expect(await resolverOf(dns).resolveTxt('_acme-challenge.example.test')).toEqual([['proof']])
  })

  it('gives the alias itself to who asks for it', async () => {
    const dns = await serverWith()
    dns.add({ name: 'a.example.test', type: 'CNAME', data: 'b.example.test' })
    const { answers } = await ask(dns, 'a.example.test', type.CNAME)
    expect(answers).toMatchObject([{ type: 'CNAME', data: 'b.example.test' }])
  })

  it('has the code of the last name in the chain (RFC 6604 §3)', async () => {
    const dns = await serverWith()
    dns.add({ name: 'a.example.test', type: 'CNAME', data: 'gone.example.test' })
    dns.add({ name: 'b.example.test', type: 'CNAME', data: 'a.elsewhere.invalid' })
    expect(await ask(dns, 'a.example.test', type.A)).toMatchObject({
      rcode: 3,
      answers: [{ type: 'CNAME' }],
    })
    expect(await ask(dns, 'b.example.test', type.A)).toMatchObject({
      rcode: 0,
      answers: [{ type: 'CNAME' }],
    })
  })

  it('answers a loop with SERVFAIL', async () => {
    const dns = await serverWith()
    dns.add({ name: 'a.example.test', type: 'CNAME', data: 'b.example.test' })
    dns.add({ name: 'b.example.test', type: 'CNAME', data: 'A.example.test' })
    expect((await ask(dns, 'a.example.test', type.A)).rcode).toBe(2)
  })

  it('lets nothing stand beside a CNAME', async () => {
    const dns = await serverWith()
    dns.add({ name: 'a.example.test', type: 'CNAME', data: 'b.example.test' })
    expect(() => dns.add({ name: 'a.example.test', type: 'TXT', data: 'v' })).toThrow(TypeError)
    expect(() => dns.add({ name: 'example.test', type: 'CNAME', data: 'b.test' })).toThrow(
      TypeError,
    )
  })
})

describe('transport', () => {
  it('truncates what does not fit into a datagram, and gives the whole over TCP', async () => {
    const dns = await serverWith()
    for (let index = 0; index < 30; index++) {
      dns.add({ name: 'big.example.test', type: 'TXT', data: `${index}`.padEnd(60, '.') })
    }
    const short = await ask(dns, 'big.example.test', type.TXT)
    expect(short).toMatchObject({ flag_tc: true, answers: [] })
    expect(await resolverOf(dns).resolveTxt('big.example.test')).toHaveLength(30)
    expect(dns.log.map(({ transport }) => transport)).toEqual(['udp', 'udp', 'tcp'])
  })

  it('fills a datagram as far as EDNS says, at most 1232 bytes, and has an OPT record of its own', async () => {
    const dns = await serverWith()
    const fill = (count: number, name: string): void => {
      for (let index = 0; index < count; index++) {
        dns.add({ name, type: 'TXT', data: `${index}`.padEnd(80, '.') })
      }
    }
    fill(10, 'ten.example.test')
    fill(20, 'twenty.example.test')
    const opt = { name: '', type: type.OPT, class: 4096, ttl: 0x8000 }
    const ten = await ask(dns, 'ten.example.test', type.TXT, { additionals: [opt] })
    expect(ten.answers).toHaveLength(10)
    expect(ten.additionals).toMatchObject([{ type: 'OPT', udpPayloadSize: 1232, flag_do: true }])
    const twenty = await ask(dns, 'twenty.example.test', type.TXT, { additionals: [opt] })
    expect(twenty).toMatchObject({ flag_tc: true, additionals: [{ type: 'OPT' }] })
    expect((await ask(dns, 'ten.example.test', type.TXT)).flag_tc).toBe(true)
  })

  it('answers a version of EDNS that it does not know with BADVERS', async () => {
    const dns = await serverWith()
    const additionals = [{ name: '', type: type.OPT, class: 1232, ttl: 1 << 16 }]
    expect((await ask(dns, 'example.test', type.SOA, { additionals })).rcode).toBe(16)
  })

  it('reads several messages from one connection, however the bytes arrive', async () => {
    const dns = await serverWith()
    const messages = [1, 2, 3].map((id) =>
      wireMessage({ id, questions: [{ name: 'example.test', type: type.SOA }] }),
    )
    for (const cut of [1, 7, 1000]) {
      const replies = await overTcp(dns, messages, { cut })
      expect(replies.map((reply) => reply.readUInt16BE(0))).toEqual([1, 2, 3])
    }
  })

  it('listens on ::1 too, at the same port, where the machine has it', async ({ skip }) => {
    const dns = await serverWith()
    if (!dns.addresses.includes('::1')) skip('this machine has no ::1')
    const reply = await ask({ address: '::1', port: dns.port }, 'example.test', type.SOA)
    expect(reply.rcode).toBe(0)
  })

  it('gives a TXT value longer than 255 bytes in several strings', async () => {
    const dns = await serverWith()
    const data = `${'a'.repeat(255)}${'b'.repeat(255)}c`
    dns.add({ name: 'long.example.test', type: 'TXT', data })
    const [strings = []] = await resolverOf(dns).resolveTxt('long.example.test')
    expect(strings.map(({ length }) => length)).toEqual([255, 255, 1])
    expect(dns.records('long.example.test', 'TXT')).toMatchObject([{ data }])
    expect(() => dns.add({ name: 'x.example.test', type: 'TXT', data: ['a'.repeat(256)] })).toThrow(
      TypeError,
    )
  })
})

describe('editing', () => {
  it('refuses a record outside its zones, an address that is none and a name that does not fit', async () => {
    const dns = await serverWith()
    expect(() => dns.add({ name: 'a.other.test', type: 'A', data: '127.0.0.1' })).toThrow(TypeError)
    expect(() => dns.add({ name: 'a.example.test', type: 'A', data: '::1' })).toThrow(TypeError)
    expect(() => dns.add({ name: 'a.example.test', type: 'AAAA', data: '127.0.0.1' })).toThrow(
      TypeError,
    )
    const long = `${'a'.repeat(64)}.example.test`
    expect(() => dns.add({ name: long, type: 'A', data: '127.0.0.1' })).toThrow(TypeError)
    expect(dns.records('a.example.test')).toEqual([])
  })

  it('raises the serial with each change, and only then', async () => {
    const zone = createZone({ name: 'example.test' })
    const dns = await serverWith({ zones: [zone] })
    const record = { name: 'a.example.test', type: 'TXT', data: 'v' } as const
    const before = zone.serial
    dns.add(record)
    expect(zone.serial).toBe(before + 1)
    dns.add(record)
    expect(zone.serial).toBe(before + 1)
    expect(dns.remove(record)).toBe(1)
    expect(dns.remove(record)).toBe(0)
    expect(zone.serial).toBe(before + 2)
  })

  it('removes one value, one type or all of a name, never the SOA', async () => {
    const dns = await serverWith()
    const name = 'a.example.test'
    for (const data of ['1', '2', '3']) dns.add({ name, type: 'TXT', data })
    dns.add({ name, type: 'A', data: '127.0.0.1' })
    expect(dns.remove({ name, type: 'TXT', data: '2' })).toBe(1)
    expect(dns.records(name, 'TXT').map(({ data }) => data)).toEqual(['1', '3'])
    expect(dns.remove({ name, type: 'TXT' })).toBe(2)
    expect(dns.remove({ name })).toBe(1)
    expect(dns.remove({ name: 'example.test' })).toBe(1)
    expect(dns.records('example.test').map((record) => record.type)).toEqual(['SOA'])
  })

  it('fails for the names that were told to fail, and recovers', async () => {
    const dns = await serverWith()
    dns.add({ name: 'a.example.test', type: 'CNAME', data: 'b.example.test' })
    dns.setServfail('B.example.test')
    expect((await ask(dns, 'b.example.test', type.A)).rcode).toBe(2)
    expect((await ask(dns, 'a.example.test', type.A)).rcode).toBe(2)
    expect((await ask(dns, 'c.example.test', type.A)).rcode).toBe(3)
    dns.setServfail('b.example.test', false)
    expect((await ask(dns, 'b.example.test', type.A)).rcode).toBe(3)
  })

  it('holds answers back for as long as it was told, by its clock', async () => {
    const slept: number[] = []
    const clock = {
      now: () => 0,
      random: () => 0,
      sleep: async (ms: number) => void slept.push(ms),
    }
    const dns = await serverWith({ clock })
    await ask(dns, 'example.test', type.SOA)
    dns.setDelay(1500)
    await ask(dns, 'example.test', type.SOA)
    expect(slept).toEqual([1500])
  })

  it('logs what was asked, by whom it was signed and what it answered', async () => {
    const dns = await serverWith({
      clock: { now: () => 42, random: () => 0, sleep: async () => {} },
    })
    await ask(dns, 'Nope.example.test', type.AAAA)
    expect(dns.log).toEqual([
      {
        at: 42,
        transport: 'udp',
        operation: 'query',
        name: 'Nope.example.test',
        type: 'AAAA',
        rcode: 'NXDOMAIN',
      },
    ])
  })

  it('can be closed while an answer is held back', async () => {
    const dns = await serverWith()
    dns.setDelay(60_000)
    const asked = overTcp(dns, [wireMessage({ questions: [{ name: 'example.test', type: 6 }] })])
    await expect.poll(() => dns.log.length).toBe(1)
    await dns.close()
    await dns.close()
    expect(await asked.catch(() => [])).toEqual([])
  })
})
