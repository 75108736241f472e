import type { AlibabaOptions } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import * as module from '../../../src/deploy/targets/alibaba-oss.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { bundleFor, fingerprintOf, seeded } from './account.ts'
import {
  discoveredAt,
  emulatedAccount,
  emulatedWorld,
  heldAt,
  targetAt,
  policyIsTheLeast,
} from './emulated-world.ts'

const domain = 'static.example.com'
const bundle = bundleFor({ names: [domain] })
const renewed = bundleFor({ names: [domain], renewal: 1 })
const theirs = {
  domain: 'other.example.com',
  certificate: seeded(bundleFor({ names: ['other.example.com'] })),
}
const seed = {
  oss: { verified: ['example.com'], buckets: [{ name: 'site', cnames: [{ domain }, theirs] }] },
}
const values = { bucket: 'site', domain }
const account = async (options: AlibabaOptions = {}) => emulatedAccount({ seed, ...options })

describe.each([
  ['by the store', {}],
  ['with its key', { upload: 'direct' }],
  ['of all that the certificate is for', { domain: 'all' }],
])('alibaba-oss: a custom domain %s', (_, more) => {
  deployTargetSuite({
    test: it,
    world: async () =>
      emulatedWorld({
        module,
        values: { ...values, ...more },
        names: [domain],
        seed,
        isPlace: ({ product, resource }) => product === 'OSS' && resource === `site/${domain}`,
        wasOff: ({ calls }) => calls.some(({ action }) => action === 'DeleteCname'),
      }),
  })
})

describe('alibaba-oss: a custom domain', () => {
  const held = ({ alibaba }: Awaited<ReturnType<typeof account>>) =>
    heldAt(alibaba, ({ resource }) => resource === `site/${domain}`)

  it('is not written where another has been bound since it was read', async () => {
    const made = await account()
    await targetAt(made, module, values).write(bundle)
    const quicker = targetAt(made, module, values)
    let raced = false
    const racing: typeof fetch = async (input, init) => {
      const text = typeof init?.body === 'string' ? init.body : ''
      if (init?.method === 'POST' && text.includes('PreviousCertId') && !raced) {
        raced = true
        await quicker.write(renewed)
      }
      return made.host.fetch(input, init)
    }
    const slow = { ...made, context: { env: {}, host: { ...made.host, fetch: racing } } }
    const third = bundleFor({ names: [domain, 'example.com'] })
    await expect(targetAt(slow, module, values).write(third)).rejects.toMatchObject({
      code: 'TARGET_REPLACED_MEANWHILE',
      params: { resource: domain },
    })
    expect(held(made)).toBe(fingerprintOf(renewed))
  })

  it('is discovered, bucket by bucket', async () => {
    const made = await account()
    expect(await discoveredAt(made, module)).toMatchObject([
      { target: `alibaba-oss:bucket=site,domain=${domain},region=cn-hangzhou`, https: false },
      { resource: `site/${theirs.domain}`, https: true },
    ])
  })
})

policyIsTheLeast(module)
