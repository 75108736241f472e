import { X509Certificate } from 'node:crypto'
import { Resolver } from 'node:dns/promises'
import { get } from 'node:https'
import { json } from 'node:stream/consumers'
import type { IncomingMessage } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startSandbox } from '../../src/index.ts'
import type { Sandbox, SandboxOptions } from '../../src/index.ts'
import { ask, decoded, overUdp, signed, txt, type, wireUpdate } from '../dns/wire.ts'

async function newSandbox(options?: SandboxOptions): Promise<Sandbox> {
  const sandbox = await startSandbox(options)
  onTestFinished(async () => sandbox.close())
  return sandbox
}

function resolverOf(sandbox: Sandbox): Resolver {
  const resolver = new Resolver({ timeout: 2000, tries: 1 })
  resolver.setServers([sandbox.resolver])
  return resolver
}

async function directory({ directoryUrl, rootPem }: Sandbox): Promise<Record<string, unknown>> {
  const headers = { 'user-agent': 'test' }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(directoryUrl, { ca: rootPem, headers, agent: false }, resolve).on('error', reject)
  })
  return (await json(response)) as Record<string, unknown>
}

describe('what it refuses', () => {
  it('is any address but a loopback address, and a world without a zone', async () => {
    await expect(startSandbox({ ca: { host: '0.0.0.0' } })).rejects.toThrow(TypeError)
    await expect(startSandbox({ secondary: { address: '192.0.2.2' } })).rejects.toThrow(TypeError)
    await expect(startSandbox({ zones: [] })).rejects.toThrow(TypeError)
  })

  it('leaves nothing open where it cannot start', async () => {
    const { dns } = await newSandbox()
    await expect(startSandbox({ dnsPort: dns.port })).rejects.toThrow('EADDRINUSE')
    const first = await newSandbox()
    const dnsPort = first.dns.port
    await first.close()
    await expect(startSandbox({ dnsPort, ca: { nonceRejectPercent: 101 } })).rejects.toThrow(
      TypeError,
    )
    await newSandbox({ dnsPort })
  })
})

describe('a sandbox', () => {
  it('has a CA whose directory is served under its own root', async () => {
    const sandbox = await newSandbox()
    const { newOrder, meta } = await directory(sandbox)
    expect(newOrder).toContain('https://127.0.0.1')
    expect(meta).toMatchObject({ caaIdentities: ['ca.example.test'] })
    const root = new X509Certificate(sandbox.rootPem)
    expect(root.subject).toMatch(/^CN=Certwright Sandbox Root [0-9a-f]{4} \(not trusted\)$/)
    expect(sandbox.rootPems).toEqual([sandbox.rootPem])
  })

  it('leads every name of its zones to this machine, and knows no others', async () => {
    const sandbox = await newSandbox({ zones: ['Example.test.', 'other.test'], ipv6: true })
    expect(sandbox).toMatchObject({ zone: 'example.test', zones: ['example.test', 'other.test'] })
    const resolver = resolverOf(sandbox)
    for (const name of ['example.test', 'a.b.example.test', 'ns1.other.test']) {
      expect(await resolver.resolve4(name)).toEqual(['127.0.0.1'])
      expect(await resolver.resolve6(name)).toEqual(['::1'])
    }
    expect(await resolver.resolveNs('other.test')).toEqual(['ns1.other.test'])
    await expect(resolver.resolve4('elsewhere.invalid')).rejects.toMatchObject({
      code: 'ENOTFOUND',
    })
  })

  it('4.3 ipv6 has no IPv6 addresses unless asked', async () => {
    const resolver = resolverOf(await newSandbox())
    await expect(resolver.resolve6('a.example.test')).rejects.toMatchObject({ code: 'ENODATA' })
  })

  it('takes updates that are signed with its key, in every zone', async () => {
    const { dns, tsig } = await newSandbox({ zones: ['example.test', 'other.test'] })
    expect(Buffer.from(tsig.secret, 'base64')).toHaveLength(32)
    for (const zone of ['example.test', 'other.test']) {
      const rr = { name: `_acme-challenge.${zone}`, type: type.TXT, ttl: 60, rdata: txt('v') }
      const reply = await overUdp(dns, signed(wireUpdate(zone, [rr]), tsig).message)
      expect(decoded(reply).rcode).toBe(0)
      expect(dns.records(rr.name, 'TXT')).toMatchObject([{ data: 'v' }])
    }
  })

  it('4.3 httpPort tlsPort chooses ports for validation that nobody listens on, unless told', async () => {
    const { httpPort, tlsPort } = await newSandbox()
    expect(httpPort).not.toBe(tlsPort)
    expect(await newSandbox({ httpPort, tlsPort })).toMatchObject({ httpPort, tlsPort })
  })

  it('4.3 secondary can have a second name server that is slow to follow', async ({ skip }) => {
    const sandbox = await startSandbox({ secondary: { lag: 2 } }).catch((error: unknown) => {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EADDRNOTAVAIL') skip('this machine has no 127.0.0.2')
      throw error
    })
    onTestFinished(async () => sandbox.close())
    const { dns, secondary = dns } = sandbox
    expect(secondary).toMatchObject({ address: '127.0.0.2', port: dns.port })
    const resolver = resolverOf(sandbox)
    expect((await resolver.resolveNs('example.test')).sort()).toEqual([
      'ns1.example.test',
      'ns2.example.test',
    ])
    expect(await resolver.resolve4('ns2.example.test')).toEqual(['127.0.0.2'])
    dns.add({ name: 'new.example.test', type: 'TXT', data: 'v' })
    const seen = async (): Promise<number> =>
      (await ask(secondary, 'new.example.test', type.TXT)).answers.length
    expect([await seen(), await seen(), await seen()]).toEqual([0, 0, 1])
  })

  it('is one of several in a process, each with a root and a key of its own', async () => {
    const [one, two] = await Promise.all([newSandbox(), newSandbox()])
    expect(one.rootPem).not.toBe(two.rootPem)
    expect(one.tsig.secret).not.toBe(two.tsig.secret)
    one.dns.add({ name: 'only.example.test', type: 'TXT', data: 'v' })
    await expect(resolverOf(two).resolveTxt('only.example.test')).rejects.toMatchObject({
      code: 'ENODATA',
    })
    await expect(directory({ ...one, rootPem: two.rootPem })).rejects.toThrow('certificate')
  })

  it('gives a CRL, empty while nothing is revoked', async () => {
    const sandbox = await newSandbox({ authority: { alternateRoots: 1 } })
    expect(sandbox.rootPems).toHaveLength(2)
    expect((await sandbox.crl()).at(0)).toBe(0x30)
  })

  it('answers no longer once it is closed', async () => {
    const sandbox = await newSandbox()
    await sandbox.close()
    await expect(directory(sandbox)).rejects.toThrow('ECONNREFUSED')
    await expect(resolverOf(sandbox).resolve4('example.test')).rejects.toThrow()
  })
})
