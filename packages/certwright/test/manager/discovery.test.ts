import { describe, expect, it } from 'vitest'
import type { TargetModule } from '../../src/deploy/target-context.ts'
import type { Discovered, TargetKind } from '../../src/deploy/target.ts'
import { commonOptions, discoverAll, servicesOf, targetsOf } from '../../src/manager/discovery.ts'
import { systemHost } from '../../src/runtime/host.ts'

const context = { host: systemHost, env: {} }
const summary = { en: 'x', zh: 'x' }

/** A module that finds these in every region, and remembers what it was asked with. */
function walked(
  name: string,
  find: (region: string | undefined) => readonly Discovered[],
): TargetModule & { readonly asked: Readonly<Record<string, string>>[] } {
  const asked: Readonly<Record<string, string>>[] = []
  const target: TargetKind = {
    name,
    summary,
    options: [
      ...(name.endsWith('-one') ? [{ key: 'own', summary }] : []),
      { key: 'key', summary },
      { key: 'secret', summary, secret: true },
      { key: 'region', summary },
    ],
    keyTypes: ['rsa2048'],
    permissions: [],
  }
  return {
    asked,
    target,
    create: () => {
      throw new Error('nothing is installed')
    },
    async *discover(values) {
      asked.push(values)
      yield* find(values['region'])
    },
  }
}

const place = (change: Partial<Discovered> = {}): Discovered => ({
  target: 'cloud-one:own=1',
  product: 'One',
  resource: '1',
  https: true,
  ...change,
})

const registryOf = (...modules: readonly TargetModule[]) =>
  Object.fromEntries(modules.map((one) => [one.target.name, async () => one] as const))

describe('the services', () => {
  it('are the first words of the targets that have several', async () => {
    const registry = registryOf(
      walked('cloud-one', () => []),
      walked('cloud-two', () => []),
      walked('files', () => []),
      walked('lone-one', () => []),
    )
    expect(servicesOf(registry)).toEqual(['cloud'])
    const modules = await targetsOf('cloud', registry)
    expect(modules.map(({ target }) => target.name)).toEqual(['cloud-one', 'cloud-two'])
    expect(commonOptions(modules).map(({ key }) => key)).toEqual(['key', 'secret', 'region'])
  })
})

describe('a discovery', () => {
  it('refuses options that the account does not have', async () => {
    const registry = registryOf(
      walked('cloud-one', () => []),
      walked('cloud-two', () => []),
    )
    const walk = discoverAll({ service: 'cloud', values: { own: 'x' }, registry }, context)
    await expect(walk).rejects.toMatchObject({ code: 'TARGET_OPTION_UNKNOWN' })
  })

  it('asks each product once a region, and gives targets that can be installed on as they stand', async () => {
    const regional = walked('cloud-one', (region = 'home') => [place({ region, resource: region })])
    const global = walked('cloud-two', () => [place({ target: 'cloud-two', product: 'Two' })])
    const options = {
      service: 'cloud',
      values: { key: 'me,too', secret: 'hush' },
      registry: registryOf(regional, global),
    }
    const home = await discoverAll(options, context)
    expect(home.found.map(({ target }) => target)).toEqual([
      'cloud-one:own=1,key="me,too"',
      'cloud-two:key="me,too"',
    ])
    const both = await discoverAll({ ...options, regions: ['b', 'a', 'b'] }, context)
    expect(both.found.map(({ target }) => target)).toEqual([
      'cloud-one:own=1,key="me,too",region=a',
      'cloud-one:own=1,key="me,too",region=b',
      'cloud-two:key="me,too"',
    ])
    expect(regional.asked.map(({ region }) => region)).toEqual([undefined, 'b', 'a'])
    expect(global.asked[0]).toEqual({ key: 'me,too', secret: 'hush' })
  })

  it('reports what fails beside what was found, also what was found before', async () => {
    const fault = new Error('not opened')
    const broken: TargetModule = {
      ...walked('cloud-one', () => []),
      async *discover() {
        yield place()
        throw fault
      },
    }
    const silent: TargetModule = { target: broken.target, create: broken.create }
    const registry = { ...registryOf(broken), 'cloud-two': async () => silent }
    const { found, failures } = await discoverAll(
      { service: 'cloud', values: {}, regions: ['a'], registry },
      context,
    )
    expect(found).toHaveLength(1)
    expect(failures).toEqual([{ target: 'cloud-one', region: 'a', error: fault }])
  })

  it('ends with the reason of an abort', async () => {
    const reason = new Error('enough')
    const registry = registryOf(
      walked('cloud-one', () => {
        throw new Error('fetch failed')
      }),
    )
    const options = { service: 'cloud', values: {}, registry }
    await expect(discoverAll(options, context, AbortSignal.abort(reason))).rejects.toBe(reason)
  })

  it('tells stored certificates that nothing serves from those that something does', async () => {
    const store = (fingerprint: string, reference: string) =>
      place({
        target: 'cloud-two',
        product: 'Store',
        resource: reference,
        https: false,
        installed: { fingerprint, reference },
      })
    const registry = registryOf(
      walked('cloud-one', () => [
        place({ installed: { fingerprint: 'aa' } }),
        place({ resource: '2', installed: { reference: '3' } }),
        place({ resource: '4', https: false }),
      ]),
      walked('cloud-two', () => [store('aa', '1'), store('bb', '2'), store('cc', '3')]),
    )
    const { found } = await discoverAll({ service: 'cloud', values: {}, registry }, context)
    const unserved = found.filter((one) => one.unserved).map(({ resource }) => resource)
    expect(unserved).toEqual(['2'])
  })

  it('says of a certificate everywhere what is known of it anywhere', async () => {
    const names = ['www.example.com']
    const registry = registryOf(
      walked('cloud-one', () => [
        place({ installed: { fingerprint: 'aa' }, issuer: 'As the product says' }),
        place({ resource: '2', installed: { sha1: 'a1' } }),
        place({ resource: '3', installed: { fingerprint: 'bb' } }),
      ]),
      walked('cloud-two', () => [
        place({
          resource: 'stored',
          https: false,
          installed: { fingerprint: 'aa', sha1: 'a1' },
          names,
          issuer: 'The CA',
          keyType: 'rsa2048',
        }),
      ]),
    )
    const { found } = await discoverAll({ service: 'cloud', values: {}, registry }, context)
    const said = found.map(({ resource, names: of, issuer, keyType }) => [
      resource,
      of,
      issuer,
      keyType,
    ])
    expect(said).toEqual([
      ['1', names, 'As the product says', 'rsa2048'],
      ['2', names, expect.any(String), 'rsa2048'],
      ['3', undefined, undefined, undefined],
      ['stored', names, 'The CA', 'rsa2048'],
    ])
  })
})
