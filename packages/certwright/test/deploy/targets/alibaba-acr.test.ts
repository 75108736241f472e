import type { AlibabaOptions } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import * as module from '../../../src/deploy/targets/alibaba-acr.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { bundleFor, fingerprintOf, seeded } from './account.ts'
import {
  callsOf,
  discoveredAt,
  emulatedAccount,
  emulatedWorld,
  heldAt,
  targetAt,
  policyIsTheLeast,
} from './emulated-world.ts'
import { withReplies } from './scripted.ts'

const domain = 'registry.example.com'
const values = { instance: 'cri-1', domain }
const bundle = bundleFor({ names: [domain] })
const certificate = { name: 'theirs', ...seeded(bundleFor({ names: ['*.example.com'] })) }
const registries = [
  {
    id: 'cri-1',
    domains: [
      { domain, certificate },
      { domain, module: 'Chart' as const, certificate },
      { domain: 'vpc.example.com', endpointType: 'vpc' as const, certificate },
    ],
  },
  { id: 'cri-2' },
]
const seed = { cr: { registries } }
const account = async (options: AlibabaOptions = {}) => emulatedAccount({ seed, ...options })

describe.each(['Registry', 'Chart'])('alibaba-acr: a domain of module %s', (name) => {
  deployTargetSuite({
    test: it,
    world: async () =>
      emulatedWorld({
        module,
        values: { ...values, module: name },
        names: [domain],
        // The emulator would serve one of two at the same name.
        seed: { cr: { registries: [{ id: 'cri-1', domains: only(name) }] } },
        isPlace: ({ resource }) => resource === `cri-1/${name}/${domain}`,
      }),
  })
})

function only(name: string) {
  const { domains = [] } = registries[0] ?? {}
  return domains.filter((one) => one.domain !== domain || (one.module ?? 'Registry') === name)
}

describe('alibaba-acr', () => {
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
    const made = await account({ site: 'international' })
    const chart = { ...values, module: 'Chart', site: 'international' }
    await targetAt(made, module, chart).write(bundle)
    const ours = made.alibaba.certificates.all.find(({ name }) => name !== 'theirs')
    expect(callsOf(made, 'UpdateInstanceCustomizedDomain')[0]?.parameters).toEqual({
      InstanceId: 'cri-1',
      ModuleName: 'Chart',
      Domain: domain,
      CertId: String(ours?.id),
      CertRegionId: 'ap-southeast-1',
    })
    const at = (name: string) =>
      heldAt(made.alibaba, ({ resource }) => resource === `cri-1/${name}/${domain}`)
    expect(at('Chart')).toBe(fingerprintOf(bundle))
    expect(at('Registry')).not.toBe(fingerprintOf(bundle))
  })

  it('says what the product says of a domain that is not there, though it says HTTP 200', async () => {
    const made = await account()
    const absent = targetAt(made, module, { ...values, domain: 'absent.example.com' })
    await expect(absent.read()).rejects.toMatchObject({
      code: 'ALIBABA_REFUSED',
      params: { code: 'DOMAIN_NOT_EXIST', status: 200 },
    })
  })

  it.each([
    { IsSuccess: false, Code: 'CERT_NOT_MATCH' },
    { Code: 'CERT_NOT_MATCH', Message: 'No.' },
  ])('takes an error inside HTTP 200 as one: %j', async (reply) => {
    const made = withReplies(await account(), { UpdateInstanceCustomizedDomain: () => reply })
    await expect(targetAt(made, module, values).write(bundle)).rejects.toMatchObject({
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

  it('is discovered page by page, but for the product’s own domains', async () => {
    const made = await account({ largestPage: 1 })
    const installed = { name: 'theirs', reference: expect.any(String) as string }
    expect(await discoveredAt(made, module)).toMatchObject([
      {
        target: `alibaba-acr:instance=cri-1,domain=${domain}`,
        product: 'CR',
        resource: `cri-1/${domain}`,
        installed,
      },
      { target: `alibaba-acr:instance=cri-1,domain=${domain},module=Chart`, installed },
    ])
    expect(callsOf(made, 'ListInstance')).toHaveLength(2)
  })
})

policyIsTheLeast(module)
