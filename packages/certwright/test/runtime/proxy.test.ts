import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import {
  createServer as createTlsServer,
  getCACertificates,
  setDefaultCACertificates,
} from 'node:tls'
import type { RunningAlibaba } from '@certwright/sandbox'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { uploadCertificate } from '../../src/cloud/alibaba/certificate-store.ts'
import { alibabaClient } from '../../src/cloud/alibaba/client.ts'
import { proxiedFetch } from '../../src/runtime/proxy.ts'
import { accountOf, emulated } from '../cloud/alibaba/emulator.ts'
import { issue, issueChain, rsaKey } from '../x509/issued.ts'

const key = rsaKey()
const root = issue({ subject: 'Test Root', ca: true })
const host = 'cas.aliyuncs.com'
const server = issue({ by: root, names: [host], notBefore: Date.now() - 1000, key })

beforeAll(() => setDefaultCACertificates([...getCACertificates('default'), root.pem]))

interface Proxy {
  readonly url: string
  /** What was asked of it, e.g. `CONNECT cas.aliyuncs.com:443`. */
  readonly asked: readonly string[]
  readonly authorizations: readonly (string | undefined)[]
  /** Everything that went through it. */
  readonly seen: () => string
}

/** A proxy that leads every tunnel to one port here, or refuses it. */
async function proxy(port: number, status = 200): Promise<Proxy> {
  const asked: string[] = []
  const authorizations: (string | undefined)[] = []
  const seen: Buffer[] = []
  const http = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.end()
  })
  http.on('connect', ({ url = '', headers }: IncomingMessage, client: Socket) => {
    asked.push(`CONNECT ${url}`)
    authorizations.push(headers['proxy-authorization'])
    client.on('error', () => undefined)
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} No\r\n\r\n`)
      return
    }
    const behind = connect(port, '127.0.0.1')
    behind.on('error', () => client.destroy())
    client.write('HTTP/1.1 200 OK\r\n\r\n')
    client.on('data', (chunk) => seen.push(chunk))
    client.pipe(behind).pipe(client)
  })
  const at = await listening(http)
  return {
    url: `http://127.0.0.1:${at}`,
    asked,
    authorizations,
    seen: () => Buffer.concat(seen).toString('latin1'),
  }
}

/** The emulator under the name of the real service, over TLS. */
async function overTls({ endpoint }: RunningAlibaba): Promise<number> {
  const pem = key.export({ type: 'pkcs8', format: 'pem' })
  const behind = Number(new URL(endpoint).port)
  const tls = createTlsServer({ cert: server.pem, key: pem }, (socket) => {
    const plain = connect(behind, '127.0.0.1')
    socket.on('error', () => plain.destroy())
    plain.on('error', () => socket.destroy())
    socket.pipe(plain).pipe(socket)
  })
  return listening(tls)
}

async function listening(
  made: ReturnType<typeof createServer> | ReturnType<typeof createTlsServer>,
) {
  const sockets = new Set<Socket>()
  made.on('connection', (socket: Socket) => sockets.add(socket))
  made.listen(0, '127.0.0.1')
  await once(made, 'listening')
  onTestFinished(() => {
    made.close()
    for (const socket of sockets) socket.destroy()
  })
  return (made.address() as AddressInfo).port
}

const never: typeof fetch = async () => {
  throw new Error('went out directly')
}

describe('behind a proxy', () => {
  it('a call reaches Alibaba Cloud, signed for its own host, and the proxy sees no secret', async () => {
    const { alibaba, account, host: leaping } = await emulated()
    const { url, asked, authorizations, seen } = await proxy(await overTls(alibaba))
    const env = { https_proxy: url.replace('//', '//me:hush@') }
    const lent = { ...leaping, fetch: proxiedFetch(env, never) }
    const { bundle } = issueChain({ key, notBefore: leaping.now() - 1000 })
    const away = { credentials: account.credentials }
    expect((await uploadCertificate(bundle, away, lent)).name).toMatch(/^certwright_/)
    expect(alibaba.certificates.all).toHaveLength(1)
    expect(new Set(asked)).toEqual(new Set([`CONNECT ${host}:443`]))
    expect(authorizations[0]).toBe(`Basic ${Buffer.from('me:hush').toString('base64')}`)
    for (const secret of ['PRIVATE', alibaba.accessKeyId]) expect(seen()).not.toContain(secret)
  })

  it('that refuses is named, without its password', async () => {
    const { account, host: leaping } = await emulated()
    const { url } = await proxy(0, 407)
    const env = { HTTPS_PROXY: url.replace('//', '//me:hush@') }
    const lent = { ...leaping, fetch: proxiedFetch(env, never) }
    const error: unknown = await alibabaClient('cas', { credentials: account.credentials }, lent)
      .rpc('ListCertificates')
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'ALIBABA_UNREACHABLE', params: { host } })
    expect(`${JSON.stringify(error)} ${String(error)}`).not.toContain('hush')
  })

  it.each([
    ['of this machine', { HTTPS_PROXY: 'http://127.0.0.1:1' }, 'http://127.0.0.1:9/'],
    ['of this machine by name', { HTTP_PROXY: 'http://127.0.0.1:1' }, 'http://localhost:9/'],
    ['of this machine by IPv6', { HTTP_PROXY: 'http://127.0.0.1:1' }, 'http://[::1]:9/'],
    ['where none is named', {}, `https://${host}/`],
    ['where Node does it', { HTTPS_PROXY: 'x', NODE_USE_ENV_PROXY: '1' }, `https://${host}/`],
  ])('nothing goes by it %s', async (_, env, url) => {
    const direct: typeof fetch = async (input) => Response.json({ asked: input })
    const reply = await proxiedFetch(env, direct)(url)
    expect(await reply.json()).toEqual({ asked: url })
  })

  it('a host that NO_PROXY names is reached directly', async () => {
    const { url, asked } = await proxy(0)
    const env = { HTTPS_PROXY: url, NO_PROXY: '.invalid' }
    await expect(proxiedFetch(env, never)('https://a.invalid/')).rejects.toThrow(
      'went out directly',
    )
    expect(asked).toEqual([])
  })
})

it('an account at an endpoint here is never proxied', async () => {
  const { alibaba, host: leaping } = await emulated()
  const env = { HTTP_PROXY: 'http://127.0.0.1:1', HTTPS_PROXY: 'http://127.0.0.1:1' }
  const lent = { ...leaping, fetch: proxiedFetch(env, fetch) }
  await alibabaClient('cas', accountOf(alibaba, alibaba), lent).rpc('ListCertificates')
  expect(alibaba.calls).toMatchObject([{ status: 200 }])
})
