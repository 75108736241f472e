import { describe, expect, it, onTestFinished } from 'vitest'
import * as module from '../../../src/deploy/targets/alibaba-acr.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { bundleFor } from './account.ts'
import { discoveredAt, scriptedAccount, scriptedWorld, targetAt, type Script } from './scripted.ts'

/** The certificate of each module's domain, e.g. of `Registry registry.example.com`. */
type Domains = Map<string, string>

const domain = 'registry.example.com'
const values = { instance: 'cri-1', domain }
const newDomains = (): Domains =>
  new Map([
    [`Registry ${domain}`, '7'],
    [`Chart ${domain}`, '8'],
    ['Registry vpc.example.com', '9'],
  ])

describe('alibaba-acr: a domain', () => {
  deployTargetSuite({
    test: it,
    async world() {
      const domains = newDomains()
      return scriptedWorld({
        module,
        values,
        names: [domain],
        script: script(domains),
        held: () => domains.get(`Registry ${domain}`),
        others: () => domains.get(`Chart ${domain}`),
      })
    },
  })
})

describe('alibaba-acr', () => {
  const account = async (domains = newDomains(), more: Script = {}) => {
    const made = await scriptedAccount({ ...script(domains), ...more })
    onTestFinished(async () => made.alibaba.close())
    return made
  }

  it('refuses a module that there is not', () => {
    const context = { host: undefined as never, env: {} }
    expect(() => module.create({ ...values, module: 'chart' }, context)).toThrow(
      expect.objectContaining({
        code: 'TARGET_OPTION_NOT_CONFORM',
        params: { target: 'alibaba-acr', option: 'module', expected: 'Registry | Chart' },
      }),
    )
  })

  it('gives the number of the certificate and the region of its store', async () => {
    const domains = newDomains()
    const made = await account(domains)
    const target = targetAt(made, module, { ...values, module: 'Chart', site: 'international' })
    await target.write(bundleFor({ names: [domain] }))
    const [stored] = made.alibaba.certificates.all
    const change = made.asked.find(({ action }) => action === 'UpdateInstanceCustomizedDomain')
    expect(change?.parameters).toEqual({
      InstanceId: 'cri-1',
      ModuleName: 'Chart',
      Domain: domain,
      CertId: String(stored?.id),
      CertRegionId: 'ap-southeast-1',
    })
    expect(domains.get(`Registry ${domain}`)).toBe('7')
  })

  it.each([
    { IsSuccess: false, Code: 'CERT_NOT_MATCH' },
    { Code: 'CERT_NOT_MATCH', Message: 'No.' },
  ])('takes an error inside HTTP 200 as one: %j', async (reply) => {
    const made = await account(newDomains(), { UpdateInstanceCustomizedDomain: () => reply })
    const target = targetAt(made, module, values)
    await expect(target.write(bundleFor({ names: [domain] }))).rejects.toMatchObject({
      code: 'ALIBABA_REFUSED',
      params: { code: 'CERT_NOT_MATCH' },
    })
  })

  it('shakes hands with a domain of the internet alone', async () => {
    const made = await account()
    expect(await targetAt(made, module, values).endpoints?.()).toEqual([
      { host: domain, port: 443, servername: domain },
    ])
    const inner = targetAt(made, module, { ...values, domain: 'vpc.example.com' })
    expect(await inner.endpoints?.()).toEqual([])
  })

  it('is discovered, but for the product’s own domains', async () => {
    const made = await account()
    expect(await discoveredAt(made, module)).toMatchObject([
      {
        target: `alibaba-acr:instance=cri-1,domain=${domain}`,
        product: 'CR',
        resource: `cri-1/${domain}`,
        installed: { reference: '7' },
      },
      {
        target: `alibaba-acr:instance=cri-1,domain=${domain},module=Chart`,
        installed: { reference: '8' },
      },
    ])
  })
})

function script(domains: Domains): Script {
  const done = { IsSuccess: true, Code: 'success' }
  return {
    GetInstanceCustomizedDomain({ parameters }) {
      const { ModuleName, Domain = '' } = parameters
      const EndpointType = Domain.startsWith('vpc.') ? 'vpc' : 'internet'
      return { ...done, Domain, EndpointType, CertId: domains.get(`${ModuleName} ${Domain}`) }
    },
    UpdateInstanceCustomizedDomain({ parameters }) {
      const { ModuleName, Domain, CertId = '' } = parameters
      domains.set(`${ModuleName} ${Domain}`, CertId)
      return done
    },
    ListInstance: () => ({ ...done, Instances: [{ InstanceId: 'cri-1' }], TotalCount: 1 }),
    GetInstanceEndpoint: () => ({
      ...done,
      Domains: [
        { Domain: 'cri-1-registry.cn-hangzhou.cr.example.net', Type: 'SYSTEM' },
        { Domain: domain, Type: 'USER' },
      ],
    }),
  }
}
