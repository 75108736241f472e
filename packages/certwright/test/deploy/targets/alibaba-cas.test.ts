import { describe, expect, it, onTestFinished } from 'vitest'
import type { Discovered } from '../../../src/deploy/target.ts'
import * as module from '../../../src/deploy/targets/alibaba-cas.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { day, ecKey } from '../../x509/issued.ts'
import {
  bundleFor,
  fingerprintOf,
  renewals,
  seeded,
  testAccount,
  type TestAccount,
} from './account.ts'
import { policyIsTheLeast } from './emulated-world.ts'

const { create, discover, target } = module

type Certificates = ReadonlyArray<ReturnType<typeof seeded> & { readonly name: string }>

async function account(certificates: Certificates = []): Promise<TestAccount> {
  const made = await testAccount({ seed: { cas: { certificates } } })
  onTestFinished(async () => made.alibaba.close())
  return made
}

const names = ['www.example.com']

deployTargetSuite({
  test: it,
  world: async () => {
    const theirs = { name: 'theirs', ...seeded(bundleFor({ names, key: ecKey() })) }
    const made = await testAccount({ seed: { cas: { certificates: [theirs] } } })
    const { alibaba, context, refusing, host } = made
    const { values, secret } = made.policed(target, {})
    return {
      target: () => create(values, context),
      refused: () => create(values, refusing),
      host,
      bundle: renewals(names),
      held: () =>
        alibaba.certificates.all.find(({ name }) => name.startsWith('certwright_'))?.certificate
          .sha256,
      wasOff: () => false,
      others: () =>
        alibaba.certificates.all.filter(({ name }) => name === 'theirs').map(({ id }) => id),
      count: () => alibaba.certificates.all.length,
      pass: (ms) => made.advance(ms),
      secrets: [secret],
      close: async () => alibaba.close(),
    }
  },
})

describe('the store of certificates', () => {
  it.each(['week', '-1', '1.5'])('refuses to keep certificates for %s days', (days) => {
    const context = { host: undefined as never, env: {} }
    expect(() => create({ 'retention-days': days }, context)).toThrow(
      expect.objectContaining({ code: 'TARGET_OPTION_NOT_CONFORM' }),
    )
  })

  it('has a certificate whoever uploaded it, and then uploads it no second time', async () => {
    const bundle = bundleFor({ names })
    const made = await account([{ name: 'theirs', ...seeded(bundle) }])
    const store = create(made.values, made.context)
    expect(await store.read(undefined, bundle)).toMatchObject({ name: 'theirs' })
    await store.write(bundle)
    expect(made.alibaba.certificates.all).toHaveLength(1)
  })

  it('has, where another is wanted, the one of ours for these names that lasts longest', async () => {
    const made = await account()
    const store = create(made.values, made.context)
    const [old, recent] = [bundleFor({ names }), bundleFor({ names, renewal: 1 })]
    await store.write(recent)
    await store.write(old)
    await store.write(bundleFor({ names: ['www.example.org'], renewal: 1 }))
    const wanted = bundleFor({ names, renewal: 1, key: ecKey() })
    expect(await store.read(undefined, wanted)).toMatchObject({
      fingerprint: fingerprintOf(recent),
    })
    expect(await store.read(undefined, bundleFor({ names: ['a.example.net'] }))).toBeUndefined()
  })

  it('removes a superseded certificate of ours only after the days that it is kept', async () => {
    const made = await account()
    const store = create({ ...made.values, 'retention-days': '3' }, made.context)
    const [old, recent] = [bundleFor({ names }), bundleFor({ names, renewal: 1 })]
    await store.write(old)
    await store.write(recent)
    expect(await store.prune?.(recent)).toEqual([])
    made.advance(3 * day)
    expect(await store.prune?.(recent)).toEqual([
      expect.stringMatching(/^certwright_[0-9a-f]{16} \(\d+-cn-hangzhou\)$/),
    ])
    expect(made.alibaba.certificates.all.map(({ certificate }) => certificate.sha256)).toEqual([
      fingerprintOf(recent),
    ])
  })

  it('deletes nothing that others uploaded, though we installed it', async () => {
    const bundle = bundleFor({ names })
    const made = await account([{ name: 'theirs', ...seeded(bundle) }])
    const store = create(made.values, made.context)
    await store.remove?.((await store.read(undefined, bundle)) ?? {})
    expect(made.alibaba.certificates.all).toHaveLength(1)
  })
})

it('discovers what is uploaded, which nothing serves from there', async () => {
  const bundle = bundleFor({ names })
  const made = await account([{ name: 'theirs', ...seeded(bundle) }])
  const found: Discovered[] = []
  for await (const one of discover(made.values, made.context)) found.push(one)
  expect(found).toMatchObject([
    {
      target: 'alibaba-cas',
      resource: 'theirs',
      https: false,
      installed: {
        fingerprint: fingerprintOf(bundle),
        sha1: expect.stringMatching(/^[0-9a-f]{40}$/) as unknown,
      },
      names,
      issuer: expect.any(String) as unknown,
      keyType: 'rsa2048',
    },
  ])
})

policyIsTheLeast(module)
