import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http'
import { createSecureServer } from 'node:http2'
import { createServer as createHttpsServer } from 'node:https'
import { connect, Socket, type AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { text } from 'node:stream/consumers'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import type { Transport } from '@certwright/acme'
import { nodeTransport } from '@certwright/acme/node'
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { tunnel } from '../../src/node/tunnel.ts'
import { failure, matching } from '../failure.ts'
import { serverCertificate } from './server-certificate.ts'

const identity = await serverCertificate()
const names = await serverCertificate([{ type: 'dns', value: 'ca.example.test' }])
const sockets = new Set<Socket>()
const servers: Server[] = []
afterAll(() => {
  for (const server of servers) server.close()
  for (const socket of sockets) socket.destroy()
})

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((own) => own?.address === '::1')

async function listening(made: unknown, host = '127.0.0.1'): Promise<number> {
  const server = made as Server
  server.on('connection', (socket: Socket) => sockets.add(socket))
  server.listen(0, host)
  servers.push(server)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

interface Proxy {
  readonly url: string
  /** What was asked of it, and with what credentials. */
  readonly asked: { readonly path: string; readonly authorization: string | undefined }[]
  readonly seen: () => string
  /** By which names its own certificate was asked for. */
  readonly names: readonly string[]
  /** Once a connection has been let go of that was refused or not answered. */
  readonly left: Promise<unknown>
}

interface ProxyOptions {
  readonly answer?: string
  readonly secure?: boolean
  readonly host?: string
}

/** Leads every tunnel to one port here. */
async function proxy(
  port: number,
  { answer = 'HTTP/1.1 200 OK', secure = false, host = '127.0.0.1' }: ProxyOptions = {},
): Promise<Proxy> {
  const asked: Proxy['asked'] = []
  const seen: Buffer[] = []
  const names: string[] = []
  const left = Promise.withResolvers<void>()
  const SNICallback = (name: string, done: (error: null) => void): void => {
    names.push(name)
    done(null)
  }
  const server = secure ? createHttpsServer({ ...identity, SNICallback }) : createHttpServer()
  server.on('connect', ({ url: path = '', headers }: IncomingMessage, client: Socket) => {
    asked.push({ path, authorization: headers['proxy-authorization'] })
    client.on('error', () => undefined)
    if (answer !== '') client.write(`${answer}\r\n\r\n`)
    if (!answer.includes(' 200 ')) {
      client.resume().on('end', left.resolve)
      return
    }
    const behind = connect(port, '127.0.0.1')
    sockets.add(behind)
    behind.on('error', () => client.destroy())
    client.on('data', (chunk) => seen.push(chunk))
    client.pipe(behind).pipe(client)
  })
  const at = await listening(server, host)
  return {
    url: `${secure ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${at}`,
    ...{ asked, names, left: left.promise },
    seen: () => Buffer.concat(seen).toString('latin1'),
  }
}

const servers2 = async (): Promise<number> =>
  listening(createSecureServer(names, (_, response) => response.end('over 2')))
const servers1 = async (): Promise<number> =>
  listening(createHttpsServer(names, (_, response) => response.end('over 1')))

/** The name leads nowhere: only the proxy knows the way. */
const url = 'https://ca.example.test:8443/directory'

async function asks(transport: Transport): Promise<string> {
  const { body } = await transport.exchange({ method: 'GET', url, headers: { secret: 'hush' } })
  return new TextDecoder().decode(body)
}

describe('through a proxy', () => {
  it('HTTP/2 goes over one tunnel, and the proxy sees the host alone', async () => {
    const way = await proxy(await servers2())
    const transport = nodeTransport({ ca: names.cert, proxy: () => way.url })
    expect(await Promise.all([asks(transport), asks(transport)])).toEqual(['over 2', 'over 2'])
    expect(await asks(transport)).toBe('over 2')
    expect(way.asked).toEqual([{ path: 'ca.example.test:8443', authorization: undefined }])
    expect(way.seen()).not.toContain('hush')
    transport.close?.()
  })

  it('HTTP/1.1 goes over a tunnel for each connection', async () => {
    const way = await proxy(await servers1())
    const transport = nodeTransport({ ca: names.cert, proxy: () => way.url })
    expect(await asks(transport)).toBe('over 1')
    expect(way.asked).toHaveLength(1)
    const replies = await Promise.all([asks(transport), asks(transport), asks(transport)])
    expect(replies).toEqual(['over 1', 'over 1', 'over 1'])
    expect(new Set(way.asked.map(({ path }) => path))).toEqual(new Set(['ca.example.test:8443']))
    expect(way.asked.length).toBeGreaterThan(1)
    transport.close?.()
  })

  it('that wants a password gets it', async () => {
    const way = await proxy(await servers2())
    const transport = nodeTransport({
      ca: names.cert,
      proxy: () => way.url.replace('//', '//m%40x:h%3Aush@'),
    })
    expect(await asks(transport)).toBe('over 2')
    const authorization = `Basic ${Buffer.from('m@x:h:ush').toString('base64')}`
    expect(way.asked).toEqual([{ path: 'ca.example.test:8443', authorization }])
    transport.close?.()
  })

  it('that wants no password gets the user alone', async () => {
    const way = await proxy(await servers2())
    const transport = nodeTransport({ ca: names.cert, proxy: () => way.url.replace('//', '//me@') })
    expect(await asks(transport)).toBe('over 2')
    const authorization = `Basic ${Buffer.from('me:').toString('base64')}`
    expect(way.asked).toEqual([{ path: 'ca.example.test:8443', authorization }])
    transport.close?.()
  })

  it('that speaks TLS itself is trusted as Node trusts, and asked for by its name', async () => {
    const usual = getCACertificates('default')
    // Of the whole process: tests of other files may run in it, too.
    onTestFinished(() => setDefaultCACertificates(usual))
    setDefaultCACertificates([...usual, identity.cert])
    const way = await proxy(await servers2(), { secure: true })
    for (const host of ['127.0.0.1', 'localhost']) {
      const transport = nodeTransport({
        ca: names.cert,
        proxy: () => way.url.replace('127.0.0.1', host),
      })
      expect(await asks(transport)).toBe('over 2')
      transport.close?.()
    }
    // An address is no name to ask for.
    expect(way.names).toEqual(['localhost'])
  })

  it.skipIf(!hasIpv6)('at an IPv6 address', async () => {
    const way = await proxy(await servers2(), { host: '::1' })
    const transport = nodeTransport({ ca: names.cert, proxy: () => way.url })
    expect(await asks(transport)).toBe('over 2')
    transport.close?.()
  })

  it('the server must still be whom the URL names', async () => {
    const way = await proxy(
      await listening(createSecureServer(identity, (_, response) => response.end())),
    )
    const transport = nodeTransport({ ca: identity.cert, proxy: () => way.url })
    await expect(asks(transport)).rejects.toThrow(failure('ACME_SERVER_NOT_TRUSTED'))
  })

  it('only what it is named for goes by it', async () => {
    const port = await listening(
      createSecureServer(identity, (_, response) => response.end('direct')),
    )
    const seen: string[] = []
    const proxy = ({ href }: URL): undefined => void seen.push(href)
    const transport = nodeTransport({ ca: identity.cert, proxy })
    const here = `https://127.0.0.1:${port}/`
    const { body } = await transport.exchange({ method: 'GET', url: here, headers: {} })
    expect(new TextDecoder().decode(body)).toBe('direct')
    expect(seen).toEqual([here])
    transport.close?.()
  })
})

describe('a proxy that does not lead there', () => {
  const failing = async (proxy: string, timeoutMs?: number): Promise<unknown> => {
    const transport = nodeTransport({
      proxy: () => proxy,
      ...(timeoutMs !== undefined && { timeoutMs }),
    })
    const error: unknown = await asks(transport).catch((thrown: unknown) => thrown)
    expect(`${JSON.stringify(error)} ${String(error)}`).not.toContain('hush')
    return error
  }

  it('because it refuses is named, without its password', async () => {
    const { url } = await proxy(0, { answer: 'HTTP/1.1 407 Proxy Authentication Required' })
    const message = matching(/the proxy 127\.0\.0\.1:\d+ refuses the way: 407 Proxy Auth/)
    expect(await failing(url.replace('//', '//me:hush@'))).toEqual(
      failure('ACME_NETWORK', { message }),
    )
  })

  it('because it is not there is named', async () => {
    const message = matching(/the proxy 127\.0\.0\.1:1 cannot be reached/)
    expect(await failing('http://me:hush@127.0.0.1:1')).toEqual(
      failure('ACME_NETWORK', { message, reason: 'ECONNREFUSED' }),
    )
  })

  it.each(['me:hush at somewhere', 'ftp://http:hush@127.0.0.1:1', 'http://me:hush@'])(
    'because its URL is none is said so: %s',
    async (url) => {
      expect(await failing(url)).toEqual(
        failure('ACME_NETWORK', {
          message: matching(/the proxy is not named by an http: or https: URL/),
        }),
      )
    },
  )

  it('because it refuses without a word is let go of', async () => {
    const { url, left } = await proxy(0, { answer: 'HTTP/1.1 502 ' })
    const message = matching(/refuses the way: 502$/)
    expect(await failing(url)).toEqual(failure('ACME_NETWORK', { message }))
    await left
  })

  it('because it never answers is given up in time', async () => {
    const { url } = await proxy(0, { answer: '' })
    expect(await failing(url, 50)).toEqual(
      failure('ACME_NETWORK', { message: matching(/within 50 ms/) }),
    )
  })
})

describe('tunnel', () => {
  const never = new AbortController().signal

  it('leads to port 443 where the URL names none', async () => {
    const { url, asked } = await proxy(await servers2())
    const socket = await tunnel(url, new URL('https://ca.example.test/directory'), never)
    expect(asked).toEqual([{ path: 'ca.example.test:443', authorization: undefined }])
    socket.destroy()
  })

  it('gives what the other side has said together with the proxy’s answer', async () => {
    const server = createHttpServer()
    server.on('connect', (_, client: Socket) => client.end('HTTP/1.1 200 OK\r\n\r\nwelcome'))
    const at = await listening(server)
    const socket = await tunnel(`http://127.0.0.1:${at}`, new URL('https://ca.test/'), never)
    expect(await text(socket)).toBe('welcome')
  })

  it('is given up at an abort, which is not the proxy’s fault', async () => {
    const { url, asked, left } = await proxy(0, { answer: '' })
    const controller = new AbortController()
    const given = tunnel(url, new URL('https://ca.test/'), controller.signal)
    const rejected = expect(given).rejects.toMatchObject({ name: 'AbortError', cause: 'enough' })
    await expect.poll(() => asked).toHaveLength(1)
    controller.abort('enough')
    await rejected
    await left
  })

  it.each([
    ['http://proxy.test', 80],
    ['https://proxy.test', 443],
  ])('looks for %s at port %i', async (proxy, port) => {
    const ports: unknown[] = []
    const connecting = vi.spyOn(Socket.prototype, 'connect')
    onTestFinished(() => connecting.mockRestore())
    connecting.mockImplementation(function (this: Socket, ...args: readonly unknown[]) {
      const [options] = args.flat()
      ports.push((options as { readonly port: unknown }).port)
      setImmediate(() => this.destroy())
      return this
    })
    await expect(tunnel(proxy, new URL('https://ca.test/'), never)).rejects.toThrow(
      'the proxy proxy.test cannot be reached',
    )
    expect(ports).toEqual([port])
  })
})
