import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { createSecureContext, createServer, type TlsOptions } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { served } from '../../src/deploy/served.ts'
import { fill } from '../../src/runtime/catalogue.ts'
import { deployErrors } from '../../src/runtime/messages/deploy-errors.ts'
import { day, ecKey, issue, type IssueOptions } from '../x509/issued.ts'
import { listening } from './listening.ts'

const now = Date.now()
const valid = { notBefore: now - day, notAfter: now + day }

/** A chain for `localhost` that is valid on this machine's clock, and the options of a server of it. */
function site(leaf: IssueOptions = {}) {
  const root = issue({ subject: 'Root', ca: true, ...valid })
  const intermediate = issue({ subject: 'Intermediate', by: root, ca: true, ...valid })
  const made = issue({ names: ['localhost'], ...valid, ...leaf, by: intermediate })
  const options: TlsOptions = {
    key: made.key.export({ type: 'pkcs8', format: 'pem' }),
    cert: made.pem + intermediate.pem,
  }
  return { root, intermediate, leaf: made, options }
}

/** A server that does this with each connection, and knows no TLS. */
function plain(onConnection: (socket: Socket) => void): Server {
  return createTcpServer(onConnection)
}

/** A TLS alert record (RFC 8446 §6) in answer to whatever comes. */
function alerting(description: number): Server {
  return plain((socket) =>
    socket.once('data', () => socket.end(Buffer.of(21, 3, 3, 0, 2, 2, description))),
  )
}

describe('a handshake that shows no certificate is an error of its own kind:', () => {
  const servername = 'localhost'

  it('nothing listens', async () => {
    const server = await listening(plain(() => undefined))
    await server[Symbol.asyncDispose]()
    await expect(served({ ...server.endpoint, servername })).rejects.toMatchObject({
      code: 'ENDPOINT_REFUSED',
      params: { endpoint: `127.0.0.1:${server.endpoint.port}` },
    })
  })

  it('the name has no address', async () => {
    // A label that no DNS message can carry, so that none is sent.
    const host = `${'a'.repeat(64)}.invalid`
    await expect(served({ host, port: 443, servername })).rejects.toMatchObject({
      code: 'ENDPOINT_NAME_NOT_FOUND',
      params: { host },
    })
  })

  it('nothing is ever said', async () => {
    await using server = await listening(plain(() => undefined))
    await expect(served({ ...server.endpoint, servername, timeoutMs: 50 })).rejects.toMatchObject({
      code: 'ENDPOINT_SILENT',
      message: expect.stringContaining('within 0.05 s') as string,
    })
  })

  it('octets trickle in without an end', async () => {
    const drip = (socket: Socket): void => {
      socket.write(Buffer.from('160303', 'hex'))
      const timer = setInterval(() => socket.write(Buffer.of(0x10)), 10)
      socket.on('close', () => clearInterval(timer))
    }
    await using server = await listening(plain(drip))
    await expect(served({ ...server.endpoint, servername, timeoutMs: 200 })).rejects.toMatchObject({
      code: 'ENDPOINT_SILENT',
    })
  })

  it('something else than TLS is spoken', async () => {
    const http = (socket: Socket): void => {
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    }
    const ssh = (socket: Socket): void => {
      socket.write('SSH-2.0-Example\r\n')
    }
    for (const speak of [http, ssh]) {
      await using server = await listening(plain(speak))
      await expect(served({ ...server.endpoint, servername })).rejects.toMatchObject({
        code: 'ENDPOINT_NOT_TLS',
      })
    }
  })

  it('the server has nothing for this name', async () => {
    await using server = await listening(alerting(112))
    await expect(served({ ...server.endpoint, servername })).rejects.toMatchObject({
      code: 'ENDPOINT_NO_CERTIFICATE',
      params: { servername },
    })
  })

  it('the server has no certificate at all, refuses the protocol, or hangs up', async () => {
    const { options } = site()
    for (const [server, reason] of [
      [createServer({}), /handshake failure/],
      [
        createServer({ ...options, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }),
        /protocol version/,
      ],
      [plain((socket) => socket.end()), /ECONNRESET/],
    ] as const) {
      await using running = await listening(server)
      await expect(served({ ...running.endpoint, servername })).rejects.toMatchObject({
        code: 'ENDPOINT_HANDSHAKE_FAILED',
        params: { reason: expect.stringMatching(reason) as string },
      })
    }
  })

  it('and an abort rejects with its own reason, before and on the way', async () => {
    await using server = await listening(
      plain((socket) => socket.once('data', () => abort.abort(reason))),
    )
    const abort = new AbortController()
    const reason = new Error('enough')
    const options = { ...server.endpoint, servername }
    await expect(served(options, AbortSignal.abort(reason))).rejects.toBe(reason)
    await expect(served(options, abort.signal)).rejects.toBe(reason)
  })
})

