import type { AlibabaOptions, AlibabaSeed } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import * as module from '../../../src/deploy/targets/alibaba-apig.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { bundleFor, seeded } from './account.ts'
import {
  callsOf,
  discoveredAt,
  emulatedAccount,
  emulatedWorld,
  targetAt,
  policyIsTheLeast,
} from './emulated-world.ts'
import { withReplies } from './scripted.ts'

type Domains = NonNullable<NonNullable<AlibabaSeed['apig']>['domains']>

const domain = 'api.example.com'
const bundle = bundleFor({ names: [domain] })
/** Everything that can be set, and nothing of it as it is by default. */
const settings = {
  forceHttps: true,
  http2Option: 'Open',
  tlsMin: 'TLS 1.2',
  tlsMax: 'TLS 1.3',
  mTLSEnabled: true,
  clientCACert: 'PEM',
  caCertIdentifier: '5-cn-hangzhou',
  tlsCipherSuitesConfig: { configType: 'Custom', tlsCipherSuite: [{ name: 'A' }] },
  domainScope: 'Global',
}
const theirs = {
  id: 'd-1',
  name: `v2.${domain}`,
  certificate: { name: 'theirs', ...seeded(bundleFor({ names: [`v2.${domain}`] })) },
}
const domains: Domains = [theirs, { id: 'd-2', name: domain, settings }]

async function account(more: Domains = [], options: AlibabaOptions = {}) {
  return emulatedAccount({ seed: { apig: { domains: [...domains, ...more] } }, ...options })
}

describe.each([
  ['a domain that speaks HTTP', {}],
  ['a domain of the gateway that is named', { gateway: 'gw-1' }],
])('alibaba-apig: %s', (_, more) => {
  deployTargetSuite({
    test: it,
    world: async () =>
      emulatedWorld({
        module,
        values: { domain, ...more },
        names: [domain],
        seed: { apig: { domains } },
        isPlace: ({ product, resource }) => product === 'APIG' && resource === 'd-2',
        wasOff: ({ state }) => state.apig.domains.get('d-2')?.protocol !== 'HTTPS',
        others: ({ state }) => [...state.apig.domains.values()].filter(({ id }) => id !== 'd-2'),
      }),
  })
})

describe('alibaba-apig', () => {
  it('sends everything again that an update would reset, and switches to HTTPS', async () => {
    const made = await account()
    await targetAt(made, module, { domain }).write(bundle)
    const ours = made.alibaba.certificates.all.find(({ name }) => name !== 'theirs')
    expect(made.alibaba.state.apig.domains.get('d-2')).toMatchObject({
      settings,
      protocol: 'HTTPS',
      certIdentifier: ours?.identifier,
    })
  })

  it('wants to know the gateway where two have a domain of this name', async () => {
    const made = await account([{ id: 'd-3', name: domain, gatewayId: 'gw-2' }])
    await expect(targetAt(made, module, { domain }).read()).rejects.toMatchObject({
      code: 'TARGET_OPTION_MISSING',
      params: { option: 'gateway' },
    })
    await targetAt(made, module, { domain, gateway: 'gw-2' }).write(bundle)
    const protocolOf = (id: string) => made.alibaba.state.apig.domains.get(id)?.protocol
    expect([protocolOf('d-2'), protocolOf('d-3')]).toEqual(['HTTP', 'HTTPS'])
  })

  it('says that there is no such domain, though one has a name that is longer', async () => {
    const made = await account()
    await expect(targetAt(made, module, { domain: 'example.com' }).read()).rejects.toMatchObject({
      code: 'TARGET_RESOURCE_NOT_FOUND',
    })
  })

  it('takes an error inside HTTP 200 as one', async () => {
    const made = withReplies(await account(), {
      UpdateDomain: () => ({ code: 'Conflict.DomainInUse', message: 'No.', requestId: 'R-2' }),
    })
    await expect(targetAt(made, module, { domain }).write(bundle)).rejects.toMatchObject({
      code: 'ALIBABA_REFUSED',
      params: { code: 'Conflict.DomainInUse', action: 'UpdateDomain' },
    })
  })

  it('survives members that are null', async () => {
    const made = withReplies(await account(), {
      GetDomain: () => ({
        code: 'Ok',
        message: 'success',
        data: { domainId: 'd-2', tlsMin: null, caCertIdentifier: null, forceHttps: null },
      }),
    })
    await targetAt(made, module, { domain }).write(bundle)
    expect(made.alibaba.state.apig.domains.get('d-2')?.protocol).toBe('HTTPS')
  })

  it('is discovered page by page, but for the domain of everything else', async () => {
    const made = await account([{ name: '*' }], { largestPage: 1 })
    expect(await discoveredAt(made, module)).toMatchObject([
      { target: `alibaba-apig:domain=v2.${domain}`, https: true, names: [`v2.${domain}`] },
      { target: `alibaba-apig:domain=${domain}`, product: 'APIG', https: false },
    ])
    expect(callsOf(made, 'ListDomains')).toHaveLength(3)
  })
})

policyIsTheLeast(module)
