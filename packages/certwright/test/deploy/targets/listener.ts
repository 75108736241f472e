import type { AlibabaOptions, AlibabaSeed } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import { alibabaAccount } from '../../../src/cloud/alibaba/account-options.ts'
import { alibabaClient } from '../../../src/cloud/alibaba/client.ts'
import type { TargetModule } from '../../../src/deploy/target-context.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { bundleFor, fingerprintOf, seeded, type TestAccount } from './account.ts'
import {
  callsOf,
  discoveredAt,
  emulatedAccount,
  emulatedWorld,
  heldAt,
  targetAt,
  policyIsTheLeast,
} from './emulated-world.ts'

/** What the tests of ALB and NLB differ in. */
export interface ListenerProduct {
  readonly module: TargetModule
  readonly product: 'ALB' | 'NLB'
  readonly setDefault: string
  readonly associate: string
  readonly dissociate: string
  /** The most that are taken away in one call. */
  readonly most: number
  readonly jobAction: string
  /** What a job that failed is told as. */
  readonly failure: object
  /** The code for a listener that is changing. */
  readonly busy: string
}

type Balancer = NonNullable<NonNullable<AlibabaSeed['alb']>['balancers']>[number]
type Listener = NonNullable<Balancer['listeners']>[number]

const domain = 'www.example.com'
const theirs = {
  certificate: { name: 'theirs', ...seeded(bundleFor({ names: ['other.example.com'] })) },
  additional: [{ name: 'their mail', ...seeded(bundleFor({ names: ['mail.example.com'] })) }],
}

