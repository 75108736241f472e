import { createHash, type X509Certificate } from 'node:crypto'
import { createServer, type AddressInfo } from 'node:net'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { describe, expect, it, test } from 'vitest'
import type { ChallengeWork, Solver } from '@certwright/acme'
import { tlsAlpn01 } from '../../src/solvers/tls-alpn-01.ts'
import { systemHost } from '../../src/runtime/host.ts'
import { solverSuite } from '../../src/testing/index.ts'
import { workFor } from './work.ts'

const host = systemHost

interface Handshake {
  readonly protocol: string | false | null
  readonly certificate: X509Certificate
  /** Whether the server ended the connection by itself. */
  readonly ended: Promise<void>
}

/** Shakes hands as a CA does. Rejects where the server will not. */
async function handshake(port: number, options: ConnectionOptions): Promise<Handshake> {
  const socket: TLSSocket = connect({
    port,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    ALPNProtocols: ['acme-tls/1'],
    ...options,
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('secureConnect', resolve)
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('closed')))
  })
  socket.resume()
  const ended = new Promise<void>((resolve) => socket.once('end', resolve))
  const certificate = socket.getPeerX509Certificate()
  if (!certificate) throw new Error('no certificate')
  return { protocol: socket.alpnProtocol, certificate, ended }
}

function listening(): { solver: Solver; port: () => number } {
  let port = 0
  const solver = tlsAlpn01({ host, port: 0, onListening: (opened) => (port = opened) })
  return { solver, port: () => port }
}

/** RFC 8737 §3: the critical extension acmeIdentifier with the SHA-256 of the key authorization, in hex. */
function proofOf({ keyAuthorization }: ChallengeWork): string {
  const digest = createHash('sha256').update(keyAuthorization).digest('hex')
  return `303106082b0601050507011f0101ff04220420${digest}`
}

describe('the contract', () => {
  solverSuite({
    test,
    wildcards: false,
    addresses: true,
    world: () => {
      const ports = new Set<number>()
      return {
        solver: () => tlsAlpn01({ host, port: 0, onListening: (port) => ports.add(port) }),
        right: proofOf,
        seen: async (work: ChallengeWork) => {
          for (const port of ports) {
            const found = await handshake(port, { servername: work.identifier.value }).catch(
              () => undefined,
            )
            if (found?.certificate.raw.toString('hex').includes(proofOf(work))) return proofOf(work)
          }
          return undefined
        },
      }
    },
  })
})

it('refuses a token that is none', async () => {
  const { solver } = listening()
  await expect(solver.present(workFor('example.test', { token: '../x' }))).rejects.toMatchObject({
    code: 'CHALLENGE_TOKEN_NOT_CONFORM',
  })
})

it('says that the port is taken, and what to do', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '::', resolve))
  const { port } = other.address() as AddressInfo
  await expect(tlsAlpn01({ host, port }).present(workFor('example.test'))).rejects.toMatchObject({
    code: 'TLS_PORT_TAKEN',
    params: { port },
    hint: expect.stringContaining('--tls-port') as string,
  })
  await new Promise((resolve) => other.close(resolve))
})

describe('while a challenge is presented', () => {
  async function presenting(
    work: ChallengeWork,
  ): Promise<{ port: number; done: () => Promise<void> }> {
    const { solver, port } = listening()
    const receipt = await solver.present(work)
    return { port: port(), done: async () => solver.cleanUp(receipt) }
  }

  it('proves the name in any spelling with a version 3 certificate for it alone, then ends (lua-resty-acme#48)', async () => {
    const work = workFor('www.example.test')
    const { port, done } = await presenting(work)
    const { protocol, certificate, ended } = await handshake(port, {
      servername: 'WWW.example.test',
    })
    await ended
    expect(protocol).toBe('acme-tls/1')
    expect(certificate.subjectAltName).toBe('DNS:www.example.test')
    expect(certificate.raw.toString('hex')).toContain(proofOf(work))
    // [0] { INTEGER 2 }: version 3.
    expect(certificate.raw.toString('hex')).toContain('a003020102')
    await done()
  })

  it.each([
    ['another name', { servername: 'other.example.test' }],
    ['no name', { servername: '' }],
    ['another protocol', { servername: 'www.example.test', ALPNProtocols: ['h2', 'http/1.1'] }],
    [
      'another protocol beside it',
      { servername: 'www.example.test', ALPNProtocols: ['acme-tls/1', 'h2'] },
    ],
    ['TLS 1.1', { servername: 'www.example.test', minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' }],
  ] as const)('shows no certificate to who asks for %s (mod_md#377)', async (_, options) => {
    const { port, done } = await presenting(workFor('www.example.test'))
    await expect(handshake(port, options as ConnectionOptions)).rejects.toThrow()
    await done()
  })

  it.each([
    ['192.0.2.1', '1.2.0.192.in-addr.arpa', 'IP Address:192.0.2.1'],
    [
      '2001:db8::1',
      '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa',
      'IP Address:2001:DB8:0:0:0:0:0:1',
    ],
  ])(
    'proves the address %s by its reverse name (RFC 8738 §6)',
    async (address, servername, subject) => {
      const { port, done } = await presenting(workFor(address, { type: 'ip' }))
      const { certificate } = await handshake(port, { servername })
      expect(certificate.subjectAltName).toBe(subject)
      await done()
    },
  )

  it('listens on IPv6 too', async ({ skip }) => {
    const { port, done } = await presenting(workFor('www.example.test'))
    const found = await handshake(port, { servername: 'www.example.test', host: '::1' }).catch(
      (error: { code?: string }) => error.code,
    )
    if (found === 'EADDRNOTAVAIL') skip('this machine has no IPv6')
    expect(found).toHaveProperty('protocol', 'acme-tls/1')
    await done()
  })
})

it("leaves another token's answer for the same name in place", async () => {
  const { solver, port } = listening()
  const old = await solver.present(workFor('example.test', { token: 'old' }))
  const fresh = workFor('example.test', { token: 'new' })
  const receipt = await solver.present(fresh)
  await solver.cleanUp(old)
  const { certificate } = await handshake(port(), { servername: 'example.test' })
  expect(certificate.raw.toString('hex')).toContain(proofOf(fresh))
  await solver.cleanUp(receipt)
})
