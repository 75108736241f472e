import { describe, expect, it } from 'vitest'
import type { AlibabaSeed } from '../../src/alibaba/products/table.ts'
import { bundleFor } from './bundle.ts'
import { roaCaller, rpcCaller } from './callers.ts'
import { open, servedAt } from './world.ts'

const domain = 'web.example.com'
const NamespaceId = 'cn-hangzhou'

async function world(sae: NonNullable<AlibabaSeed['sae']>) {
  const alibaba = await open({ seed: { sae } })
  const { call } = roaCaller(alibaba, '2019-05-06')
  return { alibaba, call, served: async () => servedAt(alibaba, domain) }
}

describe('a custom domain', () => {
  const root = '/pop/v2/api/web/custom-domains'
  const at = { path: `${root}/${domain}`, query: { NamespaceId } }

  async function domains(seeded: NonNullable<NonNullable<AlibabaSeed['sae']>['domains']>) {
    const sae = await world({ domains: seeded })
    return {
      ...sae,
      read: async () => sae.call({ action: 'DescribeWebCustomDomain', method: 'GET', ...at }),
      update: async (body: object, place: Partial<typeof at> = {}) =>
        sae.call({ action: 'UpdateWebCustomDomain', method: 'PUT', ...at, ...place, body }),
    }
  }

  it('is written as a whole, and its private key is never told', async () => {
    const settings = { DefaultForwardingAppName: 'web', RouteConfig: { routes: [{ path: '/*' }] } }
    const { read, update, served, alibaba } = await domains([{ domain, settings }])
    const { certPem, keyPem, fingerprint } = await bundleFor([domain])
    const WebCertConfig = { CertName: 'one', Certificate: certPem, PrivateKey: keyPem }
    const body = { Protocol: 'HTTP,HTTPS', RouteConfig: settings.RouteConfig, WebCertConfig }
    expect(await update(body)).toMatchObject({ Success: true, Code: 200 })
    const after = await read()
    expect(after).toMatchObject({ RouteConfig: settings.RouteConfig, Protocol: 'HTTP,HTTPS' })
    expect(after).not.toHaveProperty('DefaultForwardingAppName')
    expect(after['WebCertConfig']).toEqual({ CertName: 'one', Certificate: certPem })
    expect(await served()).toBe(fingerprint)
    expect(JSON.stringify(alibaba.calls)).not.toContain('PRIVATE KEY')
    await update({})
    expect(await served()).toBeUndefined()
  })

  it('tells errors of its own with HTTP 200 and Success false', async () => {
    const { update, alibaba } = await domains([{ domain }])
    const codeOf = async (...given: Parameters<typeof update>) => {
      const reply = await update(...given)
      expect(reply['Success']).toBe(false)
      return reply['ErrorCode']
    }
    expect(await codeOf({ Protocol: 'TCP' })).toBe('InvalidParameter.Protocol')
    expect(await codeOf({ Protocol: 'HTTPS' })).toBe('InvalidParameter.WebCertConfig')
    const bad = { CertName: 'a', Certificate: 'x', PrivateKey: 'y' }
    expect(await codeOf({ WebCertConfig: bad })).toBe('InvalidParameter.WebCertConfig')
    expect(await codeOf({}, { query: { NamespaceId: 'other' } })).toBe('CustomDomainNotFound')
    expect(await codeOf({}, { path: `${root}/no.example.com` })).toBe('CustomDomainNotFound')
    expect(alibaba.calls.every(({ status }) => status === 200)).toBe(true)
  })

  it('is listed, page by page', async () => {
    const { call } = await domains([{ domain: 'a.example.com' }, { domain: 'b.example.com' }])
    const list = { action: 'ListWebCustomDomains', method: 'GET', path: root } as const
    const first = (await call({ ...list, query: { Limit: 1 } }))['Data'] as { NextToken: string }
    const second = await call({ ...list, query: { Limit: 1, NextToken: first.NextToken } })
    expect(second['Data']).toMatchObject({ WebCustomDomains: [{ DomainName: 'b.example.com' }] })
    expect(second['Data']).not.toHaveProperty('NextToken')
  })
})

