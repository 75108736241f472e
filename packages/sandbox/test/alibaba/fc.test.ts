import { describe, expect, it } from 'vitest'
import type { RunningAlibaba } from '../../src/alibaba/alibaba.ts'
import { bundleFor } from './bundle.ts'
import type { Bundle } from './bundle.ts'
import { roaCaller } from './callers.ts'
import { open, servedAt } from './world.ts'

const domain = 'fn.example.com'
const root = '/2023-03-30/custom-domains'
const routeConfig = { routes: [{ path: '/*', functionName: 'hello' }] }
const tlsConfig = { minVersion: 'TLSv1.2', cipherSuites: ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'] }

function domains(alibaba: RunningAlibaba) {
  const { call, refusal } = roaCaller(alibaba, '2023-03-30')
  const at = { path: `${root}/${domain}` }
  const put = (body: unknown) =>
    ({ action: 'UpdateCustomDomain', method: 'PUT', ...at, body }) as const
  return {
    call,
    refusal,
    read: async () => call({ action: 'GetCustomDomain', method: 'GET', ...at }),
    update: async (body: unknown) => call(put(body)),
    refused: async (body: unknown) => refusal(put(body)),
  }
}

function certConfigOf({ certPem, traditionalKeyPem }: Bundle) {
  return { certName: 'certwright_one', certificate: certPem, privateKey: traditionalKeyPem }
}

describe('UpdateCustomDomain', () => {
  it('serves the new certificate and never tells the private key', async () => {
    const alibaba = await open({ seed: { fc: { domains: [{ domain }] } } })
    const { read, update } = domains(alibaba)
    const bundle = await bundleFor([domain], { algorithm: 'RSA' })
    expect(await servedAt(alibaba, domain)).toBeUndefined()
    await update({ protocol: 'HTTP,HTTPS', certConfig: certConfigOf(bundle) })
    expect(await servedAt(alibaba, domain)).toBe(bundle.fingerprint)
    const { certConfig } = await read()
    expect(certConfig).toEqual({ certName: 'certwright_one', certificate: bundle.certPem })
    expect(JSON.stringify(alibaba.calls)).not.toContain('PRIVATE KEY')
  })

  it.each(['RSA', 'EC'] as const)(
    'refuses a PKCS#8 key (%s) in the words of the service',
    async (algorithm) => {
      const alibaba = await open({ seed: { fc: { domains: [{ domain }] } } })
      const { keyPem, ...bundle } = await bundleFor([domain], { algorithm })
      const certConfig = { ...certConfigOf({ ...bundle, keyPem }), privateKey: keyPem }
      const refusal = await domains(alibaba).refused({ protocol: 'HTTPS', certConfig })
      expect(refusal).toMatchObject({ code: 'InvalidArgument', statusCode: 400 })
      expect(refusal.message).toContain("'private key' has to be in PEM format")
    },
  )

  it.each([
    ['no certificate with HTTPS', { protocol: 'HTTPS' }],
    ['an unknown protocol', { protocol: 'SPDY' }],
    [
      'a certificate that is none',
      { certConfig: { certName: 'a', certificate: 'x', privateKey: 'y' } },
    ],
    ['a certificate without a name', { certConfig: { certificate: 'x', privateKey: 'y' } }],
  ])('refuses %s', async (_, body) => {
    const alibaba = await open({ seed: { fc: { domains: [{ domain }] } } })
    expect((await domains(alibaba).refused(body)).code).toBe('InvalidArgument')
  })

  it('refuses the key of another certificate', async () => {
    const alibaba = await open({ seed: { fc: { domains: [{ domain }] } } })
    const [one, other] = await Promise.all([bundleFor([domain]), bundleFor([domain])])
    const certConfig = { ...certConfigOf(one), privateKey: other.traditionalKeyPem }
    expect((await domains(alibaba).refused({ certConfig })).message).toContain('does not belong')
  })

  it('loses the settings that are left out, and keeps those that are sent again', async () => {
    const certificate = await bundleFor([domain])
    const settings = { routeConfig, tlsConfig }
    const alibaba = await open({ seed: { fc: { domains: [{ domain, settings, certificate }] } } })
    const { read, update } = domains(alibaba)
    const { protocol, routeConfig: routes } = await read()
    const certConfig = certConfigOf(await bundleFor([domain]))
    await update({ protocol, routeConfig: routes, certConfig })
    const after = await read()
    expect(after).toMatchObject({ protocol: 'HTTP,HTTPS', routeConfig })
    expect(after).not.toHaveProperty('tlsConfig')
    await update({ routeConfig })
    expect(await read()).toMatchObject({ protocol: 'HTTP' })
    expect(await servedAt(alibaba, domain)).toBeUndefined()
  })

  it('keeps what is left out where that is asked for', async () => {
    const seeded = { domain, settings: { routeConfig }, certificate: await bundleFor([domain]) }
    const alibaba = await open({ seed: { fc: { omitted: 'kept', domains: [seeded] } } })
    const { read, update } = domains(alibaba)
    const renewed = await bundleFor([domain])
    await update({ certConfig: certConfigOf(renewed) })
    expect(await read()).toMatchObject({ protocol: 'HTTP,HTTPS', routeConfig })
    expect(await servedAt(alibaba, domain)).toBe(renewed.fingerprint)
  })
})

it('does not know a domain that is not there', async () => {
  const { refusal } = domains(await open())
  const path = `${root}/absent.example.com`
  const refused = await refusal({ action: 'GetCustomDomain', method: 'GET', path })
  expect(refused).toMatchObject({ code: 'DomainNameNotFound', statusCode: 404 })
})

it('makes a domain once, lists it by pages, and deletes it', async () => {
  const alibaba = await open()
  const { call, refusal } = domains(alibaba)
  const create = (domainName: string) =>
    ({ action: 'CreateCustomDomain', method: 'POST', path: root, body: { domainName } }) as const
  for (const name of ['a', 'b', 'c']) await call(create(`${name}.example.com`))
  expect((await refusal(create('a.example.com'))).code).toBe('DomainNameAlreadyExists')
  expect((await refusal(create('a b'))).code).toBe('InvalidArgument')
  const list = { action: 'ListCustomDomains', method: 'GET', path: root } as const
  const first = await call({ ...list, query: { limit: 2 } })
  expect(first['customDomains']).toHaveLength(2)
  const second = await call({ ...list, query: { limit: 2, nextToken: first['nextToken'] } })
  expect(second).toMatchObject({ customDomains: [{ domainName: 'c.example.com' }] })
  expect(second).not.toHaveProperty('nextToken')
  const path = `${root}/a.example.com`
  await call({ action: 'DeleteCustomDomain', method: 'DELETE', path })
  expect([...alibaba.state.fc.domains.keys()]).toEqual(['b.example.com', 'c.example.com'])
})
