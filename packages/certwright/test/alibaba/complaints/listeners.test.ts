import { describe, expect, it } from 'vitest'
import { permissionsWith } from '../../../src/deploy/permission.ts'
import { targetModule } from '../../../src/deploy/targets/registry.ts'
import { bundleFor, fingerprintOf, seeded } from '../../deploy/targets/account.ts'
import {
  callsOf,
  emulatedAccount,
  heldAt,
  shownBy,
  targetAt,
} from '../../deploy/targets/emulated-world.ts'
import { cloudWorld, parsed } from '../world.ts'

const domain = 'www.example.com'
const named = (name: string, ...names: readonly string[]) => ({
  name,
  ...seeded(bundleFor({ names })),
})

describe('complaint 3: load balancers have more certificates than the default one (certd#410)', () => {
  it.each([
    [
      'alb',
      'alibaba-alb:listener=l-1',
      { balancers: [{ id: 'lb-1', listeners: [{ id: 'l-1' }] }] },
    ],
    [
      'nlb',
      'alibaba-nlb:listener=l-1',
      { balancers: [{ id: 'lb-1', listeners: [{ id: 'l-1' }] }] },
    ],
    ['slb', 'alibaba-clb:load-balancer=lb-1', { balancers: [{ id: 'lb-1', listeners: [{}] }] }],
  ])(
    'of %s the default and the one for a domain are two places (certimate#542)',
    async (product, target, seed) => {
      const { order, installing, alibaba } = await cloudWorld({ seed: { [product]: seed } })
      const [main, shop] = ['main.example.test', 'shop.example.test']
      expect((await order([main], installing(target))).code).toBe(0)
      const second = await order([shop], [...installing(`${target},domain=${shop}`), '--json'])
      expect(parsed(second.stdout)).toMatchObject({
        installed: [{ domain: shop, says: 'current', served: true }],
      })
      const [byDefault, bySni] = [await shownBy(alibaba, main), await shownBy(alibaba, shop)]
      expect(byDefault).toBeDefined()
      expect(bySni).toBeDefined()
      expect(byDefault).not.toBe(bySni)
    },
  )
})

describe('complaint 4: ALB loses certificates that have nothing to do with it (certimate#1323)', () => {
  it('what others bound stays, though the list of the store gives no names', async () => {
    const others = [
      named('same domain', domain),
      named('more domains', domain, 'shop.example.com'),
      named('another', 'mail.example.com'),
    ]
    const listeners = [
      { id: 'l-1', certificate: named('default', 'd.example.com'), additional: others },
    ]
    const made = await emulatedAccount({
      seed: { alb: { balancers: [{ id: 'lb-1', listeners }] } },
    })
    const module = await targetModule('alibaba-alb')
    const www = targetAt(made, module, { listener: 'l-1', domain })
    const renewals = [0, 1, 2].map((renewal) => bundleFor({ names: [domain], renewal }))
    for (const bundle of renewals) {
      await www.write(bundle)
      await www.prune?.(bundle)
    }
    const bound = made.alibaba.state.alb.listeners.get('l-1')?.additional ?? []
    const boundNames = bound.map((id) => made.alibaba.certificates.identified(id)?.name)
    expect(boundNames.slice(0, 3)).toEqual(['same domain', 'more domains', 'another'])
    expect(boundNames).toHaveLength(4)
    const last = renewals.at(-1)
    expect((await www.read())?.fingerprint).toBe(last && fingerprintOf(last))
  })
})

describe('complaint 20: CLB answers Forbidden, or speaks of a parameter that is right (certimate#1329)', () => {
  const seed = {
    slb: {
      balancers: [
        {
          id: 'lb-1',
          regionId: 'eu-central-1',
          listeners: [{ certificate: named('default', 'd.example.com') }],
        },
      ],
    },
  }
  const values = { 'load-balancer': 'lb-1', region: 'eu-central-1', site: 'international' }

  it('no resource group is named, so that no right on one is wanted', async () => {
    const made = await emulatedAccount({ seed, site: 'international' })
    const module = await targetModule('alibaba-clb')
    const allow = permissionsWith(module.target.permissions, values).map((one) =>
      one.action === 'slb:UploadServerCertificate'
        ? { ...one, resource: 'acs:slb:*:*:certificate/*' }
        : one,
    )
    const { accessKeyId, accessKeySecret } = made.alibaba.addAccount({ allow })
    const own = { 'access-key-id': accessKeyId, 'access-key-secret': accessKeySecret }
    const bundle = bundleFor({ names: [domain] })
    await module.create({ ...made.values, ...values, ...own }, made.context).write(bundle)
    expect(heldAt(made.alibaba, ({ resource }) => resource === 'lb-1:443')).toBe(
      fingerprintOf(bundle),
    )
  })

  it('the region of the store is told, not that of the load balancer (alibabacloud-go-sdk#75)', async () => {
    const made = await emulatedAccount({ seed, site: 'international' })
    const bundle = bundleFor({ names: [domain] })
    await targetAt(made, await targetModule('alibaba-clb'), values).write(bundle)
    expect(callsOf(made, 'UploadServerCertificate')).toMatchObject([
      {
        status: 200,
        parameters: {
          RegionId: 'eu-central-1',
          AliCloudCertificateRegionId: 'ap-southeast-1',
        },
      },
    ])
  })
})
