import { createServer as createHttpsServer } from 'node:https'
import { createServer as createTcpServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { describe, expect, it } from 'vitest'
import { alpnCertificate } from '../ca-authority/der.ts'
import { httpServer, keyAuthorization, listening, name, newWorld, token } from './world.ts'

const path = `/.well-known/acme-challenge/${token}`
const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((one) => one?.address === '::1')

describe('what proves nothing', () => {
  it('is a dns problem for a name that does not exist, has no address or cannot be looked up', async () => {
    const { dns, outcome } = await newWorld()
    const of = async (value: string): Promise<string> =>
      outcome({ identifier: { type: 'dns', value } })
    dns.add({ name: 'text.example.test', type: 'TXT', data: 'v' })
    dns.setServfail('broken.example.test')
    expect(await of('gone.example.test')).toContain('dns 400: DNS problem: NXDOMAIN looking up A')
    expect(await of('text.example.test')).toContain('dns 400: no valid A or AAAA records')
    expect(await of('broken.example.test')).toContain('dns 400: DNS problem: SERVFAIL')
    expect(await of('elsewhere.invalid')).toContain('dns 400: DNS problem: NXDOMAIN')
  })

  it('4.1 #71 http-01 is a connection problem where nobody listens', async () => {
    const { outcome } = await newWorld()
    expect(await outcome({})).toBe('connection 400: 127.0.0.1: Connection failed (ECONNREFUSED)')
  })

  it('connects to loopback addresses only, whatever the records say', async () => {
    const { dns, outcome } = await newWorld()
    dns.add({ name: 'far.example.test', type: 'A', data: '192.0.2.1' })
    const far = await outcome({ identifier: { type: 'dns', value: 'far.example.test' } })
    expect(far).toContain('connection 400: 192.0.2.1: the sandbox connects to loopback only')
    const address = await outcome({ identifier: { type: 'ip', value: '2001:db8::1' } })
    expect(address).toContain('loopback only')
  })

  it('is a connection problem where what answers does not speak HTTP, or hangs up', async () => {
    for (const answer of ['nonsense\r\n\r\n', undefined]) {
      const httpPort = await listening(
        createTcpServer(
          (socket) => void (answer === undefined ? socket.destroy() : socket.end(answer)),
        ),
      )
      const { outcome } = await newWorld({ httpPort })
      expect(await outcome({})).toMatch(/^connection 400: 127\.0\.0\.1: Fetching http:/)
    }
  })

  it('4.1 #71 #76 http-01 gives up after the time that it was given, and says so', async () => {
    const httpPort = await listening(createTcpServer(() => {}))
    const { validate } = await newWorld({ httpPort, timeoutMs: 60 })
    const { problem, record } = await validate({})
    expect(problem?.type).toBe('connection')
    expect(problem?.detail).toContain('Timeout during http-01 after 60 ms')
    expect(record).toMatchObject({ addressUsed: '127.0.0.1' })
  })

  it('rejects with the reason of its signal', async () => {
    const httpPort = await listening(createTcpServer(() => aborting.abort(new Error('closing'))))
    const aborting = new AbortController()
    const { validate } = await newWorld({ httpPort })
    await expect(validate({}, aborting.signal)).rejects.toThrow('closing')
  })

  it.each([404, 403, 500, 204, 206, 303])(
    '4.1 #71 http-01 is unauthorized for status %i, whatever the body',
    async (status) => {
      const { port: httpPort } = await httpServer((_, response) => {
        response.writeHead(status, { location: '/elsewhere' }).end(keyAuthorization)
      })
      const { outcome } = await newWorld({ httpPort })
      expect(await outcome({})).toMatch(new RegExp(`^unauthorized 403: .*${path}: ${status}$`))
    },
  )

  it.each([
    ['the token alone', token],
    ['another thumbprint', `${token}.other`],
    ['whitespace in front', ` ${keyAuthorization}`],
    ['more behind', `${keyAuthorization}\nmore`],
    ['nothing', ''],
  ])('4.1 #71 http-01 is unauthorized for a body of %s', async (_what, body) => {
    const { port: httpPort } = await httpServer((_, response) => void response.end(body))
    const { outcome } = await newWorld({ httpPort })
    expect(await outcome({})).toContain('unauthorized 403')
  })

  it('4.2 #12 reads a body without end no further than it must', async () => {
    let written = 0
    const { port: httpPort } = await httpServer((_, response) => {
      response.on('error', () => undefined)
      const more = (): void => {
        if (response.destroyed) return
        written += 1000
        response.write('x'.repeat(1000), () => setImmediate(more))
      }
      more()
    })
    const { outcome } = await newWorld({ httpPort })
    expect(await outcome({})).toContain('unauthorized 403')
    expect(written).toBeLessThan(1_000_000)
  })
})

describe('what proves control', () => {
  it.each(['', '\n', '\r\n', ' \t\r\n ', ' '.repeat(200)])(
    '4.1 #71 http-01 takes the key authorization with %j behind it',
    async (end) => {
      const { port: httpPort, seen } = await httpServer(
        (_, response) => void response.end(keyAuthorization + end),
      )
      const { validate } = await newWorld({ httpPort })
      const { problem, record } = await validate({})
      expect(problem).toBeUndefined()
      expect(seen).toEqual([{ host: name, url: path, agent: 'certwright-sandbox validation' }])
      expect(record).toEqual({
        hostname: name,
        url: `http://${name}${path}`,
        port: httpPort,
        addressesResolved: ['127.0.0.1'],
        addressUsed: '127.0.0.1',
        redirects: [],
      })
    },
  )

  it('needs no DNS for an address, which is the Host (RFC 8738 §5)', async () => {
    const { port: httpPort, seen } = await httpServer(
      (_, response) => void response.end(keyAuthorization),
    )
    const { dns, outcome } = await newWorld({ httpPort })
    expect(await outcome({ identifier: { type: 'ip', value: '127.0.0.1' } })).toBe('fine')
    expect(seen.map(({ host }) => host)).toEqual(['127.0.0.1'])
    expect(dns.log).toEqual([])
  })

  it('follows an alias to its address', async () => {
    const { port: httpPort } = await httpServer(
      (_, response) => void response.end(keyAuthorization),
    )
    const { dns, outcome } = await newWorld({ httpPort })
    dns.add({ name: 'alias.example.test', type: 'CNAME', data: name })
    expect(await outcome({ identifier: { type: 'dns', value: 'alias.example.test' } })).toBe('fine')
  })
})

describe.skipIf(!hasIpv6)('with IPv6', () => {
  it('4.3 ipv6 is tried first, and an IPv6 address as Host has brackets', async () => {
    const answers = (_: unknown, response: { end(body: string): void }): void =>
      response.end(keyAuthorization)
    const six = await httpServer(answers, '::1')
    const four = await httpServer(answers, '127.0.0.1', six.port)
    const { dns, validate, outcome } = await newWorld({ httpPort: six.port })
    dns.add({ name, type: 'AAAA', data: '::1' })
    expect((await validate({})).record).toMatchObject({
      addressesResolved: ['::1', '127.0.0.1'],
      addressUsed: '::1',
    })
    expect(await outcome({ identifier: { type: 'ip', value: '::1' } })).toBe('fine')
    expect(six.seen.map(({ host }) => host)).toEqual([name, '[::1]'])
    expect(four.seen).toEqual([])
  })

  it('4.2 #12 gives way to IPv4 where nobody listens at the IPv6 address', async () => {
    const { port: httpPort } = await httpServer(
      (_, response) => void response.end(keyAuthorization),
    )
    const { dns, validate } = await newWorld({ httpPort })
    dns.add({ name, type: 'AAAA', data: '::1' })
    const { problem, record } = await validate({})
    expect(problem).toBeUndefined()
    expect(record).toMatchObject({ addressUsed: '127.0.0.1' })
  })

  it('4.2 #12 does not give way where the IPv6 address answers wrongly', async () => {
    const four = await httpServer((_, response) => void response.end(keyAuthorization))
    await httpServer((_, response) => void response.writeHead(404).end(), '::1', four.port)
    const { dns, outcome } = await newWorld({ httpPort: four.port })
    dns.add({ name, type: 'AAAA', data: '::1' })
    expect(await outcome({})).toContain('unauthorized 403: ::1:')
    expect(four.seen).toEqual([])
  })
})

describe('redirects', () => {
  /** Sends the request for the challenge to the target, and proves at `/proof`. */
  async function redirecting(target: (port: number) => string, status = 302) {
    const server = await httpServer((request, response) => {
      if (request.url?.startsWith('/proof')) response.end(keyAuthorization)
      else response.writeHead(status, { location: target(server.port) }).end()
    })
    const { dns, outcome } = await newWorld({ httpPort: server.port })
    dns.add({ name: 'other.example.test', type: 'A', data: '127.0.0.1' })
    return { outcome: await outcome({}), seen: server.seen }
  }

  it.each([301, 302, 307, 308])('4.2 #12 redirects are followed for %i', async (status) => {
    const { outcome, seen } = await redirecting(() => '/proof', status)
    expect(outcome).toBe('fine')
    expect(seen).toHaveLength(2)
  })

  it('may lead to another name, and to port 80 or what stands for it', async () => {
    const targets = [
      () => 'http://other.example.test/proof?x=1',
      () => 'http://other.example.test:80/proof',
      (port: number) => `http://other.example.test:${port}/proof`,
    ]
    for (const target of targets) expect((await redirecting(target)).outcome).toBe('fine')
    const { seen } = await redirecting(targets[0] ?? (() => ''))
    expect(seen[1]).toMatchObject({ host: 'other.example.test', url: '/proof?x=1' })
  })

  it.each([
    ['without a target', () => 'http://'],
    ['to another scheme', () => 'ftp://www.example.test/proof'],
    ['to another port', () => 'http://www.example.test:8080/proof'],
    ['in a circle', () => path],
    ['to a very long URL', () => `/proof${'x'.repeat(2000)}`],
    ['away from this machine', () => 'http://192.0.2.1/proof'],
    ['to a host with the path glued to it', () => 'http://www.example.test.well-known/x'],
  ])('4.2 #12 redirects %s are a connection problem', async (_what, target) => {
    expect((await redirecting(target)).outcome).toMatch(/^connection 400/)
  })

  it('to a name without an address are a dns problem', async () => {
    const { outcome } = await redirecting(() => 'http://gone.example.test/proof')
    expect(outcome).toContain('dns 400: DNS problem: NXDOMAIN')
  })

  it.each([
    [10, 'fine'],
    [11, 'too many redirects'],
  ])('4.2 #12 redirects are followed %i times: %s', async (count, expected) => {
    const server = await httpServer((request, response) => {
      const at = Number(/\/hop(\d+)/.exec(request.url ?? '')?.[1] ?? 0)
      if (at === count) response.end(keyAuthorization)
      else response.writeHead(302, { location: `/hop${at + 1}` }).end()
    })
    const { outcome } = await newWorld({ httpPort: server.port })
    expect(await outcome({})).toContain(expected)
  })

  it('4.2 #12 redirects to https do not mind who has signed the certificate', async () => {
    const certificate = alpnCertificate({ dns: ['unrelated.test'] })
    const names: unknown[] = []
    const tlsPort = await listening(
      createHttpsServer(certificate, (request, response) => {
        names.push((request.socket as { servername?: string }).servername, request.headers.host)
        response.end(keyAuthorization)
      }),
    )
    const { port: httpPort } = await httpServer((_, response) => {
      response.writeHead(301, { location: `https://${name}/proof` }).end()
    })
    const { outcome } = await newWorld({ httpPort, tlsPort })
    expect(await outcome({})).toBe('fine')
    expect(names).toEqual([name, name])
  })
})
