import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AlibabaSeed } from '@certwright/sandbox'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Discovered } from '../../../src/deploy/target.ts'
import * as module from '../../../src/deploy/targets/alibaba-api-gateway.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { bundleFor, fingerprintOf, seeded, testAccount, type TestAccount } from './account.ts'
import { emulatedWorld, policyIsTheLeast } from './emulated-world.ts'

const { create, discover } = module

type Groups = NonNullable<NonNullable<AlibabaSeed['cloudapi']>['groups']>

async function account(groups: Groups): Promise<TestAccount> {
  const made = await testAccount({ seed: { cloudapi: { groups } } })
  onTestFinished(async () => made.alibaba.close())
  return made
}

function held({ alibaba }: TestAccount, resource: string): string | undefined {
  return alibaba.installations.all.find((one) => one.resource === resource)?.wanted?.certificate
    .sha256
}

const other = bundleFor({ names: ['other.example.org'] })

deployTargetSuite({
  test: it,
  world: async () => {
    const certificate = { name: 'theirs', ...seeded(other) }
    const domains = [{ domain: 'api.example.com' }, { domain: 'other.example.org', certificate }]
    return emulatedWorld({
      module,
      values: { domain: 'api.example.com' },
      names: ['api.example.com'],
      seed: { cloudapi: { groups: [{ id: 'g1', name: 'one', domains }] } },
      isPlace: ({ resource }) => resource === 'g1/api.example.com',
      wasOff: ({ calls }) => calls.some(({ action }) => action === 'DeleteDomainCertificate'),
    })
  },
})

describe('a domain of API Gateway', () => {
  const bundle = bundleFor({ names: ['api.example.com'] })

  it('is refused where it is not bound, which the API calls BOUND', async () => {
    const made = await account([
      { id: 'g1', name: 'one', domains: [{ domain: 'api.example.com', bound: false }] },
    ])
    const api = create({ ...made.values, domain: 'api.example.com' }, made.context)
    await expect(api.write(bundle)).rejects.toMatchObject({
      code: 'TARGET_RESOURCE_NOT_READY',
      params: { status: 'BOUND' },
    })
  })

  it('is found in any group of the region, or only in the one that is named', async () => {
    const made = await account([
      { id: 'g1', name: 'one', domains: [] },
      { id: 'g2', name: 'two', domains: [{ domain: 'api.example.com' }] },
    ])
    const values = { ...made.values, domain: 'api.example.com' }
    await create(values, made.context).write(bundle)
    expect(held(made, 'g2/api.example.com')).toBe(fingerprintOf(bundle))
    const wrong = create({ ...values, group: 'g1' }, made.context)
    await expect(wrong.read()).rejects.toMatchObject({ code: 'TARGET_RESOURCE_NOT_FOUND' })
  })

  it('is given PEM under a name that the rule allows, and the key as PKCS#1', async () => {
    const made = await account([
      { id: 'g1', name: 'one', domains: [{ domain: 'api.example.com' }] },
    ])
    await create({ ...made.values, domain: 'api.example.com' }, made.context).write(bundle)
    const certificate = made.alibaba.state.cloudapi.groups
      .get('g1')
      ?.domains.get('api.example.com')?.certificate
    expect(certificate?.name).toMatch(/^[A-Za-z][A-Za-z0-9_]{3,49}$/)
    expect(certificate?.served.keyPem).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/)
    expect(made.alibaba.calls.filter(({ secretInUrl }) => secretInUrl)).toEqual([])
  })

  it('says nothing of the private key that the API gives back', async () => {
    const certificate = { name: 'theirs', ...seeded(bundle) }
    const made = await account([
      { id: 'g1', name: 'one', domains: [{ domain: 'api.example.com', certificate }] },
    ])
    const api = create({ ...made.values, domain: 'api.example.com' }, made.context)
    expect(JSON.stringify(await api.read())).not.toContain('PRIVATE')
  })

  it('may be a wildcard', async () => {
    const made = await account([{ id: 'g1', name: 'one', domains: [{ domain: '*.example.com' }] }])
    const wildcard = bundleFor({ names: ['*.example.com'] })
    const api = create({ ...made.values, domain: 'all' }, made.context)
    await api.write(wildcard)
    expect(await api.read(undefined, wildcard)).toMatchObject({
      fingerprint: fingerprintOf(wildcard),
      parts: [{ resource: '*.example.com' }],
    })
    expect(await api.endpoints?.(undefined, wildcard)).toEqual([
      { host: 'certwright.example.com', port: 443, servername: 'certwright.example.com' },
    ])
  })
})

