import { describe, expect, it, onTestFinished } from 'vitest'
import * as module from '../../../src/deploy/targets/alibaba-ga.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { bundleFor } from './account.ts'
import {
  discoveredAt,
  listIn,
  refusal,
  scriptedAccount,
  scriptedWorld,
  targetAt,
  type Script,
} from './scripted.ts'

interface Listener {
  defaultId: string | undefined
  readonly additional: Map<string, string>
  /** The change under way, which is done when the listener has been read so often. */
  change?: { reads: number; readonly done: () => void }
}

const newListener = (): Listener => ({
  defaultId: '7-cn-hangzhou',
  additional: new Map([['mail.example.com', '8-cn-hangzhou']]),
})

const values = { listener: 'lsr-1' }
const domain = 'www.example.com'
const bundle = bundleFor({ names: [domain] })

describe('alibaba-ga: the default certificate', () => {
  deployTargetSuite({
    test: it,
    async world() {
      const listener = newListener()
      return scriptedWorld({
        module,
        values,
        names: [domain],
        script: script(listener),
        held: () => listener.defaultId,
        others: () => listener.additional,
      })
    },
  })
})

describe('alibaba-ga: the certificate of a domain', () => {
  deployTargetSuite({
    test: it,
    async world() {
      const listener = newListener()
      return scriptedWorld({
        module,
        values: { ...values, domain },
        names: [domain],
        script: script(listener),
        held: () => listener.additional.get(domain),
        others: () => [listener.defaultId, listener.additional.get('mail.example.com')],
      })
    },
  })
})

describe('alibaba-ga', () => {
  const account = async (listener: Listener) => {
    const made = await scriptedAccount(script(listener))
    onTestFinished(async () => made.alibaba.close())
    return made
  }

  it('adds the certificate of a domain once, and changes it in place from then on', async () => {
    const made = await account(newListener())
    const www = targetAt(made, module, { ...values, domain })
    await www.write(bundle)
    await www.write(bundleFor({ names: [domain], renewal: 1 }))
    const changes = made.asked.filter(({ parameters }) => parameters['ClientToken'])
    expect(changes.map(({ action }) => action)).toEqual([
      'AssociateAdditionalCertificatesWithListener',
      'UpdateAdditionalCertificateWithListener',
    ])
    expect(changes[0]?.parameters).toMatchObject({
      RegionId: 'cn-hangzhou',
      AcceleratorId: 'ga-1',
      'Certificates.1.Domain': domain,
    })
  })

  it('sends a listener nothing but the certificate', async () => {
    const made = await account(newListener())
    await targetAt(made, module, values).write(bundle)
    const change = made.asked.find(({ action }) => action === 'UpdateListener')
    expect(Object.keys(change?.parameters ?? {}).sort()).toEqual([
      'Certificates.1.Id',
      'ClientToken',
      'ListenerId',
      'RegionId',
    ])
  })

  it('changes one listener of an accelerator at a time', async () => {
    const listener = newListener()
    const made = await account(listener)
    const other = bundleFor({ names: ['api.example.com'] })
    await Promise.all([
      targetAt(made, module, values).write(bundle),
      targetAt(made, module, { ...values, domain }).write(bundle),
      targetAt(made, module, { ...values, domain: 'api.example.com' }).write(other),
    ])
    expect(listener.additional.size).toBe(3)
  })

  it('shakes hands at the accelerator', async () => {
    const made = await account(newListener())
    expect(await targetAt(made, module, values).endpoints?.(undefined, bundle)).toEqual([
      { host: 'ga-1.example.net', port: 443, servername: domain },
    ])
    expect(await targetAt(made, module, values).endpoints?.()).toEqual([])
  })

  it('is discovered with each domain', async () => {
    const made = await account(newListener())
    expect(await discoveredAt(made, module)).toMatchObject([
      { target: 'alibaba-ga:listener=lsr-1', installed: { reference: '7-cn-hangzhou' } },
      {
        target: 'alibaba-ga:listener=lsr-1,domain=mail.example.com',
        product: 'GA',
        resource: 'ga-1/lsr-1',
        https: true,
        installed: { reference: '8-cn-hangzhou' },
      },
    ])
  })
})

function script(listener: Listener): Script {
  const start = (done: () => void): object | Response => {
    if (listener.change) return refusal('StateError.Listener')
    listener.change = { reads: 2, done }
    return {}
  }
  const facts = () => ({
    AcceleratorId: 'ga-1',
    ListenerId: 'lsr-1',
    Certificates: [
      { Id: '6-cn-hangzhou', Type: 'Client' },
      ...(listener.defaultId ? [{ Id: listener.defaultId, Type: 'Server' }] : []),
    ],
    PortRanges: [{ FromPort: 443, ToPort: 443 }],
  })
  return {
    DescribeListener() {
      const { change } = listener
      if (change && (change.reads -= 1) === 0) {
        change.done()
        delete listener.change
      }
      return { ...facts(), State: listener.change ? 'updating' : 'active' }
    },
    UpdateListener: (call) =>
      start(() => {
        listener.defaultId = listIn(call, 'Certificates', 'Id')[0]
      }),
    ListListenerCertificates: () => ({
      Certificates: [
        { CertificateId: listener.defaultId, IsDefault: true },
        ...[...listener.additional].map(([Domain, CertificateId]) => ({ Domain, CertificateId })),
      ],
    }),
    AssociateAdditionalCertificatesWithListener(call) {
      const [Id = ''] = listIn(call, 'Certificates', 'Id')
      const [Domain = ''] = listIn(call, 'Certificates', 'Domain')
      return listener.additional.has(Domain)
        ? refusal('Exist.Domain')
        : start(() => listener.additional.set(Domain, Id))
    },
    UpdateAdditionalCertificateWithListener({ parameters }) {
      const { Domain = '', CertificateId = '' } = parameters
      return listener.additional.has(Domain)
        ? start(() => listener.additional.set(Domain, CertificateId))
        : refusal('NotExist.Domain')
    },
    DissociateAdditionalCertificatesFromListener: (call) =>
      start(() => listIn(call, 'Domains').forEach((one) => listener.additional.delete(one))),
    ListAccelerators: () => ({
      Accelerators: [{ AcceleratorId: 'ga-1', DnsName: 'ga-1.example.net' }],
      TotalCount: 1,
    }),
    ListListeners: () => ({ Listeners: [facts()], TotalCount: 1 }),
  }
}
