import { describe, expect, it, onTestFinished } from 'vitest'
import * as module from '../../../src/deploy/targets/alibaba-eas.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { bundleFor } from './account.ts'
import { discoveredAt, scriptedAccount, scriptedWorld, targetAt, type Script } from './scripted.ts'

interface CustomDomain {
  readonly Domain: string
  readonly Type: string
  readonly CertificateId?: string
}

const domain = 'eas.example.com'
const values = { gateway: 'gw-1', domain }
const theirs = { Domain: 'mail.example.com', Type: 'intranet', CertificateId: '7' }
const bundle = bundleFor({ names: [domain] })

describe('alibaba-eas: a domain', () => {
  deployTargetSuite({
    test: it,
    async world() {
      const domains: CustomDomain[] = [theirs]
      return scriptedWorld({
        module,
        values,
        names: [domain],
        script: script(domains),
        held: () => domains.find(({ Domain }) => Domain === domain)?.CertificateId,
        others: () => domains[0],
      })
    },
  })
})

describe('alibaba-eas', () => {
  const account = async (domains: CustomDomain[]) => {
    const made = await scriptedAccount(script(domains))
    onTestFinished(async () => made.alibaba.close())
    return made
  }

  it('attaches a domain as the option says, and keeps the type of one that is there', async () => {
    const domains: CustomDomain[] = []
    const made = await account(domains)
    await targetAt(made, module, { ...values, type: 'intranet' }).write(bundle)
    expect(domains[0]?.Type).toBe('intranet')
    await targetAt(made, module, values).write(bundleFor({ names: [domain], renewal: 1 }))
    expect(domains).toMatchObject([{ Domain: domain, Type: 'intranet' }])
  })

  it('asks in the gateway’s region', async () => {
    const made = await account([theirs])
    await targetAt(made, module, { ...values, region: 'cn-shanghai' }).read()
    expect(made.asked[0]?.path).toBe('/api/v2/gateways/cn-shanghai/gw-1/domains')
  })

  it('shakes hands with a domain of the internet alone', async () => {
    const made = await account([{ Domain: domain, Type: 'internet' }, theirs])
    expect(await targetAt(made, module, values).endpoints?.()).toEqual([
      { host: domain, port: 443, servername: domain },
    ])
    const inner = targetAt(made, module, { ...values, domain: theirs.Domain })
    expect(await inner.endpoints?.()).toEqual([])
  })

  it('is discovered', async () => {
    const made = await account([theirs, { Domain: domain, Type: 'internet' }])
    expect(await discoveredAt(made, module)).toMatchObject([
      { target: 'alibaba-eas:gateway=gw-1,domain=mail.example.com', installed: { reference: '7' } },
      { target: `alibaba-eas:gateway=gw-1,domain=${domain}`, product: 'EAS', https: false },
    ])
  })
})

function script(domains: CustomDomain[]): Script {
  return {
    ListGatewayDomains: () => ({
      CustomDomains: domains,
      Message: 'Successfully get custom domains',
    }),
    AttachGatewayDomain({ parameters }) {
      const given = JSON.parse(parameters['CustomDomain'] ?? '{}') as CustomDomain
      const at = domains.findIndex(({ Domain }) => Domain === given.Domain)
      domains.splice(at < 0 ? domains.length : at, 1, given)
      return { GatewayId: 'gw-1' }
    },
    ListGateway: () => ({ Gateways: [{ GatewayId: 'gw-1' }], TotalCount: 1 }),
  }
}