/** The promises of every target at one listener, and what a listener with several certificates promises beside. */
export function listenerTests(product: ListenerProduct): void {
  const { module, associate, dissociate, setDefault, jobAction } = product
  const name = product.product === 'ALB' ? 'alb' : 'nlb'

  const seed = (
    listener: Partial<Listener> = theirs,
    more: Partial<NonNullable<AlibabaSeed['alb']>> = {},
  ): AlibabaSeed => ({
    [name]: {
      balancers: [
        {
          id: 'lb-1',
          dnsName: 'lb-1.example.net',
          listeners: [{ id: 'lsn-1', port: 8443, ...listener }],
        },
        {
          id: 'lb-2',
          addressType: 'Intranet',
          listeners: [{ id: 'lsn-private', certificate: theirs.certificate }],
        },
      ],
      ...more,
    },
  })
  const account = async (
    listener?: Partial<Listener>,
    options: AlibabaOptions = {},
  ): Promise<TestAccount> => emulatedAccount({ seed: seed(listener), ...options })
  const changes = (made: TestAccount): readonly string[] =>
    callsOf(made, associate, dissociate, setDefault).map(({ action }) => action)
  const listenerAt = ({ alibaba }: TestAccount) => {
    const listener = alibaba.state[name].listeners.get('lsn-1')
    if (!listener) throw new TypeError('the listener was seeded')
    return listener
  }

  describe('the default certificate', () => {
    deployTargetSuite({
      test: it,
      world: async () =>
        emulatedWorld({
          module,
          values: { listener: 'lsn-1' },
          names: [domain],
          seed: seed(),
          isPlace: (one) => one.product === product.product && one.resource === 'lsn-1',
        }),
    })
  })

  describe('the additional certificate of a domain', () => {
    deployTargetSuite({
      test: it,
      world: async () =>
        emulatedWorld({
          module,
          values: { listener: 'lsn-1', domain },
          names: [domain],
          seed: seed(),
          isPlace: ({ resource, wanted }) =>
            resource.startsWith('lsn-1/') && wanted.certificate.names.includes(domain),
        }),
    })

    it('is added before the old one is taken away, and each change is waited for', async () => {
      const made = await account()
      const www = targetAt(made, module, { listener: 'lsn-1', domain })
      await www.write(bundleFor({ names: [domain] }))
      await www.write(bundleFor({ names: [domain], renewal: 1 }))
      expect(changes(made)).toEqual([associate, associate, dissociate])
      expect(made.alibaba.jobs.map(({ status }) => status)).toEqual(Array(3).fill('Succeeded'))
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
    const failures = [{ code: 'QuotaExceeded.Certs', message: 'Too many.' }]
    const made = await account(undefined, { seed: seed(theirs, { failures }) })
    const target = targetAt(made, module, { listener: 'lsn-1' })
    await expect(target.write(bundleFor({ names: ['a.example.com'] }))).rejects.toMatchObject({
      code: 'ALIBABA_REFUSED',
      params: { action: setDefault, ...product.failure },
    })
  })

  it('tries again while the listener takes no change, with the same token', async () => {
    const { busy: code } = product
    const made = await account(undefined, {
      faults: ({ action, earlier }) =>
        action === setDefault && earlier < 2 ? { kind: 'refuse', status: 409, code } : undefined,
    })
    const bundle = bundleFor({ names: ['a.example.com'] })
    await targetAt(made, module, { listener: 'lsn-1' }).write(bundle)
    const tokens = callsOf(made, setDefault).map(({ parameters }) => parameters['ClientToken'])
    expect(tokens).toHaveLength(3)
    expect(new Set(tokens).size).toBe(1)
    expect(tokens[0]).toMatch(/^[\x21-\x7e]{1,64}$/)
  })

  it('waits for a change that another has begun', async () => {
    const made = await account()
    const [ours, other] = [bundleFor({ names: [domain] }), bundleFor({ names: ['a.example.com'] })]
    // Another process: it does not wait for its turn here.
    const elsewhere = { ...made, context: { env: {}, host: { ...made.host } } }
    await Promise.all([
      targetAt(made, module, { listener: 'lsn-1', domain }).write(ours),
      targetAt(elsewhere, module, { listener: 'lsn-1', domain: 'a.example.com' }).write(other),
    ])
    expect(listenerAt(made).additional).toHaveLength(3)
  })

  it('changes one thing at a time, whoever asks', async () => {
    const made = await account()
    const names = ['a.example.com', 'b.example.com', 'c.example.com']
    await Promise.all(
      names.map(async (one) =>
        targetAt(made, module, { listener: 'lsn-1', domain: one }).write(
          bundleFor({ names: [one] }),
        ),
      ),
    )
    expect(listenerAt(made).additional).toHaveLength(4)
    expect(changes(made)).toEqual([associate, associate, associate])
    expect(callsOf(made, associate).map(({ status }) => status)).toEqual([200, 200, 200])
  })

  it('uploads a certificate once for many listeners', async () => {
    const made = await account({})
    const bundle = bundleFor({ names: [domain] })
    const before = made.alibaba.certificates.all.length
    await Promise.all([
      targetAt(made, module, { listener: 'lsn-1' }).write(bundle),
      targetAt(made, module, { listener: 'lsn-1', domain }).write(bundle),
    ])
    expect(made.alibaba.certificates.all).toHaveLength(before + 1)
  })

  it('takes many away in as many calls as the API wants', async () => {
    const additional = Array.from({ length: product.most + 2 }, (_, i) => ({
      name: `certwright_${i.toString(16).padStart(16, '0')}`,
      ...seeded(bundleFor({ names: [domain], renewal: i })),
    }))
    const made = await account({ ...theirs, additional })
    const www = targetAt(made, module, { listener: 'lsn-1', domain })
    const renewed = bundleFor({ names: [domain], renewal: additional.length })
    await www.write(renewed)
    expect(listenerAt(made).additional).toHaveLength(1)
    expect(changes(made)).toEqual([associate, dissociate, dissociate])
    const isOurs = ({ resource }: { readonly resource: string }) => resource.startsWith('lsn-1/')
    expect(heldAt(made.alibaba, isOurs)).toBe(fingerprintOf(renewed))
  })

  it('reads its certificates and is discovered page by page', async () => {
    const made = await account(theirs, { largestPage: 1 })
    const mail = targetAt(made, module, { listener: 'lsn-1', domain: 'mail.example.com' })
    expect(await mail.read()).toMatchObject({ name: 'their mail' })
    expect(await discoveredAt(made, module)).toHaveLength(3)
  })

  it('shakes hands over TCP at a public address alone', async () => {
    const made = await account()
    const wanted = bundleFor({ names: ['*.example.com'] })
    const at = async (values: Readonly<Record<string, string>>) =>
      targetAt(made, module, { listener: 'lsn-1', ...values }).endpoints?.(undefined, wanted)
    const [host, port] = ['lb-1.example.net', 8443]
    expect(await at({})).toEqual([{ host, port, servername: 'certwright.example.com' }])
    expect(await at({ domain })).toEqual([{ host, port, servername: domain }])
    expect(await at({ listener: 'lsn-private' })).toEqual([])
  })

  it('is discovered with its default certificate and each additional one', async () => {
    const made = await account()
    const { name: target } = module.target
    expect(await discoveredAt(made, module)).toMatchObject([
      {
        target: `${target}:listener=lsn-1`,
        product: product.product,
        resource: 'lb-1:8443',
        region: 'cn-hangzhou',
        https: true,
        installed: { reference: made.alibaba.certificates.named('theirs')?.identifier },
      },
      {
        target: `${target}:listener=lsn-1,domain=mail.example.com`,
        names: ['mail.example.com'],
        installed: { name: 'their mail', fingerprint: expect.any(String) as string },
      },
      { target: `${target}:listener=lsn-private` },
    ])
  })

  it('has no certificate that is being taken away', async () => {
    const made = await account()
    const identifier = made.alibaba.certificates.named('their mail')?.identifier
    const api = alibabaClient(name, alibabaAccount(made.values, made.context), made.host)
    // One takes the first list, the other the second.
    const Certificates = [{ CertificateId: identifier }]
    const AdditionalCertificateIds = [identifier]
    await api.rpc(dissociate, { ListenerId: 'lsn-1', Certificates, AdditionalCertificateIds })
    const mail = targetAt(made, module, { listener: 'lsn-1', domain: 'mail.example.com' })
    expect(await mail.read()).toBeUndefined()
    expect(listenerAt(made).additional).toEqual([identifier])
  })

  it('polls the job by its id', async () => {
    const made = await account()
    await targetAt(made, module, { listener: 'lsn-1' }).write(bundleFor({ names: [domain] }))
    const [job] = made.alibaba.jobs
    const asked = callsOf(made, jobAction).map(({ parameters }) => Object.values(parameters)[0])
    expect(asked.length).toBeGreaterThan(1)
    expect(new Set(asked)).toEqual(new Set([job?.id]))
  })

  policyIsTheLeast(module)
}
