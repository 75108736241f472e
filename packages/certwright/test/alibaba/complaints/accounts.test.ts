import { describe, expect, it } from 'vitest'
import { purposes } from '../../../src/cloud/alibaba/policy.ts'
import { permissionsWith } from '../../../src/deploy/permission.ts'
import { cloudWorld, parsed } from '../world.ts'

const zone = 'example.test'
const domain = `cdn.${zone}`
const cdn = `alibaba-cdn:domain=${domain}`
const seed = { cdn: { domains: [{ domain }] } }

describe('complaint 12: temporary credentials and roles are not taken (acme.sh#6118)', () => {
  it('a key of STS works with its token, for DNS and for targets (certbot-dns-aliyun#22)', async () => {
    const { order, installing, alibaba } = await cloudWorld({
      seed,
      key: { securityToken: 'CAIS-the-token' },
    })
    const { code, stdout, stderr } = await order([domain], [...installing(cdn), '--trace'])
    expect(code).toBe(0)
    expect(stdout + stderr).not.toContain('CAIS-the-token')
    expect(alibaba.calls.every(({ accessKeyId }) => accessKeyId?.startsWith('STS.'))).toBe(true)
  })

  it('a role is assumed, once, where one is named (acme.sh#4333, lego#1454)', async () => {
    const role = 'acs:ram::1000000000000001:role/certwright'
    const { order, dnsOptions, installing, alibaba } = await cloudWorld({
      seed: { ...seed, sts: { roles: [{ arn: role }] } },
    })
    const { code } = await order(
      [domain],
      [...dnsOptions, '--dns-option', `role-arn=${role}`, ...installing(`${cdn},role-arn=${role}`)],
    )
    expect(code).toBe(0)
    const byRole = alibaba.calls.filter(({ action }) => action !== 'AssumeRole')
    expect(byRole.every(({ accessKeyId }) => accessKeyId?.startsWith('STS.'))).toBe(true)
  })

  it('a token that has ended is told as a key that is refused, at once', async () => {
    const { order, alibaba } = await cloudWorld({
      seed,
      key: { securityToken: 'ended', expiresAt: Date.now() - 1000 },
    })
    const { code, stderr } = await order([domain])
    expect(stderr).toContain('InvalidSecurityToken.Expired')
    expect(code).toBe(1)
    // Once to look before, once to publish, and once to see that nothing was left published.
    const tries = alibaba.calls.filter(({ action }) => action === 'DescribeDomains')
    expect(tries.length).toBeLessThanOrEqual(3)
  })
})

describe('complaint 13: nobody knows which rights are enough (certbot-dns-aliyun#16)', () => {
  const dns = permissionsWith(purposes.dns, { zone })

  it('what the policy allows is enough for an order (certimate#173)', async () => {
    const { order, installing, run, alibaba, at } = await cloudWorld({ seed })
    const { stdout } = await run(['policy', 'alibaba', '--for', cdn, '--for', `dns:zone=${zone}`])
    const { Statement: statements } = parsed(stdout) as {
      readonly Statement: ReadonlyArray<{ readonly Action: string[]; readonly Resource: string[] }>
    }
    const allow = statements.flatMap(({ Action, Resource }) =>
      Action.flatMap((action) => Resource.map((resource) => ({ action, resource }))),
    )
    const { accessKeyId, accessKeySecret } = alibaba.addAccount({ allow })
    const own = [`access-key-id=${accessKeyId}`, `access-key-secret=${accessKeySecret}`]
    expect(at(cdn)).toContain(alibaba.endpoint)
    const { code, stderr } = await order(
      [domain],
      [...own.flatMap((one) => ['--dns-option', one]), ...installing([cdn, ...own].join(','))],
    )
    expect(stderr).not.toContain('missing')
    expect(code).toBe(0)
  })

  it('a key that may not list zones is told one, and then needs to list none (acme.sh#1898)', async () => {
    const allow = dns.filter(({ resource }) => resource !== 'acs:alidns:*:*:*')
    const { order, alibaba } = await cloudWorld({ key: { allow } })
    const listing = await order([domain])
    expect(listing.stderr).toMatch(/RAM action alidns:DescribeDomains is missing/)
    expect(listing.code).toBe(1)
    const before = alibaba.calls.length
    const { code } = await order([`www.${zone}`], ['--dns-option', `zone=${zone}`])
    expect(code).toBe(0)
    const asked = alibaba.calls.slice(before).map(({ action }) => action)
    expect(asked).not.toContain('DescribeDomains')
  })

  it('of two zones the one that is not allowed is named, with the action (aliyun-ddns#47)', async () => {
    const { order } = await cloudWorld({ zones: [zone, 'example.net'], key: { allow: dns } })
    const { code, stderr } = await order([domain, 'www.example.net'])
    expect(stderr).toMatch(/RAM action alidns:\w+ is missing/)
    expect(code).toBe(1)
    expect((await order([domain])).code).toBe(0)
  })
})
