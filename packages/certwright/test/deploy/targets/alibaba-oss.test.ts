import { describe, expect, it, onTestFinished } from 'vitest'
import type { Discovered } from '../../../src/deploy/target.ts'
import { create, discover } from '../../../src/deploy/targets/alibaba-oss.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { bundleFor, renewals, seeded, testAccount, type TestAccount } from './account.ts'

const domain = 'static.example.com'
const theirs = {
  domain: 'other.example.com',
  certificate: seeded(bundleFor({ names: ['other.example.com'] })),
}

async function account(): Promise<TestAccount> {
  const buckets = [{ name: 'site', cnames: [{ domain }, theirs] }]
  return testAccount({ seed: { oss: { verified: ['example.com'], buckets } } })
}

function held({ alibaba }: TestAccount, name = domain): string | undefined {
  const cname = alibaba.state.oss.buckets.get('site')?.cnames.get(name)
  return cname?.certificate?.served.certificate.sha256
}

describe.each(['cas', 'direct'])('alibaba-oss: a custom domain, upload=%s', (upload) => {
  deployTargetSuite({
    test: it,
    async world() {
      const made = await account()
      const { alibaba, context, refusing, host } = made
      const values = { ...made.values, bucket: 'site', domain, upload }
      return {
        target: () => create(values, context),
        refused: () => create(values, refusing),
        host,
        bundle: renewals([domain]),
        held: () => held(made),
        wasOff: () => alibaba.calls.some(({ action }) => action === 'DeleteCname'),
        others: () => held(made, theirs.domain),
        count: () => alibaba.certificates.all.length,
        secrets: [alibaba.accessKeySecret],
        close: async () => alibaba.close(),
      }
    },
  })
})

it('is discovered, bucket by bucket', async () => {
  const made = await account()
  onTestFinished(async () => made.alibaba.close())
  const found: Discovered[] = []
  for await (const one of discover(made.values, made.context)) found.push(one)
  expect(found.map(({ resource, https }) => [resource, https])).toEqual([
    [expect.stringContaining(domain), false],
    [expect.stringContaining(theirs.domain), true],
  ])
})
