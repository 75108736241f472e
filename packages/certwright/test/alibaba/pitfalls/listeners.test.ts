import type { AlibabaOptions, AlibabaSeed } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import { permissionsWith } from '../../../src/deploy/permission.ts'
import { targetModule } from '../../../src/deploy/targets/registry.ts'
import { bundleFor, fingerprintOf, seeded, type TestAccount } from '../../deploy/targets/account.ts'
import { callsOf, emulatedAccount, heldAt, targetAt } from '../../deploy/targets/emulated-world.ts'

const domain = 'www.example.com'
const bundle = bundleFor({ names: [domain] })
const renewed = bundleFor({ names: [domain], renewal: 1 })
const named = (name: string, ...names: readonly string[]) => ({
  name,
  ...seeded(bundleFor({ names })),
})
const byDefault = named('default', 'default.example.com')
/** For the same domain, and for others beside it: not ours to take away. */
const same = named('same', domain)
const overlapping = named('overlapping', domain, 'example.com')
const mail = named('mail', 'mail.example.com')

const balancers = [
  {
    id: 'lb-1',
    listeners: [{ id: 'l-1', certificate: byDefault, additional: [same, overlapping, mail] }],
  },
]

interface Product {
  readonly name: string
  readonly seed: AlibabaSeed
  readonly place: Readonly<Record<string, string>>
  /** What adds, changes the default, and takes away. */
  readonly actions: readonly [add: string, setDefault: string, remove: string]
  readonly busy: string
}

const products: readonly Product[] = [
  {
    name: 'alibaba-alb',
    seed: { alb: { balancers } },
    place: { listener: 'l-1' },
    actions: [
      'AssociateAdditionalCertificatesWithListener',
      'UpdateListenerAttribute',
      'DissociateAdditionalCertificatesFromListener',
    ],
    busy: 'IncorrectStatus.Listener',
  },
  {
    name: 'alibaba-nlb',
    seed: { nlb: { balancers } },
    place: { listener: 'l-1' },
    actions: [
      'AssociateAdditionalCertificatesWithListener',
      'UpdateListenerAttribute',
      'DisassociateAdditionalCertificatesWithListener',
    ],
    busy: 'IncorrectStatus.listener',
  },
  {
    name: 'alibaba-ga',
    seed: {
      ga: {
        accelerators: [
          {
            id: 'ga-1',
            listeners: [
              {
                id: 'l-1',
                certificate: byDefault,
                additional: [{ domain: 'mail.example.com', certificate: mail }],
              },
            ],
          },
        ],
      },
    },
    place: { listener: 'l-1' },
    actions: [
      'AssociateAdditionalCertificatesWithListener',
      'UpdateListener',
      'DissociateAdditionalCertificatesFromListener',
    ],
    busy: 'StateError.Listener',
  },
]

async function account(product: Product, options: AlibabaOptions = {}): Promise<TestAccount> {
  return emulatedAccount({ seed: product.seed, ...options })
}

/** What a listener serves: its places at the emulator, and what is asked for there. */
const placesOf = ({ alibaba }: TestAccount) =>
  alibaba.installations.all.flatMap(({ resource, wanted }) =>
    wanted ? [[resource, wanted.certificate.sha256] as const] : [],
  )

describe.each(products)('pitfall 11: a listener takes one change at a time ($name)', (product) => {
  const { name, place, actions, busy } = product

  it('changes that are asked for at once are made one after the other, each to its end', async () => {
    const made = await account(product)
    const module = await targetModule(name)
    await Promise.all([
      targetAt(made, module, place).write(bundle),
      ...['a', 'b'].map(async (label) => {
        const own = `${label}.example.com`
        const one = bundleFor({ names: [own] })
        return targetAt(made, module, { ...place, domain: own }).write(one)
      }),
    ])
    const changes = callsOf(made, ...actions)
    expect(changes.map(({ code }) => code)).toEqual([undefined, undefined, undefined])
    expect(made.alibaba.jobs.map(({ status }) => status)).toEqual(Array(3).fill('Succeeded'))
  })

  it('one that another has begun is waited for', async () => {
    const made = await account(product, {
      faults: ({ action, earlier }) =>
        actions.includes(action) && earlier < 3
          ? { kind: 'refuse', status: 409, code: busy }
          : undefined,
    })
    await targetAt(made, await targetModule(name), place).write(bundle)
    expect(heldAt(made.alibaba, ({ resource }) => resource === 'l-1')).toBe(fingerprintOf(bundle))
    expect(callsOf(made, ...actions).filter(({ code }) => code === busy)).toHaveLength(3)
  })
})

describe.each(products)(
  'pitfall 12: a listener has more certificates than one, chosen by SNI ($name)',
  (product) => {
    const { name, place, actions } = product
    const [add, , remove] = actions

    it('the new one is there before the old one goes, and all others stay', async () => {
      const made = await account(product)
      const before = placesOf(made)
      const www = targetAt(made, await targetModule(name), { ...place, domain })
      await www.write(bundle)
      await www.write(renewed)
      const changes = callsOf(made, ...actions, 'UpdateAdditionalCertificateWithListener')
      // GA has one place a domain, and changes what is in it.
      const inPlace = [add, 'UpdateAdditionalCertificateWithListener']
      expect(changes.map(({ action }) => action)).toEqual(
        name === 'alibaba-ga' ? inPlace : [add, add, remove],
      )
      expect(placesOf(made)).toEqual(expect.arrayContaining(before))
      expect(placesOf(made)).toHaveLength(before.length + 1)
    })

    it('the default is changed alone', async () => {
      const made = await account(product)
      const before = placesOf(made).filter(([resource]) => resource !== 'l-1')
      await targetAt(made, await targetModule(name), place).write(bundle)
      expect(placesOf(made).filter(([resource]) => resource !== 'l-1')).toEqual(before)
    })
  },
)

describe('pitfall 23: a resource group wants a right of its own', () => {
  it('CLB is told of none, and a key without that right uploads all the same', async () => {
    const module = await targetModule('alibaba-clb')
    const values = { 'load-balancer': 'lb-1' }
    const seed = { slb: { balancers: [{ id: 'lb-1', listeners: [{ certificate: byDefault }] }] } }
    const made = await emulatedAccount({ seed })
    const allow = permissionsWith(module.target.permissions, values).map((one) =>
      one.action === 'slb:UploadServerCertificate'
        ? { ...one, resource: 'acs:slb:*:*:certificate/*' }
        : one,
    )
    const key = made.alibaba.addAccount({ allow })
    const own = {
      ...made.values,
      'access-key-id': key.accessKeyId,
      'access-key-secret': key.accessKeySecret,
    }
    await module.create({ ...own, ...values }, made.context).write(bundle)
    const [upload] = callsOf(made, 'UploadServerCertificate')
    expect(upload).toMatchObject({ status: 200 })
    expect(upload?.parameters).not.toHaveProperty('ResourceGroupId')
  })
})