describe('a handshake shows', () => {
  it('what is served, and that it is trusted', async () => {
    const { root, options } = site({ addresses: [[127, 0, 0, 1]] })
    await using server = await listening(createServer(options))
    const shown = await served({ ...server.endpoint, servername: 'localhost', ca: root.pem })
    expect(shown).toMatchObject({
      chainPem: options.cert,
      names: ['localhost', '127.0.0.1'],
      notAfter: Math.floor(valid.notAfter / 1000) * 1000,
      authorized: true,
      protocol: 'TLSv1.3',
    })
    expect(shown).not.toHaveProperty('authorizationError')
  })

  it('why a client would turn away, and does not throw', async () => {
    const good = site()
    const expired = site({ notAfter: now - 1000 })
    const other = site({ names: ['other.example'] })
    for (const [{ options, root }, trusted, error] of [
      [good, false, 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
      [
        { ...good, options: { ...good.options, cert: good.leaf.pem } },
        true,
        'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      ],
      [expired, true, 'CERT_HAS_EXPIRED'],
      [other, true, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ] as const) {
      await using server = await listening(createServer(options))
      const shown = await served({
        ...server.endpoint,
        servername: 'localhost',
        ...(trusted && { ca: [root.pem] }),
      })
      expect(shown).toMatchObject({ authorized: false, authorizationError: error })
    }
  })

  it('a certificate that signed itself and has no names', async () => {
    const made = issue({ subject: 'localhost', ...valid })
    const key = made.key.export({ type: 'pkcs8', format: 'pem' })
    await using server = await listening(createServer({ key, cert: made.pem }))
    expect(await served({ ...server.endpoint, servername: 'localhost' })).toMatchObject({
      names: [],
      chainPem: made.pem,
      authorized: false,
    })
  })

  it('the chain in the order in which it came, without a root of ours', async () => {
    const { root, intermediate, leaf, options } = site()
    const stranger = issue({ subject: 'Stranger', ca: true, ...valid })
    const cert = leaf.pem + stranger.pem + intermediate.pem
    await using server = await listening(createServer({ ...options, cert }))
    const shown = await served({ ...server.endpoint, servername: 'localhost', ca: root.pem })
    expect(shown).toMatchObject({ chainPem: cert, authorized: true })
  })

  it('the certificate of the name that is asked for', async () => {
    const first = site()
    const second = site({ names: ['second.example'] })
    const server = createServer(first.options)
    server.addContext('second.example', createSecureContext(second.options))
    await using running = await listening(server)
    const ask = async (servername: string) =>
      (await served({ ...running.endpoint, servername })).names
    expect(await ask('localhost')).toEqual(['localhost'])
    expect(await ask('second.example')).toEqual(['second.example'])
  })

  it('the certificate of an address, for which no name is asked', async () => {
    const { root, options } = site({ names: [], addresses: [[127, 0, 0, 1]] })
    const names: unknown[] = []
    const server = createServer(options, (socket) => names.push(socket.servername))
    await using running = await listening(server)
    const shown = await served({ ...running.endpoint, servername: '127.0.0.1', ca: root.pem })
    expect(shown).toMatchObject({ names: ['127.0.0.1'], authorized: true })
    const wrong = await served({ ...running.endpoint, servername: '127.0.0.2', ca: root.pem })
    expect(wrong.authorizationError).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
    await expect.poll(() => names).toEqual([false, false])
  })

  it('the certificate of the application protocol that is offered', async () => {
    const { options } = site()
    await using server = await listening(createServer({ ...options, ALPNProtocols: ['h2'] }))
    const offer = { ...server.endpoint, servername: 'localhost' }
    expect(await served({ ...offer, alpn: ['h2', 'http/1.1'] })).toMatchObject({
      names: ['localhost'],
    })
    await expect(served({ ...offer, alpn: ['acme-tls/1'] })).rejects.toMatchObject({
      code: 'ENDPOINT_HANDSHAKE_FAILED',
    })
  })

  it('the certificate of a server that goes on to ask for the client’s', async () => {
    const { options } = site({ key: ecKey('P-384') })
    await using server = await listening(createServer({ ...options, requestCert: true }))
    const shown = await served({ ...server.endpoint, servername: 'localhost' })
    expect(shown.names).toEqual(['localhost'])
  })

  it('the certificate, sends the server nothing, and takes its leave', async () => {
    const { options } = site()
    const received: Buffer[] = []
    let ended = false
    const server = createServer(options, (socket) => {
      socket.on('data', (octets: Buffer) => received.push(octets))
      socket.on('end', () => (ended = true))
    })
    await using running = await listening(server)
    await served({ ...running.endpoint, servername: 'localhost' })
    await expect.poll(() => ended).toBe(true)
    expect(received).toEqual([])
  })

  it('the older protocol where the server has no newer one', async () => {
    const { options } = site()
    await using server = await listening(createServer({ ...options, maxVersion: 'TLSv1.2' }))
    expect(await served({ ...server.endpoint, servername: 'localhost' })).toMatchObject({
      protocol: 'TLSv1.2',
    })
  })
})

it('says each fault and what to do in both languages, with every parameter filled', () => {
  const params = {
    host: 'h',
    endpoint: 'e',
    servername: 's',
    reason: 'r',
    seconds: 1,
    protocol: 'p',
  }
  const faults = Object.entries(deployErrors).filter(([code]) => code.startsWith('ENDPOINT_'))
  expect(faults.length).toBeGreaterThan(5)
  for (const [, { message, hint }] of faults) {
    for (const text of [message, hint]) {
      expect(fill(text, 'en', params)).toMatch(/^[^{}\u4e00-\u9fff]+$/)
      expect(fill(text, 'zh', params)).toMatch(/^[^{}]*[\u4e00-\u9fff][^{}]*$/)
    }
  }
})
