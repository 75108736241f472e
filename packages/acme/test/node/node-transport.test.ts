import { execFile } from 'node:child_process'
import { once } from 'node:events'
import {
  constants,
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type SecureServerOptions,
  type ServerHttp2Session,
} from 'node:http2'
import { createServer, type Server } from 'node:https'
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { promisify } from 'node:util'
import { createCsr, getAccount, obtain, systemHost, type AcmeRequest } from '@certwright/acme'
import { nodeTransport } from '@certwright/acme/node'
import { afterAll, describe, expect, it } from 'vitest'
import { failure } from '../failure.ts'
import { fakeCa, knownAccount, newSigner } from '../fake-ca.ts'
import { serverCertificate } from './server-certificate.ts'

type Handler = (
  request: Pick<Http2ServerRequest, 'method' | 'url' | 'headers' | 'httpVersion'> &
    AsyncIterable<Buffer>,
  response: Pick<Http2ServerResponse, 'statusCode' | 'setHeader' | 'end' | 'write' | 'on'>,
) => void

interface World {
  readonly url: string
  readonly ca: string
  readonly server: Http2SecureServer | Server
  readonly sessions: Set<ServerHttp2Session>
  /** TLS connections so far. */
  readonly connections: () => number
}

const identity = await serverCertificate()
const other = await serverCertificate([{ type: 'dns', value: 'other.test' }])
const opened: (() => Promise<void>)[] = []
afterAll(() => Promise.all(opened.map((close) => close())))

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((own) => own?.address === '::1')

async function listening(server: Http2SecureServer | Server, host = '127.0.0.1'): Promise<World> {
  let connections = 0
  const sessions = new Set<ServerHttp2Session>()
  const sockets = new Set<{ destroy(): unknown }>()
  server.on('secureConnection', (socket: { destroy(): unknown }) => {
    connections += 1
    sockets.add(socket)
  })
  server.on('session', (session: ServerHttp2Session) => sessions.add(session))
  server.listen(0, host)
  await once(server, 'listening')
  opened.push(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `https://${host.includes(':') ? `[${host}]` : host}:${port}/directory`,
    ca: identity.cert,
    server,
    sessions,
    connections: () => connections,
  }
}

const http2 = (handler: Handler, options: SecureServerOptions = {}): Promise<World> =>
  listening(createSecureServer({ ...identity, ...options }, handler as never))

const http1 = (handler: Handler, options: SecureServerOptions = {}): Promise<World> =>
  listening(createServer({ ...identity, ...options }, handler as never))

const echo: Handler = (request, response) => {
  void (async () => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    response.setHeader('replay-nonce', 'abc')
    response.setHeader('link', ['<a>;rel="up"', '<b>;rel="index"'])
    response.end(
      JSON.stringify({
        method: request.method,
        url: request.url,
        version: request.httpVersion,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      }),
    )
  })()
}

const get = (url: string): AcmeRequest => ({
  method: 'GET',
  url,
  headers: { 'user-agent': 'test' },
})
const post = (url: string): AcmeRequest => ({
  method: 'POST',
  url,
  headers: { 'content-type': 'application/jose+json' },
  body: '{"é":1}',
})
const bodyOf = ({ body }: { readonly body: Uint8Array }): Record<string, unknown> =>
  JSON.parse(new TextDecoder().decode(body)) as Record<string, unknown>

