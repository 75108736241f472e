import { describe, expect, it } from 'vitest'
import { newWorld, problemOf } from '../ca/world.ts'
import { askOf, strictWorld, subproblems } from './world.ts'

const ips = (...values: readonly string[]) => ({
  identifiers: values.map((value) => ({ type: 'ip', value })),
})

describe('names', () => {
  it.each([
    ['that is a suffix', 'com'],
    ['that is a suffix of two labels', 'co.uk'],
    ['that is kept for tests', 'test'],
    ['under a suffix that nobody runs', 'a.example'],
    ['under no suffix', 'a.invalid'],
    ['that is a wildcard for a suffix', '*.co.uk'],
    ['that is local', 'printer.local'],
    ['of one label', 'localhost'],
    ['of eleven labels', 'a.b.c.d.e.f.g.h.i.j.test'],
    ['with a reserved label', 'ab--c.test'],
    ['with Punycode that is not in NFC', 'xn--a-ccb.test'],
    ['with a character that is none', 'a_b.test'],
  ])('4.2 #1 a name %s is rejectedIdentifier', async (_what, name) => {
    const { ask } = await strictWorld()
    const reply = await ask([name])
    expect(problemOf(reply)).toBe('400 rejectedIdentifier')
    expect(reply.json['detail']).toContain(name)
  })

  it('4.2 #1 several are subproblems, each with a type of its own', async () => {
    const { ask } = await strictWorld()
    const reply = await ask(['ab--c.test', 'good.test', 'a.invalid', '*.*.test'])
    expect(problemOf(reply)).toBe('400 rejectedIdentifier')
    expect(subproblems(reply)).toEqual([
      'rejectedIdentifier ab--c.test',
      'malformed a.invalid',
      'malformed *.*.test',
    ])
  })

  it('4.2 #1 names under suffixes of ICANN are taken, private suffixes among them', async () => {
    const { ask } = await strictWorld()
    const names = [
      'www.example.co.uk',
      '*.github.io',
      'xn--bcher-kva.test',
      'a.b.c.d.e.f.g.h.i.test',
    ]
    expect((await ask(names)).status).toBe(201)
  })

  it('4.2 #1 a name that is empty is malformed', async () => {
    const { ask } = await strictWorld()
    expect(problemOf(await ask(['']))).toBe('400 malformed')
    expect(problemOf(await ask([]))).toBe('400 malformed')
  })

  it('4.2 #3 a name that a wildcard of the order covers is malformed', async () => {
    const { ask } = await strictWorld()
    const reply = await ask(['*.a.test', 'www.a.test'])
    expect(problemOf(reply)).toBe('400 malformed')
    expect(reply.json['detail']).toContain('www.a.test')
    expect((await ask(['*.a.test', 'a.test', 'x.www.a.test'])).status).toBe(201)
  })

  it('4.2 #6 an identifier of another type is unsupportedIdentifier', async () => {
    const { ask } = await strictWorld()
    const identifiers = [{ type: 'email', value: 'a@a.test' }]
    expect(problemOf(await ask([], { identifiers }))).toBe('400 unsupportedIdentifier')
  })
})

describe('addresses', () => {
  const profile = 'shortlived'

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '100.64.0.1',
    '169.254.1.1',
    '172.31.0.1',
    '192.168.1.1',
    '198.18.0.1',
    '192.0.2.1',
    '203.0.113.9',
    '255.255.255.255',
    '::1',
    'fe80::1',
    'fd00::1',
    '2001:db8::1',
    '3fff::1',
    '64:ff9b::1',
  ])('4.2 #2 the reserved address %s is rejectedIdentifier', async (value) => {
    const { ask } = await strictWorld()
    expect(problemOf(await ask([], { profile, ...ips(value) }))).toBe('400 rejectedIdentifier')
  })

  it('4.2 #2 an address that is not written as RFC 5952 has it is rejectedIdentifier', async () => {
    const { ask } = await strictWorld()
    for (const value of ['2606:4700:0::1', '2606:4700::A', '08.8.8.8']) {
      expect(problemOf(await ask([], { profile, ...ips(value) }))).toBe('400 rejectedIdentifier')
    }
    const two = await ask([], { profile, ...ips('10.0.0.1', '2606:4700:0::1') })
    expect(subproblems(two)).toEqual(['malformed 10.0.0.1', 'malformed 2606:4700:0::1'])
  })

  it('4.2 #2 public addresses are taken', async () => {
    const { ask } = await strictWorld()
    const asked = ips('8.8.8.8', '1.1.1.1', '2606:4700::1111', '2001:4860:4860::8888')
    expect((await ask([], { profile, ...asked })).status).toBe(201)
  })
})

it('4.3 rules each can be had alone, and left out of the whole', async () => {
  const alone = await newWorld({ rules: { noRedundantNames: true } })
  const member = await alone.member()
  const ask = askOf(alone, member)
  expect((await ask(['a.example'])).status).toBe(201)
  expect(problemOf(await ask(['*.a.example', 'b.a.example']))).toBe('400 malformed')
  const without = await strictWorld({ rules: { publicNames: false } })
  expect((await without.ask(['a.example'])).status).toBe(201)
  expect(problemOf(await without.ask(['*.a.example', 'b.a.example']))).toBe('400 malformed')
})
