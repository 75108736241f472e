import { createSecureContext, createServer, type SecureContext } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { create } from '../../../src/deploy/targets/endpoint.ts'
import { systemHost } from '../../../src/runtime/host.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import type { CertificateBundle } from '../../../src/x509/bundle.ts'
import { closedPort } from '../../dns/world.ts'
import { listening } from '../listening.ts'
import { fingerprintOf, renewals } from './account.ts'

const context = { host: systemHost, env: {} }

/** A server of this machine whose owner changes its certificate. */
async function site() {
  let [held, served]: [CertificateBundle?, SecureContext?] = []
  const server = await listening(createServer({ SNICallback: (_, answer) => answer(null, served) }))
  const { host, port } = server.endpoint
  return {
    values: { host, port: String(port), servername: 'www.example.com' },
    held: () => held && fingerprintOf(held),
    async install(bundle: CertificateBundle) {
      held = bundle
      served = createSecureContext({ cert: bundle.chainPem, key: bundle.privateKey.reveal() })
    },
    close: async () => server[Symbol.asyncDispose](),
  }
}

describe('endpoint: one that others install at', () => {
  deployTargetSuite({
    test: it,
    async world() {
      const made = await site()
      const target = () => create(made.values, context)
      return {
        ...made,
        target,
        refused: target,
        host: systemHost,
        bundle: renewals(['www.example.com']),
        wasOff: () => false,
        others: () => undefined,
        count: () => 1,
        secrets: [],
      }
    },
  })

  it('asks for the name of the host at 443 where nothing else is said', async () => {
    const endpoints = await create({ host: 'www.example.com' }, context).endpoints?.()
    expect(endpoints).toEqual([
      { host: 'www.example.com', port: 443, servername: 'www.example.com' },
    ])
  })

  it('asks in another protocol at the port of that protocol', async () => {
    const values = { host: 'mail.example.com', starttls: 'smtp', servername: 'mx.example.com' }
    expect(await create(values, context).endpoints?.()).toEqual([
      { host: 'mail.example.com', port: 25, servername: 'mx.example.com', starttls: 'smtp' },
    ])
    const elsewhere = await create({ ...values, port: '587' }, context).endpoints?.()
    expect(elsewhere).toMatchObject([{ port: 587 }])
  })

  it.each([
    ['port', '0'],
    ['port', '65536'],
    ['port', 'https'],
    ['starttls', 'https'],
  ])('refuses %s=%s', (option, value) => {
    expect(() => create({ host: 'a', [option]: value }, context)).toThrow(
      expect.objectContaining({ code: 'TARGET_OPTION_NOT_CONFORM' }),
    )
  })

  it('has nothing where nobody listens', async () => {
    const values = { host: '127.0.0.1', port: String(await closedPort()) }
    const wanted = renewals(['www.example.com'])(0)
    expect(await create(values, context).read(undefined, wanted)).toBeUndefined()
  })
})
