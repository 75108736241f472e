import { createServer as createTcp } from 'node:net'
import { createServer as createTls } from 'node:tls'
import type { ChallengeWork, Identifier } from '@certwright/acme'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Reach } from '../../src/diagnosis/reach.ts'
import { probeTls } from '../../src/diagnosis/tls-probe.ts'
import { systemHost } from '../../src/runtime/host.ts'
import { tlsAlpn01 } from '../../src/solvers/tls-alpn-01.ts'
import { closedPort } from '../dns/world.ts'
import { issue } from '../x509/issued.ts'
import { listening } from './served-here.ts'

const workFor = (identifier: Identifier, proof = 'proof'): ChallengeWork => ({
  type: 'tls-alpn-01',
  identifier,
  wildcard: false,
  token: 'token',
  keyAuthorization: `token.${proof}`,
  url: 'trial:token',
})

const name: Identifier = { type: 'dns', value: 'www.example.test' }

async function answeredBy(work: ChallengeWork): Promise<number> {
  const port = await closedPort()
  const solver = tlsAlpn01({ host: systemHost, port })
  const receipt = await solver.present(work)
  onTestFinished(async () => solver.cleanUp(receipt))
  return port
}

const reason = (reach: Reach): unknown =>
  reach.outcome === 'other' ? [reach.finding.code, reach.finding.params['reason']] : reach.outcome

describe('what answers is not ours', () => {
  it('where an ordinary TLS server does not speak acme-tls/1', async () => {
    const { key, cert } = serverPair()
    const plain = await listening(createTls({ key, cert }))
    expect(reason(await probeTls(workFor(name), '127.0.0.1', plain))).toEqual([
      'tls-other',
      'ALPN -',
    ])
    const http = await listening(createTls({ key, cert, ALPNProtocols: ['http/1.1'] }))
    expect(reason(await probeTls(workFor(name), '127.0.0.1', http))).toEqual([
      'tls-other',
      'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
    ])
  })

  it('where it shows the proof of another challenge', async () => {
    const port = await answeredBy(workFor(name, 'other'))
    expect(reason(await probeTls(workFor(name), '127.0.0.1', port))).toEqual([
      'tls-other',
      'certificate',
    ])
  })

  it('where it cuts the connection instead of shaking hands', async () => {
    const port = await listening(
      createTcp((socket) => socket.once('data', () => socket.resetAndDestroy())),
    )
    expect(reason(await probeTls(workFor(name), '127.0.0.1', port))).toEqual([
      'tls-other',
      'ECONNRESET',
    ])
  })
})

it('is refused where nobody listens', async () => {
  const reach = await probeTls(workFor(name), '127.0.0.1', await closedPort())
  expect(reach).toEqual({ address: '127.0.0.1', outcome: 'refused', reason: 'ECONNREFUSED' })
})

it.each([name, { type: 'ip', value: '127.0.0.1' }])(
  'finds our own answer for %o on both families',
  async (identifier) => {
    const work = workFor(identifier)
    const port = await answeredBy(work)
    for (const address of ['::1', '127.0.0.1']) {
      expect(await probeTls(work, address, port)).toEqual({ address, outcome: 'answers' })
    }
  },
)

function serverPair(): { key: string; cert: string } {
  const { key, pem } = issue({ names: ['www.example.test'] })
  return { key: key.export({ type: 'pkcs8', format: 'pem' }).toString(), cert: pem }
}
