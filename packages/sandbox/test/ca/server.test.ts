import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2'
import { describe, expect, it, onTestFinished } from 'vitest'
import { send } from './raw-client.ts'
import { newWorld, problemOf, type World } from './world.ts'

const url = (world: World, name: string): string => world.directory[name] ?? ''

describe('HTTP', () => {
  it('4.1 #1 a request without User-Agent is malformed, the directory included', async () => {
    const world = await newWorld()
    const reply = await send(world.ca.directoryUrl, {
      ca: world.ca.rootPem,
      withoutUserAgent: true,
    })
    expect(problemOf(reply)).toBe('400 malformed')
  })

  it('4.1 #2 GET on what only POST reads is 405 malformed and says what is allowed', async () => {
    const world = await newWorld()
    for (const name of ['newAccount', 'newOrder', 'revokeCert']) {
      const reply = await world.get(url(world, name))
      expect(problemOf(reply)).toBe('405 malformed')
      expect(reply.headers['allow']).toBe('POST')
    }
    const deletion = await world.get(world.ca.directoryUrl, 'DELETE')
    expect(problemOf(deletion)).toBe('405 malformed')
    expect(deletion.headers['allow']).toBe('GET, HEAD, POST')
  })

  it.each([
    'application/json',
    'application/jose+json; charset=utf-8',
    'application/jose+json;charset=utf-8',
    'Application/JOSE+JSON',
    '',
  ])('4.1 #3 Content-Type "%s" is 415 malformed', async (type) => {
    const world = await newWorld()
    const reply = await world.post(url(world, 'newAccount'), '{}', { 'content-type': type })
    expect(problemOf(reply)).toBe('415 malformed')
  })

  it('4.1 #4 Replay-Nonce in a request is malformed', async () => {
    const world = await newWorld()
    const client = await world.stranger()
    const body = await client.envelope(url(world, 'newAccount'), { termsOfServiceAgreed: true })
    const reply = await world.post(url(world, 'newAccount'), JSON.stringify(body), {
      'replay-nonce': 'abc',
    })
    expect(problemOf(reply)).toBe('400 malformed')
  })

  it('a body longer than any request needs is refused with 413', async () => {
    const world = await newWorld()
    const reply = await world.post(url(world, 'newAccount'), 'x'.repeat(1_048_577))
    expect(problemOf(reply)).toBe('413 malformed')
  })

  it('4.1 #50 an address that nothing lives at is 404 malformed, with a nonce for a POST', async () => {
    const world = await newWorld()
    expect(problemOf(await world.get(`${world.ca.url}/directory`))).toBe('404 malformed')
    const reply = await world.post(`${world.ca.url}/acme/new-order`, '{}')
    expect(problemOf(reply)).toBe('404 malformed')
    expect(reply.headers['replay-nonce']).toMatch(/^[\w-]{22}$/)
  })

  it('links every reply but the directory to the directory', async () => {
    const world = await newWorld()
    const index = `<${world.ca.directoryUrl}>;rel="index"`
    expect((await world.get(world.ca.directoryUrl)).links).toEqual([])
    for (const reply of [
      await world.get(url(world, 'newNonce')),
      await world.get(url(world, 'newOrder')),
      await world.post(url(world, 'newOrder'), '{}'),
      await world.get(`${world.ca.url}/nowhere`),
    ]) {
      expect(reply.links).toContain(index)
    }
  })

  it('dates its replies by the clock that was lent to it', async () => {
    const world = await newWorld()
    const { headers } = await world.get(world.ca.directoryUrl)
    expect(headers['date']).toBe('Tue, 24 Nov 2026 03:00:00 GMT')
  })

  it('logs every request with its endpoint and status', async () => {
    const world = await newWorld()
    await world.get(url(world, 'newOrder'))
    await world.get(`${world.ca.url}/nowhere?x=1`)
    const at = world.clock.now()
    const userAgent = 'raw-client'
    const problem = (status: number) => expect.objectContaining({ status }) as unknown
    expect(world.ca.requests).toEqual([
      { at, method: 'GET', path: '/start-here', endpoint: 'directory', status: 200, userAgent },
      {
        ...{ at, method: 'GET', path: '/ask', endpoint: 'newOrder', status: 405, userAgent },
        problem: problem(405),
      },
      {
        ...{ at, method: 'GET', path: '/nowhere?x=1', endpoint: 'unknown', status: 404, userAgent },
        problem: problem(404),
      },
    ])
    world.ca.forgetRequests()
    expect(world.ca.requests).toEqual([])
  })

  it('logs who signed what, once the signature was found good', async () => {
    const world = await newWorld()
    const member = await world.member()
    const forged = await member.envelope(url(world, 'newOrder'), {}, { kid: `${member.kid}x` })
    world.ca.forgetRequests()
    await world.post(url(world, 'newOrder'), JSON.stringify(forged))
    await member.post(url(world, 'newOrder'), { identifiers: [] })
    await member.read(member.kid)
    const posts = world.ca.requests.filter(({ method }) => method === 'POST')
    const [refused, asked, read] = posts
    expect(refused).not.toHaveProperty('account')
    expect(refused).not.toHaveProperty('payload')
    expect(asked).toMatchObject({ account: member.kid, payload: { identifiers: [] }, status: 400 })
    expect(read).toMatchObject({ account: member.kid, status: 200 })
    expect(read).not.toHaveProperty('payload')
  })
})

