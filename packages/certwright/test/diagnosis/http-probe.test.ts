import { createServer, type RequestListener } from 'node:http'
import { createServer as createTcp } from 'node:net'
import type { ChallengeWork } from '@certwright/acme'
import { describe, expect, it, onTestFinished } from 'vitest'
import { probeHttp } from '../../src/diagnosis/http-probe.ts'
import { reachFindings, type Reach } from '../../src/diagnosis/reach.ts'
import { resolver } from '../../src/dns/resolver.ts'
import { http01 } from '../../src/solvers/http-01.ts'
import { closedPort, serverText, zonesAt } from '../dns/world.ts'
import { listening } from './served-here.ts'

const work: ChallengeWork = {
  type: 'http-01',
  identifier: { type: 'dns', value: 'www.example.test' },
  wildcard: false,
  token: 'token',
  keyAuthorization: 'token.proof',
  url: 'trial:token',
}

const path = '/.well-known/acme-challenge/token'

async function probe(port: number, address = '127.0.0.1', patienceMs = 3000): Promise<Reach> {
  return probeHttp(work, address, { resolver: resolver({ servers: [] }), port, patienceMs })
}

const told = (reaches: readonly Reach[], port = 80) =>
  reachFindings(reaches, { about: 'www.example.test', port, challenge: 'http-01' }).map(
    ({ level, code, params }) => ({ level, code, params }),
  )

async function answering(listener: RequestListener): Promise<number> {
  return listening(createServer(listener))
}

describe('another server answers', () => {
  it('with 404, and is named with its address (nginx-acme#29)', async () => {
    const port = await answering((_, response) => {
      response.writeHead(404, { server: 'nginx/1.24.0' }).end('not here')
    })
    expect(told([await probe(port)])).toEqual([
      {
        level: 'fault',
        code: 'http-status',
        params: {
          about: 'www.example.test',
          address: '127.0.0.1',
          url: `http://www.example.test${path}`,
          status: 404,
          server: '(nginx/1.24.0)',
        },
      },
    ])
  })

  it('with 200 and something else: a page for every path', async () => {
    const port = await answering((_, response) => response.end('<html>It works!</html>'))
    expect(told([await probe(port)])).toMatchObject([{ level: 'fault', code: 'http-body' }])
  })

  it('and is a front, by its header or its page', async () => {
    const header = await answering((_, response) => {
      response.writeHead(403, { server: 'cloudflare' }).end()
    })
    expect(told([await probe(header)])).toMatchObject([
      { code: 'http-front', params: { front: 'Cloudflare', status: 403 } },
    ])
    const page = await answering((_, response) => {
      response.writeHead(404).end('<html><hr>Powered by Tengine</html>')
    })
    expect(told([await probe(page)])).toMatchObject([{ params: { front: 'Alibaba Cloud CDN' } }])
  })

  it('without end, and only its beginning is read', async () => {
    const port = await answering((_, response) => {
      const fill = (): void => {
        while (response.write('x'.repeat(65_536))) if (response.destroyed) return
        response.once('drain', fill)
      }
      fill()
    })
    expect(await probe(port)).toMatchObject({ outcome: 'other' })
  })
})

describe('a redirect is followed as a CA does', () => {
  const redirecting = (location: string) =>
    answering((_, response) => {
      response.writeHead(301, { location }).end()
    })

  it.each([
    ['in a circle', path, 'loop'],
    ['to another port', 'http://www.example.test:8080/', 'port 8080'],
    ['to another protocol', 'ftp://www.example.test/', 'ftp:'],
    ['to nothing readable', 'http://[', 'no URL'],
    ['to a name without an address', 'http://elsewhere.example.test/', 'no address'],
  ])('not %s', async (_, location, reason) => {
    const port = await redirecting(location)
    expect(told([await probe(port)])).toMatchObject([
      { level: 'fault', code: 'http-redirect', params: { location, reason } },
    ])
  })

  it('not for ever', async () => {
    let count = 0
    const port = await answering((_, response) => {
      count += 1
      response.writeHead(302, { location: `${path}?${count}` }).end()
    })
    expect(told([await probe(port)])).toMatchObject([{ code: 'http-redirect' }])
    expect(count).toBe(11)
  })

  it('to another name, at that name’s address', async () => {
    const dns = await zonesAt('example.test')
    onTestFinished(async () => dns.close())
    dns.add({ name: 'other.example.test', type: 'A', data: '127.0.0.1' })
    const port = await answering(({ headers }, response) => {
      if (headers.host === 'other.example.test') response.end('token.proof\n')
      else response.writeHead(307, { location: `http://other.example.test${path}` }).end()
    })
    const options = { resolver: resolver({ servers: [serverText(dns)] }), port }
    expect(await probeHttp(work, '127.0.0.1', options)).toMatchObject({ outcome: 'answers' })
  })
})

describe('nothing answers', () => {
  it('where the port is closed: a warning, for a machine may not reach itself (cert-manager#863, #656)', async () => {
    const port = await closedPort()
    expect(told([await probe(port)], port)).toEqual([
      {
        level: 'warning',
        code: 'port-refused',
        params: {
          about: 'www.example.test',
          address: '127.0.0.1',
          port,
          challenge: 'http-01',
          reason: 'ECONNREFUSED',
        },
      },
    ])
  })

  it('where the connection is taken and nothing comes', async () => {
    const port = await listening(createTcp(() => undefined))
    expect(told([await probe(port, '127.0.0.1', 50)])).toMatchObject([
      { level: 'warning', code: 'port-silent', params: { seconds: 0.05 } },
    ])
  })

  it('where an answer begins and never ends', async () => {
    const port = await listening(
      createTcp((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nx')),
    )
    expect(await probe(port, '127.0.0.1', 50)).toMatchObject({ outcome: 'silent' })
  })

  it('at the AAAA record, while IPv4 works: a fault, for a CA tries IPv6 first (boulder#2770)', async () => {
    const port = await answering((_, response) => response.end('token.proof'))
    const reaches = [await probe(port, '::1'), await probe(port)]
    expect(told(reaches, port)).toMatchObject([
      { level: 'fault', code: 'port-ipv6-dead', params: { address: '::1' } },
      { level: 'ok', code: 'port-answers', params: { address: '127.0.0.1' } },
    ])
  })

  it('at the A record, while IPv6 works', async () => {
    const port = await listening(
      createServer((_, response) => response.end('token.proof')),
      '::1',
    )
    const reaches = [await probe(port, '::1'), await probe(port)]
    expect(told(reaches, port)).toMatchObject([
      { level: 'ok' },
      { level: 'fault', code: 'port-ipv4-dead' },
    ])
  })

  it('where this machine has no way to IPv6, which says nothing', () => {
    expect(told([{ address: '2001:db8::1', outcome: 'no-route' }])).toMatchObject([
      { level: 'skipped', code: 'port-no-route' },
    ])
  })
})

it('finds our own answer on both families', async () => {
  const port = await closedPort()
  const solver = http01({ port })
  const receipt = await solver.present(work)
  onTestFinished(async () => solver.cleanUp(receipt))
  const reaches = [await probe(port, '::1'), await probe(port)]
  expect(told(reaches, port).map(({ level }) => level)).toEqual(['ok', 'ok'])
})

it('lets go of the connection where the caller gives up', async () => {
  const port = await listening(createTcp(() => undefined))
  const giveUp = new AbortController()
  const options = { resolver: resolver({ servers: [] }), port }
  const probing = probeHttp(work, '127.0.0.1', options, giveUp.signal)
  const watched = expect(probing).rejects.toThrow('enough')
  giveUp.abort(new Error('enough'))
  await watched
})
