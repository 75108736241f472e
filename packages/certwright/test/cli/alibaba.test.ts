import { join } from 'node:path'
import { startAlibaba, type RunningAlibaba, type Statement } from '@certwright/sandbox'
import { describe, expect, it, onTestFinished } from 'vitest'
import { provider } from '../../src/dns/providers/alibaba-dns.ts'
import { systemHost } from '../../src/runtime/host.ts'
import { bundleFor, seeded } from '../deploy/targets/account.ts'
import { sandboxWorld, type SandboxWorld } from './sandbox-world.ts'

interface AlibabaWorld extends SandboxWorld {
  readonly alibaba: RunningAlibaba
  /** `issue` by the cloud's DNS. */
  readonly order: SandboxWorld['issue']
  /** A target of this account, looked at where the emulator serves it. */
  readonly at: (target: string) => string
}

const [cdn, api] = ['cdn.example.test', 'api.example.test']

/** A CA whose DNS is the emulator's, and an account with a domain of each product. */
async function alibabaWorld(): Promise<AlibabaWorld> {
  const env: Record<string, string> = {}
  const world = await sandboxWorld({}, { env })
  const { sandbox, directory } = world
  const alibaba = await startAlibaba({
    dns: sandbox.dns,
    rateLimits: false,
    seed: {
      alidns: { zones: [sandbox.zone] },
      cdn: { domains: [{ domain: cdn }] },
      cloudapi: { groups: [{ id: 'g1', name: 'one', domains: [{ domain: api }] }] },
    },
  })
  onTestFinished(async () => alibaba.close())
  Object.assign(env, {
    CERTWRIGHT_STATE: join(directory, 'state'),
    ALIBABA_CLOUD_ACCESS_KEY_ID: alibaba.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: alibaba.accessKeySecret,
  })
  const dns = ['--dns', 'alibaba-dns', '--dns-option', `endpoint=${alibaba.endpoint}`]
  return {
    ...world,
    alibaba,
    order: (names, more = [], lent = {}) =>
      world.run(
        ['issue', ...names, ...world.ca, ...dns, '--resolver', sandbox.resolver, ...more],
        lent,
      ),
    at: (target) =>
      `${target},endpoint=${alibaba.endpoint},serve-at=127.0.0.1:${alibaba.servePort}`,
  }
}

const places = (at: AlibabaWorld['at']): string[] =>
  [`alibaba-cdn:domain=${cdn}`, `alibaba-api-gateway:domain=${api}`].flatMap((target) => [
    '--install',
    at(target),
  ])

const parsed = (text: string): unknown => JSON.parse(text)