describe.each([
  ['2.0', http2],
  ['1.1', http1],
] as const)('nodeTransport over HTTP/%s', (version, open) => {
  it('carries requests and replies whole, one after the other over one connection', async () => {
    const { url, ca, connections } = await open(echo)
    const transport = nodeTransport({ ca })
    for (let i = 0; i < 3; i += 1) {
      const reply = await transport.exchange(post(`${url}?q=%7E&x`))
      expect(reply.status).toBe(200)
      expect(reply.headers).toMatchObject({
        'replay-nonce': 'abc',
        link: '<a>;rel="up", <b>;rel="index"',
      })
      expect(bodyOf(reply)).toMatchObject({
        method: 'POST',
        url: '/directory?q=%7E&x',
        version,
        body: '{"é":1}',
        headers: { 'content-type': 'application/jose+json', 'content-length': '8' },
      })
      const { headers } = bodyOf(await transport.exchange(get(url)))
      expect(headers).toHaveProperty('user-agent', 'test')
      expect(headers).not.toHaveProperty('content-length')
    }
    expect(connections()).toBe(1)
    transport.close?.()
  })

  it('keeps the connection after a reply without a body', async () => {
    const { url, ca, connections } = await open((_, response) => {
      response.statusCode = 204
      response.end()
    })
    const transport = nodeTransport({ ca })
    for (let i = 0; i < 3; i += 1) {
      await expect(transport.exchange(get(url))).resolves.toMatchObject({
        status: 204,
        body: new Uint8Array(),
      })
    }
    expect(connections()).toBe(1)
    transport.close?.()
  })

  it('refuses a server that nobody vouches for', async () => {
    const { url } = await open(echo)
    await expect(nodeTransport().exchange(get(url))).rejects.toThrow(
      failure('ACME_SERVER_NOT_TRUSTED'),
    )
  })

  it('refuses a server of another name', async () => {
    const { url } = await open(echo, other)
    await expect(nodeTransport({ ca: other.cert }).exchange(get(url))).rejects.toThrow(
      failure('ACME_SERVER_NOT_TRUSTED'),
    )
  })

  it('cuts off a body that is too long', async () => {
    const { url, ca } = await open((_, response) => {
      const more = (): void => {
        response.write('x'.repeat(10_000))
        setImmediate(more)
      }
      more()
    })
    const transport = nodeTransport({ ca, maxBodyBytes: 50_000 })
    await expect(transport.exchange(get(url))).rejects.toThrow(failure('ACME_RESPONSE_NOT_CONFORM'))
    transport.close?.()
  })

  it('takes a body of just so many octets, and ends the exchange at one more', async () => {
    const ended = Promise.withResolvers<void>()
    const { url, ca } = await open((request, response) => {
      const length = Number(request.url?.split('?')[1])
      response.write('x'.repeat(length))
      if (length === 10) response.end()
      else response.on('close', ended.resolve)
    })
    const transport = nodeTransport({ ca, maxBodyBytes: 10 })
    const { body } = await transport.exchange(get(`${url}?10`))
    expect(body).toHaveLength(10)
    await expect(transport.exchange(get(`${url}?11`))).rejects.toThrow(
      failure('ACME_RESPONSE_NOT_CONFORM'),
    )
    await ended.promise
    transport.close?.()
  })

  it('joins what a reply says in several fields of one name', async () => {
    const { url, ca } = await open((_, response) => {
      response.setHeader('set-cookie', ['a=1', 'b=2'])
      response.end()
    })
    const transport = nodeTransport({ ca })
    const { headers } = await transport.exchange(get(url))
    expect(headers['set-cookie']).toBe('a=1, b=2')
    transport.close?.()
  })

  it('asks for the server by its name, and for none where that is an address', async () => {
    const asked: string[] = []
    const { url, ca } = await open(echo, {
      SNICallback: (name, done) => {
        asked.push(name)
        done(null)
      },
    })
    const transport = nodeTransport({ ca })
    await transport.exchange(get(url))
    expect(asked).toEqual([])
    await transport.exchange(get(url.replace('127.0.0.1', 'localhost')))
    expect(asked).toEqual(['localhost'])
    transport.close?.()
  })

  it('closes what it has opened', async () => {
    const { url, ca, server } = await open(echo)
    const secured = once(server, 'secureConnection') as Promise<[Socket]>
    const transport = nodeTransport({ ca })
    await transport.exchange(get(url))
    const [socket] = await secured
    const closed = once(socket, 'close')
    transport.close?.()
    await closed
  })

  it('connects to a server that was not there before', async () => {
    const { url, ca, server } = await open(echo)
    const { port } = new URL(url)
    await new Promise((resolve) => server.close(resolve))
    const transport = nodeTransport({ ca })
    await expect(transport.exchange(get(url))).rejects.toThrow(failure('ACME_NETWORK'))
    server.listen(Number(port), '127.0.0.1')
    await once(server, 'listening')
    await expect(transport.exchange(get(url))).resolves.toHaveProperty('status', 200)
    transport.close?.()
  })

  it('gives up on a server that does not answer, and tries another connection next time', async () => {
    let silent = true
    const { url, ca, server, connections } = await open((request, response) => {
      if (!silent) echo(request, response)
    })
    const secured = once(server, 'secureConnection') as Promise<[Socket]>
    const closed = secured.then(([socket]) => once(socket, 'close'))
    const transport = nodeTransport({ ca, timeoutMs: 100 })
    await expect(transport.exchange(get(url))).rejects.toThrow(failure('ACME_NETWORK'))
    await closed
    silent = false
    await expect(transport.exchange(get(url))).resolves.toHaveProperty('status', 200)
    expect(connections()).toBe(2)
    transport.close?.()
  })

  it('ends with the reason of an abort', async () => {
    const controller = new AbortController()
    const ended = Promise.withResolvers<void>()
    const { url, ca } = await open((_, response) => {
      response.on('close', ended.resolve)
      controller.abort('enough')
    })
    const transport = nodeTransport({ ca })
    await expect(transport.exchange(get(url), controller.signal)).rejects.toBe('enough')
    // The server hears of it.
    await ended.promise
    await expect(transport.exchange(get(url), controller.signal)).rejects.toBe('enough')
    transport.close?.()
  })

  it('says so when the server hangs up, and connects anew', async () => {
    let rude = true
    const { url, ca } = await open((request, response) => {
      if (!rude) return echo(request, response)
      rude = false
      const { socket, stream } = request as unknown as Record<
        'socket' | 'stream',
        { destroy(): void; session?: { destroy(): void } } | undefined
      >
      if (stream?.session) stream.session.destroy()
      else socket?.destroy()
    })
    const transport = nodeTransport({ ca })
    await expect(transport.exchange(get(url))).rejects.toThrow(failure('ACME_NETWORK'))
    await expect(transport.exchange(get(url))).resolves.toHaveProperty('status', 200)
    transport.close?.()
  })

  it('survives the loss of a connection that its caller has given up on', async () => {
    const { url, ca, server, connections } = await open(echo)
    const transport = nodeTransport({ ca })
    const controller = new AbortController()
    const socket = once(server, 'connection') as Promise<[Socket]>
    const secured = once(server, 'secureConnection')
    const given = transport.exchange(get(url), controller.signal)
    controller.abort('enough')
    await expect(given).rejects.toBe('enough')
    const [lost] = await socket
    await secured
    lost.resetAndDestroy()
    await expect
      .poll(() =>
        transport.exchange(get(url)).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200)
    expect(connections()).toBe(2)
    transport.close?.()
  })

  it('works again after it was closed', async () => {
    const { url, ca, connections } = await open(echo)
    const transport = nodeTransport({ ca: [ca] })
    await transport.exchange(get(url))
    transport.close?.()
    await transport.exchange(get(url))
    transport.close?.()
    expect(connections()).toBe(2)
  })

  it('does not keep the process alive', async () => {
    const { url, ca } = await open(echo)
    const program = `
      import { nodeTransport } from ${JSON.stringify(new URL('../../src/node/index.ts', import.meta.url).href)}
      const transport = nodeTransport({ ca: ${JSON.stringify(ca)} })
      const reply = await transport.exchange(${JSON.stringify(get(url))})
      console.log(reply.status)`
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      timeout: 10_000,
    })
    await expect(run).resolves.toHaveProperty('stdout', '200\n')
  })
})

