import type { AlibabaOptions, AlibabaSeed } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import * as module from '../../../src/deploy/targets/alibaba-eas.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { bundleFor, fingerprintOf, seeded } from './account.ts'
import {
  discoveredAt,
  emulatedAccount,
  emulatedWorld,
  targetAt,
  policyIsTheLeast,
} from './emulated-world.ts'

type Gateways = NonNullable<NonNullable<AlibabaSeed['eas']>['gateways']>

const domain = 'eas.example.com'
const values = { gateway: 'gw-1', domain }
const bundle = bundleFor({ names: [domain] })
const renewed = bundleFor({ names: [domain], renewal: 1 })
const theirs = {
  domain: 'mail.example.com',
  type: 'intranet' as const,
  certificate: { name: 'theirs', ...seeded(bundleFor({ names: ['mail.example.com'] })) },
}
const gateways: Gateways = [{ id: 'gw-1', domains: [theirs] }, { id: 'gw-2' }]
const seed = { eas: { gateways } }
const account = async (options: AlibabaOptions = {}) => emulatedAccount({ seed, ...options })

describe('alibaba-eas: a domain', () => {
  deployTargetSuite({
    test: it,
    world: async () =>
      emulatedWorld({
        module,
        values,
        names: [domain],
        seed,
        isPlace: ({ product, resource }) => product === 'EAS' && resource === `gw-1/${domain}`,
      }),
  })
})

describe('alibaba-eas', () => {
  it('attaches a domain as the option says, and keeps the type of one that is there', async () => {
    const { alibaba, ...made } = await account()
    const attached = () => alibaba.state.eas.gateways.get('gw-1')?.domains.get(domain)
    await targetAt({ alibaba, ...made }, module, { ...values, type: 'intranet' }).write(bundle)
    expect(attached()?.type).toBe('intranet')
    await targetAt({ alibaba, ...made }, module, values).write(renewed)
    expect(attached()).toMatchObject({ type: 'intranet', domain })
    const { certId = 0 } = attached() ?? {}
    expect(alibaba.certificates.get(certId)?.certificate.sha256).toBe(fingerprintOf(renewed))
  })

  it('asks in the gateway’s region, which the API calls a cluster', async () => {
    const inShanghai = [{ id: 'gw-1', clusterId: 'cn-shanghai', domains: [theirs] }]
    const made = await account({ seed: { eas: { gateways: inShanghai } } })
    const mail = { ...values, domain: theirs.domain }
    const there = targetAt(made, module, { ...mail, region: 'cn-shanghai' })
    expect(await there.read()).toMatchObject({ name: 'theirs' })
    await expect(targetAt(made, module, mail).read()).rejects.toMatchObject({
      params: { code: 'GatewayNotFound' },
    })
  })

  it('shakes hands with a domain of the internet alone', async () => {
    const made = await account({
      seed: { eas: { gateways: [{ id: 'gw-1', domains: [{ domain }, theirs] }] } },
    })
    expect(await targetAt(made, module, values).endpoints?.()).toEqual([
      { host: domain, port: 443, servername: domain },
    ])
    const inner = targetAt(made, module, { ...values, domain: theirs.domain })
    expect(await inner.endpoints?.()).toEqual([])
  })

  it('is discovered page by page', async () => {
    const more = [...gateways, { id: 'gw-3', domains: [{ domain }] }]
    const made = await account({ seed: { eas: { gateways: more } }, largestPage: 1 })
    expect(await discoveredAt(made, module)).toMatchObject([
      {
        target: `alibaba-eas:gateway=gw-1,domain=${theirs.domain}`,
        installed: { name: 'theirs', reference: expect.stringMatching(/^\d+$/) as string },
      },
      { target: `alibaba-eas:gateway=gw-3,domain=${domain}`, product: 'EAS', https: false },
    ])
  })
})

policyIsTheLeast(module)