describe('an account of Alibaba Cloud', () => {
  it('gets a certificate by its DNS, installs it, proves it, renews it, and says where it is at the end', async () => {
    const { order, run, at, alibaba } = await alibabaWorld()
    const first = await order([cdn, api], [...places(at), '--json'])
    expect(parsed(first.stdout)).toMatchObject({
      certificate: { keyType: 'rsa2048' },
      installed: [
        { domain: api, written: true, says: 'current', served: true },
        { domain: cdn, written: true, says: 'current', served: true },
      ],
    })
    expect(first.code).toBe(0)
    expect((await run(['verify'])).code).toBe(0)
    // One upload for all that refer to the store, and none again.
    expect(alibaba.certificates.all).toHaveLength(1)
    const renewed = await run(['renew', '--all', '--force', '--json'])
    expect(parsed(renewed.stdout)).toMatchObject({
      renewals: [{ outcome: 'renewed', installed: [{ served: true }, { served: true }] }],
    })
    expect((await run(['verify'])).code).toBe(0)
    const former = await run(['revoke', cdn, '--version', '1', '--json'])
    expect(parsed(former.stdout)).toMatchObject({ outcome: 'revoked', installed: [] })
    const current = await run(['revoke', cdn])
    expect(current.stderr).toContain(`still installed on alibaba-api-gateway:domain=${api}`)
    expect(current.stderr).toContain(`still installed on alibaba-cdn:domain=${cdn}`)
    expect(current.stdout).toContain('version 2 revoked')
  })

  it('is swept of values that a killed run left, when they are a day old', async () => {
    const { run, alibaba, sandbox } = await alibabaWorld()
    const name = `_acme-challenge.${sandbox.zone}`
    const { endpoint, accessKeyId, accessKeySecret } = alibaba
    const values = {
      endpoint,
      'access-key-id': accessKeyId,
      'access-key-secret': accessKeySecret,
    }
    const left = { zone: sandbox.zone, name, value: 'left-behind', ttlSeconds: 600 }
    await provider(values, { host: systemHost, env: {} }).addTxt(left)
    const sweep = ['sweep', 'alibaba-dns', '--dns-option', `endpoint=${endpoint}`]
    expect(await run(sweep)).toMatchObject({ code: 0, stdout: 'Nothing was left behind\n' })
    const [{ records = [] } = {}] = alibaba.state.alidns.zones.values()
    const [record] = records
    if (record) records[0] = { ...record, createdAt: Date.now() - 2 * 86_400_000 }
    const looked = await run([...sweep, '--check', '--json'])
    expect(parsed(looked.stdout)).toMatchObject({ swept: [{ name, value: 'left-behind' }] })
    expect(looked.code).toBe(2)
    expect((await run([...sweep, '--older-than', '3d', '--check'])).code).toBe(0)
    const swept = await run(sweep)
    expect(swept.stdout).toContain(`${name}: removed left-behind`)
    expect(swept.code).toBe(0)
    expect(records).toEqual([])
    expect((await run(['sweep', 'rfc2136'])).stderr).toMatch(/no mark.*\n.*alibaba-dns/)
  })

  it('is walked product by product, and what cannot be walked is named', async () => {
    const { order, run, at, alibaba } = await alibabaWorld()
    await order([cdn, api], places(at))
    const forgotten = bundleFor({ names: ['stored.example.test'] })
    alibaba.seed({ cas: { certificates: [{ name: 'forgotten', ...seeded(forgotten) }] } })
    alibaba.deny('cdn:DescribeUserDomains')
    const walk = ['discover', 'alibaba', '--account-option', `endpoint=${alibaba.endpoint}`]
    const { code, stdout } = await run([...walk, '--json'])
    const { discovered, failures } = parsed(stdout) as {
      discovered: { product: string; resource: string; unserved: boolean; target: string }[]
      failures: { target: string; error: { code: string } }[]
    }
    expect(failures).toContainEqual(
      expect.objectContaining({
        target: 'alibaba-cdn',
        error: expect.objectContaining({ code: 'ALIBABA_FORBIDDEN' }) as unknown,
      }),
    )
    expect(code).toBe(1)
    const gateway = discovered.find(({ resource }) => resource.includes(api))
    expect(gateway).toMatchObject({
      https: true,
      expiresSoon: false,
      names: expect.arrayContaining([api]) as unknown,
    })
    expect(gateway?.target).toContain(`domain=${api}`)
    expect(gateway?.target).toContain(`endpoint=${alibaba.endpoint}`)
    const stored = discovered.filter(({ product }) => product === 'CAS')
    expect(stored.map(({ resource, unserved }) => [resource === 'forgotten', unserved])).toEqual([
      [false, false],
      [true, true],
    ])
    const { stderr } = await run(walk)
    expect(stderr).toContain('Stored, and served by nothing that was found: 1')
    expect(stderr).toContain('alibaba-cdn')
    expect(stderr).toContain('cdn:DescribeUserDomains')
  })

  it('needs no more than what the policy allows', async () => {
    const { order, run, at, alibaba, directory } = await alibabaWorld()
    const { stdout } = await run([
      ...['policy', 'alibaba', '--for', `alibaba-cdn:domain=${cdn}`],
      ...['--for', `alibaba-api-gateway:domain=${api}`, '--for', 'dns:zone=example.test'],
    ])
    const { Statement: statements } = parsed(stdout) as {
      Statement: { Action: string[]; Resource: string[] }[]
    }
    const allow = statements.flatMap(({ Action, Resource }) =>
      Action.flatMap((action) => Resource.map((resource): Statement => ({ action, resource }))),
    )
    const account = alibaba.addAccount({ allow })
    const env = {
      CERTWRIGHT_STATE: join(directory, 'other'),
      ALIBABA_CLOUD_ACCESS_KEY_ID: account.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: account.accessKeySecret,
    }
    const { code, stderr } = await order([cdn, api], [...places(at), '--quiet'], { env })
    expect(stderr).toBe('')
    expect(code).toBe(0)
  })
})
