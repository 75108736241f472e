import { describe, expect, it } from 'vitest'
import { alibabaClient } from '../../../src/cloud/alibaba/client.ts'
import { isRetryable } from '../../../src/cloud/alibaba/refusal.ts'
import { targetModule } from '../../../src/deploy/targets/registry.ts'
import { leapingHost } from '../../dns/world.ts'
import { accountOf, emulated } from '../../cloud/alibaba/emulator.ts'
import { accountAt, localApi } from '../../cloud/alibaba/local-api.ts'
import { bundleFor, seeded } from '../../deploy/targets/account.ts'
import {
  callsOf,
  discoveredAt,
  emulatedAccount,
  targetAt,
} from '../../deploy/targets/emulated-world.ts'
import { cloudWorld } from '../world.ts'

const errorFrom = async (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('pitfall 15: every API has a rate', () => {
  it.each([
    ['alidns', 'DescribeDomains', 20],
    ['cdn', 'DescribeUserDomains', 30],
    ['cas', 'ListUserCertificateOrder', 10],
  ] as const)(
    '%s is asked %s less than %i times a second, however many ask',
    async (name, action, most) => {
      const { alibaba, account, host } = await emulated()
      const clients = [1, 2, 3].map(() => alibabaClient(name, account, host))
      for (let i = 0; i < most; i += 1) {
        for (const client of clients) await client.rpc(action)
      }
      expect(alibaba.calls).toHaveLength(3 * most)
      expect(alibaba.calls.flatMap(({ code }) => code ?? [])).toEqual([])
    },
  )

  it('a call that is throttled all the same is tried again after growing pauses, never two alike', async () => {
    const { alibaba, account } = await emulated()
    const pauses = async (chance: number): Promise<readonly number[]> => {
      const host = { ...leapingHost(Date.now()), random: () => chance }
      alibaba.throttle('ListLoadBalancers', 4)
      await alibabaClient('alb', account, host).rpc('ListLoadBalancers')
      return host.waits
    }
    const [early, late] = [await pauses(0), await pauses(1)]
    expect(early).toHaveLength(4)
    expect(early).toEqual(early.toSorted((a, b) => a - b))
    expect(early[3]).toBeGreaterThan(early[0] ?? 0)
    expect(early.map((ms, i) => ms < (late[i] ?? 0))).toEqual(Array(4).fill(true))
  })
})

describe('pitfall 16: the API repeats private keys, and a URL is written down', () => {
  const domain = 'api.example.com'
  const bundle = bundleFor({ names: [domain] })
  const certificate = { name: 'theirs', ...seeded(bundle) }
  const groups = [{ id: 'g1', name: 'one', domains: [{ domain, certificate }] }]

  it('a gateway, which gives the key back, is read without it', async () => {
    const made = await emulatedAccount({ seed: { cloudapi: { groups } } })
    const gateway = await targetModule('alibaba-api-gateway')
    const target = targetAt(made, gateway, { domain })
    const shown = JSON.stringify([await target.read(), await discoveredAt(made, gateway)])
    expect(shown).toContain(domain)
    expect(shown).not.toMatch(/PRIVATE|BEGIN/)
  })

  it('the store is never asked for a key', async () => {
    const listeners = [{ id: 'l-1' }]
    const { order, run, installing, alibaba } = await cloudWorld({
      seed: { alb: { balancers: [{ id: 'lb-1', listeners }] } },
    })
    // Both what a listener refers to and what may be deleted are looked at there.
    const ordered = await order(['www.example.test'], installing('alibaba-alb:listener=l-1'))
    expect(ordered.code).toBe(0)
    expect((await run(['renew', 'www.example.test', '--force'])).code).toBe(0)
    await run(['discover', 'alibaba', '--account-option', `endpoint=${alibaba.endpoint}`])
    const details = alibaba.calls.filter(({ action }) => action === 'GetUserCertificateDetail')
    expect(details.length).toBeGreaterThan(0)
    for (const { parameters } of details) expect(parameters['CertFilter']).toBe('true')
  })

  it('no key stands in a URL, nor in what is traced', async () => {
    const { order, installing, alibaba } = await cloudWorld({
      seed: {
        cdn: { domains: [{ domain: 'cdn.example.test' }] },
        cloudapi: {
          groups: [{ id: 'g1', name: 'one', domains: [{ domain: 'api.example.test' }] }],
        },
      },
    })
    const targets = installing(
      'alibaba-cdn:domain=cdn.example.test,upload=direct',
      'alibaba-api-gateway:domain=api.example.test',
    )
    const done = await order(['cdn.example.test', 'api.example.test'], [...targets, '--trace'])
    expect(done.code).toBe(0)
    expect(alibaba.calls.filter(({ secretInUrl }) => secretInUrl)).toEqual([])
    const said = done.stdout + done.stderr
    expect(said).not.toContain('PRIVATE KEY')
    expect(said).not.toContain(alibaba.accessKeySecret)
  })
})

describe('pitfall 20: Forbidden.RAM does not say what is missing', () => {
  it('the action that the reply names is named, and how to allow it', async () => {
    const AccessDeniedDetail = { AuthAction: 'yundun-cert:SomethingElse' }
    const api = await localApi(() => ({
      status: 403,
      body: { Code: 'Forbidden.RAM', Message: 'no', RequestId: 'R-1', AccessDeniedDetail },
    }))
    const client = alibabaClient('cas', accountAt(api.endpoint), leapingHost())
    const error = await errorFrom(client.rpc('UploadUserCertificate'))
    expect(error).toMatchObject({
      code: 'ALIBABA_FORBIDDEN',
      params: { ramAction: 'yundun-cert:SomethingElse' },
    })
    expect(isRetryable(error)).toBe(false)
  })

  it('the command says it, and goes on elsewhere', async () => {
    const { order, installing, alibaba } = await cloudWorld({
      seed: {
        cdn: { domains: [{ domain: 'a.example.test' }] },
        dcdn: { domains: [{ domain: 'a.example.test' }] },
      },
    })
    alibaba.deny('cdn:SetCdnDomainSSLCertificate')
    const both = installing(
      'alibaba-cdn:domain=a.example.test',
      'alibaba-dcdn:domain=a.example.test',
    )
    const { code, stderr, stdout } = await order(['a.example.test'], both)
    expect(stderr).toMatch(/RAM action cdn:SetCdnDomainSSLCertificate is missing/)
    expect(stderr).toMatch(/Allow cdn:SetCdnDomainSSLCertificate in a RAM policy/)
    expect(stdout).toContain('installed: alibaba-dcdn:domain=a.example.test')
    expect(code).toBe(1)
  })
})

describe('pitfall 21: a clock that is wrong makes signatures wrong', () => {
  it.each([
    ['ahead', 3600],
    ['behind', -3600],
  ])('a clock an hour %s is named as the reason, by the Date of the reply', async (_, seconds) => {
    const served = leapingHost(Date.now())
    const { alibaba } = await emulated({ clock: served })
    const client = alibabaClient(
      'alidns',
      accountOf(alibaba, alibaba),
      leapingHost(Date.now() + seconds * 1000),
    )
    const error = await errorFrom(client.rpc('DescribeDomains'))
    expect(error).toMatchObject({ code: 'ALIBABA_CLOCK_SKEW' })
    const { params } = error as { readonly params: { readonly seconds: number } }
    expect(Math.abs(params.seconds - seconds)).toBeLessThan(60)
  })

  it('a clock that is right is not suspected of a wrong secret', async () => {
    const { alibaba, host } = await emulated()
    const wrong = { accessKeyId: alibaba.accessKeyId, accessKeySecret: 'wrong' }
    const client = alibabaClient('alidns', accountOf(alibaba, wrong), host)
    expect(await errorFrom(client.rpc('DescribeDomains'))).toMatchObject({
      code: 'ALIBABA_KEY_REFUSED',
    })
    expect(callsOf({ alibaba } as never, 'DescribeDomains')).toHaveLength(1)
  })
})
