import type { AlibabaOptions } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import * as module from '../../../src/deploy/targets/alibaba-mse.ts'
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

const domain = 'www.example.com'
const values = { gateway: 'gw-1', domain }
const bundle = bundleFor({ names: [domain] })
/** Everything that can be set, and nothing of it as it is by default. */
const settings = {
  MustHttps: true,
  Http2: 'open',
  TlsMin: 'TLSv1.2',
  TlsMax: 'TLSv1.3',
  MtlsEnabled: true,
  CaCertIdentifier: '5-cn-hangzhou',
  TlsCipherSuitesConfig: { ConfigType: 'custom', TlsCipherSuites: ['A', 'B'] },
}
const theirs = { name: 'theirs', ...seeded(bundleFor({ names: ['mail.example.com'] })) }
const seed = {
  mse: {
    gateways: [
      {
        uniqueId: 'gw-1',
        address: '203.0.113.7',
        domains: [
          { name: '*' },
          { name: 'mail.example.com', certificate: theirs },
          { name: domain, settings },
        ],
      },
      { uniqueId: 'gw-2', addressType: 'PRIVATE_NET' as const, domains: [{ name: domain }] },
    ],
  },
}
const account = async (options: AlibabaOptions = {}) => emulatedAccount({ seed, ...options })
const domainAt = ({ alibaba }: Awaited<ReturnType<typeof account>>) =>
  alibaba.state.mse.gateways.get('gw-1')?.domains.find(({ name }) => name === domain)

describe('alibaba-mse: a domain', () => {
  deployTargetSuite({
    test: it,
    world: async () =>
      emulatedWorld({
        module,
        values,
        names: [domain],
        seed,
        isPlace: ({ names }) => names?.includes(domain) === true,
        others: ({ state }) => [
          state.mse.gateways.get('gw-1')?.domains.slice(0, 2),
          state.mse.gateways.get('gw-1')?.domains[2]?.settings,
        ],
        wasOff: ({ state }) => state.mse.gateways.get('gw-1')?.domains[2]?.protocol !== 'HTTPS',
      }),
  })
})

describe('alibaba-mse', () => {
  it('switches to HTTPS with the domain’s own settings, and then changes the certificate alone', async () => {
    const made = await account()
    const target = targetAt(made, module, values)
    await target.write(bundle)
    await target.write(bundleFor({ names: [domain], renewal: 1 }))
    const changes = callsOf(made, 'AddSSLCert', 'UpdateSSLCert', 'UpdateGatewayDomain')
    const [first, renewed] = made.alibaba.certificates.all
      .filter(({ name }) => name !== 'theirs')
      .toReversed()
    const Id = String(domainAt(made)?.id)
    expect(changes.map(({ action, parameters }) => [action, parameters])).toEqual([
      [
        'UpdateGatewayDomain',
        {
          GatewayUniqueId: 'gw-1',
          Id,
          Protocol: 'HTTPS',
          MustHttps: 'true',
          Http2: 'open',
          TlsMin: 'TLSv1.2',
          TlsMax: 'TLSv1.3',
          MtlsEnabled: 'true',
          CaCertIdentifier: '5-cn-hangzhou',
          TlsCipherSuitesConfigJSON: '{"ConfigType":"custom","TlsCipherSuites":["A","B"]}',
          CertIdentifier: first?.identifier,
        },
      ],
      [
        'UpdateSSLCert',
        { GatewayUniqueId: 'gw-1', DomainId: Id, CertIdentifier: renewed?.identifier },
      ],
    ])
    expect(domainAt(made)).toMatchObject({ settings, protocol: 'HTTPS' })
  })

  it.each([
    { Success: false, Code: 400, ErrorCode: 'mse-200-1', Message: 'No.' },
    { Success: false, Code: 'mse-200-1', Message: 'No.' },
  ])('takes an error inside HTTP 200 as one: %j', async (reply) => {
    const made = withReplies(await account(), { UpdateGatewayDomain: () => reply })
    await expect(targetAt(made, module, values).write(bundle)).rejects.toMatchObject({
      code: 'ALIBABA_REFUSED',
      params: { code: 'mse-200-1' },
    })
  })

  it('says that the gateway has no such domain, and that there is no such gateway', async () => {
    const made = await account()
    const absent = targetAt(made, module, { ...values, domain: 'example.com' })
    await expect(absent.read()).rejects.toMatchObject({ code: 'TARGET_RESOURCE_NOT_FOUND' })
    const elsewhere = targetAt(made, module, { ...values, gateway: 'gw-9' })
    await expect(elsewhere.read()).rejects.toMatchObject({ params: { code: 'GatewayNotFound' } })
  })

  it('shakes hands at the public address', async () => {
    const made = await account()
    expect(await targetAt(made, module, values).endpoints?.()).toEqual([
      { host: '203.0.113.7', port: 443, servername: domain },
    ])
    const other = targetAt(made, module, { ...values, gateway: 'gw-2' })
    expect(await other.endpoints?.()).toEqual([])
  })

  it('is discovered page by page, but for the domain of everything else', async () => {
    const made = await account({ largestPage: 1 })
    expect(await discoveredAt(made, module)).toMatchObject([
      { target: 'alibaba-mse:gateway=gw-1,domain=mail.example.com', https: true },
      { target: `alibaba-mse:gateway=gw-1,domain=${domain}`, product: 'MSE', https: false },
      { target: `alibaba-mse:gateway=gw-2,domain=${domain}` },
    ])
    expect(callsOf(made, 'ListGateway')).toHaveLength(2)
  })
})

policyIsTheLeast(module)
