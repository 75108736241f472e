import { describe, expect, it, onTestFinished } from 'vitest'
import type { TargetModule } from '../../../src/deploy/target-context.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { bundleFor, fingerprintOf, seeded } from './account.ts'
import {
  digestOf,
  discoveredAt,
  listIn,
  refusal,
  scriptedAccount,
  scriptedWorld,
  targetAt,
  type Script,
  type ScriptedAccount,
  type ScriptedCall,
} from './scripted.ts'

/** What the tests of ALB and NLB differ in. */
export interface ListenerProduct {
  readonly module: TargetModule
  readonly product: string
  readonly setDefault: string
  readonly associate: string
  readonly dissociate: string
  /** How certificates are given: a list, whose items are objects where `member` names their identifier. */
  readonly identifiers: {
    readonly name: string
    readonly member?: string
    readonly additional?: string
  }
  /** The most that are taken away in one call. */
  readonly most: number
  readonly jobAction: string
  readonly jobId: (call: ScriptedCall) => string
  readonly job: (id: string, status: string) => object
  /** What a job that failed is told as. */
  readonly failure: object
  /** The code for a listener that is changing. */
  readonly busy: string
  readonly protocol: string
}

interface Listener {
  defaultId: string | undefined
  additional: string[]
  /** The change under way: done when its job has been read so often. */
  job?: { readonly id: string; reads: number; readonly done: () => void }
  jobs: number
  /** How the next job ends. */
  outcome: 'Succeeded' | 'Failed'
  /** Refusals before a change is taken. */
  busyFor: number
}

const others = ['7-cn-hangzhou', '8-cn-hangzhou']

