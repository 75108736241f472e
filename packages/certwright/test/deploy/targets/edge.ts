import { describe, expect, it, onTestFinished } from 'vitest'
import { installVersion } from '../../../src/deploy/install.ts'
import type { TargetModule } from '../../../src/deploy/target-context.ts'
import type { Discovered } from '../../../src/deploy/target.ts'
import { deployTargetSuite, type DeployTargetWorld } from '../../../src/testing/index.ts'
import { bundleFor, fingerprintOf, seeded, testAccount, type TestAccount } from './account.ts'
import { emulatedWorld, policyIsTheLeast } from './emulated-world.ts'

/** What the tests of the four products made like CDN differ in. */
export interface EdgeProduct {
  readonly module: TargetModule
  readonly product: 'cdn' | 'dcdn' | 'live' | 'vod'
  /** As `UsingProductList` spells it. */
  readonly place: string
  readonly label: string
  readonly writeAction: string
}

type Seed = ReadonlyArray<{
  readonly domain: string
  readonly status?: 'online' | 'offline' | 'checking'
  readonly certificate?: ReturnType<typeof seeded>
}>

/** The promises of every target, and what the products made like CDN promise beside. */
export function edgeTests({ module, product, place, label, writeAction }: EdgeProduct): void {
  const { target, create, discover } = module
  const { name } = target

  const account = async (domains: Seed): Promise<TestAccount> => {
    const made = await testAccount({ seed: { [product]: { domains } } })
    onTestFinished(async () => made.alibaba.close())
    return made
  }
  const held = ({ alibaba }: TestAccount, domain: string): string | undefined =>
    alibaba.installations.all.find((one) => one.product === place && one.resource === domain)
      ?.wanted?.certificate.sha256
  const writes = ({ alibaba }: TestAccount): readonly string[] =>
    alibaba.calls
      .filter(({ action }) => action === writeAction)
      .map(({ parameters }) => String(parameters['DomainName']))

  const theirs = seeded(bundleFor({ names: ['www.example.org'] }))
  const world =
    (domain: string, wireName: string, upload: string) => async (): Promise<DeployTargetWorld> =>
      emulatedWorld({
        module,
        values: { domain, upload },
        names: [domain],
        seed: {
          [product]: {
            domains: [{ domain: wireName }, { domain: 'www.example.org', certificate: theirs }],
          },
        },
        isPlace: (one) => one.product === place && one.resource === wireName,
        others: ({ certificates }) =>
          certificates.all.filter(({ name }) => name.startsWith('seeded')).map(({ id }) => id),
        wasOff: ({ calls }) => calls.some(({ parameters }) => parameters['SSLProtocol'] === 'off'),
      })

  describe.each([
    ['a domain, by the store', 'www.example.com', 'www.example.com', 'cas'],
    ['a domain, by PEM', 'www.example.com', 'www.example.com', 'direct'],
    ['a wildcard', '*.example.com', '.example.com', 'cas'],
  ])(`${name}: %s`, (_, domain, wireName, upload) => {
    deployTargetSuite({ test: it, world: world(domain, wireName, upload) })
  })

  describe(`${name}: the domain`, () => {
    it.each([
      [{ domain: 'www.example.com', upload: 'disk' }, 'TARGET_OPTION_NOT_CONFORM'],
      [{ upload: 'cas' }, 'TARGET_OPTION_MISSING'],
      [{ domain: 'www.example.com', uplaod: 'cas' }, 'TARGET_OPTION_MISSPELT'],
    ])('refuses %j', (values: Record<string, string>, code) => {
      const context = { host: undefined as never, env: {} }
      expect(() => create(values, context)).toThrow(expect.objectContaining({ code }))
    })

    it('is refused where the account has no such domain', async () => {
      const made = await account([{ domain: 'www.example.com' }])
      const site = create({ ...made.values, domain: 'ww.example.com' }, made.context)
      await expect(site.read()).rejects.toMatchObject({
        code: 'TARGET_RESOURCE_NOT_FOUND',
        params: { resource: 'ww.example.com' },
      })
    })

    it('is refused where it is out of service, before anything is uploaded', async () => {
      const made = await account([{ domain: 'www.example.com', status: 'offline' }])
      const site = create({ ...made.values, domain: 'www.example.com' }, made.context)
      await expect(site.write(bundleFor({ names: ['www.example.com'] }))).rejects.toMatchObject({
        code: 'TARGET_RESOURCE_NOT_READY',
        params: { status: 'offline' },
      })
      expect(made.alibaba.certificates.all).toEqual([])
    })

    it('is refused where the certificate is not for it', async () => {
      const made = await account([{ domain: 'www.example.com' }])
      const site = create({ ...made.values, domain: 'www.example.com' }, made.context)
      await expect(site.write(bundleFor({ names: ['example.com'] }))).rejects.toMatchObject({
        code: 'TARGET_NAME_NOT_COVERED',
      })
      expect(writes(made)).toEqual([])
    })

    it('may be given in any case and as the product writes wildcards', async () => {
      const made = await account([{ domain: '.example.com' }])
      const bundle = bundleFor({ names: ['*.example.com'] })
      for (const domain of ['*.EXAMPLE.com', '.example.com', '*.example.com.']) {
        await create({ ...made.values, domain }, made.context).write(bundle)
      }
      expect(held(made, '.example.com')).toBe(fingerprintOf(bundle))
    })
  })

  describe(`${name}: all domains`, () => {
    const domains: Seed = [
      { domain: 'www.example.com' },
      { domain: 'cdn.example.com' },
      { domain: '.example.com' },
      { domain: 'off.example.com', status: 'offline' },
      { domain: 'a.b.example.com' },
      { domain: 'www.example.org' },
    ]
    const bundle = bundleFor({ names: ['*.example.com', 'www.example.org'] })

    it('are those in service that the certificate is for', async () => {
      const made = await account(domains)
      const all = create({ ...made.values, domain: 'all' }, made.context)
      await all.write(bundle)
      expect([...writes(made)].sort()).toEqual([
        '.example.com',
        'cdn.example.com',
        'www.example.com',
        'www.example.org',
      ])
      const endpoints = await all.endpoints?.(undefined, bundle)
      expect(endpoints?.map(({ servername }) => servername).sort()).toEqual([
        'cdn.example.com',
        'certwright.example.com',
        'www.example.com',
        'www.example.org',
      ])
    })

    it('are read as one where they have the same certificate', async () => {
      const certificate = seeded(bundle)
      const other = bundleFor({ names: ['www.example.org'] })
      const made = await account([
        { domain: 'www.example.com', certificate },
        { domain: 'cdn.example.com', certificate },
        { domain: 'www.example.org', certificate: seeded(other) },
      ])
      const all = create({ ...made.values, domain: 'all' }, made.context)
      const one = bundleFor({ names: ['*.example.com'] })
      expect(await all.read(undefined, one)).toMatchObject({
        fingerprint: fingerprintOf(bundle),
        parts: [{ resource: 'www.example.com' }, { resource: 'cdn.example.com' }],
      })
      const mixed = await all.read(undefined, bundle)
      expect(mixed?.fingerprint).toBeUndefined()
      expect(mixed?.parts?.map(({ installed }) => installed?.fingerprint)).toEqual([
        fingerprintOf(bundle),
        fingerprintOf(bundle),
        fingerprintOf(other),
      ])
    })

    it('are written one by one: what fails is named, and the rest is done', async () => {
      const made = await testAccount({
        seed: { [product]: { domains } },
        faults: ({ action, parameters }) =>
          action === writeAction && parameters['DomainName'] === 'cdn.example.com'
            ? { kind: 'refuse', code: 'Certificate.StatusError', status: 400 }
            : undefined,
      })
      onTestFinished(async () => made.alibaba.close())
      const all = create({ ...made.values, domain: 'all' }, made.context)
      await expect(all.write(bundle)).rejects.toMatchObject({
        code: 'TARGET_PARTLY_INSTALLED',
        params: {
          failed: 1,
          total: 4,
          details: expect.stringMatching(/^cdn\.example\.com: .*StatusError/) as string,
        },
      })
      expect(held(made, 'www.example.org')).toBe(fingerprintOf(bundle))
      const before = writes(made).length
      await expect(all.write(bundle)).rejects.toMatchObject({ code: 'TARGET_PARTLY_INSTALLED' })
      // Only where the certificate is not yet in effect is it written again.
      expect(
        writes(made)
          .slice(before)
          .filter((one) => one === 'cdn.example.com'),
      ).toHaveLength(1)
    })

    it('must be one at least', async () => {
      const made = await account([{ domain: 'www.example.org', status: 'checking' }])
      const all = create({ ...made.values, domain: 'all' }, made.context)
      await expect(all.write(bundle)).rejects.toMatchObject({ code: 'TARGET_NOTHING_MATCHES' })
      expect(await all.read(undefined, bundle)).toBeUndefined()
    })
  })

  it.each(['cas', 'direct'])(
    `${name}: leaves one upload in the store for many domains, upload=%s`,
    async (upload) => {
      const made = await account(['a', 'b', 'c'].map((one) => ({ domain: `${one}.example.com` })))
      const bundle = bundleFor({ names: ['*.example.com'] })
      await create({ ...made.values, domain: 'all', upload }, made.context).write(bundle)
      const stored = made.alibaba.certificates.all.map(({ certificate }) => certificate.sha256)
      expect(stored).toEqual([fingerprintOf(bundle)])
      expect(new Set(writes(made)).size).toBe(3)
    },
  )

  it(`${name}: discovers every domain, whoever installed there`, async () => {
    const bundle = bundleFor({ names: ['*.example.com'] })
    const made = await account([
      { domain: '.example.com', certificate: seeded(bundle) },
      { domain: 'plain.example.com', status: 'offline' },
    ])
    const found: Discovered[] = []
    for await (const one of discover?.(made.values, made.context) ?? []) found.push(one)
    expect(found).toMatchObject([
      {
        target: `${name}:domain=*.example.com`,
        product: label,
        resource: '*.example.com',
        https: true,
        installed: { fingerprint: fingerprintOf(bundle) },
        names: ['*.example.com'],
        keyType: 'rsa2048',
      },
      { target: `${name}:domain=plain.example.com`, https: false },
    ])
    expect(found[1]).not.toHaveProperty('installed')
  })

  it(`${name}: tries again where a change is still under way`, async () => {
    const made = await testAccount({
      seed: { [product]: { domains: [{ domain: 'www.example.com' }] } },
      delay: { looks: 5 },
    })
    onTestFinished(async () => made.alibaba.close())
    const site = create({ ...made.values, domain: 'www.example.com' }, made.context)
    const second = bundleFor({ names: ['www.example.com'], renewal: 1 })
    await site.write(bundleFor({ names: ['www.example.com'] }))
    await site.write(second)
    expect(held(made, 'www.example.com')).toBe(fingerprintOf(second))
    const codes = made.alibaba.calls.flatMap(({ action, code }) =>
      action === writeAction && code ? [code] : [],
    )
    expect(codes.length).toBeGreaterThan(0)
    expect(codes.join(' ')).toMatch(/^((ServiceBusy|LockFail) ?)+$/)
  })

  it(`${name}: is proven by handshakes`, async () => {
    const made = await account([{ domain: '.example.com' }])
    const bundle = bundleFor({ names: ['*.example.com'] })
    const place = create({ ...made.values, domain: '*.example.com' }, made.context)
    const endpoints = (await place.endpoints?.())?.map((endpoint) => ({
      ...endpoint,
      host: '127.0.0.1',
      port: made.alibaba.servePort,
    }))
    const done = await installVersion({ target: place, bundle, host: made.host, endpoints })
    expect(done).toMatchObject({
      written: true,
      current: true,
      endpoints: [{ current: true, endpoint: { servername: 'certwright.example.com' } }],
    })
  })

  it(`${name}: sends no secret in a URL`, async () => {
    const made = await account([{ domain: 'www.example.com' }])
    for (const upload of ['cas', 'direct']) {
      const site = create({ ...made.values, domain: 'www.example.com', upload }, made.context)
      await site.write(bundleFor({ names: ['www.example.com'], renewal: upload === 'cas' ? 0 : 1 }))
    }
    expect(made.alibaba.calls.filter(({ secretInUrl }) => secretInUrl)).toEqual([])
  })

  policyIsTheLeast(module)
}
