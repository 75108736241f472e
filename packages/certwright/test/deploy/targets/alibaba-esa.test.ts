import type { AlibabaSeed } from '@certwright/sandbox'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Discovered } from '../../../src/deploy/target.ts'
import * as module from '../../../src/deploy/targets/alibaba-esa.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { day } from '../../x509/issued.ts'
import { bundleFor, fingerprintOf, seeded, testAccount, type TestAccount } from './account.ts'
import { emulatedWorld, heldAt, policyIsTheLeast } from './emulated-world.ts'

const { create, discover } = module

type Sites = NonNullable<NonNullable<AlibabaSeed['esa']>['sites']>

async function account(sites: Sites): Promise<TestAccount> {
  const made = await testAccount({ seed: { esa: { sites } } })
  onTestFinished(async () => made.alibaba.close())
  return made
}

function siteOf({ alibaba }: TestAccount, id: number) {
  const site = alibaba.state.esa.sites.get(id)
  if (!site) throw new TypeError(`no site ${id}`)
  return site
}

function held(made: TestAccount, id = 1): readonly string[] {
  return siteOf(made, id).certificates.map(({ served }) => served.certificate.sha256)
}

const theirs = { name: 'theirs', ...seeded(bundleFor({ names: ['old.example.com'] })) }

describe('a site', () => {
  const sites = [{ id: 1, name: 'example.com', certificates: [theirs] }]

  deployTargetSuite({
    test: it,
    world: async () =>
      emulatedWorld({
        module,
        values: { 'site-name': 'example.com' },
        names: ['www.example.com', '*.example.com'],
        seed: { esa: { sites } },
        isPlace: ({ product, wanted }) =>
          product === 'ESA' && wanted.certificate.names.includes('www.example.com'),
        wasOff: ({ calls }) => calls.some(({ action }) => action === 'DeleteCertificate'),
      }),
  })

  it.each(['example.com', 'EXAMPLE.com.', '7'])('is found as %s', async (name) => {
    const made = await account([
      { id: 7, name: 'example.com' },
      { id: 8, name: 'www.example.com' },
    ])
    const site = create({ ...made.values, 'site-name': name }, made.context)
    await site.write(bundleFor({ names: ['example.com'] }))
    expect(held(made, 7)).toHaveLength(1)
  })

  it('is refused where there is none of that name', async () => {
    const made = await account([{ id: 8, name: 'www.example.com' }])
    const site = create({ ...made.values, 'site-name': 'example.com' }, made.context)
    await expect(site.read()).rejects.toMatchObject({ code: 'TARGET_RESOURCE_NOT_FOUND' })
  })

  it('is not given a certificate for another', async () => {
    const made = await account([{ id: 1, name: 'example.com' }])
    const site = create({ ...made.values, 'site-name': 'example.com' }, made.context)
    await expect(site.write(bundleFor({ names: ['notexample.com'] }))).rejects.toMatchObject({
      code: 'TARGET_NAME_NOT_COVERED',
    })
  })

  it('needs no more room for a renewal, and says when there is none for one more', async () => {
    const made = await account([{ id: 1, name: 'example.com', quota: 2, certificates: [theirs] }])
    const site = create({ ...made.values, 'site-name': 'example.com' }, made.context)
    const [first, second] = [0, 1].map((renewal) => bundleFor({ names: ['example.com'], renewal }))
    if (!first || !second) throw new TypeError('two were made')
    await site.write(first)
    await site.write(second)
    expect(held(made)[1]).toBe(fingerprintOf(second))
    await expect(site.write(bundleFor({ names: ['www.example.com'] }))).rejects.toMatchObject({
      code: 'TARGET_QUOTA',
      params: { resource: 'example.com' },
    })
    expect(siteOf(made, 1).certificates[0]?.name).toBe('theirs')
  })

  it('replaces the certificate that a person names', async () => {
    const made = await account([{ id: 1, name: 'example.com', quota: 1, certificates: [theirs] }])
    const id = siteOf(made, 1).certificates[0]?.id ?? ''
    const values = { ...made.values, 'site-name': 'example.com', 'certificate-id': id }
    const site = create(values, made.context)
    const bundle = bundleFor({ names: ['example.com'] })
    await site.write(bundle)
    expect(held(made)).toEqual([fingerprintOf(bundle)])
    expect(await site.read()).toMatchObject({ reference: id })
  })

  it('has a certificate that another put there, and takes that as done', async () => {
    const bundle = bundleFor({ names: ['example.com'] })
    const certificate = { name: 'theirs', ...seeded(bundle) }
    const made = await account([{ id: 1, name: 'example.com', certificates: [certificate] }])
    const site = create({ ...made.values, 'site-name': 'example.com' }, made.context)
    expect(await site.read(undefined, bundle)).toMatchObject({ name: 'theirs' })
    await site.write(bundle)
    expect(held(made)).toHaveLength(1)
    await site.remove?.((await site.read(undefined, bundle)) ?? {})
    expect(held(made)).toHaveLength(1)
  })

  it('is rid of expired certificates of ours alone', async () => {
    const made = await account([{ id: 1, name: 'example.com', quota: 4, certificates: [theirs] }])
    const site = create({ ...made.values, 'site-name': 'example.com' }, made.context)
    const keep = bundleFor({ names: ['example.com'], renewal: 1 })
    await site.write(bundleFor({ names: ['www.example.com'] }))
    await site.write(keep)
    expect(await site.prune?.(keep)).toEqual([])
    made.advance(31 * day)
    expect(await site.prune?.(keep)).toHaveLength(1)
    expect(held(made)).toEqual([expect.any(String), fingerprintOf(keep)])
    expect(siteOf(made, 1).certificates[0]?.name).toBe('theirs')
  })

  it('is looked at where ESA itself serves a name of the certificate', async () => {
    const made = await account([{ id: 1, name: 'example.com' }])
    const record = {
      type: 'A/AAAA',
      value: '192.0.2.1',
      ttl: 1,
      comment: '',
      priority: undefined,
      createdAt: 0,
      updatedAt: 0,
    }
    siteOf(made, 1).records.push(
      { ...record, id: 1, name: 'www.example.com', proxied: true },
      { ...record, id: 2, name: 'dns.example.com', proxied: false },
      { ...record, id: 3, name: 'a.b.example.com', proxied: true },
    )
    const site = create({ ...made.values, 'site-name': 'example.com' }, made.context)
    expect(await site.endpoints?.(undefined, bundleFor({ names: ['*.example.com'] }))).toEqual([
      { host: 'www.example.com', port: 443, servername: 'www.example.com' },
    ])
  })
})

