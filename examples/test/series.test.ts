import { createPrivateKey, createPublicKey, verify, X509Certificate } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { startSandbox, type Sandbox } from '@certwright/sandbox'
import { describe, expect, it, onTestFinished } from 'vitest'
import { seriesIn, type Series } from './series-programs.ts'

interface World {
  readonly series: Series
  readonly sandbox: Sandbox & Required<Pick<Sandbox, 'alibaba'>>
  /** Runs a program that must succeed; what it printed. */
  readonly done: (program: string, ...argv: readonly string[]) => Promise<string>
}

/** A CA whose DNS is the cloud's, and an account with a domain of each product. */
async function world(): Promise<World> {
  const atOnce = { min: 0, max: 0 }
  const sandbox = await startSandbox({
    ca: { validationDelayMs: atOnce, issuanceDelayMs: atOnce },
    alibaba: {
      rateLimits: false,
      seed: {
        alidns: { zones: ['example.test'] },
        cdn: { domains: [{ domain: 'cdn.example.test' }] },
        cloudapi: {
          groups: [{ id: 'g1', name: 'one', domains: [{ domain: 'api.example.test' }] }],
        },
      },
    },
  })
  onTestFinished(async () => sandbox.close())
  const { endpoint, servePort, accessKeyId, accessKeySecret } = sandbox.alibaba
  const place = `endpoint=${endpoint},serve-at=127.0.0.1:${servePort},trust=root.pem`
  const series = seriesIn(
    {
      ACMEDirectory: sandbox.directoryUrl,
      Names: 'example.test; *.example.test',
      DNSOptions: `endpoint=${endpoint}`,
      Resolver: sandbox.resolver,
      APIGateway: `alibaba-api-gateway:domain=api.example.test,${place}`,
      CDN: `alibaba-cdn:domain=cdn.example.test,${place}`,
    },
    {
      rootPem: sandbox.rootPem,
      env: {
        ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId,
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret,
        PFX_PASSWORD: 'only for this test',
      },
    },
  )
  const done: World['done'] = async (program, ...argv) => {
    const { code, stdout, stderr } = await series.run(program, ...argv)
    expect({ program, code, stderr }).toEqual({ program, code: 0, stderr: '' })
    ran.add(program)
    return stdout
  }
  return { series, sandbox, done }
}

const ran = new Set<string>()

describe('the programs of the series', () => {
  it('lead from two keys to a certificate that is served, renewed, exported and revoked', async () => {
    const { series, sandbox, done } = await world()
    const { text, folder } = series
    const { alibaba, ca } = sandbox

    expect(await done('get-directory')).toContain('newNonce')
    expect(await done('get-nonce')).toMatch(/^Replay-Nonce: [\w-]+$/m)
    expect(await done('get-terms-of-service')).toMatch(/^https:/)
    await done('make-account-key')
    await done('make-certificate-key')
    for (const name of ['account.key', 'certificate.key']) {
      expect(createPrivateKey(text(name)).asymmetricKeyDetails?.modulusLength).toBe(4096)
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
    }
    await done('make-csr')

    await done('sign-request')
    const url = /^https:.*$/m.exec(await done('new-account', '--yes'))?.[0] ?? ''
    expect((await done('get-account-url')).trim()).toBe(url)
    expect(await done('get-account-info')).toContain('mailto:two@example.com')
    series.set({ Contacts: 'mailto:three@example.com' })
    expect(await done('account-update')).toContain('mailto:three@example.com')

    await done('request-certificate')
    expect(await done('get-authorizations')).toContain('_acme-challenge.example.test TXT')
    await done('dns-validation')
    expect(sandbox.dns.records('_acme-challenge.example.test', 'TXT')).toEqual([])
    await done('finalize-order')
    await done('download-certificate')
    const first = new X509Certificate(text('chain.pem'))
    expect(first.subjectAltName).toBe('DNS:example.test, DNS:*.example.test')
    expect(first.checkPrivateKey(createPrivateKey(text('certificate.key')))).toBe(true)

    expect(await done('install-api-gateway')).toContain('api.example.test: current')
    expect(await done('install-cdn')).toContain('cdn.example.test: current')
    expect(await done('renew-certificate')).not.toContain('renewed')
    expect(await done('renew-certificate', '--force')).toContain('renewed')
    expect(new X509Certificate(text('chain.pem')).serialNumber).not.toBe(first.serialNumber)
    expect(await done('install-cdn')).toContain('cdn.example.test: current')
    expect(alibaba.calls.length).toBeGreaterThan(0)

    await done('make-pkcs12')
    expect(statSync(join(folder, 'certificate.pfx')).size).toBeGreaterThan(2000)
    await done('revoke-certificate', '--yes')
    expect(ca.certificates().map(({ revoked }) => revoked?.reason)).toEqual([undefined, 4])
    expect(await done('account-deactivate', '--yes')).toContain('deactivated')

    const parts = new Set(['settings', 'dns', 'install'])
    const programs = readdirSync(new URL('../series/', import.meta.url))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => name.replace(/\.ts$/, ''))
    expect([...ran].toSorted()).toEqual(programs.filter((name) => !parts.has(name)).toSorted())
  }, 120_000)

  it('sign what another program verifies', async () => {
    const { series, done } = await world()
    await done('make-account-key')
    const printed = await done('sign-request')
    const body = JSON.parse(printed.slice(printed.lastIndexOf('\n{'))) as Record<string, string>
    const key = createPublicKey(series.text('account.key'))
    const input = Buffer.from(`${body['protected']}.${body['payload']}`)
    const signature = Buffer.from(body['signature'] ?? '', 'base64url')
    expect(verify('sha256', input, key, signature)).toBe(true)
  })

  it('never overwrite a key', async () => {
    const { series, done } = await world()
    await done('make-account-key')
    const before = series.text('account.key')
    const { code, stderr } = await series.run('make-account-key')
    expect([code, stderr]).toEqual([1, expect.stringContaining('EEXIST')])
    expect(series.text('account.key')).toBe(before)
  })

  it('make no account without your agreement', async () => {
    const { series, sandbox, done } = await world()
    await done('make-account-key')
    const { code } = await series.run('new-account')
    expect(code).toBe(1)
    expect(sandbox.ca.accounts()).toEqual([])
    expect((await series.run('get-account-info')).stderr).toContain('run new-account.ts')
  })
})
