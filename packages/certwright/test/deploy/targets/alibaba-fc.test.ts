import type { AlibabaOptions } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import * as module from '../../../src/deploy/targets/alibaba-fc.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { bundleFor, seeded } from './account.ts'
import {
  discoveredAt,
  emulatedAccount,
  emulatedWorld,
  targetAt,
  policyIsTheLeast,
} from './emulated-world.ts'

const domain = 'fn.example.com'
const bundle = bundleFor({ names: [domain] })
/** Everything that can be set. */
const settings = {
  routeConfig: { routes: [{ path: '/*', functionName: 'hello' }] },
  tlsConfig: { minVersion: 'TLSv1.2', cipherSuites: ['A'] },
  authConfig: { authType: 'jwt', authInfo: '{}' },
  corsConfig: { allowOrigins: ['*'] },
  wafConfig: { enableWAF: true },
}
const theirs = {
  domain: 'other.example.com',
  certificate: seeded(bundleFor({ names: ['other.example.com'] })),
}
const seed = { fc: { domains: [{ domain, settings }, theirs] } }
const account = async (options: AlibabaOptions = {}) => emulatedAccount({ seed, ...options })

describe.each([domain, 'all'])('alibaba-fc: domain=%s', (chosen) => {
  deployTargetSuite({
    test: it,
    world: async () =>
      emulatedWorld({
        module,
        values: { domain: chosen },
        names: [domain],
        seed,
        isPlace: ({ product, resource }) => product === 'FC' && resource === domain,
        others: ({ state }) => state.fc.domains.get(domain)?.settings,
        wasOff: ({ state }) => !state.fc.domains.get(domain)?.protocol.includes('HTTPS'),
      }),
  })
})

describe('alibaba-fc: a custom domain', () => {
  it('keeps its routes and every other setting, and HTTP beside HTTPS', async () => {
    const made = await account()
    await targetAt(made, module, { domain }).write(bundle)
    expect(made.alibaba.state.fc.domains.get(domain)).toMatchObject({
      protocol: 'HTTP,HTTPS',
      settings,
    })
  })

  it('that speaks HTTPS alone goes on doing so', async () => {
    const domains = [{ ...theirs, protocol: 'HTTPS' as const }]
    const made = await account({ seed: { fc: { domains } } })
    await targetAt(made, module, { domain: theirs.domain }).write(
      bundleFor({ names: ['*.example.com'] }),
    )
    expect(made.alibaba.state.fc.domains.get(theirs.domain)?.protocol).toBe('HTTPS')
  })

  it('is refused where there is none of that name', async () => {
    const made = await account()
    const target = targetAt(made, module, { domain: 'absent.example.com' })
    const absent = bundleFor({ names: ['absent.example.com'] })
    await expect(target.write(absent)).rejects.toMatchObject({ code: 'TARGET_RESOURCE_NOT_FOUND' })
  })

  it('is discovered page by page, with or without HTTPS', async () => {
    const made = await account({ largestPage: 1 })
    expect(await discoveredAt(made, module)).toMatchObject([
      { resource: domain, https: false },
      { resource: theirs.domain, https: true, names: [theirs.domain] },
    ])
  })
})

policyIsTheLeast(module)