/** The promises of every target at one listener, and what a listener with several certificates promises beside. */
export function listenerTests(product: ListenerProduct): void {
  const { module, associate, dissociate, setDefault } = product

  const newListener = (): Listener => ({
    defaultId: others[0],
    additional: [others[1] ?? ''],
    jobs: 0,
    outcome: 'Succeeded',
    busyFor: 0,
  })
  const account = async (listener: Listener): Promise<ScriptedAccount> => {
    const made = await scriptedAccount(script(listener, product))
    onTestFinished(async () => made.alibaba.close())
    return made
  }
  const changes = ({ asked }: ScriptedAccount): readonly string[] =>
    asked.map(({ action }) => action).filter((a) => [associate, dissociate, setDefault].includes(a))

  describe('the default certificate', () => {
    deployTargetSuite({
      test: it,
      async world() {
        const listener = newListener()
        return scriptedWorld({
          module,
          values: { listener: 'lsn-1' },
          names: ['www.example.com'],
          script: script(listener, product),
          held: () => listener.defaultId,
          others: () => listener.additional,
        })
      },
    })
  })

  describe('the additional certificate of a domain', () => {
    deployTargetSuite({
      test: it,
      async world() {
        const listener = newListener()
        return scriptedWorld({
          module,
          values: { listener: 'lsn-1', domain: 'www.example.com' },
          names: ['www.example.com'],
          script: script(listener, product),
          held: () => listener.additional.find((one) => !others.includes(one)),
          others: () => [
            listener.defaultId,
            ...listener.additional.filter((o) => others.includes(o)),
          ],
        })
      },
    })

    it('is added before the old one is taken away, and each change is waited for', async () => {
      const made = await account(newListener())
      const www = targetAt(made, module, { listener: 'lsn-1', domain: 'www.example.com' })
      await www.write(bundleFor({ names: ['www.example.com'] }))
      await www.write(bundleFor({ names: ['www.example.com'], renewal: 1 }))
      expect(changes(made)).toEqual([associate, associate, dissociate])
    })
  })

  it('refuses an option that it does not know, and wants a listener', () => {
    const context = { host: undefined as never, env: {} }
    expect(() => module.create({ listener: 'lsn-1', domian: 'x' }, context)).toThrow(
      expect.objectContaining({ code: 'TARGET_OPTION_MISSPELT' }),
    )
    expect(() => module.create({}, context)).toThrow(
      expect.objectContaining({ code: 'TARGET_OPTION_MISSING' }),
    )
  })

  it('says what the job says that failed', async () => {
    const made = await account({ ...newListener(), outcome: 'Failed' })
    const target = targetAt(made, module, { listener: 'lsn-1' })
    await expect(target.write(bundleFor({ names: ['a.example.com'] }))).rejects.toMatchObject({
      code: 'ALIBABA_REFUSED',
      params: { action: setDefault, ...product.failure },
    })
  })

  it('tries again while the listener takes no change, with the same token', async () => {
    const made = await account({ ...newListener(), busyFor: 2 })
    await targetAt(made, module, { listener: 'lsn-1' }).write(
      bundleFor({ names: ['a.example.com'] }),
    )
    const tokens = made.asked
      .filter(({ action }) => action === setDefault)
      .map(({ parameters }) => parameters['ClientToken'])
    expect(tokens).toHaveLength(3)
    expect(new Set(tokens).size).toBe(1)
    expect(tokens[0]).toMatch(/^[\x21-\x7e]{1,64}$/)
  })

  it('changes one thing at a time, whoever asks', async () => {
    const listener = newListener()
    const made = await account(listener)
    const names = ['a.example.com', 'b.example.com', 'c.example.com']
    await Promise.all(
      names.map(async (domain) =>
        targetAt(made, module, { listener: 'lsn-1', domain }).write(bundleFor({ names: [domain] })),
      ),
    )
    expect(listener.additional).toHaveLength(4)
    expect(changes(made)).toEqual([associate, associate, associate])
  })

  it('uploads a certificate once for many listeners', async () => {
    const made = await account(newListener())
    const bundle = bundleFor({ names: ['www.example.com'] })
    await Promise.all([
      targetAt(made, module, { listener: 'lsn-1' }).write(bundle),
      targetAt(made, module, { listener: 'lsn-1', domain: 'www.example.com' }).write(bundle),
    ])
    expect(made.alibaba.certificates.all).toHaveLength(1)
  })

  it('takes many away in as many calls as the API wants', async () => {
    const listener = newListener()
    const made = await account(listener)
    const names = ['www.example.com']
    for (let i = 0; i < product.most + 2; i += 1) {
      const name = `certwright_${i.toString(16).padStart(16, '0')}`
      made.alibaba.seed({
        cas: { certificates: [{ name, ...seeded(bundleFor({ names })) }] },
      })
      listener.additional.push(made.alibaba.certificates.named(name)?.identifier ?? '')
    }
    const www = targetAt(made, module, { listener: 'lsn-1', domain: 'www.example.com' })
    await www.write(bundleFor({ names, renewal: 1 }))
    expect(listener.additional).toHaveLength(2)
    expect(changes(made)).toEqual([associate, dissociate, dissociate])
  })

  it('shakes hands over TCP at a public address alone', async () => {
    const made = await account(newListener())
    const wanted = bundleFor({ names: ['*.example.com'] })
    const at = async (values: Readonly<Record<string, string>>) =>
      targetAt(made, module, { listener: 'lsn-1', ...values }).endpoints?.(undefined, wanted)
    const [host, port] = ['lb-1.example.net', 8443]
    expect(await at({})).toEqual([{ host, port, servername: 'certwright.example.com' }])
    expect(await at({ domain: 'www.example.com' })).toEqual([
      { host, port, servername: 'www.example.com' },
    ])
    expect(await at({ listener: 'lsn-private' })).toEqual([])
  })

  it('is discovered with its default certificate and each additional one', async () => {
    const listener = newListener()
    const made = await account(listener)
    const bundle = bundleFor({ names: ['www.example.com'] })
    made.alibaba.seed({ cas: { certificates: [{ name: 'theirs', ...seeded(bundle) }] } })
    listener.additional = [made.alibaba.certificates.named('theirs')?.identifier ?? '']
    const name = module.target.name
    const found = await discoveredAt(made, module)
    expect(found).toHaveLength(2)
    expect(found[0]).toMatchObject({
      target: `${name}:listener=lsn-1`,
      product: product.product,
      resource: 'lb-1:8443',
      region: 'cn-hangzhou',
      https: true,
      installed: { reference: others[0] },
    })
    expect(found[1]).toMatchObject({
      target: `${name}:listener=lsn-1,domain=www.example.com`,
      names: ['www.example.com'],
      installed: { fingerprint: fingerprintOf(bundle), name: 'theirs' },
    })
    expect(digestOf(made, listener.additional[0])).toBe(fingerprintOf(bundle))
  })
}

