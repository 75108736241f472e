import { describe, expect, it } from 'vitest'
import { alibabaAccount } from '../../../src/cloud/alibaba/account-options.ts'
import { alibabaClient } from '../../../src/cloud/alibaba/client.ts'
import { targetModule } from '../../../src/deploy/targets/registry.ts'
import type { Host } from '../../../src/runtime/host.ts'
import { leapingHost } from '../../dns/world.ts'
import { bundleFor, seeded } from '../../deploy/targets/account.ts'
import { emulatedAccount, heldAt, targetAt } from '../../deploy/targets/emulated-world.ts'

const key = { 'access-key-id': 'id', 'access-key-secret': 'secret' }

/** A network in which every host refuses everything, and that remembers which were asked. */
function hosts(): { readonly host: Host; readonly asked: Set<string> } {
  const asked = new Set<string>()
  const fetch: typeof globalThis.fetch = async (input) => {
    asked.add(new URL(input instanceof Request ? input.url : input).host)
    const body = { Code: 'Refused', Message: 'no', RequestId: 'R-1' }
    return Response.json(body, { status: 400 })
  }
  return { host: { ...leapingHost(), fetch }, asked }
}

async function asking(
  name: string,
  values: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const { host, asked } = hosts()
  const { create } = await targetModule(name)
  const target = create({ ...key, ...values }, { host, env: {} })
  const bundle = bundleFor({ names: ['www.example.com'] })
  await target.read().catch(() => undefined)
  await target.write(bundle).catch(() => undefined)
  return [...asked].toSorted()
}

describe('complaint 5: the region that is right for one product is wrong for another (certimate#318)', () => {
  it.each([
    ['alibaba-alb', { listener: 'l-1', region: 'cn-qingdao' }, ['alb.cn-qingdao', 'cas']],
    [
      'alibaba-waf',
      { domain: 'www.example.com', region: 'cn-qingdao' },
      ['wafopenapi.cn-hangzhou'],
    ],
    ['alibaba-ga', { listener: 'l-1', region: 'eu-central-1' }, ['cas', 'ga.cn-hangzhou']],
    ['alibaba-fc', { domain: 'www.example.com', region: 'cn-qingdao' }, ['fcv3.cn-qingdao']],
    ['alibaba-cdn', { domain: 'www.example.com', region: 'eu-central-1' }, ['cdn']],
    ['alibaba-ddos', { domain: 'www.example.com', region: 'cn-beijing' }, ['ddoscoo.cn-hangzhou']],
  ])('%s with %j asks %j and the store of the site (certd#486)', async (name, values, expected) => {
    const asked = await asking(name, values)
    expect(asked.filter((one) => one !== 'cas.aliyuncs.com')).toEqual(
      expected.filter((one) => one !== 'cas').map((one) => `${one}.aliyuncs.com`),
    )
    for (const one of asked) expect(one).not.toMatch(/^cas\.cn-/)
  })

  it.each([
    ['cn-qingdao', 'cn-hangzhou'],
    ['cn-hongkong', 'ap-southeast-1'],
    ['eu-central-1', 'ap-southeast-1'],
  ] as const)('a place in %s is asked of the WAF instance in %s', async (region, regionId) => {
    const [domain, certificate] = ['www.example.com', seeded(bundleFor({ names: ['x.test'] }))]
    const made = await emulatedAccount({
      seed: { wafopenapi: { regionId, domains: [{ domain, certificate }] } },
    })
    const values = { domain, region }
    await targetAt(made, await targetModule('alibaba-waf'), values).write(
      bundleFor({ names: [domain] }),
    )
    const told = made.alibaba.calls.filter(({ product }) => product === 'wafopenapi')
    expect(told.flatMap(({ code }) => code ?? [])).toEqual([])
    expect(new Set(told.map(({ parameters }) => parameters['RegionId']))).toEqual(
      new Set([regionId]),
    )
  })

  it('a region that is none is refused, and one where the product is not is told as that (certimate#686)', async () => {
    const context = { host: leapingHost(), env: {} }
    for (const region of ['qingdao', 'cn', 'evil.example/', 'CN-HANGZHOU']) {
      expect(() => alibabaAccount({ ...key, region }, context)).toThrow(
        expect.objectContaining({ code: 'ALIBABA_OPTION_NOT_CONFORM' }),
      )
    }
    const host = leapingHost()
    const fetch: typeof globalThis.fetch = async () => {
      const cause = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' })
      throw new TypeError('fetch failed', { cause })
    }
    const account = alibabaAccount({ ...key, region: 'cn-nowhere' }, context)
    const error: unknown = await alibabaClient('alb', account, { ...host, fetch })
      .rpc('ListListeners')
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'ALIBABA_UNREACHABLE',
      params: { host: 'alb.cn-nowhere.aliyuncs.com' },
      hint: expect.stringContaining('region') as string,
    })
    expect(host.waits).toEqual([])
  })
})

describe('complaint 17: an account of the international site is served as if it were Chinese (dnsmgr#243)', () => {
  it.each([
    ['alibaba-esa', { 'site-name': 'example.com' }, ['esa.ap-southeast-1']],
    ['alibaba-cas', {}, ['cas.ap-southeast-1']],
    ['alibaba-cdn', { domain: 'www.example.com' }, ['cdn.ap-southeast-1']],
    ['alibaba-alb', { listener: 'l-1' }, ['alb.ap-southeast-1', 'cas.ap-southeast-1']],
    [
      'alibaba-waf',
      { domain: 'www.example.com' },
      ['cas.ap-southeast-1', 'wafopenapi.ap-southeast-1'],
    ],
  ])('%s is asked outside China', async (name, values, expected) => {
    const asked = await asking(name, { ...values, site: 'international' })
    expect(asked).toEqual(expected.map((one) => `${one}.aliyuncs.com`))
  })

  it('a certificate is uploaded where the products of the site find it (dnsmgr#249)', async () => {
    const domain = 'www.example.com'
    const byDefault = seeded(bundleFor({ names: ['d.example.com'] }))
    const listeners = [{ id: 'l-1', certificate: byDefault }]
    const made = await emulatedAccount({
      site: 'international',
      seed: { alb: { balancers: [{ id: 'lb-1', listeners }] } },
    })
    const target = targetAt(made, await targetModule('alibaba-alb'), {
      listener: 'l-1',
      site: 'international',
    })
    await target.write(bundleFor({ names: [domain] }))
    expect(await target.read()).toMatchObject({
      reference: expect.stringMatching(/^\d+-ap-southeast-1$/) as string,
    })
    expect(heldAt(made.alibaba, ({ resource }) => resource === 'l-1')).toBeDefined()
  })
})