describe('a domain of API Gateway that asks clients for certificates', () => {
  const certificate = { name: 'theirs', ...seeded(other), caCertPem: other.chainPem }
  const groups = [{ id: 'g1', name: 'one', domains: [{ domain: 'api.example.com', certificate }] }]
  const bundle = bundleFor({ names: ['api.example.com'] })
  const stored = ({ alibaba }: TestAccount) =>
    alibaba.state.cloudapi.groups.get('g1')?.domains.get('api.example.com')?.certificate

  it('is not written without their CA, which the API keeps to itself', async () => {
    const made = await account(groups)
    const api = create({ ...made.values, domain: 'api.example.com' }, made.context)
    await expect(api.write(bundle)).rejects.toMatchObject({
      code: 'TARGET_MUTUAL_TLS',
      params: { resource: 'api.example.com' },
    })
    expect(stored(made)?.name).toBe('theirs')
  })

  it('keeps the CA that a file gives, and how deep is looked', async () => {
    const made = await account(groups)
    const directory = await mkdtemp(join(tmpdir(), 'certwright-'))
    onTestFinished(async () => rm(directory, { recursive: true }))
    const file = join(directory, 'clients.pem')
    await writeFile(file, other.chainPem)
    const values = { ...made.values, domain: 'api.example.com', 'ca-file': file }
    await create(values, made.context).write(bundle)
    expect(stored(made)).toMatchObject({ caCertPem: other.chainPem, verifyDepth: '1' })
    expect(stored(made)?.served.certificate.sha256).toBe(fingerprintOf(bundle))
  })

  it.each(['does-not-exist.pem', import.meta.filename])('refuses the file %s', async (file) => {
    const made = await account(groups)
    const values = { ...made.values, domain: 'api.example.com', 'ca-file': file }
    await expect(create(values, made.context).write(bundle)).rejects.toMatchObject({
      code: 'TARGET_FILE_NOT_READABLE',
      params: { option: 'ca-file' },
    })
  })

  it('is written without a CA where a person says that there is none', async () => {
    const made = await account(groups)
    const values = { ...made.values, domain: 'api.example.com', 'ca-file': 'none' }
    await create(values, made.context).write(bundle)
    expect(stored(made)?.caCertPem).toBe('')
  })
})

it('discovers the domains of every region once, each with its group', async () => {
  const bundle = bundleFor({ names: ['api.example.com'] })
  const certificate = { name: 'theirs', ...seeded(bundle) }
  const made = await account([
    { id: 'g1', name: 'one', domains: [{ domain: 'api.example.com', certificate }] },
    { id: 'g2', name: 'two', regionId: 'cn-shanghai', domains: [{ domain: 'b.example.com' }] },
  ])
  const found: Discovered[] = []
  for await (const one of discover(made.values, made.context)) found.push(one)
  expect(found).toMatchObject([
    {
      target: 'alibaba-api-gateway:domain=api.example.com,group=g1,region=cn-hangzhou',
      https: true,
      region: 'cn-hangzhou',
      installed: { fingerprint: fingerprintOf(bundle), name: 'theirs' },
      names: ['api.example.com'],
    },
    { resource: 'b.example.com', region: 'cn-shanghai', https: false },
  ])
  expect(JSON.stringify(found)).not.toContain('PRIVATE')
})

policyIsTheLeast(module)