function script(listener: Listener, product: ListenerProduct): Script {
  const { identifiers, protocol } = product
  const start = (done: () => void): object | Response => {
    if (listener.job) return refusal(product.busy, 409)
    if (listener.busyFor > 0) {
      listener.busyFor -= 1
      return refusal(product.busy, 409)
    }
    listener.jobs += 1
    const id = `job-${listener.jobs}`
    listener.job = { id, reads: 2, done }
    return { JobId: id }
  }
  const given = (call: ScriptedCall, name: string): string[] =>
    listIn(call, name, identifiers.member)
  const additional = identifiers.additional ?? identifiers.name

  return {
    GetListenerAttribute: ({ parameters }) => ({
      ListenerId: parameters['ListenerId'],
      LoadBalancerId: parameters['ListenerId'] === 'lsn-private' ? 'lb-2' : 'lb-1',
      ListenerPort: 8443,
      ListenerProtocol: protocol,
      ListenerStatus: listener.job ? 'Configuring' : 'Running',
    }),
    // One a page.
    ListListenerCertificates: ({ parameters }) => {
      const all = [
        ...(listener.defaultId ? [{ CertificateId: listener.defaultId, IsDefault: true }] : []),
        ...listener.additional.map((CertificateId) => ({ CertificateId, IsDefault: false })),
        { CertificateId: '9-cn-hangzhou', IsDefault: false, Status: 'Diassociating' },
      ]
      const at = Number(parameters['NextToken'] ?? 0)
      return {
        Certificates: all.slice(at, at + 1),
        ...(at + 1 < all.length && { NextToken: String(at + 1) }),
      }
    },
    [product.setDefault]: (call) => {
      const [identifier] = given(call, identifiers.name)
      return start(() => {
        listener.defaultId = identifier
      })
    },
    [product.associate]: (call) => {
      const identifiersGiven = given(call, additional)
      return start(() => listener.additional.push(...identifiersGiven))
    },
    [product.dissociate]: (call) => {
      const identifiersGiven = given(call, additional)
      if (identifiersGiven.length > product.most) return refusal('TooMany')
      return start(() => {
        listener.additional = listener.additional.filter((o) => !identifiersGiven.includes(o))
      })
    },
    [product.jobAction]: (call) => {
      const id = product.jobId(call)
      if (listener.job?.id === id) {
        listener.job.reads -= 1
        if (listener.job.reads > 0) return product.job(id, 'Processing')
        if (listener.outcome === 'Succeeded') listener.job.done()
        delete listener.job
      }
      return product.job(id, listener.outcome)
    },
    ListLoadBalancers: (call) => ({
      LoadBalancers: listIn(call, 'LoadBalancerIds').map((LoadBalancerId) => ({
        LoadBalancerId,
        DNSName: `${LoadBalancerId}.example.net`,
        AddressType: LoadBalancerId === 'lb-1' ? 'Internet' : 'Intranet',
      })),
    }),
    ListListeners: ({ parameters }) => ({
      Listeners:
        parameters['ListenerProtocol'] === protocol
          ? [{ ListenerId: 'lsn-1', ListenerPort: 8443, LoadBalancerId: 'lb-1' }]
          : [],
    }),
  }
}
