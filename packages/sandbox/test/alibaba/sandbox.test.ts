import { Resolver } from 'node:dns/promises'
import { connect } from 'node:tls'
import { expect, it, onTestFinished } from 'vitest'
import { startAlibaba, startSandbox } from '../../src/index.ts'
import { bundleFor } from './bundle.ts'
import { popSdk } from './sdk.ts'
import { open, servedAt } from './world.ts'

it('stands beside a CA whose resolver answers what its DNS product holds', async () => {
  const sandbox = await startSandbox({ zones: ['example.test'], alibaba: true })
  onTestFinished(async () => sandbox.close())
  const { alibaba, dns } = sandbox
  const call = popSdk(alibaba, '2015-01-09')
  const record = { DomainName: 'example.test', RR: '_acme-challenge', Type: 'TXT', Value: 'x' }
  const { RecordId } = await call('AddDomainRecord', record)
  const resolver = new Resolver({ timeout: 2000, tries: 1 })
  resolver.setServers([`127.0.0.1:${dns.port}`])
  expect(await resolver.resolveTxt('_acme-challenge.example.test')).toEqual([['x']])
  await call('DeleteDomainRecord', { RecordId })
  expect(dns.records('_acme-challenge.example.test')).toEqual([])
})

it('is not there unless asked for', async () => {
  const sandbox = await startSandbox()
  onTestFinished(async () => sandbox.close())
  expect(sandbox.alibaba).toBeUndefined()
})

it('hosts what the seed says instead of the zones of the sandbox', async () => {
  const seed = { alidns: { zones: ['other.test'] } }
  const sandbox = await startSandbox({ alibaba: { seed } })
  onTestFinished(async () => sandbox.close())
  expect([...sandbox.alibaba.state.alidns.zones.keys()]).toEqual(['other.test'])
})

it('serves different names to different handshakes on one port, an exact name before a wildcard', async () => {
  const [wild, exact, api] = await Promise.all([
    bundleFor(['*.example.com']),
    bundleFor(['www.example.com'], { algorithm: 'RSA' }),
    bundleFor(['api.example.org']),
  ])
  const alibaba = await open({
    seed: {
      cdn: {
        domains: [
          { domain: '.example.com', certificate: wild },
          { domain: 'www.example.com', certificate: exact },
        ],
      },
      cloudapi: {
        groups: [
          {
            name: 'one',
            domains: [{ domain: 'api.example.org', certificate: { name: 'c', ...api } }],
          },
        ],
      },
    },
  })
  expect(await servedAt(alibaba, 'www.example.com')).toBe(exact.fingerprint)
  expect(await servedAt(alibaba, 'WWW.example.com')).toBe(exact.fingerprint)
  expect(await servedAt(alibaba, 'any.example.com')).toBe(wild.fingerprint)
  expect(await servedAt(alibaba, 'api.example.org')).toBe(api.fingerprint)
  expect(await servedAt(alibaba, 'unknown.example.org')).toBeUndefined()
})

it('speaks HTTP behind the handshake', async () => {
  const certificate = await bundleFor(['www.example.com'])
  const alibaba = await open({
    seed: { cdn: { domains: [{ domain: 'www.example.com', certificate }] } },
  })
  const reply = await new Promise<string>((resolve, reject) => {
    const socket = connect(
      {
        host: '127.0.0.1',
        port: alibaba.servePort,
        servername: 'www.example.com',
        ca: certificate.certPem,
      },
      () => socket.write('GET / HTTP/1.1\r\nhost: www.example.com\r\nconnection: close\r\n\r\n'),
    )
    let text = ''
    socket.on('data', (bytes: Buffer) => (text += bytes.toString()))
    socket.on('end', () => resolve(text))
    socket.on('error', reject)
  })
  expect(reply).toMatch(/^HTTP\/1\.1 200 [\s\S]*www\.example\.com\n/)
})

it('runs beside another, and is gone once closed', async () => {
  const [one, other] = await Promise.all([startAlibaba(), startAlibaba()])
  expect(one.endpoint).not.toBe(other.endpoint)
  await one.close()
  await expect(fetch(one.endpoint)).rejects.toThrow('fetch failed')
  expect((await fetch(other.endpoint)).status).toBe(404)
  await other.close()
})

it('waits by the clock too, where changes take time', async () => {
  let now = Date.now()
  const clock = { now: () => now, random: () => 0.5, sleep: async () => undefined }
  const [old, renewed] = await Promise.all([
    bundleFor(['www.example.com']),
    bundleFor(['www.example.com']),
  ])
  const alibaba = await open({
    clock,
    delay: { looks: 0, ms: 60_000 },
    seed: { cdn: { domains: [{ domain: 'www.example.com', certificate: old }] } },
  })
  await popSdk(alibaba, '2018-05-10')('SetCdnDomainSSLCertificate', {
    DomainName: 'www.example.com',
    SSLProtocol: 'on',
    SSLPub: renewed.certPem,
    SSLPri: renewed.keyPem,
  })
  expect(await servedAt(alibaba, 'www.example.com')).toBe(old.fingerprint)
  now += 60_000
  expect(await servedAt(alibaba, 'www.example.com')).toBe(renewed.fingerprint)
})
