import { describe, expect, it, onTestFinished } from 'vitest'
import * as module from '../../../src/deploy/targets/alibaba-apig.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { bundleFor } from './account.ts'
import { discoveredAt, scriptedAccount, scriptedWorld, targetAt, type Script } from './scripted.ts'

interface Domain {
  readonly domainId: string
  readonly name: string
  readonly gatewayId: string
  settings: Readonly<Record<string, unknown>>
}

const domain = 'api.example.com'
const newDomains = (): Domain[] => [
  {
    domainId: 'd-1',
    name: 'v2.api.example.com',
    gatewayId: 'gw-1',
    settings: { protocol: 'HTTPS', certIdentifier: '7-cn-hangzhou' },
  },
  {
    domainId: 'd-2',
    name: domain,
    gatewayId: 'gw-1',
    settings: {
      protocol: 'HTTP',
      forceHttps: false,
      http2Option: 'Open',
      tlsMin: 'TLS 1.2',
      tlsMax: 'TLS 1.3',
      mTLSEnabled: true,
      clientCACert: 'PEM',
      tlsCipherSuitesConfig: { configType: 'Custom', tlsCipherSuite: [{ name: 'A' }] },
    },
  },
]

describe('alibaba-apig: a domain', () => {
  deployTargetSuite({
    test: it,
    async world() {
      const domains = newDomains()
      return scriptedWorld({
        module,
        values: { domain },
        names: [domain],
        script: script(domains),
        held: () => domains[1]?.settings['certIdentifier'] as string | undefined,
        others: () => domains[0],
        wasOff: () => domains[1]?.settings['protocol'] !== 'HTTPS',
      })
    },
  })
})

describe('alibaba-apig', () => {
  const account = async (domains: Domain[]) => {
    const made = await scriptedAccount(script(domains))
    onTestFinished(async () => made.alibaba.close())
    return made
  }

  it('sends everything again that an update would reset, and switches to HTTPS', async () => {
    const domains = newDomains()
    const before = domains[1]?.settings
    const made = await account(domains)
    await targetAt(made, module, { domain }).write(bundleFor({ names: [domain] }))
    const certIdentifier = made.alibaba.certificates.all[0]?.identifier
    expect(domains[1]?.settings).toEqual({ ...before, protocol: 'HTTPS', certIdentifier })
  })

  it('wants to know the gateway where two have a domain of this name', async () => {
    const domains = [
      ...newDomains(),
      { domainId: 'd-3', name: domain, gatewayId: 'gw-2', settings: {} },
    ]
    const made = await account(domains)
    await expect(targetAt(made, module, { domain }).read()).rejects.toMatchObject({
      code: 'TARGET_OPTION_MISSING',
      params: { option: 'gateway' },
    })
    const chosen = targetAt(made, module, { domain, gateway: 'gw-2' })
    await chosen.write(bundleFor({ names: [domain] }))
    expect(domains[2]?.settings['protocol']).toBe('HTTPS')
    expect(domains[1]?.settings['protocol']).toBe('HTTP')
  })

  it('says that there is no such domain', async () => {
    const made = await account(newDomains())
    await expect(targetAt(made, module, { domain: 'example.com' }).read()).rejects.toMatchObject({
      code: 'TARGET_RESOURCE_NOT_FOUND',
    })
  })

  it('takes an error inside HTTP 200 as one', async () => {
    const made = await scriptedAccount({
      ...script(newDomains()),
      UpdateDomain: () => ({ code: 'Conflict.DomainInUse', message: 'No.', requestId: 'R-2' }),
    })
    onTestFinished(async () => made.alibaba.close())
    const target = targetAt(made, module, { domain })
    await expect(target.write(bundleFor({ names: [domain] }))).rejects.toMatchObject({
      code: 'ALIBABA_REFUSED',
      params: { code: 'Conflict.DomainInUse', action: 'UpdateDomain' },
    })
  })

  it('is discovered, but for the domain of everything else', async () => {
    const star = { domainId: 'd-0', name: '*', gatewayId: 'gw-1', settings: {} }
    const made = await account([star, ...newDomains()])
    expect(await discoveredAt(made, module)).toMatchObject([
      { target: 'alibaba-apig:domain=v2.api.example.com', https: true },
      { target: 'alibaba-apig:domain=api.example.com', product: 'APIG', https: false },
    ])
  })
})

function script(domains: Domain[]): Script {
  const at = (path: string): Domain | undefined =>
    domains.find(({ domainId }) => path === `/v1/domains/${domainId}`)
  const reply = (data: unknown) => ({ code: 'Ok', message: 'success', data })
  return {
    ListDomains({ parameters }) {
      const { nameLike = '', gatewayId, pageNumber } = parameters
      const found = domains.filter(
        (one) => one.name.includes(nameLike) && (!gatewayId || one.gatewayId === gatewayId),
      )
      // One a page.
      const items = found
        .slice(Number(pageNumber) - 1, Number(pageNumber))
        .map(({ domainId, name, settings }) => ({
          domainId,
          name,
          protocol: settings['protocol'],
          certIdentifier: settings['certIdentifier'],
        }))
      return reply({ items, totalSize: found.length })
    },
    GetDomain({ path }) {
      const found = at(path)
      return reply({ ...found?.settings, domainId: found?.domainId, caCertIdentifier: null })
    },
    UpdateDomain({ path, body }) {
      const found = at(path)
      // What is left out is gone.
      if (found) found.settings = body as Domain['settings']
      return reply({ deployRevisionId: 'rev-1' })
    },
  }
}