describe('nodeTransport', () => {
  it('says so when nothing listens', async () => {
    const { url, ca, server } = await http1(echo)
    await new Promise((resolve) => server.close(resolve))
    const transport = nodeTransport({ ca })
    await expect(transport.exchange(get(url))).rejects.toThrow(failure('ACME_NETWORK'))
    await expect(transport.exchange(get(url))).rejects.toThrow(failure('ACME_NETWORK'))
  })

  it('gives up on a server that never answers the handshake', async () => {
    const silent = createTcpServer(() => undefined)
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const connected = once(silent, 'connection') as Promise<[Socket]>
    const url = `https://127.0.0.1:${port}/`
    await expect(nodeTransport({ timeoutMs: 100 }).exchange(get(url))).rejects.toThrow(
      failure('ACME_NETWORK', { message: `no reply from 127.0.0.1:${port} within 100 ms` }),
    )
    // It has let go of the connection, without which the server could not close.
    const [socket] = await connected
    socket.resume()
    await new Promise((resolve) => silent.close(resolve))
  })

  it('carries many requests at once over one HTTP/2 connection, opened once', async () => {
    const { url, ca, connections } = await http2(echo)
    const transport = nodeTransport({ ca })
    await Promise.all(Array.from({ length: 50 }, () => transport.exchange(post(url))))
    expect(connections()).toBe(1)
    transport.close?.()
  })

  it('keeps to the number of streams that the server allows', async () => {
    let busy = 0
    let busiest = 0
    const { url, ca, connections } = await http2(
      (_, response) => {
        busy += 1
        busiest = Math.max(busiest, busy)
        setImmediate(() => {
          busy -= 1
          response.end('{}')
        })
      },
      { settings: { maxConcurrentStreams: 2 } },
    )
    const transport = nodeTransport({ ca })
    await transport.exchange(get(url))
    await Promise.all(Array.from({ length: 20 }, () => transport.exchange(get(url))))
    expect(busiest).toBeLessThanOrEqual(2)
    expect(connections()).toBe(1)
    transport.close?.()
  })

  it('opens a new session after GOAWAY, and lets the streams of the old one finish', async () => {
    const { url, ca, connections, sessions } = await http2((request, response) => {
      if (request.url !== '/directory') return echo(request, response)
      for (const session of sessions) session.goaway(constants.NGHTTP2_NO_ERROR)
      setImmediate(() => echo(request, response))
    })
    const transport = nodeTransport({ ca })
    await expect(transport.exchange(get(url))).resolves.toHaveProperty('status', 200)
    const next = await Promise.all([1, 2].map(() => transport.exchange(get(`${url}/2`))))
    expect(next.map(({ status }) => status)).toEqual([200, 200])
    expect(connections()).toBe(2)
    transport.close?.()
  })

  it('leaves a session that goes away alone, though a stream is still on it', async () => {
    const slow = Promise.withResolvers<void>()
    const { url, ca, connections, sessions } = await http2((request, response) => {
      if (request.url !== '/directory/slow') return echo(request, response)
      for (const session of sessions) session.goaway(constants.NGHTTP2_NO_ERROR)
      void slow.promise.then(() => echo(request, response))
    })
    const transport = nodeTransport({ ca })
    const waiting = transport.exchange(get(`${url}/slow`))
    const look = (): Promise<number> => transport.exchange(get(url)).then(connections, () => 0)
    await expect.poll(look).toBe(2)
    slow.resolve()
    await expect(waiting).resolves.toHaveProperty('status', 200)
    transport.close?.()
  })

  it('says by which code a stream was closed', async () => {
    const { url, ca } = await http2((request) => {
      const { stream } = request as unknown as { readonly stream: { close(code: number): void } }
      stream.close(constants.NGHTTP2_CANCEL)
    })
    const transport = nodeTransport({ ca })
    await expect(transport.exchange(get(url))).rejects.toThrow(
      failure('ACME_NETWORK', {
        message: `no reply from ${new URL(url).host}: the stream was closed with code 8`,
      }),
    )
    transport.close?.()
  })

  it.skipIf(!hasIpv6)('reaches a server at an IPv6 address', async () => {
    const { url, ca } = await listening(createServer(identity, echo as never), '::1')
    const transport = nodeTransport({ ca })
    await expect(transport.exchange(get(url))).resolves.toHaveProperty('status', 200)
    transport.close?.()
  })

  it('leaves the session alone when one caller aborts', async () => {
    const { url, ca, connections } = await http2((request, response) => {
      if (request.url !== '/directory/slow') echo(request, response)
    })
    const transport = nodeTransport({ ca })
    await transport.exchange(get(url))
    const controller = new AbortController()
    const slow = transport.exchange(get(`${url}/slow`), controller.signal)
    setImmediate(() => controller.abort('enough'))
    await expect(slow).rejects.toBe('enough')
    await transport.exchange(get(url))
    expect(connections()).toBe(1)
    transport.close?.()
  })

  it('gets a certificate with seven requests over one connection that is kept', async () => {
    const handler: Handler = (request, response) => {
      void (async () => {
        const chunks: Buffer[] = []
        for await (const chunk of request) chunks.push(chunk)
        const reply = await ca.transport.exchange({
          method: request.method as 'GET',
          url: `${ca.base}${request.url}`,
          headers: request.headers as Record<string, string>,
          ...(chunks.length > 0 && { body: Buffer.concat(chunks).toString() }),
        })
        response.statusCode = reply.status
        for (const [name, value] of Object.entries(reply.headers)) response.setHeader(name, value)
        response.end(Buffer.from(reply.body))
      })()
    }
    const world = await http2(handler)
    const ca = fakeCa({ base: new URL(world.url).origin })
    const transport = nodeTransport({ ca: world.ca })
    const client = ca.client({ transport, host: systemHost })
    const account = await knownAccount(ca)
    const identifiers = [{ type: 'dns', value: 'example.org' }]
    await getAccount(client, account)
    ca.seen.length = 0

    await obtain(client, account, {
      identifiers,
      solvers: [{ type: 'http-01', present: async () => ({}), cleanUp: async () => undefined }],
      csr: async () => createCsr({ identifiers, key: await newSigner() }),
    })

    expect(ca.seen).toHaveLength(7)
    expect(world.connections()).toBe(1)
    transport.close?.()
  })
})
