import { describe, expect, it } from 'vitest'
import { bundleFor } from '../../deploy/targets/account.ts'
import { targetModule } from '../../../src/deploy/targets/registry.ts'
import { callsOf, emulatedAccount, shownBy, targetAt } from '../../deploy/targets/emulated-world.ts'
import { cloudWorld, parsed } from '../world.ts'

const zone = 'example.test'

describe('complaint 9: a wildcard domain of CDN is not found (certimate#80)', () => {
  it.each([`*.${zone}`, `.${zone}`])(
    'as %s it is, and serves what is below (acme.sh#1466)',
    async (domain) => {
      const { order, installing, alibaba } = await cloudWorld({
        seed: { cdn: { domains: [{ domain: `.${zone}` }] } },
      })
      const targets = installing(`alibaba-cdn:domain=${domain}`)
      const { code, stdout } = await order([`*.${zone}`], [...targets, '--json'])
      expect(parsed(stdout)).toMatchObject({ installed: [{ says: 'current', served: true }] })
      expect(code).toBe(0)
      expect(await shownBy(alibaba, `anything.${zone}`)).toBeDefined()
    },
  )
})

describe('complaint 10: CDN wants more than the number of a certificate (certd#372)', () => {
  it.each([
    ['cdn', 'SetCdnDomainSSLCertificate'],
    ['dcdn', 'SetDcdnDomainSSLCertificate'],
    ['vod', 'SetVodDomainSSLCertificate'],
  ])(
    '%s is told the name and the region too, and no PEM (certd#632, certimate#885)',
    async (product, action) => {
      const domain = 'www.example.com'
      const made = await emulatedAccount({ seed: { [product]: { domains: [{ domain }] } } })
      await targetAt(made, await targetModule(`alibaba-${product}`), { domain }).write(
        bundleFor({ names: [domain] }),
      )
      const [stored] = made.alibaba.certificates.all
      expect(callsOf(made, action)).toMatchObject([
        {
          status: 200,
          parameters: {
            CertType: 'cas',
            CertId: String(stored?.id),
            CertName: stored?.name,
            CertRegion: 'cn-hangzhou',
          },
        },
      ])
      expect(callsOf(made, action)[0]?.parameters).not.toHaveProperty('SSLPri')
    },
  )
})

describe('complaint 14: one of several domains fails, and nobody hears of it (acme.sh#6679)', () => {
  it('it is named with its reason, the others are done, and the command fails (acme.sh#6713)', async () => {
    const domains = ['a', 'b', 'c'].map((label) => `${label}.${zone}`)
    const world = await cloudWorld({
      seed: { cdn: { domains: domains.map((domain) => ({ domain })) } },
      faults: ({ action, parameters }) =>
        action === 'SetCdnDomainSSLCertificate' && parameters['DomainName'] === domains[0]
          ? { kind: 'refuse', code: 'DomainInSafeMode', status: 400 }
          : undefined,
    })
    const places = domains.map((domain) => `alibaba-cdn:domain=${domain}`)
    const { code, stdout, stderr } = await world.order(domains, world.installing(...places))
    expect(code).toBe(1)
    expect(stderr).toMatch(/alibaba-cdn:domain=a\.example\.test.*not installed\n.*DomainInSafeMode/)
    expect(stdout.match(/ {2}installed: /g)).toHaveLength(2)
    expect(await shownBy(world.alibaba, domains[2] ?? '')).toBeDefined()
    expect((await world.run(['verify'])).code).toBe(2)
  })
})
