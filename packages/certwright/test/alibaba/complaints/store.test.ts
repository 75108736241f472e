import { describe, expect, it } from 'vitest'
import { installVersion } from '../../../src/deploy/install.ts'
import { targetModule, targets } from '../../../src/deploy/targets/registry.ts'
import { verifyInstallation } from '../../../src/deploy/verify-installation.ts'
import { bundleFor, fingerprintOf, seeded, type TestAccount } from '../../deploy/targets/account.ts'
import { emulatedAccount, targetAt } from '../../deploy/targets/emulated-world.ts'
import { day } from '../../x509/issued.ts'

const names = ['*.example.com']
const theirs = { name: 'theirs', ...seeded(bundleFor({ names: ['old.example.com'] })) }
const expired = (name: string) => ({
  name,
  ...seeded(bundleFor({ names: ['www.example.com'], renewal: -1 })),
})

describe('complaint 1: ESA is full of old certificates, or loses the wrong one (certd#609)', () => {
  const siteOf = ({ alibaba }: TestAccount) => alibaba.state.esa.sites.get(1)
  const at = async (quota: number, certificates = [theirs]) => {
    const sites = [{ id: 1, name: 'example.com', quota, certificates }]
    const made = await emulatedAccount({ seed: { esa: { sites } } })
    const values = { 'site-name': 'example.com' }
    return { made, target: targetAt(made, await targetModule('alibaba-esa'), values) }
  }

  it('renewals take one place of the quota, and no other certificate is touched (certd#713)', async () => {
    const { made, target } = await at(2)
    for (const renewal of [0, 1, 2, 3]) {
      const bundle = bundleFor({ names, renewal })
      await target.write(bundle)
      expect(siteOf(made)?.certificates).toHaveLength(2)
      expect(siteOf(made)?.certificates[0]?.name).toBe('theirs')
      expect(siteOf(made)?.certificates[1]?.served.certificate.sha256).toBe(fingerprintOf(bundle))
    }
  })

  it('a site without room says so, instead of making room (certimate#1340)', async () => {
    const { made, target } = await at(1)
    await expect(target.write(bundleFor({ names }))).rejects.toMatchObject({
      code: 'TARGET_QUOTA',
      params: { resource: 'example.com' },
    })
    expect(siteOf(made)?.certificates).toHaveLength(1)
  })

  it('expired ones of ours go, and nobody else’s (certimate#1302)', async () => {
    const ours = expired('certwright_0123456789abcdef')
    const { made, target } = await at(4, [theirs, expired('by hand'), ours])
    const bundle = bundleFor({ names, renewal: 1 })
    await target.write(bundle)
    expect(await target.prune?.(bundle)).toEqual([expect.stringContaining(ours.name)])
    expect(
      siteOf(made)
        ?.certificates.map(({ name }) => name)
        .slice(0, 2),
    ).toEqual(['theirs', 'by hand'])
  })
})

describe('complaint 2: certificates pile up in the store (certd#700)', () => {
  it('after a year of renewals there is one, and what others uploaded', async () => {
    const domains = ['a', 'b'].map((label) => ({ domain: `${label}.example.com` }))
    const made = await emulatedAccount({
      seed: {
        cas: { certificates: [theirs] },
        cdn: { domains },
        dcdn: { domains },
        slb: { balancers: [{ id: 'lb-1', listeners: [{ certificate: theirs }] }] },
      },
    })
    const places = [
      ['alibaba-cdn', { domain: 'all' }],
      ['alibaba-dcdn', { domain: 'all', upload: 'direct' }],
      ['alibaba-clb', { 'load-balancer': 'lb-1' }],
    ] as const
    for (const renewal of [0, 1, 2, 3, 4, 5, 6]) {
      const bundle = bundleFor({ names, renewal })
      const written = []
      for (const [name, values] of places) {
        const target = targetAt(made, await targetModule(name), values)
        const { host } = made
        expect(await installVersion({ target, bundle, host, endpoints: [] })).toMatchObject({
          current: true,
        })
        written.push(target)
      }
      // CLB says at once what it is to serve, and serves it by and by.
      for (let i = 0; i < 3; i += 1) made.alibaba.installations.look('SLB', 'lb-1:443')
      for (const target of written) await target.prune?.(bundle)
      made.advance(59 * day)
    }
    const last = made.host.now() - 59 * day
    const ours = made.alibaba.certificates.all.filter(({ name }) => name !== 'theirs')
    expect(ours).toHaveLength(1)
    expect(ours[0]?.certificate.names).toEqual(names)
    expect(ours[0]?.certificate.notAfter).toBeGreaterThan(last)
    expect([...made.alibaba.state.slb.certificates.values()]).toHaveLength(2)
    expect(made.alibaba.certificates.named('theirs')).toBeDefined()
  })

  it('what a product keeps there of PEM that it was given goes too', async () => {
    const domains = [{ domain: 'a.example.com' }]
    const made = await emulatedAccount({
      seed: { cas: { certificates: [theirs] }, dcdn: { domains } },
    })
    const values = { domain: 'all', upload: 'direct' }
    const target = targetAt(made, await targetModule('alibaba-dcdn'), values)
    for (const renewal of [0, 1, 2]) {
      const bundle = bundleFor({ names, renewal })
      await installVersion({ target, bundle, host: made.host, endpoints: [] })
      made.advance(59 * day)
      await target.prune?.(bundle)
    }
    expect(made.alibaba.certificates.all.map(({ name }) => name).toSorted()).toEqual([
      expect.stringMatching(/^certwright_/),
      'theirs',
    ])
  })
})

describe('complaint 11: deployment jobs cost quota, want contacts, and are polled for ever (certd#275)', () => {
  it('no product is asked for a deployment job (certd#233)', async () => {
    for (const load of Object.values(targets)) {
      const { target } = await load()
      for (const { action } of target.permissions) expect(action).not.toMatch(/Deployment|Contact/)
    }
  })

  it('a change that never takes effect ends, and is told as not proven (certimate#265)', async () => {
    const domain = 'www.example.com'
    const made = await emulatedAccount({
      seed: { cdn: { domains: [{ domain }] } },
      delay: { looks: Number.MAX_SAFE_INTEGER },
    })
    const target = targetAt(made, await targetModule('alibaba-cdn'), { domain })
    const { host } = made
    const begin = host.now()
    const bundle = bundleFor({ names: [domain] })
    const done = await installVersion({ target, bundle, host, endpoints: [] })
    expect(verifyInstallation(done, host.now()).proven).toBe(false)
    expect(host.now() - begin).toBeLessThan(20 * 60_000)
  })

  it('a job that never ends does so too', async () => {
    const listeners = [{ id: 'lsn-1', certificate: theirs }]
    const made = await emulatedAccount({
      seed: { alb: { balancers: [{ id: 'lb-1', listeners }] } },
      delay: { looks: Number.MAX_SAFE_INTEGER },
    })
    const target = targetAt(made, await targetModule('alibaba-alb'), { listener: 'lsn-1' })
    await expect(target.write(bundleFor({ names }))).rejects.toMatchObject({
      code: 'ACME_DEADLINE',
    })
  })
})
