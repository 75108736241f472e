import type { AlibabaOptions } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import * as module from '../../../src/deploy/targets/alibaba-ga.ts'
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

const values = { listener: 'lsr-1' }
const domain = 'www.example.com'
const bundle = bundleFor({ names: [domain] })
const renewed = bundleFor({ names: [domain], renewal: 1 })
const other = { name: 'theirs', ...seeded(bundleFor({ names: ['other.example.com'] })) }
const mail = { name: 'mail', ...seeded(bundleFor({ names: ['mail.example.com'] })) }
const listener = {
  id: 'lsr-1',
  settings: { SecurityPolicyId: 'tls_cipher_policy_1_2' },
  certificate: other,
  additional: [{ domain: 'mail.example.com', certificate: mail }],
}
const seed = {
  ga: {
    accelerators: [
      {
        id: 'ga-1',
        dnsName: 'ga-1.example.net',
        listeners: [listener, { id: 'lsr-2', port: 8443, certificate: other }],
      },
      { id: 'ga-2' },
    ],
  },
}
const account = async (options: AlibabaOptions = {}) => emulatedAccount({ seed, ...options })

describe.each([
  ['the default certificate', {}],
  ['the certificate of a domain', { domain }],
])('alibaba-ga: %s', (_, more: Record<string, string>) => {
  deployTargetSuite({
    test: it,
    world: async () =>
      emulatedWorld({
        module,
        values: { ...values, ...more },
        names: [domain],
        seed,
        isPlace: ({ product, resource }) =>
          product === 'GA' &&
          resource === (more['domain'] === undefined ? 'lsr-1' : `lsr-1/${domain}`),
        others: ({ state }) => state.ga.listeners.get('lsr-1')?.settings,
      }),
  })
})

describe('alibaba-ga', () => {
  it('adds the certificate of a domain once, and changes it in place from then on', async () => {
    const made = await account()
    const www = targetAt(made, module, { ...values, domain })
    await www.write(bundle)
    await www.write(renewed)
    const changes = made.alibaba.calls.filter(({ parameters }) => parameters['ClientToken'])
    expect(changes.map(({ action, status }) => [action, status])).toEqual([
      ['AssociateAdditionalCertificatesWithListener', 200],
      ['UpdateAdditionalCertificateWithListener', 200],
    ])
    expect(changes[0]?.parameters).toMatchObject({
      RegionId: 'cn-hangzhou',
      AcceleratorId: 'ga-1',
      'Certificates.1.Domain': domain,
    })
  })

  it('sends a listener nothing but the certificate', async () => {
    const made = await account()
    await targetAt(made, module, values).write(bundle)
    const [change] = callsOf(made, 'UpdateListener')
    expect(Object.keys(change?.parameters ?? {}).sort()).toEqual([
      'Certificates.1.Id',
      'ClientToken',
      'ListenerId',
      'RegionId',
    ])
  })

  it('changes one listener of an accelerator at a time', async () => {
    const made = await account()
    const api = bundleFor({ names: ['api.example.com'] })
    await Promise.all([
      targetAt(made, module, values).write(bundle),
      targetAt(made, module, { listener: 'lsr-2' }).write(bundle),
      targetAt(made, module, { ...values, domain: 'api.example.com' }).write(api),
    ])
    expect([...(made.alibaba.state.ga.listeners.get('lsr-1')?.additional.keys() ?? [])]).toEqual([
      'mail.example.com',
      'api.example.com',
    ])
    expect(made.alibaba.calls.flatMap(({ code }) => code ?? [])).toEqual([])
  })

  it('waits for a change that another process has begun', async () => {
    const made = await account()
    const elsewhere = { ...made, context: { env: {}, host: { ...made.host } } }
    await Promise.all([
      targetAt(made, module, values).write(bundle),
      targetAt(elsewhere, module, { listener: 'lsr-2' }).write(bundle),
    ])
    const bound = ['lsr-1', 'lsr-2'].map((id) => made.alibaba.state.ga.listeners.get(id))
    expect(new Set(bound.map((one) => one?.certificate)).size).toBe(1)
    // Of the two uploads one comes first.
    const codes = made.alibaba.calls.flatMap(({ code }) => code ?? [])
    expect(codes.filter((code) => !/^StateError\.|^NameRepeat$/.test(code))).toEqual([])
  })

  it('shakes hands at the accelerator', async () => {
    const made = await account()
    expect(await targetAt(made, module, values).endpoints?.(undefined, bundle)).toEqual([
      { host: 'ga-1.example.net', port: 443, servername: domain },
    ])
    expect(await targetAt(made, module, values).endpoints?.()).toEqual([])
  })

  it('is discovered with each domain, page by page', async () => {
    const made = await account({ largestPage: 1 })
    expect(await discoveredAt(made, module)).toMatchObject([
      { target: 'alibaba-ga:listener=lsr-1', installed: { name: 'theirs' } },
      {
        target: 'alibaba-ga:listener=lsr-1,domain=mail.example.com',
        product: 'GA',
        resource: 'ga-1/lsr-1',
        https: true,
        installed: { name: 'mail' },
      },
      { target: 'alibaba-ga:listener=lsr-2', installed: { name: 'theirs' } },
    ])
  })
})

policyIsTheLeast(module)
