import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { sandboxWorld } from './sandbox-world.ts'

const hour = 3_600_000
const profiles = {
  classic: { description: 'Ninety days' },
  shortlived: { description: 'Six days', certificateLifetimeMs: 160 * hour, maxIdentifiers: 2 },
}

interface Document {
  readonly outcome: string
  readonly certificate: {
    readonly profile?: string
    readonly preferredChain?: string
    readonly files: { readonly fullChain: string }
    readonly version: { readonly number: number; readonly profile?: string }
  }
  readonly warnings?: readonly { readonly code: string; readonly params: object }[]
}
const documentOf = (stdout: string): Document => JSON.parse(stdout) as Document

describe('a profile', () => {
  it('that the issuer does not list is refused before anything is ordered, with those it does', async () => {
    const { issue, run, sandbox } = await sandboxWorld({ ca: { profiles } })
    const { code, stderr } = await issue(['a.example.test'], ['--profile', 'short'])
    expect(stderr).toContain(
      `${sandbox.directoryUrl} has no profile short; it has: classic, shortlived`,
    )
    expect(stderr).toContain('hint: Use one of these with --profile, or --no-profile')
    expect(code).toBe(64)
    expect(sandbox.ca.orders()).toEqual([])
    expect((await run(['list'])).stdout).toMatch(/^There are no certificates/)
    const json = await issue(['a.example.test'], ['--profile', 'short', '--json', '--lang', 'zh'])
    expect(JSON.parse(json.stdout)).toMatchObject({
      error: {
        code: 'PROFILE_NOT_OFFERED',
        message: expect.stringContaining('可用：classic, shortlived') as string,
      },
    })
  })

  it('is refused where the issuer has none', async () => {
    const { issue } = await sandboxWorld()
    const { code, stderr } = await issue(['a.example.test'], ['--profile', 'classic'])
    expect(stderr).toContain('has no profiles, and so not classic')
    expect(code).toBe(64)
  })

  it('is asked for, kept for the next version, and shown as the issuer gave it back', async () => {
    const { issue, run, sandbox } = await sandboxWorld({ ca: { profiles } })
    const more = ['--profile', 'shortlived', '--json']
    const first = documentOf((await issue(['a.example.test'], more)).stdout)
    expect(first.certificate).toMatchObject({
      profile: 'shortlived',
      version: { profile: 'shortlived' },
    })
    await run(['renew', 'a.example.test', '--force'])
    expect(sandbox.ca.orders().map(({ profile }) => profile)).toEqual(['shortlived', 'shortlived'])
    expect((await run(['show', 'a.example.test'])).stdout).toMatch(/^PROFILE +shortlived$/m)
  })

  it('is what the issuer has chosen where none was asked for, and is no reason to issue anew', async () => {
    const { issue, run } = await sandboxWorld({ ca: { profiles } })
    const { certificate } = documentOf((await issue(['a.example.test'], ['--json'])).stdout)
    expect(certificate.profile).toBeUndefined()
    expect(certificate.version.profile).toBe('classic')
    expect(documentOf((await run(['issue', 'a.example.test', '--json'])).stdout).outcome).toBe(
      'unchanged',
    )
  })

  it('issues anew when it changes, and when it is left behind', async () => {
    const { issue, run, sandbox } = await sandboxWorld({ ca: { profiles } })
    await issue(['a.example.test'])
    const again = async (...more: readonly string[]): Promise<Document> =>
      documentOf((await run(['issue', 'a.example.test', '--json', ...more])).stdout)
    expect((await again('--profile', 'shortlived')).outcome).toBe('issued')
    expect((await again('--profile', 'shortlived')).outcome).toBe('unchanged')
    expect((await again()).outcome).toBe('unchanged')
    const { outcome, certificate } = await again('--no-profile')
    expect([outcome, certificate.profile, certificate.version.profile]).toEqual([
      'issued',
      undefined,
      'classic',
    ])
    expect(sandbox.ca.orders()).toHaveLength(3)
  })

  it('that the issuer drops fails the renewal with the list, and what was issued stays', async () => {
    const offered = { ...profiles }
    const { issue, run } = await sandboxWorld({ ca: { profiles: offered } })
    await issue(['a.example.test'], ['--profile', 'shortlived'])
    Reflect.deleteProperty(offered, 'shortlived')
    const { code, stdout } = await run(['renew', 'a.example.test', '--force', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      renewals: [
        {
          outcome: 'failed',
          error: { code: 'PROFILE_NOT_OFFERED', params: { offered: 'classic' } },
          certificate: { version: { number: 1 } },
        },
      ],
    })
    expect(code).toBe(1)
  })
})

