import { expect, it, onTestFinished } from 'vitest'
import { startDns } from '../../src/dns/dns.ts'
import { secondaryOf } from '../../src/dns/secondary.ts'
import { createZone } from '../../src/dns/zone.ts'
import { ask, decoded, overUdp, signed, type, wireUpdate } from './wire.ts'

async function twoServers(queries: number) {
  const zone = createZone({ name: 'example.test' })
  const primary = await startDns({ zones: [zone] })
  onTestFinished(async () => primary.close())
  const secret = Buffer.from('secret').toString('base64')
  const key = { name: 'key', algorithm: 'hmac-sha256', secret } as const
  const secondary = await startDns({ zones: [secondaryOf(zone, { queries })], keys: [key] })
  onTestFinished(async () => secondary.close())
  return { primary, secondary, key }
}

it('sees a change only after the questions that it answers from old data', async () => {
  const { primary, secondary } = await twoServers(2)
  const name = '_acme-challenge.example.test'
  primary.add({ name, type: 'TXT', data: 'v' })
  expect((await ask(primary, name, type.TXT)).answers).toHaveLength(1)
  expect((await ask(secondary, name, type.TXT)).rcode).toBe(3)
  expect((await ask(secondary, 'www.example.test', type.A)).rcode).toBe(3)
  expect((await ask(secondary, name, type.TXT)).answers).toHaveLength(1)
  primary.remove({ name })
  expect((await ask(secondary, name, type.TXT)).answers).toHaveLength(1)
  expect((await ask(secondary, name, type.TXT)).answers).toHaveLength(1)
  expect((await ask(secondary, name, type.TXT)).rcode).toBe(3)
})

it('has the serial of what it serves', async () => {
  const { primary, secondary } = await twoServers(1)
  const serialAt = async (server: typeof primary): Promise<number | undefined> => {
    const { answers } = await ask(server, 'example.test', type.SOA)
    return (answers[0]?.data as { serial: number } | undefined)?.serial
  }
  primary.add({ name: 'a.example.test', type: 'TXT', data: 'v' })
  const newest = await serialAt(primary)
  expect(await serialAt(secondary)).toBe(Number(newest) - 1)
  expect(await serialAt(secondary)).toBe(newest)
})

it('starts with what the zone held, and follows at once where no lag is asked for', async () => {
  const { primary, secondary } = await twoServers(0)
  expect((await ask(secondary, 'example.test', type.NS)).answers).toHaveLength(1)
  primary.add({ name: 'a.example.test', type: 'A', data: '127.0.0.1' })
  expect((await ask(secondary, 'a.example.test', type.A)).answers).toHaveLength(1)
})

it('takes no updates and no edits', async () => {
  const { secondary, key } = await twoServers(0)
  const rr = { name: 'a.example.test', type: type.A, rdata: Buffer.of(127, 0, 0, 1) }
  const update = signed(wireUpdate('example.test', [rr]), key).message
  expect(decoded(await overUdp(secondary, update)).rcode).toBe(5)
  const record = { name: 'a.example.test', type: 'A', data: '127.0.0.1' } as const
  expect(() => secondary.add(record)).toThrow(TypeError)
})
