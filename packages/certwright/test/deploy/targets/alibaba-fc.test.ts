import { describe, expect, it, onTestFinished } from 'vitest'
import type { Discovered } from '../../../src/deploy/target.ts'
import { create, discover } from '../../../src/deploy/targets/alibaba-fc.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { bundleFor, renewals, seeded, testAccount, type TestAccount } from './account.ts'

const domain = 'fn.example.com'
const settings = {
  routeConfig: { routes: [{ path: '/*', functionName: 'hello' }] },
  tlsConfig: { minVersion: 'TLSv1.2' },
}
const theirs = {
  domain: 'other.example.com',
  certificate: seeded(bundleFor({ names: ['other.example.com'] })),
}

async function account(): Promise<TestAccount> {
  return testAccount({ seed: { fc: { domains: [{ domain, settings }, theirs] } } })
}

function held({ alibaba }: TestAccount, name = domain): string | undefined {
  return alibaba.state.fc.domains.get(name)?.certificate?.served.certificate.sha256
}

describe('alibaba-fc: a custom domain', () => {
  deployTargetSuite({
    test: it,
    async world() {
      const made = await account()
      const { alibaba, context, refusing, host } = made
      const values = { ...made.values, domain }
      return {
        target: () => create(values, context),
        refused: () => create(values, refusing),
        host,
        bundle: renewals([domain]),
        held: () => held(made),
        wasOff: () => false,
        others: () => held(made, theirs.domain),
        count: () => alibaba.certificates.all.length,
        secrets: [alibaba.accessKeySecret],
        close: async () => alibaba.close(),
      }
    },
  })

  it('keeps its routes and its TLS settings, and HTTP beside HTTPS', async () => {
    const made = await account()
    onTestFinished(async () => made.alibaba.close())
    await create({ ...made.values, domain }, made.context).write(bundleFor({ names: [domain] }))
    expect(made.alibaba.state.fc.domains.get(domain)).toMatchObject({
      protocol: 'HTTP,HTTPS',
      settings,
    })
  })

  it('is refused where there is none of that name', async () => {
    const made = await account()
    onTestFinished(async () => made.alibaba.close())
    const target = create({ ...made.values, domain: 'absent.example.com' }, made.context)
    const bundle = bundleFor({ names: ['absent.example.com'] })
    await expect(target.write(bundle)).rejects.toMatchObject({ code: 'TARGET_RESOURCE_NOT_FOUND' })
  })

  it('is discovered, with or without HTTPS', async () => {
    const made = await account()
    onTestFinished(async () => made.alibaba.close())
    const found: Discovered[] = []
    for await (const one of discover(made.values, made.context)) found.push(one)
    expect(found).toMatchObject([
      { resource: domain, https: false },
      { resource: theirs.domain, https: true, names: [theirs.domain] },
    ])
  })
})