describe('an ingress', () => {
  const path = '/pop/v1/sam/ingress/Ingress'
  const IngressId = 7

  async function ingresses(
    seeded: NonNullable<NonNullable<AlibabaSeed['sae']>['ingresses']>[number],
  ) {
    const sae = await world({ ingresses: [seeded] })
    const { call } = sae
    const at = (id: number) => ({ path, query: { IngressId: id } })
    return {
      ...sae,
      read: async (id = IngressId) => call({ action: 'DescribeIngress', method: 'GET', ...at(id) }),
      update: async (query: object) =>
        call({ action: 'UpdateIngress', method: 'PUT', path, query: { IngressId, ...query } }),
    }
  }

  const rules = [{ AppId: 'a', Domain: domain, Path: '/' }]

  it('of CLB takes an id of the store of CLB, and loses what is left out', async () => {
    const old = await bundleFor([domain])
    const settings = { Rules: rules, RequestTimeout: 30, EnableGzip: true }
    const { alibaba, read, update, served } = await ingresses({
      id: IngressId,
      certificate: old,
      settings,
    })
    expect(await served()).toBe(old.fingerprint)
    const { certPem, traditionalKeyPem, fingerprint } = await bundleFor([domain])
    const slb = rpcCaller(alibaba, '2014-05-15')
    const { ServerCertificateId: CertId } = await slb.call('UploadServerCertificate', {
      RegionId: 'cn-hangzhou',
      ServerCertificate: certPem,
      PrivateKey: traditionalKeyPem,
    })
    const asked = { ListenerProtocol: 'HTTPS', Rules: JSON.stringify(rules), EnableGzip: 'true' }
    expect(await update({ ...asked, CertId })).toMatchObject({ Success: true })
    const { Data } = await read()
    expect(Data).toMatchObject({ Rules: rules, EnableGzip: true, CertId, LoadBalanceType: 'clb' })
    expect(Data).not.toHaveProperty('RequestTimeout')
    expect(await served()).toBe(fingerprint)
    const used = { RegionId: 'cn-hangzhou', ServerCertificateId: CertId }
    expect((await slb.refusal('DeleteServerCertificate', used)).code).toBe(
      'CertificateAndPrivateKeyIsRefered',
    )
  })

  it('of ALB takes identifiers, the default one first', async () => {
    const [fallback, own] = await Promise.all([bundleFor(['*.example.com']), bundleFor([domain])])
    const { alibaba, read, update, served } = await ingresses({
      id: IngressId,
      balancer: 'alb',
      certificate: fallback,
    })
    expect(await served()).toBe(fallback.fingerprint)
    alibaba.seed({ cas: { certificates: [{ name: 'own', ...own }] } })
    const stored = alibaba.certificates.named('own')
    const { CertIds } = (await read())['Data'] as { CertIds: string }
    const both = `${CertIds},${stored?.identifier}`
    await update({ ListenerProtocol: 'HTTPS', CertIds: both })
    expect((await read())['Data']).toMatchObject({ CertIds: both })
    expect(await served()).toBe(own.fingerprint)
    expect(alibaba.installations.products(stored?.id ?? 0)).toEqual(['SAE'])
  })

  it('refuses what cannot be', async () => {
    const { read, update } = await ingresses({ id: IngressId, balancer: 'alb' })
    const https = { ListenerProtocol: 'HTTPS' }
    expect((await update(https))['ErrorCode']).toBe('InvalidParameter.Certificate')
    expect((await update({ ...https, CertIds: '1-x' }))['ErrorCode']).toBe(
      'InvalidParameter.Certificate',
    )
    expect((await update({ Rules: '[' }))['ErrorCode']).toBe('InvalidParameter.WithMessage')
    expect((await read(8))['ErrorCode']).toBe('InvalidParameter.NotFound.Ingress')
  })

  it('is listed in its namespace', async () => {
    const { call } = await ingresses({ id: IngressId })
    const list = { action: 'ListIngresses', method: 'GET', path: `${path}List` } as const
    expect((await call({ ...list, query: { NamespaceId } }))['Data']).toMatchObject({
      TotalSize: 1,
      IngressList: [{ Id: IngressId, ListenerProtocol: 'HTTPS' }],
    })
    expect((await call({ ...list, query: { NamespaceId: 'other' } }))['Data']).toMatchObject({
      TotalSize: 0,
    })
  })
})
