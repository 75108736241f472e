import { createServer as createTcpServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { serverName } from '../../src/ca/validation/tls-alpn-01.ts'
import { alpnCertificate } from '../ca-authority/der.ts'
import { goodCertificate, keyAuthorization, listening, name, newWorld, tlsServer } from './world.ts'

const tlsAlpn01 = { type: 'tls-alpn-01' }

describe('what proves nothing', () => {
  it('is malformed for a wildcard', async () => {
    const { outcome } = await newWorld()
    expect(await outcome({ ...tlsAlpn01, wildcard: true })).toContain('malformed 400')
  })

  it('4.1 #73 tls-alpn-01 is a connection problem where nobody listens or the connection is cut', async () => {
    expect(await (await newWorld()).outcome(tlsAlpn01)).toContain('connection 400: 127.0.0.1')
    const tlsPort = await listening(createTcpServer((socket) => void socket.destroy()))
    expect(await (await newWorld({ tlsPort })).outcome(tlsAlpn01)).toContain('connection 400')
  })

  it('4.1 #73 tls-alpn-01 is a dns problem for a name without an address', async () => {
    const { outcome } = await newWorld()
    const identifier = { type: 'dns', value: 'gone.example.test' }
    expect(await outcome({ ...tlsAlpn01, identifier })).toContain('dns 400')
  })

  it('4.1 #73 tls-alpn-01 is a tls problem where the handshake fails: no TLS, TLS 1.1, no such protocol', async () => {
    const plain = await listening(
      createTcpServer((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    )
    expect(await (await newWorld({ tlsPort: plain })).outcome(tlsAlpn01)).toContain('tls 400')
    const old = await tlsServer(goodCertificate(), {
      ALPNProtocols: ['acme-tls/1'],
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    })
    expect(await (await newWorld({ tlsPort: old.port })).outcome(tlsAlpn01)).toContain('tls 400')
    const web = await tlsServer(goodCertificate(), { ALPNProtocols: ['h2', 'http/1.1'] })
    expect(await (await newWorld({ tlsPort: web.port })).outcome(tlsAlpn01)).toContain('tls 400')
  })

  it('4.1 #73 tls-alpn-01 is unauthorized where the server negotiates no protocol', async () => {
    const { port: tlsPort } = await tlsServer(goodCertificate(), {})
    const { outcome } = await newWorld({ tlsPort })
    expect(await outcome(tlsAlpn01)).toContain('acme-tls/1 was not negotiated')
  })

  it.each([
    ['another name', { dns: ['other.example.test'], keyAuthorization }, 'is not exactly'],
    ['a second name', { dns: [name, 'other.example.test'], keyAuthorization }, 'is not exactly'],
    [
      'an address beside the name',
      { dns: [name], ip: ['127.0.0.1'], keyAuthorization },
      'is not exactly',
    ],
    ['no name', { keyAuthorization }, 'is not exactly'],
    ['no proof', { dns: [name] }, 'not one acmeIdentifier'],
    [
      'a proof that is not critical',
      { dns: [name], keyAuthorization, critical: false },
      'not critical',
    ],
    ['another proof', { dns: [name], keyAuthorization: `${keyAuthorization}x` }, 'not the digest'],
  ])('4.1 #73 tls-alpn-01 is unauthorized for a certificate with %s', async (_what, draft, why) => {
    const { port: tlsPort } = await tlsServer(alpnCertificate(draft))
    const { outcome } = await newWorld({ tlsPort })
    expect(await outcome(tlsAlpn01)).toMatch(new RegExp(`^unauthorized 403: .*${why}`))
  })

  it('gives up after the time that it was given', async () => {
    const tlsPort = await listening(createTcpServer(() => {}))
    const { outcome } = await newWorld({ tlsPort, timeoutMs: 60 })
    expect(await outcome(tlsAlpn01)).toContain('connection 400: Timeout during tls-alpn-01')
  })
})

describe('what proves control', () => {
  it('is the certificate of RFC 8737 under the name that is asked for', async () => {
    const { port: tlsPort, hellos } = await tlsServer(goodCertificate())
    const { validate } = await newWorld({ tlsPort })
    const { problem, record } = await validate(tlsAlpn01)
    expect(problem).toBeUndefined()
    expect(hellos).toEqual([{ servername: name, protocols: ['acme-tls/1'] }])
    expect(record).toMatchObject({ hostname: name, port: tlsPort, addressUsed: '127.0.0.1' })
  })

  it('compares names without regard to case, and takes TLS 1.2', async () => {
    const certificate = alpnCertificate({ dns: ['WWW.example.TEST'], keyAuthorization })
    const { port: tlsPort } = await tlsServer(certificate, {
      ALPNProtocols: ['acme-tls/1'],
      maxVersion: 'TLSv1.2',
    })
    expect(await (await newWorld({ tlsPort })).outcome(tlsAlpn01)).toBe('fine')
  })

  it('asks for an address by its reverse name (RFC 8738 §6)', async () => {
    const certificate = alpnCertificate({ ip: ['127.0.0.1'], keyAuthorization })
    const { port: tlsPort, hellos } = await tlsServer(certificate)
    const { dns, outcome } = await newWorld({ tlsPort })
    const identifier = { type: 'ip', value: '127.0.0.1' }
    expect(await outcome({ ...tlsAlpn01, identifier })).toBe('fine')
    expect(hellos).toMatchObject([{ servername: '1.0.0.127.in-addr.arpa' }])
    expect(dns.log).toEqual([])
  })

  it.each([
    ['2001:db8::1', `1.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa`],
    ['::1', `1.${'0.'.repeat(31)}ip6.arpa`],
    ['::', `${'0.'.repeat(32)}ip6.arpa`],
    [
      '1:2:3:4:5:6:7:abcd',
      'd.c.b.a.7.0.0.0.6.0.0.0.5.0.0.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.ip6.arpa',
    ],
    ['::ffff:127.0.0.1', `1.0.0.0.0.0.f.7.f.f.f.f.${'0.'.repeat(20)}ip6.arpa`],
    ['192.0.2.9', '9.2.0.192.in-addr.arpa'],
    ['a.test', 'a.test'],
  ])('knows the reverse name of %s', (value, expected) => {
    expect(serverName(value)).toBe(expected)
  })
})