interface Http2Reply {
  readonly headers: IncomingHttpHeaders & { ':status'?: number | undefined }
  readonly text: string
}

async function overHttp2(
  session: ClientHttp2Session,
  headers: Record<string, string>,
  body = '',
): Promise<Http2Reply> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ 'user-agent': 'raw-client', ...headers })
    let head: Http2Reply['headers'] = {}
    const chunks: Buffer[] = []
    stream.on('response', (received) => {
      head = received
    })
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('error', reject)
    stream.on('end', () => resolve({ headers: head, text: Buffer.concat(chunks).toString() }))
    if (body !== '') stream.end(body)
  })
}

describe('HTTP/2', () => {
  const open = (world: World): ClientHttp2Session => {
    const session = connect(world.ca.url, { ca: world.ca.rootPem })
    session.on('error', () => undefined)
    onTestFinished(() => session.destroy())
    return session
  }

  it('serves many requests at once on one connection, signed ones too', async () => {
    const world = await newWorld()
    const session = open(world)
    const gets = Array.from({ length: 20 }, async () =>
      overHttp2(session, { ':method': 'GET', ':path': '/one-time-number' }),
    )
    const nonces = (await Promise.all(gets)).map(({ headers }) => headers['replay-nonce'])
    expect(new Set(nonces).size).toBe(20)
    const client = await world.stranger()
    const body = await client.envelope(url(world, 'newAccount'), { termsOfServiceAgreed: true })
    const post = { ':method': 'POST', ':path': '/enrol', 'content-type': 'application/jose+json' }
    const reply = await overHttp2(session, post, JSON.stringify(body))
    expect(reply.headers[':status']).toBe(201)
    expect(JSON.parse(reply.text)).toMatchObject({ status: 'valid' })
  })

  it('cuts the connection when a fault says so', async () => {
    const world = await newWorld({
      faults: ({ endpoint }) => (endpoint === 'newNonce' ? { drop: 'before' } : undefined),
    })
    const session = open(world)
    const closed = new Promise<void>((resolve) => void session.on('close', () => resolve()))
    const get = { ':method': 'GET', ':path': '/one-time-number' }
    // The stream ends or fails; what counts is that no status arrives and the session is gone.
    const outcome = await overHttp2(session, get).then(
      ({ headers }) => headers[':status'],
      () => undefined,
    )
    expect(outcome).toBeUndefined()
    await closed
    expect(world.ca.requests.at(-1)).toMatchObject({ endpoint: 'newNonce', status: 0 })
  })
})
