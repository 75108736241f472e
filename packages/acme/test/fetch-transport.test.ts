import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fetchTransport, type AcmeRequest } from '@certwright/acme'
import { afterEach, describe, expect, it } from 'vitest'
import { failure } from './failure.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function serving(listener: RequestListener) {
  const server = createServer(listener)
  let connections = 0
  server.on('connection', () => (connections += 1))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/`, connections: () => connections }
}

const get = (url: string): AcmeRequest => ({
  method: 'GET',
  url,
  headers: { 'user-agent': 'test' },
})

describe('fetchTransport', () => {
  it('carries a request and its reply whole', async () => {
    const { url } = await serving((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        response.setHeader('Replay-Nonce', 'abc')
        response.statusCode = 400
        response.end(JSON.stringify([request.headers, Buffer.concat(chunks).toString()]))
      })
    })
    const reply = await fetchTransport().exchange({
      method: 'POST',
      url,
      headers: { 'user-agent': 'test', 'content-type': 'application/jose+json' },
      body: '{"a":1}',
    })
    expect(reply).toMatchObject({ status: 400, headers: { 'replay-nonce': 'abc' } })
    const [headers, body] = JSON.parse(new TextDecoder().decode(reply.body)) as [object, string]
    expect(headers).toMatchObject({
      'user-agent': 'test',
      'content-type': 'application/jose+json',
      'content-length': '7',
    })
    expect(body).toBe('{"a":1}')
  })

  const lent = (body: ReadableStream<Uint8Array> | null, status = 200, inits: object[] = []) => ({
    fetch: async (_input: unknown, init?: object) => {
      inits.push(init ?? {})
      return new Response(body, { status })
    },
  })

  it('sends no body, and reads none, where there is none', async () => {
    const inits: object[] = []
    const transport = fetchTransport(lent(null, 204, inits))
    const reply = await transport.exchange(get('https://ca.test/'))
    expect([reply.status, reply.body.length]).toEqual([204, 0])
    expect(inits.map((init) => Object.keys(init))).toEqual([
      ['method', 'headers', 'redirect', 'signal'],
    ])
  })

  it('joins what comes in pieces, up to the very limit', async () => {
    const pieces = (): ReadableStream<Uint8Array> =>
      new ReadableStream({
        start(controller) {
          for (const text of ['abc', 'de', 'f']) controller.enqueue(new TextEncoder().encode(text))
          controller.close()
        },
      })
    const read = async (maxBodyBytes: number) =>
      fetchTransport({ ...lent(pieces()), maxBodyBytes }).exchange(get('https://ca.test/'))
    expect(new TextDecoder().decode((await read(6)).body)).toBe('abcdef')
    await expect(read(5)).rejects.toThrow(failure('ACME_RESPONSE_NOT_CONFORM'))
  })

  it('does not follow redirects by itself', async () => {
    const { url } = await serving((_, response) => {
      response.writeHead(302, { location: '/elsewhere' }).end()
    })
    await expect(fetchTransport().exchange(get(url))).resolves.toMatchObject({
      status: 302,
      headers: { location: '/elsewhere' },
    })
  })

  it('does not connect anew for every nonce that is fetched by GET', async () => {
    const { url, connections } = await serving((_, response) => {
      response.writeHead(204).end()
    })
    const transport = fetchTransport()
    for (let i = 0; i < 20; i += 1) await transport.exchange(get(url))
    // The runtime may overlap two of them.
    expect(connections()).toBeLessThan(5)
  })

  it('cuts off a body that is too long', async () => {
    const { url } = await serving((_, response) => {
      response.end('x'.repeat(100_000))
    })
    await expect(fetchTransport({ maxBodyBytes: 50_000 }).exchange(get(url))).rejects.toThrow(
      failure('ACME_RESPONSE_NOT_CONFORM'),
    )
  })

  it('gives up on a server that does not answer, or stops in the middle', async () => {
    const silent = await serving(() => undefined)
    const transport = fetchTransport({ timeoutMs: 50 })
    await expect(transport.exchange(get(silent.url))).rejects.toThrow(failure('ACME_NETWORK'))
    const halting = await serving((_, response) => void response.write('x'))
    await expect(transport.exchange(get(halting.url))).rejects.toThrow(failure('ACME_NETWORK'))
  })

  it('ends with the reason of an abort', async () => {
    const controller = new AbortController()
    const { url } = await serving(() => controller.abort('enough'))
    await expect(fetchTransport().exchange(get(url), controller.signal)).rejects.toBe('enough')
  })

  it('says why there was no reply, from the innermost cause', async () => {
    const { url } = await serving((request) => request.socket.destroy())
    await expect(fetchTransport().exchange(get(url))).rejects.toThrow(failure('ACME_NETWORK'))

    const untrusted = Object.assign(new Error('self-signed certificate'), {
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    })
    const fetch = (): Promise<never> =>
      Promise.reject(new TypeError('fetch failed', { cause: new AggregateError([untrusted]) }))
    await expect(fetchTransport({ fetch }).exchange(get('https://ca.test/'))).rejects.toThrow(
      failure('ACME_SERVER_NOT_TRUSTED'),
    )
  })
})