describe('a preferred chain', () => {
  const authority = { alternateRoots: 2, chainLength: 2 } as const
  const topmost = (pem: string): X509Certificate =>
    new X509Certificate(pem.slice(pem.lastIndexOf('-----BEGIN CERTIFICATE-----')))
  const rootNames = (pems: readonly string[]): string[] =>
    pems.map((pem) => /CN=(.*)/.exec(new X509Certificate(pem).subject)?.[1] ?? '')

  it('is taken, by the name of its root or by the fingerprint of its topmost certificate', async () => {
    const { issue, run, sandbox } = await sandboxWorld({ authority })
    const [, second = '', third = ''] = rootNames(sandbox.rootPems)
    const named = await issue(['a.example.test'], ['--preferred-chain', second, '--json'])
    const { readFile } = await import('node:fs/promises')
    const { certificate, warnings } = documentOf(named.stdout)
    const pem = await readFile(certificate.files.fullChain, 'utf8')
    expect(topmost(pem).issuer).toContain(`CN=${second}`)
    expect(warnings).toBeUndefined()
    expect((await run(['show', 'a.example.test'])).stdout).toContain(second)
    await issue(['b.example.test'], ['--preferred-chain', third])
    const path = certificate.files.fullChain.replaceAll('a.example.test', 'b.example.test')
    const { fingerprint256 } = topmost(await readFile(path, 'utf8'))
    const byPrint = await issue(['c.example.test'], ['--preferred-chain', fingerprint256])
    expect(byPrint.stderr).not.toContain('no chain ends')
    const own = await readFile(path.replaceAll('b.example.test', 'c.example.test'), 'utf8')
    expect(topmost(own).fingerprint256).toBe(fingerprint256)
  })

  it('that is not offered gives the default chain and a warning that lists what is', async () => {
    const { issue, sandbox } = await sandboxWorld({ authority })
    const names = rootNames(sandbox.rootPems)
    const { code, stdout, stderr } = await issue(
      ['a.example.test'],
      ['--preferred-chain', 'Unknown Root'],
    )
    expect(stderr).toContain(
      `a.example.test: no chain ends at "Unknown Root", so the default one was taken; there are: ${names.join(', ')}\n`,
    )
    expect(stdout).toMatch(/^a\.example\.test: issued/)
    expect(code).toBe(0)
    const json = await issue(['a.example.test'], ['--force', '--json', '--lang', 'zh'])
    expect(json.stderr).toBe('')
    expect(documentOf(json.stdout).warnings).toEqual([
      {
        code: 'CHAIN_NOT_OFFERED',
        message: expect.stringContaining('已采用默认证书链') as string,
        params: { id: 'a.example.test', preferred: 'Unknown Root', offered: names.join(', ') },
      },
    ])
  })

  it('is kept for the next version without issuing, and forgotten when told so', async () => {
    const { issue, run } = await sandboxWorld({ authority })
    await issue(['a.example.test'])
    const again = async (...more: readonly string[]): Promise<Document> =>
      documentOf((await run(['issue', 'a.example.test', '--json', ...more])).stdout)
    expect(await again('--preferred-chain', 'Root')).toMatchObject({
      outcome: 'updated',
      certificate: { preferredChain: 'Root' },
    })
    const { outcome, certificate } = await again('--no-preferred-chain')
    expect([outcome, certificate.preferredChain]).toEqual(['updated', undefined])
  })
})
