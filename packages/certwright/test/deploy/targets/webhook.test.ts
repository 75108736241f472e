import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { create } from '../../../src/deploy/targets/webhook.ts'
import { systemHost, type Host } from '../../../src/runtime/host.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { closedPort } from '../../dns/world.ts'
import { listening } from '../listening.ts'
import { fingerprintOf, renewals } from './account.ts'

const signingKey = 'correct horse battery staple'
const bundles = renewals(['www.example.com'])
/** 2026-11-24T00:00:00Z */
const now = 1_795_478_400_000

/** A clock that leaps over every wait. */
function leaping(): Host & { readonly waits: number[] } {
  const waits: number[] = []
  let time = now
  return {
    ...systemHost,
    waits,
    now: () => time,
    random: () => 0.5,
    async sleep(ms) {
      waits.push(ms)
      time += ms
    },
  }
}

interface Notice {
  readonly event: string
  readonly fingerprint: string
  readonly chain: string
  readonly privateKey?: string
}

type Handler = (request: IncomingMessage, body: string, response: ServerResponse) => void

/** A receiver that checks signatures as the guide says, and keeps what it is told. */
async function receiver(answer?: Handler) {
  const notices: Notice[] = []
  const calls: { readonly method: string; readonly body: string }[] = []
  const host = leaping()
  const own: Handler = (request, body, response) => {
    const { 'certwright-timestamp': timestamp, 'certwright-signature': signature } = request.headers
    const expected = createHmac('sha256', signingKey).update(`${String(timestamp)}.${body}`)
    const isFresh = Math.abs(Number(timestamp) - host.now() / 1000) < 300
    if (signature !== `v1=${expected.digest('hex')}` || !isFresh) {
      response.writeHead(401).end('signature')
    } else if (request.method === 'POST') {
      notices.push(JSON.parse(body) as Notice)
      response.writeHead(204).end()
    } else {
      const last = notices.at(-1)
      response.writeHead(last ? 200 : 404, { 'content-type': 'application/json' })
      response.end(JSON.stringify(last && { fingerprint: last.fingerprint }))
    }
  }
  const server = await listening(
    createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString()
        calls.push({ method: request.method ?? '', body })
        ;(answer ?? own)(request, body, response)
      })
    }),
  )
  const url = `http://127.0.0.1:${server.endpoint.port}/hook?token=hunter2`
  return {
    notices,
    calls,
    host,
    url,
    target: (more: Readonly<Record<string, string>> = {}) =>
      create({ url, 'signing-key': signingKey, ...more }, { host, env: {} }),
    close: async () => server[Symbol.asyncDispose](),
  }
}

async function made(answer?: Handler) {
  const it = await receiver(answer)
  onTestFinished(async () => it.close())
  return it
}

describe('webhook: a receiver that is told', () => {
  deployTargetSuite({
    test: it,
    async world() {
      const { target, notices, host, close } = await receiver()
      const telling = await receiver((request, body, response) => {
        response.writeHead(400).end(`${body} ${JSON.stringify(request.headers)} ${signingKey}`)
      })
      return {
        target,
        refused: () => telling.target({ 'send-key': 'true' }),
        host,
        bundle: bundles,
        held: () => notices.at(-1)?.fingerprint,
        wasOff: () => false,
        others: () => undefined,
        count: () => 1,
        secrets: [signingKey, 'hunter2'],
        close: async () => {
          await close()
          await telling.close()
        },
      }
    },
  })

  it.each([
    ['url', 'http://example.com/hook'],
    ['url', 'http://127.0.0.1.example.com/'],
    ['url', 'ftp://127.0.0.1/'],
    ['url', 'nonsense'],
    ['send-key', 'yes'],
  ])('refuses %s=%s', (option, value) => {
    const values = { url: 'https://example.com/', 'signing-key': 'k', [option]: value }
    expect(() => create(values, { host: systemHost, env: {} })).toThrow(
      expect.objectContaining({ code: 'TARGET_OPTION_NOT_CONFORM' }),
    )
  })

  it.each(['https://example.com/', 'http://localhost:1/', 'http://[::1]/', 'http://127.8.0.1/'])(
    'takes %s',
    (url) => {
      expect(create({ url, 'signing-key': 'k' }, { host: systemHost, env: {} })).toBeDefined()
    },
  )

  it('takes its signing key from the environment', async () => {
    const { url, host, notices } = await made()
    const env = { CERTWRIGHT_WEBHOOK_KEY: signingKey }
    await create({ url }, { host, env }).write(bundles(0))
    expect(notices).toHaveLength(1)
  })

  it('is told the chain, and the key only where that is asked for', async () => {
    const { target, notices } = await made()
    await target().write(bundles(0))
    expect(notices[0]).toEqual({
      event: 'install',
      fingerprint: fingerprintOf(bundles(0)),
      serial: expect.stringMatching(/^[0-9a-f]+$/) as string,
      names: ['www.example.com'],
      notBefore: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      notAfter: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      chain: bundles(0).chainPem,
    })
    await target({ 'send-key': 'true' }).write(bundles(0))
    expect(notices[1]?.privateKey).toBe(bundles(0).privateKey.reveal())
  })

  it('is told again where it may be of use, each time with a signature of the moment', async () => {
    const failures = [503, 429, 500]
    const stamps = new Set<unknown>()
    const { target, host, calls } = await made((request, _, response) => {
      stamps.add(request.headers['certwright-timestamp'])
      response.writeHead(failures.shift() ?? 200).end()
    })
    await target().write(bundles(0))
    expect(calls).toHaveLength(4)
    expect(host.waits).toHaveLength(3)
    expect(stamps.size).toBeGreaterThan(1)
  })

  it.each([400, 401, 404, 302])(
    'is not told again after %d, nor led to another address',
    async (status) => {
      const { target, calls } = await made((_, __, response) => {
        response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end('no')
      })
      await expect(target().write(bundles(0))).rejects.toMatchObject({
        code: 'TARGET_WEBHOOK_REFUSED',
        params: { status, answer: 'no', url: expect.not.stringContaining('hunter2') as string },
      })
      expect(calls).toHaveLength(1)
    },
  )

  it.each([
    [404, '', undefined],
    [405, '', {}],
    [501, '', {}],
    [200, '<html>', {}],
    [200, 'null', {}],
    [200, '{"fingerprint": "short"}', {}],
    [200, `{"fingerprint": "${'A'.repeat(64)}"}`, { fingerprint: 'a'.repeat(64) }],
  ])('says to GET with %d and %j: %j', async (status, body, installed) => {
    const { target } = await made((_, __, response) => response.writeHead(status).end(body))
    expect(await target().read()).toEqual(installed)
  })

  it('is not there, which is said after a few tries', async () => {
    const host = leaping()
    const url = `http://127.0.0.1:${await closedPort()}/x`
    const target = create({ url, 'signing-key': 'k' }, { host, env: {} })
    await expect(target.write(bundles(0))).rejects.toMatchObject({
      code: 'TARGET_WEBHOOK_UNREACHABLE',
      params: { url, reason: 'ECONNREFUSED' },
    })
    expect(host.waits.length).toBeGreaterThan(1)
  })
})
