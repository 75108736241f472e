import { describe, expect, it } from 'vitest'
import { targetModule } from '../../../src/deploy/targets/registry.ts'
import { bundleFor } from '../../deploy/targets/account.ts'
import { callsOf, emulatedAccount, targetAt } from '../../deploy/targets/emulated-world.ts'
import { cloudWorld, parsed } from '../world.ts'

const domains = ['a.example.test', 'b.example.test', 'c.example.test']
const seed = { cdn: { domains: domains.map((domain) => ({ domain })) } }
const places = domains.map((domain) => `alibaba-cdn:domain=${domain}`)

describe('pitfall 18: of several places one may fail', () => {
  it('the others are done, the one is named with its reason, and the exit code is not 0', async () => {
    const { order, installing, run } = await cloudWorld({
      seed,
      faults: ({ action, parameters }) =>
        action === 'SetCdnDomainSSLCertificate' && parameters['DomainName'] === domains[1]
          ? { kind: 'refuse', code: 'Certificate.StatusError', status: 400 }
          : undefined,
    })
    const { code, stdout, stderr } = await order(domains, installing(...places))
    expect(stderr).toMatch(/alibaba-cdn:domain=b\.example\.test.*: not installed/)
    expect(stderr).toContain('Certificate.StatusError')
    for (const done of [domains[0], domains[2]]) {
      expect(stdout).toContain(`installed: alibaba-cdn:domain=${done}`)
    }
    expect(code).toBe(1)
    // It is tried again by the next run, which has nothing else to do.
    const again = await run(['renew', '--json'])
    expect(again.code).toBe(1)
    expect(again.stdout).toContain('Certificate.StatusError')
  })

  it('domains that one target stands for are told apart too', async () => {
    const { order, installing } = await cloudWorld({
      seed,
      faults: ({ action, parameters }) =>
        action === 'SetCdnDomainSSLCertificate' && parameters['DomainName'] === domains[1]
          ? { kind: 'refuse', code: 'Certificate.StatusError', status: 400 }
          : undefined,
    })
    const { code, stderr } = await order(domains, installing('alibaba-cdn:domain=all'))
    expect(stderr).toMatch(/1 of 3.*b\.example\.test: .*Certificate\.StatusError/s)
    expect(code).toBe(1)
  })
})

describe('pitfall 19: a certificate is revoked while it is still served', () => {
  it('revoke says first where it is installed', async () => {
    const { order, installing, run, events } = await cloudWorld({ seed })
    const [domain = '', place = ''] = [domains[0], places[0]]
    await order([domain], installing(place))
    const before = events.length
    const revoked = await run(['revoke', domain])
    expect(revoked.stderr).toMatch(/version 1 is still installed on alibaba-cdn:domain=a\./)
    expect(revoked.stdout).toContain('version 1 revoked')
    const then = events.slice(before)
    expect(then).toContain('revoke')
    expect(then.indexOf('DescribeDomainCertificateInfo')).toBeGreaterThanOrEqual(0)
    expect(then.indexOf('DescribeDomainCertificateInfo')).toBeLessThan(then.indexOf('revoke'))
    const again = await run(['revoke', domain, '--json'])
    expect(parsed(again.stdout)).toMatchObject({
      outcome: 'unchanged',
      installed: [{ domain, says: 'current', served: true }],
    })
  })

  it('and names no place once it is replaced there', async () => {
    const { order, installing, run } = await cloudWorld({ seed })
    const [domain = '', place = ''] = [domains[0], places[0]]
    await order([domain], installing(place))
    await run(['renew', domain, '--force'])
    const revoked = await run(['revoke', domain, '--version', '1', '--json'])
    expect(parsed(revoked.stdout)).toMatchObject({ outcome: 'revoked', installed: [] })
  })
})

describe('pitfall 25: a domain that is not proven to be yours takes no certificate', () => {
  const domain = 'static.example.com'
  const bundle = bundleFor({ names: [domain] })

  it('OSS says that ownership is to be proven, and we say by which record', async () => {
    const made = await emulatedAccount({
      seed: {
        oss: { verified: ['example.com'], buckets: [{ name: 'site', cnames: [{ domain }] }] },
      },
      faults: ({ action }) =>
        action === 'PutCname'
          ? { kind: 'refuse', code: 'NeedVerifyDomainOwnership', status: 403 }
          : undefined,
    })
    const target = targetAt(made, await targetModule('alibaba-oss'), { bucket: 'site', domain })
    await expect(target.write(bundle)).rejects.toMatchObject({
      code: 'TARGET_OWNERSHIP_NOT_PROVEN',
      params: { resource: domain, record: `_dnsauth.${domain}` },
    })
  })

  it('a domain that is not bound to the bucket is not bound on the way', async () => {
    const made = await emulatedAccount({ seed: { oss: { buckets: [{ name: 'site' }] } } })
    const target = targetAt(made, await targetModule('alibaba-oss'), { bucket: 'site', domain })
    await expect(target.write(bundle)).rejects.toMatchObject({ code: 'TARGET_RESOURCE_NOT_FOUND' })
    expect(callsOf(made, 'PutCname')).toEqual([])
  })

  it('a gateway whose domain does not lead to it takes none, and is not tried', async () => {
    const domains = [{ domain, bound: false }]
    const made = await emulatedAccount({
      seed: { cloudapi: { groups: [{ id: 'g1', name: 'one', domains }] } },
    })
    const target = targetAt(made, await targetModule('alibaba-api-gateway'), { domain })
    await expect(target.write(bundle)).rejects.toMatchObject({
      code: 'TARGET_RESOURCE_NOT_READY',
      params: { resource: domain, status: 'BOUND' },
    })
    expect(callsOf(made, 'SetDomainCertificate')).toEqual([])
  })
})