describe('a custom hostname', () => {
  const served = ({ alibaba }: TestAccount, hostname: string) =>
    heldAt(alibaba, ({ names }) => names?.includes(hostname) === true)
  const hostnames = ['shop.example.org', 'other.example.org']

  deployTargetSuite({
    test: it,
    world: async () =>
      emulatedWorld({
        module,
        values: { 'site-name': 'example.com', hostname: 'shop.example.org' },
        names: ['shop.example.org'],
        seed: {
          esa: { sites: [{ id: 1, name: 'example.com', certificates: [theirs], hostnames }] },
        },
        isPlace: ({ names }) => names?.includes('shop.example.org') === true,
        wasOff: ({ calls }) => calls.some(({ parameters }) => parameters['SslFlag'] === 'off'),
      }),
  })

  it('may be all that the certificate is for', async () => {
    const hostnames = ['a.example.org', 'b.example.org', 'c.example.net']
    const made = await account([{ id: 1, name: 'example.com', hostnames }])
    const bundle = bundleFor({ names: ['*.example.org'] })
    const values = { ...made.values, 'site-name': 'example.com', hostname: 'all' }
    await create(values, made.context).write(bundle)
    expect(hostnames.map((hostname) => served(made, hostname))).toEqual([
      fingerprintOf(bundle),
      fingerprintOf(bundle),
      undefined,
    ])
  })
})

it('discovers every certificate of every site, and every custom hostname', async () => {
  const made = await account([
    { id: 1, name: 'example.com', certificates: [theirs], hostnames: ['shop.example.org'] },
    { id: 2, name: 'example.net' },
  ])
  const found: Discovered[] = []
  for await (const one of discover(made.values, made.context)) found.push(one)
  expect(found).toMatchObject([
    {
      target: 'alibaba-esa:site-name=example.com',
      resource: 'example.com/theirs',
      https: true,
      installed: { name: 'theirs', fingerprint: held(made)[0] },
      names: ['old.example.com'],
    },
    { target: 'alibaba-esa:site-name=example.com,hostname=shop.example.org', https: false },
    { target: 'alibaba-esa:site-name=example.net', resource: 'example.net', https: false },
  ])
})

policyIsTheLeast(module)
