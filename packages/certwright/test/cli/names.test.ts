import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { describe, expect, it } from 'vitest'
import { sandboxWorld, type SandboxWorld } from './sandbox-world.ts'

interface Document {
  readonly certificate: {
    readonly id: string
    readonly names: readonly string[]
    readonly files: { readonly fullChain: string }
  }
}

/** The subject alternative names of the certificate that was issued, as OpenSSL writes them. */
function altNames(stdout: string): string | undefined {
  const { certificate } = JSON.parse(stdout) as Document
  return new X509Certificate(readFileSync(certificate.files.fullChain)).subjectAltName
}

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
)

describe('an IP address', () => {
  const challenges = [
    ['http-01', (world: SandboxWorld) => ['--http-port', String(world.sandbox.httpPort)]],
    ['tls-alpn-01', (world: SandboxWorld) => ['--tls-port', String(world.sandbox.tlsPort)]],
  ] as const

  it.each(challenges)('is proven by %s and renewed (RFC 8738)', async (challenge, port) => {
    const world = await sandboxWorld()
    const argv = ['--challenge', challenge, ...port(world), '--json']
    const { code, stdout } = await world.run(['issue', '127.0.0.1', ...world.ca, ...argv])
    expect(code).toBe(0)
    expect(altNames(stdout)).toBe('IP Address:127.0.0.1')
    expect(world.sandbox.ca.orders()[0]?.identifiers).toEqual([{ type: 'ip', value: '127.0.0.1' }])
    const renewed = await world.run(['renew', '127.0.0.1', '--force'])
    expect(renewed.stdout).toMatch(/^127\.0\.0\.1: renewed/)
  })

  it.skipIf(!hasIpv6).each(challenges)(
    'of IPv6 is proven by %s, whatever its spelling',
    async (challenge, port) => {
      const world = await sandboxWorld()
      const argv = ['--challenge', challenge, ...port(world), '--cert', 'six', '--json']
      const { code, stdout, stderr } = await world.run([
        'issue',
        '0:0:0::0001',
        ...world.ca,
        ...argv,
      ])
      expect(code, stderr + stdout).toBe(0)
      expect(altNames(stdout)).toBe('IP Address:0:0:0:0:0:0:0:1')
      expect(world.sandbox.ca.orders()[0]?.identifiers).toEqual([{ type: 'ip', value: '::1' }])
    },
  )

  it('stands beside a domain name in one certificate', async () => {
    const { issue } = await sandboxWorld()
    const { stdout } = await issue(['a.example.test', '127.0.0.1'], ['--json'])
    expect(altNames(stdout)).toBe('DNS:a.example.test, IP Address:127.0.0.1')
  })

  it('cannot be proven by DNS, which is said before the CA is asked', async () => {
    const { run, sandbox, ca } = await sandboxWorld()
    const { code, stderr } = await run(['issue', '192.0.2.1', ...ca, '--dns', 'manual'])
    expect(stderr).toMatch(/192\.0\.2\.1 is an IP address, which dns-01 cannot prove/)
    expect(code).toBe(64)
    expect(sandbox.ca.requests).toEqual([])
  })
})

describe('an international name', () => {
  it('is ordered by its A-label and shown as people write it', async () => {
    const { issue, run, sandbox } = await sandboxWorld()
    const { code, stdout, stderr } = await issue(['Bücher.example.test'])
    expect(code).toBe(0)
    expect(sandbox.ca.orders()[0]?.identifiers).toEqual([
      { type: 'dns', value: 'xn--bcher-kva.example.test' },
    ])
    expect(stderr).toMatch(/^certwright: Answers published for http-01: bücher\.example\.test$/m)
    expect(stderr).toMatch(/^certwright: Proven: bücher\.example\.test$/m)
    expect(stderr).toMatch(/^certwright: Answer withdrawn: bücher\.example\.test$/m)
    expect(stdout).toMatch(/^xn--bcher-kva\.example\.test: issued/)
    expect((await run(['list'])).stdout).toMatch(/ {2}bücher\.example\.test {2}/)
    expect((await run(['show', 'xn--bcher-kva.example.test'])).stdout).toContain(
      'bücher.example.test (xn--bcher-kva.example.test)',
    )
  })

  it('is the same in either form, and in JSON its A-label', async () => {
    const { issue, run, sandbox } = await sandboxWorld()
    const { stdout } = await issue(['xn--r8jz45g.example.test'], ['--json'])
    expect((JSON.parse(stdout) as Document).certificate.names).toEqual(['xn--r8jz45g.example.test'])
    expect(altNames(stdout)).toBe('DNS:xn--r8jz45g.example.test')
    const again = await run(['issue', '例え.example.test'])
    expect(again.stdout).toMatch(/nothing to do/)
    expect(sandbox.ca.orders()).toHaveLength(1)
  })

  it('is named as people write it where it could not be proven', async () => {
    const { issue, sandbox } = await sandboxWorld()
    sandbox.dns.setServfail('xn--bcher-kva.example.test')
    const { stderr, code } = await issue(['bücher.example.test'])
    expect(stderr).toMatch(/^certwright: {3}bücher\.example\.test \(http-01\): dns: /m)
    expect(code).toBe(1)
  })
})
