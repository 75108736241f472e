import type { AlibabaSeed } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import { targets } from '../../src/deploy/targets/registry.ts'
import { bundleFor, seeded } from '../deploy/targets/account.ts'
import { day } from '../x509/issued.ts'
import { cloudWorld, parsed } from './world.ts'

const domain = 'www.example.com'
const content = seeded(bundleFor({ names: [domain] }))
/** The same certificate for each, under a name of its own. */
const held = (product: string) => ({ certificate: { name: product, ...content } })
const domains = (product: string) => [{ domain, ...held(product) }]
const listeners = (product: string) => [{ id: product, ...held(product) }]

/** An account that has one place of every product, and in its store a certificate that none of them uses. */
const seed: AlibabaSeed = {
  cas: { certificates: [{ name: 'spare', ...seeded(bundleFor({ names: ['x.test'] })) }] },
  cdn: { domains: domains('cdn') },
  dcdn: { domains: domains('dcdn') },
  live: { domains: domains('live') },
  vod: { domains: domains('vod') },
  cloudapi: { groups: [{ id: 'g', name: 'g', domains: domains('gateway') }] },
  apig: { domains: [{ id: 'd', name: domain, ...held('apig') }] },
  alb: { balancers: [{ id: 'lb', listeners: listeners('alb') }] },
  nlb: { balancers: [{ id: 'lb', listeners: listeners('nlb') }] },
  slb: { balancers: [{ id: 'clb', listeners: [held('clb')] }] },
  ga: { accelerators: [{ id: 'ga', listeners: listeners('ga') }] },
  oss: { verified: ['example.com'], buckets: [{ name: 'site', cnames: domains('oss') }] },
  fc: { domains: domains('fc') },
  esa: { sites: [{ id: 1, name: 'example.com', certificates: [held('esa').certificate] }] },
  wafopenapi: { domains: domains('waf') },
  ddoscoo: { websites: domains('ddos') },
  sae: { domains: domains('sae') },
  mse: { gateways: [{ uniqueId: 'mse', domains: [{ name: domain, ...held('mse') }] }] },
  cr: { registries: [{ id: 'cri', domains: domains('acr') }] },
  eas: { gateways: [{ id: 'eas', domains: domains('eas') }] },
  rds: { instances: [{ id: 'pgm', connectionStrings: ['pgm.example.net'], ...held('rds') }] },
}

interface Row {
  readonly target: string
  readonly product: string
  readonly resource: string
  readonly https: boolean
  readonly names?: readonly string[]
  readonly notAfter?: string
  readonly unserved: boolean
}

const products = Object.keys(targets).filter((name) => name.startsWith('alibaba-'))
const nameOf = ({ target }: Row): string => target.split(':')[0] ?? ''

describe('a walk through an account that has everything', () => {
  it('finds a place of every product, with a key that the policy for it allows no more', async () => {
    const { run, alibaba } = await cloudWorld({ seed })
    const { stdout: policy } = await run(['policy', 'alibaba', '--for', 'discover'])
    const { Statement } = parsed(policy) as {
      readonly Statement: ReadonlyArray<{ readonly Action: string[]; readonly Resource: string[] }>
    }
    expect(JSON.stringify(Statement)).not.toMatch(/:(Set|Update|Modify|Upload|Delete|Create|Put)/)
    const key = alibaba.addAccount({
      allow: Statement.flatMap(({ Action, Resource }) =>
        Action.flatMap((action) => Resource.map((resource) => ({ action, resource }))),
      ),
    })
    const options = {
      endpoint: alibaba.endpoint,
      'access-key-id': key.accessKeyId,
      'access-key-secret': key.accessKeySecret,
    }
    const walk = [
      ...['discover', 'alibaba'],
      ...Object.entries(options).flatMap(([name, value]) => [
        '--account-option',
        `${name}=${value}`,
      ]),
    ]
    const { code, stdout } = await run([...walk, '--json'])
    const { discovered, failures } = parsed(stdout) as {
      readonly discovered: readonly Row[]
      readonly failures: readonly unknown[]
    }
    expect(failures).toEqual([])
    expect(code).toBe(0)
    expect(new Set(discovered.map(nameOf))).toEqual(new Set(products))
    const served = discovered.filter(({ https, notAfter }) => https && notAfter !== undefined)
    expect(new Set(served.map(nameOf)).size).toBe(products.length - 1)
    for (const row of served) {
      expect(row).toMatchObject({
        names: [domain],
        issuer: expect.stringMatching(/./) as string,
        keyType: 'rsa2048',
        unserved: false,
      })
    }
    const stored = discovered.filter(({ product }) => product === 'CAS')
    expect(stored.map(({ resource }) => resource)).toEqual(expect.arrayContaining(['cdn', 'spare']))
    expect(stored.flatMap(({ resource, unserved }) => (unserved ? [resource] : []))).toEqual([
      'spare',
    ])
    const table = await run(walk)
    const lines = table.stdout.trimEnd().split('\n')
    expect(lines).toHaveLength(1 + discovered.length)
    for (const { product, resource } of discovered) {
      expect(lines.some((line) => line.startsWith(product) && line.includes(resource))).toBe(true)
    }
    expect(lines.join('\n')).not.toContain(key.accessKeySecret)
    expect(table.stderr).toContain('Stored, and served by nothing that was found: 1')
    expect(Date.parse(served[0]?.notAfter ?? '')).toBeGreaterThan(Date.now() + day)
  })
})
