import { describe, expect, it, onTestFinished } from 'vitest'
import * as module from '../../../src/deploy/targets/alibaba-mse.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { bundleFor } from './account.ts'
import { discoveredAt, scriptedAccount, scriptedWorld, targetAt, type Script } from './scripted.ts'

interface Domain {
  readonly Id: number
  readonly Name: string
  Protocol: string
  CertIdentifier: string
}

const domain = 'www.example.com'
const values = { gateway: 'gw-1', domain }
const newDomains = (): Domain[] => [
  { Id: 1, Name: '*', Protocol: 'HTTP', CertIdentifier: '' },
  { Id: 2, Name: 'mail.example.com', Protocol: 'HTTPS', CertIdentifier: '7-cn-hangzhou' },
  { Id: 3, Name: domain, Protocol: 'HTTP', CertIdentifier: '' },
]
const bundle = bundleFor({ names: [domain] })

describe('alibaba-mse: a domain', () => {
  deployTargetSuite({
    test: it,
    async world() {
      const domains = newDomains()
      return scriptedWorld({
        module,
        values,
        names: [domain],
        script: script(domains),
        held: () => domains[2]?.CertIdentifier || undefined,
        others: () => domains.slice(0, 2),
        wasOff: () => domains[2]?.Protocol !== 'HTTPS',
      })
    },
  })
})

describe('alibaba-mse', () => {
  const account = async (more: Script = {}) => {
    const made = await scriptedAccount({ ...script(newDomains()), ...more })
    onTestFinished(async () => made.alibaba.close())
    return made
  }

  it('switches to HTTPS with the domain’s own settings, and then changes the certificate alone', async () => {
    const made = await account()
    const target = targetAt(made, module, values)
    await target.write(bundle)
    await target.write(bundleFor({ names: [domain], renewal: 1 }))
    const changes = made.asked.filter(({ action }) => action.startsWith('Update'))
    const [first, renewed] = made.alibaba.certificates.all.toReversed()
    expect(changes.map(({ action, parameters }) => [action, parameters])).toEqual([
      [
        'UpdateGatewayDomain',
        {
          GatewayUniqueId: 'gw-1',
          Id: '3',
          Protocol: 'HTTPS',
          MustHttps: 'false',
          Http2: 'globalConfig',
          TlsMin: 'TLSv1.2',
          MtlsEnabled: 'true',
          CaCertIdentifier: '5-cn-hangzhou',
          TlsCipherSuitesConfigJSON: '{"ConfigType":"custom","TlsCipherSuites":["A"]}',
          CertIdentifier: first?.identifier,
        },
      ],
      [
        'UpdateSSLCert',
        { GatewayUniqueId: 'gw-1', DomainId: '3', CertIdentifier: renewed?.identifier },
      ],
    ])
  })

  it('takes an error inside HTTP 200 as one', async () => {
    const made = await account({
      UpdateGatewayDomain: () => ({
        Success: false,
        Code: 400,
        ErrorCode: 'mse-200-1',
        Message: 'No.',
      }),
    })
    await expect(targetAt(made, module, values).write(bundle)).rejects.toMatchObject({
      code: 'ALIBABA_REFUSED',
      params: { code: 'mse-200-1' },
    })
  })

  it('says that the gateway has no such domain', async () => {
    const made = await account()
    const target = targetAt(made, module, { ...values, domain: 'example.com' })
    await expect(target.read()).rejects.toMatchObject({ code: 'TARGET_RESOURCE_NOT_FOUND' })
  })

  it('shakes hands at the public address', async () => {
    const made = await account()
    expect(await targetAt(made, module, values).endpoints?.()).toEqual([
      { host: '203.0.113.7', port: 443, servername: domain },
    ])
    const other = targetAt(made, module, { ...values, gateway: 'gw-2' })
    expect(await other.endpoints?.()).toEqual([])
  })

  it('is discovered, but for the domain of everything else', async () => {
    const made = await account()
    expect(await discoveredAt(made, module)).toMatchObject([
      { target: 'alibaba-mse:gateway=gw-1,domain=mail.example.com', https: true },
      { target: `alibaba-mse:gateway=gw-1,domain=${domain}`, product: 'MSE', https: false },
    ])
  })
})

function script(domains: Domain[]): Script {
  const done = { Success: true, Code: 200, HttpStatusCode: 200, Message: 'success' }
  const at = (id: string | undefined): Domain | undefined =>
    domains.find(({ Id }) => String(Id) === id)
  return {
    ListGatewayDomain: ({ parameters }) => ({
      ...done,
      Data: parameters['GatewayUniqueId'] === 'gw-1' ? domains : [],
    }),
    GetGatewayDomainDetail: ({ parameters }) => ({
      ...done,
      Data: {
        ...at(parameters['Id']),
        MustHttps: false,
        Http2: 'globalConfig',
        TlsMin: 'TLSv1.2',
        MtlsEnabled: true,
        CaCertIdentifier: '5-cn-hangzhou',
        TlsCipherSuitesConfig: { ConfigType: 'custom', TlsCipherSuites: ['A'] },
      },
    }),
    UpdateSSLCert({ parameters }) {
      const found = at(parameters['DomainId'])
      if (found) found.CertIdentifier = parameters['CertIdentifier'] ?? ''
      return { ...done, Data: true }
    },
    UpdateGatewayDomain({ parameters }) {
      const { Id, Protocol = '', CertIdentifier = '' } = parameters
      const found = at(Id)
      if (found) Object.assign(found, { Protocol, CertIdentifier })
      return { ...done, Data: 1 }
    },
    ListGateway: () => ({
      ...done,
      Data: {
        TotalSize: 2,
        Result: [
          {
            GatewayUniqueId: 'gw-1',
            Slb: [{ SlbIp: '10.0.0.7', Type: 'PRIVATE_NET' }],
            InternetSlb: [{ SlbIp: '203.0.113.7', Type: 'PUB_NET' }],
          },
          { GatewayUniqueId: 'gw-2', Slb: [{ SlbIp: '10.0.0.8', Type: 'PRIVATE_NET' }] },
        ],
      },
    }),
  }
}
