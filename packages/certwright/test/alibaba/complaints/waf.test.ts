import type { AlibabaSeed } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import { targetModule } from '../../../src/deploy/targets/registry.ts'
import { bundleFor, seeded } from '../../deploy/targets/account.ts'
import { callsOf, emulatedAccount, targetAt } from '../../deploy/targets/emulated-world.ts'

const domain = 'www.example.com'
const renewals = [0, 1].map((renewal) => bundleFor({ names: [domain], renewal }))
const named = (name: string, one: string) => ({ name, ...seeded(bundleFor({ names: [one] })) })

async function account(wafopenapi: NonNullable<AlibabaSeed['wafopenapi']>) {
  const made = await emulatedAccount({ seed: { wafopenapi } })
  return { made, module: await targetModule('alibaba-waf') }
}

describe('complaint 6: WAF loses what is set beside the certificate (certimate#556)', () => {
  it('a renewal changes the certificate of a domain and nothing else (certd#589)', async () => {
    const listen = {
      TLSVersion: 'tlsv1.2',
      EnableTLSv3: true,
      CipherSuite: 2,
      HttpPorts: [80],
      HttpsPorts: [443, 8443],
      XffHeaders: ['x-real'],
      HstsMaxAge: 31_536_000,
    }
    const redirect = { Backends: ['192.0.2.7'], Loadbalance: 'leastTime', ReadTimeout: 300 }
    const certificate = named('theirs', domain)
    const { made, module } = await account({ domains: [{ domain, listen, redirect, certificate }] })
    const stateNow = () => made.alibaba.state.wafopenapi.domains.get(domain)
    const before = structuredClone(stateNow())
    for (const bundle of renewals) await targetAt(made, module, { domain }).write(bundle)
    const { CertId: was, ...listenBefore } = before?.listen ?? {}
    const { CertId: is, ...listenAfter } = stateNow()?.listen ?? {}
    expect(listenAfter).toEqual(listenBefore)
    expect(is).not.toBe(was)
    expect(stateNow()?.redirect).toEqual(before?.redirect)
    expect(callsOf(made, 'ModifyDomain')).toEqual([])
  })

  it('a domain that has no TLS settings yet is not sent half of them (certimate#1122)', async () => {
    const certificate = named('theirs', domain)
    const { made, module } = await account({ domains: [{ domain, certificate }] })
    const [bundle] = renewals
    if (bundle) await targetAt(made, module, { domain }).write(bundle)
    const codes = made.alibaba.calls.flatMap(({ code }) => code ?? [])
    expect(codes).not.toContain('Waf.Pullin.InvalidTlsVersion')
    expect(callsOf(made, 'ModifyDomainCert')[0]?.parameters).toMatchObject({
      TLSVersion: 'tlsv1',
      CipherSuite: '1',
      EnableTLSv3: 'false',
    })
  })

  it('a cloud product behind it keeps its other certificates (certd#577, certimate#896)', async () => {
    const ports = [
      {
        resourceInstanceId: 'lb-1',
        product: 'clb7',
        certificate: named('default', 'd.example.com'),
        extensions: [named('mail', 'mail.example.com'), named('same domain', domain)],
      },
    ]
    const { made, module } = await account({ ports })
    const [port] = made.alibaba.state.wafopenapi.ports
    const before = port?.certificates ?? []
    const place = { resource: 'lb-1', product: 'clb7', domain }
    for (const bundle of renewals) await targetAt(made, module, place).write(bundle)
    expect(port?.certificates.slice(0, 3)).toEqual(before)
    expect(port?.certificates).toHaveLength(4)
  })
})
