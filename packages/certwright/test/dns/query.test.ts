import { decode, encode } from 'dns-packet'
import { expect, it } from 'vitest'
import { ask, txtValues } from '../../src/dns/query.ts'
import { resolver } from '../../src/dns/resolver.ts'
import { closedPort, rawServer, serverText, zonesAt } from './world.ts'

const question = { name: 'www.example.test', type: 'TXT' } as const

const AUTHORITATIVE = 0x0400
const TRUNCATED = 0x0200

function replyTo(message: Buffer, { id = 0, flags = AUTHORITATIVE, text = 'right' } = {}): Buffer {
  const asked = decode(message)
  return encode({
    type: 'response',
    id: (asked.id ?? 0) + id,
    flags,
    questions: asked.questions,
    answers: text === '' ? [] : [{ ...question, ttl: 1, data: text }],
  })
}

it('says that a server is silent after the last attempt', async () => {
  const server = await rawServer({ udp: () => [] })
  await expect(ask(question, server, { timeoutMs: 30, attempts: 3 })).rejects.toMatchObject({
    code: 'DNS_SERVER_SILENT',
    params: { server: `127.0.0.1:${server.port}` },
  })
  expect(server.received.udp).toBe(3)
  await server.close()
})

it('hears at once that nobody listens', async () => {
  const port = await closedPort()
  await expect(
    ask(question, { address: '127.0.0.1', port }, { timeoutMs: 20_000, attempts: 1 }),
  ).rejects.toMatchObject({ code: 'DNS_SERVER_UNREACHABLE', params: { reason: 'ECONNREFUSED' } })
})

it('drops a datagram with a wrong id, a wrong question or no sense, and takes the right one after it', async () => {
  const server = await rawServer({
    udp: (message) => [
      Buffer.from('nonsense'),
      message,
      replyTo(message, { id: 1, text: 'forged' }),
      ...[
        { name: 'other.test', type: 'TXT' as const },
        { name: question.name, type: 'A' as const },
      ].map((other) => {
        const asked = encode({ ...decode(message), questions: [other] })
        return replyTo(asked, { text: 'forged' })
      }),
      replyTo(message),
    ],
  })
  const reply = await ask(question, server)
  expect(txtValues(reply, question.name)).toEqual(['right'])
  await server.close()
})

it('asks again over TCP when the reply was truncated', async () => {
  const server = await rawServer({
    udp: (message) => [replyTo(message, { flags: AUTHORITATIVE | TRUNCATED, text: '' })],
    tcp: (message) => [replyTo(message, { text: 'x'.repeat(200) })],
  })
  const reply = await ask(question, server)
  expect(txtValues(reply, question.name)).toEqual(['x'.repeat(200)])
  expect(server.received).toEqual({ udp: 1, tcp: 1 })
  await server.close()
})

it('asks again over TCP even where truncation cut a record in two', async () => {
  const server = await rawServer({
    udp: (message) => {
      const whole = replyTo(message, { flags: AUTHORITATIVE | TRUNCATED })
      return [whole.subarray(0, whole.length - 3)]
    },
    tcp: (message) => [replyTo(message)],
  })
  expect(txtValues(await ask(question, server), question.name)).toEqual(['right'])
  await server.close()
})

it('says so when a reply over TCP ends before it is whole', async () => {
  const server = await rawServer({
    udp: (message) => [replyTo(message, { flags: TRUNCATED })],
    tcp: (message) => [replyTo(message, { id: 7 })],
  })
  await expect(ask(question, server)).rejects.toMatchObject({ code: 'DNS_REPLY_NOT_CONFORM' })
  await server.close()
})

it('stops waiting as soon as it is aborted', async () => {
  const server = await rawServer({ udp: () => [] })
  const controller = new AbortController()
  const asked = ask(question, server, { timeoutMs: 20_000, signal: controller.signal })
  controller.abort(new Error('enough'))
  await expect(asked).rejects.toThrow('enough')
  await server.close()
})

it('joins the strings of one record, and tells records apart', async () => {
  const dns = await zonesAt('example.test')
  dns.add({ ...question, data: ['one ', 'value'] })
  dns.add({ ...question, data: 'another' })
  const reply = await ask({ ...question, name: 'WWW.example.test.' }, dns)
  expect([...txtValues(reply, question.name)].sort()).toEqual(['another', 'one value'])
  expect(reply).toMatchObject({ rcode: 'NOERROR', authoritative: true })
  await dns.close()
})

it('wants recursion of a resolver, and none of an authoritative server', async () => {
  const wanted: (boolean | undefined)[] = []
  const server = await rawServer({
    udp: (message) => {
      wanted.push(decode(message).flag_rd)
      return [replyTo(message)]
    },
  })
  await ask(question, server)
  await ask(question, server, { recursive: false })
  expect(wanted).toEqual([true, false])
  await server.close()
})

it('asks over IPv6', async ({ skip }) => {
  const dns = await zonesAt('example.test')
  if (!dns.addresses.includes('::1')) skip('this machine has no IPv6')
  dns.add({ ...question, data: 'right' })
  const reply = await ask(question, { address: '::1', port: dns.port })
  expect(txtValues(reply, question.name)).toEqual(['right'])
  await dns.close()
})

it('goes on to the next resolver when one fails or is silent', async () => {
  const [dns, silent] = [await zonesAt('example.test'), await rawServer({ udp: () => [] })]
  const failing = await rawServer({ udp: (message) => [replyTo(message, { flags: 2 })] })
  const servers = [`127.0.0.1:${silent.port}`, `127.0.0.1:${failing.port}`, serverText(dns)]
  const reply = await resolver({ servers, timeoutMs: 30 }).ask({
    name: 'example.test',
    type: 'SOA',
  })
  expect(reply.answers).toHaveLength(1)
  await Promise.all([dns.close(), silent.close(), failing.close()])
})

it('names the question and the last reason when no resolver answers', async () => {
  const failing = await rawServer({ udp: (message) => [replyTo(message, { flags: 2 })] })
  const asked = resolver({ servers: [`127.0.0.1:${failing.port}`] })
  await expect(asked.ask({ name: 'example.test', type: 'NS' })).rejects.toMatchObject({
    code: 'DNS_RESOLVER_FAILED',
    params: { name: 'example.test', type: 'NS', reason: 'SERVFAIL' },
  })
  await failing.close()
})

it("takes the system's resolvers where none is named", () => {
  expect(resolver().servers.every(({ port }) => port > 0)).toBe(true)
})
