import type { AlibabaOptions, AlibabaSeed } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import * as module from '../../../src/deploy/targets/alibaba-rds.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { bundleFor, fingerprintOf, seeded } from './account.ts'
import {
  callsOf,
  discoveredAt,
  emulatedAccount,
  emulatedWorld,
  targetAt,
  policyIsTheLeast,
} from './emulated-world.ts'
import { withReplies } from './scripted.ts'

type Instance = NonNullable<NonNullable<AlibabaSeed['rds']>['instances']>[number]

const values = { instance: 'pgm-1' }
const [inner, outer] = ['pgm-1.pg.rds.example.net', 'pgm-1.pub.rds.example.net']
const bundle = bundleFor({ names: ['db.example.com'] })
const theirs = seeded(bundleFor({ names: ['other.example.com'] }))

function seed(more: Partial<Instance> = {}): AlibabaSeed {
  const connectionStrings = [{ text: outer, isPublic: true }, inner]
  const other = { id: 'pgm-2', certificate: theirs }
  return {
    rds: { instances: [{ id: 'pgm-1', connectionStrings, ...more }, other] },
  }
}
const account = async (more: Partial<Instance> = {}, options: AlibabaOptions = {}) =>
  emulatedAccount({ seed: seed(more), ...options })

describe.each([
  ['an instance without SSL', {}, inner],
  ['an instance with SSL', { certificate: theirs }, outer],
])('alibaba-rds: %s', (_, more, servername) => {
  deployTargetSuite({
    test: it,
    world: async () =>
      emulatedWorld({
        module,
        values,
        names: ['db.example.com'],
        seed: seed(more),
        isPlace: ({ product, resource }) => product === 'RDS' && resource === 'pgm-1',
        wasOff: ({ calls }) => calls.some(({ parameters }) => parameters['SSLEnabled'] === '0'),
        servername,
      }),
  })
})

describe('alibaba-rds', () => {
  const sslOf = ({ alibaba }: Awaited<ReturnType<typeof account>>) =>
    alibaba.state.rds.instances.get('pgm-1')?.ssl

  it('gives certificate and key in PEM, for the private address where none is protected', async () => {
    const made = await account()
    await targetAt(made, module, values).write(bundle)
    const [call] = callsOf(made, 'ModifyDBInstanceSSL')
    expect(call?.parameters).toEqual({
      DBInstanceId: 'pgm-1',
      ConnectionString: inner,
      SSLEnabled: '1',
      CAType: 'custom',
      ServerCert: expect.stringContaining('BEGIN CERTIFICATE') as string,
      ServerKey: '(secret)',
    })
    expect(sslOf(made)?.served?.certificate.sha256).toBe(fingerprintOf(bundle))
    expect(sslOf(made)?.served?.keyPem).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/)
    expect(made.alibaba.certificates.all).toEqual([])
  })

  it('keeps the address, the client CA and who may connect', async () => {
    const clients = {
      ClientCACert: 'PEM of a CA',
      ClientCertRevocationList: 'PEM of a list',
      ACL: 'verify-ca',
      ReplicationACL: 'cert',
    }
    const made = await account({ certificate: theirs, clients })
    await targetAt(made, module, values).write(bundle)
    expect(sslOf(made)).toMatchObject({ connectionString: outer, clients, caType: 'custom' })
    expect(callsOf(made, 'ModifyDBInstanceSSL')[0]?.parameters).toMatchObject({
      ClientCAEnabled: '1',
      ClientCrlEnabled: '1',
    })
  })

  it('protects the address that is named', async () => {
    const made = await account()
    await targetAt(made, module, { ...values, 'connection-string': outer }).write(bundle)
    expect(sslOf(made)?.connectionString).toBe(outer)
  })

  it('waits for a change that another has begun', async () => {
    const made = await account()
    const elsewhere = { ...made, context: { env: {}, host: { ...made.host } } }
    const renewed = bundleFor({ names: ['db.example.com'], renewal: 1 })
    await targetAt(made, module, values).write(bundle)
    const both = [bundle, renewed].map(async (one, i) =>
      targetAt(i === 0 ? made : elsewhere, module, values).write(one),
    )
    await Promise.all(both)
    expect(sslOf(made)?.served?.certificate.sha256).toBe(fingerprintOf(renewed))
  })

  it('says why a change failed', async () => {
    const failures = ['The key does not match.']
    const made = await emulatedAccount({
      seed: { rds: { instances: [{ id: 'pgm-1' }], failures } },
    })
    await expect(targetAt(made, module, values).write(bundle)).rejects.toMatchObject({
      code: 'ALIBABA_REFUSED',
      params: { action: 'ModifyDBInstanceSSL', message: 'The key does not match.' },
    })
  })

  it('reads a certificate whose line breaks the API has left out', async () => {
    const ServerCert = bundle.chainPem.replaceAll('\n', '')
    const made = withReplies(await account(), {
      DescribeDBInstanceSSL: () => ({ SSLEnabled: 'on', CAType: 'custom', ServerCert }),
    })
    expect(await targetAt(made, module, values).read()).toMatchObject({
      fingerprint: fingerprintOf(bundle),
    })
  })

  it('is discovered page by page, without the key that the API tells', async () => {
    const made = await account({}, { largestPage: 1 })
    await targetAt(made, module, values).write(bundle)
    const found = await discoveredAt(made, module)
    expect(found).toMatchObject([
      {
        target: 'alibaba-rds:instance=pgm-1',
        product: 'RDS',
        resource: 'pgm-1',
        https: true,
        names: ['db.example.com'],
        keyType: 'rsa2048',
        installed: { fingerprint: fingerprintOf(bundle) },
      },
      { target: 'alibaba-rds:instance=pgm-2' },
    ])
    expect(JSON.stringify(found)).not.toContain('PRIVATE KEY')
  })
})

policyIsTheLeast(module)
